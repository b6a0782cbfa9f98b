package sitetest

import (
	"cmp"
	"encoding/json"
	"fmt"
	"path"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/tracing"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

// traced is the processor time, in milliseconds, of each task on the page's main
// thread while f runs, longest first. Other programs on the machine make a task take
// longer by the clock, but not by this measure.
func (b *tab) traced(f func()) []float64 {
	b.t.Helper()
	var ms []float64
	for _, t := range b.tasks(f) {
		ms = append(ms, t.ms)
	}
	return ms
}

// task is a turn of the main thread's loop.
type task struct {
	ms   float64 // of processor time
	at   float64 // ms since the trace began
	what string  // the longest parts of a long one
}

func (t task) String() string { return fmt.Sprintf("%.1f ms at %.0f: %s", t.ms, t.at, t.what) }

// traceEntry is an event of Chromium's trace; times are in microseconds.
type traceEntry struct {
	Name     string
	Ph       string
	Pid, Tid int
	TS, Dur  float64
	Tdur     float64 // of processor time
	Args     struct {
		Name string
		Data struct{ FunctionName, URL string }
	}
}

// within are the entries that lie in e, on its thread.
func (e traceEntry) within(all []traceEntry) []traceEntry {
	return slices.DeleteFunc(slices.Clone(all), func(x traceEntry) bool {
		return x == e || x.Pid != e.Pid || x.Tid != e.Tid || x.TS < e.TS || x.TS+x.Dur > e.TS+e.Dur
	})
}

// what names the longest parts, which may lie in one another.
func (e traceEntry) what(all []traceEntry) string {
	in := slices.DeleteFunc(e.within(all), func(x traceEntry) bool {
		return strings.HasSuffix(x.Name, "::RunTask") || x.Name == "v8.callFunction"
	})
	slices.SortFunc(in, func(a, b traceEntry) int { return cmp.Or(cmp.Compare(b.Tdur, a.Tdur), cmp.Compare(b.Dur, a.Dur)) })
	var names []string
	for _, x := range in[:min(len(in), 3)] {
		name := x.Name
		if f := x.Args.Data; f.FunctionName != "" || f.URL != "" {
			name += " " + f.FunctionName + " " + path.Base(f.URL)
		}
		names = append(names, fmt.Sprintf("%s %.1f", name, x.Tdur/1000))
	}
	return strings.Join(names, ", ")
}

// tasks is traced with what each task did.
func (b *tab) tasks(f func()) []task {
	b.t.Helper()
	var mu sync.Mutex
	var all []traceEntry
	done := make(chan struct{})
	end := sync.OnceFunc(func() { close(done) }) // a later trace of the same tab ends here too
	require.NoError(b.t, chromedp.Listen(b.ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch event := event.(type) {
		case *tracing.EventDataCollected:
			for _, v := range event.Value {
				var e traceEntry
				if json.Unmarshal(v, &e) == nil {
					all = append(all, e)
				}
			}
		case *tracing.EventTracingComplete:
			end()
		}
	}))
	config := &tracing.TraceConfig{IncludedCategories: []string{"toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline", "v8", "v8.wasm"}}
	_, err := chromedp.Call(b.ctx, tracing.Start, tracing.StartParams{TraceConfig: config})
	require.NoError(b.t, err)
	f()
	_, err = chromedp.Call(b.ctx, tracing.End, cdp.Empty{})
	require.NoError(b.t, err)
	select {
	case <-done:
	case <-time.After(30 * time.Second):
		b.t.Fatal("the browser keeps its trace")
	}
	mu.Lock()
	defer mu.Unlock()
	main := map[[2]int]bool{}
	for _, e := range all {
		if e.Name == "thread_name" && e.Args.Name == "CrRendererMain" {
			main[[2]int{e.Pid, e.Tid}] = true
		}
	}
	all = slices.DeleteFunc(all, func(e traceEntry) bool { return e.Ph != "X" || !main[[2]int{e.Pid, e.Tid}] })
	require.NotEmpty(b.t, all, "the trace has no tasks")
	began := slices.MinFunc(all, func(a, b traceEntry) int { return cmp.Compare(a.TS, b.TS) }).TS
	var tasks []task
	for _, e := range all {
		if e.Name == "RunTask" {
			tasks = append(tasks, task{ms: e.Tdur / 1000, at: (e.TS - began) / 1000})
			if e.Tdur > 10_000 {
				tasks[len(tasks)-1].what = e.what(all)
			}
		}
	}
	slices.SortFunc(tasks, func(a, b task) int { return cmp.Compare(b.ms, a.ms) })
	require.Greater(b.t, len(tasks), 10, "the trace has no tasks")
	return tasks
}
