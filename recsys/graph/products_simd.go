//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package graph

import "lethe/recsys/lanes"

func init() {
	if lanes.Available {
		products = productsLanes
	}
}

type octet = [lanes.Width]float32

// productsLanes is productsScalar with the sums in registers.
//
//go:noinline
func productsLanes(p panel, a []float32, score *[panelWidth]float32) {
	var s0, s1, s2, s3 lanes.F32
	p = p[:len(a)]
	for c, x := range a {
		v, row := lanes.Splat(x), &p[c]
		s0 = s0.Add(v.Mul(lanes.Load((*octet)(row[0:8]))))
		s1 = s1.Add(v.Mul(lanes.Load((*octet)(row[8:16]))))
		s2 = s2.Add(v.Mul(lanes.Load((*octet)(row[16:24]))))
		s3 = s3.Add(v.Mul(lanes.Load((*octet)(row[24:32]))))
	}
	s0.StoreArray((*octet)(score[0:8]))
	s1.StoreArray((*octet)(score[8:16]))
	s2.StoreArray((*octet)(score[16:24]))
	s3.StoreArray((*octet)(score[24:32]))
	lanes.Clear()
}
