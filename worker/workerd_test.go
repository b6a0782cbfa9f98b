//go:build !js

package worker_test

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/worker/edge"
)

// Bounds, so that nothing waits for ever: the first build compiles net/http for wasm, the first npm ci downloads workerd.
const (
	prepareWithin = 5 * time.Minute
	runWithin     = 2 * time.Minute
)

// client opens a connection for each request. workerd sometimes closes one that is kept alive after a request with a body, without a
// word, while the next request is on its way; browsers repeat that one by themselves, Go does not repeat a POST.
var client = &http.Client{
	Timeout:       time.Minute,
	Transport:     &http.Transport{DisableCompression: true, DisableKeepAlives: true},
	CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
}

// fixture is a site with every way in which a path leads to a file, and a file of each type that the native server knows.
var fixture = map[string]string{
	"index.html":                   "<!doctype html><title>home</title>",
	"lab.html":                     "<!doctype html><title>lab</title>",
	"404.html":                     "<!doctype html><title>missing</title>",
	"docs/index.html":              "<!doctype html><title>docs</title>",
	"docs/404.html":                "<!doctype html><title>missing from docs</title>",
	"app.wasm":                     "\x00asm\x01\x00\x00\x00",
	"app.wasm.br":                  "not for the public",
	"immutable/app.0a1b2c3d.js":    "export {}",
	"immutable/style.0a1b2c3d.css": "body{}",
	".assetsignore":                "*.br\n",
}

func init() {
	for ext := range strings.FieldsSeq("avif bin css csv d.ts gif html ico jpeg jpg js json map md mjs pdf png safetensors svg txt webmanifest webp woff2 xml") {
		fixture["types/x."+ext] = "x"
	}
}

// site writes the fixture with the real _headers into a folder.
func site(t testing.TB) (dir string, headers []byte) {
	dir = t.TempDir()
	headers, err := os.ReadFile("../public/_headers")
	require.NoError(t, err)
	write := func(name string, content []byte) {
		path := filepath.Join(dir, filepath.FromSlash(name))
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, content, 0o600))
	}
	for name, content := range fixture {
		write(name, []byte(content))
	}
	write("_headers", headers)
	return dir, headers
}

// command runs a program in a folder and stops the test with its output when it fails.
func command(t testing.TB, dir string, name string, args ...string) {
	ctx, cancel := context.WithTimeout(context.Background(), prepareWithin)
	defer cancel()
	cmd := exec.CommandContext(ctx, name, args...)
	cmd.Dir = dir
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s %s\n%s", name, strings.Join(args, " "), out)
}

// install runs npm ci unless the pinned Miniflare is there.
func install(t testing.TB) {
	for _, tool := range []string{"node", "npm"} {
		if _, err := exec.LookPath(tool); err != nil {
			t.Fatalf("%s is missing; Node 20 or later runs the worker here. Install it with: apt-get install -y nodejs npm", tool)
		}
	}
	version := func(file string) string {
		var p struct {
			Version         string
			DevDependencies map[string]string
		}
		if b, err := os.ReadFile(file); err == nil {
			require.NoError(t, json.Unmarshal(b, &p), file)
		}
		return p.Version + p.DevDependencies["miniflare"]
	}
	pinned := version("test/package.json")
	require.NotEmpty(t, pinned)
	_, err := os.Stat("test/node_modules/.package-lock.json") // npm writes it last
	if err != nil || version("test/node_modules/miniflare/package.json") != pinned {
		command(t, "test", "npm", "ci")
	}
}

// watch opens what only other programs read. Without it the go command would not see them change, and repeat a cached pass.
func watch(t testing.TB) {
	for _, pattern := range []string{"*.go", "*.mjs", "*.sh", "*.jsonc", "edge/*_js.go", "test/*.mjs", "test/*.json", "migrations/*.sql"} {
		files, err := filepath.Glob(pattern)
		require.NoError(t, err)
		require.NotEmpty(t, files, pattern)
		for _, file := range files {
			f, err := os.Open(file)
			require.NoError(t, err)
			f.Close()
		}
	}
}

