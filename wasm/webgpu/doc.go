// Package webgpu is the backend that computes on a graphics card through the
// browser's WebGPU. It runs in the engine, on js/wasm.
//
// A Device is the card: its buffers, compiled kernels and the stream of
// recorded commands. A Backend is one user of it and implements
// backend.Backend. Kernels are the WGSL files in kernels/, one to a kernel.
//
// Kernels record and return; a command buffer is submitted when something is
// written or read, or when the record is full. A step of training that begins with
// writing its indices is therefore one command buffer.
//
// Sums have a fixed order on one device, so a run repeats bit for bit there; the
// order is the one that backend.Backend names. The bits differ from simd's: a
// device may fuse multiplication with addition and has its own exponential.
//
// BPRStep and TopK are computed by a private simd backend on numbers read back
// and written again (host.go): correct, and slow.
package webgpu
