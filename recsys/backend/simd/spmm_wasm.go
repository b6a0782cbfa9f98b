//go:build goexperiment.simd && go1.27

package simd

import "lethe/recsys/lanes"

// spmmLanes takes 32 columns at a time, whose sums stay in registers, then eight, then
// the rest one by one.
func spmmLanes(p *product, from, to int) {
	c := 0
	for ; c+32 <= p.n; c += 32 {
		spmm32(p, from, to, c)
	}
	for ; c+lanes.Width <= p.n; c += lanes.Width {
		spmm8(p, from, to, c)
	}
	if c < p.n {
		spmmColumns(p, from, to, c)
	}
}

// spmm32 is in spmm_wasm.s. Columns of a sparse matrix were checked when it was made.
//
//go:noescape
func spmm32(p *product, from, to, c int)
