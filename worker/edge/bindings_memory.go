//go:build !(js && wasm)

package edge

// OpenBindings returns the bindings of a native process: all in memory, and no deployment.
func OpenBindings() Bindings { return Bindings{} }
