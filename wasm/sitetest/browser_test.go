package sitetest

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	goruntime "runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/log"
	"github.com/chromedp/cdproto/network"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"

	"lethe/worker/edge"
)

// siteDir is the built site.
func siteDir(t *testing.T) string {
	dir := os.Getenv("SITE")
	if dir == "" {
		dir = filepath.Join("..", "..", "dist", "site")
	}
	for _, f := range []string{"index.html", "app.wasm", "engine.wasm", "engine.js", "demo/catalogue.zip"} {
		if _, err := os.Stat(filepath.Join(dir, f)); err != nil {
			t.Fatalf("the site is not built (%s is missing): run `make build`", f)
		}
	}
	return dir
}

// Real data sets, which are not part of the project, and where a test's page finds their files to drop.
const (
	sharedData = "../../../shared/data"
	sharedPath = "/shared-data/"
)

// serve serves the site as the native server and the deployment do, headers included.
// The paths in without are not found.
func serve(t *testing.T, without ...string) string {
	s := httptest.NewServer(handler(t, without...))
	t.Cleanup(s.Close)
	return s.URL + "/"
}

func handler(t *testing.T, without ...string) http.Handler {
	dir := siteDir(t)
	headers, err := os.ReadFile(filepath.Join(dir, "_headers"))
	require.NoError(t, err)
	site := edge.Static(os.DirFS(dir), headers)
	own := http.StripPrefix(sharedPath, http.FileServer(http.Dir(sharedData)))
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, sharedPath) {
			own.ServeHTTP(w, r)
			return
		}
		if slices.Contains(without, r.URL.Path) {
			http.NotFound(w, r)
			return
		}
		site.ServeHTTP(w, r)
	})
}

// tab is a page in a browser of its own, with what it complained about.
type tab struct {
	t    *testing.T
	ctx  context.Context
	site string

	mu       sync.Mutex
	problems []string // errors and warnings of the console, exceptions, failed requests
	foreign  []string // requests to another origin
}

// noGPU is what Chromium itself says where WebGPU was asked for on a machine without.
const noGPU = "No available adapters."

// observed notes long tasks and layout shifts from the first moment of a document, and
// which elements came with it, and when the first ranking was there.
const observed = `
window.firstRanking = 0; window.firstLive = 0;
new MutationObserver((_, o) => {
	if (!firstRanking && document.querySelectorAll(".shelf .rec").length === 12) firstRanking = performance.now();
	if ((document.querySelector(".shelf-took") || {}).textContent) { firstLive = performance.now(); o.disconnect(); }
}).observe(document, {childList: true, subtree: true, characterData: true});
window.longTasks = []; window.shifts = []; window.served = new Set();
document.addEventListener("DOMContentLoaded", () => { for (const e of document.querySelectorAll("#app *")) served.add(e); });
new PerformanceObserver((l) => { for (const e of l.getEntries()) longTasks.push({at: e.startTime, ms: e.duration}); }).observe({type: "longtask", buffered: true});
new PerformanceObserver((l) => { for (const e of l.getEntries()) if (!e.hadRecentInput) shifts.push({at: e.startTime, value: e.value, what: e.sources.map((s) => s.node && (s.node.className || s.node.nodeName)).join(" ")}); }).observe({type: "layout-shift", buffered: true});
`

func open(t *testing.T, width, height int64, without ...string) *tab {
	t.Helper()
	return openAt(t, width, height, serve(t, without...))
}

// openAt is open for a site that is served already.
func openAt(t *testing.T, width, height int64, site string) *tab {
	t.Helper()
	name := os.Getenv("CHROMIUM")
	for _, n := range []string{"chromium", "chromium-browser", "google-chrome", "chrome"} {
		if path, err := exec.LookPath(n); name == "" && err == nil {
			name = path
		}
	}
	if name == "" {
		t.Fatal("no browser: run `apt-get install -y chromium`, or name one in CHROMIUM")
	}
	b := &tab{t: t, site: site}
	ctx, end := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(end)
	ctx, end = chromedp.NewExecAllocator(ctx, append(chromedp.DefaultExecAllocatorOptions[:],
		chromedp.ExecPath(name), chromedp.Flag("headless", "new"), chromedp.Flag("no-sandbox", os.Getuid() == 0),
		chromedp.Flag("disable-component-update", true), chromedp.Flag("lang", "en-US"), chromedp.Flag("host-resolver-rules", "MAP * ~NOTFOUND, EXCLUDE 127.0.0.1"),
		chromedp.CombinedOutput(io.Discard))...)
	t.Cleanup(end)
	b.ctx, end = chromedp.NewContext(ctx, chromedp.WithListener(b.listen))
	t.Cleanup(end)
	b.steps(chromedp.EmulateViewport(width, height))
	b.enable()
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: observed})
	require.NoError(t, err)
	return b
}

func (b *tab) enable() {
	_, err := chromedp.Call(b.ctx, network.Enable, network.EnableParams{})
	require.NoError(b.t, err)
	_, err = chromedp.Call(b.ctx, log.Enable, cdp.Empty{})
	require.NoError(b.t, err)
}

func (b *tab) listen(event any) {
	b.mu.Lock()
	defer b.mu.Unlock()
	switch e := event.(type) {
	case *runtime.EventConsoleAPICalled:
		if e.Type == "error" || e.Type == "warning" || e.Type == "assert" {
			var words []string
			for _, a := range e.Args {
				words = append(words, string(a.Value)+a.Description)
			}
			b.problems = append(b.problems, string(e.Type)+": "+strings.Join(words, " "))
		}
	case *runtime.EventExceptionThrown:
		text := e.ExceptionDetails.Text
		if x := e.ExceptionDetails.Exception; x != nil {
			text += " " + x.Description
		}
		b.problems = append(b.problems, text)
	case *log.EventEntryAdded:
		if (e.Entry.Level == "error" || e.Entry.Level == "warning") && e.Entry.Text != noGPU {
			b.problems = append(b.problems, e.Entry.Text+" "+e.Entry.URL)
		}
	case *network.EventRequestWillBeSent:
		u := e.Request.URL
		if !strings.HasPrefix(u, b.site) && !strings.HasPrefix(u, "data:") && !strings.HasPrefix(u, "blob:"+b.site) && u != "about:blank" {
			b.foreign = append(b.foreign, u)
		}
	}
}

