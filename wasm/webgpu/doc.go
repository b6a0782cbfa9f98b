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
// Sums have a fixed order on one device, so a run repeats bit for bit there. Where
// the hardware gains by another order than the one that simd keeps, kernels take it; and a
// device may fuse multiplication with addition and has its own exponential. So
// bits differ from simd's.
package webgpu
