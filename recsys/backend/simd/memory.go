// Package simd is the default backend: float32 in ordinary memory, and kernels
// whose bits are the same native and wasm, vector and scalar.
//
// Every kernel has scalar loops, which state its arithmetic. Where the build
// has simd/archsimd and the processor its instructions, vector loops stand in
// for them: eight lanes on amd64 with AVX2, four on arm64 and wasm, for which two
// are written in assembler (lanes_wasm.h). They agree in every bit, because each product is rounded before it is added (no fused
// multiply-add), lanes are never summed but in the order that RowDot names, and
// exponentials come from recsys/math32. Which NaN comes out of a NaN is not promised.
//
// A kernel call allocates nothing once its scratch, which belongs to the
// backend, has grown to the largest shape seen.
package simd

import (
	"fmt"

	"lethe/recsys/backend"
)

// Backend implements backend.Backend.
type Backend struct {
	err error
	*loops
	scratch scratch
}

var _ backend.Backend = (*Backend)(nil)

// New returns a backend without allocations.
func New() backend.Backend { return &Backend{loops: fastest()} }

// Name is "simd".
func (b *Backend) Name() string { return "simd" }

type block struct{ data []float32 }

// index keeps the bound that WriteIndex checked, so that kernels check it
// against a table once and not each number.
type index struct {
	rows  []int32
	bound int
}

type sparse struct {
	ptr, col []int32
	val      []float32
}

// maxElements is the largest matrix that New tries to allocate: 2^31 bytes,
// half of what wasm can address.
const maxElements = 1 << 29

// New returns a zero matrix, or fails beyond 2^29 elements.
func (b *Backend) New(rows, cols int) backend.Tensor {
	if rows < 0 || cols < 0 {
		panic("simd: negative dimension")
	}
	t := backend.Tensor{Rows: rows, Cols: cols}
	if cols > 0 && rows > maxElements/cols {
		if b.err == nil {
			b.err = fmt.Errorf("simd: a %d×%d matrix is larger than the allowed %d elements", rows, cols, maxElements)
		}
		return t
	}
	t.Mem = &block{make([]float32, rows*cols)}
	return t
}

// Data returns the numbers of t themselves, not a copy: writing to them writes
// to t. They live as long as the allocation.
func (b *Backend) Data(t backend.Tensor) []float32 {
	return t.Mem.(*block).data[t.Off : t.Off+t.Len() : t.Off+t.Len()]
}

func (b *Backend) Write(t backend.Tensor, src []float32) {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(src)})
	if b.err == nil {
		copy(b.Data(t), src)
	}
}

func (b *Backend) Read(t backend.Tensor, dst []float32) error {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(dst)})
	if b.err != nil {
		return b.err
	}
	copy(dst, b.Data(t))
	return nil
}

func (b *Backend) Free(t backend.Tensor) {
	if m, ok := t.Mem.(*block); ok {
		m.data = nil
	}
}

func (b *Backend) NewIndex(capacity int) *backend.Index {
	return &backend.Index{Mem: &index{rows: make([]int32, capacity)}, Cap: capacity}
}

func (b *Backend) WriteIndex(ix *backend.Index, rows int, src []int32) {
	backend.CheckIndex(ix, rows, src)
	m := ix.Mem.(*index)
	m.bound = rows
	ix.Len = copy(m.rows, src)
}

// rows returns the row numbers of an index into table.
func rows(ix *backend.Index, table backend.Tensor) []int32 {
	m := ix.Mem.(*index)
	if m.bound > table.Rows && ix.Len > 0 {
		panic("simd: index written for a larger table")
	}
	return m.rows[:ix.Len]
}

// NewSparse copies m.
func (b *Backend) NewSparse(m backend.CSR) backend.Sparse {
	backend.CheckCSR(m)
	s := &sparse{append([]int32(nil), m.Ptr...), append([]int32(nil), m.Col...), make([]float32, len(m.Col))}
	if m.Val == nil {
		fill(1, s.val)
	}
	copy(s.val, m.Val)
	return backend.Sparse{Mem: s, Rows: m.Rows, Cols: m.Cols, N: len(m.Col)}
}

func (b *Backend) FreeSparse(s backend.Sparse) {
	if m, ok := s.Mem.(*sparse); ok {
		*m = sparse{}
	}
}
