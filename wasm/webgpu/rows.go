//go:build js && wasm

package webgpu

import "lethe/recsys/backend"

// dotRows is how many rows a workgroup of RowDot takes, eight lanes to a row.
const dotRows = 32

func (b *Backend) RowDot(alpha float32, ta, tb backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(ta, tb)
	backend.CheckColumn(ta, y)
	checkRange(ta, tb, y)
	b.run("rowdot", groupsOf(y.Rows, dotRows),
		words{u(ta.Rows), u(ta.Cols), u(ta.Off), u(tb.Off), u(y.Off), f(alpha), f(beta)}, of(ta), of(tb), of(y))
}

func (b *Backend) RowScale(alpha float32, s, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckColumn(x, s)
	checkRange(s, x, y)
	b.run("rowscale", groupsOf(y.Len(), lanes),
		words{u(y.Len()), u(y.Cols), u(s.Off), u(x.Off), u(y.Off), f(alpha), f(beta)}, of(s), of(x), of(y))
}

func (b *Backend) AddRow(x, tb, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckRow(x, tb)
	checkRange(x, tb, y)
	b.run("addrow", groupsOf(y.Len(), lanes), words{u(y.Len()), u(y.Cols), u(x.Off), u(tb.Off), u(y.Off)}, of(x), of(tb), of(y))
}

func (b *Backend) ColSum(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckRow(x, y)
	checkRange(x, y)
	b.run("colsum", groupsOf(y.Cols, 64), words{u(x.Rows), u(x.Cols), u(x.Off), u(y.Off), f(alpha), f(beta)}, of(x), of(y))
}

func (b *Backend) CopyCols(alpha float32, x backend.Tensor, from, n int, beta float32, y backend.Tensor, at int) {
	if b.failed() != nil {
		return
	}
	backend.CheckCopyCols(x, from, n, y, at)
	checkRange(x, y)
	b.run("copycols", groupsOf(x.Rows*n, lanes),
		words{u(x.Rows * n), u(n), u(x.Cols), u(y.Cols), u(x.Off + from), u(y.Off + at), f(alpha), f(beta)}, of(x), of(y))
}

func (b *Backend) RowSoftmax(x, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(x, y)
	checkRange(x, y)
	if x.Cols > 0 {
		b.run("rowsoftmax", x.Rows, words{u(x.Rows), u(x.Cols), u(x.Off), u(y.Off)}, of(x), of(y))
	}
}
