//go:build js && wasm

package main

import (
	"encoding/json"
	"errors"
	"syscall/js"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/wasm/choice"
	"lethe/wasm/jsutil"
	"lethe/wasm/webgpu"
)

// choose names the faster backend for a training, by this machine's calibration, and
// tells the page why.
func (g *graphics) choose(m api.ModelConfig, t api.TrainConfig, d *data.Dataset) string {
	c := g.measured(m, t, d)
	g.tell(c)
	g.chosen = c.Backend
	return c.Backend
}

func (g *graphics) measured(m api.ModelConfig, t api.TrainConfig, d *data.Dataset) api.Computes {
	name, software, err := webgpu.Adapter()
	c := api.Computes{Backend: "simd", Adapter: name}
	switch {
	case err != nil:
		c.Why, c.Adapter = api.WhyNoGPU, ""
		return c
	case software:
		c.Why = api.WhySoftware
		return c
	}
	if g.costs == nil {
		if g.costs = recall(name); g.costs == nil {
			if g.costs, err = g.calibrate(); err != nil {
				c.Why, c.Message = api.WhyNoGPU, err.Error()
				return c
			}
			remember(name, g.costs)
		}
	}
	gpu, times := choice.Between(g.costs["simd"], g.costs["webgpu"], choice.StepOf(m, t, d))
	if gpu {
		c.Backend = "webgpu"
	}
	c.Why, c.Times = api.WhyMeasured, times
	return c
}

// calibrate prices both backends here.
func (g *graphics) calibrate() (map[string]choice.Costs, error) {
	if err := g.open(); err != nil {
		return nil, err
	}
	be := webgpu.New(g.device)
	defer be.Close()
	gpu, err := choice.Measure(be, time.Now)
	if err != nil {
		return nil, err
	}
	cpu, err := choice.Measure(simd.New(), time.Now)
	return map[string]choice.Costs{"simd": cpu, "webgpu": gpu}, err
}

// calibrated is where the browser keeps a calibration: a cache, of this site on this
// machine, under an address that nobody fetches.
const calibrated, calibration = "lethe-machine", "calibration.json"

// stored is a calibration of an adapter.
type stored struct {
	Version int                     `json:"version"`
	Adapter string                  `json:"adapter"`
	Costs   map[string]choice.Costs `json:"costs"`
}

// measuring is the version of what is measured.
const measuring = 1

// recall is the kept calibration of an adapter, nil where there is none.
func recall(adapter string) map[string]choice.Costs {
	cache, err := opened()
	if err != nil {
		return nil
	}
	response, err := awaited(cache, "match", calibration)
	if err != nil || response.IsUndefined() {
		return nil
	}
	text, err := awaited(response, "text")
	var s stored
	if err != nil || json.Unmarshal([]byte(text.String()), &s) != nil || s.Version != measuring || s.Adapter != adapter {
		return nil
	}
	return s.Costs
}

// remember keeps a calibration. Where the browser keeps nothing, the next page
// measures again.
func remember(adapter string, costs map[string]choice.Costs) {
	b, err := json.Marshal(stored{measuring, adapter, costs})
	if err != nil {
		return
	}
	if cache, err := opened(); err == nil {
		awaited(cache, "put", calibration, js.Global().Get("Response").New(string(b)))
	}
}

func opened() (js.Value, error) {
	caches := js.Global().Get("caches")
	if caches.IsUndefined() {
		return caches, errors.New("this browser keeps nothing")
	}
	return awaited(caches, "open", calibrated)
}

func awaited(object js.Value, method string, args ...any) (js.Value, error) {
	p, err := jsutil.Try(object, method, args...)
	if err != nil {
		return p, err
	}
	return jsutil.Await(p)
}
