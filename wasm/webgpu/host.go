//go:build js && wasm

package webgpu

// Kernels that are computed on the host for now: operands are read back, a
// private simd backend computes, results are written again. Each waits for the
// device several times, some milliseconds each.

import "lethe/recsys/backend"

func (b *Backend) BPRStep(rate, reg float32, users, items backend.Tensor, u, i, j *backend.Index) {
	if b.failed() != nil {
		return
	}
	backend.CheckBPR(users, items, u, i, j)
	hu, hi := b.pull(users), b.pull(items)
	b.host.BPRStep(rate, reg, hu, hi, b.list(u, users), b.list(i, items), b.list(j, items))
	b.push(hu, users)
	b.push(hi, items)
}

func (b *Backend) TopK(users backend.Tensor, u *backend.Index, items backend.Tensor, seen backend.Sparse, banned backend.Tensor, ids, scores backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckTopK(users, u, items, seen, banned, ids, scores)
	hu, hi := b.pull(users), b.pull(items)
	var hb backend.Tensor
	if banned.Mem != nil {
		hb = b.pull(banned)
	}
	s := seen.Mem.(*sparse)
	if s.host.Mem == nil {
		s.host = b.host.NewSparse(s.csr)
	}
	hids, hscores := b.host.New(ids.Rows, ids.Cols), b.host.New(scores.Rows, scores.Cols)
	b.host.TopK(hu, b.list(u, users), hi, s.host, hb, hids, hscores)
	b.push(hids, ids)
	b.push(hscores, scores)
	b.host.Free(hu)
	b.host.Free(hi)
	b.host.Free(hb)
}

// pull copies a tensor to the host; a failure stays with the backend.
func (b *Backend) pull(t backend.Tensor) backend.Tensor {
	data := make([]float32, t.Len())
	if err := b.Read(t, data); err != nil && b.err == nil {
		b.err = err
	}
	h := b.host.New(t.Rows, t.Cols)
	b.host.Write(h, data)
	return h
}

// push copies a host tensor to the device and frees it.
func (b *Backend) push(h, t backend.Tensor) {
	data := make([]float32, t.Len())
	if err := b.host.Read(h, data); err != nil && b.err == nil {
		b.err = err
	}
	b.Write(t, data)
	b.host.Free(h)
}

// list copies an index to the host.
func (b *Backend) list(ix *backend.Index, table backend.Tensor) *backend.Index {
	m := rowsOf(ix, table)
	h := b.host.NewIndex(len(m.rows))
	b.host.WriteIndex(h, table.Rows, m.rows)
	return h
}
