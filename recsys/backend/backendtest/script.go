package backendtest

import (
	"testing"

	"lethe/recsys/backend"
	"lethe/recsys/rng"
)

// Outputs runs every kernel on fixed numbers, in odd and even shapes, and
// returns all that they wrote, free of NaN: what a backend with fixed bits can be
// hashed by.
func Outputs(be backend.Backend) ([]float32, error) {
	s := &recorder{be: be, r: rng.New(2).Named("backendtest").Stream()}
	for _, n := range []int{1, 7, 8, 64, 131} {
		s.elementwise(n)
		for _, m := range []int{1, 5, 67} {
			s.rows(m, n)
			s.algebra(m, n)
			s.learn(m, n)
		}
	}
	s.algebra(300, 301)
	// An inner index that backends cut into pieces.
	c := s.random(100, 70, -1, 1)
	s.be.Gemm(false, false, -0.5, s.random(100, 1500, -1, 1), s.random(1500, 70, -1, 1), 1, c)
	s.keep(c)
	return s.out, s.err
}

func script(t *testing.T, be backend.Backend) []float32 {
	out, err := Outputs(be)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

type recorder struct {
	be  backend.Backend
	r   rng.Stream
	out []float32
	err error
}

// random returns a matrix of numbers in [low, high).
func (s *recorder) random(rows, cols int, low, high float32) backend.Tensor {
	t := s.be.New(rows, cols)
	data := make([]float32, t.Len())
	for i := range data {
		data[i] = low + float32((high-low)*s.r.Float32())
	}
	s.be.Write(t, data)
	return t
}

func (s *recorder) index(n, rows int) *backend.Index {
	ix := s.be.NewIndex(n)
	src := make([]int32, n)
	for i := range src {
		src[i] = int32(s.r.IntN(rows))
	}
	s.be.WriteIndex(ix, rows, src)
	return ix
}

func (s *recorder) sparse(rows, cols int) backend.Sparse {
	m := backend.CSR{Rows: rows, Cols: cols, Ptr: []int32{0}}
	for range rows {
		for c := range cols {
			if s.r.IntN(4) == 0 {
				m.Col = append(m.Col, int32(c))
				m.Val = append(m.Val, s.r.Float32())
			}
		}
		m.Ptr = append(m.Ptr, int32(len(m.Col)))
	}
	return s.be.NewSparse(m)
}

// keep records what t holds and frees it.
func (s *recorder) keep(list ...backend.Tensor) {
	for _, t := range list {
		at := len(s.out)
		s.out = append(s.out, make([]float32, t.Len())...)
		if err := s.be.Read(t, s.out[at:]); err != nil && s.err == nil {
			s.err = err
		}
		s.be.Free(t)
	}
}

func (s *recorder) elementwise(n int) {
	x, z := s.random(1, n, -1, 1), s.random(1, n, -1, 1)
	for _, c := range scaling {
		y := s.random(1, n, -1, 1)
		s.be.Axpby(c.alpha, x, c.beta, y)
		s.be.Mul(c.alpha, x, z, c.beta, y)
		s.keep(y)
	}
	for f := range backend.UnaryOps {
		low, high := float32(-85), float32(85)
		if f == backend.Log || f == backend.Sqrt || f == backend.Reciprocal {
			low, high = 0.001, 20
		}
		x, y, dx := s.random(1, n, low, high), s.be.New(1, n), s.random(1, n, -1, 1)
		s.be.Unary(f, x, y)
		s.be.UnaryGrad(f, x, y, z, dx)
		s.keep(y, dx)
	}
	y := s.be.New(1, n)
	s.be.Fill(0.1, y)
	s.keep(y)
}

func (s *recorder) rows(m, n int) {
	x, z := s.random(m, n, -1, 1), s.random(m, n, -1, 1)
	col, row := s.random(m, 1, -1, 1), s.random(1, n, -1, 1)
	for _, c := range scaling {
		d, y, sum := s.random(m, 1, -1, 1), s.random(m, n, -1, 1), s.random(1, n, -1, 1)
		s.be.RowDot(c.alpha, x, z, c.beta, d)
		s.be.RowScale(c.alpha, col, x, c.beta, y)
		s.be.CopyCols(c.alpha, x, n/3, n-n/3, c.beta, y, n/4)
		s.be.ColSum(c.alpha, x, c.beta, sum)
		s.keep(d, y, sum)
	}
	y := s.be.New(m, n)
	s.be.AddRow(x, row, y)
	s.be.Unary(backend.Exp, y, y)
	s.be.RowSoftmax(y, y)
	s.keep(y)
}

func (s *recorder) algebra(m, n int) {
	const k = 37
	for mode := range 4 {
		transA, transB := mode&1 != 0, mode&2 != 0
		a, b := s.random(m, k, -1, 1), s.random(k, n, -1, 1)
		if transA {
			a.Rows, a.Cols = k, m
		}
		if transB {
			b.Rows, b.Cols = n, k
		}
		c := s.random(m, n, -1, 1)
		s.be.Gemm(transA, transB, scaling[mode].alpha, a, b, scaling[mode].beta, c)
		s.keep(c)
		sp, z := s.sparse(m, k), s.random(m, n, -1, 1)
		x := s.random(k, n, -1, 1)
		s.be.SpMM(scaling[mode].alpha, sp, x, scaling[mode].beta, z, z)
		s.keep(z)
		s.be.FreeSparse(sp)
	}
	x, ix := s.random(m, n, -1, 1), s.index(50, m)
	list := s.be.New(50, n)
	s.be.Gather(x, ix, list)
	s.be.ScatterAdd(0.3, list, ix, x)
	s.keep(x, list)
}

func (s *recorder) learn(m, n int) {
	g, mo, v, theta := s.random(m, n, -1, 1), s.random(m, n, -1, 1), s.random(m, n, 0, 1), s.random(m, n, -1, 1)
	one := s.be.NewIndex(1)
	s.be.WriteIndex(one, m, []int32{int32(m - 1)})
	s.be.Adam(step, g, mo, v, theta)
	s.be.AdamRows(step, one, g, mo, v, theta)
	s.keep(mo, v, theta)

	users, items := s.random(m, n, -1, 1), s.random(40, n, -1, 1)
	u, i, j := s.index(99, m), s.index(99, 20), s.be.NewIndex(99)
	other := make([]int32, 99)
	for k := range other {
		other[k] = int32(20 + s.r.IntN(20)) // never the positive
	}
	s.be.WriteIndex(j, 40, other)
	s.be.BPRStep(0.05, 0.01, users, items, u, i, j)
	seen, ids, scores := s.sparse(m, 40), s.be.New(99, 10), s.be.New(99, 10)
	s.be.TopK(users, u, items, seen, backend.Tensor{}, ids, scores)
	s.be.Unary(backend.Sigmoid, scores, scores) // -Inf becomes 0
	s.keep(users, items, ids, scores)
}
