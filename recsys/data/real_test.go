package data

import (
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/rng"
)

// realData is the folder with baby, tiktok and ml_latest_small: LETHE_DATA, or
// shared/data beside the repository. Tests that need it are skipped without it.
func realData(t testing.TB) string {
	dir := os.Getenv("LETHE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "baby", "baby.inter")); err != nil {
		t.Skipf("no data sets in %s: set LETHE_DATA to the folder that holds baby, tiktok and ml_latest_small", dir)
	}
	return dir
}

// The counts of baby and tiktok are those of the data's README.
func TestLoadRealData(t *testing.T) {
	dir := realData(t)
	type modality struct {
		name         string
		cols, k      int
		firstNearest int32
	}
	for _, c := range []struct {
		name                             string
		users, items, train, valid, test int
		modalities                       []modality
	}{
		{"baby", 19445, 7050, 118551, 20559, 21682, []modality{{"image", 128, 10, 0}, {"text", 128, 10, 0}}},
		{"tiktok", 9308, 6710, 59541, 3051, 6130, []modality{{"audio", 128, 0, 0}, {"image", 128, 0, 0}}},
	} {
		t.Run(c.name, func(t *testing.T) {
			d, err := Load(os.DirFS(filepath.Join(dir, c.name)), Options{})
			require.NoError(t, err)
			assert.Equal(t, c.name, d.Name)
			assert.Equal(t, []int{c.users, c.items, c.train, c.valid, c.test},
				[]int{d.Users(), d.Items(), d.Train.Len(), d.Valid.Len(), d.Test.Len()})
			require.Len(t, d.Modalities, len(c.modalities))
			for k, want := range c.modalities {
				m := d.Modalities[k]
				assert.Equal(t, want.name, m.Name)
				assert.Equal(t, [2]int{c.items, want.cols}, [2]int{m.Rows.Rows, m.Rows.Cols})
				if want.k > 0 {
					require.NotNil(t, m.Neighbors)
					assert.Equal(t, want.k, m.Neighbors.K)
					ids, cos := m.Neighbors.Row(0)
					assert.Equal(t, want.firstNearest, ids[0]) // an item is nearest to itself
					assert.InDelta(t, 1, cos[0], 0.001)
				} else {
					assert.Nil(t, m.Neighbors)
				}
			}
		})
	}
}

func TestLoadRealMovieLens(t *testing.T) {
	dir := filepath.Join(realData(t), "ml_latest_small")
	all, err := Load(os.DirFS(dir), Options{MinRating: 0.5, Core: 1})
	require.NoError(t, err)
	// 610 users and 100,836 ratings by the README of the data; 9,724 of its 9,742
	// films have a rating, the others tags only.
	assert.Equal(t, []int{610, 9724, 100836}, []int{all.Users(), all.Items(), all.Train.Len() + all.Valid.Len() + all.Test.Len()})
	assert.Equal(t, "1", all.ItemIDs[0])
	assert.Equal(t, Item{Title: "Toy Story (1995)", Category: []string{"Adventure"},
		Description: "Adventure, Animation, Children, Comedy, Fantasy, pixar, fun"}, all.Catalog[0])

	// 48,580 ratings are 4 or more (awk -F, '$3>=4'); the 5-core of these has:
	d, err := Load(os.DirFS(dir), Options{})
	require.NoError(t, err)
	assert.Less(t, d.Train.Len()+d.Valid.Len()+d.Test.Len(), 48580)
	both := make([]int32, d.Items())
	for u := range d.Users() {
		n := len(d.Train.Row(u)) + len(d.Valid.Row(u)) + len(d.Test.Row(u))
		assert.GreaterOrEqual(t, n, 5)
		for _, x := range []*Interactions{d.Train, d.Valid, d.Test} {
			for _, i := range x.Row(u) {
				both[i]++
			}
		}
	}
	for _, n := range both {
		assert.GreaterOrEqual(t, n, int32(5))
	}
	t.Logf("5-core: %d users, %d films, %d+%d+%d", d.Users(), d.Items(), d.Train.Len(), d.Valid.Len(), d.Test.Len())
}

func BenchmarkLoadBaby(b *testing.B) {
	fsys := os.DirFS(filepath.Join(realData(b), "baby"))
	for b.Loop() {
		if _, err := Load(fsys, Options{}); err != nil {
			b.Fatal(err)
		}
	}
}

// Every rule on real data: the size that was asked for, and Retain ∪ Forget = D.
func TestForgetRealData(t *testing.T) {
	d, err := Load(os.DirFS(filepath.Join(realData(t), "baby")), Options{})
	require.NoError(t, err)
	// 5 % of 19,445 users, of 118,551 training pairs, and of the 7,049 items that have a
	// training interaction: one of the 7,050 is held out only (counted with awk).
	want := map[string]int{"users": 972, "items": 352, "pairs": 5928}
	for _, scope := range []string{"users", "items", "pairs"} {
		for _, rule := range rules {
			r, err := ParseRequest(scope + ":5%:" + rule)
			require.NoError(t, err)
			start := time.Now()
			f, err := r.Resolve(d, rng.New(1), nil)
			require.NoError(t, err)
			resolved := time.Since(start)
			size := map[string]int{"users": len(f.Users), "items": len(f.Items), "pairs": len(f.Pairs)}[scope]
			assert.Equal(t, want[scope], size, f.Request)
			joined := append(Retain(d, f).Train.Pairs(), f.Pairs...)
			slices.SortFunc(joined, comparePairs)
			assert.True(t, slices.Equal(d.Train.Pairs(), joined), f.Request)
			t.Logf("%-18s %6d pairs, resolved in %v", f.Request, len(f.Pairs), resolved.Round(time.Millisecond))
		}
	}
}

func BenchmarkRetainBaby(b *testing.B) {
	d, err := Load(os.DirFS(filepath.Join(realData(b), "baby")), Options{})
	require.NoError(b, err)
	for _, request := range []string{"users:5%", "items:5%", "pairs:5%", "modality:image@7"} {
		r, err := ParseRequest(request)
		require.NoError(b, err)
		f, err := r.Resolve(d, rng.New(1), nil)
		require.NoError(b, err)
		b.Run(request, func(b *testing.B) {
			for b.Loop() {
				Retain(d, f)
			}
		})
	}
}
