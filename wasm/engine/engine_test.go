//go:build !js

// The tests build the engine and drive it through public/lethe.js in Chromium,
// under the content security policy of the deployment.
package engine

import (
	"context"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/rng"
	"lethe/wasm/chromium"
)

const policy = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'"

// site serves public, the built engine and a data set, but for what a test
// replaces.
type site struct {
	dir     string
	replace map[string]string
}

func (s *site) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Security-Policy", policy)
	name := strings.TrimPrefix(r.URL.Path, "/")
	if content, ok := s.replace[name]; ok {
		if content == "" {
			http.NotFound(w, r)
			return
		}
		w.Header().Set("Content-Type", "text/javascript")
		fmt.Fprint(w, content)
		return
	}
	switch name {
	case "":
		w.Header().Set("Content-Type", "text/html")
		fmt.Fprint(w, "<!doctype html><title>engine</title>")
	case "data":
		w.Write(api.PackFiles(dataset()))
	case "engine.wasm", "wasm_exec.js":
		http.ServeFile(w, r, filepath.Join(s.dir, name))
	default:
		http.ServeFile(w, r, filepath.Join("..", "..", "public", name))
	}
}

// dataset is 200 users with 12 of 60 items each: of the first thirty, or of the
// others.
func dataset() []api.File {
	var items, pairs strings.Builder
	items.WriteString("id\n")
	for i := range 60 {
		fmt.Fprintf(&items, "i%d\n", i)
	}
	pairs.WriteString("user,item\n")
	r := rng.New(1).Stream()
	for u := range 200 {
		for _, i := range r.Perm(30)[:12] {
			fmt.Fprintf(&pairs, "u%d,i%d\n", u, int(i)+u%2*30)
		}
	}
	return []api.File{{Name: "catalog.csv", Data: []byte(items.String())}, {Name: "interactions.csv", Data: []byte(pairs.String())}}
}

// built is the folder with engine.wasm and wasm_exec.js, made once.
var built string

func TestMain(m *testing.M) {
	dir, err := os.MkdirTemp("", "engine")
	if err == nil {
		built = dir
	}
	code := m.Run()
	os.RemoveAll(dir)
	os.Exit(code)
}

func build(t testing.TB) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the engine and starts a browser")
	}
	wasm := filepath.Join(built, "engine.wasm")
	if _, err := os.Stat(wasm); err == nil {
		return built
	}
	// The Makefile's flags, so that packages compiled once serve both.
	cmd := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", wasm, ".")
	cmd.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
	root, err := exec.Command("go", "env", "GOROOT").Output()
	require.NoError(t, err)
	glue, err := os.ReadFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"))
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(built, "wasm_exec.js"), glue, 0o644))
	return built
}

// page opens a page in a browser of its own, and runs scripts there.
func page(t testing.TB, replace map[string]string) func(script string) (string, error) {
	t.Helper()
	server := httptest.NewServer(&site{build(t), replace})
	t.Cleanup(server.Close)
	options, err := chromium.Options()
	if err != nil {
		t.Skip(err)
	}
	ctx, end := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(end)
	ctx, end = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx)
	t.Cleanup(end)
	require.NoError(t, chromedp.Do(ctx, chromedp.Navigate(server.URL)))
	return func(script string) (string, error) {
		return chromedp.Run(ctx, chromedp.Evaluate[string](`(async () => {
			const lethe = await import("/lethe.js");
			const sleep = (ms) => new Promise((r) => setTimeout(r, ms));
			const told = (f) => f.then((r) => ({ done: r.head }), (e) => ({ failed: e.code || e.message }));
			const data = async () => (await fetch("data")).arrayBuffer();
			`+script+`
		})().then(JSON.stringify)`, chromedp.EvalAwaitPromise))
	}
}

