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
	access := "gemm_vec4"
	for _, t := range []backend.Tensor{ta, tb, c} {
		if t.Off%4 != 0 || t.Cols%4 != 0 {
			access = "gemm_scalar"
		}
	}
	kernel := b.d.pipelines.kernel(access, access, "gemm")
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

// spmmRows and spmmCols are the block of y that a workgroup of SpMM computes.
const spmmRows, spmmCols = 4, 64

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
	b.run("spmm", groupsOf(y.Rows, spmmRows)*groupsOf(y.Cols, spmmCols),
		words{u(y.Rows), u(y.Cols), u(x.Off), u(z.Off), u(y.Off), f(alpha), f(beta)},
		m.ptr.use(), m.col.use(), m.val.use(), of(x), of(z), of(y))
}

func (b *Backend) Gather(x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckGather(x, ix, y)
	checkRange(x, y)
	m := rowsOf(ix, x)
	b.run("gather", groupsOf(y.Len(), lanes), words{u(y.Len()), u(y.Cols), u(x.Off), u(y.Off)}, m.mem.use(), of(x), of(y))
}

func (b *Backend) ScatterAdd(alpha float32, x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckGather(y, ix, x)
	checkRange(x, y)
	m := rowsOf(ix, y)
	b.sort(m)
	b.run("scatteradd", groupsOf(m.segments*x.Cols, lanes),
		words{u(m.segments), u(x.Cols), u(m.cap), u(x.Off), u(y.Off), f(alpha)}, m.mem.use(), of(x), of(y))
}
