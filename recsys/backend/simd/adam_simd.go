//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import (
	"lethe/recsys/backend"
	"lethe/recsys/lanes"
)

//go:noinline
func adamLanes(s backend.AdamStep, grad, m, v, theta []float32) {
	n := len(theta)
	bg, bm, bv, bt := lanes.Blocks(grad[:n]), lanes.Blocks(m[:n]), lanes.Blocks(v[:n]), lanes.Blocks(theta)
	bg, bm, bv = bg[:len(bt)], bm[:len(bt)], bv[:len(bt)]
	b1, c1 := lanes.Splat(s.Beta1), lanes.Splat(1-s.Beta1)
	b2, c2 := lanes.Splat(s.Beta2), lanes.Splat(1-s.Beta2)
	rate, epsilon, decay := lanes.Splat(s.Rate), lanes.Splat(s.Epsilon), lanes.Splat(s.Decay)
	correct1, correct2 := lanes.Splat(s.Correct1), lanes.Splat(s.Correct2)
	for i := range bt {
		x := lanes.Load(&bt[i])
		g := lanes.Load(&bg[i]).Add(decay.Mul(x))
		mi := b1.Mul(lanes.Load(&bm[i])).Add(c1.Mul(g))
		vi := b2.Mul(lanes.Load(&bv[i])).Add(c2.Mul(g.Mul(g)))
		mi.StoreArray(&bm[i])
		vi.StoreArray(&bv[i])
		down := vi.Mul(correct2).Sqrt().Add(epsilon)
		x.Sub(rate.Mul(mi.Mul(correct1)).Div(down)).StoreArray(&bt[i])
	}
	lanes.Clear()
	if rest := lanes.Rest(theta); len(rest) > 0 {
		adam(s, lanes.Rest(grad), lanes.Rest(m), lanes.Rest(v), rest)
	}
}
