//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import (
	"lethe/recsys/lanes"
)

// bprDotLanes goes 32 columns a turn, because a turn of a loop is dear in wasm
// (every jump back passes through the function's table of jumps), then eight.
//
//go:noinline
func bprDotLanes(u, i, j []float32, p *[8]float32) {
	i, j = i[:len(u)], j[:len(u)]
	c := 0
	sum := lanes.Load(p)
	for ; c+32 <= len(u); c += 32 {
		x, y, z := (*wide)(u[c:]), (*wide)(i[c:]), (*wide)(j[c:])
		sum = sum.Add(lanes.Load((*octet)(x[0:8])).Mul(lanes.Load((*octet)(y[0:8])).Sub(lanes.Load((*octet)(z[0:8])))))
		sum = sum.Add(lanes.Load((*octet)(x[8:16])).Mul(lanes.Load((*octet)(y[8:16])).Sub(lanes.Load((*octet)(z[8:16])))))
		sum = sum.Add(lanes.Load((*octet)(x[16:24])).Mul(lanes.Load((*octet)(y[16:24])).Sub(lanes.Load((*octet)(z[16:24])))))
		sum = sum.Add(lanes.Load((*octet)(x[24:32])).Mul(lanes.Load((*octet)(y[24:32])).Sub(lanes.Load((*octet)(z[24:32])))))
	}
	for ; c+8 <= len(u); c += 8 {
		x, y, z := lanes.Load((*octet)(u[c:])), lanes.Load((*octet)(i[c:])), lanes.Load((*octet)(j[c:]))
		sum = sum.Add(x.Mul(y.Sub(z)))
	}
	sum.StoreArray(p)
	lanes.Clear()
	for k := range u[c:] {
		p[k] += float32(u[c+k] * (i[c+k] - j[c+k]))
	}
}

//go:noinline
func bprMoveLanes(step, decay float32, u, i, j []float32) {
	i, j = i[:len(u)], j[:len(u)]
	e, d := lanes.Splat(step), lanes.Splat(decay)
	for len(u) >= 32 {
		x0, y0, z0 := lanes.Load((*octet)(u[0:8])), lanes.Load((*octet)(i[0:8])), lanes.Load((*octet)(j[0:8]))
		f0 := e.Mul(x0)
		x0.Add(e.Mul(y0.Sub(z0)).Sub(d.Mul(x0))).StoreArray((*octet)(u[0:8]))
		y0.Add(f0.Sub(d.Mul(y0))).StoreArray((*octet)(i[0:8]))
		z0.Sub(f0.Add(d.Mul(z0))).StoreArray((*octet)(j[0:8]))
		x1, y1, z1 := lanes.Load((*octet)(u[8:16])), lanes.Load((*octet)(i[8:16])), lanes.Load((*octet)(j[8:16]))
		f1 := e.Mul(x1)
		x1.Add(e.Mul(y1.Sub(z1)).Sub(d.Mul(x1))).StoreArray((*octet)(u[8:16]))
		y1.Add(f1.Sub(d.Mul(y1))).StoreArray((*octet)(i[8:16]))
		z1.Sub(f1.Add(d.Mul(z1))).StoreArray((*octet)(j[8:16]))
		x2, y2, z2 := lanes.Load((*octet)(u[16:24])), lanes.Load((*octet)(i[16:24])), lanes.Load((*octet)(j[16:24]))
		f2 := e.Mul(x2)
		x2.Add(e.Mul(y2.Sub(z2)).Sub(d.Mul(x2))).StoreArray((*octet)(u[16:24]))
		y2.Add(f2.Sub(d.Mul(y2))).StoreArray((*octet)(i[16:24]))
		z2.Sub(f2.Add(d.Mul(z2))).StoreArray((*octet)(j[16:24]))
		x3, y3, z3 := lanes.Load((*octet)(u[24:32])), lanes.Load((*octet)(i[24:32])), lanes.Load((*octet)(j[24:32]))
		f3 := e.Mul(x3)
		x3.Add(e.Mul(y3.Sub(z3)).Sub(d.Mul(x3))).StoreArray((*octet)(u[24:32]))
		y3.Add(f3.Sub(d.Mul(y3))).StoreArray((*octet)(i[24:32]))
		z3.Sub(f3.Add(d.Mul(z3))).StoreArray((*octet)(j[24:32]))
		u, i, j = u[32:], i[32:], j[32:]
	}
	bu, bi, bj := lanes.Blocks(u), lanes.Blocks(i), lanes.Blocks(j)
	bi, bj = bi[:len(bu)], bj[:len(bu)]
	for c := range bu {
		x, y, z := lanes.Load(&bu[c]), lanes.Load(&bi[c]), lanes.Load(&bj[c])
		f := e.Mul(x)
		x.Add(e.Mul(y.Sub(z)).Sub(d.Mul(x))).StoreArray(&bu[c])
		y.Add(f.Sub(d.Mul(y))).StoreArray(&bi[c])
		z.Sub(f.Add(d.Mul(z))).StoreArray(&bj[c])
	}
	lanes.Clear()
	bprMove(step, decay, lanes.Rest(u), lanes.Rest(i), lanes.Rest(j))
}
