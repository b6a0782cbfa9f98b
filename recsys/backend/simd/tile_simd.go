//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import "lethe/recsys/lanes"

// Two functions, because a comparison of floats between vectors is dear (lanes.Clear).
func finishLanes(alpha float32, tiles []tile, beta float32, c []float32, stride int) {
	if beta == 0 {
		setLanes(alpha, tiles, c, stride)
	} else {
		addToLanes(alpha, tiles, beta, c, stride)
	}
}

//go:noinline
func setLanes(alpha float32, tiles []tile, c []float32, stride int) {
	a := lanes.Splat(alpha)
	for r := range tileRows * len(tiles) {
		from, to := (*panel)(tiles[r/tileRows][r%tileRows*tileCols:]), (*panel)(c[r*stride:])
		a.Mul(lanes.Load((*octet)(from[0:8]))).StoreArray((*octet)(to[0:8]))
		a.Mul(lanes.Load((*octet)(from[8:16]))).StoreArray((*octet)(to[8:16]))
	}
	lanes.Clear()
}

//go:noinline
func addToLanes(alpha float32, tiles []tile, beta float32, c []float32, stride int) {
	a, b := lanes.Splat(alpha), lanes.Splat(beta)
	for r := range tileRows * len(tiles) {
		from, to := (*panel)(tiles[r/tileRows][r%tileRows*tileCols:]), (*panel)(c[r*stride:])
		l, h := (*octet)(to[0:8]), (*octet)(to[8:16])
		a.Mul(lanes.Load((*octet)(from[0:8]))).Add(b.Mul(lanes.Load(l))).StoreArray(l)
		a.Mul(lanes.Load((*octet)(from[8:16]))).Add(b.Mul(lanes.Load(h))).StoreArray(h)
	}
	lanes.Clear()
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
	lanes.Clear()
	return set
}
