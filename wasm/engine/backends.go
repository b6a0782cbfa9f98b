//go:build js && wasm

package main

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/wasm/webgpu"
)

// usable names the backends that work here, the default one first.
func usable() []string {
	if webgpu.Available() {
		return []string{"simd", "webgpu", "reference"}
	}
	return []string{"simd", "reference"}
}

// graphics keeps the device open from one job to the next, and opens another
// where it failed.
type graphics struct{ device *webgpu.Device }

func (g *graphics) backend(name string) (backend.Backend, error) {
	switch name {
	case "", "simd":
		return simd.New(), nil
	case "reference":
		return reference.New(), nil
	case "webgpu":
		if g.device != nil && g.device.Err() == nil {
			return webgpu.New(g.device), nil
		}
		d, err := webgpu.Open()
		if err != nil {
			return nil, err
		}
		g.device = d
		return webgpu.New(d), nil
	}
	return nil, &api.Failure{Code: api.CodeBadCommand, Message: "There is no such backend.", Value: name, Remedy: "Use simd, webgpu or reference."}
}
