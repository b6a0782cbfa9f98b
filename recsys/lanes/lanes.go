// Package lanes is eight float32 at a time, on every platform that the
// compiler has vector instructions for: one 256-bit register on amd64 (AVX2), a
// pair of 128-bit registers on arm64 and wasm. A loop over lanes is written once.
//
// The types exist only in builds with GOEXPERIMENT=simd and Go 1.27, and may be used
// only where Available holds; every such loop has a scalar twin. There is no fused
// multiply-add and no sum across lanes, so a lane's bits are those of the same scalar
// operations.
package lanes

import "unsafe"

// Width is the number of lanes.
const Width = 8

// Blocks is x in blocks of eight, without the remainder: the same memory.
func Blocks(x []float32) [][Width]float32 {
	return unsafe.Slice((*[Width]float32)(unsafe.Pointer(unsafe.SliceData(x))), len(x)/Width)
}

// Rest is what Blocks leaves of x.
func Rest(x []float32) []float32 { return x[len(x)&^(Width-1):] }
