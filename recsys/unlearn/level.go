package unlearn

import (
	"math"

	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// level is one reading of the weights as user and item vectors: the final ones, or the raw
// rows. Scores are standardised over the offered items, z_ui = ⟨e_u, e_i − m⟩/√(e_uᵀ C e_u).
// Only some users and items are read: see crowd.
type level struct {
	*crowd
	be     backend.Backend
	users  dense.Matrix // of crowd.users
	items  dense.Matrix // of crowd.items, less m
	spread []float64    // √(e_uᵀ C e_u) of crowd.users
	cov    []float64    // C, D×D
	shown  backend.Tensor
}

// crowd are the users and items that a computation looks at, and who is offered at all.
type crowd struct {
	users, items     []int32 // ascending
	userIx, itemIx   *backend.Index
	userSlot, itemAt map[int32]int
	weight           backend.Tensor // items×1: 1 for those offered
	offered          float64
	near             []int32 // items of touched users, the only ones that equations are about
}

func newCrowd(be backend.Backend, d *data.Dataset, users, items []int32, hidden []bool) *crowd {
	c := &crowd{users: ascending(users), items: ascending(items), userSlot: map[int32]int{}, itemAt: map[int32]int{}}
	c.userIx, c.itemIx = be.NewIndex(len(c.users)), be.NewIndex(len(c.items))
	be.WriteIndex(c.userIx, d.Users(), c.users)
	be.WriteIndex(c.itemIx, d.Items(), c.items)
	for k, u := range c.users {
		c.userSlot[u] = k
	}
	for k, i := range c.items {
		c.itemAt[i] = k
	}
	w := make([]float32, d.Items())
	for i := range w {
		if hidden == nil || !hidden[i] {
			w[i] = 1
			c.offered++
		}
	}
	c.weight = be.New(len(w), 1)
	be.Write(c.weight, w)
	return c
}

// read takes a level off a backend.
func (c *crowd) read(be backend.Backend, users, items backend.Tensor) (*level, error) {
	d := items.Cols
	l := &level{crowd: c, be: be, users: dense.New(len(c.users), d), items: dense.New(len(c.items), d), spread: make([]float64, len(c.users)), cov: make([]float64, d*d)}
	shown, sum, gram := be.New(items.Rows, d), be.New(1, d), be.New(d, d)
	us, is := be.New(len(c.users), d), be.New(len(c.items), d)
	part, square := be.New(len(c.users), d), be.New(len(c.users), 1)
	defer func() {
		for _, x := range []backend.Tensor{shown, sum, gram, us, is, part, square} {
			be.Free(x)
		}
	}()
	be.RowScale(1, c.weight, items, 0, shown)
	be.ColSum(float32(1/c.offered), shown, 0, sum)
	be.Gemm(true, false, float32(1/c.offered), shown, shown, 0, gram)
	be.Gemm(true, false, -1, sum, sum, 1, gram)
	be.Gather(users, c.userIx, us)
	be.Gather(items, c.itemIx, is)
	be.Axpby(-1, sum, 0, sum)
	be.AddRow(is, sum, is)
	be.Gemm(false, false, 1, us, gram, 0, part)
	be.RowDot(1, us, part, 0, square)
	s, g := make([]float32, len(c.users)), make([]float32, d*d)
	for _, r := range []struct {
		x backend.Tensor
		h []float32
	}{{us, l.users.Data}, {is, l.items.Data}, {square, s}, {gram, g}} {
		if err := be.Read(r.x, r.h); err != nil {
			return nil, err
		}
	}
	for k, x := range s {
		l.spread[k] = math.Sqrt(max(float64(x), 1e-30))
	}
	for k, x := range g {
		l.cov[k] = float64(x)
	}
	return l, nil
}

// z standardises the scores of pairs.
func (l *level) z(pairs []data.Pair) []float64 {
	z := make([]float64, len(pairs))
	for k, p := range pairs {
		u := l.userSlot[p.User]
		z[k] = inner(l.users.Row(u), l.items.Row(l.itemAt[p.Item])) / l.spread[u]
	}
	return z
}

// times is the items' rows times a D×D matrix.
func (l *level) times(m []float64) (dense.Matrix, error) {
	d := l.items.Cols
	if l.be == nil {
		return l.timesHere(m), nil
	}
	x, a, y := l.be.New(l.items.Rows, d), l.be.New(d, d), l.be.New(l.items.Rows, d)
	defer func() {
		for _, t := range []backend.Tensor{x, a, y} {
			l.be.Free(t)
		}
	}()
	h := make([]float32, d*d)
	for k, v := range m {
		h[k] = float32(v)
	}
	l.be.Write(x, l.items.Data)
	l.be.Write(a, h)
	l.be.Gemm(false, false, 1, x, a, 0, y)
	out := dense.New(l.items.Rows, d)
	return out, l.be.Read(y, out.Data)
}

// timesHere is times on the host, for the items of touched users only.
func (l *level) timesHere(m []float64) dense.Matrix {
	d := l.items.Cols
	out := dense.New(l.items.Rows, d)
	for _, i := range l.near {
		k := l.itemAt[i]
		x := l.items.Row(k)
		for a := range d {
			sum := 0.0
			for c, v := range x {
				sum += float64(m[a*d+c] * float64(v))
			}
			out.Row(k)[a] = float32(sum)
		}
	}
	return out
}

// inner is ⟨a, b⟩ in float64.
func inner(a, b []float32) float64 {
	s := 0.0
	for c, x := range a {
		s += float64(float64(x) * float64(b[c]))
	}
	return s
}

// solvePositive overwrites b with A⁻¹b for a positive A, of which the upper triangle is read
// and overwritten. ok is false if A is not positive.
func solvePositive(n int, a, b []float64) (ok bool) {
	chol, ok := lapack64.Potrf(blas64.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: a})
	if ok {
		lapack64.Potrs(chol, blas64.General{Rows: n, Cols: 1, Stride: 1, Data: b})
	}
	return ok
}

// invertPositive is A⁻¹ of a positive A, in place. ok is false if A is not positive.
func invertPositive(n int, a []float64) (ok bool) {
	chol, ok := lapack64.Potrf(blas64.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: a})
	if !ok {
		return false
	}
	lapack64.Potri(chol)
	for r := range n {
		for c := range r {
			a[r*n+c] = a[c*n+r]
		}
	}
	return true
}

// addSquare adds α·x·xᵀ to the upper triangle of a square matrix.
func addSquare(alpha float64, x, m []float64) {
	blas64.Syr(alpha, vector(x), blas64.Symmetric{N: len(x), Stride: len(x), Uplo: blas.Upper, Data: m})
}

func vector(x []float64) blas64.Vector { return blas64.Vector{N: len(x), Inc: 1, Data: x} }
