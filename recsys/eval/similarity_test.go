package eval

import (
	"math"
	"testing"

	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
)

func TestOverlapAndPopularityByHand(t *testing.T) {
	a := Lists{K: 2, Users: []int32{3, 5}, Items: []int32{0, 1, 0, 2}}
	b := Lists{K: 2, Users: []int32{3, 5}, Items: []int32{1, 0, 3, -1}}
	o := Overlap(a, b)
	assert.Equal(t, 0.5, o.Value) // 1 and 0
	assert.InDelta(t, 0.5, o.SE, 1e-12)
	// p = (2,1,1,0)/4, q = (1,1,0,1)/3.
	want := 0.0
	for _, c := range [][2]float64{{0.5, 1. / 3}, {0.25, 1. / 3}, {0.25, 0}, {0, 1. / 3}} {
		m := (c[0] + c[1]) / 2
		for _, x := range c {
			if x > 0 {
				want += x / 2 * math.Log2(x/m)
			}
		}
	}
	e := PopularityDivergence(a, b, 4, 20, rng.New(1))
	assert.InDelta(t, want, e.Value, 1e-12)
	assert.Greater(t, e.SE, 0.0)
	assert.InDelta(t, 0, PopularityDivergence(a, a, 4, 5, rng.New(1)).Value, 1e-12)
	assert.Equal(t, 1.0, jensenShannon([]float64{3, 0}, []float64{0, 5}))
	assert.Equal(t, []int32{0, 0}, a.First(1).Items)
	assert.Equal(t, []int32{0, 2}, a.Of([]int32{5}).Items)
}

func TestRankCorrelation(t *testing.T) {
	v := normalVectors(1, 5, 40, 6)
	assert.InDelta(t, 1, RankCorrelation(v, v, []int32{0, 3}).Value, 1e-12)
	minus := Vectors{v.Users.Clone(), v.Items}
	for k := range minus.Users.Data {
		minus.Users.Data[k] *= -2
	}
	assert.InDelta(t, -1, RankCorrelation(v, minus, []int32{1, 4}).Value, 1e-12)
	other := RankCorrelation(v, normalVectors(2, 5, 40, 6), []int32{0, 1, 2, 3, 4})
	// The error of a rank correlation of 40 unrelated values is 1/√39 = 0.16, of five users' mean 0.07.
	assert.InDelta(t, 0, other.Value, 0.25)
	assert.Equal(t, []float64{1, 3.5, 2, 3.5}, midranks([]float64{-1, 7, 0, 7}))
}

func normalVectors(seed uint64, users, items, dim int) Vectors {
	s := rng.New(seed).Stream()
	v := Vectors{dense.New(users, dim), dense.New(items, dim)}
	for _, m := range []dense.Matrix{v.Users, v.Items} {
		for k := range m.Data {
			m.Data[k] = float32(s.Normal())
		}
	}
	return v
}

func TestAlignedDistanceSeesNoRotation(t *testing.T) {
	v := normalVectors(1, 50, 30, 4)
	turned := Vectors{v.Users.Clone(), v.Items.Clone()}
	for _, m := range []dense.Matrix{turned.Users, turned.Items} {
		for r := range m.Rows {
			x := m.Row(r)
			x[0], x[1], x[2], x[3] = 0.6*x[0]-0.8*x[2], -x[3], 0.8*x[0]+0.6*x[2], x[1]
			for c := range x {
				x[c] *= 3
			}
		}
	}
	assert.InDelta(t, 0, AlignedDistance(v, turned).Value, 1e-3)
	// Noise of the vectors' own size: dist² = 1 − ‖A‖²/(2‖A‖²) = ½.
	noise := normalVectors(7, 50, 30, 4)
	for k := range turned.Users.Data {
		turned.Users.Data[k] += 3 * noise.Users.Data[k]
	}
	for k := range turned.Items.Data {
		turned.Items.Data[k] += 3 * noise.Items.Data[k]
	}
	e := AlignedDistance(v, turned)
	assert.InDelta(t, math.Sqrt(0.5), e.Value, 4*e.SE)
	assert.Less(t, e.SE, 0.06)
	assert.Greater(t, AlignedDistance(normalVectors(1, 500, 300, 4), normalVectors(2, 500, 300, 4)).Value, 0.9)
}