func TestCommands(t *testing.T) {
	run := page(t, nil)
	tests := []struct{ name, script, want string }{
		{"it speaks first",
			`const hello = await (window.engine = lethe.startEngine()).hello;
			 return [hello.version, hello.simd, hello.backends, hello.models.includes("bpr"), hello.methods.length > 2];`,
			`[1, true, ["simd", "webgpu"], true, true]`},
		{"unknown commands and empty sessions",
			`return Promise.all([told(engine.call("dance")), told(engine.call("recommend", {slot: "before", user: 0, k: 3})), told(engine.call("train", {model: {name: "bpr"}}))]);`,
			`[{"failed": "bad_command"}, {"failed": "not_ready"}, {"failed": "not_ready"}]`},
		{"a file that is no data set",
			`const r = await told(engine.call("open", {}, {body: new Uint8Array([1, 2, 3]).buffer}));
			 return [r, await told(engine.call("open", {}))];`,
			`[{"failed": "bad_command"}, {"failed": "bad_command"}]`},
		{"open hands the bytes over",
			`const body = await data();
			 const { head } = await engine.call("open", {name: "halves"}, {body});
			 return [body.byteLength, head.name, head.users, head.items];`,
			`[0, "halves", 200, 60]`},
		{"train, tell progress, recommend from the right half",
			`let steps = 0;
			 const { head } = await engine.call("train", {model: {name: "bpr", dim: 16}, train: {seed: 1, epochs: 30, rate: 0.01, batch: 256}}, {onprogress: (p) => steps += p.stage === "train"});
			 const { head: list } = await engine.call("recommend", {slot: "before", user: 0, k: 5});
			 return [head.model, head.backend, steps > 0, list.items.length, list.items.every((i) => i < 30 === list.items[0] < 30)];`,
			`["bpr", "simd", true, 5, true]`},
		{"train on the graphics card",
			`const r = await told(engine.call("train", {model: {name: "bpr", dim: 16}, train: {seed: 1, epochs: 2, batch: 256, backend: "webgpu"}}));
			 return [r.failed || r.done.backend];`,
			`["webgpu"]`},
		{"cancel within a fifth of a second, while a recommendation overtakes",
			`const stop = new AbortController(), long = told(engine.call("train", {model: {name: "bpr"}, train: {seed: 1, epochs: 1e6, patience: 1e6}}, {signal: stop.signal}));
			 await sleep(300);
			 const { head } = await engine.call("recommend", {slot: "before", user: 1, k: 2});
			 const at = performance.now();
			 stop.abort();
			 const r = await long;
			 return [head.items.length, r.failed, performance.now() - at < 200];`,
			`[2, "cancelled", true]`},
		{"a protocol of another time",
			`return new Promise((resolve) => {
			   engine.onmessage = (e) => e.data.id === 5000 && resolve([e.data.id, e.data.op, JSON.parse(e.data.head).code]);
			   engine.postMessage({v: 99, id: 5000, op: "recommend", head: "{}"});
			 });`,
			`[5000, "failed", "bad_command"]`},
		{"messages posted before it listens",
			`const second = lethe.startEngine();
			 const r = await told(second.call("recommend", {}));
			 second.terminate();
			 return [r, await told(second.call("recommend", {}))];`,
			`[{"failed": "not_ready"}, {"failed": "The engine was terminated."}]`},
		{"one that drives it as a Worker misses nothing",
			`const third = lethe.startEngine();
			 await third.hello;
			 await sleep(50);
			 return new Promise((resolve) => { third.onmessage = (e) => resolve([e.data.v, e.data.id, e.data.op, typeof e.data.head]); });`,
			`[1, 0, "hello", "string"]`},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := run(test.script)
			require.NoError(t, err)
			assert.JSONEq(t, test.want, got)
		})
	}
}

// TestTheDeviceIsLost destroys the device in mid-training: the job ends well, and the
// page has been told.
func TestTheDeviceIsLost(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "public", "gpu.js"))
	require.NoError(t, err)
	run := page(t, map[string]string{"gpu.js": string(source) + `
		const whole = globalThis.letheStream;
		globalThis.letheStream = (device, ...rest) => {
		  const stream = whole(device, ...rest);
		  let left = 5;
		  return { set: stream.set, submit: (...args) => {
		    if (--left === 0) device.destroy();
		    return stream.submit(...args);
		  } };
		};`})
	got, err := run(`
		const engine = lethe.startEngine(), heard = [];
		await engine.hello;
		engine.onmessage = ({data}) => { if (data.op === "computes") heard.push(JSON.parse(data.head)); };
		await engine.call("open", {name: "halves"}, {body: await data()});
		const { head } = await engine.call("train", {model: {name: "lightgcn", dim: 16}, train: {seed: 1, epochs: 3, batch: 256, backend: "webgpu"}});
		return [head.backend, head.epochs, heard.map((c) => [c.backend, c.why])];`)
	require.NoError(t, err)
	assert.JSONEq(t, `["webgpu, then simd", 3, [["webgpu", "asked"], ["simd", "lost"]]]`, got)
}

