//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import "lethe/recsys/lanes"

//go:noinline
func dotLanes(a, b []float32) float32 {
	ba, bb := lanes.Blocks(a), lanes.Blocks(b[:len(a)])
	bb = bb[:len(ba)]
	sum := lanes.Splat(0)
	for i := range ba {
		sum = sum.Add(lanes.Load(&ba[i]).Mul(lanes.Load(&bb[i])))
	}
	var p [lanes.Width]float32
	sum.StoreArray(&p)
	lanes.Clear()
	rest := lanes.Rest(b)
	for i, v := range lanes.Rest(a) {
		p[i] += float32(v * rest[i])
	}
	return sum8(&p)
}
