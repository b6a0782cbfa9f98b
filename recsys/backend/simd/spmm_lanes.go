//go:build goexperiment.simd && go1.27 && (amd64 || arm64)

package simd

import "lethe/recsys/lanes"

// spmmLanes takes 64 columns at a time, whose sums stay in registers, then 32, then
// eight, then the rest one by one. Rows of x lie anywhere in memory, so what counts is
// to fetch each once.
func spmmLanes(p *product, from, to int) {
	c := 0
	for ; c+64 <= p.n; c += 64 {
		spmm64(p, from, to, c)
	}
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

type wider = [8 * lanes.Width]float32

//go:noinline
func spmm64(p *product, from, to, c int) {
	x, n, alpha := p.x, p.n, lanes.Splat(p.alpha)
	for r := from; r < to; r++ {
		var s0, s1, s2, s3, s4, s5, s6, s7 lanes.F32
		col := p.col[p.ptr[r]:p.ptr[r+1]]
		val := p.val[p.ptr[r]:][:len(col)]
		for k, row := range col {
			v, at := lanes.Splat(val[k]), (*wider)(x[int(row)*n+c:])
			s0 = s0.Add(v.Mul(lanes.Load((*octet)(at[0:8]))))
			s1 = s1.Add(v.Mul(lanes.Load((*octet)(at[8:16]))))
			s2 = s2.Add(v.Mul(lanes.Load((*octet)(at[16:24]))))
			s3 = s3.Add(v.Mul(lanes.Load((*octet)(at[24:32]))))
			s4 = s4.Add(v.Mul(lanes.Load((*octet)(at[32:40]))))
			s5 = s5.Add(v.Mul(lanes.Load((*octet)(at[40:48]))))
			s6 = s6.Add(v.Mul(lanes.Load((*octet)(at[48:56]))))
			s7 = s7.Add(v.Mul(lanes.Load((*octet)(at[56:64]))))
		}
		s0, s1, s2, s3 = alpha.Mul(s0), alpha.Mul(s1), alpha.Mul(s2), alpha.Mul(s3)
		s4, s5, s6, s7 = alpha.Mul(s4), alpha.Mul(s5), alpha.Mul(s6), alpha.Mul(s7)
		if p.more {
			beta, at := lanes.Splat(p.beta), (*wider)(p.z[r*n+c:])
			s0 = s0.Add(beta.Mul(lanes.Load((*octet)(at[0:8]))))
			s1 = s1.Add(beta.Mul(lanes.Load((*octet)(at[8:16]))))
			s2 = s2.Add(beta.Mul(lanes.Load((*octet)(at[16:24]))))
			s3 = s3.Add(beta.Mul(lanes.Load((*octet)(at[24:32]))))
			s4 = s4.Add(beta.Mul(lanes.Load((*octet)(at[32:40]))))
			s5 = s5.Add(beta.Mul(lanes.Load((*octet)(at[40:48]))))
			s6 = s6.Add(beta.Mul(lanes.Load((*octet)(at[48:56]))))
			s7 = s7.Add(beta.Mul(lanes.Load((*octet)(at[56:64]))))
		}
		y := (*wider)(p.y[r*n+c:])
		s0.StoreArray((*octet)(y[0:8]))
		s1.StoreArray((*octet)(y[8:16]))
		s2.StoreArray((*octet)(y[16:24]))
		s3.StoreArray((*octet)(y[24:32]))
		s4.StoreArray((*octet)(y[32:40]))
		s5.StoreArray((*octet)(y[40:48]))
		s6.StoreArray((*octet)(y[48:56]))
		s7.StoreArray((*octet)(y[56:64]))
	}
	lanes.Clear()
}

//go:noinline
func spmm32(p *product, from, to, c int) {
	x, n, alpha := p.x, p.n, lanes.Splat(p.alpha)
	for r := from; r < to; r++ {
		var s0, s1, s2, s3 lanes.F32
		col := p.col[p.ptr[r]:p.ptr[r+1]]
		val := p.val[p.ptr[r]:][:len(col)]
		for k, row := range col {
			v, at := lanes.Splat(val[k]), (*wide)(x[int(row)*n+c:])
			s0 = s0.Add(v.Mul(lanes.Load((*octet)(at[0:8]))))
			s1 = s1.Add(v.Mul(lanes.Load((*octet)(at[8:16]))))
			s2 = s2.Add(v.Mul(lanes.Load((*octet)(at[16:24]))))
			s3 = s3.Add(v.Mul(lanes.Load((*octet)(at[24:32]))))
		}
		s0, s1, s2, s3 = alpha.Mul(s0), alpha.Mul(s1), alpha.Mul(s2), alpha.Mul(s3)
		if p.more {
			beta, at := lanes.Splat(p.beta), (*wide)(p.z[r*n+c:])
			s0 = s0.Add(beta.Mul(lanes.Load((*octet)(at[0:8]))))
			s1 = s1.Add(beta.Mul(lanes.Load((*octet)(at[8:16]))))
			s2 = s2.Add(beta.Mul(lanes.Load((*octet)(at[16:24]))))
			s3 = s3.Add(beta.Mul(lanes.Load((*octet)(at[24:32]))))
		}
		y := (*wide)(p.y[r*n+c:])
		s0.StoreArray((*octet)(y[0:8]))
		s1.StoreArray((*octet)(y[8:16]))
		s2.StoreArray((*octet)(y[16:24]))
		s3.StoreArray((*octet)(y[24:32]))
	}
	lanes.Clear()
}
