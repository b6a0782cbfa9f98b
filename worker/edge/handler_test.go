package edge

import (
	"encoding/json"
	"net/http"
	"net/http/httptest"
	"os"
	"regexp"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func at(iso string) func() time.Time {
	t, err := time.Parse(time.RFC3339, iso)
	if err != nil {
		panic(err)
	}
	return func() time.Time { return t }
}

func ask(h http.Handler, method, target string) *httptest.ResponseRecorder {
	w := httptest.NewRecorder()
	h.ServeHTTP(w, httptest.NewRequest(method, target, nil))
	return w
}

func TestHealth(t *testing.T) {
	h := Handler(Config{Version: "v1", Now: at("2026-01-02T03:04:05+02:00"), Bindings: Bindings{Deployment: "d-7"}})
	w := ask(h, "GET", "/api/health?x=1")
	require.Equal(t, 200, w.Code)
	var got health
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
	assert.Equal(t, "ok", got.Status)
	assert.Equal(t, "v1", got.Version)
	assert.Equal(t, "d-7", got.Deployment)
	assert.Equal(t, "2026-01-02T01:04:05Z", got.Time) // two hours east of UTC
	assert.Contains(t, got.Runtime, "/")

	head := ask(h, "HEAD", "/api/health")
	assert.Equal(t, 200, head.Code)
	assert.Zero(t, head.Body.Len())
	want := w.Header().Clone()
	want.Del("Content-Length") // the Cloudflare adapter would wait for that many bytes
	assert.Equal(t, want, head.Header())
}

func TestHealthOmitsAbsentDeployment(t *testing.T) {
	w := ask(Handler(Config{Bindings: OpenBindings()}), "GET", "/api/health")
	assert.NotContains(t, w.Body.String(), "deployment")
}

func TestFailures(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
		code           Code
		allow          string
	}{
		{"GET", "/api/nothing", 404, NotFound, ""},
		{"HEAD", "/api/nothing", 404, NotFound, ""},
		{"GET", "/api/health/", 404, NotFound, ""},
		{"GET", "/api/health/more", 404, NotFound, ""},
		{"GET", "/api//health", 404, NotFound, ""}, // not the mux's redirect in HTML
		{"GET", "/api/x/../health", 404, NotFound, ""},
		{"GET", "/", 404, NotFound, ""},
		{"POST", "/api/nothing", 404, NotFound, ""},
		{"POST", "/api/health", 405, MethodNotAllowed, "GET, HEAD"},
		{"DELETE", "/api/health", 405, MethodNotAllowed, "GET, HEAD"},
		{"OPTIONS", "/api/health", 405, MethodNotAllowed, "GET, HEAD"},
	} {
		t.Run(c.method+c.target, func(t *testing.T) {
			w := ask(Handler(Config{}), c.method, c.target)
			assert.Equal(t, c.status, w.Code)
			assert.Equal(t, c.allow, w.Header().Get("Allow"))
			assert.Equal(t, "application/json", w.Header().Get("Content-Type"))
			assert.Equal(t, "no-store", w.Header().Get("Cache-Control"))
			assert.Equal(t, "nosniff", w.Header().Get("X-Content-Type-Options"))
			if c.method == "HEAD" {
				assert.Zero(t, w.Body.Len())
				return
			}
			var got failure
			require.NoError(t, json.Unmarshal(w.Body.Bytes(), &got))
			assert.Equal(t, c.code, got.Error.Code)
			assert.NotEmpty(t, got.Error.Message)
		})
	}
}

func TestGuard(t *testing.T) {
	var heard []error
	a := api{Config{Failed: func(err error) { heard = append(heard, err) }}}
	body := func(w http.ResponseWriter, r *http.Request) {
		buf := make([]byte, 1)
		n, _ := r.Body.Read(buf) // a nil Body would panic
		reply(w, r, 200, n)
	}
	h := a.guard(a.mux([]route{
		{"/api/body", map[string]http.HandlerFunc{"GET": body}},
		{"/api/broken/{id}", map[string]http.HandlerFunc{"GET": body, "POST": func(http.ResponseWriter, *http.Request) { panic("secret") }}},
	}))

	r := httptest.NewRequest("GET", "/api/body", nil)
	r.Body = nil // as the Cloudflare adapter leaves it
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, 200, w.Code)
	assert.Empty(t, heard)

	w = ask(h, "POST", "/api/broken/7")
	assert.Equal(t, 500, w.Code)
	assert.Contains(t, w.Body.String(), `"code":"internal"`)
	assert.NotContains(t, w.Body.String(), "secret")
	require.Len(t, heard, 1)
	assert.ErrorContains(t, heard[0], "POST /api/broken/7: secret")

	assert.Equal(t, "GET, HEAD, POST", ask(h, "PUT", "/api/broken/7").Header().Get("Allow"))
}

// Every code that a handler can send has a status, so fail cannot panic on one.
func TestCodesHaveStatuses(t *testing.T) {
	src, err := os.ReadFile("reply.go")
	require.NoError(t, err)
	codes := regexp.MustCompile(`Code = "(\w+)"`).FindAllStringSubmatch(string(src), -1)
	require.NotEmpty(t, codes)
	assert.Len(t, status, len(codes))
	for _, c := range codes {
		assert.Contains(t, status, Code(c[1]))
	}
	assert.PanicsWithValue(t, "edge: error code without a status", func() {
		fail(httptest.NewRecorder(), httptest.NewRequest("GET", "/", nil), "teapot", "")
	})
}

// entry.mjs answers unknown paths itself, so a path that it does not list would never reach Go.
func TestEntryKnowsEveryPath(t *testing.T) {
	src, err := os.ReadFile("../entry.mjs")
	require.NoError(t, err)
	m := regexp.MustCompile(`const served = (\[.*\]);`).FindSubmatch(src)
	require.NotNil(t, m, "entry.mjs has no line const served = [...]")
	var served []string
	require.NoError(t, json.Unmarshal(m[1], &served))
	assert.Equal(t, Paths(), served)
}

func TestSite(t *testing.T) {
	named := func(name string) http.Handler {
		return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { w.Write([]byte(name)) })
	}
	h := Site(named("api"), named("static"))
	for target, want := range map[string]string{
		"/": "static", "/api": "static", "/apix/y": "static", "/api/": "api", "/api/health": "api", "/lab/api/x": "static",
	} {
		assert.Equal(t, want, ask(h, "GET", target).Body.String(), target)
	}
}
