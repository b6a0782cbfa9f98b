//go:build !goexperiment.simd || !go1.27 || !(amd64 || arm64 || wasm)

package simd

type cell [tileRows]float32

func cellOf(x, y, z float32) cell { return cell{x, y, z} }

func (c *cell) set(row int, x float32) { c[row] = x }
