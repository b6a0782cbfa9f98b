package train

import (
	"math"
	"testing"

	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/graph"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

// The rows are the singular vectors that gonum finds of the dense matrix: compared by what the signs of vectors
// and the axes within a pair of equal values leave alone, users·itemsᵀ = U σ^2p Vᵀ.
func TestSpectrumAgainstDenseSVD(t *testing.T) {
	const width = 4
	x := modeltest.Taste(60, 40, 5, 4).Train
	side := graph.CSR{Rows: x.Items, Cols: x.Items, Ptr: []int32{0}}
	for i := range x.Items { // each item resembles the next
		side.Col, side.Val = append(side.Col, int32((i+1)%x.Items)), append(side.Val, 1)
		side.Ptr = append(side.Ptr, int32(i+1))
	}
	for _, s := range []Spectrum{{Tau: 0.5, Power: 1}, {Tau: 0, Power: 2}, {Tau: 1, Power: 1, Content: 0.4}} {
		users, items, err := s.Rows(x, side, width, simd.New(), rng.New(1))
		require.NoError(t, err)
		m := mat.NewDense(x.Users, x.Items, nil)
		held := x.Transpose()
		for u := range x.Users {
			for _, i := range x.Row(u) {
				n, k := float64(len(x.Row(u))), float64(len(held.Row(int(i))))
				mean := float64(x.Len())
				w := 1 / math.Sqrt((n+s.Tau*mean/float64(x.Users))*(k+s.Tau*mean/float64(x.Items)))
				m.Set(u, int(i), m.At(u, int(i))+w)
				next := (int(i) + 1) % x.Items
				m.Set(u, next, m.At(u, next)+w*s.Content)
			}
		}
		var svd mat.SVD
		require.True(t, svd.Factorize(m, mat.SVDThin))
		var u, v mat.Dense
		svd.UTo(&u)
		svd.VTo(&v)
		sigma := svd.Values(nil)
		require.Greater(t, sigma[width-1], 1.02*sigma[width], "the fixture separates what is asked for from the rest")
		for a := range x.Users {
			for b := range x.Items {
				want, got := 0.0, 0.0
				for c := range width {
					want += u.At(a, c) * math.Pow(sigma[c], 2*float64(s.Power)) * v.At(b, c)
					got += float64(users.Row(a)[c]) * float64(items.Row(b)[c])
				}
				require.InDelta(t, want, got, 2e-3, "%v: user %d, item %d", s, a, b)
			}
		}
	}
}

// Fewer directions than columns, and people without interactions: zeros, no noise blown up.
func TestSpectrumOfNextToNothing(t *testing.T) {
	x := &data.Interactions{Users: 3, Items: 4, Ptr: []int32{0, 2, 2, 3}, Item: []int32{0, 1, 3}}
	users, items, err := Spectrum{Tau: 0.05, Power: 2}.Rows(x, graph.CSR{}, 8, simd.New(), rng.New(1))
	require.NoError(t, err)
	for c := range 8 {
		assert.Zero(t, users.Row(1)[c])
		assert.InDelta(t, 0, items.Row(2)[c], 1e-6)
		if c > 1 {
			assert.Zero(t, users.Row(0)[c], "column %d", c)
		}
	}
	assert.NotZero(t, users.Row(0)[0]+users.Row(0)[1])
}
