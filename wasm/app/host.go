//go:build js && wasm

package main

import (
	"strings"
	"syscall/js"
	"time"

	"github.com/vugu/vugu"

	"lethe/recsys/api"
	"lethe/recsys/rank"
	"lethe/ui"
	"lethe/wasm/jsutil"
)

// host connects ui.Apply with the browser: it holds the state, feeds it events and
// carries out its commands. public/page.js is its other half.
type host struct {
	state    ui.State
	page     js.Value // window.lethePage
	port     *jsutil.Port
	lock     vugu.EventEnv
	urgent   chan struct{} // capacity 1: the state differs from what is drawn, and somebody waits
	changed  chan struct{} // capacity 1: a clock or a curve has moved
	drawn    time.Time
	building bool        // a tree is on its way to the document
	after    []ui.Reveal // wait for the rendering that makes their element
	began    time.Time
	first    *rank.Table // ranks until the engine does; nil where it has not come
}

// tenth of a second: how often clocks on the page move.
const tenth = 100 * time.Millisecond

func newHost(lock vugu.EventEnv) *host {
	location := js.Global().Get("location")
	link := ui.ParseLink(location.Get("search").String() + location.Get("hash").String())
	h := &host{state: ui.New(link), page: js.Global().Get("lethePage"), lock: lock, urgent: make(chan struct{}, 1), changed: make(chan struct{}, 1), began: time.Now()}
	h.state.Theme = h.page.Call("theme").String()
	var wishes []string
	for l, i := js.Global().Get("navigator").Get("languages"), 0; l.Truthy() && i < l.Length(); i++ {
		wishes = append(wishes, l.Index(i).String())
	}
	h.do(ui.Prefers{Languages: wishes})
	return h
}

// start listens: to the engine, to page.js, and to the clock.
func (h *host) start() {
	engine, inbox := h.page.Get("engine"), h.page.Get("inbox")
	h.port = jsutil.NewPort(engine)
	h.port.OnError(func(why string) {
		why = strings.TrimPrefix(strings.TrimPrefix(why, "Uncaught "), "Error: ")
		if strings.HasPrefix(why, "[object") { // an event without words: the script did not load
			why = ""
		}
		go h.tell(ui.Broke{Why: why})
	})
	for i := range inbox.Length() {
		m := inbox.Index(i)
		if m.Get("op").Type() == js.TypeString {
			engine.Get("onmessage").Invoke(map[string]any{"data": m})
		} else {
			engine.Get("onerror").Invoke(m)
		}
	}
	h.early(h.do)
	h.on("onplace", func(a []js.Value) { h.tell(ui.Scrolled{Place: ui.Place(a[0].String())}) })
	h.on("onlink", func(a []js.Value) { h.tell(ui.Came{Link: ui.ParseLink(a[0].String())}) })
	h.on("onfiles", h.files)
	h.on("onhover", func(a []js.Value) { h.tell(ui.Hover{Item: a[0].Int()}) })
	h.on("onnear", func(a []js.Value) { h.tell(ui.Near{Item: a[0].Int()}) })
	h.on("onheld", func([]js.Value) { h.tell(ui.Held{}) })
	h.on("onspare", func([]js.Value) { h.tell(ui.Spare{}) })
	second := jsutil.NewPort(h.page.Get("second"))
	second.OnError(func(string) { go h.tell(ui.SecondBroke{}) })
	go func() {
		for m := range second.Messages() {
			h.tell(ui.FromSecond{Message: m})
		}
	}()
	go h.openFirst()
	go func() {
		for m := range h.port.Messages() {
			h.tell(ui.FromEngine{Message: m})
		}
	}()
	go func() {
		for range time.Tick(tenth) {
			if h.state.Busy() {
				h.tell(nil)
			}
		}
	}()
}

// early tells of the clicks that page.js kept while nobody listened.
func (h *host) early(tell func(ui.Event)) {
	early := h.page.Get("early")
	h.page.Set("early", js.Global().Get("Array").New())
	for i := range early.Length() {
		tell(ui.Like{Item: early.Index(i).Int()})
	}
}

// openFirst reads the table that ranks while the engine is on its way. A page that gets none waits for the engine.
func (h *host) openFirst() {
	file := h.page.Get("first")
	if file.Truthy() {
		file, _ = jsutil.Await(file)
	}
	if !file.Truthy() {
		return
	}
	var err error
	if h.first, err = rank.Decode(jsutil.Bytes(file)); err == nil && len(h.state.Link.Likes) > 0 {
		jsutil.Yield()
		h.rankFirst(h.state.Link.Likes)
	}
}

func (h *host) rankFirst(likes []int) {
	if h.first != nil {
		h.tell(ui.First{Likes: likes, Catalog: h.first.Catalog, Ranking: h.first.Rank(likes, ui.ShelfSize)})
	}
}

