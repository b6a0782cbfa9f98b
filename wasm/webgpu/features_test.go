//go:build js && wasm

package webgpu

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/backend"
	"lethe/recsys/backend/backendtest"
	"lethe/recsys/backend/reference"
	"lethe/recsys/rng"
)

// TestSubgroups covers both ways to add over a workgroup, the one of devices without
// subgroups and, where there are some, theirs.
func TestSubgroups(t *testing.T) {
	for name, on := range map[string]bool{"shared": false, "subgroups": true} {
		t.Run(name, func(t *testing.T) {
			d := open(t)
			defer d.Close()
			if on && !d.subgroups {
				t.Skip("the adapter has no subgroups")
			}
			d.subgroups = on
			backendtest.Run(t, func() backend.Backend { return New(d) }, "RowDot", "RowSoftmax", "OneAllocation")
			for _, cols := range []int{513, 516, 2051, 4 * 2048} { // of rows long enough for a workgroup each
				longRows(t, d, cols)
			}
			for _, v := range []variety{{"rowdot_long", 4}, {"rowdot_long", 1}, {"rowsoftmax", 1}} {
				require.Contains(t, d.pipelines.kernels, v)
				assert.Equal(t, on, strings.Contains(d.pipelines.kernels[v].source, "subgroupAdd"))
			}
		})
	}
}

// longRows compares sums over rows of that many columns with the reference, and with
// themselves.
func longRows(t *testing.T, d *Device, cols int) {
	be, oracle, r := New(d), reference.New(), rng.New(9).Stream()
	defer be.Close()
	const rows = 5
	a, dataA := fill(be, &r, rows, cols)
	b, dataB := fill(be, &r, rows, cols)
	wa, wb := oracle.New(rows, cols), oracle.New(rows, cols)
	oracle.Write(wa, dataA)
	oracle.Write(wb, dataB)
	both := func(be backend.Backend, a, b backend.Tensor) (dots, soft []float32) {
		y, s := be.New(rows, 1), be.New(rows, cols)
		be.RowDot(1, a, b, 0, y)
		be.RowSoftmax(a, s)
		return read(t, be, y), read(t, be, s)
	}
	wantDots, wantSoft := both(oracle, wa, wb)
	dots, soft := both(be, a, b)
	assert.InDeltaSlice(t, wantDots, dots, 0x1p-23*float64(cols), "%d columns", cols)
	for k, w := range wantSoft {
		require.InEpsilon(t, w, soft[k], 1e-5, "%d columns, element %d", cols, k)
	}
	again, softAgain := both(be, a, b)
	assert.Equal(t, dots, again)
	assert.Equal(t, soft, softAgain)
}

// TestRankingInHalf ranks by items in half precision, in one pass and in two, and
// compares with single precision.
func TestRankingInHalf(t *testing.T) {
	d := device(t)
	if !New(d).RankInHalf() {
		t.Skip("the adapter has no half precision")
	}
	const rows, items = 50, 2000
	for _, test := range []struct{ cols, k int }{{64, 20}, {63, 20}, {64, 100}} {
		be, r := New(d), rng.New(7).Stream()
		users, u := fill(be, &r, rows, test.cols)
		table, y := fill(be, &r, items, test.cols)
		seen := be.NewSparse(backend.CSR{Rows: rows, Cols: items, Ptr: make([]int32, rows+1)})
		who := be.NewIndex(rows)
		all := make([]int32, rows)
		for k := range all {
			all[k] = int32(k)
		}
		be.WriteIndex(who, rows, all)
		list := func() (ids, scores []float32) {
			a, b := be.New(rows, test.k), be.New(rows, test.k)
			be.TopK(users, who, table, seen, backend.Tensor{}, a, b)
			return read(t, be, a), read(t, be, b)
		}
		wantIDs, wantScores := list()
		require.True(t, be.RankInHalf())
		ids, scores := list()
		assert.NotEqual(t, wantScores, scores)
		same := 0
		for at, id := range ids {
			user, item, want, size := at/test.k, int(id), float32(0), float32(0)
			for c := range test.cols {
				p := u[user*test.cols+c] * y[item*test.cols+c]
				want, size = want+p, size+max(p, -p)
			}
			require.InDelta(t, want, scores[at], float64(size)/1024, "user %d, rank %d", user, at%test.k)
			if slices.Contains(wantIDs[user*test.k:(user+1)*test.k], id) {
				same++
			}
		}
		assert.Greater(t, same, len(ids)*98/100, "lists are nearly the same")
		again, _ := list()
		assert.Equal(t, ids, again)
		be.Close()
	}
	for _, name := range []string{"topk_half", "halve"} {
		assert.Contains(t, d.pipelines.kernels, variety{name, 1})
		assert.Contains(t, d.pipelines.kernels, variety{name, 4})
	}
}

// BenchmarkReductions prices sums over rows, long ones both ways.
func BenchmarkReductions(b *testing.B) {
	for _, on := range []bool{false, true} {
		d := open(b)
		d.subgroups = on && d.subgroups
		be, r := New(d), rng.New(1).Stream()
		x, _ := fill(be, &r, 2048, 2048)
		y := be.New(2048, 2048)
		short, dots := x.View(0, 2048, 64), be.New(2048, 1)
		for name, kernel := range map[string]func(){
			"RowDot 2048×64":       func() { be.RowDot(1, short, short, 0, dots) },
			"RowDot 2048×2048":     func() { be.RowDot(1, x, x, 0, dots) },
			"RowSoftmax 2048×2048": func() { be.RowSoftmax(x, y) },
		} {
			b.Run(fmt.Sprintf("%s/subgroups=%v", name, d.subgroups), func(b *testing.B) { benchmark(b, be, dots, kernel) })
		}
		d.Close()
	}
}
