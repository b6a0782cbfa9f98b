//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import (
	"math"

	"lethe/recsys/backend"
	"lethe/recsys/lanes"
)

//go:noinline
func unaryLanes(f backend.UnaryOp, x, y []float32) {
	bx, by := lanes.Blocks(x), lanes.Blocks(y[:len(x)])
	by = by[:len(bx)]
	zero, one, small := lanes.Splat(0), lanes.Splat(1), lanes.Splat(leak)
	for i := range bx {
		v := lanes.Load(&bx[i])
		switch f {
		case backend.Sqrt:
			v = v.Sqrt()
		case backend.Reciprocal:
			v = one.Div(v)
		case backend.LeakyReLU:
			v = v.Mul(small).IfElse(v.Less(zero), v)
		}
		v.StoreArray(&by[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		unary(f, lanes.Rest(x), rest)
	}
}

//go:noinline
func gradLanes(f backend.UnaryOp, x, y, dy, dx []float32) {
	bx, by := lanes.Blocks(x), lanes.Blocks(y[:len(x)])
	bdy, bdx := lanes.Blocks(dy[:len(x)]), lanes.Blocks(dx[:len(x)])
	by, bdy, bdx = by[:len(bx)], bdy[:len(bx)], bdx[:len(bx)]
	for i := range bx {
		s := slopeLanes(f, lanes.Load(&bx[i]), lanes.Load(&by[i]))
		lanes.Load(&bdx[i]).Add(s.Mul(lanes.Load(&bdy[i]))).StoreArray(&bdx[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(dx); len(rest) > 0 {
		grad(f, lanes.Rest(x), lanes.Rest(y), lanes.Rest(dy), rest)
	}
}

func slopeLanes(f backend.UnaryOp, x, y lanes.F32) lanes.F32 {
	one := lanes.Splat(1)
	switch f {
	case backend.Sigmoid:
		return y.Mul(one.Sub(y))
	case backend.Tanh:
		return one.Sub(y.Mul(y))
	case backend.Exp:
		return y
	case backend.Log:
		return one.Div(x)
	case backend.Square:
		return x.Add(x)
	case backend.Sqrt:
		return lanes.Splat(0.5).Div(y)
	case backend.Reciprocal:
		return lanes.Splat(0).Sub(y.Mul(y))
	case backend.LeakyReLU:
		return lanes.Splat(leak).IfElse(x.Less(lanes.Splat(0)), one)
	}
	return one
}

//go:noinline
func largestLanes(x []float32) float32 {
	bx := lanes.Blocks(x)
	top := lanes.Splat(float32(math.Inf(-1)))
	for i := range bx {
		v := lanes.Load(&bx[i])
		top = v.IfElse(v.Greater(top), top)
	}
	var p [lanes.Width]float32
	top.StoreArray(&p)
	lanes.Clear()
	return max(largest(p[:]), largest(lanes.Rest(x)))
}

//go:noinline
func totalLanes(x []float32) float32 {
	bx := lanes.Blocks(x)
	sum := lanes.Splat(0)
	for i := range bx {
		sum = sum.Add(lanes.Load(&bx[i]))
	}
	var p [lanes.Width]float32
	sum.StoreArray(&p)
	lanes.Clear()
	for i, v := range lanes.Rest(x) {
		p[i] += v
	}
	return sum8(&p)
}

//go:noinline
func shiftLanes(x []float32, by float32, y []float32) {
	bx, b := lanes.Blocks(x), lanes.Blocks(y[:len(x)])
	b = b[:len(bx)]
	d := lanes.Splat(by)
	for i := range bx {
		lanes.Load(&bx[i]).Sub(d).StoreArray(&b[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		shift(lanes.Rest(x), by, rest)
	}
}

//go:noinline
func divideLanes(by float32, y []float32) {
	d, b := lanes.Splat(by), lanes.Blocks(y)
	for i := range b {
		lanes.Load(&b[i]).Div(d).StoreArray(&b[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		divide(by, rest)
	}
}
