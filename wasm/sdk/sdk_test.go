//go:build !js

package main

import (
	"archive/tar"
	"bytes"
	"compress/gzip"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/chromedp/cdproto/runtime"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/receipt"
	_ "lethe/recsys/sign/standard" // Ed25519
	"lethe/wasm/chromium"
	"lethe/worker/edge"
)

// packed is the folder into which the npm tarball was unpacked, once for all tests.
var packed = sync.OnceValues(func() (string, error) {
	dir, err := os.MkdirTemp("", "lethe-sdk")
	if err != nil {
		return "", err
	}
	site, out := filepath.Join(dir, "site"), filepath.Join(dir, "npm")
	if err := os.CopyFS(site, os.DirFS("../../public")); err != nil {
		return "", err
	}
	build := exec.Command("go", "build", "-trimpath", "-ldflags=-s -w", "-o", filepath.Join(site, "engine.wasm"), "../engine")
	build.Env = append(os.Environ(), "GOOS=js", "GOARCH=wasm")
	if b, err := build.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, b)
	}
	root, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", err
	}
	if err := copyFile(filepath.Join(strings.TrimSpace(string(root)), "lib", "wasm", "wasm_exec.js"), filepath.Join(site, "wasm_exec.js")); err != nil {
		return "", err
	}
	if err := run(site, out); err != nil {
		return "", err
	}
	pack := exec.Command("npm", "pack", "--pack-destination", dir)
	pack.Dir = out
	if b, err := pack.CombinedOutput(); err != nil {
		return "", fmt.Errorf("%w: %s", err, b)
	}
	return dir, untar(filepath.Join(dir, "lethe-"+Version+".tgz"), dir)
})

// untar unpacks a tarball of npm, whose files lie in package/.
func untar(name, dir string) error {
	f, err := os.Open(name)
	if err != nil {
		return err
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		return err
	}
	for r := tar.NewReader(z); ; {
		h, err := r.Next()
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err != nil {
			return err
		}
		to := filepath.Join(dir, filepath.FromSlash(h.Name))
		if err := os.MkdirAll(filepath.Dir(to), 0o755); err != nil {
			return err
		}
		b, err := io.ReadAll(r)
		if err != nil {
			return err
		}
		if err := os.WriteFile(to, b, 0o644); err != nil {
			return err
		}
	}
}

func TestMain(m *testing.M) {
	code := m.Run()
	if dir, err := packed(); err == nil {
		os.RemoveAll(dir)
	}
	os.Exit(code)
}

// folder is a site of an owner: the package unpacked into lethe/, and files beside it.
func folder(t testing.TB, files map[string]string) string {
	t.Helper()
	if testing.Short() {
		t.Skip("builds the engine and starts a browser")
	}
	dir, err := packed()
	require.NoError(t, err)
	site := t.TempDir()
	require.NoError(t, os.CopyFS(filepath.Join(site, "lethe"), os.DirFS(filepath.Join(dir, "package"))))
	for name, content := range files {
		require.NoError(t, os.WriteFile(filepath.Join(site, name), []byte(content), 0o644))
	}
	return site
}

// server serves a site with the headers of the deployment, and an API if there is one. Offline, it drops every connection.
type server struct {
	*httptest.Server
	mu      sync.Mutex
	offline bool
	seen    []string // paths asked for
}

func serve(t testing.TB, site string, api http.Handler) *server {
	headers, err := os.ReadFile("../../public/_headers")
	require.NoError(t, err)
	files := edge.Static(os.DirFS(site), headers)
	if api == nil {
		return cut(t, files)
	}
	return cut(t, edge.Site(api, files))
}

// cut is a line to a site that can be cut where it leads to the API.
func cut(t testing.TB, whole http.Handler) *server {
	s := &server{}
	s.Server = httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		off := s.offline && strings.HasPrefix(r.URL.Path, "/api/")
		s.seen = append(s.seen, r.Method+" "+r.URL.Path)
		s.mu.Unlock()
		if off {
			panic(http.ErrAbortHandler)
		}
		whole.ServeHTTP(w, r)
	}))
	t.Cleanup(s.Close)
	return s
}

func (s *server) setOffline(off bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.offline = off
}

// visitor is a browser with a profile of its own.
type visitor struct {
	t        testing.TB
	ctx      context.Context
	mu       sync.Mutex
	problems []string
}

func visit(t testing.TB, address string) *visitor {
	t.Helper()
	options, err := chromium.Options()
	if err != nil {
		t.Skip(err)
	}
	v := &visitor{t: t}
	ctx, end := context.WithTimeout(context.Background(), 4*time.Minute)
	t.Cleanup(end)
	ctx, end = chromedp.NewExecAllocator(ctx, options...)
	t.Cleanup(end)
	ctx, end = chromedp.NewContext(ctx, chromedp.WithListener(func(event any) {
		v.mu.Lock()
		defer v.mu.Unlock()
		switch e := event.(type) {
		case *runtime.EventExceptionThrown:
			v.problems = append(v.problems, e.ExceptionDetails.Text)
		case *runtime.EventConsoleAPICalled:
			if e.Type == "error" {
				v.problems = append(v.problems, fmt.Sprint(e.Args))
			}
		}
	}))
	t.Cleanup(end)
	v.ctx = ctx
	v.open(address)
	return v
}

func (v *visitor) open(address string) {
	v.t.Helper()
	require.NoError(v.t, chromedp.Do(v.ctx, chromedp.Navigate(address)))
}

