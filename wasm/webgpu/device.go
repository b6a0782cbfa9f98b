//go:build js && wasm

package webgpu

import (
	"errors"
	"fmt"
	"strings"
	"syscall/js"
	"time"

	"lethe/recsys/api"
	"lethe/wasm/jsutil"
)

// Device is an open graphics card. Like a Backend, it and all that use it
// belong to one goroutine at a time.
type Device struct {
	device, queue js.Value
	name          string
	maxBytes      int  // of one buffer that a kernel can bind
	maxBinding    int  // of what a kernel can bind of it
	subgroups     bool // sums over a workgroup begin within its subgroups
	direct        bool // shared memory is no faster than other memory
	err           error
	closed        bool

	buffers   *pool
	pipelines *pipelines
	stream    *stream
	stats     Stats
}

// Stats counts what a device was asked for since it was opened.
type Stats struct {
	Dispatches, Submits, Reads int
	Calls                      time.Duration // spent in calls to JavaScript, waiting apart
}

// Stats returns the counts so far.
func (d *Device) Stats() Stats { return d.stats }

// Open asks the browser for its fastest adapter, with the largest buffers that
// it allows. It fails where the browser has no WebGPU or no usable adapter. All
// failures of this package are *api.Failure with api.CodeDevice.
func Open() (*Device, error) {
	gpu := js.Global().Get("navigator").Get("gpu")
	if gpu.IsUndefined() || gpu.IsNull() {
		return nil, failure("this browser does not offer WebGPU")
	}
	adapter, err := promised(gpu, "requestAdapter", map[string]any{"powerPreference": "high-performance"})
	if err != nil {
		return nil, failure("asking for an adapter: " + err.Error())
	}
	if adapter.IsNull() {
		return nil, failure("this machine has no usable graphics adapter")
	}
	limits := map[string]any{}
	bytes := map[string]int{}
	for _, name := range []string{"maxBufferSize", "maxStorageBufferBindingSize"} {
		v := adapter.Get("limits").Get(name)
		limits[name], bytes[name] = v, v.Int()
	}
	var features []any
	for _, name := range []string{"subgroups", "shader-f16"} {
		if offers(adapter, name) {
			features = append(features, name)
		}
	}
	device, err := promised(adapter, "requestDevice", map[string]any{"label": "lethe", "requiredLimits": limits, "requiredFeatures": features})
	if err != nil {
		return nil, failure("opening the device: " + err.Error())
	}
	d := &Device{device: device, queue: device.Get("queue"), name: adapterName(adapter), maxBytes: bytes["maxBufferSize"], maxBinding: bytes["maxStorageBufferBindingSize"]}
	d.direct, d.subgroups = software(adapter), offers(device, "subgroups")
	d.buffers = newPool(d)
	d.pipelines = newPipelines(d)
	if d.stream, err = newStream(d); err != nil {
		return nil, failure(err.Error())
	}
	device.Call("addEventListener", "uncapturederror", js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault")
		d.fail(errors.New(jsutil.Text(args[0].Get("error"))))
		return nil
	}))
	go d.watch()
	return d, nil
}

// offers tells whether an adapter or a device has a feature, by its name in the specification.
func offers(x js.Value, feature string) bool {
	return x.Get("features").Call("has", feature).Bool()
}

// promised calls a method that returns a promise and waits for it.
func promised(object js.Value, method string, args ...any) (js.Value, error) {
	p, err := jsutil.Try(object, method, args...)
	if err != nil {
		return p, err
	}
	return jsutil.Await(p)
}

// software tells whether an adapter is a program on the processor.
func software(adapter js.Value) bool {
	info := adapter.Get("info")
	if info.IsUndefined() {
		return false
	}
	if info.Get("isFallbackAdapter").Truthy() {
		return true
	}
	words := strings.ToLower(info.Get("architecture").String() + " " + info.Get("description").String())
	return strings.Contains(words, "swiftshader") || strings.Contains(words, "llvmpipe")
}

func adapterName(adapter js.Value) string {
	info := adapter.Get("info")
	if info.IsUndefined() {
		return "unknown adapter"
	}
	name := info.Get("description").String()
	if name == "" {
		name = info.Get("vendor").String() + " " + info.Get("architecture").String()
	}
	return name
}

// watch waits for the loss of the device: a driver's reset, a sleeping laptop, a
// card pulled out. It can come at any time.
func (d *Device) watch() {
	info, err := jsutil.Await(d.device.Get("lost"))
	if err == nil && !d.closed {
		d.fail(fmt.Errorf("the device was lost (%s): %s", info.Get("reason").String(), info.Get("message").String()))
	}
}

// fail keeps the first failure of the device: every Read from then on returns it.
// WebGPU reports most of them late, by an event that names the labels involved;
// kernels, their bindings and buffers are therefore labelled.
func (d *Device) fail(err error) {
	if d.err == nil {
		d.err = failure(err.Error())
	}
}

// failure is an error that the page can tell from one of its own making.
func failure(message string) error {
	return &api.Failure{Code: api.CodeDevice, Message: "webgpu: " + message, Remedy: "Go on with the backend simd."}
}

// Err is the first failure of the device; a device that failed stays failed.
func (d *Device) Err() error { return d.err }

// Name is what the browser tells about the adapter.
func (d *Device) Name() string { return d.name }

// Close gives the device back. Backends on it are dead.
func (d *Device) Close() {
	d.fail(errors.New("the device is closed"))
	d.closed = true
	d.device.Call("destroy")
}

// Adapter names the adapter that Open would take, and tells whether it is a program on
// the processor.
func Adapter() (name string, isSoftware bool, err error) {
	gpu := js.Global().Get("navigator").Get("gpu")
	if gpu.IsUndefined() || gpu.IsNull() {
		return "", false, failure("this browser does not offer WebGPU")
	}
	adapter, err := promised(gpu, "requestAdapter", map[string]any{"powerPreference": "high-performance"})
	if err != nil {
		return "", false, failure("asking for an adapter: " + err.Error())
	}
	if adapter.IsNull() {
		return "", false, failure("this machine has no usable graphics adapter")
	}
	return adapterName(adapter), software(adapter), nil
}

// Available tells whether Open is likely to succeed, without opening anything.
func Available() bool {
	gpu := js.Global().Get("navigator").Get("gpu")
	if gpu.IsUndefined() || gpu.IsNull() {
		return false
	}
	adapter, err := promised(gpu, "requestAdapter")
	return err == nil && !adapter.IsNull()
}
