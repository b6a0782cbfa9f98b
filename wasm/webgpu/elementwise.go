//go:build js && wasm

package webgpu

import "lethe/recsys/backend"

func (b *Backend) Fill(x float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	checkRange(y)
	b.run("fill", groupsOf(y.Len(), lanes), words{u(y.Len()), u(y.Off), f(x)}, of(y))
}

func (b *Backend) Axpby(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(x, y)
	checkRange(x, y)
	b.run("axpby", groupsOf(y.Len(), lanes), words{u(y.Len()), u(x.Off), u(y.Off), f(alpha), f(beta)}, of(x), of(y))
}

func (b *Backend) Mul(alpha float32, ta, tb backend.Tensor, beta float32, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(ta, tb, y)
	checkRange(ta, tb, y)
	b.run("mul", groupsOf(y.Len(), lanes),
		words{u(y.Len()), u(ta.Off), u(tb.Off), u(y.Off), f(alpha), f(beta)}, of(ta), of(tb), of(y))
}

func (b *Backend) Unary(op backend.UnaryOp, x, y backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(x, y)
	checkRange(x, y)
	b.run("unary", groupsOf(y.Len(), lanes), words{u(y.Len()), uint32(op), u(x.Off), u(y.Off)}, of(x), of(y))
}

func (b *Backend) UnaryGrad(op backend.UnaryOp, x, y, dy, dx backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(x, y, dy, dx)
	checkRange(x, y, dy, dx)
	b.run("unarygrad", groupsOf(x.Len(), lanes),
		words{u(x.Len()), uint32(op), u(x.Off), u(y.Off), u(dy.Off), u(dx.Off)}, of(x), of(y), of(dy), of(dx))
}
