//go:build js && wasm

package webgpu

import (
	"fmt"
	"math"
	"runtime"

	"lethe/recsys/backend"
	"lethe/wasm/jsutil"
)

// Backend implements backend.Backend on a Device. Several may share one device;
// they then share its goroutine and its failures.
type Backend struct {
	d    *Device
	err  error              // the backend's own first failure
	live map[lease]struct{} // what Close releases
	huge bool               // some allocation is larger than a binding

	keys, spare []uint64 // of ordered
	parts       []int32  // of sort
	plan        plan     // of BPRStep
	scratch     *block   // of sums

	halve func(items backend.Tensor, w int) *buffer // what TopK reads, after RankInHalf
}

var _ backend.Backend = (*Backend)(nil)

// New returns a backend without allocations.
func New(d *Device) *Backend {
	return &Backend{d: d, live: map[lease]struct{}{}}
}

// Name is "webgpu".
func (b *Backend) Name() string { return "webgpu" }

// Close frees all that the backend allocated. The device stays open.
func (b *Backend) Close() {
	for l := range b.live {
		b.d.buffers.release(l)
	}
	clear(b.live)
}

// failed returns the first failure: the backend's own or its device's.
func (b *Backend) failed() error {
	if b.err != nil {
		return b.err
	}
	return b.d.err
}

// block is an allocation. One that becomes unreachable is given back, as on
// other backends.
type block struct{ lease }

// allocate makes room for what kernels bind as a whole; New asks for more than that.
func (b *Backend) allocate(bytes int) *block {
	if bytes > b.d.maxBinding && b.err == nil {
		b.err = failure(fmt.Sprintf("a table of %d bytes is larger than the %d that %s lets a kernel bind", bytes, b.d.maxBinding, b.d.name))
		bytes = 0
	}
	return b.take(bytes)
}

func (b *Backend) take(bytes int) *block {
	m := &block{b.d.buffers.storage(bytes)}
	b.live[m.lease] = struct{}{}
	runtime.AddCleanup(m, b.d.buffers.abandon, m.lease)
	return m
}

func (b *Backend) release(m *block) {
	b.d.buffers.release(m.lease)
	delete(b.live, m.lease)
}

// use is the buffer of an allocation that was not freed.
func (m *block) use() *buffer {
	if m == nil || !m.valid() {
		panic("webgpu: memory used after Free")
	}
	return m.buffer
}

// Err is the first failure, which Read would return.
func (b *Backend) Err() error { return b.failed() }

// New returns a zero matrix, or fails beyond what the device allows a buffer.
func (b *Backend) New(rows, cols int) backend.Tensor {
	if rows < 0 || cols < 0 {
		panic("webgpu: negative dimension")
	}
	t := backend.Tensor{Rows: rows, Cols: cols}
	if b.failed() != nil {
		return t
	}
	if limit := b.d.maxBytes / 4; cols > 0 && rows > limit/cols {
		b.err = failure(fmt.Sprintf("a %d×%d matrix is larger than the %d elements that %s allows", rows, cols, limit, b.d.name))
		return t
	}
	b.huge = b.huge || 4*rows*cols > b.d.maxBinding
	t.Mem = b.take(4 * rows * cols)
	return t
}

// of is the buffer of a tensor, or the window of a buffer that near found.
func of(t backend.Tensor) *buffer {
	if w, ok := t.Mem.(*buffer); ok {
		return w
	}
	m, _ := t.Mem.(*block)
	return m.use()
}

func (b *Backend) Write(t backend.Tensor, src []float32) {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(src)})
	if b.failed() == nil {
		b.d.buffers.write(of(t), 4*t.Off, jsutil.Raw(src))
	}
}

func (b *Backend) Read(t backend.Tensor, dst []float32) error {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(dst)})
	if err := b.failed(); err != nil {
		return err
	}
	return b.d.buffers.read(part{of(t), 4 * t.Off, jsutil.Raw(dst)})
}

// ReadAll reads several tensors for the price of waiting once.
func (b *Backend) ReadAll(list []backend.Tensor, to [][]float32) error {
	if err := b.failed(); err != nil {
		return err
	}
	parts := make([]part, len(list))
	for k, t := range list {
		backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(to[k])})
		parts[k] = part{of(t), 4 * t.Off, jsutil.Raw(to[k])}
	}
	return b.d.buffers.read(parts...)
}

func (b *Backend) Free(t backend.Tensor) {
	if m, ok := t.Mem.(*block); ok {
		b.release(m)
	}
}

// run records the kernel of that name, whose file has the same name. width is how
// many numbers of its operands it takes at once.
func (b *Backend) run(name string, width, groups int, w words, operands ...*buffer) {
	b.d.pipelines.run(b.d.pipelines.kernel(name, width, name), groups, w, operands...)
}

// width is 4 where rows of that many columns at these places divide into groups of
// four numbers, sixteen bytes that a lane loads at once, and otherwise 1. Offsets and
// columns that a kernel gets are then in groups.
func width(cols int, operands ...backend.Tensor) int {
	if cols%4 != 0 {
		return 1
	}
	for _, t := range operands {
		if t.Off%4 != 0 {
			return 1
		}
	}
	return 4
}

// lanes is the workgroup size of elementwise kernels.
const lanes = 256

func groupsOf(n, each int) int { return (n + each - 1) / each }

// checkRange panics where a tensor reaches beyond 32-bit element numbers.
func checkRange(list ...backend.Tensor) {
	for _, t := range list {
		if t.Off+t.Len() > math.MaxUint32 {
			panic("webgpu: tensor beyond 2^32 elements")
		}
	}
}
