//go:build js && wasm

package webgpu

import (
	"encoding/binary"
	"errors"
	"math"
	"syscall/js"
	"time"

	"lethe/wasm/jsutil"
)

// words are a kernel's parameters: the Params struct of its WGSL file, 32-bit
// numbers in order.
type words [16]uint32

func u(x int) uint32     { return uint32(x) }
func f(x float32) uint32 { return math.Float32bits(x) }

const (
	slotBytes   = 256     // the largest alignment of uniform offsets that WebGPU allows
	slots       = 512     // dispatches to a command buffer
	stagedBytes = 1 << 20 // of writes that are part of a command buffer
	maxStaged   = 1 << 18 // a larger write goes its own way
	ahead       = 4       // command buffers that may wait for the device
)

// What a record holds, six numbers each: see gpu.js.
const (
	opDispatch = iota
	opCopy
	opBring
	opClear
)

// stream records commands and submits them as one command buffer, with one call to
// gpu.js. Parameters go into one uniform buffer, a slot to a dispatch, bound with a
// dynamic offset: so bind groups depend on buffers alone and live as long as these.
// Small writes are recorded with the kernels, so that a command buffer holds a step of
// training with its indices, or several.
type stream struct {
	d       *Device
	record  []uint32
	params  []byte
	used    int // slots
	data    []byte
	uniform *buffer
	staged  *buffer

	run    js.Value // submit of gpu.js
	keep   js.Value // set of gpu.js
	thread struct{ record, recordBytes, params, data js.Value }
	last   uint32   // number of a thing
	free   []uint32 // numbers that may be used again
}

func newStream(d *Device) (*stream, error) {
	global := js.Global()
	if global.Get("letheStream").IsUndefined() {
		if _, err := jsutil.Try(global, "importScripts", "gpu.js"); err != nil {
			return nil, errors.New("gpu.js could not be loaded: " + err.Error())
		}
	}
	s := &stream{d: d, params: make([]byte, slots*slotBytes), data: make([]byte, 0, stagedBytes)}
	s.uniform = d.buffers.make("parameters", slots*slotBytes, usageUniform|usageCopyDst)
	s.staged = d.buffers.make("staged", stagedBytes, usageCopySrc|usageCopyDst)
	object := global.Call("letheStream", d.device, s.uniform.js, s.staged.js, ahead)
	s.run, s.keep = object.Get("submit"), object.Get("set")
	array := func(n int) js.Value { return global.Get("Uint8Array").New(n) }
	s.thread.recordBytes, s.thread.params, s.thread.data = array(4*6*4*slots), array(len(s.params)), array(stagedBytes)
	s.thread.record = global.Get("Uint32Array").New(s.thread.recordBytes.Get("buffer"))
	return s, nil
}

// number makes a thing known to gpu.js.
func (s *stream) number(thing js.Value) uint32 {
	if n := len(s.free); n > 0 {
		at := s.free[n-1]
		s.free = s.free[:n-1]
		s.keep.Invoke(at, thing)
		return at
	}
	s.last++
	s.keep.Invoke(s.last, thing)
	return s.last
}

// drop forgets a thing; commands recorded with it must have been submitted.
func (s *stream) drop(number uint32) {
	s.keep.Invoke(number, js.Null())
	s.free = append(s.free, number)
}

// add records a command; a record has room for four to a slot.
func (s *stream) add(op, a, b, c, d, e uint32) {
	if len(s.record) == 6*4*slots {
		s.flush()
	}
	s.record = append(s.record, op, a, b, c, d, e)
}

// maxGroups is the most workgroups in one dimension.
const maxGroups = 65535

// dispatch records a kernel over that many workgroups, folded into two
// dimensions where there are more than one can have; kernels number them as y·(groups in x) + x
// and ignore those beyond their data.
func (s *stream) dispatch(pipeline, group uint32, groups int, p words) {
	if s.used == slots {
		s.flush()
	}
	x := min(groups, maxGroups)
	s.add(opDispatch, pipeline, group, u(s.used*slotBytes), u(x), u((groups+x-1)/x))
	to := s.params[s.used*slotBytes:]
	for i, w := range p {
		binary.LittleEndian.PutUint32(to[4*i:], w)
	}
	s.used++
	s.d.stats.Dispatches++
}

// copy records a copy between buffers.
func (s *stream) copy(from *buffer, at int, to *buffer, toAt, bytes int) {
	s.add(opCopy, from.id, u(at), to.id, u(toAt), u(bytes))
}

// clear records the zeroing of a whole buffer.
func (s *stream) clear(b *buffer) { s.add(opClear, b.id, u(b.bytes), 0, 0, 0) }

// write records a write of at most maxStaged bytes.
func (s *stream) write(to *buffer, at int, data []byte) {
	if len(s.data)+len(data) > stagedBytes {
		s.flush()
	}
	s.add(opBring, u(len(s.data)), to.id, u(at), u(len(data)), 0)
	s.data = append(s.data, data...)
}

// flush submits what was recorded. All dispatches between two copies share a compute
// pass; WebGPU itself orders those that touch the same buffers. It waits where the
// device lags behind.
func (s *stream) flush() {
	record, params, data := s.record, s.params[:s.used*slotBytes], s.data
	s.record, s.used, s.data = s.record[:0], 0, s.data[:0]
	if len(record) == 0 || s.d.err != nil {
		return
	}
	start := time.Now()
	js.CopyBytesToJS(s.thread.recordBytes, jsutil.Raw(record))
	js.CopyBytesToJS(s.thread.params, params)
	js.CopyBytesToJS(s.thread.data, data)
	var wait js.Value
	err := jsutil.Catch(func() {
		wait = s.run.Invoke(s.thread.record, len(record), s.thread.params, len(params), s.thread.data, len(data))
	})
	s.d.stats.Submits++
	s.d.stats.Calls += time.Since(start)
	if err == nil && !wait.IsNull() {
		_, err = jsutil.Await(wait)
	}
	if err != nil {
		s.d.fail(err)
	}
}
