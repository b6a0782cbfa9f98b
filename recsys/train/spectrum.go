package train

import (
	"math"

	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/graph"
	"lethe/recsys/rng"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Spectrum makes entity rows of a data set without a step of training: the leading singular vectors of
//
//	M = R̂ (I + β·S)        R̂_ui = 1/√((n_u + τ·n̄_u)(n_i + τ·n̄_i))        user row U·σ^p, item row V·σ^p
//
// n counts interactions and n̄ is their mean; S is a graph between items. Without τ the small islands of a sparse
// graph, all of them singular vectors with σ = 1, would fill the rows and leave nothing for taste.
//
// Found by subspace iteration from a random start (Halko, Martinsson, Tropp, SIAM Review 2011, algorithm 4.4).
// Cost: O(rounds·(|D|·d + (U+I)·d²)).
// Sources: PureSVD, Cremonesi, Koren, Turrin, RecSys 2010; τ: Qin, Rohe, NIPS 2013.
type Spectrum struct {
	Tau     float64 // what regularises the degrees, in mean degrees
	Power   int     // p
	Content float64 // β
}

const (
	spectrumRounds = 6
	spectrumSpare  = 16   // directions beyond those asked for, which hasten the iteration
	negligible     = 1e-6 // of the largest eigenvalue: a direction of rounding
)

// Rows are users×width and items×width. side may have no entries. Where the data have fewer directions than width the
// other columns are zero, and so are the rows of whoever has no interaction.
func (s Spectrum) Rows(x *data.Interactions, side graph.CSR, width int, be backend.Backend, src rng.Source) (users, items dense.Matrix, err error) {
	w := width + spectrumSpare
	r := graph.CSR{Rows: x.Users, Cols: x.Items, Ptr: x.Ptr, Col: x.Item, Val: s.weights(x)}
	m := &product{be: be, r: be.NewSparse(r), rt: be.NewSparse(r.Transpose()), gram: be.New(w, w)}
	if s.Content > 0 && len(side.Col) > 0 {
		k := graph.Blend([]float32{1, float32(s.Content)}, []graph.CSR{graph.Identity(x.Items), side})
		m.k, m.kt = be.NewSparse(k), be.NewSparse(k.Transpose())
	}
	m.spare = be.New(x.Items, w)
	u, v := be.New(x.Users, w), be.New(x.Items, w)
	defer func() { m.free(u, v) }()

	start := make([]float32, v.Len())
	normal := src.Named("spectrum").Stream()
	for k := range start {
		start[k] = float32(normal.Normal())
	}
	be.Write(v, start)
	for round := range spectrumRounds + 1 {
		q, lambda, err := m.axes(v)
		if err != nil {
			return users, items, err
		}
		v = m.turn(v, q, lambda, func(l float64) float64 { return 1 / math.Sqrt(l) }) // orthonormal
		m.forward(v, u)
		if round < spectrumRounds {
			m.back(u, v)
		}
	}
	q, lambda, err := m.axes(u)
	if err != nil {
		return users, items, err
	}
	u = m.turn(u, q, lambda, func(l float64) float64 { return power(math.Sqrt(l), s.Power) / math.Sqrt(l) })
	v = m.turn(v, q, lambda, func(l float64) float64 { return power(math.Sqrt(l), s.Power) })
	if users, err = m.read(u, width); err == nil {
		items, err = m.read(v, width)
	}
	return users, items, err
}

// product is M, its transpose and room to work.
type product struct {
	be           backend.Backend
	r, rt, k, kt backend.Sparse // R̂ and I + β·S; k without memory: I
	spare, gram  backend.Tensor
}

// forward is u = M·v.
func (m *product) forward(v, u backend.Tensor) {
	if m.k.Mem != nil {
		m.be.SpMM(1, m.k, v, 0, m.spare, m.spare)
		v = m.spare
	}
	m.be.SpMM(1, m.r, v, 0, u, u)
}

// back is v = Mᵀ·u.
func (m *product) back(u, v backend.Tensor) {
	if m.k.Mem == nil {
		m.be.SpMM(1, m.rt, u, 0, v, v)
		return
	}
	m.be.SpMM(1, m.rt, u, 0, m.spare, m.spare)
	m.be.SpMM(1, m.kt, m.spare, 0, v, v)
}

// axes are the eigenvectors of xᵀx, the columns of q, and its eigenvalues, the largest first.
func (m *product) axes(x backend.Tensor) (q blas64.General, lambda []float64, err error) {
	w := x.Cols
	m.be.Gemm(true, false, 1, x, x, 0, m.gram)
	gram := make([]float32, w*w)
	if err := m.be.Read(m.gram, gram); err != nil {
		return q, nil, err
	}
	a := make([]float64, w*w)
	for k, g := range gram {
		a[k] = float64(g)
	}
	up := make([]float64, w)
	work := make([]float64, 1)
	sym := blas64.Symmetric{N: w, Stride: w, Uplo: blas.Upper, Data: a}
	lapack64.Syev(lapack.EVCompute, sym, up, work, -1)
	work = make([]float64, int(work[0]))
	if !lapack64.Syev(lapack.EVCompute, sym, up, work, len(work)) {
		return q, nil, errDiverged
	}
	q = blas64.General{Rows: w, Cols: w, Stride: w, Data: make([]float64, w*w)}
	for c := range w {
		lambda = append(lambda, up[w-1-c])
		for r := range w {
			q.Data[r*w+c] = a[r*w+w-1-c]
		}
	}
	return q, lambda, nil
}

// turn is x·q with column c scaled by scale(λ_c); directions of rounding become zero. x is given up.
func (m *product) turn(x backend.Tensor, q blas64.General, lambda []float64, scale func(float64) float64) backend.Tensor {
	w := x.Cols
	t := make([]float32, w*w)
	for c, l := range lambda {
		if l <= negligible*lambda[0] {
			break
		}
		for r := range w {
			t[r*w+c] = float32(q.Data[r*w+c] * scale(l))
		}
	}
	m.be.Write(m.gram, t)
	y := m.be.New(x.Rows, w)
	m.be.Gemm(false, false, 1, x, m.gram, 0, y)
	m.be.Free(x)
	return y
}

// read is the first columns of x.
func (m *product) read(x backend.Tensor, width int) (dense.Matrix, error) {
	all := make([]float32, x.Len())
	out := dense.New(x.Rows, width)
	err := m.be.Read(x, all)
	for r := range out.Rows {
		copy(out.Row(r), all[r*x.Cols:])
	}
	return out, err
}

func (m *product) free(u, v backend.Tensor) {
	for _, x := range []backend.Tensor{u, v, m.spare, m.gram} {
		m.be.Free(x)
	}
	for _, s := range []backend.Sparse{m.r, m.rt, m.k, m.kt} {
		if s.Mem != nil {
			m.be.FreeSparse(s)
		}
	}
}

// weights are R̂'s, in the order of the interactions.
func (s Spectrum) weights(x *data.Interactions) []float32 {
	held := make([]int, x.Items)
	for _, i := range x.Item {
		held[i]++
	}
	n := float64(x.Len())
	byUser, byItem := s.Tau*n/float64(max(x.Users, 1)), s.Tau*n/float64(max(x.Items, 1))
	w := make([]float32, 0, x.Len())
	for u := range x.Users {
		row := x.Row(u)
		for _, i := range row {
			w = append(w, float32(1/math.Sqrt((float64(len(row))+byUser)*(float64(held[i])+byItem))))
		}
	}
	return w
}