// run evaluates a script's return value as JSON.
func (v *visitor) run(script string) string {
	v.t.Helper()
	out, err := chromedp.Run(v.ctx, chromedp.Evaluate[string](`(async () => {
		const until = async (f, ms = 60000) => { for (const end = Date.now() + ms; ; await new Promise((r) => setTimeout(r, 50))) { const x = await f(); if (x) return x; if (Date.now() > end) throw new Error("waited in vain for " + f); } };
		`+script+`
	})().then((x) => JSON.stringify(x ?? null), (e) => JSON.stringify({failed: e.code ?? e.name, message: e.message, file: e.file, line: e.line, value: e.value, stack: e.stack}))`, chromedp.EvalAwaitPromise))
	require.NoError(v.t, err)
	return out
}

func TestSize(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the package")
	}
	dir, err := packed()
	require.NoError(t, err)
	b, err := os.ReadFile(filepath.Join(dir, "package", "lethe.js"))
	require.NoError(t, err)
	var wire bytes.Buffer
	w := brotli.NewWriterLevel(&wire, brotli.BestCompression)
	_, err = w.Write(b)
	require.NoError(t, err)
	require.NoError(t, w.Close())
	t.Logf("lethe.js: %d bytes, %d with brotli", len(b), wire.Len())
	assert.LessOrEqual(t, wire.Len(), 6<<10)
	assert.False(t, regexp.MustCompile(`\bimport\s*[{*"']|\bimport\(["'`+"`"+`]|\bfrom\s*["']`).Match(b), "it imports nothing")
}

// firstPage is what a new user writes: ten lines.
const firstPage = `<!doctype html>
<html lang="en">
<title>My blog</title>
<script type="module" src="lethe/lethe.js"></script>
<p>Pruning roses <button data-lethe-like="roses">I like this</button></p>
<p>Compost <button data-lethe-like="compost">I like this</button></p>
<lethe-shelf catalog="catalog.json" k="3"></lethe-shelf>
<lethe-forget>Forget me</lethe-forget>
</html>
`

const firstCatalog = `[
{"id": "roses", "title": "Pruning roses in the garden"}, {"id": "compost", "title": "Compost for garden soil"},
{"id": "seedlings", "title": "Seeds and soil of a garden", "url": "seedlings.html"}, {"id": "mulch", "title": "Mulch: garden soil under leaves", "url": "mulch.html"},
{"id": "diesel", "title": "How a diesel engine starts"}, {"id": "valves", "title": "Engine valves and pistons"}, {"id": "oil", "title": "Oil for the engine"}
]`

// A new user's five minutes: an empty folder, the package, ten lines; recommendations, forget, a receipt that verifies.
func TestFiveMinutes(t *testing.T) {
	site := folder(t, map[string]string{"index.html": firstPage, "catalog.json": firstCatalog})
	s := cut(t, http.FileServer(http.Dir(site))) // any static server will do
	v := visit(t, s.URL+"/")
	assert.JSONEq(t, `[]`, v.run(`await until(() => document.querySelector("lethe-shelf").lethe); return [...document.querySelectorAll("lethe-shelf a")].map((a) => a.textContent)`))
	got := v.run(`
		document.querySelector("[data-lethe-like=roses]").click();
		document.querySelector("[data-lethe-like=compost]").click();
		await until(() => document.querySelectorAll("lethe-shelf a").length === 3);
		const first = await until(() => { const l = [...document.querySelectorAll("lethe-shelf a")].map((a) => a.dataset.letheItem); return l.includes("seedlings") && l.includes("mulch") && l });
		return first.slice(0, 2).sort();`)
	assert.JSONEq(t, `["mulch","seedlings"]`, got)

	// After a reload the clicks are still there.
	v.run(`await new Promise((r) => setTimeout(r, 1000))`)
	v.open(s.URL + "/")
	assert.JSONEq(t, `["compost","roses"]`, v.run(`return (await until(() => document.querySelector("lethe-shelf").lethe)).likes.sort()`))
	got = v.run(`
		const shelf = document.querySelector("lethe-shelf");
		const lethe = await until(() => shelf.lethe);
		await until(() => document.querySelectorAll("lethe-shelf a").length === 3);
		const heard = new Promise((r) => document.addEventListener("lethe-forgotten", (e) => r(e.detail)));
		document.querySelector("lethe-forget button").click();
		window.receipt = await heard;
		await until(() => document.querySelectorAll("lethe-shelf a").length === 0);
		const { passed, receipts } = await lethe.audit({ replay: false });
		return { passed, receipts, likes: lethe.likes, said: document.querySelector("lethe-forget").textContent.trim() };`)
	assert.JSONEq(t, `{"passed": true, "receipts": 1, "likes": [], "said": "Forget me Forgotten. Save the receipt"}`, got)
	var lines string
	require.NoError(t, json.Unmarshal([]byte(v.run(`return receipt`)), &lines))
	saved, err := receipt.Decode([]byte(lines)) // by another program than the one that issued it
	require.NoError(t, err)
	require.NoError(t, receipt.VerifyChain(saved))
	require.Len(t, saved, 1)
	assert.Equal(t, "visitor", saved[0].Opening.Request)
	saved[0].Receipt.Request.Pairs++
	assert.ErrorIs(t, receipt.VerifyChain(saved), receipt.ErrChanged)
	assert.Empty(t, v.problems)
	for _, p := range s.seen {
		assert.True(t, strings.HasPrefix(p, "GET "), "nothing leaves the page: %s", p)
	}
}
