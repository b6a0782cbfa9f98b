//go:build goexperiment.simd && go1.27 && amd64

package simd

import "simd/archsimd"

const tileRows = 3

// cell holds three rows and a zero, twice: a shuffle within both halves of the
// register puts one row into all lanes, which is cheaper than a broadcast from memory.
type cell [8]float32

func cellAt(a []cell, p, r int) float32 { return a[p][r] }

func setCell(a []cell, p, r int, x float32) { a[p][r], a[p][r+4] = x, x }

type f32x8 = archsimd.Float32x8

func load8(p []float32) f32x8 { return archsimd.LoadFloat32x8Array((*[8]float32)(p)) }

func multiplyLanes(a []cell, b []panel, c []tile, more bool) {
	for s := range c {
		multiplyTile(a[s*len(b):][:len(b)], b, &c[s], more)
	}
}

// multiplyTile keeps six sums: the compiler issues all products before the
// first addition, and six of both are what fits in fifteen registers.
//
//go:noinline
func multiplyTile(a []cell, b []panel, c *tile, more bool) {
	var c00, c01, c10, c11, c20, c21 f32x8
	if more {
		c00, c01 = load8(c[0:8]), load8(c[8:16])
		c10, c11 = load8(c[16:24]), load8(c[24:32])
		c20, c21 = load8(c[32:40]), load8(c[40:48])
	}
	b = b[:len(a)]
	for p := range a {
		pb := &b[p]
		x := archsimd.LoadFloat32x8Array((*[8]float32)(&a[p]))
		b0, b1 := load8(pb[0:8]), load8(pb[8:16])
		x0 := x.ConcatPermuteScalarsGrouped(0, 0, 4, 4, x)
		c00 = c00.Add(x0.Mul(b0))
		c01 = c01.Add(x0.Mul(b1))
		x1 := x.ConcatPermuteScalarsGrouped(1, 1, 5, 5, x)
		c10 = c10.Add(x1.Mul(b0))
		c11 = c11.Add(x1.Mul(b1))
		x2 := x.ConcatPermuteScalarsGrouped(2, 2, 6, 6, x)
		c20 = c20.Add(x2.Mul(b0))
		c21 = c21.Add(x2.Mul(b1))
	}
	c00.StoreArray((*[8]float32)(c[0:8]))
	c01.StoreArray((*[8]float32)(c[8:16]))
	c10.StoreArray((*[8]float32)(c[16:24]))
	c11.StoreArray((*[8]float32)(c[24:32]))
	c20.StoreArray((*[8]float32)(c[32:40]))
	c21.StoreArray((*[8]float32)(c[40:48]))
	archsimd.ClearAVXUpperBits()
}

// packLanes is pack; the fourth row of a cell, which nobody reads, gets any number.
//
//go:noinline
func packLanes(dst []cell, a []float32, outer, inner int) {
	done := 0
	switch {
	case inner == 1:
		x, y, z := a, a[outer:], a[2*outer:]
		for ; done+4 <= len(dst); done += 4 {
			to := (*[4]cell)(dst[done:])
			r0, r1, r2 := twice(x[done:]), twice(y[done:]), twice(z[done:])
			lo, hi := r0.ConcatPermuteScalarsGrouped(0, 1, 4, 5, r1), r0.ConcatPermuteScalarsGrouped(2, 3, 6, 7, r1)
			lo.ConcatPermuteScalarsGrouped(0, 2, 4, 4, r2).StoreArray((*[8]float32)(&to[0]))
			lo.ConcatPermuteScalarsGrouped(1, 3, 5, 5, r2).StoreArray((*[8]float32)(&to[1]))
			hi.ConcatPermuteScalarsGrouped(0, 2, 6, 6, r2).StoreArray((*[8]float32)(&to[2]))
			hi.ConcatPermuteScalarsGrouped(1, 3, 7, 7, r2).StoreArray((*[8]float32)(&to[3]))
		}
	case outer == 1:
		// The last cell may lie at the end of a, where a fourth row is missing.
		for ; done < len(dst)-1; done++ {
			twice(a[done*inner:]).StoreArray((*[8]float32)(&dst[done]))
		}
	}
	archsimd.ClearAVXUpperBits()
	if done < len(dst) {
		pack(dst[done:], a[done*inner:], outer, inner)
	}
}

// twice is four numbers in both halves.
func twice(p []float32) f32x8 {
	v := archsimd.LoadFloat32x4Array((*[4]float32)(p))
	var w f32x8
	return w.SetLo(v).SetHi(v)
}
