package demo

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"image/jpeg"
	"math"
	"slices"
	"sync"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/data"
	"lethe/recsys/data/demo/atelier"
	"lethe/recsys/data/features"
)

// shop is the one the site ships, made once for all tests.
var shop = sync.OnceValue(func() *Shop { return Generate(1) })

func TestCreatorsKnowTheirTrade(t *testing.T) {
	names := map[string]bool{}
	for _, c := range creators {
		assert.False(t, names[c.name], c.name)
		names[c.name] = true
		known := atelier.Subjects(c.hand.Style)
		for _, s := range c.hand.Subjects {
			assert.Contains(t, known, s, c.name)
		}
		for _, s := range known {
			th, ok := themes[c.hand.Style][s]
			require.True(t, ok, "%s: %s has no theme", c.hand.Style, s)
			assert.NotEmpty(t, th.phrase)
			assert.NotEmpty(t, th.title)
		}
		for _, p := range c.hand.Palettes {
			assert.NotPanics(t, func() { atelier.FindPalette(p) }, c.name)
		}
		for _, f := range c.hand.Frames {
			assert.Contains(t, frameWords, f, c.name)
		}
	}
	assert.Len(t, creators, 63)
}

func TestCatalogue(t *testing.T) {
	d := &shop().data
	require.Len(t, d.Catalog, 1000)
	titles, byCreator, byTop := map[string]bool{}, map[string]int{}, map[string]int{}
	for i, it := range d.Catalog {
		assert.False(t, titles[it.Title], "title %q comes twice", it.Title)
		titles[it.Title] = true
		byCreator[it.Creator]++
		byTop[it.Category[0]]++
		assert.Len(t, it.Category, 2)
		assert.NotEmpty(t, it.Licence)
		assert.Equal(t, fmt.Sprintf("prints/%04d.jpg", i+1), it.Image)
		assert.Less(t, len(it.Description), 230)
	}
	assert.Len(t, byCreator, 63)
	for c, n := range byCreator {
		assert.GreaterOrEqual(t, n, 10, c)
		assert.LessOrEqual(t, n, 25, c)
	}
	assert.Len(t, byTop, 9)
	assert.Greater(t, byTop["Floral"], 100)
}

func TestInteractions(t *testing.T) {
	d := &shop().data
	all := d.Train.Len() + d.Valid.Len() + d.Test.Len()
	assert.InDelta(t, 60_000, all, 12_000)
	share := float64(d.Train.Len()) / float64(all)
	assert.InDelta(t, .8, share, .03, "8:1:1")
	assert.InDelta(t, d.Valid.Len(), d.Test.Len(), .05*float64(d.Test.Len()))
	users, items := d.Train.Degrees()
	assert.GreaterOrEqual(t, slices.Min(users), int32(3), "nobody is left without training")
	cold := 0
	for i, n := range items {
		if n > 0 {
			continue
		}
		cold++
		held := 0
		for u := range d.Users() {
			if slices.Contains(d.Valid.Row(u), int32(i)) || slices.Contains(d.Test.Row(u), int32(i)) {
				held++
			}
		}
		assert.Positive(t, held, "cold item %d is held out by somebody", i)
	}
	assert.Equal(t, coldItems, cold)
	// Popularity has a head and a long tail: a tenth of the prints has about twice to
	// five times its share.
	slices.Sort(items)
	slices.Reverse(items)
	var top int32
	for _, n := range items[:100] {
		top += n
	}
	assert.Greater(t, float64(top), .2*float64(d.Train.Len()))
	assert.Less(t, float64(top), .5*float64(d.Train.Len()))
	for u := range d.Users() { // no interaction is in two parts
		for _, i := range d.Train.Row(u) {
			require.False(t, slices.Contains(d.Valid.Row(u), i) || slices.Contains(d.Test.Row(u), i))
		}
	}
}

func TestFloralPhase(t *testing.T) {
	s := shop()
	require.NotEmpty(t, s.Floral())
	floral := s.topic("Floral")
	count := func(u int32) (flowers, others int) {
		for _, x := range []*data.Interactions{s.data.Train, s.data.Valid, s.data.Test} {
			for _, i := range x.Row(int(u)) {
				if floral[i] {
					flowers++
				} else {
					others++
				}
			}
		}
		return flowers, others
	}
	for _, u := range s.Floral() {
		f, o := count(u)
		assert.GreaterOrEqual(t, f, 6, "user %d", u)
		assert.LessOrEqual(t, f, 16, "user %d", u)
		assert.GreaterOrEqual(t, o, 8, "user %d", u)
	}
}

// Interactions depend on nothing but the seed and whole numbers, so the hash
// holds on every platform.
func TestSameInteractionsEverywhere(t *testing.T) {
	h := sha256.New()
	d := &shop().data
	for _, x := range []*data.Interactions{d.Train, d.Valid, d.Test} {
		fmt.Fprintln(h, x.Ptr, x.Item)
	}
	fmt.Fprintf(h, "%q", d.Catalog)
	assert.Equal(t, "989eb0791475eec256447dbdca90875fb3baa47219d07df2e4392d43e99442f8", hex.EncodeToString(h.Sum(nil)))
}

func TestSeedsGiveOtherShops(t *testing.T) {
	other := Generate(2)
	assert.NotEqual(t, shop().data.Train.Item, other.data.Train.Item)
	assert.NotEqual(t, shop().data.Catalog[0], other.data.Catalog[0])
}

