//go:build js && wasm

// Command app is the page's program: the components of package ui, drawn by vugu,
// with their events and commands connected to the document and the engine.
package main

import (
	"runtime/debug"
	"syscall/js"

	"github.com/vugu/vugu"
	"github.com/vugu/vugu/domrender"

	"lethe/ui"
)

func main() {
	debug.SetGCPercent(400) // the heap is small; collecting it less often keeps frames short
	renderer, err := domrender.New("#app")
	if err != nil {
		panic(err)
	}
	env, err := vugu.NewBuildEnv(renderer.EventEnv())
	if err != nil {
		panic(err)
	}
	h := newHost(renderer.EventEnv())
	page := ui.NewPage(&h.state, h.do)
	h.start()
	for first := true; ; first = false {
		frame()
		h.drawing()
		if err := renderer.Render(env.RunBuild(page)); err != nil {
			panic(err)
		}
		if first {
			h.page.Call("ready")
		}
		h.afterRender()
		h.wait()
	}
}

// frame waits for the browser's next frame: however often the state changes, it is
// drawn once.
func frame() {
	drawn := make(chan struct{})
	f := js.FuncOf(func(js.Value, []js.Value) any {
		close(drawn)
		return nil
	})
	defer f.Release()
	js.Global().Call("requestAnimationFrame", f)
	<-drawn
}
