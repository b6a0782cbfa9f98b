// Package backendtest is the conformance suite of backends: it runs every
// kernel beside the reference implementation, natively and in a browser.
//
// Every output lies inside a larger allocation whose other cells, the guards,
// must keep their bits. Outputs that a kernel must not read start as NaN. Inputs are
// finite and mostly below 1 in size, so that a sum of n terms may differ from the
// oracle by sums(n), and a single operation by a few units in the last place.
package backendtest

import (
	"fmt"
	"math"
	"testing"

	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/rng"
)

// sizes meet nothing, one, less than a vector, a vector, a vector and a
// remainder, the usual embedding width, and several blocks and a remainder.
var sizes = []int{0, 1, 3, 4, 5, 64, 257}

// scaling is every way α and β are special.
var scaling = []struct{ alpha, beta float32 }{{1, 0}, {1, 1}, {-0.5, 0.25}, {2, 0}}

// tolerance allows |got - want| ≤ abs + rel·|want|.
type tolerance struct{ abs, rel float64 }

const unit = 0x1p-24 // half the distance from 1 to the next float32

// exact is for copies.
var exact = tolerance{}

// few is for a handful of operations on numbers around 1.
var few = tolerance{8 * unit, 8 * unit}

// sums is for n products of numbers up to 1 in size. The worst case is n²·unit/2;
// rounding errors are as good as random, and a lost term is about 1/4.
func sums(n int) tolerance { return tolerance{4 * unit * float64(4+n), 8 * unit} }

// pair is the oracle and the backend under test, fed with the same numbers.
type pair struct {
	t    *testing.T
	want *reference.Backend
	got  backend.Backend
	r    rng.Stream
	made int
}

func newPair(t *testing.T, be func() backend.Backend) *pair {
	return &pair{t: t, want: reference.New(), got: be(), r: rng.New(1).Named(t.Name()).Stream()}
}

// matrix is one matrix on both sides, guarded.
type matrix struct {
	want, got backend.Tensor
	whole     backend.Tensor // got with its guards
	guard     int
}

const sentinel = float32(-12345.678)

// put makes a guarded matrix of the given numbers. Guards alternate between an
// aligned and a crooked offset.
func (p *pair) put(rows, cols int, data []float32) matrix {
	guard := 64
	if p.made%2 == 1 {
		guard = 7
	}
	p.made++
	n := rows * cols
	all := make([]float32, n+2*guard)
	for i := range all {
		all[i] = sentinel
	}
	copy(all[guard:], data)
	m := matrix{guard: guard}
	m.want = p.want.New(rows, cols)
	p.want.Write(m.want, data)
	m.whole = p.got.New(1, len(all))
	p.got.Write(m.whole, all)
	m.got = m.whole.View(guard, rows, cols)
	return m
}

// random makes a guarded matrix of numbers in [-1, 1).
func (p *pair) random(rows, cols int) matrix {
	data := make([]float32, rows*cols)
	for i := range data {
		data[i] = 2*p.r.Float32() - 1
	}
	return p.put(rows, cols, data)
}

// output makes a guarded matrix to be written: NaN where β says that it is not read.
func (p *pair) output(beta float32, rows, cols int) matrix {
	if beta != 0 {
		return p.random(rows, cols)
	}
	data := make([]float32, rows*cols)
	for i := range data {
		data[i] = float32(math.NaN())
	}
	return p.put(rows, cols, data)
}

// index makes n row numbers below rows on both sides.
func (p *pair) index(n, rows int) (want, got *backend.Index) {
	src := make([]int32, n)
	for i := range src {
		src[i] = int32(p.r.IntN(rows))
	}
	return p.indexOf(rows, src)
}

func (p *pair) indexOf(rows int, src []int32) (want, got *backend.Index) {
	want, got = p.want.NewIndex(len(src)+3), p.got.NewIndex(len(src)+3)
	p.want.WriteIndex(want, rows, src)
	p.got.WriteIndex(got, rows, src)
	return want, got
}

// sparse makes a random CSR matrix with empty and full rows on both sides.
func (p *pair) sparse(rows, cols int, values bool) (want, got backend.Sparse) {
	m := backend.CSR{Rows: rows, Cols: cols, Ptr: make([]int32, 1, rows+1)}
	for r := range rows {
		keep := []float32{0, 0.1, 1, 0.5}[r%4]
		for c := range cols {
			if p.r.Float32() < keep {
				m.Col = append(m.Col, int32(c))
			}
		}
		m.Ptr = append(m.Ptr, int32(len(m.Col)))
	}
	if values {
		m.Val = make([]float32, len(m.Col))
		for k := range m.Val {
			m.Val[k] = 2*p.r.Float32() - 1
		}
	}
	return p.want.NewSparse(m), p.got.NewSparse(m)
}

// read returns the numbers of m under test, after checking its guards.
func (p *pair) read(m matrix, what string, args ...any) []float32 {
	p.t.Helper()
	all := make([]float32, m.whole.Len())
	if err := p.got.Read(m.whole, all); err != nil {
		p.t.Fatalf("%s: %v", fmt.Sprintf(what, args...), err)
	}
	for i, x := range all {
		inside := i >= m.guard && i < len(all)-m.guard
		if !inside && x != sentinel {
			p.t.Errorf("%s: wrote %g to the guard %d elements from the start", fmt.Sprintf(what, args...), x, i-m.guard)
			break
		}
	}
	return all[m.guard : len(all)-m.guard]
}

// check compares m with the oracle, and its guards with what they were. It frees both sides.
func (p *pair) check(m matrix, tol tolerance, what string, args ...any) {
	p.t.Helper()
	got, want := p.read(m, what, args...), p.want.Float64(m.want)
	for i, w := range want {
		if !tol.allows(float64(got[i]), w) {
			p.t.Errorf("%s: element %d is %g, should be %g", fmt.Sprintf(what, args...), i, got[i], w)
			break
		}
	}
	p.free(m)
}

func (tol tolerance) allows(got, want float64) bool {
	if math.IsNaN(want) {
		return math.IsNaN(got)
	}
	if math.IsInf(want, 0) {
		return got == want
	}
	return math.Abs(got-want) <= tol.abs+tol.rel*math.Abs(want)
}

func (p *pair) free(list ...matrix) {
	for _, m := range list {
		p.want.Free(m.want)
		p.got.Free(m.whole)
	}
}
