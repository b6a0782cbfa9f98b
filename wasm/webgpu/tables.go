//go:build js && wasm

package webgpu

import (
	"slices"

	"lethe/recsys/backend"
	"lethe/wasm/jsutil"
)

// index is a list of row numbers on the device and on the host. The buffer holds
// four parts of cap numbers (the last one more): the rows; for scattering,
// the positions in the list sorted by row, the distinct rows, and where each
// one's positions start.
type index struct {
	mem       *block
	rows      []int32 // on the host; len is the index's Len
	cap       int
	bound     int // what all rows lie below
	scattered bool
	segments  int  // distinct rows
	sorted    bool // the other three parts are up to date
}

func (b *Backend) NewIndex(capacity int) *backend.Index {
	ix := &index{cap: capacity}
	if b.failed() == nil {
		ix.mem = b.allocate(4 * (4*capacity + 1))
	}
	return &backend.Index{Mem: ix, Cap: capacity}
}

func (b *Backend) WriteIndex(ix *backend.Index, rows int, src []int32) {
	backend.CheckIndex(ix, rows, src)
	m := ix.Mem.(*index)
	m.rows, m.bound, m.sorted = append(m.rows[:0], src...), rows, false
	ix.Len = len(src)
	if b.failed() != nil {
		return
	}
	b.d.buffers.write(m.mem.use(), 0, jsutil.Raw(src))
	if m.scattered { // and will be again: sort before kernels are recorded, so that the record stays whole
		b.sort(m)
	}
}

// sort brings the parts for scattering up to date. Positions of one row stay
// ascending, which is the order of its sum.
func (b *Backend) sort(m *index) {
	if m.sorted {
		return
	}
	n := len(m.rows)
	keys := make([]uint64, n)
	for k, r := range m.rows {
		keys[k] = uint64(r)<<32 | uint64(k)
	}
	slices.Sort(keys)
	parts := make([]int32, 3*m.cap+1)
	order, distinct, starts := parts[:m.cap], parts[m.cap:2*m.cap], parts[2*m.cap:]
	m.segments = 0
	for k, key := range keys {
		order[k] = int32(uint32(key))
		if r := int32(key >> 32); k == 0 || r != distinct[m.segments-1] {
			distinct[m.segments], starts[m.segments] = r, int32(k)
			m.segments++
		}
	}
	starts[m.segments] = int32(n)
	b.d.buffers.write(m.mem.use(), 4*m.cap, jsutil.Raw(parts))
	m.scattered, m.sorted = true, true
}

// rowsOf is an index into table, checked against it.
func rowsOf(ix *backend.Index, table backend.Tensor) *index {
	m := ix.Mem.(*index)
	if m.bound > table.Rows && ix.Len > 0 {
		panic("webgpu: index written for a larger table")
	}
	return m
}

// sparse is a CSR matrix on the device, and on the host for what host.go computes.
type sparse struct {
	ptr, col, val *block
	csr           backend.CSR
	host          backend.Sparse // made when first needed
}

func (b *Backend) NewSparse(m backend.CSR) backend.Sparse {
	backend.CheckCSR(m)
	s := &sparse{csr: backend.CSR{Rows: m.Rows, Cols: m.Cols, Ptr: slices.Clone(m.Ptr), Col: slices.Clone(m.Col), Val: slices.Clone(m.Val)}}
	t := backend.Sparse{Mem: s, Rows: m.Rows, Cols: m.Cols, N: len(m.Col)}
	if b.failed() != nil {
		return t
	}
	val := m.Val
	if val == nil {
		val = make([]float32, len(m.Col))
		for k := range val {
			val[k] = 1
		}
	}
	for _, part := range []struct {
		to   **block
		data []byte
	}{{&s.ptr, jsutil.Raw(m.Ptr)}, {&s.col, jsutil.Raw(m.Col)}, {&s.val, jsutil.Raw(val)}} {
		*part.to = b.allocate(len(part.data))
		b.d.buffers.write((*part.to).buffer, 0, part.data)
	}
	return t
}

func (b *Backend) FreeSparse(t backend.Sparse) {
	s, ok := t.Mem.(*sparse)
	if !ok || s.ptr == nil {
		return
	}
	for _, m := range []*block{s.ptr, s.col, s.val} {
		b.release(m)
	}
	if s.host.Mem != nil {
		b.host.FreeSparse(s.host)
	}
	*s = sparse{}
}
