//go:build js && wasm

package webgpu

import (
	"math"
	"math/bits"
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
	if m.scattered { // and will be again
		b.sort(m)
		return
	}
	b.d.buffers.write(m.mem.use(), 0, jsutil.Raw(src))
}

// sort writes all four parts. Positions of one row stay
// ascending, which is the order of its sum.
func (b *Backend) sort(m *index) {
	if m.sorted {
		return
	}
	n := len(m.rows)
	keys := b.ordered(m.rows, m.bound)
	b.parts = slices.Grow(b.parts[:0], 4*m.cap+1)[:4*m.cap+1]
	order, distinct, starts := b.parts[m.cap:2*m.cap], b.parts[2*m.cap:3*m.cap], b.parts[3*m.cap:]
	copy(b.parts, m.rows)
	m.segments = 0
	for k, key := range keys {
		order[k] = int32(uint32(key))
		if r := int32(key >> 32); k == 0 || r != distinct[m.segments-1] {
			distinct[m.segments], starts[m.segments] = r, int32(k)
			m.segments++
		}
	}
	starts[m.segments] = int32(n)
	b.d.buffers.write(m.mem.use(), 0, jsutil.Raw(b.parts))
	m.scattered, m.sorted = true, true
}

// digit is how many bits of a row number one pass of the sort looks at.
const digit = 11

// ordered is the positions of rows, which lie below bound, and the rows beside them as
// the upper halves, by row and then by position: a radix sort, since a step of training
// sorts several lists. The result is scratch.
func (b *Backend) ordered(rows []int32, bound int) []uint64 {
	n := len(rows)
	b.keys, b.spare = slices.Grow(b.keys[:0], n)[:n], slices.Grow(b.spare[:0], n)[:n]
	for k, r := range rows {
		b.keys[k] = uint64(r)<<32 | uint64(k)
	}
	for shift := 32; bound>>(shift-32) > 0; shift += digit {
		var count [1 << digit]int32
		for _, key := range b.keys {
			count[key>>shift&(1<<digit-1)]++
		}
		at := int32(0)
		for d, c := range count {
			count[d], at = at, at+c
		}
		for _, key := range b.keys {
			d := key >> shift & (1<<digit - 1)
			b.spare[count[d]] = key
			count[d]++
		}
		b.keys, b.spare = b.spare, b.keys
	}
	return b.keys
}

// rowsOf is an index into table, checked against it.
func rowsOf(ix *backend.Index, table backend.Tensor) *index {
	m := ix.Mem.(*index)
	if m.bound > table.Rows && ix.Len > 0 {
		panic("webgpu: index written for a larger table")
	}
	return m
}

// sparse is a CSR matrix on the device, cut into tasks for SpMM.
type sparse struct {
	ptr, col, val *block
	task, long    *block // four numbers each, as spmm.wgsl and spmm_join.wgsl say
	tasks, longs  int
	cut           int    // parts of all long rows
	parts         *block // their sums, for up to width columns; made when first needed
	width         int
}

func (b *Backend) NewSparse(m backend.CSR) backend.Sparse {
	backend.CheckCSR(m)
	s := &sparse{}
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
	task, long, cut := tasksOf(m)
	s.tasks, s.longs, s.cut = len(task)/4, len(long)/4, cut
	for _, part := range []struct {
		to   **block
		data []byte
	}{{&s.ptr, jsutil.Raw(m.Ptr)}, {&s.col, jsutil.Raw(m.Col)}, {&s.val, jsutil.Raw(val)}, {&s.task, jsutil.Raw(task)}, {&s.long, jsutil.Raw(long)}} {
		*part.to = b.allocate(len(part.data))
		b.d.buffers.write((*part.to).buffer, 0, part.data)
	}
	return t
}

// maxTask bounds the entries of a task: popular items have rows hundreds of times the
// median, and one lane that walks such a row alone would hold up all others.
const maxTask = 128

// tasksOf cuts the rows of m into tasks: row, from, to, and the part that the sum goes
// to, none for a whole row. Tasks whose lengths have equally many bits stand together, the
// longest first. long lists the rows that were cut: row, first part, after the last, 0.
func tasksOf(m backend.CSR) (tasks, long []uint32, parts int) {
	const none = math.MaxUint32
	var byLength [bits.UintSize + 1][]uint32
	add := func(row, from, to int, part uint32) {
		n := bits.Len(uint(to - from))
		byLength[n] = append(byLength[n], uint32(row), uint32(from), uint32(to), part)
	}
	for r := range m.Rows {
		from, to := int(m.Ptr[r]), int(m.Ptr[r+1])
		if to-from <= maxTask {
			add(r, from, to, none)
			continue
		}
		first := parts
		for ; from < to; from += maxTask {
			add(r, from, min(from+maxTask, to), uint32(parts))
			parts++
		}
		long = append(long, uint32(r), uint32(first), uint32(parts), 0)
	}
	for _, list := range slices.Backward(byLength[:]) {
		tasks = append(tasks, list...)
	}
	return tasks, long, parts
}

func (b *Backend) FreeSparse(t backend.Sparse) {
	s, ok := t.Mem.(*sparse)
	if !ok || s.ptr == nil {
		return
	}
	for _, m := range []*block{s.ptr, s.col, s.val, s.task, s.long, s.parts} {
		if m != nil {
			b.release(m)
		}
	}
	*s = sparse{}
}