// clean fails the test if the page complained or asked another origin.
func (b *tab) clean() {
	b.t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	require.Empty(b.t, b.problems, "the console must stay silent")
	require.Empty(b.t, b.foreign, "nothing may be asked of another origin")
}

func (b *tab) steps(s ...chromedp.Action[chromedp.Void]) {
	b.t.Helper()
	require.NoError(b.t, chromedp.Do(b.ctx, s...))
}

func (b *tab) visit(link string) {
	b.t.Helper()
	b.steps(chromedp.Navigate(b.site + link))
}

// eval is a JavaScript expression's value.
func eval[T any](b *tab, expression string) T {
	b.t.Helper()
	v, err := chromedp.Run(b.ctx, chromedp.Evaluate[T](expression))
	require.NoError(b.t, err, expression)
	return v
}

// until waits for an expression to become true and returns how long that took.
func (b *tab) until(limit time.Duration, expression string) time.Duration {
	b.t.Helper()
	start := time.Now()
	for {
		if eval[bool](b, "!!("+expression+")") {
			return time.Since(start)
		}
		if time.Since(start) > limit {
			status := b.text(".status")
			b.mu.Lock()
			defer b.mu.Unlock()
			b.t.Fatalf("still not after %v: %s\nstatus: %s\nproblems: %v", limit, expression, status, b.problems)
		}
		time.Sleep(10 * time.Millisecond)
	}
}

func (b *tab) text(selector string) string {
	return eval[string](b, `(document.querySelector(`+quote(selector)+`) || {}).textContent || ""`)
}

// click scrolls an element into view and clicks it with the mouse.
func (b *tab) click(selector string) {
	b.t.Helper()
	b.steps(chromedp.Click(chromedp.CSS(selector)))
}

// press clicks without moving the page, for elements that a sticky one may cover.
func (b *tab) press(selector string) {
	b.t.Helper()
	require.True(b.t, eval[bool](b, `(e => !!e && !e.disabled && (e.click(), true))(document.querySelector(`+quote(selector)+`))`), selector)
}

// enter waits for a field and gives it a value, a JavaScript expression that may speak of the field as e.
func (b *tab) enter(selector, value string) {
	b.t.Helper()
	b.until(5*time.Second, `(e => !!e && !e.disabled && (e.value = `+value+`, e.dispatchEvent(new Event("change", {bubbles: true})), true))(document.querySelector(`+quote(selector)+`))`)
}

// live tells whether the engine has ranked: the shelf that the page is served with took no time.
const live = `document.querySelectorAll(".shelf .rec").length > 0 && document.querySelector(".shelf-took").textContent !== ""`

// ready waits for the engine's first ranking.
func (b *tab) ready() {
	b.t.Helper()
	b.until(20*time.Second, live)
}

// free waits for an idle engine.
func (b *tab) free(limit time.Duration) time.Duration {
	b.t.Helper()
	return b.until(limit, `!document.querySelector("#train-go").disabled`)
}

// memory is the most memory, in MB, that the tab's process ever had, page, engine and browser code together;
// 0 where the system does not tell.
func (b *tab) memory() int {
	most := 0
	found, _ := filepath.Glob("/proc/[0-9]*/cmdline")
	for _, file := range found {
		if line, _ := os.ReadFile(file); !strings.Contains(string(line), "--type=renderer") || !descends(filepath.Dir(file)) {
			continue
		}
		status, _ := os.ReadFile(filepath.Join(filepath.Dir(file), "status"))
		if _, rest, ok := strings.Cut(string(status), "VmHWM:"); ok {
			kb, _ := strconv.Atoi(strings.Fields(rest)[0])
			most = max(most, kb/1000)
		}
	}
	return most
}

// descends tells whether a process, by its folder in /proc, was started by this one or by one that was.
func descends(dir string) bool {
	for range 8 {
		status, _ := os.ReadFile(filepath.Join(dir, "status"))
		_, rest, ok := strings.Cut(string(status), "PPid:")
		if !ok {
			return false
		}
		parent := strings.Fields(rest)[0]
		if parent == strconv.Itoa(os.Getpid()) {
			return true
		}
		dir = filepath.Join("/proc", parent)
	}
	return false
}

func (b *tab) shelf() []string {
	return eval[[]string](b, `[...document.querySelectorAll(".shelf .rec .hang")].map(e => e.getAttribute("aria-label"))`)
}

// quote is s as a JavaScript string.
func quote(s string) string {
	b, err := json.Marshal(s)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// within is a limit of time, widened on a machine that does other things meanwhile: by
// its load for each processor, or by SLACK.
func within(limit time.Duration) time.Duration {
	if n, err := strconv.ParseFloat(os.Getenv("SLACK"), 64); err == nil && n >= 1 {
		return time.Duration(float64(limit) * n)
	}
	b, _ := os.ReadFile("/proc/loadavg")
	first, _, _ := strings.Cut(string(b), " ")
	if load, err := strconv.ParseFloat(first, 64); err == nil {
		if each := load / float64(goruntime.NumCPU()); each > .6 { // this test alone makes about half
			return time.Duration(float64(limit) * (1 + 2*each))
		}
	}
	return limit
}
