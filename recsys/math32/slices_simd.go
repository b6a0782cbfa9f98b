//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package math32

import (
	"math"

	"lethe/recsys/lanes"
)

func init() {
	if lanes.Available {
		exps = blocks(expBlocks, Exp)
		logs = blocks(logBlocks, Log)
		sigmoids = blocks(sigmoidBlocks, Sigmoid)
		softpluses = blocks(softplusBlocks, Softplus)
		tanhs = blocks(tanhBlocks, Tanh)
	}
}

type block = [lanes.Width]float32

// chunk is the number of elements after which a vector loop returns, so that a
// browser can put its optimised version in place.
const chunk = 1024

func blocks(f func(x, y []block), rest func(float32) float32) loop {
	remainder := each(rest)
	return func(x, y []float32) {
		y = y[:len(x)]
		for len(x) >= chunk {
			f(lanes.Blocks(x[:chunk]), lanes.Blocks(y[:chunk]))
			x, y = x[chunk:], y[chunk:]
		}
		f(lanes.Blocks(x), lanes.Blocks(y))
		remainder(lanes.Rest(x), lanes.Rest(y))
	}
}

//go:noinline
func expBlocks(x, y []block) {
	y = y[:len(x)]
	for i := range x {
		exp(lanes.Load(&x[i])).StoreArray(&y[i])
	}
	lanes.Clear()
}

//go:noinline
func logBlocks(x, y []block) {
	y = y[:len(x)]
	for i := range x {
		log(lanes.Load(&x[i])).StoreArray(&y[i])
	}
	lanes.Clear()
}

//go:noinline
func sigmoidBlocks(x, y []block) {
	y = y[:len(x)]
	zero, one := lanes.Splat(0), lanes.Splat(1)
	for i := range x {
		v := lanes.Load(&x[i])
		up := v.Greater(zero)
		e := exp(negate(v).IfElse(up, v))
		one.IfElse(up, e).Div(one.Add(e)).StoreArray(&y[i])
	}
	lanes.Clear()
}

//go:noinline
func softplusBlocks(x, y []block) {
	y = y[:len(x)]
	zero, one := lanes.Splat(0), lanes.Splat(1)
	for i := range x {
		v := lanes.Load(&x[i])
		up := v.Greater(zero)
		e := exp(negate(v).IfElse(up, v))
		u := one.Add(e)
		lost := e.Sub(u.Sub(one))
		v.IfElse(up, zero).Add(log(u).Add(lost.Div(u))).StoreArray(&y[i])
	}
	lanes.Clear()
}

//go:noinline
func tanhBlocks(x, y []block) {
	y = y[:len(x)]
	zero, one, two := lanes.Splat(0), lanes.Splat(1), lanes.Splat(2)
	for i := range x {
		v := lanes.Load(&x[i])
		down := v.Less(zero)
		a := negate(v).IfElse(down, v)
		large := one.Sub(two.Div(exp(a.Add(a)).Add(one)))
		large = negate(large).IfElse(down, large)
		z := v.Mul(v)
		p := z.Mul(lanes.Splat(tanh0)).Add(lanes.Splat(tanh1))
		p = p.Mul(z).Add(lanes.Splat(tanh2))
		p = p.Mul(z).Add(lanes.Splat(tanh3))
		p = p.Mul(z).Add(lanes.Splat(tanh4))
		small := p.Mul(z).Mul(v).Add(v)
		large.IfElse(a.Greater(lanes.Splat(tanhSmall)), small).StoreArray(&y[i])
	}
	lanes.Clear()
}

func negate(x lanes.F32) lanes.F32 { return lanes.Splat(0).Sub(x) }

// exp is Exp, line by line.
func exp(x lanes.F32) lanes.F32 {
	x = lanes.Splat(expMax).IfElse(x.Greater(lanes.Splat(expMax)), x)
	x = lanes.Splat(expMin).IfElse(x.Less(lanes.Splat(expMin)), x)
	t := x.Mul(lanes.Splat(log2E)).Add(lanes.Splat(magic))
	n := t.Sub(lanes.Splat(magic))
	r := x.Sub(n.Mul(lanes.Splat(ln2Hi)))
	r = r.Sub(n.Mul(lanes.Splat(ln2Lo)))
	p := r.Mul(lanes.Splat(exp0)).Add(lanes.Splat(exp1))
	p = p.Mul(r).Add(lanes.Splat(exp2))
	p = p.Mul(r).Add(lanes.Splat(exp3))
	p = p.Mul(r).Add(lanes.Splat(exp4))
	p = p.Mul(r).Add(lanes.Splat(exp5))
	p = p.Mul(r.Mul(r)).Add(r)
	p = p.Add(lanes.Splat(1))
	bias := lanes.SplatInt(127)
	k := lanes.Bits(t).Sub(lanes.SplatInt(magicBits))
	h := k.ShiftAllRight(1)
	p = p.Mul(lanes.FromBits(h.Add(bias).ShiftAllLeft(23)))
	return p.Mul(lanes.FromBits(k.Sub(h).Add(bias).ShiftAllLeft(23)))
}

// log is Log, line by line.
func log(x lanes.F32) lanes.F32 {
	zero := lanes.Splat(0)
	subnormal := x.Less(lanes.Splat(minNormal))
	s := x.Mul(lanes.Splat(scaleUp)).IfElse(subnormal, x)
	shift := lanes.Splat(scaleBits).IfElse(subnormal, zero)
	b := lanes.Bits(s).Sub(lanes.SplatInt(sqrtHalf))
	e := b.ShiftAllRight(23).ConvertToFloat32().Sub(shift)
	f := lanes.FromBits(b.And(lanes.SplatInt(mantissa)).Add(lanes.SplatInt(sqrtHalf))).Sub(lanes.Splat(1))
	z := f.Mul(f)
	p := f.Mul(lanes.Splat(log0)).Add(lanes.Splat(log1))
	p = p.Mul(f).Add(lanes.Splat(log2))
	p = p.Mul(f).Add(lanes.Splat(log3))
	p = p.Mul(f).Add(lanes.Splat(log4))
	p = p.Mul(f).Add(lanes.Splat(log5))
	p = p.Mul(f).Add(lanes.Splat(log6))
	p = p.Mul(f).Add(lanes.Splat(log7))
	p = p.Mul(f).Add(lanes.Splat(log8))
	p = p.Mul(f).Mul(z)
	p = p.Add(e.Mul(lanes.Splat(ln2Lo)))
	p = p.Sub(z.Mul(lanes.Splat(0.5)))
	p = f.Add(p)
	p = p.Add(e.Mul(lanes.Splat(ln2Hi)))
	inf := lanes.Splat(math.Float32frombits(infinity32))
	p = inf.IfElse(x.Equal(inf), p)
	p = zero.Sub(inf).IfElse(x.Equal(zero), p)
	nan := inf.Sub(inf)
	p = nan.IfElse(x.Less(zero), p)
	return nan.IfElse(x.NotEqual(x), p)
}
