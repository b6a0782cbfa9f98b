//go:build !goexperiment.simd || !go1.27 || !(amd64 || arm64 || wasm)

package simd

func fastest() *loops { return &scalar }