// TestTheChoiceIsMeasuredOnce lets the software adapter pass for a card: the engine
// measures both backends, says so and keeps the prices; the next engine decides by those that
// are kept, here by ones that were turned round, and a named backend overrides.
func TestTheChoiceIsMeasuredOnce(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "public", "engine.js"))
	require.NoError(t, err)
	run := page(t, map[string]string{"engine.js": string(source) + `
		Object.defineProperty(GPUAdapter.prototype, "info", {get: () => ({vendor: "v", architecture: "a", description: "A card"})});`})
	got, err := run(`
		const kept = async () => JSON.parse(await (await (await caches.open("lethe-machine")).match("calibration.json")).text());
		const trained = async (backend) => {
			const engine = lethe.startEngine();
			let told = null;
			await engine.hello;
			engine.onmessage = ({data}) => { if (data.op === "computes") told = JSON.parse(data.head); };
			await engine.call("open", {name: "halves"}, {body: await data()});
			const { head } = await engine.call("train", {model: {name: "bpr", dim: 16}, train: {seed: 1, epochs: 1, batch: 256, backend}});
			engine.terminate();
			return [head.backend, told.backend, told.why, told.adapter, told.times >= 1];
		};
		const first = await trained(), before = await kept();
		const same = first[0] === first[1]; // whichever was faster here
		const free = {}, dear = {};
		for (const k in before.costs.simd) [free[k], dear[k]] = [{Fixed: 1e-9, Each: 0}, {Fixed: 1, Each: 1}];
		await (await caches.open("lethe-machine")).put("calibration.json", new Response(JSON.stringify({...before, costs: {simd: dear, webgpu: free}})));
		const second = await trained(), third = await trained("webgpu"), after = await kept();
		return [same, first.slice(2), Object.keys(before.costs.webgpu).sort(), before.costs.webgpu.product.Each > 0, second, third.slice(0, 3), after.costs.simd.rows.Each];`)
	require.NoError(t, err)
	assert.JSONEq(t, `[true, ["measured", "A card", true], ["product", "rows", "sparse"], true,
		["webgpu", "webgpu", "measured", "A card", true], ["webgpu", "webgpu", "asked"], 1]`, got)
}

// BenchmarkRoundTrip prices a command and its answer between page and engine; it
// also reports how long the engine takes from its start to its hello.
func BenchmarkRoundTrip(b *testing.B) {
	run := page(b, nil)
	got, err := run(`
		const at = performance.now();
		window.engine = lethe.startEngine();
		await engine.hello;
		return performance.now() - at;`)
	require.NoError(b, err)
	start, err := strconv.ParseFloat(got, 64)
	require.NoError(b, err)
	b.ResetTimer()
	_, err = run(fmt.Sprintf(`for (let k = 0; k < %d; k++) await told(engine.call("recommend", {k: 3})); return 0;`, b.N))
	require.NoError(b, err)
	b.ReportMetric(start, "ms-to-hello")
}

// TestFailures breaks the start in the ways that browsers and networks do.
func TestFailures(t *testing.T) {
	source, err := os.ReadFile(filepath.Join("..", "..", "public", "engine.js"))
	require.NoError(t, err)
	with := func(line string) map[string]string {
		return map[string]string{"engine.js": line + "\n" + string(source)}
	}
	tests := []struct {
		name    string
		replace map[string]string
		says    string
	}{
		{"no engine.js", map[string]string{"engine.js": ""}, "could not be loaded"},
		{"no engine.wasm", map[string]string{"engine.wasm": ""}, "could not be fetched (404)"},
		{"no wasm_exec.js", map[string]string{"wasm_exec.js": ""}, "wasm_exec.js"},
		{"no WebAssembly", with("Object.defineProperty(self, 'WebAssembly', {value: undefined});"), "Chrome or Edge 91, Firefox 89, Safari 16.4"},
		{"no vectors", with("WebAssembly.validate = () => false;"), "no vector instructions"},
		{"an engine that stops", map[string]string{"wasm_exec.js": "self.Go = class { importObject = {}; env = {}; async run() {} }; WebAssembly.instantiateStreaming = async () => ({});"}, "has stopped"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			got, err := page(t, test.replace)(`
				const engine = lethe.startEngine();
				const heard = new Promise((resolve) => { engine.onerror = (e) => resolve(e.message); });
				const call = engine.call("train").catch((e) => e.message), hello = engine.hello.catch((e) => e.message);
				const late = await heard;
				const later = await engine.call("train").catch((e) => e.message);
				if (await call !== late || await hello !== late || later !== late) throw new Error("not the same words everywhere");
				return late;`)
			require.NoError(t, err)
			assert.Contains(t, got, test.says)
			assert.NotContains(t, got, "Uncaught")
		})
	}
}
