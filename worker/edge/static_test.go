package edge

import (
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tree is a site whose files hold their own names.
func tree(names ...string) fstest.MapFS {
	m := fstest.MapFS{}
	for _, n := range names {
		m[n] = &fstest.MapFile{Data: []byte(n)}
	}
	return m
}

var small = tree("index.html", "lab.html", "404.html", "docs/index.html", "docs/404.html", "both.html", "both/index.html",
	"app.wasm", "app.wasm.br", "lone.br", "a b.css", "_headers", "_redirects", ".assetsignore", "data.unknown", "docs/_headers")

func TestResolve(t *testing.T) {
	const file, moved, missing = 200, 307, 404
	for _, c := range []struct {
		target string
		status int
		answer string // the file sent, or where it redirects to
	}{
		{"/", file, "index.html"},
		{"/index.html", moved, "/"},
		{"/index", moved, "/"},
		{"/lab", file, "lab.html"},
		{"/lab.html", moved, "/lab"},
		{"/lab.html?seed=1&x=%20", moved, "/lab?seed=1&x=%20"},
		{"/lab/", moved, "/lab"},
		{"/docs", moved, "/docs/"},
		{"/docs/", file, "docs/index.html"},
		{"/docs/index", moved, "/docs/"},
		{"/docs/index.html", moved, "/docs/"},
		{"/docs.html", moved, "/docs/"},
		{"/both", file, "both.html"},
		{"/both/", file, "both/index.html"},
		{"/404", file, "404.html"},
		{"/app.wasm", file, "app.wasm"},
		{"//app.wasm", moved, "/app.wasm"},
		{"/./docs/../app.wasm", moved, "/app.wasm"},
		{"/a%20b.css", file, "a b.css"},
		{"//a%20b.css", moved, "/a%20b.css"},
		{"/lone.br", file, "lone.br"},

		{"/nothing", missing, "404.html"},
		{"/docs/x/y", missing, "docs/404.html"},
		{"/docs/x/", missing, "docs/404.html"},
		{"/app.wasm/", missing, "404.html"},
		{"/app.wasm.br", missing, "404.html"}, // app.wasm's twin, sent under that name only
		{"/_headers", missing, "404.html"},
		{"/_redirects", missing, "404.html"},
		{"/.assetsignore", missing, "404.html"},
		{"/docs/_headers", file, "docs/_headers"}, // configuration lies at the root alone
		{"/%00", missing, "404.html"},
	} {
		t.Run(c.target, func(t *testing.T) {
			w := ask(Static(small, nil), "GET", c.target)
			require.Equal(t, c.status, w.Code)
			if c.status == moved {
				assert.Equal(t, c.answer, w.Header().Get("Location"))
				return
			}
			assert.Equal(t, c.answer, w.Body.String())
		})
	}
}

func TestStaticWithoutNotFoundPage(t *testing.T) {
	w := ask(Static(tree("index.html"), nil), "GET", "/x")
	assert.Equal(t, 404, w.Code)
	assert.Equal(t, "There is nothing at this path.\n", w.Body.String())
}

// Paths as they are after decoding, whatever way they were written: /../x, /%2e%2e/x and /..%2fx are one.
func TestStaticStaysInside(t *testing.T) {
	dir := t.TempDir()
	site := filepath.Join(dir, "site")
	require.NoError(t, os.Mkdir(site, 0o755))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "secret.txt"), []byte("secret"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(site, "index.html"), []byte("home"), 0o600))
	require.NoError(t, os.Symlink("../secret.txt", filepath.Join(site, "link.txt")))
	root, err := os.OpenRoot(site)
	require.NoError(t, err)
	defer root.Close()
	h := Static(root.FS(), nil)
	for _, p := range []string{
		"/../secret.txt", "/x/../../secret.txt", "../secret.txt", `/..\secret.txt`, "/link.txt", "//" + filepath.ToSlash(dir) + "/secret.txt",
	} {
		r := httptest.NewRequest("GET", "/", nil)
		r.URL.Path = p
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		assert.Equal(t, 404, w.Code, p)
		assert.NotContains(t, w.Body.String(), "secret", p)
	}
	assert.Equal(t, "home", ask(h, "GET", "/").Body.String()) // the same handler does serve
}

