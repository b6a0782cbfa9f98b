//go:build !goexperiment.simd || !go1.27 || !(amd64 || arm64 || wasm)

package simd

const tileRows = 3

type cell [tileRows]float32

func cellAt(a []cell, p, r int) float32 { return a[p][r] }

func setCell(a []cell, p, r int, x float32) { a[p][r] = x }
