//go:build goexperiment.simd && go1.27 && (amd64 || arm64 || wasm)

package simd

import "lethe/recsys/lanes"

type (
	octet = [lanes.Width]float32
	wide  = [4 * lanes.Width]float32
)

//go:noinline
func spmm8(p *product, from, to, c int) {
	x, n, alpha := p.x, p.n, lanes.Splat(p.alpha)
	for r := from; r < to; r++ {
		var s lanes.F32
		col := p.col[p.ptr[r]:p.ptr[r+1]]
		val := p.val[p.ptr[r]:][:len(col)]
		for k, row := range col {
			s = s.Add(lanes.Splat(val[k]).Mul(lanes.Load((*octet)(x[int(row)*n+c:]))))
		}
		s = alpha.Mul(s)
		if p.more {
			s = s.Add(lanes.Splat(p.beta).Mul(lanes.Load((*octet)(p.z[r*n+c:]))))
		}
		s.StoreArray((*octet)(p.y[r*n+c:]))
	}
	lanes.Clear()
}
