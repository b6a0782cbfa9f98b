//go:build js && wasm

package jsutil

import (
	"sync"
	"syscall/js"
)

// yielders is how many goroutines may be inside Yield at one time.
const yielders = 1024

var ping = sync.OnceValue(func() (p struct {
	send js.Value // the port that posts
	back chan struct{}
}) {
	p.back = make(chan struct{}, yielders)
	channel := js.Global().Get("MessageChannel").New()
	channel.Get("port1").Set("onmessage", js.FuncOf(func(js.Value, []js.Value) any {
		p.back <- struct{}{}
		return nil
	}))
	p.send = channel.Get("port2")
	return p
})

// Yield lets the event loop turn once: messages that wait for this thread are
// delivered before it returns. It sends itself a message and waits for it,
// because runtime.Gosched and time.Sleep(0) deliver none and browsers stretch
// nested timers to 4 ms.
func Yield() {
	p := ping()
	p.send.Call("postMessage", js.Null())
	<-p.back
}
