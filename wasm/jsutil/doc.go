// Package jsutil is the seam between Go and JavaScript: promises, copies of
// typed arrays, yielding, and the message port between page and engine.
//
// Everything here holds for js/wasm, where one goroutine runs at a time and
// JavaScript's event loop turns only while every goroutine waits.
package jsutil