// start builds the worker, serves it and a site in workerd, and returns where, with the process id of Node.
func start(t testing.TB, site string, settings ...string) (url string, pid int) {
	watch(t)
	install(t)
	built := filepath.Join(t.TempDir(), "worker")
	command(t, "..", "sh", "worker/build.sh", built)

	ctx, cancel := context.WithTimeout(context.Background(), runWithin)
	cmd := exec.CommandContext(ctx, "node", append([]string{"serve.mjs", built, site}, settings...)...)
	cmd.Dir = "test"
	var stderr bytes.Buffer
	cmd.Stderr = &stderr
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		stdin.Close() // it ends by itself, workerd with it; the context kills it if not
		err := cmd.Wait()
		cancel()
		assert.NoError(t, err, "node serve.mjs\n%s", stderr.String())
		if t.Failed() {
			t.Log(stderr.String())
		}
		assert.NotContains(t, stderr.String(), "had hung", "an answer that the runtime waited for in vain")
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err, "node serve.mjs said nothing\n%s", stderr.String())
	var ready struct{ URL string }
	require.NoError(t, json.Unmarshal(line, &ready), string(line))
	return ready.URL, cmd.Process.Pid
}

type answer struct {
	status int
	header http.Header
	body   string
}

func ask(t testing.TB, base, method, target string) answer {
	r, err := http.NewRequest(method, base+target, nil)
	require.NoError(t, err)
	r.Header.Set("Accept-Encoding", "identity")
	resp, err := client.Do(r)
	require.NoError(t, err, "%s %s", method, target)
	defer resp.Body.Close()
	body, err := io.ReadAll(resp.Body)
	require.NoError(t, err, "%s %s", method, target)
	return answer{resp.StatusCode, resp.Header, string(body)}
}

// comparable drops what may differ between two servers that mean the same: the connection's own, and tags of content.
func comparable(h http.Header) http.Header {
	h = h.Clone()
	for _, name := range []string{"Date", "Connection", "Keep-Alive", "Transfer-Encoding", "Content-Length", "Accept-Ranges", "Vary", "Etag", "Cf-Cache-Status"} {
		h.Del(name)
	}
	return h
}

func TestWorkerd(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the worker and starts workerd")
	}
	dir, headers := site(t)
	url, _ := start(t, dir)
	files := os.DirFS(dir)
	native := httptest.NewServer(edge.Site(edge.Handler(edge.Config{}), edge.Static(files, headers)))
	t.Cleanup(native.Close)

	t.Run("health", func(t *testing.T) {
		get := ask(t, url, "GET", "/api/health")
		require.Equal(t, 200, get.status, get.body)
		var h map[string]string
		require.NoError(t, json.Unmarshal([]byte(get.body), &h))
		assert.Equal(t, "ok", h["status"])
		assert.Equal(t, "test-deployment", h["deployment"]) // serve.mjs binds it
		assert.Contains(t, h["runtime"], "js/wasm")
		at, err := time.Parse(time.RFC3339, h["time"])
		require.NoError(t, err)
		assert.WithinDuration(t, time.Now(), at, 10*time.Second)
		assert.Equal(t, strconv.Itoa(len(get.body)), get.header.Get("Content-Length"))

		head := ask(t, url, "HEAD", "/api/health")
		assert.Equal(t, 200, head.status)
		assert.Empty(t, head.body)
		assert.Equal(t, comparable(get.header), comparable(head.header))
	})

	// The same handler answers natively, so whatever it says must arrive unchanged through the runtime and the entry.
	for _, c := range []struct{ method, target string }{
		{"GET", "/api/nothing"}, {"HEAD", "/api/nothing"}, {"POST", "/api/nothing"}, // answered by entry.mjs
		{"GET", "/api/health/more"}, {"HEAD", "/api/health/more"}, // answered by Go
		{"POST", "/api/health"}, {"DELETE", "/api/health"}, {"OPTIONS", "/api/health"},
	} {
		t.Run(c.method+c.target, func(t *testing.T) {
			want, got := ask(t, native.URL, c.method, c.target), ask(t, url, c.method, c.target)
			assert.Equal(t, want.status, got.status)
			assert.Equal(t, want.body, got.body)
			assert.Equal(t, comparable(want.header), comparable(got.header))
			assert.GreaterOrEqual(t, got.status, 404)
		})
	}

	// The native server promises to serve the files as the assets layer does.
	targets := []string{"/", "/index", "/lab", "/lab/", "/lab?x=1", "/lab.html?x=1", "/docs", "/docs/", "/docs/index.html", "/404", "//lab",
		"/nothing", "/docs/nothing", "/immutable/gone.js", "/_headers", "/api", "/%00"}
	for name := range fixture {
		targets = append(targets, "/"+name)
	}
	slices.Sort(targets)
	for _, target := range targets {
		for _, method := range []string{"GET", "HEAD", "POST"} {
			t.Run(method+target, func(t *testing.T) {
				want, got := ask(t, native.URL, method, target), ask(t, url, method, target)
				assert.Equal(t, want.status, got.status)
				assert.Equal(t, want.body, got.body)
				if got.status == 405 {
					assert.Equal(t, "GET, HEAD", want.header.Get("Allow"))
					want.header.Del("Allow") // RFC 9110 demands it; the assets layer leaves it out
				}
				assert.Equal(t, comparable(want.header), comparable(got.header))
				if got.status == 200 {
					assert.NotEmpty(t, got.header.Get("Etag"))
				}
			})
		}
	}

	// What both must say, by literals.
	t.Run("literals", func(t *testing.T) {
		wasm := ask(t, url, "GET", "/app.wasm")
		assert.Equal(t, "application/wasm", wasm.header.Get("Content-Type"))
		assert.Equal(t, "no-cache", wasm.header.Get("Cache-Control"))
		assert.Equal(t, "nosniff", wasm.header.Get("X-Content-Type-Options"))
		assert.Equal(t, "no-referrer", wasm.header.Get("Referrer-Policy"))
		assert.Contains(t, wasm.header.Get("Content-Security-Policy"), "script-src 'self' 'wasm-unsafe-eval';")
		assert.Contains(t, wasm.header.Get("Permissions-Policy"), "camera=()")
		hashed := ask(t, url, "GET", "/immutable/app.0a1b2c3d.js")
		assert.Equal(t, "public, max-age=31536000, immutable", hashed.header.Get("Cache-Control"))
		missing := ask(t, url, "GET", "/nothing")
		assert.Equal(t, 404, missing.status)
		assert.Equal(t, fixture["404.html"], missing.body)
		assert.Equal(t, "text/html; charset=utf-8", missing.header.Get("Content-Type"))
		assert.Equal(t, 404, ask(t, url, "GET", "/app.wasm.br").status)
	})
}

