//go:build js && wasm

// Command worker is the Cloudflare worker: package edge, handed to the runtime. How it is built, tested and deployed stands there.
package main

import (
	"fmt"
	"os"

	"github.com/syumai/workers"

	"lethe/worker/edge"
)

// version is set by build.sh.
var version = "dev"

func main() {
	workers.Serve(edge.Handler(edge.Config{
		Version:  version,
		Bindings: edge.OpenBindings(),
		Failed:   func(err error) { fmt.Fprintln(os.Stderr, err) },
	}))
}
