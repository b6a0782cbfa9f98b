package model

import (
	"math"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// Principal brings a modality to its k principal directions, items×k: (x − mean)·Q with Q,
// F×k and orthonormal, spanning the directions of the largest variance over the items that have the
// modality; rows of the others are zero. A table that is no wider than k stays as it is.
//
// Q is found by subspace iteration from a fixed random start (Halko, Martinsson, Tropp, SIAM
// Review 2011, algorithm 4.4) without the covariance matrix. Which axes Q has within its subspace
// is nothing to a model that multiplies them by trained weights. Here they are those of the random
// start, projected: so they follow the subspace, and a table without a few items has nearly the
// same ones, which the axes of a usual PCA do not promise where two variances are close. Cost:
// 4·rounds·I·F·k operations in float64, in an order that is the same everywhere.
func Principal(m data.Modality, k int) dense.Matrix {
	f := m.Rows.Cols
	if f <= k {
		return m.Rows
	}
	x := centred(m)
	start := make([]float64, f*k)
	s := rng.New(0).Named("principal").Stream()
	for c := range start {
		start[c] = s.Normal()
	}
	q := append([]float64(nil), start...)
	orthonormalise(q, k)
	for range rounds {
		next := make([]float64, f*k)
		for i := range x.Rows {
			y := along(x.Row(i), q, k)
			for r, v := range x.Row(i) {
				axpy(float64(v), y, next[r*k:(r+1)*k])
			}
		}
		orthonormalise(next, k)
		q = next
	}
	q = onto(q, start, k)
	orthonormalise(q, k)
	out := dense.New(x.Rows, k)
	for i := range out.Rows {
		for c, v := range along(x.Row(i), q, k) {
			out.Row(i)[c] = float32(v)
		}
	}
	return out
}

// rounds of the iteration: the variance kept is within a percent of the best, also where the
// spectrum is as flat as that of real feature tables.
const rounds = 12

// centred is the features less their mean over the items that have them.
func centred(m data.Modality) dense.Matrix {
	x := m.Rows.Clone()
	mean := make([]float64, x.Cols)
	has := func(i int) bool { return m.Has == nil || m.Has[i] }
	n := 0
	for i := range x.Rows {
		if !has(i) {
			clear(x.Row(i))
			continue
		}
		n++
		for c, v := range x.Row(i) {
			mean[c] += float64(v)
		}
	}
	for i := range x.Rows {
		if has(i) {
			for c := range mean {
				x.Row(i)[c] -= float32(mean[c] / float64(n))
			}
		}
	}
	return x
}

// along is xᵀ·q for q with k columns.
func along(x []float32, q []float64, k int) []float64 {
	y := make([]float64, k)
	for r, v := range x {
		axpy(float64(v), q[r*k:(r+1)*k], y)
	}
	return y
}

// axpy adds a·x to y.
func axpy(a float64, x, y []float64) {
	y = y[:len(x)]
	for c, v := range x {
		y[c] += float64(a * v)
	}
}

// onto is q·qᵀ·x, the part of x's k columns within the span of q's.
func onto(q, x []float64, k int) []float64 {
	inner := make([]float64, k*k)
	for r := 0; r < len(q); r += k {
		for c := range k {
			axpy(q[r+c], x[r:r+k], inner[c*k:(c+1)*k])
		}
	}
	y := make([]float64, len(x))
	for r := 0; r < len(q); r += k {
		for c := range k {
			axpy(q[r+c], inner[c*k:(c+1)*k], y[r:r+k])
		}
	}
	return y
}

// orthonormalise makes the k columns of q orthonormal, first to last, each twice against
// those before it so that rounding leaves nothing. A column within the span of those before
// becomes zero.
func orthonormalise(q []float64, k int) {
	for c := range k {
		was := math.Sqrt(product(q, k, c, c))
		for range 2 {
			for b := range c {
				p := product(q, k, b, c)
				for r := 0; r < len(q); r += k {
					q[r+c] -= float64(p * q[r+b])
				}
			}
		}
		norm := math.Sqrt(product(q, k, c, c))
		scale := 0.0
		if norm > 1e-10*was {
			scale = 1 / norm
		}
		for r := 0; r < len(q); r += k {
			q[r+c] *= scale
		}
	}
}

// product is the inner product of two columns.
func product(q []float64, k, a, b int) (sum float64) {
	for r := 0; r < len(q); r += k {
		sum += float64(q[r+a] * q[r+b])
	}
	return sum
}
