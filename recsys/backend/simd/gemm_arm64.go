//go:build goexperiment.simd && go1.27

package simd

import "simd/archsimd"

const tileRows = 3

type cell [4]float32

func cellAt(a []cell, p, r int) float32 { return a[p][r] }

func setCell(a []cell, p, r int, x float32) { a[p][r] = x }

type f32x4 = archsimd.Float32x4

func load4(p []float32) f32x4 { return archsimd.LoadFloat32x4Array((*[4]float32)(p)) }

func multiplyLanes(a []cell, b []panel, c []tile, more bool) {
	for s := range c {
		multiplyTile(a[s*len(b):][:len(b)], b, &c[s], more)
	}
}

//go:noinline
func multiplyTile(a []cell, b []panel, c *tile, more bool) {
	var c00, c01, c02, c03, c10, c11, c12, c13, c20, c21, c22, c23 f32x4
	if more {
		c00, c01, c02, c03 = load4(c[0:4]), load4(c[4:8]), load4(c[8:12]), load4(c[12:16])
		c10, c11, c12, c13 = load4(c[16:20]), load4(c[20:24]), load4(c[24:28]), load4(c[28:32])
		c20, c21, c22, c23 = load4(c[32:36]), load4(c[36:40]), load4(c[40:44]), load4(c[44:48])
	}
	b = b[:len(a)]
	for p := range a {
		pa, pb := &a[p], &b[p]
		b0, b1, b2, b3 := load4(pb[0:4]), load4(pb[4:8]), load4(pb[8:12]), load4(pb[12:16])
		x0 := archsimd.BroadcastFloat32x4(pa[0])
		c00 = c00.Add(x0.Mul(b0))
		c01 = c01.Add(x0.Mul(b1))
		c02 = c02.Add(x0.Mul(b2))
		c03 = c03.Add(x0.Mul(b3))
		x1 := archsimd.BroadcastFloat32x4(pa[1])
		c10 = c10.Add(x1.Mul(b0))
		c11 = c11.Add(x1.Mul(b1))
		c12 = c12.Add(x1.Mul(b2))
		c13 = c13.Add(x1.Mul(b3))
		x2 := archsimd.BroadcastFloat32x4(pa[2])
		c20 = c20.Add(x2.Mul(b0))
		c21 = c21.Add(x2.Mul(b1))
		c22 = c22.Add(x2.Mul(b2))
		c23 = c23.Add(x2.Mul(b3))
	}
	c00.StoreArray((*[4]float32)(c[0:4]))
	c01.StoreArray((*[4]float32)(c[4:8]))
	c02.StoreArray((*[4]float32)(c[8:12]))
	c03.StoreArray((*[4]float32)(c[12:16]))
	c10.StoreArray((*[4]float32)(c[16:20]))
	c11.StoreArray((*[4]float32)(c[20:24]))
	c12.StoreArray((*[4]float32)(c[24:28]))
	c13.StoreArray((*[4]float32)(c[28:32]))
	c20.StoreArray((*[4]float32)(c[32:36]))
	c21.StoreArray((*[4]float32)(c[36:40]))
	c22.StoreArray((*[4]float32)(c[40:44]))
	c23.StoreArray((*[4]float32)(c[44:48]))
}

func packLanes(dst []cell, a []float32, outer, inner int) { pack(dst, a, outer, inner) }
