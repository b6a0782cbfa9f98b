// Package failover is a backend that outlives its hardware. It computes on a first
// backend; when that fails, at any moment, it goes on with a second one, and
// whoever computes does not notice but for the time.
//
// It keeps a checkpoint, what every allocation held at some moment, on the host, and a
// log of all kernels and writes since. Failing over means to put the checkpoint on
// the second backend and to run the log there. A new checkpoint is taken when the log
// has grown long against what it costs to read: see due. It costs the host as much
// memory as the allocations that kernels write to.
package failover

import (
	"slices"

	"lethe/recsys/backend"
)

// Backend implements backend.Backend.
type Backend struct {
	on     backend.Backend // computes
	second func() backend.Backend
	tell   func(error)
	name   string
	turn   int // 1, then 2 for the second backend

	log   []func()
	bytes int // of writes in the log
	dirty map[*memory]struct{}
	size  int // numbers in dirty
	lists map[*index]struct{}
}

var _ backend.Backend = (*Backend)(nil)

// New computes on first until it fails, then on what second makes. tell hears the
// failure at that moment; it may be nil.
func New(first backend.Backend, second func() backend.Backend, tell func(error)) *Backend {
	return &Backend{on: first, second: second, tell: tell, name: first.Name(), turn: 1,
		dirty: map[*memory]struct{}{}, lists: map[*index]struct{}{}}
}

// Name is that of the first backend, with the second's once that computes:
// "webgpu, then simd".
func (b *Backend) Name() string { return b.name }

// Failed tells whether the second backend computes.
func (b *Backend) Failed() bool { return b.turn == 2 }

// memory is an allocation. It moves to the second backend when it is first used there.
type memory struct {
	rows, cols int
	held       []float32 // at the checkpoint; nil for zeros
	at         backend.Tensor
	turn       int // where at is
	freed      bool
}

// use is t on the backend that computes.
func (b *Backend) use(t backend.Tensor) backend.Tensor {
	if t.Mem == nil {
		return t
	}
	m := t.Mem.(*memory)
	if m.turn != b.turn {
		m.at, m.turn = b.on.New(m.rows, m.cols), b.turn
		if m.held != nil {
			b.on.Write(m.at, m.held)
		}
	}
	return backend.Tensor{Mem: m.at.Mem, Off: m.at.Off + t.Off, Rows: t.Rows, Cols: t.Cols}
}

// index is a list of rows.
type index struct {
	cap        int
	held, rows []int32 // at the checkpoint, and now
	heldBound  int
	bound      int
	at         *backend.Index
	turn       int
}

func (b *Backend) useIndex(ix *backend.Index) *backend.Index {
	m := ix.Mem.(*index)
	if m.turn != b.turn {
		m.at, m.turn = b.on.NewIndex(m.cap), b.turn
		if m.held != nil {
			b.on.WriteIndex(m.at, m.heldBound, m.held)
		}
	}
	return m.at
}

// sparse is a CSR matrix, which nobody writes to.
type sparse struct {
	csr   backend.CSR
	at    backend.Sparse
	turn  int
	freed bool
}

func (b *Backend) useSparse(s backend.Sparse) backend.Sparse {
	m := s.Mem.(*sparse)
	if m.turn != b.turn {
		m.at, m.turn = b.on.NewSparse(m.csr), b.turn
	}
	return m.at
}

// do runs a step and, on the first backend, puts it into the log. outputs are what it
// writes to.
func (b *Backend) do(step func(), outputs ...backend.Tensor) {
	if b.turn == 1 {
		if err := b.err(); err != nil {
			b.fail(err)
		} else if b.due(fullLog) {
			b.checkpoint()
		}
	}
	step()
	if b.turn == 2 {
		return
	}
	b.log = append(b.log, step)
	for _, t := range outputs {
		m := t.Mem.(*memory)
		if _, known := b.dirty[m]; !known {
			b.dirty[m] = struct{}{}
			b.size += m.rows * m.cols
		}
	}
}

// err is the first backend's failure, where it tells before a Read.
func (b *Backend) err() error {
	if early, ok := b.on.(interface{ Err() error }); ok {
		return early.Err()
	}
	return nil
}

// The log may hold this many steps, and one more for so many numbers that a checkpoint
// would read; and this many bytes of writes.
const (
	fullLog    = 8192
	perStep    = 1024
	fullWrites = 128 << 20
)

// due tells whether the log has so many steps that a checkpoint is worth its price.
func (b *Backend) due(steps int) bool {
	return len(b.log) >= steps+b.size/perStep || b.bytes >= fullWrites
}

