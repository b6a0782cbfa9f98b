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
	exact := make([]float64, n)
	for j := range n {
		exact[j] = m.row(j)[j]
		d.Row(0)[j] = float32(exact[j])
		d.Row(1)[j] = float32(exact[j] - float64(d.Row(0)[j]))
	}
	kept := stored(d)
	m.tiles(func(i, from, to, before int) {
		row, own := m.row(i), w[i*n:(i+1)*n]
		for j := from; j < to; j++ {
			p := row[j]
			high := float32(-p / exact[j])
			w[j*n+i] = high
			own[j] = float32(-p / exact[i])
			rest[before+j] = float32(p + float64(float64(high)*kept[j]))
		}
	})
	return params
}

// stored is P's diagonal as Load will find it.
func stored(d dense.Matrix) []float64 {
	p := make([]float64, d.Cols)
	for j := range p {
		p[j] = float64(d.Row(0)[j]) + float64(d.Row(1)[j])
	}
	return p
}

// tiles visits every i < j, runs of j at a time, in squares that fit a cache both ways. In the remainder (i, j) has the
// place before + j.
func (m *Model) tiles(visit func(i, from, to, before int)) {
	const side = 64
	n := m.p.N
	for i0 := 0; i0 < n; i0 += side {
		for j0 := i0; j0 < n; j0 += side {
			for i := i0; i < min(i0+side, n); i++ {
				visit(i, max(j0, i+1), min(j0+side, n), i*n-i*(i+1)/2-i-1)
			}
		}
	}
}

// Load reads a model from stored weights. Lambda is the one it was solved with.
func Load(params *dense.Params, lambda float64) *Model {
	w, rest, kept := params.View(Weight), params.View(remainder).Data, stored(params.View(diagonal))
	n := w.Rows
	m := &Model{lambda, blas64.Symmetric{N: n, Stride: max(n, 1), Uplo: blas.Upper, Data: make([]float64, n*n)}}
	for j := range n {
		m.row(j)[j] = kept[j]
	}
	m.tiles(func(i, from, to, before int) {
		row := m.row(i)
		for j := from; j < to; j++ {
			row[j] = float64(rest[before+j]) - float64(float64(w.Data[j*n+i])*kept[j])
		}
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
