//go:build js && wasm

package webgpu

import (
	"math"
	"os"
	"runtime"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/backend"
	"lethe/recsys/backend/backendtest"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/rng"
)

var shared *Device

// device opens one device for all tests: compiling kernels takes seconds on a
// software adapter. Where there is none the tests are skipped, unless LETHE_WEBGPU is
// "needed".
func device(t testing.TB) *Device {
	if shared == nil {
		shared = open(t)
		t.Log("adapter:", shared.Name())
	}
	require.NoError(t, shared.Err())
	return shared
}

func open(t testing.TB) *Device {
	d, err := Open()
	if err != nil {
		if os.Getenv("LETHE_WEBGPU") == "needed" {
			t.Fatal(err)
		}
		t.Skip(err)
	}
	return d
}

func TestConformance(t *testing.T) {
	d := device(t)
	backendtest.Run(t, func() backend.Backend { return New(d) })
}

func TestRepeatable(t *testing.T) {
	d := device(t)
	backendtest.RunRepeatable(t, func() backend.Backend { return New(d) })
}

// fill makes a matrix of random numbers in [-1, 1).
func fill(be backend.Backend, r *rng.Stream, rows, cols int) (backend.Tensor, []float32) {
	t := be.New(rows, cols)
	data := make([]float32, t.Len())
	for i := range data {
		data[i] = 2*r.Float32() - 1
	}
	be.Write(t, data)
	return t, data
}

func read(t testing.TB, be backend.Backend, x backend.Tensor) []float32 {
	t.Helper()
	data := make([]float32, x.Len())
	require.NoError(t, be.Read(x, data))
	return data
}

// TestAlignedGemm covers the kernels that read four numbers at once, which need all
// three operands aligned: with shared memory and without.
func TestAlignedGemm(t *testing.T) {
	d := device(t)
	defer func(direct bool) { d.direct = direct }(d.direct)
	for _, direct := range []bool{false, true} {
		d.direct = direct
		alignedGemm(t, d)
	}
	for _, name := range []string{"gemm", "gemm_nn", "gemm_nt", "gemm_tn"} {
		assert.Contains(t, shared.pipelines.kernels, variety{name, 4})
	}
}

func alignedGemm(t *testing.T, d *Device) {
	be, oracle, r := New(d), reference.New(), rng.New(3).Stream()
	sizes := []int{4, 60, 132, 516} // of 516 the last makes two parts
	turn := 0
	for _, m := range sizes[:3] {
		for _, n := range sizes[:3] {
			for _, k := range sizes {
				transA, transB := turn&1 != 0, turn&2 != 0
				alpha, beta := float32(-0.5), []float32{0, 0.25}[turn/4%2]
				turn++
				shape := func(rows, cols int, trans bool) (got, want backend.Tensor) {
					if trans {
						rows, cols = cols, rows
					}
					whole, data := fill(be, &r, 1, 8+rows*cols) // guards of four in front and behind
					got, want = whole.View(4, rows, cols), oracle.New(rows, cols)
					oracle.Write(want, data[4:4+rows*cols])
					return got, want
				}
				ga, wa := shape(m, k, transA)
				gb, wb := shape(k, n, transB)
				gc, wc := shape(m, n, false)
				guards := gc
				guards.Off, guards.Rows, guards.Cols = 0, 1, 8+m*n
				before := read(t, be, guards)
				be.Gemm(transA, transB, alpha, ga, gb, beta, gc)
				oracle.Gemm(transA, transB, alpha, wa, wb, beta, wc)
				got, want := read(t, be, guards), make([]float32, m*n)
				require.NoError(t, oracle.Read(wc, want))
				assert.Equal(t, before[:4], got[:4])
				assert.Equal(t, before[4+m*n:], got[4+m*n:])
				for i, w := range want {
					// Rounding of k products of numbers up to 1.
					require.InDelta(t, w, got[4+i], 0x1p-22*float64(4+k), "%d×%d×%d transposed %v %v, β %g, element %d", m, n, k, transA, transB, beta, i)
				}
				be.Close()
			}
		}
	}
}

// TestFolding needs more workgroups than one dimension holds.
func TestFolding(t *testing.T) {
	be := New(device(t))
	defer be.Close()
	n := lanes*maxGroups + 3*lanes + 5
	x := be.New(1, n+1)
	be.Fill(2, x.View(0, 1, n))
	for _, at := range []int{0, lanes*maxGroups - 1, lanes * maxGroups, n - 1} {
		assert.Equal(t, []float32{2}, read(t, be, x.View(at, 1, 1)), "element %d", at)
	}
	assert.Equal(t, []float32{0}, read(t, be, x.View(n, 1, 1)), "behind the last")
}

