//go:build !js

// Command wasmtest runs a js/wasm test binary inside a Web Worker of a headless
// Chromium, which is where the engine runs:
//
//	go build -o dist/wasmtest ./wasm/wasmtest
//	GOOS=js GOARCH=wasm go test -exec "$PWD/dist/wasmtest" ./recsys/...
//
// Its arguments are the binary and the binary's own arguments; -test.* flags
// work, benchmarks and -coverprofile among them. Standard output is streamed
// and the exit status is the binary's. The run ends after -test.timeout and
// twenty seconds.
//
// Tests read files of their module (os.ReadFile, os.Stat, os.ReadDir) and write
// into a file system in memory that ends with the run (t.TempDir), but for the
// profiles that -test.* flags name, which are saved. Files outside the module do
// not exist. The environment is passed as far as names start with GO or LETHE_.
// Starting processes, listening on sockets and os.Chdir do not work, as
// anywhere in js/wasm.
//
// Package chromium names the variables that choose another browser, or a
// graphics card instead of the software adapter.
package main

import (
	"context"
	"fmt"
	"os"
	"os/signal"
	"syscall"
	"time"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: wasmtest test.wasm [arguments]")
		os.Exit(2)
	}
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM, syscall.SIGQUIT)
	code, err := run(ctx, os.Args[1], os.Args[2:])
	stop()
	if err != nil {
		fmt.Fprintln(os.Stderr, "wasmtest:", err)
		code = max(code, 1)
	}
	os.Exit(code)
}

// grace is what a run may take beyond the test binary's own timeout: starting
// the browser and compiling the binary.
const grace = 20 * time.Second

// run serves the binary to a browser and waits for its exit status.
func run(ctx context.Context, binary string, args []string) (int, error) {
	limit := timeout(args) + grace
	ctx, cancel := context.WithTimeoutCause(ctx, limit, fmt.Errorf("no exit status after %v", limit))
	defer cancel()

	s, err := newServer(binary, args)
	if err != nil {
		return 1, err
	}
	defer s.close()
	lost, closeBrowser, err := openBrowser(ctx, s.url)
	if err != nil {
		return 1, err
	}
	defer closeBrowser()
	select {
	case code := <-s.exit:
		return code, nil
	case err := <-lost:
		return 1, err
	case <-ctx.Done():
		return 1, context.Cause(ctx)
	}
}

// timeout is -test.timeout, which `go test` sets to ten minutes unless told
// otherwise; an hour where it is switched off.
func timeout(args []string) time.Duration {
	v := flagValue(args, "-test.timeout")
	if v == "" {
		return 10 * time.Minute
	}
	if d, err := time.ParseDuration(v); err == nil && d > 0 {
		return d
	}
	return time.Hour
}
