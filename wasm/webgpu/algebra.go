//go:build js && wasm

package webgpu

import "lethe/recsys/backend"

// tile is the side of the block of c that a workgroup of Gemm computes.
const tile = 64

// Where c has fewer than enoughTiles the inner index is cut, but not into parts shorter
// than minPart.
const enoughTiles, minPart = 128, 256

func (b *Backend) Gemm(transA, transB bool, alpha float32, ta, tb backend.Tensor, beta float32, c backend.Tensor) {
	if b.failed() != nil {
		return
	}
	m, n, k := backend.CheckGemm(transA, transB, ta, tb, c)
	checkRange(ta, tb, c)
	if b.gemmInPieces(transA, transB, alpha, ta, tb, beta, c) {
		return
	}
	b.near(&ta, &tb, &c)
	w := min(width(ta.Cols, ta), width(tb.Cols, tb), width(c.Cols, c))
	kernel := b.d.pipelines.gemm(transA, transB, w, b.d.direct)
	tiles := groupsOf(m, tile) * groupsOf(n, tile)
	parts := max(1, min(enoughTiles/max(tiles, 1), k/minPart))
	step := max(16, (groupsOf(k, parts)+15)/16*16)
	p := words{u(m), u(n), u(k), flag(transA), flag(transB), u(ta.Off), u(tb.Off), u(c.Off), u(ta.Cols), u(tb.Cols), f(alpha), f(beta), u(step)}
	if parts == 1 {
		b.d.pipelines.run(kernel, tiles, p, of(ta), of(tb), of(c))
		return
	}
	parts = groupsOf(k, step)
	sums := b.sums(parts * m * n)
	p[7], p[10], p[11] = 0, f(1), f(0)
	b.d.pipelines.run(kernel, parts*tiles, p, of(ta), of(tb), sums)
	w = width(c.Len(), c)
	b.run("gemm_join", w, groupsOf(c.Len()/w, lanes), words{u(c.Len() / w), u(parts), u(c.Off / w), f(alpha), f(beta)}, sums, of(c))
}

// sums is scratch for n numbers, valid until the next call.
func (b *Backend) sums(n int) *buffer {
	if b.scratch == nil || !b.scratch.valid() || b.scratch.bytes < 4*n {
		if b.scratch != nil {
			b.release(b.scratch)
		}
		b.scratch = b.allocate(4 * n)
	}
	return b.scratch.use()
}

// gemm is the kernel for some transpositions and a width of rows. direct is the one
// without shared memory, where there is one.
func (p *pipelines) gemm(transA, transB bool, width int, direct bool) *kernel {
	if width == 1 {
		return p.kernel("gemm", 1, "gemm", "gemm_scalar", "gemm_shared")
	}
	if !direct || transA && transB {
		return p.kernel("gemm", 4, "gemm", "gemm_vec4", "gemm_shared")
	}
	switch {
	case transA:
		return p.template("gemm_tn", "tn", 4, "gemm", "gemm_vec4", "gemm_direct")
	case transB:
		return p.template("gemm_nt", "nt", 4, "gemm", "gemm_vec4", "gemm_direct")
	}
	return p.template("gemm_nn", "nn", 4, "gemm", "gemm_vec4", "gemm_direct")
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
	rows, many := b.pieces(y.Rows, y, z), b.pieces(x.Rows, x)
	name, mode := "spmm", "nn"
	if many < x.Rows {
		name, mode = "spmm_windows", "tn"
	}
	for top := 0; top < y.Rows; top += rows {
		py, pz, beta := rowPiece(y, top, rows), rowPiece(z, top, rows), beta
		for first := 0; first == 0 || first < x.Rows; first += many {
			b.spmm(name, mode, alpha, m, rowPiece(x, first, many), first, beta, pz, py, top)
			pz, beta = py, 1
		}
	}
}

// spmm does the rows of y from top on, with the rows of x from first on.
func (b *Backend) spmm(name, mode string, alpha float32, m *sparse, x backend.Tensor, first int, beta float32, z, y backend.Tensor, top int) {
	b.near(&x, &y, &z)
	w := width(y.Cols, x, y, z)
	cols, parts := y.Cols/w, m.parts.use()
	k := b.d.pipelines.template(name, mode, w, "spmm")
	b.d.pipelines.run(k, groupsOf(m.tasks, spmmTasks)*groupsOf(cols, spmmCols),
		words{u(m.tasks), u(cols), u(x.Off / w), u(z.Off / w), u(y.Off / w), f(alpha), f(beta), u(top), u(y.Rows), u(first), u(x.Rows)},
		m.task.use(), m.col.use(), m.val.use(), of(x), of(z), of(y), parts)
	n := m.longs * cols
	b.run("spmm_join", w, groupsOf(n, lanes),
		words{u(n), u(cols), u(z.Off / w), u(y.Off / w), f(alpha), f(beta), u(top), u(y.Rows)},
		m.long.use(), parts, of(z), of(y))
}

func (b *Backend) Gather(x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckGather(x, ix, y)
	checkRange(x, y)
	m := rowsOf(ix, x)
	for place, n := 0, b.pieces(y.Rows, y); place < y.Rows; place += n {
		b.gather(x, m, place, rowPiece(y, place, n))
	}
}

// gather gets the rows of x that an index lists from a place on.
func (b *Backend) gather(x backend.Tensor, ix *index, place int, y backend.Tensor) {
	b.near(&y)
	for first, many := 0, b.pieces(x.Rows, x); first < x.Rows; first += many {
		part := rowPiece(x, first, many)
		b.near(&part)
		w := width(y.Cols, part, y)
		n := y.Len() / w
		b.run("gather", w, groupsOf(n, lanes),
			words{u(n), u(y.Cols / w), u(part.Off / w), u(y.Off / w), u(first), u(part.Rows), u(place)}, ix.mem.use(), of(part), of(y))
	}
}

// gemmInPieces does a product whose a, or b with it, is longer than a window: by rows of c,
// or by parts of the inner index.
func (b *Backend) gemmInPieces(transA, transB bool, alpha float32, ta, tb backend.Tensor, beta float32, c backend.Tensor) bool {
	switch {
	case !transA:
		n := b.pieces(c.Rows, ta, c)
		for r := 0; n < c.Rows && r < c.Rows; r += n {
			b.Gemm(false, transB, alpha, rowPiece(ta, r, n), tb, beta, rowPiece(c, r, n))
		}
		return n < c.Rows
	case !transB:
		n := b.pieces(ta.Rows, ta, tb)
		for r := 0; n < ta.Rows && r < ta.Rows; r += n {
			b.Gemm(true, false, alpha, rowPiece(ta, r, n), rowPiece(tb, r, n), beta, c)
			beta = 1
		}
		return n < ta.Rows
	}
	return false
}

func (b *Backend) ScatterAdd(alpha float32, x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckGather(y, ix, x)
	checkRange(x, y)
	m := rowsOf(ix, y)
	b.near(&x)
	b.sort(m)
	for first, many := 0, b.pieces(y.Rows, y); first < y.Rows; first += many {
		part := rowPiece(y, first, many)
		b.near(&part)
		w := width(x.Cols, x, part)
		b.run("scatteradd", w, groupsOf(m.segments*x.Cols/w, lanes),
			words{u(m.segments), u(x.Cols / w), u(m.cap), u(x.Off / w), u(part.Off / w), f(alpha), u(first), u(part.Rows)}, m.mem.use(), of(x), of(part))
	}
}
