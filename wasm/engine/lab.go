//go:build js && wasm && lab

package main

import (
	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
)

// The lab's engine is the page's with what people compare by: the plain backend here, and the
// methods of recsys/unlearn/research.go.
func init() {
	plain["reference"] = func() backend.Backend { return reference.New() }
}
