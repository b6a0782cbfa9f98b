package reference

import (
	"math"

	"lethe/recsys/backend"
)

// leak is the slope of LeakyReLU below zero.
const leak = 0.01

func (b *Backend) Unary(f backend.UnaryOp, x, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(x, y)
	d := b.Float64(y)
	for i, v := range b.Float64(x) {
		d[i] = value(f, v)
	}
}

func (b *Backend) UnaryGrad(f backend.UnaryOp, x, y, dy, dx backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(x, y, dy, dx)
	vy, vdy, vdx := b.Float64(y), b.Float64(dy), b.Float64(dx)
	for i, v := range b.Float64(x) {
		vdx[i] += slope(f, v, vy[i]) * vdy[i]
	}
}

func value(f backend.UnaryOp, x float64) float64 {
	switch f {
	case backend.Identity:
		return x
	case backend.Sigmoid:
		return sigmoid(x)
	case backend.Softplus:
		return math.Max(x, 0) + math.Log1p(math.Exp(-math.Abs(x)))
	case backend.Tanh:
		return math.Tanh(x)
	case backend.Exp:
		return math.Exp(x)
	case backend.Log:
		return math.Log(x)
	case backend.Square:
		return x * x
	case backend.Sqrt:
		return math.Sqrt(x)
	case backend.Reciprocal:
		return 1 / x
	case backend.LeakyReLU:
		if x < 0 {
			return leak * x
		}
		return x
	}
	panic("reference: unknown elementwise function")
}

// slope is f'(x), given y = f(x).
func slope(f backend.UnaryOp, x, y float64) float64 {
	switch f {
	case backend.Identity:
		return 1
	case backend.Sigmoid:
		return y * (1 - y)
	case backend.Softplus:
		return sigmoid(x)
	case backend.Tanh:
		return 1 - y*y
	case backend.Exp:
		return y
	case backend.Log:
		return 1 / x
	case backend.Square:
		return 2 * x
	case backend.Sqrt:
		return 0.5 / y
	case backend.Reciprocal:
		return -y * y
	case backend.LeakyReLU:
		if x < 0 {
			return leak
		}
		return 1
	}
	panic("reference: unknown elementwise function")
}

func sigmoid(x float64) float64 {
	e := math.Exp(-math.Abs(x))
	if x < 0 {
		return e / (1 + e)
	}
	return 1 / (1 + e)
}