// BenchmarkWorkerd measures processor time in workerd per request: a path answered by Go, one answered by the entry, and a file.
func BenchmarkWorkerd(b *testing.B) {
	dir, _ := site(b)
	url, node := start(b, dir)
	workerd := child(b, node)
	for target, want := range map[string]string{
		"/api/health":  "js/wasm", // said by Go alone
		"/api/nothing": "not_found",
		"/app.wasm":    fixture["app.wasm"],
	} {
		b.Run(target, func(b *testing.B) {
			require.Contains(b, ask(b, url, "GET", target).body, want) // or it would measure something else
			before := cpu(b, workerd)
			n := 0
			for b.Loop() {
				ask(b, url, "GET", target)
				n++
			}
			b.ReportMetric((cpu(b, workerd)-before).Seconds()*1e3/float64(n), "cpu-ms/op")
		})
	}
}

// child is the process id of a process's workerd.
func child(b testing.TB, parent int) int {
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	require.NoError(b, err)
	for _, file := range stats {
		stat, err := os.ReadFile(file)
		if err != nil {
			continue // it has ended meanwhile
		}
		var pid, ppid int
		var name, state string
		if n, _ := fmt.Sscanf(string(stat), "%d %s %s %d", &pid, &name, &state, &ppid); n == 4 && ppid == parent && name == "(workerd)" {
			return pid
		}
	}
	b.Skip("workerd's processor time is read from Linux's /proc")
	return 0
}

// cpu is the processor time that a process has used, to 10 ms: Linux counts in hundredths (USER_HZ).
func cpu(b testing.TB, pid int) time.Duration {
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", pid))
	require.NoError(b, err)
	after := string(stat[bytes.LastIndexByte(stat, ')')+2:]) // fields 3 and on, by proc(5): utime is 14, stime 15
	fields := strings.Fields(after)
	var ticks int64
	for _, f := range fields[14-3 : 15-3+1] {
		n, err := strconv.ParseInt(f, 10, 64)
		require.NoError(b, err)
		ticks += n
	}
	return time.Duration(ticks) * 10 * time.Millisecond
}
