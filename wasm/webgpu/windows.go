//go:build js && wasm

package webgpu

import (
	"fmt"

	"lethe/recsys/backend"
)

// A buffer may be larger than what a kernel can bind of it. Then kernels get windows of
// it, which begin at multiples of half a binding: whatever is no longer than half a
// binding lies inside one of them. Longer operands are worked on piece by piece. Kernels
// that go anywhere in an operand do what lies in each piece. BPRStep does not work on
// tables that long, nor ScatterAdd on such a list, and they say so.

// half of a binding, in numbers.
func (b *Backend) half() int { return b.d.maxBinding / 8 / 64 * 64 }

// near lets tensors in huge buffers refer to windows.
func (b *Backend) near(list ...*backend.Tensor) {
	if !b.huge {
		return
	}
	for _, t := range list {
		m, ok := t.Mem.(*block)
		if !ok || m.use().bytes <= b.d.maxBinding {
			continue
		}
		if t.Len() > b.half() {
			if b.err == nil {
				b.err = failure(fmt.Sprintf("a kernel cannot bind %d×%d numbers at once on %s", t.Rows, t.Cols, b.d.name))
			}
			t.Mem, t.Off = b.d.buffers.window(m.buffer, 0, b.d.maxBinding), 0 // in bounds; nobody reads what comes of it
			continue
		}
		start := t.Off / b.half() * b.half()
		t.Mem = b.d.buffers.window(m.buffer, 4*start, b.d.maxBinding)
		t.Off -= start
	}
}

// window is the part of a buffer that begins at start.
func (p *pool) window(b *buffer, start, most int) *buffer {
	if v := b.views[start]; v != nil {
		return v
	}
	v := &buffer{js: b.js, bytes: min(most, b.bytes-start), start: start}
	v.id = p.d.stream.number(b.js)
	if b.views == nil {
		b.views = map[int]*buffer{}
	}
	b.views[start] = v
	return v
}

// pieces is how many of n like parts of the operands, rows or numbers, can be worked on
// at a time: all but for operands that are longer than a window.
func (b *Backend) pieces(n int, list ...backend.Tensor) int {
	if !b.huge {
		return max(n, 1)
	}
	most := n
	for _, t := range list {
		m, ok := t.Mem.(*block)
		if ok && n > 0 && m.use().bytes > b.d.maxBinding && t.Len() > b.half() {
			if most = min(most, b.half()/max(1, t.Len()/n)); most > 64 {
				most = most / 64 * 64 // so that pieces begin where four numbers can be read at once
			}
		}
	}
	return max(most, 1)
}

// piece is elements [from, from+n) of a tensor, as far as there are.
func piece(t backend.Tensor, from, n int) backend.Tensor {
	return t.View(from, 1, min(n, t.Len()-from))
}

// rowPiece is rows [from, from+n) of a tensor, as far as there are.
func rowPiece(t backend.Tensor, from, n int) backend.Tensor {
	return t.RowRange(from, min(from+n, t.Rows))
}
