//go:build js && wasm

// Command bench measures the backends where the engine runs: kernels on the shapes of
// recommenders and on square ones, training steps, rankings. In a browser it gives
// bench.js the cases, one call to a measurement; in Node, on Dawn, it measures them
// all and prints a table (make bench-gpu).
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"syscall/js"

	"lethe/recsys/backend"
	"lethe/recsys/backend/simd"
	"lethe/wasm/webgpu"
)

func main() {
	if len(os.Args) > 1 && os.Args[1] == "gpu" {
		if err := report(os.Args[2:]); err != nil {
			fmt.Fprintln(os.Stderr, "bench:", err)
			os.Exit(1)
		}
		return
	}
	var b bench
	object := map[string]any{
		"cases": js.FuncOf(func(js.Value, []js.Value) any { return encoded(cases()) }),
		"run":   promised(b.run),
	}
	js.Global().Set("letheBench", js.ValueOf(object))
	select {}
}

func encoded(x any) string {
	b, err := json.Marshal(x)
	if err != nil {
		panic("bench: a result does not encode")
	}
	return string(b)
}

// promised makes f, of two numbers or words, a JavaScript function that returns a
// promise of its result's JSON.
func promised(f func(name, backend string) (Result, error)) js.Func {
	return js.FuncOf(func(_ js.Value, args []js.Value) any {
		name, be := args[0].String(), args[1].String()
		return js.Global().Get("Promise").New(js.FuncOf(func(_ js.Value, settle []js.Value) any {
			go func() {
				r, err := f(name, be)
				if err != nil {
					settle[1].Invoke(err.Error())
					return
				}
				settle[0].Invoke(encoded(r))
			}()
			return nil
		}))
	})
}

// bench keeps the device open between measurements.
type bench struct{ device *webgpu.Device }

// backend makes a backend by name.
func (b *bench) backend(name string) (backend.Backend, error) {
	if name != "webgpu" {
		return simd.New(), nil
	}
	if b.device == nil || b.device.Err() != nil {
		d, err := webgpu.Open()
		if err != nil {
			return nil, err
		}
		b.device = d
	}
	return webgpu.New(b.device), nil
}

// run measures one case on one backend.
func (b *bench) run(name, backend string) (Result, error) {
	for _, c := range cases() {
		if c.Name == name {
			return b.measure(c, backend)
		}
	}
	return Result{}, fmt.Errorf("there is no case %q", name)
}

func (b *bench) measure(c Case, name string) (Result, error) {
	be, err := b.backend(name)
	if err != nil {
		return Result{}, err
	}
	if gpu, ok := be.(*webgpu.Backend); ok {
		defer gpu.Close()
	}
	r, err := c.measure(be, b.device)
	if err != nil {
		return Result{}, fmt.Errorf("%s on %s: %w", c.Name, name, err)
	}
	r.Backend = name
	if name == "webgpu" {
		r.Adapter = b.device.Name()
	}
	return r, nil
}
