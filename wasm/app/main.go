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
	"lethe/wasm/jsutil"
)

func main() {
	jsutil.Yield()          // Go itself has just started, which is task enough
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
	jsutil.Yield()
	pause := jsutil.Yield // code that runs for the first time is slow: the first rendering is many short tasks
	page := ui.NewPage(&h.state, h.do, func() { pause() })
	h.start()
	for first := true; ; first = false {
		h.drawing()
		built := h.built(env, page)
		pause()
		frame() // to build and to draw are two tasks
		if err := renderer.Render(built); err != nil {
			panic(err)
		}
		if first {
			pause = func() {}
			h.page.Call("ready")
			h.early(h.tell)
		}
		h.rendered()
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
