// Package reference is the oracle: every kernel as the obvious loop, with
// float64 storage and sums. It is what the conformance suite compares other
// backends with, and where gradients are checked against finite differences.
package reference

import (
	"fmt"

	"lethe/recsys/backend"
)

// Backend implements backend.Backend.
type Backend struct{ err error }

var _ backend.Backend = (*Backend)(nil)

// New returns a backend without allocations.
func New() *Backend { return &Backend{} }

// Name is "reference".
func (b *Backend) Name() string { return "reference" }

type block struct{ data []float64 }

type index struct{ rows []int32 }

type sparse struct {
	ptr, col []int32
	val      []float64
}

// maxElements is the largest matrix that New tries to allocate: 2^31 bytes.
const maxElements = 1 << 28

// New returns a zero matrix, or fails beyond 2^28 elements.
func (b *Backend) New(rows, cols int) backend.Tensor {
	if rows < 0 || cols < 0 {
		panic("reference: negative dimension")
	}
	t := backend.Tensor{Rows: rows, Cols: cols}
	if cols > 0 && rows > maxElements/cols {
		if b.err == nil {
			b.err = fmt.Errorf("reference: a %d×%d matrix is larger than the allowed %d elements", rows, cols, maxElements)
		}
		return t
	}
	t.Mem = &block{make([]float64, rows*cols)}
	return t
}

// Float64 returns the stored numbers themselves: writing to them writes to t.
func (b *Backend) Float64(t backend.Tensor) []float64 {
	return t.Mem.(*block).data[t.Off : t.Off+t.Len() : t.Off+t.Len()]
}

// WriteFloat64 copies t.Len() numbers in, without rounding them to float32.
func (b *Backend) WriteFloat64(t backend.Tensor, src []float64) {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(src)})
	if b.err == nil {
		copy(b.Float64(t), src)
	}
}

func (b *Backend) Write(t backend.Tensor, src []float32) {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(src)})
	if b.err != nil {
		return
	}
	for i, d := 0, b.Float64(t); i < len(d); i++ {
		d[i] = float64(src[i])
	}
}

func (b *Backend) Read(t backend.Tensor, dst []float32) error {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(dst)})
	if b.err != nil {
		return b.err
	}
	for i, x := range b.Float64(t) {
		dst[i] = float32(x)
	}
	return nil
}

func (b *Backend) Free(t backend.Tensor) {
	if m, ok := t.Mem.(*block); ok {
		m.data = nil
	}
}

func (b *Backend) NewIndex(capacity int) *backend.Index {
	return &backend.Index{Mem: &index{make([]int32, capacity)}, Cap: capacity}
}

func (b *Backend) WriteIndex(ix *backend.Index, rows int, src []int32) {
	backend.CheckIndex(ix, rows, src)
	ix.Len = copy(ix.Mem.(*index).rows, src)
}

func (b *Backend) NewSparse(m backend.CSR) backend.Sparse {
	backend.CheckCSR(m)
	s := &sparse{ptr: append([]int32(nil), m.Ptr...), col: append([]int32(nil), m.Col...)}
	for k := range m.Col {
		if m.Val == nil {
			s.val = append(s.val, 1)
		} else {
			s.val = append(s.val, float64(m.Val[k]))
		}
	}
	return backend.Sparse{Mem: s, Rows: m.Rows, Cols: m.Cols, N: len(m.Col)}
}

func (b *Backend) FreeSparse(s backend.Sparse) {
	if m, ok := s.Mem.(*sparse); ok {
		*m = sparse{}
	}
}

// rows returns the row numbers of an index.
func rows(ix *backend.Index) []int32 { return ix.Mem.(*index).rows[:ix.Len] }

// row returns row r of t.
func (b *Backend) row(t backend.Tensor, r int) []float64 {
	return b.Float64(t.RowRange(r, r+1))
}

// blend returns x + β·y, without looking at y when β is 0.
func blend(x float64, beta float32, y *float64) float64 {
	if beta == 0 {
		return x
	}
	return x + float64(beta)**y
}
