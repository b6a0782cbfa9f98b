//go:build js && wasm

package webgpu

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/rng"
)

// small makes a device whose kernels bind no more than that many bytes, for a test.
func small(t *testing.T, bytes int) *Device {
	d := device(t)
	was := d.maxBinding
	d.maxBinding = bytes
	t.Cleanup(func() { d.maxBinding = was })
	return d
}

// TestDataLargerThanABinding runs what a training does with a wide feature matrix, on a
// device whose bindings hold an eighth of it.
func TestDataLargerThanABinding(t *testing.T) {
	const rows, cols, dim = 300, 260, 12
	be, want, r := New(small(t, 40<<10)), reference.New(), rng.New(7).Stream()
	defer be.Close()
	both := func(rows, cols int) (got, w backend.Tensor) {
		got, data := fill(be, &r, rows, cols)
		w = want.New(rows, cols)
		want.Write(w, data)
		return got, w
	}
	check := func(what string, got, w backend.Tensor) {
		t.Helper()
		x := make([]float32, w.Len())
		require.NoError(t, want.Read(w, x))
		assert.InDeltaSlice(t, x, read(t, be, got), 1e-4, what)
	}
	gx, wx := both(rows, cols)
	gy, wy := both(rows, cols)
	gd, wd := both(rows, cols)
	gw, ww := both(cols, dim)
	gp, wp := both(rows, dim)
	g1, w1 := both(rows, 1)
	gr, wr := both(1, cols)
	require.True(t, be.huge)
	list := []int32{299, 0, 150, 151, 150, 77}
	gi, wi := be.NewIndex(6), want.NewIndex(6)
	be.WriteIndex(gi, rows, list)
	want.WriteIndex(wi, rows, list)
	gl, wl := both(6, cols)

	for _, b := range []struct {
		be                         backend.Backend
		x, y, d, w, p, one, row, l backend.Tensor
		ix                         *backend.Index
	}{{be, gx, gy, gd, gw, gp, g1, gr, gl, gi}, {want, wx, wy, wd, ww, wp, w1, wr, wl, wi}} {
		b.be.Gemm(false, false, 0.1, b.x, b.w, 0.5, b.p)
		b.be.Gemm(true, false, 0.1, b.x, b.p, 0.5, b.w)
		b.be.Gemm(false, true, 0.1, b.p, b.w, 1, b.y)
		b.be.Axpby(0.5, b.x, 0.25, b.y)
		b.be.Mul(2, b.x, b.y, 0.5, b.d)
		b.be.Unary(backend.Tanh, b.d, b.d)
		b.be.UnaryGrad(backend.Square, b.x, b.d, b.y, b.d)
		b.be.RowDot(0.1, b.x, b.d, 0.5, b.one)
		b.be.RowScale(1, b.one, b.x, 0.5, b.y)
		b.be.AddRow(b.y, b.row, b.d)
		b.be.ColSum(0.1, b.d, 0.5, b.row)
		b.be.CopyCols(0.5, b.d, 3, 100, 0.5, b.y, 57)
		b.be.RowSoftmax(b.y, b.y)
		b.be.Gather(b.d, b.ix, b.l)
		b.be.Fill(0.25, b.x.RowRange(100, 290))
		b.be.Adam(backend.AdamStep{Rate: 0.01, Beta1: 0.9, Beta2: 0.99, Epsilon: 1e-3, Correct1: 1, Correct2: 1}, b.y, b.y, b.x, b.d)
	}
	check("x", gx, wx)
	check("d", gd, wd)
	check("w", gw, ww)
	check("p", gp, wp)
	check("one", g1, w1)
	check("row", gr, wr)
	check("list", gl, wl)
}

// TestATableLargerThanABinding says so; the device is well.
func TestATableLargerThanABinding(t *testing.T) {
	d := small(t, 4096)
	be := New(d)
	defer be.Close()
	s := be.NewSparse(backend.CSR{Rows: 3, Cols: 3, Ptr: []int32{0, 1, 2, 3}, Col: []int32{0, 1, 2}})
	x, y := be.New(3, 1000), be.New(3, 1000)
	be.SpMM(1, s, x, 0, y, y)
	assert.ErrorContains(t, be.Read(y, make([]float32, 3000)), "cannot bind 3×1000")
	other := New(d)
	defer other.Close()
	other.NewIndex(2000)
	assert.ErrorContains(t, other.Read(other.New(1, 1), make([]float32, 1)), "larger than the 4096")
	assert.NoError(t, d.Err())
}
