//go:build js && wasm

package webgpu

import (
	"encoding/binary"
	"math"
	"syscall/js"

	"lethe/wasm/jsutil"
)

// words are a kernel's parameters: the Params struct of its WGSL file, 32-bit
// numbers in order.
type words [16]uint32

func u(x int) uint32     { return uint32(x) }
func f(x float32) uint32 { return math.Float32bits(x) }

const (
	slotBytes = 256  // the largest alignment of uniform offsets that WebGPU allows
	slots     = 1024 // dispatches to a command buffer
)

// command is a dispatch, or else a copy or a clear of from.
type command struct {
	pipeline, group js.Value
	slot            int
	x, y            int
	from, to        *buffer // to nil for a clear
	at, bytes       int
}

// stream records commands and submits them as one command buffer. Parameters go
// into one uniform buffer, a slot to a dispatch, bound with a dynamic offset: so
// bind groups depend on buffers alone and live as long as these.
type stream struct {
	d        *Device
	commands []command
	params   []byte
	used     int // slots
	uniform  *buffer
	offsets  js.Value // Uint32Array 0, slotBytes, 2·slotBytes, …
}

func newStream(d *Device) *stream {
	s := &stream{d: d, params: make([]byte, slots*slotBytes)}
	s.uniform = d.buffers.make("parameters", slots*slotBytes, usageUniform|usageCopyDst)
	at := make([]uint32, slots)
	for i := range at {
		at[i] = uint32(i * slotBytes)
	}
	s.offsets = js.Global().Get("Uint32Array").New(jsutil.Uint8Array(jsutil.Raw(at)).Get("buffer"))
	return s
}

// maxGroups is the most workgroups in one dimension.
const maxGroups = 65535

// dispatch records a kernel over that many workgroups, folded into two
// dimensions where there are more than one can have; kernels number them as y·(groups in x) + x
// and ignore those beyond their data.
func (s *stream) dispatch(pipeline, group js.Value, groups int, p words) {
	if s.used == slots {
		s.flush()
	}
	x := min(groups, maxGroups)
	s.commands = append(s.commands, command{pipeline: pipeline, group: group, slot: s.used, x: x, y: (groups + x - 1) / x})
	to := s.params[s.used*slotBytes:]
	for i, w := range p {
		binary.LittleEndian.PutUint32(to[4*i:], w)
	}
	s.used++
}

func (s *stream) clear(b *buffer) {
	s.commands = append(s.commands, command{from: b, bytes: b.bytes})
}

func (s *stream) copy(from *buffer, at int, to *buffer, bytes int) {
	s.commands = append(s.commands, command{from: from, to: to, at: at, bytes: bytes})
}

// flush submits what is recorded. All dispatches in a row share a compute pass;
// WebGPU itself orders those that touch the same buffers.
func (s *stream) flush() {
	commands := s.commands
	s.commands = s.commands[:0]
	if len(commands) == 0 || s.d.err != nil {
		s.used = 0
		return
	}
	s.d.buffers.upload(s.uniform, 0, s.params[:s.used*slotBytes])
	s.used = 0
	if err := jsutil.Catch(func() { s.submit(commands) }); err != nil {
		s.d.fail(err)
	}
}

func (s *stream) submit(commands []command) {
	encoder := s.d.device.Call("createCommandEncoder")
	var pass, current js.Value
	open := false
	for _, c := range commands {
		if c.from != nil {
			if open {
				pass.Call("end")
				open = false
			}
			if c.to == nil {
				encoder.Call("clearBuffer", c.from.js, 0, c.bytes)
			} else {
				encoder.Call("copyBufferToBuffer", c.from.js, c.at, c.to.js, 0, c.bytes)
			}
			continue
		}
		if !open {
			pass, open, current = encoder.Call("beginComputePass"), true, js.Undefined()
		}
		if !c.pipeline.Equal(current) {
			pass.Call("setPipeline", c.pipeline)
			current = c.pipeline
		}
		pass.Call("setBindGroup", 0, c.group, s.offsets, c.slot, 1)
		pass.Call("dispatchWorkgroups", c.x, c.y)
	}
	if open {
		pass.Call("end")
	}
	s.d.queue.Call("submit", []any{encoder.Call("finish")})
}
