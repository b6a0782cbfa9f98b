//go:build js && wasm

package jsutil

import (
	"syscall/js"
	"unsafe"
)

var uint8Array = js.Global().Get("Uint8Array")

// Uint8Array copies b into a new Uint8Array whose ArrayBuffer holds nothing
// else, so the buffer can be transferred.
func Uint8Array(b []byte) js.Value {
	a := uint8Array.New(len(b))
	js.CopyBytesToJS(a, b)
	return a
}

// Bytes copies an ArrayBuffer, a typed array or a DataView into Go, once.
// It returns nil for null, undefined and empty values.
func Bytes(v js.Value) []byte {
	if v.IsNull() || v.IsUndefined() {
		return nil
	}
	a := View(v)
	n := a.Length()
	if n == 0 {
		return nil
	}
	b := make([]byte, n)
	js.CopyBytesToGo(b, a)
	return b
}

// View is a Uint8Array over the bytes of an ArrayBuffer, a typed array or a
// DataView, copying nothing.
func View(v js.Value) js.Value {
	if v.InstanceOf(uint8Array) {
		return v
	}
	if buffer := v.Get("buffer"); !buffer.IsUndefined() {
		return uint8Array.New(buffer, v.Get("byteOffset"), v.Get("byteLength"))
	}
	return uint8Array.New(v)
}

// Float32Array copies f into a new Float32Array, once.
func Float32Array(f []float32) js.Value {
	return js.Global().Get("Float32Array").New(Uint8Array(Raw(f)).Get("buffer"))
}

// CopyFloats copies the float32 numbers in src (an ArrayBuffer or a typed array
// over one) into dst, once, and returns how many were copied.
func CopyFloats(dst []float32, src js.Value) int {
	return js.CopyBytesToGo(Raw(dst), View(src)) / 4
}

// Raw is the memory of s as bytes, not a copy. WebAssembly is little-endian, as
// typed arrays are wherever a browser runs.
func Raw[T float32 | int32 | uint32](s []T) []byte {
	return unsafe.Slice((*byte)(unsafe.Pointer(unsafe.SliceData(s))), 4*len(s))
}
