package reference_test

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/recsys/backend"
	"lethe/recsys/backend/backendtest"
	"lethe/recsys/backend/reference"
)

// Beside itself the oracle is always right, but it too must keep its hands off
// guard cells and NaN garbage, panic on mismatches and stay failed.
func TestConformance(t *testing.T) {
	be := func() backend.Backend { return reference.New() }
	backendtest.Run(t, be)
	backendtest.RunRepeatable(t, be)
}

func TestFloat64IsNotRounded(t *testing.T) {
	b := reference.New()
	x := b.New(1, 2)
	third := 1.0 / 3 // not a float32
	b.WriteFloat64(x, []float64{third, 2})
	b.Mul(1, x, x, 0, x)
	assert.Equal(t, []float64{third * third, 4}, b.Float64(x))
	b.Float64(x)[1] = 5
	got := make([]float32, 2)
	assert.NoError(t, b.Read(x, got))
	assert.Equal(t, []float32{1.0 / 9, 5}, got)
}

// Answers worked out by hand.
func TestByHand(t *testing.T) {
	b := reference.New()
	put := func(rows, cols int, data ...float64) backend.Tensor {
		x := b.New(rows, cols)
		b.WriteFloat64(x, data)
		return x
	}
	list := func(rows int, src ...int32) *backend.Index {
		ix := b.NewIndex(len(src))
		b.WriteIndex(ix, rows, src)
		return ix
	}
	equal := func(what string, x backend.Tensor, want ...float64) {
		t.Helper()
		assert.InDeltaSlice(t, want, b.Float64(x), 1e-7, what)
	}
	x := put(2, 3, 1, 2, 3, 4, 5, 6)

	c := put(2, 2, 1, 1, 1, 1)
	b.Gemm(false, true, 2, x, x, -1, c) // x·xᵀ is 14 32 32 77
	equal("Gemm", c, 27, 63, 63, 153)
	c = b.New(3, 3)
	b.Gemm(true, false, 1, x, x, 0, c)
	equal("Gemm", c, 17, 22, 27, 22, 29, 36, 27, 36, 45)

	// Row 0 holds 2 in column 1, row 1 nothing, row 2 holds 1 and -1.
	s := b.NewSparse(backend.CSR{Rows: 3, Cols: 2, Ptr: []int32{0, 1, 1, 3}, Col: []int32{1, 0, 1}, Val: []float32{2, 1, -1}})
	y := put(3, 3, 1, 1, 1, 1, 1, 1, 1, 1, 1)
	b.SpMM(1, s, x, 10, y, y)
	equal("SpMM", y, 18, 20, 22, 10, 10, 10, 7, 7, 7)

	y = b.New(3, 3)
	b.Gather(x, list(2, 1, 0, 1), y)
	equal("Gather", y, 4, 5, 6, 1, 2, 3, 4, 5, 6)
	z := put(2, 3, 0, 0, 0, 1, 1, 1)
	b.ScatterAdd(-1, y, list(2, 1, 1, 0), z)
	equal("ScatterAdd", z, -4, -5, -6, -4, -6, -8)

	col := b.New(2, 1)
	b.RowDot(0.5, x, x, 0, col)
	equal("RowDot", col, 7, 38.5)
	b.RowScale(2, col, x, 1, x)
	equal("RowScale", x, 15, 30, 45, 312, 390, 468)
	row := put(1, 3, 1, 0, 0)
	b.ColSum(1, x, 3, row)
	equal("ColSum", row, 330, 420, 513)
	b.CopyCols(2, x, 1, 2, 1, z, 0)
	equal("CopyCols", z, 56, 85, -6, 776, 930, -8)

	sm := put(1, 3, 1000, 1000, 1000+math.Ln2)
	b.RowSoftmax(sm, sm)
	equal("RowSoftmax", sm, 0.25, 0.25, 0.5)

	// One step of Adam from rest moves by the rate, whatever the gradient.
	theta, m, v := put(1, 2, 1, 1), b.New(1, 2), b.New(1, 2)
	b.Adam(backend.AdamStep{Rate: 0.5, Beta1: 0.5, Beta2: 0.75, Correct1: 2, Correct2: 4}, put(1, 2, 3, -0.1), m, v, theta)
	equal("Adam", theta, 0.5, 1.5)
	equal("Adam m", m, 1.5, -0.05)
	equal("Adam v", v, 2.25, 0.0025)

	// Orthogonal to both items: x is 0, σ is a half, e is 1.
	users, items := put(1, 2, 0, 1), put(2, 2, 3, 0, 5, 0)
	b.BPRStep(2, 0.25, users, items, list(1, 0), list(2, 0), list(2, 1))
	equal("BPRStep users", users, -2, 0.5)
	equal("BPRStep items", items, 1.5, 1, 2.5, -1)

	// Scores 1 2 3 2 9 8: 4 is banned, 5 seen; ties go to the smaller id.
	users, items = put(1, 1, 1), put(6, 1, 1, 2, 3, 2, 9, 8)
	seen := b.NewSparse(backend.CSR{Rows: 1, Cols: 6, Ptr: []int32{0, 1}, Col: []int32{5}})
	ids, scores := b.New(1, 5), b.New(1, 5)
	b.TopK(users, list(1, 0), items, seen, put(1, 6, 0, 0, 0, 0, 1, 0), ids, scores)
	equal("TopK", ids, 2, 1, 3, 0, -1)
	assert.Equal(t, []float64{3, 2, 2, 1, math.Inf(-1)}, b.Float64(scores))
}
