//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import "lethe/recsys/lanes"

// The vector twins do whole blocks of eight and leave the rest to the scalar loops.

//go:noinline
func fillLanes(x float32, y []float32) {
	v, by := lanes.Splat(x), lanes.Blocks(y)
	for i := range by {
		v.StoreArray(&by[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		fill(x, rest)
	}
}

//go:noinline
func scaleLanes(alpha float32, x, y []float32) {
	a, bx, by := lanes.Splat(alpha), lanes.Blocks(x), lanes.Blocks(y[:len(x)])
	by = by[:len(bx)]
	for i := range bx {
		a.Mul(lanes.Load(&bx[i])).StoreArray(&by[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		scale(alpha, lanes.Rest(x), rest)
	}
}

//go:noinline
func axpbyLanes(alpha float32, x []float32, beta float32, y []float32) {
	a, b, bx, by := lanes.Splat(alpha), lanes.Splat(beta), lanes.Blocks(x), lanes.Blocks(y[:len(x)])
	by = by[:len(bx)]
	for i := range bx {
		a.Mul(lanes.Load(&bx[i])).Add(b.Mul(lanes.Load(&by[i]))).StoreArray(&by[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		axpby(alpha, lanes.Rest(x), beta, rest)
	}
}

//go:noinline
func addLanes(a, b, y []float32) {
	ba, bb, by := lanes.Blocks(a), lanes.Blocks(b[:len(a)]), lanes.Blocks(y[:len(a)])
	bb, by = bb[:len(ba)], by[:len(ba)]
	for i := range ba {
		lanes.Load(&ba[i]).Add(lanes.Load(&bb[i])).StoreArray(&by[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		add(lanes.Rest(a), lanes.Rest(b), rest)
	}
}

//go:noinline
func mulLanes(alpha float32, a, b, y []float32) {
	f, ba, bb, by := lanes.Splat(alpha), lanes.Blocks(a), lanes.Blocks(b[:len(a)]), lanes.Blocks(y[:len(a)])
	bb, by = bb[:len(ba)], by[:len(ba)]
	for i := range ba {
		f.Mul(lanes.Load(&ba[i])).Mul(lanes.Load(&bb[i])).StoreArray(&by[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		mul(alpha, lanes.Rest(a), lanes.Rest(b), rest)
	}
}

//go:noinline
func mulAddLanes(alpha float32, a, b []float32, beta float32, y []float32) {
	f, g := lanes.Splat(alpha), lanes.Splat(beta)
	ba, bb, by := lanes.Blocks(a), lanes.Blocks(b[:len(a)]), lanes.Blocks(y[:len(a)])
	bb, by = bb[:len(ba)], by[:len(ba)]
	for i := range ba {
		p := f.Mul(lanes.Load(&ba[i])).Mul(lanes.Load(&bb[i]))
		p.Add(g.Mul(lanes.Load(&by[i]))).StoreArray(&by[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(y); len(rest) > 0 {
		mulAdd(alpha, lanes.Rest(a), lanes.Rest(b), beta, rest)
	}
}
