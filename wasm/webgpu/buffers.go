//go:build js && wasm

package webgpu

import (
	"math/bits"
	"sync"
	"syscall/js"

	"lethe/wasm/jsutil"
)

// GPUBufferUsage and GPUMapMode, numbers of the WebGPU specification.
const (
	usageMapRead = 0x1
	usageCopySrc = 0x4
	usageCopyDst = 0x8
	usageUniform = 0x40
	usageStorage = 0x80
	mapRead      = 0x1
)

// buffer is a GPUBuffer.
type buffer struct {
	js    js.Value
	id    uint32 // unique on its device, for the keys of bind groups
	bytes int
	lease uint32 // counts those who had it
}

// lease is the right to use a storage buffer until it is released.
type lease struct {
	*buffer
	number uint32
}

func (l lease) valid() bool { return l.buffer != nil && l.buffer.lease == l.number }

// pooled bounds the bytes of buffers that a device keeps for reuse.
const pooled = 256 << 20

// pool keeps buffers that were given back, by size: making one costs the browser
// far more than clearing one.
type pool struct {
	d       *Device
	last    uint32
	free    map[int][]*buffer // storage buffers by size
	bytes   int               // of all in free
	limit   int               // of bytes
	staging *buffer           // for reading; its size grows
	scratch js.Value          // Uint8Array between Go and the queue

	mu        sync.Mutex // the garbage collector's goroutine adds to abandoned
	abandoned []lease
}

func newPool(d *Device) *pool { return &pool{d: d, free: map[int][]*buffer{}, limit: pooled} }

// roundUp rounds up to a quarter of a power of two, at least 256 bytes: few sizes,
// and at most a quarter more than was asked for.
func roundUp(bytes int) int {
	if bytes <= 256 {
		return 256
	}
	step := 1 << max(bits.Len(uint(bytes-1))-3, 8)
	return (bytes + step - 1) / step * step
}

func (p *pool) make(label string, bytes, usage int) *buffer {
	p.last++
	v, err := jsutil.Try(p.d.device, "createBuffer", map[string]any{"label": label, "size": bytes, "usage": usage})
	if err != nil {
		p.d.fail(err)
	}
	return &buffer{js: v, id: p.last, bytes: bytes}
}

// storage leases a buffer of zeros for at least that many bytes.
func (p *pool) storage(bytes int) lease {
	p.collect()
	n := min(roundUp(bytes), p.d.maxBytes)
	var b *buffer
	if list := p.free[n]; len(list) > 0 {
		b = list[len(list)-1]
		p.free[n] = list[:len(list)-1]
		p.bytes -= n
		p.d.stream.clear(b)
	} else {
		b = p.make("tensor", n, usageStorage|usageCopySrc|usageCopyDst)
	}
	b.lease++
	return lease{b, b.lease}
}

// release takes a buffer back; a second time does nothing. Commands recorded
// before still see it: whoever gets it next comes later in the same stream.
func (p *pool) release(l lease) {
	if !l.valid() {
		return
	}
	b := l.buffer
	b.lease++
	if p.bytes+b.bytes > p.limit {
		p.d.stream.flush()
		p.d.pipelines.forget(b)
		b.js.Call("destroy")
		return
	}
	p.free[b.bytes] = append(p.free[b.bytes], b)
	p.bytes += b.bytes
}

// abandon marks the buffer of a tensor that was collected as garbage.
func (p *pool) abandon(l lease) {
	p.mu.Lock()
	p.abandoned = append(p.abandoned, l)
	p.mu.Unlock()
}

// collect releases what was abandoned.
func (p *pool) collect() {
	p.mu.Lock()
	list := p.abandoned
	p.abandoned = nil
	p.mu.Unlock()
	for _, l := range list {
		p.release(l)
	}
}

// chunk bounds the scratch array between Go and the queue.
const chunk = 16 << 20

// write copies data into b, after all commands recorded so far.
func (p *pool) write(b *buffer, at int, data []byte) {
	p.d.stream.flush()
	p.upload(b, at, data)
}

// upload copies data into b now, before commands not yet submitted.
func (p *pool) upload(b *buffer, at int, data []byte) {
	for len(data) > 0 && p.d.err == nil {
		n := min(len(data), chunk)
		if p.scratch.IsUndefined() || p.scratch.Length() < n {
			p.scratch = js.Global().Get("Uint8Array").New(min(chunk, roundUp(n)))
		}
		js.CopyBytesToJS(p.scratch, data[:n])
		if _, err := jsutil.Try(p.d.queue, "writeBuffer", b.js, at, p.scratch, 0, n); err != nil {
			p.d.fail(err)
		}
		data, at = data[n:], at+n
	}
}

// read waits for all commands and copies len(dst) bytes out of b.
func (p *pool) read(b *buffer, at int, dst []byte) error {
	n := len(dst)
	if n == 0 {
		p.d.stream.flush()
		if _, err := promised(p.d.queue, "onSubmittedWorkDone"); err != nil {
			p.d.fail(err)
		}
		return p.d.err
	}
	if p.staging == nil || p.staging.bytes < n {
		if p.staging != nil {
			p.staging.js.Call("destroy")
		}
		p.staging = p.make("staging", roundUp(n), usageMapRead|usageCopyDst)
	}
	p.d.stream.copy(b, at, p.staging, n)
	p.d.stream.flush()
	if p.d.err != nil {
		return p.d.err
	}
	_, err := promised(p.staging.js, "mapAsync", mapRead, 0, n)
	if err != nil {
		p.d.fail(err)
	}
	if p.d.err == nil {
		js.CopyBytesToGo(dst, jsutil.View(p.staging.js.Call("getMappedRange", 0, n)))
	}
	p.staging.js.Call("unmap")
	return p.d.err
}
