//go:build js && wasm

package main

import (
	"errors"
	"maps"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/failover"
	"lethe/recsys/backend/simd"
	"lethe/wasm/choice"
	"lethe/wasm/webgpu"
)

// usable names the backends that work here, the default one first.
func usable() []string {
	list := []string{"simd"}
	if webgpu.Available() {
		list = append(list, "webgpu")
	}
	return append(list, slices.Sorted(maps.Keys(plain))...)
}

// plain are further backends, of the lab.
var plain = map[string]func() backend.Backend{}

// graphics keeps the device open from one job to the next, and opens another
// where it failed.
type graphics struct {
	device *webgpu.Device
	post   func(api.Message) error
	told   api.Computes
	chosen string                  // by choose, for the job that comes next
	costs  map[string]choice.Costs // by backend; nil before they are known
}

func (g *graphics) backend(name string) (backend.Backend, error) {
	switch name {
	case "", "simd":
		return simd.New(), nil
	case "webgpu":
		if err := g.open(); err != nil {
			return nil, err
		}
		if g.chosen != name {
			g.tell(api.Computes{Backend: name, Why: api.WhyAsked, Adapter: g.device.Name()})
		}
		return failover.New(webgpu.New(g.device), func() backend.Backend { return simd.New() }, g.lost), nil
	}
	if open, known := plain[name]; known {
		return open(), nil
	}
	return nil, &api.Failure{Code: api.CodeBadCommand, Message: "There is no such backend here.", Value: name, Remedy: "Use one of " + strings.Join(usable(), ", ") + "."}
}

// open makes sure of a device that works.
func (g *graphics) open() error {
	if g.device != nil && g.device.Err() == nil {
		return nil
	}
	d, err := webgpu.Open()
	if err != nil {
		return err
	}
	g.device = d
	return nil
}

// lost tells the page that a job lost its device and goes on without.
func (g *graphics) lost(err error) {
	message := err.Error()
	var f *api.Failure
	if errors.As(err, &f) {
		message = f.Message
	}
	g.tell(api.Computes{Backend: "simd", Why: api.WhyLost, Message: message})
}

// tell tells the page what computes, where that is news.
func (g *graphics) tell(c api.Computes) {
	if c == g.told {
		return
	}
	g.told = c
	if err := g.post(api.NewMessage(0, api.OpComputes, c, nil)); err != nil {
		return // the page is gone; Serve finds out too
	}
}
