//go:build js && wasm

package webgpu

import (
	"math/bits"
	"sync"
	"syscall/js"
	"time"

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
	id    uint32 // its number in the stream and in the keys of bind groups
	bytes int
	lease uint32 // counts those who had it

	start int             // where a window begins in its buffer
	views map[int]*buffer // the windows of a buffer larger than a binding, by start
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
	v, err := jsutil.Try(p.d.device, "createBuffer", map[string]any{"label": label, "size": bytes, "usage": usage})
	if err != nil {
		p.d.fail(err)
	}
	b := &buffer{js: v, bytes: bytes}
	if p.d.stream != nil && err == nil { // but for those of the stream itself
		b.id = p.d.stream.number(v)
	}
	return b
}

// destroy gives a buffer's memory back to the browser.
func (p *pool) destroy(b *buffer) {
	p.d.stream.flush()
	for _, v := range b.views {
		p.d.pipelines.forget(v)
		p.d.stream.drop(v.id)
	}
	p.d.pipelines.forget(b)
	p.d.stream.drop(b.id)
	b.js.Call("destroy")
}

// storage leases a buffer of zeros for at least that many bytes.
func (p *pool) storage(bytes int) lease {
	p.collect()
	n := min(roundUp(bytes), p.d.maxBytes)
	if bytes <= p.d.maxBinding {
		n = min(n, p.d.maxBinding)
	}
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
		p.destroy(b)
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
	if len(data) == 0 || p.d.err != nil {
		return
	}
	if len(data) <= maxStaged {
		p.d.stream.write(b, at, data)
		return
	}
	p.d.stream.flush()
	start := time.Now()
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
	p.d.stats.Calls += time.Since(start)
}

// part is a piece of a buffer and the host memory that it is copied to.
type part struct {
	from *buffer
	at   int
	to   []byte
}

// maxRead bounds what is mapped at one time.
const maxRead = 64 << 20

// read waits for all commands and copies the parts to the host, as many at a time as
// maxRead allows: waiting costs the same for one number as for all.
func (p *pool) read(parts ...part) error {
	var batch []part
	size := 0
	for _, x := range parts {
		for len(x.to) > 0 {
			n := min(len(x.to), maxRead-size)
			batch = append(batch, part{x.from, x.at, x.to[:n]})
			size += n
			x.at, x.to = x.at+n, x.to[n:]
			if size == maxRead {
				if err := p.readBatch(batch, size); err != nil {
					return err
				}
				batch, size = batch[:0], 0
			}
		}
	}
	if size > 0 {
		return p.readBatch(batch, size)
	}
	if len(parts) > 0 && size == 0 { // nothing to copy: wait all the same
		p.d.stream.flush()
		if _, err := promised(p.d.queue, "onSubmittedWorkDone"); err != nil {
			p.d.fail(err)
		}
	}
	return p.d.err
}

func (p *pool) readBatch(batch []part, size int) error {
	if p.staging == nil || p.staging.bytes < size {
		if p.staging != nil {
			p.destroy(p.staging)
		}
		p.staging = p.make("staging", roundUp(size), usageMapRead|usageCopyDst)
	}
	at := 0
	for _, x := range batch {
		p.d.stream.copy(x.from, x.at, p.staging, at, len(x.to))
		at += len(x.to)
	}
	p.d.stream.flush()
	if p.d.err != nil {
		return p.d.err
	}
	p.d.stats.Reads++
	_, err := promised(p.staging.js, "mapAsync", mapRead, 0, size)
	if err != nil {
		p.d.fail(err)
	}
	if p.d.err == nil {
		start := time.Now()
		mapped := jsutil.View(p.staging.js.Call("getMappedRange", 0, size))
		for _, x := range batch {
			js.CopyBytesToGo(x.to, mapped)
			mapped = mapped.Call("subarray", len(x.to))
		}
		p.d.stats.Calls += time.Since(start)
	}
	p.staging.js.Call("unmap")
	return p.d.err
}