// TestOrder records more than a command buffer holds, and writes in between.
func TestOrder(t *testing.T) {
	be := New(device(t))
	defer be.Close()
	x, y := be.New(1, 3), be.New(1, 3)
	be.Write(x, []float32{1, 2, 3})
	const n = 2*slots + 7
	for range n {
		be.Axpby(1, x, 1, y)
	}
	be.Write(x, []float32{0, 0, 1000})
	be.Axpby(1, x, 1, y)
	assert.Equal(t, []float32{n, 2 * n, 3*n + 1000}, read(t, be, y))
}

// TestMemoryComesBackZero frees a buffer while kernels that use it are still
// only recorded, and takes it again.
func TestMemoryComesBackZero(t *testing.T) {
	be := New(device(t))
	defer be.Close()
	x, sum := be.New(1, 1000), be.New(1, 1000)
	be.Fill(3, x)
	be.Axpby(1, x, 1, sum)
	id := of(x).id
	be.Free(x)
	be.Free(x) // a second time does nothing
	y := be.New(1, 1000)
	require.Equal(t, id, of(y).id, "the buffer is used again")
	assert.Equal(t, make([]float32, 1000), read(t, be, y))
	assert.Equal(t, float32(3), read(t, be, sum)[999])
	assert.PanicsWithValue(t, "webgpu: memory used after Free", func() { be.Fill(1, x) })
	be.Close()
	assert.PanicsWithValue(t, "webgpu: memory used after Free", func() { be.Fill(1, y) })
}

// TestGarbageComesBack drops tensors without freeing them, as a job does that
// fails half-way.
func TestGarbageComesBack(t *testing.T) {
	d := device(t)
	be := New(d)
	defer be.Close()
	size := 4 * 12345
	func() {
		for range 5 {
			be.New(1, 12345)
			be.NewIndex(12345 / 4)
		}
	}()
	require.Eventually(t, func() bool {
		runtime.GC()
		d.buffers.collect()
		return len(d.buffers.free[roundUp(size)]) >= 9 // the last may still be in a register
	}, 5*time.Second, time.Millisecond)
}

// TestDestroyed fills the pool, so that buffers are destroyed with commands
// recorded that use them, and bind groups of them forgotten.
func TestDestroyed(t *testing.T) {
	d := device(t)
	be := New(d)
	defer be.Close()
	defer func(limit int) { d.buffers.limit = limit }(d.buffers.limit)
	d.buffers.limit = d.buffers.bytes // nothing more is kept
	const n = 1 << 18
	sum := be.New(1, n)
	var list []backend.Tensor
	for k := range 5 {
		x := be.New(1, n)
		be.Fill(float32(k), x)
		be.Axpby(1, x, 1, sum)
		list = append(list, x)
	}
	for _, x := range list {
		id := of(x).id
		be.Free(x)
		for _, v := range d.pipelines.kernels[variety{"axpby", 4}].variants {
			for key := range v.groups {
				assert.NotContains(t, key, id)
			}
		}
	}
	assert.LessOrEqual(t, d.buffers.bytes, d.buffers.limit)
	assert.Equal(t, []float32{0 + 1 + 2 + 3 + 4}, read(t, be, sum.View(n-1, 1, 1)))
}

// TestSharing checks which operands stand in for others, and the rewritten
// source.
func TestSharing(t *testing.T) {
	k := newPipelines(&Device{}).kernel("mul", 1, "mul") // a and b are read, y is written
	a, b, y := &buffer{id: 1}, &buffer{id: 2}, &buffer{id: 3}
	tests := []struct {
		operands []*buffer
		use      []int
		has, not string
	}{
		{[]*buffer{a, b, y}, []int{0, 1, 2}, "bufA[p.a + i] * bufB[p.b + i]", "var<storage, read_write> bufA"},
		{[]*buffer{a, a, y}, []int{0, 1, 2}, "bufA[p.a + i] * bufB[p.b + i]", "var<storage, read_write> bufA"}, // both only read
		{[]*buffer{y, b, y}, []int{0, 1}, "var<storage, read_write> bufA", "bufY"},
		{[]*buffer{a, y, y}, []int{0, 1}, "bufB[p.y + i] = v", "bufY"},
		{[]*buffer{y, y, y}, []int{0}, "bufA[p.a + i] * bufA[p.b + i]", "bufB"},
	}
	for _, test := range tests {
		source, use := k.variant(k.sharing(test.operands))
		assert.Equal(t, test.use, use)
		assert.Contains(t, source, test.has)
		assert.NotContains(t, source, test.not)
	}
}

func TestRename(t *testing.T) {
	assert.Equal(t, "bufX = bufAs + bufA_ + bufA9 + bufX;bufX", rename("bufA = bufAs + bufA_ + bufA9 + bufA;bufA", "bufA", "bufX"))
}