func TestStaticMethods(t *testing.T) {
	h := Static(small, nil)
	for _, target := range []string{"/", "/lab.html", "/nothing"} {
		w := ask(h, "POST", target)
		assert.Equal(t, 405, w.Code, target)
		assert.Equal(t, "GET, HEAD", w.Header().Get("Allow"), target)
		head, get := ask(h, "HEAD", target), ask(h, "GET", target)
		assert.Equal(t, get.Code, head.Code, target)
		assert.Equal(t, get.Header(), head.Header(), target)
		assert.Zero(t, head.Body.Len(), target)
	}
}

func TestStaticEncodings(t *testing.T) {
	h := Static(small, nil)
	for _, c := range []struct {
		accept, span, want string
		status             int
		encoding           string
	}{
		{"", "", "app.wasm", 200, ""},
		{"gzip", "", "app.wasm", 200, ""},
		{"gzip, br", "", "app.wasm.br", 200, "br"},
		{"BR;q=0.5", "", "app.wasm.br", 200, "br"},
		{"br; q=0", "", "app.wasm", 200, ""},
		{"br;q=x", "", "app.wasm", 200, ""},
		{"brotli", "", "app.wasm", 200, ""},
		{"br", "bytes=4-", "wasm", 206, ""}, // a range is of the file itself
		{"", "bytes=0-2", "app", 206, ""},
		{"", "bytes=99-", "invalid range: failed to overlap\n", 416, ""},
	} {
		t.Run(c.accept+c.span, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/app.wasm", nil)
			r.Header.Set("Accept-Encoding", c.accept)
			r.Header.Set("Range", c.span)
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			assert.Equal(t, c.status, w.Code)
			assert.Equal(t, c.want, w.Body.String())
			assert.Equal(t, c.encoding, w.Header().Get("Content-Encoding"))
			if c.status < 300 {
				assert.Equal(t, "application/wasm", w.Header().Get("Content-Type"))
				assert.Equal(t, "Accept-Encoding", w.Header().Get("Vary"))
			}
		})
	}
	assert.Empty(t, ask(h, "GET", "/lab").Header().Get("Vary"))                  // it has no twin
	assert.Empty(t, ask(h, "GET", "/data.unknown").Header().Get("Content-Type")) // not guessed from the bytes
}

func TestStaticETag(t *testing.T) {
	files := tree("a.js", "b.js", "a.js.br")
	h := Static(files, []byte("/*\n  Cache-Control: no-cache\n"))
	tag := func(accept string) string {
		r := httptest.NewRequest("GET", "/a.js", nil)
		r.Header.Set("Accept-Encoding", accept)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w.Header().Get("Etag")
	}
	plain := tag("")
	require.Regexp(t, `^"[\w-]{22}"$`, plain) // 128 bits in base64
	assert.NotEqual(t, plain, tag("br"))
	assert.NotEqual(t, plain, ask(h, "GET", "/b.js").Header().Get("Etag"))

	conditional := func() *httptest.ResponseRecorder {
		r := httptest.NewRequest("GET", "/a.js", nil)
		r.Header.Set("If-None-Match", plain)
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		return w
	}
	w := conditional()
	assert.Equal(t, 304, w.Code)
	assert.Zero(t, w.Body.Len())
	assert.Equal(t, plain, w.Header().Get("Etag"))
	assert.Equal(t, "no-cache", w.Header().Get("Cache-Control")) // the rules apply to a 304 too

	files["a.js"] = &fstest.MapFile{Data: []byte("A.js"), ModTime: time.Unix(1, 0)} // as long as before
	assert.Equal(t, 200, conditional().Code)
}

func TestStaticReportsFaultyHeaders(t *testing.T) {
	w := ask(Static(small, []byte("/*\n  Content-Security-Policy default-src 'self'\n")), "GET", "/")
	assert.Equal(t, 500, w.Code)
	assert.Contains(t, w.Body.String(), "_headers line 2")
}

// Over a socket, net/http adds and checks lengths: each body must have the one announced.
func TestStaticOverSocket(t *testing.T) {
	srv := httptest.NewServer(Static(small, nil))
	defer srv.Close()
	for target, accept := range map[string]string{"/app.wasm": "br", "/": "", "/nothing": "", "/lab": "br"} {
		r, err := http.NewRequest("GET", srv.URL+target, nil)
		require.NoError(t, err)
		r.Header.Set("Accept-Encoding", accept)
		resp, err := http.DefaultClient.Do(r)
		require.NoError(t, err)
		body, err := io.ReadAll(resp.Body)
		resp.Body.Close()
		require.NoError(t, err)
		assert.EqualValues(t, len(body), resp.ContentLength, target)
		assert.Positive(t, len(body), target)
	}
}
