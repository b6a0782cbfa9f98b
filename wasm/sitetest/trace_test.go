package sitetest

import (
	"encoding/json"
	"slices"
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
	type entry struct {
		Name     string
		Ph       string
		Pid, Tid int
		Tdur     float64 // microseconds
		Args     struct{ Name string }
	}
	var mu sync.Mutex
	var all []entry
	done := make(chan struct{})
	end := sync.OnceFunc(func() { close(done) }) // a later trace of the same tab ends here too
	require.NoError(b.t, chromedp.Listen(b.ctx, func(event any) {
		mu.Lock()
		defer mu.Unlock()
		switch event := event.(type) {
		case *tracing.EventDataCollected:
			for _, v := range event.Value {
				var e entry
				if json.Unmarshal(v, &e) == nil {
					all = append(all, e)
				}
			}
		case *tracing.EventTracingComplete:
			end()
		}
	}))
	config := &tracing.TraceConfig{IncludedCategories: []string{"toplevel", "disabled-by-default-devtools.timeline"}}
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
	var tasks []float64
	for _, e := range all {
		if e.Name == "RunTask" && e.Ph == "X" && main[[2]int{e.Pid, e.Tid}] {
			tasks = append(tasks, e.Tdur/1000)
		}
	}
	slices.Sort(tasks)
	slices.Reverse(tasks)
	require.Greater(b.t, len(tasks), 10, "the trace has no tasks")
	return tasks
}
