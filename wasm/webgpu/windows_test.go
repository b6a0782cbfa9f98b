//go:build js && wasm

package webgpu

import (
	"slices"
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

// TestTablesLargerThanABinding multiplies by a graph, ranks, scatters and steps, with tables
// of which a binding holds a part. All sums are exact, so results must be equal, ties included.
func TestTablesLargerThanABinding(t *testing.T) {
	const dim = 24
	for name, c := range map[string]struct {
		users, items, k int
		huge            bool
	}{
		"none":            {60, 60, 20, false},
		"items":           {60, 900, 20, true},
		"users":           {900, 60, 10, true},
		"lists":           {300, 90, 70, true},
		"all, two passes": {900, 900, 70, true},
	} {
		t.Run(name, func(t *testing.T) {
			be, want, r := New(small(t, 44<<10)), reference.New(), rng.New(8).Stream()
			defer be.Close()
			graph := backend.CSR{Rows: c.users, Cols: c.items, Ptr: []int32{0}}
			for u := range c.users {
				for i := range c.items {
					if u == 3 || i%450 == 5 || r.IntN(200) == 0 { // a row is cut, and columns are long
						graph.Col, graph.Val = append(graph.Col, int32(i)), append(graph.Val, float32(r.IntN(5)-2))
					}
				}
				graph.Ptr = append(graph.Ptr, int32(len(graph.Col)))
			}
			listed := make([]int32, c.users)
			for k := range listed {
				listed[k] = int32(c.users - 1 - k)
			}
			var out [2][5][]float32
			for b, be := range []backend.Backend{be, want} {
				r := rng.New(9).Stream()
				table := func(rows, cols, values int) backend.Tensor {
					data := make([]float32, rows*cols)
					for k := range data {
						data[k] = float32(r.IntN(values) - values/2)
					}
					x := be.New(rows, cols)
					be.Write(x, data)
					return x
				}
				users, items, z := table(c.users, dim, 5), table(c.items, dim, 5), table(c.users, dim, 9)
				banned := table(1, c.items, 2) // -1 or 0
				s, who := be.NewSparse(graph), be.NewIndex(c.users)
				be.WriteIndex(who, c.users, listed)
				y, ids, scores := be.New(c.users, dim), be.New(c.users, c.k), be.New(c.users, c.k)
				be.SpMM(0.5, s, items, 0.25, z, y)
				be.SpMM(2, s, items, 1, y, y)
				be.TopK(users, who, items, s, banned, ids, scores)
				v := be.New(c.users, dim)
				rows := be.NewIndex(9)
				be.WriteIndex(rows, c.users, []int32{3, 0, 59, 3, int32(c.users - 1), int32(c.users / 2), 4, 0, 3})
				be.ScatterAdd(0.5, items.RowRange(0, 9), rows, z)
				be.WriteIndex(rows, c.users, []int32{3, int32(c.users - 1), int32(c.users / 2), 4, 0})
				be.AdamRows(backend.AdamStep{Rate: 0.5, Beta1: 0.5, Beta2: 0.5, Epsilon: 1, Correct1: 1, Correct2: 1}, rows, users, z, v, users)
				for k, x := range []backend.Tensor{y, ids, scores, z, v} {
					out[b][k] = make([]float32, x.Len())
					require.NoError(t, be.Read(x, out[b][k]))
				}
			}
			assert.Equal(t, c.huge, be.huge)
			for k, what := range []string{"product", "ids", "scores", "z, scattered to", "v"} {
				assert.True(t, slices.Equal(out[1][k], out[0][k]), what)
			}
		})
	}
}

// TestATableLargerThanABinding says so; the device is well.
func TestATableLargerThanABinding(t *testing.T) {
	d := small(t, 4096)
	be := New(d)
	defer be.Close()
	x, ix := be.New(3, 1000), be.NewIndex(1)
	be.WriteIndex(ix, 3, []int32{2})
	be.BPRStep(1, 1, x, be.New(3, 1000), ix, ix, ix)
	assert.ErrorContains(t, be.Read(x, make([]float32, 3000)), "cannot bind 3×1000")
	other := New(d)
	defer other.Close()
	other.NewIndex(2000)
	assert.ErrorContains(t, other.Read(other.New(1, 1), make([]float32, 1)), "larger than the 4096")
	assert.NoError(t, d.Err())
}
