//go:build !goexperiment.simd || !go1.27 || !(amd64 || arm64 || wasm)

package lanes

// Available says that this build has no vector types.
const Available = false