// What the shop computes for itself is what anybody gets from the shipped files.
func TestFeaturesAreThoseOfTheShippedPictures(t *testing.T) {
	s := shop()
	for i := 0; i < prints; i += 97 {
		b, err := s.JPEG(i)
		require.NoError(t, err)
		assert.Less(t, len(b), 45_000)
		img, err := jpeg.Decode(bytes.NewReader(b))
		require.NoError(t, err)
		require.Equal(t, Width, img.Bounds().Dx())
		x, y := features.Image(img), features.Image(s.Draw(i, 2*Width/5, 2*Height/5))
		assert.Greater(t, cosine(x, y), .985, "print %d", i)
	}
}

func cosine(x, y []float32) float64 {
	var xy, xx, yy float64
	for k := range x {
		xy += float64(x[k]) * float64(y[k])
		xx += float64(x[k]) * float64(x[k])
		yy += float64(y[k]) * float64(y[k])
	}
	return xy / math.Sqrt(xx*yy)
}

// Words and pixels say what people like: the cold prints, of which no model has
// seen an interaction, are found by their likeness to what a user has.
func TestContentFindsColdPrints(t *testing.T) {
	d := shop().Dataset()
	_, degree := d.Train.Degrees()
	var cold []int32
	for i, n := range degree {
		if n == 0 {
			cold = append(cold, int32(i))
		}
	}
	for _, name := range []string{"text", "image"} {
		rows := d.Modality(name).Rows
		hits, n := 0, 0
		for u := range d.Users() {
			likeness := make([]float64, len(cold))
			for k, c := range cold {
				for _, i := range d.Train.Row(u) {
					x := cosine(rows.Row(int(c)), rows.Row(int(i)))
					likeness[k] += x * x * x
				}
			}
			for k, c := range cold {
				if !slices.Contains(d.Test.Row(u), c) {
					continue
				}
				better := 0
				for _, x := range likeness {
					if x > likeness[k] {
						better++
					}
				}
				n++
				if better < len(cold)/10 {
					hits++
				}
			}
		}
		require.Greater(t, n, 300)
		// By chance a tenth are among the first five of fifty.
		assert.Greater(t, float64(hits)/float64(n), .2, name)
	}
}

// Popularity alone finds little, and neighbours in taste several times as much:
// the shop is neither random nor a foregone conclusion.
func TestTastesCanBeLearned(t *testing.T) {
	d := &shop().data
	_, degree := d.Train.Degrees()
	pop := recallAt20(d, func(u int, score []float64) {
		for i, n := range degree {
			score[i] = float64(n)
		}
	})
	assert.Greater(t, pop, .04)
	assert.Less(t, pop, .1)
	together := make([]float64, prints*prints)
	for u := range d.Users() {
		row := d.Train.Row(u)
		for _, i := range row {
			for _, j := range row {
				if i != j {
					together[int(i)*prints+int(j)] += 1 / math.Sqrt(float64(degree[i])*float64(degree[j]))
				}
			}
		}
	}
	neighbours := recallAt20(d, func(u int, score []float64) {
		clear(score)
		for _, i := range d.Train.Row(u) {
			for j, x := range together[int(i)*prints : (int(i)+1)*prints] {
				score[j] += x
			}
		}
	})
	assert.Greater(t, neighbours, .16)
	assert.Less(t, neighbours, .35)
}

// recallAt20 is the mean over every fourth user with test rows.
func recallAt20(d *data.Dataset, fill func(u int, score []float64)) float64 {
	score := make([]float64, prints)
	order := make([]int32, prints)
	sum, n := 0.0, 0
	for u := 0; u < d.Users(); u += 4 {
		if len(d.Test.Row(u)) == 0 {
			continue
		}
		fill(u, score)
		for _, i := range d.Train.Row(u) {
			score[i] = math.Inf(-1)
		}
		for i := range order {
			order[i] = int32(i)
		}
		slices.SortStableFunc(order, func(a, b int32) int {
			switch {
			case score[a] > score[b]:
				return -1
			case score[a] < score[b]:
				return 1
			}
			return 0
		})
		hits := 0
		for _, i := range order[:20] {
			if slices.Contains(d.Test.Row(u), i) {
				hits++
			}
		}
		sum += float64(hits) / float64(len(d.Test.Row(u)))
		n++
	}
	return sum / float64(n)
}

func TestWriteIsReadBack(t *testing.T) {
	s := shop()
	fsys := fstest.MapFS{}
	pictures := 0
	stop := fmt.Errorf("enough")
	err := s.Write(func(name string, b []byte) error {
		if len(fsys) == 4 && pictures == 3 { // three pictures stand for all
			return stop
		}
		if bytes.HasPrefix(b, []byte{0xff, 0xd8}) {
			pictures++
			return nil
		}
		fsys[name] = &fstest.MapFile{Data: b}
		return nil
	})
	require.ErrorIs(t, err, stop)
	assert.ErrorContains(t, err, "prints/0004.jpg")
	got, err := data.Load(fsys, data.Options{Name: "demo"})
	require.NoError(t, err)
	want := s.Dataset()
	assert.Equal(t, want.Catalog, got.Catalog)
	assert.Equal(t, want.UserIDs, got.UserIDs)
	assert.Equal(t, want.Train, got.Train)
	assert.Equal(t, want.Test, got.Test)
	assert.Equal(t, want.Modality("image").Rows, got.Modality("image").Rows)
	assert.Equal(t, want.Modality("text").Rows, got.Modality("text").Rows)
}
