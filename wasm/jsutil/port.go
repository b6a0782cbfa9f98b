//go:build js && wasm

package jsutil

import (
	"encoding/json"
	"fmt"
	"sync"
	"syscall/js"

	"lethe/recsys/api"
)

// Port sends and receives protocol messages: {v, id, op, head, body} with v and
// id numbers, op a string, head a string of JSON, and body an ArrayBuffer or
// undefined. The body's buffer is transferred, so a message costs one copy out of
// the sender's memory and one into the receiver's.
type Port struct {
	target js.Value
	in     chan api.Message
	kick   chan struct{} // capacity 1: the queue grew
	mu     sync.Mutex
	queue  []api.Message
}

// EnginePort is the engine's side: the global scope of its Web Worker.
func EnginePort() *Port { return NewPort(js.Global()) }

// NewPort listens on target: a Worker object, a MessagePort, or a Web Worker's
// global scope. One Port to a target: it takes the target's onmessage.
func NewPort(target js.Value) *Port {
	p := &Port{target: target, in: make(chan api.Message), kick: make(chan struct{}, 1)}
	target.Set("onmessage", js.FuncOf(func(_ js.Value, args []js.Value) any {
		p.mu.Lock()
		p.queue = append(p.queue, decode(args[0].Get("data")))
		p.mu.Unlock()
		select {
		case p.kick <- struct{}{}:
		default:
		}
		return nil
	}))
	go p.deliver()
	return p
}

// Messages delivers what arrives, in order. Any number may wait: the handler
// that takes them from JavaScript must never block. The channel is never closed.
func (p *Port) Messages() <-chan api.Message { return p.in }

func (p *Port) deliver() {
	for range p.kick {
		for {
			p.mu.Lock()
			waiting := p.queue
			p.queue = nil
			p.mu.Unlock()
			if len(waiting) == 0 {
				break
			}
			for _, m := range waiting {
				p.in <- m
			}
		}
	}
}

// Post sends m. It fails where the target is gone or refuses the message.
func (p *Port) Post(m api.Message) error {
	o := js.Global().Get("Object").New()
	o.Set("v", m.V)
	o.Set("id", m.ID)
	o.Set("op", string(m.Op))
	o.Set("head", string(m.Head))
	transfer := []any{}
	if len(m.Body) > 0 {
		body := Uint8Array(m.Body).Get("buffer")
		o.Set("body", body)
		transfer = append(transfer, body)
	}
	if _, err := Try(p.target, "postMessage", o, transfer); err != nil {
		return fmt.Errorf("posting %q: %w", m.Op, err)
	}
	return nil
}

// OnError calls f, on the thread's event loop, with what a Worker object
// reports: an uncaught exception inside it, a script that did not load, or a
// message that could not be read. f must not block.
func (p *Port) OnError(f func(string)) {
	report := js.FuncOf(func(_ js.Value, args []js.Value) any {
		args[0].Call("preventDefault") // heard here, so not an error of this thread too
		f(Text(args[0]))
		return nil
	})
	p.target.Set("onerror", report)
	p.target.Set("onmessageerror", report)
}

// decode reads a message leniently: what is missing or of a wrong type stays
// zero, and the version check of api.Message.Decode refuses it.
func decode(data js.Value) (m api.Message) {
	if data.Type() != js.TypeObject {
		return m
	}
	if v := data.Get("v"); v.Type() == js.TypeNumber {
		m.V = v.Int()
	}
	if id := data.Get("id"); id.Type() == js.TypeNumber {
		m.ID = id.Int()
	}
	if op := data.Get("op"); op.Type() == js.TypeString {
		m.Op = api.Op(op.String())
	}
	if head := data.Get("head"); head.Type() == js.TypeString {
		m.Head = json.RawMessage(head.String())
	}
	if body := data.Get("body"); body.Type() == js.TypeObject {
		m.Body = Bytes(body)
	}
	return m
}
