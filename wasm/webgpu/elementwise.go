//go:build js && wasm

package webgpu

import "lethe/recsys/backend"

func (b *Backend) Fill(x float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	checkRange(y)
	if n := b.pieces(y.Len(), y); n < y.Len() {
		for at := 0; at < y.Len(); at += n {
			b.Fill(x, piece(y, at, n))
		}
		return
	}
	b.near(&y)
	w := width(y.Len(), y)
	n := y.Len() / w
	b.run("fill", w, groupsOf(n, lanes), words{u(n), u(y.Off / w), f(x)}, of(y))
}

func (b *Backend) Axpby(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(x, y)
	checkRange(x, y)
	if n := b.pieces(y.Len(), x, y); n < y.Len() {
		for at := 0; at < y.Len(); at += n {
			b.Axpby(alpha, piece(x, at, n), beta, piece(y, at, n))
		}
		return
	}
	b.near(&x, &y)
	w := width(y.Len(), x, y)
	n := y.Len() / w
	b.run("axpby", w, groupsOf(n, lanes), words{u(n), u(x.Off / w), u(y.Off / w), f(alpha), f(beta)}, of(x), of(y))
}

func (b *Backend) Mul(alpha float32, ta, tb backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(ta, tb, y)
	checkRange(ta, tb, y)
	if n := b.pieces(y.Len(), ta, tb, y); n < y.Len() {
		for at := 0; at < y.Len(); at += n {
			b.Mul(alpha, piece(ta, at, n), piece(tb, at, n), beta, piece(y, at, n))
		}
		return
	}
	b.near(&ta, &tb, &y)
	w := width(y.Len(), ta, tb, y)
	n := y.Len() / w
	b.run("mul", w, groupsOf(n, lanes),
		words{u(n), u(ta.Off / w), u(tb.Off / w), u(y.Off / w), f(alpha), f(beta)}, of(ta), of(tb), of(y))
}

func (b *Backend) Unary(op backend.UnaryOp, x, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(x, y)
	checkRange(x, y)
	if n := b.pieces(y.Len(), x, y); n < y.Len() {
		for at := 0; at < y.Len(); at += n {
			b.Unary(op, piece(x, at, n), piece(y, at, n))
		}
		return
	}
	b.near(&x, &y)
	b.run("unary", 1, groupsOf(y.Len(), lanes), words{u(y.Len()), uint32(op), u(x.Off), u(y.Off)}, of(x), of(y))
}

func (b *Backend) UnaryGrad(op backend.UnaryOp, x, y, dy, dx backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(x, y, dy, dx)
	checkRange(x, y, dy, dx)
	if n := b.pieces(x.Len(), x, y, dy, dx); n < x.Len() {
		for at := 0; at < x.Len(); at += n {
			b.UnaryGrad(op, piece(x, at, n), piece(y, at, n), piece(dy, at, n), piece(dx, at, n))
		}
		return
	}
	b.near(&x, &y, &dy, &dx)
	b.run("unarygrad", 1, groupsOf(x.Len(), lanes),
		words{u(x.Len()), uint32(op), u(x.Off), u(y.Off), u(dy.Off), u(dx.Off)}, of(x), of(y), of(dy), of(dx))
}
