//go:build js && wasm

package webgpu

import "lethe/recsys/backend"

// tile is the side of the block of c that a workgroup of Gemm computes.
const tile = 64

func (b *Backend) Gemm(transA, transB bool, alpha float32, ta, tb backend.Tensor, beta float32, c backend.Tensor) {
	if b.failed() != nil {
		return
	}
	m, n, k := backend.CheckGemm(transA, transB, ta, tb, c)
	checkRange(ta, tb, c)
	access, w := "gemm_vec4", min(width(ta.Cols, ta), width(tb.Cols, tb), width(c.Cols, c))
	if w == 1 {
		access = "gemm_scalar"
	}
	kernel := b.d.pipelines.kernel("gemm", w, access, "gemm")
	b.d.pipelines.run(kernel, groupsOf(m, tile)*groupsOf(n, tile),
		words{u(m), u(n), u(k), flag(transA), flag(transB), u(ta.Off), u(tb.Off), u(c.Off), u(ta.Cols), u(tb.Cols), f(alpha), f(beta)},
		of(ta), of(tb), of(c))
}

func flag(on bool) uint32 {
	if on {
		return 1
	}
	return 0
}

// spmmTasks is how many tasks a workgroup of SpMM takes, and spmmCols how many groups
// of columns.
const spmmTasks, spmmCols = 16, 16

func (b *Backend) SpMM(alpha float32, s backend.Sparse, x backend.Tensor, beta float32, z, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSpMM(s, x, beta, z, y)
	if beta == 0 {
		z = y
	}
	checkRange(x, y, z)
	m := s.Mem.(*sparse)
	if m.parts == nil || m.width < y.Cols {
		if m.parts != nil {
			b.release(m.parts)
		}
		m.parts, m.width = b.allocate(4*m.cut*y.Cols), y.Cols
	}
	w := width(y.Cols, x, y, z)
	cols, parts := y.Cols/w, m.parts.use()
	b.run("spmm", w, groupsOf(m.tasks, spmmTasks)*groupsOf(cols, spmmCols),
		words{u(m.tasks), u(cols), u(x.Off / w), u(z.Off / w), u(y.Off / w), f(alpha), f(beta)},
		m.task.use(), m.col.use(), m.val.use(), of(x), of(z), of(y), parts)
	n := m.longs * cols
	b.run("spmm_join", w, groupsOf(n, lanes),
		words{u(n), u(cols), u(z.Off / w), u(y.Off / w), f(alpha), f(beta)},
		m.long.use(), parts, of(z), of(y))
}

func (b *Backend) Gather(x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckGather(x, ix, y)
	checkRange(x, y)
	m := rowsOf(ix, x)
	w := width(y.Cols, x, y)
	n := y.Len() / w
	b.run("gather", w, groupsOf(n, lanes), words{u(n), u(y.Cols / w), u(x.Off / w), u(y.Off / w)}, m.mem.use(), of(x), of(y))
}

func (b *Backend) ScatterAdd(alpha float32, x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckGather(y, ix, x)
	checkRange(x, y)
	m := rowsOf(ix, y)
	b.sort(m)
	w := width(x.Cols, x, y)
	b.run("scatteradd", w, groupsOf(m.segments*x.Cols/w, lanes),
		words{u(m.segments), u(x.Cols / w), u(m.cap), u(x.Off / w), u(y.Off / w), f(alpha)}, m.mem.use(), of(x), of(y))
}
