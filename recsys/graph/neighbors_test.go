package graph

import (
	"math"
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
)

func plane(rows ...[]float32) data.Modality {
	m := dense.New(len(rows), 2)
	for i, r := range rows {
		copy(m.Row(i), r)
	}
	return data.Modality{Name: "image", Rows: m}
}

func TestNearestByHand(t *testing.T) {
	m := plane([]float32{1, 0}, []float32{2, 2}, []float32{0, 3}, []float32{0, 0})
	nb := Nearest(m, 2)
	assert.Equal(t, []int32{0, 1, 1, 0, 2, 1, 3, 3}, nb.ItemID)
	assert.InDelta(t, 1/math.Sqrt2, nb.Cos[1], 1e-6)
}

// Against every product in float64, over more items than a panel has, some of them without the
// modality; and the scalar and the vector loops have the same bits.
func TestNearestAgainstAllProducts(t *testing.T) {
	const items, width, k = 77, 13, 5
	s := rng.New(1).Stream()
	m := data.Modality{Name: "image", Rows: dense.New(items, width), Has: make([]bool, items)}
	for i := range items {
		m.Has[i] = i%10 != 3
		for c := range width {
			m.Rows.Row(i)[c] = float32(s.Normal())
		}
	}
	nb := Nearest(m, k)
	for i := range items {
		ids, cos := nb.Row(i)
		if !m.Has[i] {
			assert.Equal(t, int32(i), ids[0])
			continue
		}
		assert.Equal(t, int32(i), ids[0])
		listed := map[int32]bool{}
		for n, j := range ids {
			listed[j] = true
			assert.InDelta(t, cosine(m.Rows.Row(i), m.Rows.Row(int(j))), cos[n], 1e-6)
		}
		for j := range items {
			if m.Has[j] && !listed[int32(j)] {
				assert.LessOrEqual(t, cosine(m.Rows.Row(i), m.Rows.Row(j)), float64(cos[k-1])+1e-6)
			}
		}
	}
	was := products
	defer func() { products = was }()
	products = productsScalar
	assert.Equal(t, nb, Nearest(m, k))
}

func BenchmarkNearest(b *testing.B) {
	s := rng.New(1).Stream()
	m := data.Modality{Rows: dense.New(6710, 128)} // the items of TikTok
	for k := range m.Rows.Data {
		m.Rows.Data[k] = float32(s.Normal())
	}
	for b.Loop() {
		Nearest(m, 10)
	}
}

func TestItemsWithoutTheModalityHaveNoNeighbours(t *testing.T) {
	m := plane([]float32{1, 0}, []float32{1, 1}, []float32{1, 0.1})
	m.Has = []bool{true, true, false}
	g := ItemGraph(m, 2, true)
	assert.Equal(t, []int32{0, 2, 4, 4}, g.Ptr)
	assert.NotContains(t, g.Col, int32(2))
}

func TestBinaryGraphWithFullRowsIsTheMean(t *testing.T) {
	m := plane([]float32{1, 0}, []float32{1, .1}, []float32{1, .2}, []float32{1, .3})
	g := ItemGraph(m, 3, true)
	for _, v := range g.Val {
		assert.InDelta(t, 1.0/3, v, 1e-7)
	}
	assert.Equal(t, 12, g.Len())
}

func TestGivenNeighboursAreUsed(t *testing.T) {
	m := plane([]float32{1, 0}, []float32{1, .1})
	m.Neighbors = &data.Neighbors{K: 1, ItemID: []int32{1, 0}, Cos: []float32{.25, .5}}
	g := ItemGraph(m, 1, false)
	assert.Equal(t, []int32{1, 0}, g.Col)
	assert.InDelta(t, .25/math.Sqrt(.25*.5), g.Val[0], 1e-7)
}

func TestBlendAddsByWeight(t *testing.T) {
	a := CSR{Rows: 2, Cols: 2, Ptr: []int32{0, 1, 2}, Col: []int32{0, 1}, Val: []float32{1, 1}}
	b := CSR{Rows: 2, Cols: 2, Ptr: []int32{0, 2, 2}, Col: []int32{0, 1}, Val: []float32{4, 8}}
	c := Blend([]float32{0.5, 0.25}, []CSR{a, b})
	assert.Equal(t, CSR{Rows: 2, Cols: 2, Ptr: []int32{0, 2, 3}, Col: []int32{0, 1, 1}, Val: []float32{1.5, 2, .5}}, c)
}

func TestForwardIsTheUpperHalf(t *testing.T) {
	x := small()
	f := Forward(x)
	assert.Equal(t, []int32{0, 1, 1}, f.Col)
	assert.InDelta(t, 1/math.Sqrt(2), f.Val[0], 1e-7)
}

func TestPruneKeepsTheShareAndPrefersSmallDegrees(t *testing.T) {
	// One hub item with 200 users, and 200 users with an item of their own each.
	var pairs []data.Pair
	for u := range int32(200) {
		pairs = append(pairs, data.Pair{User: u, Item: 0}, data.Pair{User: 200 + u, Item: 1 + u})
	}
	x, err := data.FromPairs(400, 201, pairs)
	assert.NoError(t, err)
	keys := func(n int, s string) []uint64 {
		k := make([]uint64, n)
		for i := range k {
			k[i] = rng.HashString(s) + uint64(i)
		}
		return k
	}
	users, items := keys(400, "u"), keys(201, "i")
	p := Prune(x, 0.3, rng.New(1), users, items)
	assert.Equal(t, 120, p.Len())
	hub := 0
	for _, i := range p.Item {
		if i == 0 {
			hub++
		}
	}
	// The hub's edges weigh 1/√200 against 1: the share kept is about 200/√200 of 200.
	assert.Less(t, hub, 25)
	assert.Equal(t, p, Prune(x, 0.3, rng.New(1), users, items))
	assert.NotEqual(t, p, Prune(x, 0.3, rng.New(2), users, items))
}