func TestSizesOfBuffers(t *testing.T) {
	for bytes, want := range map[int]int{0: 256, 1: 256, 256: 256, 257: 512, 1024: 1024, 1025: 1280, 1 << 20: 1 << 20, 1<<20 + 1: 5 << 18} {
		assert.Equal(t, want, roundUp(bytes), "%d bytes", bytes)
	}
	for bytes := 1; bytes < 1<<20; bytes = bytes*9/8 + 1 {
		n := roundUp(bytes)
		assert.GreaterOrEqual(t, n, bytes)
		assert.LessOrEqual(t, n, max(bytes+bytes/4+256, 256))
		assert.Zero(t, n%256)
	}
}

// TestFailures breaks devices of its own in the ways that a device breaks, and
// expects the next Read to say what happened, and nothing to be computed any more.
func TestFailures(t *testing.T) {
	tests := []struct {
		name string
		do   func(d *Device, x backend.Tensor)
		says []string
	}{
		{"a kernel that does not compile", func(d *Device, x backend.Tensor) {
			k := &kernel{name: "broken", source: "\nfn main( {", variants: map[uint32]*pipeline{}}
			d.pipelines.run(k, 1, words{})
		}, []string{"kernel broken", "line 2"}},
		{"a kernel whose bindings are wrong", func(d *Device, x backend.Tensor) {
			k := &kernel{name: "unbound", variants: map[uint32]*pipeline{}, source: `
				@group(0) @binding(7) var<storage, read_write> y: array<f32>;
				@compute @workgroup_size(1) fn main() { y[0] = 1; }`}
			d.pipelines.run(k, 1, words{})
		}, []string{"kernel unbound"}},
		{"a kernel that is given what another one binds", func(d *Device, x backend.Tensor) {
			be := New(d)
			be.Axpby(1, x, 1, be.New(1, 4))
			var fill, other uint32
			for _, v := range d.pipelines.kernels[variety{"fill", 4}].variants {
				fill = v.id
			}
			for _, v := range d.pipelines.kernels[variety{"axpby", 4}].variants {
				for _, g := range v.groups {
					other = g
				}
			}
			d.stream.dispatch(fill, other, 1, words{})
		}, []string{`"fill"`, `"axpby"`}},
		{"an invalid command", func(d *Device, x backend.Tensor) {
			d.stream.copy(of(x), 0, of(x), 0, 4)
		}, []string{`"tensor"`}},
		{"a lost device", func(d *Device, x backend.Tensor) {
			d.device.Call("destroy")
			time.Sleep(50 * time.Millisecond)
		}, []string{"the device was lost"}},
		{"a closed device", func(d *Device, x backend.Tensor) { d.Close() }, []string{"the device is closed"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			d := open(t)
			defer d.Close()
			be := New(d)
			x, dst := be.New(1, 4), make([]float32, 4)
			be.Fill(1, x)
			require.NoError(t, be.Read(x, dst))
			test.do(d, x)
			err := be.Read(x, dst)
			require.Error(t, err)
			assert.True(t, strings.HasPrefix(err.Error(), "webgpu: "), err)
			for _, s := range test.says {
				assert.ErrorContains(t, err, s)
			}
			be.Fill(2, x)
			ix := be.NewIndex(3)
			be.WriteIndex(ix, 1, []int32{0})
			be.Gather(x, ix, be.New(1, 4))
			assert.Equal(t, err, be.Read(x, make([]float32, 4)), "the first failure stays")
			assert.Equal(t, err, d.Err())
		})
	}
}

// benchmark runs kernels recorded n at a time, waiting after each lot.
func benchmark(b *testing.B, be *Backend, x backend.Tensor, kernel func()) {
	one := make([]float32, 1)
	kernel()
	require.NoError(b, be.Read(x.View(0, 1, 1), one))
	b.ResetTimer()
	for k := range b.N {
		kernel()
		if k%256 == 255 || k == b.N-1 {
			require.NoError(b, be.Read(x.View(0, 1, 1), one))
		}
	}
}

// BenchmarkDispatch prices the recording and submitting of the smallest kernel.
func BenchmarkDispatch(b *testing.B) {
	be := New(device(b))
	defer be.Close()
	x := be.New(1, 1)
	benchmark(b, be, x, func() { be.Fill(1, x) })
}

// BenchmarkRead prices waiting for the device and copying one number.
func BenchmarkRead(b *testing.B) {
	be := New(device(b))
	defer be.Close()
	x, one := be.New(1, 1), make([]float32, 1)
	for b.Loop() {
		be.Fill(1, x)
		require.NoError(b, be.Read(x, one))
	}
}

