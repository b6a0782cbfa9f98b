//go:build js && wasm

package webgpu

import "lethe/recsys/backend"

// dotRows is how many rows a workgroup of RowDot takes. It takes one of more than longRow
// groups of columns.
const dotRows, longRow = 32, 128

func (b *Backend) RowDot(alpha float32, ta, tb backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(ta, tb)
	backend.CheckColumn(ta, y)
	checkRange(ta, tb, y)
	if n := b.pieces(ta.Rows, ta, tb, y); n < ta.Rows {
		for r := 0; r < ta.Rows; r += n {
			b.RowDot(alpha, rowPiece(ta, r, n), rowPiece(tb, r, n), beta, rowPiece(y, r, n))
		}
		return
	}
	b.near(&ta, &tb, &y)
	w := apart(width(ta.Cols, ta, tb), y, ta, tb)
	cols := ta.Cols / w
	k, rows := b.d.pipelines.template("rowdot", "s.", w, "rowdot"), dotRows
	if cols > longRow {
		k, rows = b.d.pipelines.template("rowdot_long", "l.", w, "rowdot", reduce), 1
	}
	b.d.pipelines.run(k, groupsOf(y.Rows, rows),
		words{u(ta.Rows), u(cols), u(ta.Off / w), u(tb.Off / w), u(y.Off), f(alpha), f(beta)}, of(ta), of(tb), of(y))
}

// apart is width for a kernel that takes x one number at a time and the others in groups:
// 1 where x shares their memory, for which a kernel has one type.
func apart(width int, x backend.Tensor, others ...backend.Tensor) int {
	for _, t := range others {
		if of(t) == of(x) {
			return 1
		}
	}
	return width
}

func (b *Backend) RowScale(alpha float32, s, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckColumn(x, s)
	checkRange(s, x, y)
	if n := b.pieces(y.Rows, s, x, y); n < y.Rows {
		for r := 0; r < y.Rows; r += n {
			b.RowScale(alpha, rowPiece(s, r, n), rowPiece(x, r, n), beta, rowPiece(y, r, n))
		}
		return
	}
	b.near(&s, &x, &y)
	w := apart(width(y.Cols, x, y), s, x, y)
	n := y.Len() / w
	b.run("rowscale", w, groupsOf(n, lanes),
		words{u(n), u(y.Cols / w), u(s.Off), u(x.Off / w), u(y.Off / w), f(alpha), f(beta)}, of(s), of(x), of(y))
}

func (b *Backend) AddRow(x, tb, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckRow(x, tb)
	checkRange(x, tb, y)
	if n := b.pieces(y.Rows, x, y); n < y.Rows {
		for r := 0; r < y.Rows; r += n {
			b.AddRow(rowPiece(x, r, n), tb, rowPiece(y, r, n))
		}
		return
	}
	b.near(&x, &tb, &y)
	w := width(y.Cols, x, tb, y)
	n := y.Len() / w
	b.run("addrow", w, groupsOf(n, lanes), words{u(n), u(y.Cols / w), u(x.Off / w), u(tb.Off / w), u(y.Off / w)}, of(x), of(tb), of(y))
}

// sumCols is how many groups of columns a workgroup of ColSum takes.
const sumCols = 16

func (b *Backend) ColSum(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckRow(x, y)
	checkRange(x, y)
	if n := b.pieces(x.Rows, x); n < x.Rows {
		for r := 0; r < x.Rows; r += n {
			b.ColSum(alpha, rowPiece(x, r, n), beta, y)
			beta = 1
		}
		return
	}
	b.near(&x, &y)
	w := width(y.Cols, x, y)
	b.run("colsum", w, groupsOf(y.Cols/w, sumCols),
		words{u(x.Rows), u(x.Cols / w), u(x.Off / w), u(y.Off / w), f(alpha), f(beta)}, of(x), of(y))
}

func (b *Backend) CopyCols(alpha float32, x backend.Tensor, from, n int, beta float32, y backend.Tensor, at int) {
	if b.failed() != nil {
		return
	}
	backend.CheckCopyCols(x, from, n, y, at)
	checkRange(x, y)
	if k := b.pieces(x.Rows, x, y); k < x.Rows {
		for r := 0; r < x.Rows; r += k {
			b.CopyCols(alpha, rowPiece(x, r, k), from, n, beta, rowPiece(y, r, k), at)
		}
		return
	}
	b.near(&x, &y)
	first := y // where each of them starts
	first.Off += at
	source := x
	source.Off += from
	w := min(width(n, source, first), width(x.Cols), width(y.Cols))
	total := x.Rows * n / w
	b.run("copycols", w, groupsOf(total, lanes),
		words{u(total), u(n / w), u(x.Cols / w), u(y.Cols / w), u(source.Off / w), u(first.Off / w), f(alpha), f(beta)}, of(x), of(y))
}

func (b *Backend) RowSoftmax(x, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(x, y)
	checkRange(x, y)
	if n := b.pieces(x.Rows, x, y); n < x.Rows {
		for r := 0; r < x.Rows; r += n {
			b.RowSoftmax(rowPiece(x, r, n), rowPiece(y, r, n))
		}
		return
	}
	b.near(&x, &y)
	if x.Cols > 0 {
		b.d.pipelines.run(b.d.pipelines.kernel("rowsoftmax", 1, "rowsoftmax", reduce), x.Rows, words{u(x.Rows), u(x.Cols), u(x.Off), u(y.Off)}, of(x), of(y))
	}
}
