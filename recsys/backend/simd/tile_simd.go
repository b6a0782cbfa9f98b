//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import "lethe/recsys/lanes"

//go:noinline
func finishLanes(alpha float32, t *tile, beta float32, c []float32, stride int) {
	a, b := lanes.Splat(alpha), lanes.Splat(beta)
	for r := range tileRows {
		from, to := (*panel)(t[r*tileCols:]), (*panel)(c[r*stride:])
		l, h := (*octet)(to[0:8]), (*octet)(to[8:16])
		s0, s1 := a.Mul(lanes.Load((*octet)(from[0:8]))), a.Mul(lanes.Load((*octet)(from[8:16])))
		if beta != 0 {
			s0, s1 = s0.Add(b.Mul(lanes.Load(l))), s1.Add(b.Mul(lanes.Load(h)))
		}
		s0.StoreArray(l)
		s1.StoreArray(h)
	}
}

//go:noinline
func aboveLanes(t *tile, threshold *[tileRows]float32) uint {
	set := uint(0)
	for r := range tileRows {
		row, v := (*panel)(t[r*tileCols:]), lanes.Splat(threshold[r])
		if lanes.Any(lanes.Load((*octet)(row[0:8])).Greater(v).Or(lanes.Load((*octet)(row[8:16])).Greater(v))) {
			set |= 1 << r
		}
	}
	return set
}
