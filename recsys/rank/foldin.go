package rank

import (
	"math"

	"lethe/recsys/dense"
)

// FoldIn gives a vector to a user whom no training has seen, from the final item
// vectors and the items the user likes, by the closed form of implicit ALS (Hu,
// Koren, Volinsky, ICDM 2008; Rendle et al., "Revisiting the Performance of iALS",
// RecSys 2022):
//
//	p = argmin Σ_{i liked} (1 − ⟨p,q_i⟩)² + α·Σ_{i} ⟨p,q_i⟩² + λ·‖p‖²
//	  = (Σ_{liked} q_i q_iᵀ + α·QᵀQ + λ·I)⁻¹ Σ_{liked} q_i
//
// QᵀQ is computed once. Cost: O(I·D²) once, then O(|liked|·D² + D³/6) per user, in
// float64; nothing trained depends on it.
type FoldIn struct {
	items dense.Matrix
	base  []float64 // α·QᵀQ + λ·I, D×D, lower triangle
}

// The weights of the fold-in, relative to the data so that they need no tuning per
// model: α counts the whole catalogue like foldWhole liked items, and λ is
// foldRidge times the mean of the diagonal of QᵀQ/I.
const (
	foldWhole = 20.0
	foldRidge = 0.1
)

// NewFoldIn prepares for final item vectors Q (items×D). Items marked in hidden (nil:
// none) are not part of the catalogue.
func NewFoldIn(items dense.Matrix, hidden []bool) *FoldIn {
	d := items.Cols
	f := &FoldIn{items: items, base: make([]float64, d*d)}
	n := 0
	for i := range items.Rows {
		if hidden != nil && hidden[i] {
			continue
		}
		n++
		addOuter(f.base, items.Row(i))
	}
	trace := 0.0
	for c := range d {
		trace += f.base[c*d+c]
	}
	alpha := foldWhole / float64(max(n, 1))
	for k := range f.base {
		f.base[k] *= alpha
	}
	ridge := foldRidge * trace / float64(max(n*d, 1))
	for c := range d {
		f.base[c*d+c] += ridge
	}
	return f
}

// User is the vector of a user who likes the listed items; zero for none.
func (f *FoldIn) User(liked []int32) []float32 {
	d := f.items.Cols
	a := append([]float64(nil), f.base...)
	b := make([]float64, d)
	for _, i := range liked {
		row := f.items.Row(int(i))
		addOuter(a, row)
		for c, x := range row {
			b[c] += float64(x)
		}
	}
	solveCholesky(a, b)
	out := make([]float32, d)
	for c, x := range b {
		out[c] = float32(x)
	}
	return out
}

// addOuter adds q·qᵀ to the lower triangle of a.
func addOuter(a []float64, q []float32) {
	d := len(q)
	for r, x := range q {
		row := a[r*d : r*d+r+1]
		for c := range row {
			row[c] += float64(x) * float64(q[c])
		}
	}
}

// solveCholesky overwrites b with a⁻¹b for a symmetric positive definite a, of which
// it reads and overwrites the lower triangle. Directions in which a is not
// numerically positive are left at zero.
func solveCholesky(a, b []float64) {
	d := len(b)
	for r := range d {
		for c := 0; c <= r; c++ {
			sum := a[r*d+c]
			for k := range c {
				sum -= a[r*d+k] * a[c*d+k]
			}
			switch {
			case c == r:
				a[r*d+r] = math.Sqrt(max(sum, 0))
			case a[c*d+c] > 0:
				a[r*d+c] = sum / a[c*d+c]
			default:
				a[r*d+c] = 0
			}
		}
	}
	for r := range d {
		for k := range r {
			b[r] -= a[r*d+k] * b[k]
		}
		b[r] = divide(b[r], a[r*d+r])
	}
	for r := d - 1; r >= 0; r-- {
		for k := r + 1; k < d; k++ {
			b[r] -= a[k*d+r] * b[k]
		}
		b[r] = divide(b[r], a[r*d+r])
	}
}

func divide(x, y float64) float64 {
	if y == 0 {
		return 0
	}
	return x / y
}
