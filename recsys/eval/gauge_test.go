package eval

import (
	"math"
	"testing"

	"lethe/recsys/backend/reference"
	"lethe/recsys/data"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestAUCByHand(t *testing.T) {
	assert.Equal(t, 1.0, AUC([]float64{3, 4}, []float64{1, 2}))
	assert.Equal(t, 0.0, AUC([]float64{1}, []float64{2}))
	assert.Equal(t, 0.5, AUC([]float64{1, 1}, []float64{1}))
	// Pairs (2>1), (2<3), (4>1), (4>3): three of four.
	assert.Equal(t, 0.75, AUC([]float64{2, 4}, []float64{1, 3}))
	assert.Equal(t, 0.5, AUC(nil, []float64{1}))
}

// gaugeFixture: 4 users, 6 items, user u trained on items u and u+1, tests on u+2.
func gaugeFixture() (*data.Dataset, []data.Pair, []data.Pair) {
	d := &data.Dataset{Name: "fixture"}
	row := func(offsets ...int32) *data.Interactions {
		x := &data.Interactions{Users: 4, Items: 6, Ptr: []int32{0}}
		for u := range int32(4) {
			for _, o := range offsets {
				x.Item = append(x.Item, u+o)
			}
			x.Ptr = append(x.Ptr, int32(len(x.Item)))
		}
		return x
	}
	for _, id := range []string{"a", "b", "c", "d"} {
		d.UserIDs = append(d.UserIDs, id)
	}
	for _, id := range []string{"0", "1", "2", "3", "4", "5"} {
		d.ItemIDs = append(d.ItemIDs, id)
	}
	d.Train, d.Valid, d.Test = row(0, 1), row(), row(2)
	return d, []data.Pair{{User: 0, Item: 0}, {User: 2, Item: 3}}, []data.Pair{{User: 0, Item: 2}, {User: 2, Item: 4}}
}

func TestGaugeAgreesWithTheScoreMatrix(t *testing.T) {
	d, forget, heldout := gaugeFixture()
	be := reference.New()
	const dim = 5
	s := rng.New(1).Stream()
	users, items := be.New(4, dim), be.New(6, dim)
	hu, hi := make([]float32, 4*dim), make([]float32, 6*dim)
	for k := range hu {
		hu[k] = float32(s.Normal())
	}
	for k := range hi {
		hi[k] = float32(s.Normal())
	}
	be.Write(users, hu)
	be.Write(items, hi)
	banned := []bool{false, false, false, false, false, true}
	g := NewGauge(be, d, forget, heldout, banned, dim)
	defer g.Free()
	f, h, err := g.Z(users, items)
	require.NoError(t, err)

	score := func(u, i int32) float64 {
		var x float64
		for k := range int32(dim) {
			x += float64(hu[u*dim+k]) * float64(hi[i*dim+k])
		}
		return x
	}
	z := func(p data.Pair) float64 {
		var sum, sq, n float64
		for i := range int32(5) { // item 5 is banned
			if i >= p.User && i <= p.User+2 {
				continue // train and test items of the user
			}
			x := score(p.User, i)
			sum, sq, n = sum+x, sq+x*x, n+1
		}
		mean := sum / n
		return (score(p.User, p.Item) - mean) / math.Sqrt(sq/n-mean*mean)
	}
	for k := range forget {
		assert.InDelta(t, z(forget[k]), f[k], 1e-4)
		assert.InDelta(t, z(heldout[k]), h[k], 1e-4)
	}
}

func TestHeldoutFollowsTheKind(t *testing.T) {
	d, forget, _ := gaugeFixture()
	pairs := &data.ForgetSet{Kind: data.ForgetPairs, Pairs: forget}
	assert.Equal(t, []data.Pair{{User: 0, Item: 2}, {User: 2, Item: 4}}, Heldout(pairs, d.Test))
	items := &data.ForgetSet{Kind: data.ForgetItems, Items: []int32{4}, Pairs: []data.Pair{{User: 3, Item: 4}}}
	assert.Equal(t, []data.Pair{{User: 2, Item: 4}}, Heldout(items, d.Test))
}
