package edge

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// wrapped answers with two headers of its own, one of them Cache-Control, and applies the rules of a _headers file.
func wrapped(t *testing.T, rules string, status int) http.Handler {
	rs, err := ParseHeaders([]byte(rules))
	require.NoError(t, err)
	return rs.Wrap(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Cache-Control", "own")
		w.Header().Set("X-Own", "kept")
		if status != 0 {
			w.WriteHeader(status)
		}
	}))
}

func TestRulesApply(t *testing.T) {
	const file = `
# comment
/*
  cache-control: one
  X-A: first
  X-A: second
/sub/*
  ! X-A
  ! X-Own
  X-A: third
  X-Splat: <:splat>
/sub/:who/photo.png
  Cache-Control: two
  X-Who: :who at https://x
https://*.example.org/*
  X-Bad: never
https://:name.example.org/host
  X-Host: :name
`
	_, err := ParseHeaders([]byte(file))
	require.ErrorContains(t, err, `line 15: "https://*.example.org/*" uses * or a name twice`)
	good := strings.Replace(file, "https://*.example.org/*\n  X-Bad: never\n", "", 1)

	for _, c := range []struct {
		target string
		want   http.Header
	}{
		{"/", http.Header{"Cache-Control": {"one"}, "X-A": {"first, second"}, "X-Own": {"kept"}}},
		{"/sub/a/b", http.Header{"Cache-Control": {"one"}, "X-A": {"third"}, "X-Splat": {"<a/b>"}}},
		{"/sub/ann/photo.png", http.Header{"Cache-Control": {"one, two"}, "X-A": {"third"}, "X-Splat": {"<ann/photo.png>"}, "X-Who": {"ann at https://x"}}},
		{"/sub/ann/photoXpng", http.Header{"Cache-Control": {"one"}, "X-A": {"third"}, "X-Splat": {"<ann/photoXpng>"}}},
		{"http://me.example.org:8080/host", http.Header{"Cache-Control": {"one"}, "X-A": {"first, second"}, "X-Own": {"kept"}, "X-Host": {"me"}}},
		{"http://a.b.example.org/host", http.Header{"Cache-Control": {"one"}, "X-A": {"first, second"}, "X-Own": {"kept"}}},
	} {
		for _, status := range []int{0, 200, 304, 404} {
			assert.Equal(t, c.want, ask(wrapped(t, good, status), "GET", c.target).Header(), "%s %d", c.target, status)
		}
	}
}

func TestParseHeadersNamesFaults(t *testing.T) {
	for file, want := range map[string]string{
		"X-A: b":                                      `line 1: "X-A: b" belongs to no rule`,
		"/*\n  nonsense":                              `line 2: "nonsense" is not a header`,
		"/*\n\n  X A: b":                              `line 3: "X A: b" is not a header`,
		"/*\n  X-A:":                                  `line 2: "X-A:" is not a header`,
		"/*\n  : b":                                   `line 2: ": b" is not a header`,
		"/*\n/a\n  X-A: b":                            `rule "/*" has no headers`,
		"/a\n  X-A: b\n/a\n  X-B: c":                  `two rules for "/a"`,
		"/a/*/b/*\n  X-A: b":                          `uses * or a name twice`,
		"http://h/\n  X-A: b":                         `line 1: "http://h/" is not a path`,
		"https://h:8080/\n  X-A: b":                   `names a port`,
		"/*\n  X-A: " + strings.Repeat("x", 2000):     `line 2: 2005 characters, the limit is 2000`,
		strings.Repeat("/a\n  X-A: b\n", 101):         `101 rules, the limit is 100`,
		"/bad/*/*\n  X-A: b\n/good\n  X-B: c\n  nope": `line 5`,
	} {
		_, err := ParseHeaders([]byte(file))
		assert.ErrorContains(t, err, want)
	}
	for _, file := range []string{"", "# only a comment\n", "/*\r\n  X-A: b\r\n"} {
		_, err := ParseHeaders([]byte(file))
		assert.NoError(t, err)
	}
}

func TestFaultyRuleDoesNotLendItsLinesToTheRuleAbove(t *testing.T) {
	rs, err := ParseHeaders([]byte("/a\n  X-A: b\nhttps://h\n  X-B: c\n"))
	require.Error(t, err)
	h := http.Header{}
	rs.apply(h, "h", "/a")
	assert.Equal(t, http.Header{"X-A": {"b"}}, h)
}

func TestSiteHeaders(t *testing.T) {
	src, err := os.ReadFile("../../public/_headers")
	require.NoError(t, err)
	rules, err := ParseHeaders(src)
	require.NoError(t, err)
	for path, cache := range map[string]string{
		"/":                       "no-cache",
		"/app.wasm":               "no-cache",
		"/lethe.js":               "no-cache",
		"/immutable/app.0a1b.css": "public, max-age=31536000, immutable",
		"/x/immutable/a.js":       "no-cache",
	} {
		h := http.Header{}
		rules.apply(h, "example.org", path)
		assert.Equal(t, cache, h.Get("Cache-Control"), path)
		assert.Equal(t, "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; connect-src 'self'; img-src 'self' data: blob:; "+
			"style-src 'self'; worker-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'none'",
			h.Get("Content-Security-Policy"), path)
		assert.Equal(t, "nosniff", h.Get("X-Content-Type-Options"), path)
		assert.Equal(t, "no-referrer", h.Get("Referrer-Policy"), path)
		assert.Contains(t, h.Get("Permissions-Policy"), "camera=()", path)
	}
}

func FuzzParseHeaders(f *testing.F) {
	f.Add([]byte("/*\n  X-A: b\n! X\nhttps://:h.org/:p\n  X: :p"), "/a/b")
	f.Add([]byte("/(\n  X: \\"), "/(")
	f.Fuzz(func(t *testing.T, src []byte, path string) {
		rules, err := ParseHeaders(src)
		rules.apply(http.Header{}, "h.org:1", path)
		if err == nil {
			assert.LessOrEqual(t, len(rules), maxRules)
		}
	})
}
