package ease

import (
	"lethe/recsys/dense"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
)

// A model is stored as float32 weights like any other, without losing what exact
// removal needs. Weight is Bᵀ, an item's row holding what every item of a history adds to its
// score. The diagonal of P is kept as two float32 per entry, and for i < j remainder keeps
// what P_ij = −B_ij·P_jj lacks after B_ij was rounded. Together they are P to 48 bits,
// in 1.5 times the memory of B.

// The names of the stored weights.
const (
	Weight    = "weight"    // I×I
	diagonal  = "diagonal"  // 2×I
	remainder = "remainder" // 1×I(I−1)/2
)

// Specs is the layout of the stored weights.
func Specs(items int) []dense.Spec {
	return []dense.Spec{
		{Name: Weight, Rows: items, Cols: items},
		{Name: diagonal, Rows: 2, Cols: items},
		{Name: remainder, Rows: 1, Cols: items * (items - 1) / 2},
	}
}

// Params is the model as stored weights.
func (m *Model) Params() *dense.Params {
	n := m.p.N
	params := dense.NewParams(Specs(n)...)
	w, d, rest := params.View(Weight).Data, params.View(diagonal), params.View(remainder).Data
	for j := range n {
		p := m.row(j)[j]
		d.Row(0)[j] = float32(p)
		d.Row(1)[j] = float32(p - float64(d.Row(0)[j]))
	}
	m.tiles(func(i, j, at int) {
		p := m.row(i)[j]
		pi, pj := m.row(i)[i], m.row(j)[j]
		high := float32(-p / pj)
		w[j*n+i] = high
		w[i*n+j] = float32(-p / pi)
		rest[at] = float32(p + float64(float64(high)*stored(d, j)))
	})
	return params
}

// stored is P's diagonal entry j as Load will find it.
func stored(d dense.Matrix, j int) float64 { return float64(d.Row(0)[j]) + float64(d.Row(1)[j]) }

// tiles visits every i < j with its place in the remainder, in squares that fit a cache
// both ways.
func (m *Model) tiles(visit func(i, j, at int)) {
	const side = 64
	n := m.p.N
	for i0 := 0; i0 < n; i0 += side {
		for j0 := i0; j0 < n; j0 += side {
			for i := i0; i < min(i0+side, n); i++ {
				before := i*n - i*(i+1)/2 - i - 1 // place of (i, j) is before + j
				for j := max(j0, i+1); j < min(j0+side, n); j++ {
					visit(i, j, before+j)
				}
			}
		}
	}
}

// Load reads a model from stored weights. Lambda is the one it was solved with.
func Load(params *dense.Params, lambda float64) *Model {
	w, d, rest := params.View(Weight), params.View(diagonal), params.View(remainder).Data
	n := w.Rows
	m := &Model{lambda, blas64.Symmetric{N: n, Stride: max(n, 1), Uplo: blas.Upper, Data: make([]float64, n*n)}}
	for j := range n {
		m.row(j)[j] = stored(d, j)
	}
	m.tiles(func(i, j, at int) {
		m.row(i)[j] = float64(rest[at]) - float64(float64(w.Data[j*n+i])*m.row(j)[j])
	})
	return m
}

// B is the stored Weight the other way round: an item's row is what it adds, as part of
// a history, to the score of every item.
func B(weight dense.Matrix) dense.Matrix {
	b := dense.New(weight.Rows, weight.Rows)
	const side = 64
	for j0 := 0; j0 < b.Rows; j0 += side {
		for i := range b.Rows {
			row := b.Row(i)
			for j := j0; j < min(j0+side, b.Rows); j++ {
				row[j] = weight.Data[j*b.Rows+i]
			}
		}
	}
	return b
}

// Scores writes Σ_i b_i over the liked items i: the score of every item for somebody who
// likes these.
func Scores(b dense.Matrix, liked []int32, out []float32) {
	clear(out)
	for _, i := range liked {
		for j, w := range b.Row(int(i)) {
			out[j] += w
		}
	}
}
