package simd

import (
	"math"

	"lethe/recsys/backend"
	"lethe/recsys/math32"
)

// leak is the slope of LeakyReLU below zero.
const leak = 0.01

const unknown = "simd: unknown elementwise function"

func (b *Backend) Unary(f backend.UnaryOp, x, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(x, y)
	vx, vy := b.Data(x), b.Data(y)
	switch f {
	case backend.Identity:
		copy(vy, vx)
	case backend.Sigmoid:
		math32.Sigmoids(vx, vy)
	case backend.Softplus:
		math32.Softpluses(vx, vy)
	case backend.Tanh:
		math32.Tanhs(vx, vy)
	case backend.Exp:
		math32.Exps(vx, vy)
	case backend.Log:
		math32.Logs(vx, vy)
	case backend.Square:
		b.mul(1, vx, vx, vy)
	case backend.Sqrt, backend.Reciprocal, backend.LeakyReLU:
		b.unary(f, vx, vy)
	default:
		panic(unknown)
	}
}

func (b *Backend) UnaryGrad(f backend.UnaryOp, x, y, dy, dx backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(x, y, dy, dx)
	vx, vy, vdy, vdx := b.Data(x), b.Data(y), b.Data(dy), b.Data(dx)
	switch {
	case f >= backend.UnaryOps:
		panic(unknown)
	case f == backend.Softplus:
		slope := sized(&b.scratch.row, min(len(vx), 1024))
		for len(vx) > 0 {
			n := min(len(vx), len(slope))
			math32.Sigmoids(vx[:n], slope[:n])
			b.mulAdd(1, slope[:n], vdy[:n], 1, vdx[:n])
			vx, vdy, vdx = vx[n:], vdy[n:], vdx[n:]
		}
	default:
		b.grad(f, vx, vy, vdy, vdx)
	}
}

// unary is the functions that neither math32 nor another loop has.
func unary(f backend.UnaryOp, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		switch f {
		case backend.Sqrt:
			v = sqrt(v)
		case backend.Reciprocal:
			v = 1 / v
		case backend.LeakyReLU:
			if v < 0 {
				v *= leak
			}
		}
		y[i] = v
	}
}

// grad: dx += f'(x)·dy, given y = f(x); all but Softplus.
func grad(f backend.UnaryOp, x, y, dy, dx []float32) {
	y, dy, dx = y[:len(x)], dy[:len(x)], dx[:len(x)]
	for i, v := range x {
		dx[i] += float32(slope(f, v, y[i]) * dy[i])
	}
}

func slope(f backend.UnaryOp, x, y float32) float32 {
	switch f {
	case backend.Sigmoid:
		return y * (1 - y)
	case backend.Tanh:
		return 1 - float32(y*y)
	case backend.Exp:
		return y
	case backend.Log:
		return 1 / x
	case backend.Square:
		return x + x
	case backend.Sqrt:
		return 0.5 / y
	case backend.Reciprocal:
		return 0 - float32(y*y)
	case backend.LeakyReLU:
		if x < 0 {
			return leak
		}
	}
	return 1
}

// sqrt is exact to the last bit: the root of a float32 in float64, rounded, is
// the rounded root.
func sqrt(x float32) float32 { return float32(math.Sqrt(float64(x))) }

// RowSoftmax subtracts the largest element, and adds the exponentials in the
// eight parts of RowDot.
func (b *Backend) RowSoftmax(x, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(x, y)
	if x.Cols == 0 {
		return
	}
	n, vx, vy := x.Cols, b.Data(x), b.Data(y)
	for r := range x.Rows {
		from, to := vx[r*n:(r+1)*n], vy[r*n:(r+1)*n]
		b.shift(from, b.largest(from), to)
		math32.Exps(to, to)
		b.divide(b.total(to), to)
	}
}

// largest is the largest element that is not NaN, -Inf if there is none.
func largest(x []float32) float32 {
	top := float32(math.Inf(-1))
	for _, v := range x {
		if v > top {
			top = v
		}
	}
	return top
}

// total sums in eight parts, as dot does.
func total(x []float32) float32 {
	var p [8]float32
	for i, v := range x {
		p[i&7] += v
	}
	return sum8(&p)
}

// shift: y = x - by.
func shift(x []float32, by float32, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = v - by
	}
}

// divide: y = y/by.
func divide(by float32, y []float32) {
	for i := range y {
		y[i] /= by
	}
}