func BenchmarkGemm256(b *testing.B) {
	be, r := New(device(b)), rng.New(1).Stream()
	defer be.Close()
	const n = 256
	x, _ := fill(be, &r, n, n)
	y, _ := fill(be, &r, n, n)
	c := be.New(n, n)
	benchmark(b, be, c, func() { be.Gemm(false, false, 1, x, y, 0, c) })
	b.ReportMetric(2*n*n*n*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
	assert.False(b, math.IsNaN(float64(read(b, be, c)[0])))
}

// TestTasksAreBalanced cuts the rows of a matrix whose lengths fall as 1/rank, as the
// popularity of items does.
func TestTasksAreBalanced(t *testing.T) {
	const rows, cols = 800, 4000
	m := backend.CSR{Rows: rows, Cols: cols, Ptr: []int32{0}}
	r := rng.New(6).Stream()
	for k := range rows {
		for c := range int32(3000 / (1 + (k*7)%rows)) { // the long rows lie anywhere, the last ones are empty
			m.Col, m.Val = append(m.Col, c), append(m.Val, r.Float32()-0.5)
		}
		m.Ptr = append(m.Ptr, int32(len(m.Col)))
	}
	tasks, long, parts := tasksOf(m)
	covered := make([]int, len(m.Col))
	written := make([]int, rows)
	last := uint32(math.MaxUint32)
	for k := 0; k < len(tasks); k += 4 {
		row, from, to, part := tasks[k], tasks[k+1], tasks[k+2], tasks[k+3]
		require.LessOrEqual(t, to-from, uint32(maxTask))
		for i := from; i < to; i++ {
			covered[i]++
			assert.True(t, int32(i) >= m.Ptr[row] && int32(i) < m.Ptr[row+1])
		}
		if part == math.MaxUint32 {
			written[row]++
		}
		if k%(4*spmmTasks) > 0 { // in one workgroup
			assert.LessOrEqual(t, to-from, 2*last)
		}
		last = max(to-from, 1)
	}
	for k := 0; k < len(long); k += 4 {
		written[long[k]]++
		assert.Greater(t, m.Ptr[long[k]+1]-m.Ptr[long[k]], int32(maxTask))
	}
	assert.NotContains(t, covered, 0)
	assert.NotContains(t, covered, 2)
	assert.Equal(t, slices.Repeat([]int{1}, rows), written, "each row is written once")
	assert.Greater(t, parts, 3000/maxTask)

	be, cpu := New(device(t)), simd.New()
	defer be.Close()
	gx, data := fill(be, &r, cols, 20)
	wx, gy, wy := cpu.New(cols, 20), be.New(rows, 20), cpu.New(rows, 20)
	cpu.Write(wx, data)
	be.SpMM(1, be.NewSparse(m), gx, 0, gy, gy)
	cpu.SpMM(1, cpu.NewSparse(m), wx, 0, wy, wy)
	assert.InDeltaSlice(t, read(t, cpu, wy), read(t, be, gy), 1e-4)
}

// TestManySamples gives BPRStep levels larger than a workgroup and rows that many
// samples share, as a shop's popular items are.
func TestManySamples(t *testing.T) {
	be, cpu, r := New(device(t)), simd.New(), rng.New(5).Stream()
	defer be.Close()
	const users, items, n, cols = 3000, 700, 2048, 64
	u, i, j := make([]int32, n), make([]int32, n), make([]int32, n)
	for k := range u {
		u[k] = int32(r.IntN(users))
		i[k] = int32(r.IntN(1 + r.IntN(items-1))) // the first ones often
		j[k] = (i[k] + 1 + int32(r.IntN(items-1))) % items
	}
	gotUsers, data := fill(be, &r, users, cols)
	wantUsers := cpu.New(users, cols)
	cpu.Write(wantUsers, data)
	gotItems, data := fill(be, &r, items, cols)
	wantItems := cpu.New(items, cols)
	cpu.Write(wantItems, data)
	list := func(be backend.Backend, rows int, src []int32) *backend.Index {
		ix := be.NewIndex(len(src))
		be.WriteIndex(ix, rows, src)
		return ix
	}
	be.BPRStep(0.05, 0.01, gotUsers, gotItems, list(be, users, u), list(be, items, i), list(be, items, j))
	cpu.BPRStep(0.05, 0.01, wantUsers, wantItems, list(cpu, users, u), list(cpu, items, i), list(cpu, items, j))
	assert.Greater(t, int(be.plan.starts[1]), smallLevel, "the first level takes several workgroups")
	assert.InDeltaSlice(t, read(t, cpu, wantUsers), read(t, be, gotUsers), 1e-5)
	assert.InDeltaSlice(t, read(t, cpu, wantItems), read(t, be, gotItems), 1e-5)
}