// on gives page.js a function to call. It runs in a goroutine of its own, since the
// caller cannot wait.
func (h *host) on(name string, f func([]js.Value)) {
	h.page.Set(name, js.FuncOf(func(_ js.Value, args []js.Value) any {
		go f(args)
		return nil
	}))
}

func (h *host) files(a []js.Value) {
	e := ui.OpenFiles{Bytes: a[1].Int(), Ticket: a[2].Int(), Problem: a[3].String()}
	for i := range a[0].Length() {
		e.Names = append(e.Names, a[0].Index(i).String())
	}
	h.tell(e)
}

// tell is do from outside a handler of vugu's, which holds the lock already.
func (h *host) tell(e ui.Event) {
	h.lock.Lock()
	defer h.lock.UnlockOnly()
	h.do(e)
}

// do applies an event, or only the clock for nil.
func (h *host) do(e ui.Event) {
	h.state, _ = ui.Apply(h.state, ui.Tick{Now: time.Since(h.began).Seconds()})
	if e != nil {
		var commands []ui.Command
		h.state, commands = ui.Apply(h.state, e)
		for _, c := range commands {
			h.run(c)
		}
	}
	if _, shown := e.(ui.Hover); shown && !h.building { // by ui.Caption, unless an older tree is still to be drawn
		return
	}
	to := h.urgent
	if background(e) {
		to = h.changed
	}
	select {
	case to <- struct{}{}:
	default:
	}
}

func (h *host) run(c ui.Command) {
	switch c := c.(type) {
	case ui.Post:
		if err := h.port.Post(c.Message); err != nil {
			go h.tell(ui.Broke{Why: err.Error()})
		}
	case ui.PostFiles:
		h.page.Call("post", c.V, c.ID, string(c.Op), string(c.Head), c.Ticket)
	case ui.PostSecond:
		h.page.Call("postSecond", c.V, c.ID, string(c.Op), string(c.Head), c.Ticket)
	case ui.KeepBody:
		h.page.Call("keepBody", c.Job)
	case ui.EndSecond:
		h.page.Call("endSecond")
	case ui.RankFirst:
		go h.rankFirst(c.Likes)
	case ui.Visit:
		method := "replaceState"
		if c.New {
			method = "pushState"
		}
		url := c.URL
		if url == "" {
			url = js.Global().Get("location").Get("pathname").String()
		}
		js.Global().Get("history").Call(method, js.Null(), "", url)
	case ui.Reveal:
		h.after = append(h.after, c)
	case ui.Paint:
		h.page.Call("paint", c.Theme)
	case ui.Speak:
		root := js.Global().Get("document")
		root.Get("documentElement").Set("lang", c.Lang)
		root.Set("title", c.Title)
	case ui.Persist:
		go func() {
			promise, err := jsutil.Try(js.Global().Get("navigator").Get("storage"), "persist")
			if err == nil {
				promise, err = jsutil.Await(promise)
			}
			h.tell(ui.Persisted{Yes: err == nil && promise.Truthy()})
		}()
	case ui.SavePicture:
		h.page.Call("savePicture", c.Name, c.SVG)
	case ui.DrawMap:
		slots := make([]string, len(c.Points.Slots))
		for i, s := range c.Points.Slots {
			slots[i] = string(s)
		}
		h.page.Call("drawMap", strings.Join(slots, ","), c.Points.Items, c.Points.Users, jsutil.Uint8Array(c.XY))
	case ui.Caption:
		h.page.Call("caption", c.Tip, c.More)
	case ui.Hold:
		h.page.Call("hold", strings.Join(c.Images, "\n"))
	case ui.Save:
		h.page.Call("save", c.Name, jsutil.Uint8Array(c.Body))
	}
}

// built is the page's tree. Nothing happens to the state meanwhile.
func (h *host) built(env *vugu.BuildEnv, page *ui.Page) *vugu.BuildResults {
	h.lock.Lock()
	defer h.lock.UnlockOnly()
	return env.RunBuild(page)
}

// drawing marks the state as drawn.
func (h *host) drawing() {
	for _, c := range []chan struct{}{h.changed, h.urgent} {
		select {
		case <-c:
		default:
		}
	}
	h.drawn, h.building = time.Now(), true
}

// wait returns when there is something to draw: at once for what a visitor did and
// for an answer, ten times a second for clocks and progress.
func (h *host) wait() {
	select {
	case <-h.urgent:
	case <-h.changed:
		select {
		case <-h.urgent:
		case <-time.After(tenth - time.Since(h.drawn)):
		}
	}
}

// background reports whether an event only moves a clock or a curve.
func background(e ui.Event) bool {
	switch m := e.(type) {
	case nil:
		return true
	case ui.FromEngine:
		return m.Op == api.OpProgress
	case ui.FromSecond:
		return m.Op == api.OpProgress
	}
	return false
}

// rendered is after a tree has come to the document.
func (h *host) rendered() {
	h.building = false
	for _, c := range h.after {
		h.page.Call("reveal", c.ID)
	}
	h.after = nil
}
