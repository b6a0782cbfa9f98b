package tape_test

import (
	"testing"

	"lethe/recsys/backend"
	"lethe/recsys/backend/simd"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
	"lethe/recsys/tape/tapetest"

	"github.com/stretchr/testify/assert"
)

// random returns n numbers in (lo, hi).
func random(n int, lo, hi float32) []float32 {
	s := rng.New(3).Named("theta").Stream()
	x := make([]float32, n)
	for k := range x {
		x[k] = lo + (hi-lo)*s.Float32()
	}
	return x
}

// total sums all elements with uneven weights, so that no gradient is hidden by symmetry.
func total(t *tape.Tape, x *tape.Node) *tape.Node {
	n := x.Value.Len()
	w := t.Backend().New(n, 1)
	t.Backend().Write(w, random(n, 0.5, 1.5))
	return t.WeightedSum(w, x)
}

var symmetric = backend.CSR{Rows: 4, Cols: 4, Ptr: []int32{0, 2, 3, 5, 6}, Col: []int32{1, 2, 0, 0, 3, 2}, Val: []float32{.5, .25, .5, .25, 1, 1}}
var skewed = backend.CSR{Rows: 3, Cols: 4, Ptr: []int32{0, 2, 2, 4}, Col: []int32{0, 3, 1, 3}, Val: []float32{2, -1, .5, 3}}

func TestOperations(t *testing.T) {
	// Each operation maps a = θ[0:12] as 4×3 and b = θ[12:24] as 4×3.
	for name, f := range map[string]func(tp *tape.Tape, a, b *tape.Node) *tape.Node{
		"Gather with repeats": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			ix := tp.Backend().NewIndex(5)
			tp.Backend().WriteIndex(ix, 4, []int32{0, 2, 2, 3, 0})
			return tp.Mul(tp.Gather(a, ix), tp.Gather(b, ix))
		},
		"SpMM": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			s, st := tp.Sparse(skewed), tp.Sparse(skewed.Transpose())
			return tp.SpMM(&s, &st, tp.Mul(a, b))
		},
		"Propagate": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			s := tp.Sparse(symmetric)
			return tp.Propagate(&s, tp.Mul(a, b), 3)
		},
		"Propagate of a leaf used twice": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			s := tp.Sparse(symmetric)
			return tp.Mul(tp.Propagate(&s, a, 2), tp.Propagate(&s, b, 1))
		},
		"MatMul":     func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.MatMul(a, b, true, false) },
		"MatMul ab'": func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.MatMul(a, b, false, true) },
		"MatMul of rows": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			return tp.MatMul(a, tp.RowRange(b, 0, 3), false, false)
		},
		"MatMul a'b'": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			return tp.MatMul(a, tp.MatMul(b, b, false, true), true, true)
		},
		"Combine":       func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.Mul(tp.Combine(2, a, -3, b), a) },
		"Scale":         func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.Mul(tp.Scale(-2, a), b) },
		"AddRow":        func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.Mul(tp.AddRow(a, tp.RowRange(b, 1, 2)), b) },
		"RowScale":      func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.RowScale(tp.RowDot(a, b), a) },
		"RowDot of one": func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.RowScale(tp.RowDot(a, a), b) },
		"Columns": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			return tp.Mul(tp.Columns(a, 1, 2), tp.Columns(b, 0, 2))
		},
		"Concat":       func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.Mul(tp.Concat(a, b), tp.Concat(b, a)) },
		"Stack":        func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.Mul(tp.Stack(a, b), tp.Stack(b, a)) },
		"RowSoftmax":   func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.Mul(tp.RowSoftmax(a), b) },
		"RowLogSumExp": func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.RowScale(tp.RowLogSumExp(a), b) },
		"Normalize":    func(tp *tape.Tape, a, b *tape.Node) *tape.Node { return tp.Mul(tp.Normalize(a), b) },
		"whole and rows": func(tp *tape.Tape, a, b *tape.Node) *tape.Node {
			c := tp.Mul(a, b)
			return tp.Stack(tp.Mul(c, a), tp.Mul(tp.RowRange(c, 1, 3), tp.RowRange(c, 0, 2)))
		},
	} {
		t.Run(name, func(t *testing.T) {
			tapetest.Gradient(t, random(24, 0.2, 1.4), func(tp *tape.Tape, x, g backend.Tensor) *tape.Node {
				return total(tp, f(tp, tp.Param(x.View(0, 4, 3), g.View(0, 4, 3)), tp.Param(x.View(12, 4, 3), g.View(12, 4, 3))))
			})
		})
	}
}

func TestUnaryOperations(t *testing.T) {
	for op := backend.Identity; op < backend.UnaryOps; op++ {
		tapetest.Gradient(t, random(6, 0.2, 1.4), func(tp *tape.Tape, x, g backend.Tensor) *tape.Node {
			return total(tp, tp.Unary(op, tp.Scale(1, tp.Param(x.View(0, 2, 3), g.View(0, 2, 3)))))
		})
	}
}

func TestReplayDoesNotAllocate(t *testing.T) {
	be := simd.New()
	x, g := be.New(4, 3), be.New(4, 3)
	be.Write(x, random(12, -1, 1))
	tp := tape.New(be)
	s := tp.Sparse(symmetric)
	p := tp.Param(x, g)
	tp.Plan(total(tp, tp.Mul(tp.Propagate(&s, p, 2), p)))
	assert.Zero(t, testing.AllocsPerRun(20, func() {
		tp.Forward()
		tp.Backward()
	}))
}
