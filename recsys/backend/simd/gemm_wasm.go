//go:build goexperiment.simd && go1.27

package simd

import "unsafe"

// tileRows times tileCols sums, a panel and a number of a row fit the fifteen vector registers
// that a browser has on amd64.
const tileRows = 2

// cell is the room of one inner index. The numbers of a strip of cells lie row by row:
// a number spreads over a register as it is loaded.
type cell [tileRows]float32

// row is one row of a strip.
func row(a []cell, r int) []float32 {
	return unsafe.Slice(&a[0][0], tileRows*len(a))[r*len(a):][:len(a)]
}

func setCell(a []cell, p, r int, x float32) { row(a, r)[p] = x }

func cellAt(a []cell, p, r int) float32 { return row(a, r)[p] }

// multiplyLanes is in gemm_wasm.s.
//
//go:noescape
func multiplyLanes(a []cell, b []panel, c []tile, more bool)

func packLanes(dst []cell, a []float32, outer, inner int) {
	if inner != 1 {
		pack(dst, a, outer, inner)
		return
	}
	for r := range tileRows {
		copy(row(dst, r), a[r*outer:])
	}
}