// checkpoint reads what was written since the last one, and empties the log; or, where
// that fails, fails over.
func (b *Backend) checkpoint() {
	list := make([]backend.Tensor, 0, len(b.dirty))
	held := make([][]float32, 0, len(b.dirty))
	var of []*memory
	for m := range b.dirty { // in any order: each has a place of its own
		if !m.freed {
			of = append(of, m)
			list, held = append(list, m.at), append(held, make([]float32, m.rows*m.cols))
		}
	}
	if err := readAll(b.on, list, held); err != nil {
		b.fail(err)
		return
	}
	for k, m := range of {
		m.held = held[k]
	}
	for m := range b.lists {
		m.held, m.heldBound = append(m.held[:0], m.rows...), m.bound
	}
	b.empty()
}

func (b *Backend) empty() {
	clear(b.log)
	clear(b.dirty)
	clear(b.lists)
	b.log, b.bytes, b.size = b.log[:0], 0, 0
}

// readAll reads several tensors, at one go where the backend knows how.
func readAll(be backend.Backend, list []backend.Tensor, to [][]float32) error {
	if r, ok := be.(interface {
		ReadAll([]backend.Tensor, [][]float32) error
	}); ok {
		return r.ReadAll(list, to)
	}
	for k, t := range list {
		if err := be.Read(t, to[k]); err != nil {
			return err
		}
	}
	return nil
}

// fail goes over to the second backend.
func (b *Backend) fail(err error) {
	if b.tell != nil {
		b.tell(err)
	}
	first := b.on
	b.on, b.turn = b.second(), 2
	b.name += ", then " + b.on.Name()
	for _, step := range b.log {
		step()
	}
	for m := range b.dirty {
		if m.freed && m.turn == 2 {
			b.on.Free(m.at)
		}
	}
	b.empty()
	b.log = nil
	if c, ok := first.(interface{ Close() }); ok {
		c.Close()
	}
}

func (b *Backend) New(rows, cols int) backend.Tensor {
	m := &memory{rows: rows, cols: cols, at: b.on.New(rows, cols), turn: b.turn}
	return backend.Tensor{Mem: m, Rows: rows, Cols: cols}
}

func (b *Backend) Write(t backend.Tensor, src []float32) {
	backend.CheckLen(t, backend.Tensor{Rows: 1, Cols: len(src)})
	if b.turn == 2 {
		b.on.Write(b.use(t), src)
		return
	}
	src = slices.Clone(src)
	b.bytes += 4 * len(src)
	b.do(func() { b.on.Write(b.use(t), src) }, t)
}

// Read is where the first backend's failure shows; then the second one's answer is
// read.
func (b *Backend) Read(t backend.Tensor, dst []float32) error {
	if b.turn == 2 {
		return b.on.Read(b.use(t), dst)
	}
	if b.due(fullLog / 2) {
		b.checkpoint()
	}
	err := b.on.Read(b.use(t), dst)
	if err == nil || b.turn == 2 {
		return err
	}
	b.fail(err)
	return b.on.Read(b.use(t), dst)
}

func (b *Backend) Free(t backend.Tensor) {
	if m, ok := t.Mem.(*memory); ok && !m.freed {
		m.freed = true
		if m.turn == b.turn {
			b.on.Free(m.at)
		}
	}
}

func (b *Backend) NewIndex(capacity int) *backend.Index {
	return &backend.Index{Mem: &index{cap: capacity, at: b.on.NewIndex(capacity), turn: b.turn}, Cap: capacity}
}

func (b *Backend) WriteIndex(ix *backend.Index, rows int, src []int32) {
	backend.CheckIndex(ix, rows, src)
	m := ix.Mem.(*index)
	ix.Len = len(src)
	if b.turn == 1 {
		src = slices.Clone(src)
		b.bytes += 4 * len(src)
		m.rows, m.bound = src, rows
	}
	b.do(func() {
		at := b.useIndex(ix)
		b.on.WriteIndex(at, rows, src)
	})
	if b.turn == 1 {
		b.lists[m] = struct{}{}
	}
}

func (b *Backend) NewSparse(m backend.CSR) backend.Sparse {
	s := &sparse{turn: b.turn, at: b.on.NewSparse(m)}
	if b.turn == 1 {
		s.csr = backend.CSR{Rows: m.Rows, Cols: m.Cols, Ptr: slices.Clone(m.Ptr), Col: slices.Clone(m.Col), Val: slices.Clone(m.Val)}
	}
	return backend.Sparse{Mem: s, Rows: m.Rows, Cols: m.Cols, N: len(m.Col)}
}

func (b *Backend) FreeSparse(t backend.Sparse) {
	if s, ok := t.Mem.(*sparse); ok && !s.freed {
		s.freed = true
		if s.turn == b.turn {
			b.on.FreeSparse(s.at)
		}
	}
}
