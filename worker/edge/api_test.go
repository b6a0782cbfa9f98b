//go:build !js

package edge

import (
	"bytes"
	"context"
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
)

func ownerKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// lines is a feed of takedowns of the items named, behind a cursor.
func lines(t testing.TB, key ed25519.PrivateKey, at feed.Cursor, names ...string) (out []string) {
	for _, n := range names {
		l, err := feed.Sign(feed.Takedown{Kind: feed.Item, Name: n}, at, key)
		require.NoError(t, err)
		out, at = append(out, string(l.Encode())), l.Cursor()
	}
	return out
}

// receiptOf is what a device publishes of its n-th receipt.
func receiptOf(n int) []byte {
	b, err := receipt.Canonical(feed.Published{Format: feed.PublishedFormat, Receipt: fmt.Sprintf("%064x", n), Tier: receipt.Unlearned, Kind: "items", Guarantee: "approximate"})
	if err != nil {
		panic(err)
	}
	return b
}

// full is an API with everything set up, without limits.
func full() Config {
	b := OpenBindings()
	b.Owner, b.LogKey, b.Allow = feed.PublicKey(ownerKey(1)), ownerKey(9), nil
	b.Catalog = folderCatalog{fstest.MapFS{
		"index.json": {Data: []byte(`{"latest":"v2","versions":["v1","v2"]}`)}, "v1.json": {Data: []byte("[1]")}, "v2.json": {Data: []byte("[2]")}, "secret.key": {Data: []byte("secret")}}}
	return Config{Bindings: b}
}

func post(h http.Handler, target, body string) *httptest.ResponseRecorder {
	r := httptest.NewRequest("POST", target, strings.NewReader(body))
	r.Header.Set("Content-Type", "application/json")
	w := httptest.NewRecorder()
	h.ServeHTTP(w, r)
	return w
}

func code(t testing.TB, w *httptest.ResponseRecorder) Code {
	var f failure
	require.NoError(t, json.Unmarshal(w.Body.Bytes(), &f), w.Body.String())
	return f.Error.Code
}

func TestTakedowns(t *testing.T) {
	c := full()
	h := Handler(c)
	f := lines(t, ownerKey(1), feed.Cursor{}, "a", "b", "c")

	w := ask(h, "GET", "/api/takedowns")
	assert.Equal(t, 204, w.Code)
	assert.Empty(t, w.Body.String())

	w = post(h, "/api/takedowns", f[0])
	require.Equal(t, 201, w.Code, w.Body.String())
	assert.Contains(t, w.Body.String(), `"serial":1,`)
	w = post(h, "/api/takedowns", f[0]) // repeated
	assert.Equal(t, 200, w.Code)
	assert.Contains(t, w.Body.String(), `"added":0`)
	w = post(h, "/api/takedowns", f[1]+f[2]) // two at once
	assert.Equal(t, 201, w.Code)
	assert.Contains(t, w.Body.String(), `"added":2`)
	w = post(h, "/api/takedowns", f[0]+f[1]+f[2])
	assert.Contains(t, w.Body.String(), `"added":0`)
	assert.Contains(t, w.Body.String(), `"serial":3`)

	w = ask(h, "GET", "/api/takedowns")
	assert.Equal(t, strings.Join(f, ""), w.Body.String())
	assert.Equal(t, jsonLines, w.Header().Get("Content-Type"))
	assert.Equal(t, "*", w.Header().Get("Access-Control-Allow-Origin"))
	assert.Equal(t, "no-cache", w.Header().Get("Cache-Control"))
	assert.Equal(t, f[1]+f[2], ask(h, "GET", "/api/takedowns?since=1").Body.String())

	w = ask(h, "GET", "/api/takedowns?since=1&limit=1")
	assert.Equal(t, f[1], w.Body.String())
	assert.Equal(t, `</api/takedowns?since=2&limit=1>; rel="next"`, w.Header().Get("Link"))
	assert.Contains(t, w.Header().Get("Cache-Control"), "immutable")
	assert.Empty(t, ask(h, "GET", "/api/takedowns?since=900").Body.String())

	// 304 while nothing is new, and not after.
	tag := ask(h, "GET", "/api/takedowns?since=2").Header().Get("Etag")
	r := httptest.NewRequest("GET", "/api/takedowns?since=2", nil)
	r.Header.Set("If-None-Match", `"x", W/`+tag)
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, 304, w.Code)
	assert.Zero(t, w.Body.Len())
	l, err := feed.Decode([]byte(strings.TrimSuffix(f[2], "\n")))
	require.NoError(t, err)
	require.Equal(t, 201, post(h, "/api/takedowns", lines(t, ownerKey(1), l.Cursor(), "d")[0]).Code)
	w = httptest.NewRecorder()
	h.ServeHTTP(w, r)
	assert.Equal(t, 200, w.Code)

	head := ask(h, "HEAD", "/api/takedowns")
	assert.Equal(t, 200, head.Code)
	assert.Zero(t, head.Body.Len())
}

func TestPublishRefuses(t *testing.T) {
	key := ownerKey(1)
	f := lines(t, key, feed.Cursor{}, "a", "b", "c")
	first, err := feed.Decode([]byte(strings.TrimSuffix(f[0], "\n")))
	require.NoError(t, err)
	other := lines(t, key, feed.Cursor{}, "x", "y")
	fork := lines(t, key, first.Cursor(), "z")[0]
	for _, c := range []struct {
		name, body string
		status     int
		code       Code
	}{
		{"nothing", "", 400, BadRequest},
		{"not JSON", "hello", 400, BadRequest},
		{"deep JSON", strings.Repeat("[", 100000), 400, BadRequest},
		{"a gap", f[2], 409, Conflict},
		{"another key", lines(t, ownerKey(2), feed.Cursor{}, "a")[0], 403, Forbidden},
		{"another key behind the head", lines(t, ownerKey(2), first.Cursor(), "b")[0], 403, Forbidden},
		{"changed", strings.Replace(f[1], `"name":"b"`, `"name":"q"`, 1), 403, Forbidden},
		{"another first line", other[0], 409, Conflict},
		{"behind another first line", other[1], 409, Conflict},
		{"another second line", fork, 409, Conflict},
		{"reordered", f[0] + f[2] + f[1], 400, BadRequest},
		{"good, then forged", f[1] + strings.Replace(f[2], `"name":"c"`, `"name":"q"`, 1), 403, Forbidden},
		{"too large", strings.Repeat("x", maxPublish+1), 413, TooLarge},
	} {
		t.Run(c.name, func(t *testing.T) {
			h := Handler(full())
			require.Equal(t, 201, post(h, "/api/takedowns", f[0]).Code)
			if strings.HasPrefix(c.name, "another second") {
				require.Equal(t, 201, post(h, "/api/takedowns", f[1]).Code)
			}
			before := ask(h, "GET", "/api/takedowns").Body.String()
			w := post(h, "/api/takedowns", c.body)
			assert.Equal(t, c.status, w.Code, w.Body.String())
			assert.Equal(t, c.code, code(t, w))
			assert.Equal(t, before, ask(h, "GET", "/api/takedowns").Body.String(), "a refused request changes nothing")
		})
	}
}

func TestReceiptsAndTheLog(t *testing.T) {
	h := Handler(full())
	var size int
	var before feed.Hash
	ids := map[string]int{}
	for n := range 21 {
		w := post(h, "/api/receipts", string(receiptOf(n)))
		require.Equal(t, 201, w.Code, w.Body.String())
		var f filed
		require.NoError(t, json.Unmarshal(w.Body.Bytes(), &f))
		assert.Equal(t, n, f.Place)
		ids[f.ID] = n
		again := post(h, "/api/receipts", string(receiptOf(n)))
		assert.Equal(t, 200, again.Code, "the same content is there once")
		assert.JSONEq(t, w.Body.String(), again.Body.String())
		assert.Equal(t, string(receiptOf(n)), ask(h, "GET", "/api/receipts/"+f.ID).Body.String())

		root, got := readHead(t, h)
		assert.Equal(t, n+1, got)
		if size > 0 {
			var p proof
			require.NoError(t, json.Unmarshal(ask(h, "GET", fmt.Sprintf("/api/log/consistency?from=%d", size)).Body.Bytes(), &p))
			assert.True(t, feed.VerifyConsistency(size, got, before, root, parsed(t, p.Path)))
		}
		size, before = got, root
	}
	for id, n := range ids {
		var p proof
		require.NoError(t, json.Unmarshal(ask(h, "GET", "/api/log/proof?id="+id).Body.Bytes(), &p))
		assert.True(t, feed.VerifyInclusion(feed.LeafHash(receiptOf(n)), *p.Place, p.Size, parsed(t, p.Path), before))
	}
	all := ask(h, "GET", "/api/log/entries").Body.String()
	assert.Equal(t, 21, strings.Count(all, "\n"))
	w := ask(h, "GET", "/api/log/entries?from=5&limit=1")
	assert.Equal(t, string(receiptOf(5))+"\n", w.Body.String())
}

// readHead is the log's root and size, with its signature checked.
func readHead(t testing.TB, h http.Handler) (feed.Hash, int) {
	var got head
	require.NoError(t, json.Unmarshal(ask(h, "GET", "/api/log").Body.Bytes(), &got))
	b, err := receipt.Canonical(head{Size: got.Size, Root: got.Root})
	require.NoError(t, err)
	signature, err := base64.StdEncoding.DecodeString(got.Signature)
	require.NoError(t, err)
	assert.True(t, ed25519.Verify(ownerKey(9).Public().(ed25519.PublicKey), append([]byte(headDomain), b...), signature))
	root, ok := parseHash(got.Root)
	require.True(t, ok)
	return root, got.Size
}

func parsed(t testing.TB, path []string) []feed.Hash {
	out := make([]feed.Hash, len(path))
	for k, s := range path {
		b, err := hex.DecodeString(s)
		require.NoError(t, err)
		out[k] = feed.Hash(b)
	}
	return out
}

func TestRefusals(t *testing.T) {
	h := Handler(full())
	require.Equal(t, 201, post(h, "/api/receipts", string(receiptOf(1))).Code)
	for _, c := range []struct {
		method, target, body string
		status               int
		code                 Code
	}{
		{"GET", "/api/takedowns?since=-1", "", 400, BadRequest},
		{"GET", "/api/takedowns?since=1e3", "", 400, BadRequest},
		{"GET", "/api/takedowns?since=99999999999999999999", "", 400, BadRequest},
		{"GET", "/api/takedowns?limit=0", "", 400, BadRequest},
		{"GET", "/api/takedowns?limit=101", "", 400, BadRequest},
		{"DELETE", "/api/takedowns", "", 405, MethodNotAllowed},
		{"PUT", "/api/takedowns", "", 405, MethodNotAllowed},
		{"POST", "/api/receipts", "{}", 400, BadRequest},
		{"POST", "/api/receipts", string(receiptOf(2)) + "\n", 400, BadRequest},
		{"POST", "/api/receipts", strings.Repeat(" ", feed.MaxPublished+1), 413, TooLarge},
		{"GET", "/api/receipts", "", 405, MethodNotAllowed},
		{"GET", "/api/receipts/x", "", 400, BadRequest},
		{"GET", "/api/receipts/" + strings.Repeat("0", 64), "", 404, NotFound},
		{"GET", "/api/receipts/" + strings.Repeat("A", 64), "", 400, BadRequest},
		{"DELETE", "/api/receipts/" + strings.Repeat("0", 64), "", 405, MethodNotAllowed},
		{"GET", "/api/log?size=2", "", 400, BadRequest},
		{"GET", "/api/log/proof", "", 400, BadRequest},
		{"GET", "/api/log/proof?id=" + strings.Repeat("0", 64), "", 404, NotFound},
		{"GET", "/api/log/proof?size=9&id=" + strings.Repeat("0", 64), "", 400, BadRequest},
		{"GET", "/api/log/consistency?from=0", "", 400, BadRequest},
		{"GET", "/api/log/consistency?from=2", "", 400, BadRequest},
		{"GET", "/api/log/entries?limit=1000", "", 400, BadRequest},
		{"GET", "/api/log/more", "", 404, NotFound},
		{"GET", "/api/catalog/v9", "", 404, NotFound},
		{"GET", "/api/catalog/index", "", 400, BadRequest},
		{"GET", "/api/catalog/..%2Fsecret.key", "", 404, NotFound},
		{"GET", "/api/catalog/..%5csecret.key", "", 400, BadRequest},
		{"GET", "/api/catalog/%2e%2e", "", 404, NotFound},
		{"GET", "/api/catalog/v1%00", "", 400, BadRequest},
		{"GET", "/api/catalog/" + strings.Repeat("v", 65), "", 400, BadRequest},
		{"GET", "/api/catalog/v1/../../secret.key", "", 404, NotFound},
		{"GET", "/api//catalog/v1", "", 404, NotFound},
	} {
		t.Run(c.method+c.target, func(t *testing.T) {
			r := httptest.NewRequest(c.method, c.target, strings.NewReader(c.body))
			r.Header.Set("Content-Type", "application/json")
			w := httptest.NewRecorder()
			h.ServeHTTP(w, r)
			assert.Equal(t, c.status, w.Code, w.Body.String())
			assert.Equal(t, c.code, code(t, w))
			assert.NotContains(t, w.Body.String(), "secret")
		})
	}
	assert.JSONEq(t, "[2]", ask(h, "GET", "/api/catalog/v2").Body.String())
	assert.Contains(t, ask(h, "GET", "/api/catalog").Body.String(), "latest")
	options := ask(h, "OPTIONS", "/api/receipts")
	assert.Equal(t, 204, options.Code)
	assert.Equal(t, "POST", options.Header().Get("Access-Control-Allow-Methods"))
}

func TestOtherContentTypes(t *testing.T) {
	for _, kind := range []string{"", "text/html", "multipart/form-data", "application/json; charset", "//"} {
		r := httptest.NewRequest("POST", "/api/receipts", bytes.NewReader(receiptOf(1)))
		r.Header.Set("Content-Type", kind)
		w := httptest.NewRecorder()
		Handler(full()).ServeHTTP(w, r)
		assert.Equal(t, 400, w.Code, kind)
	}
}

func TestNotSetUp(t *testing.T) {
	h := Handler(Config{})
	for _, target := range []string{"/api/takedowns", "/api/log", "/api/log/proof", "/api/catalog", "/api/catalog/v1", "/api/receipts/" + strings.Repeat("0", 64)} {
		w := ask(h, "GET", target)
		assert.Equal(t, 501, w.Code, target)
		assert.Equal(t, NotSetUp, code(t, w))
	}
	assert.Equal(t, 501, post(h, "/api/receipts", "{}").Code)
	assert.Equal(t, 501, post(Handler(Config{Bindings: OpenBindings()}), "/api/takedowns", "{}").Code, "a native server without an owner takes nothing")
}

func TestLimiter(t *testing.T) {
	now := time.Unix(0, 0)
	c := full()
	c.Bindings.Allow = NewLimiter(3, func() time.Time { return now })
	h := Handler(c)
	for n := range 5 {
		w := post(h, "/api/receipts", string(receiptOf(n)))
		if n < 3 {
			assert.Equal(t, 201, w.Code)
			continue
		}
		assert.Equal(t, 429, w.Code)
		assert.Equal(t, TooMany, code(t, w))
		assert.Equal(t, "60", w.Header().Get("Retry-After"))
	}
	assert.True(t, c.Bindings.Allow(context.Background(), "another client"))
	now = now.Add(time.Minute)
	assert.Equal(t, 201, post(h, "/api/receipts", string(receiptOf(9))).Code)
}

// A client that sends its body a byte at a time is let go of.
func TestSlowBody(t *testing.T) {
	c := full()
	c.BodyWithin = 100 * time.Millisecond
	s := httptest.NewServer(Handler(c))
	defer s.Close()
	conn, err := net.Dial("tcp", s.Listener.Addr().String())
	require.NoError(t, err)
	defer conn.Close()
	fmt.Fprintf(conn, "POST /api/receipts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 300\r\n\r\n{")
	require.NoError(t, conn.SetReadDeadline(time.Now().Add(5*time.Second)))
	answer, err := io.ReadAll(conn)
	require.NoError(t, err)
	assert.Contains(t, string(answer), "408 Request Timeout")
	assert.Contains(t, string(answer), "too_slow")
}

// broken stores fail with words that are nobody's business.
type brokenLog struct{ Log }

func (brokenLog) Add(context.Context, feed.Hash, []byte) (int, bool, error) {
	return 0, false, errors.New("password hunter2")
}

func TestStoresFailQuietly(t *testing.T) {
	c := full()
	c.Bindings.Log = brokenLog{}
	var heard error
	c.Failed = func(err error) { heard = err }
	w := post(Handler(c), "/api/receipts", string(receiptOf(1)))
	assert.Equal(t, 500, w.Code)
	assert.NotContains(t, w.Body.String(), "hunter2")
	assert.ErrorContains(t, heard, "hunter2")
}

func TestFolder(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "catalog"), 0o700))
	require.NoError(t, os.WriteFile(filepath.Join(dir, "catalog", "v1.json"), []byte("[]"), 0o600))
	f := lines(t, ownerKey(1), feed.Cursor{}, "a", "b")
	serve := func() http.Handler {
		b, err := OpenFolder(dir, feed.PublicKey(ownerKey(1)))
		require.NoError(t, err)
		return Handler(Config{Bindings: b})
	}
	h := serve()
	require.Equal(t, 201, post(h, "/api/takedowns", f[0]+f[1]).Code)
	require.Equal(t, 201, post(h, "/api/receipts", string(receiptOf(1))).Code)
	require.Equal(t, 201, post(h, "/api/receipts", string(receiptOf(2))).Code)
	root := ask(h, "GET", "/api/log").Body.String()

	torn, err := os.OpenFile(filepath.Join(dir, "receipts.jsonl"), os.O_APPEND|os.O_WRONLY, 0)
	require.NoError(t, err)
	_, err = torn.WriteString(`{"format":"leth`) // the machine stopped here
	require.NoError(t, err)
	torn.Close()

	h = serve()
	assert.Equal(t, f[0]+f[1], ask(h, "GET", "/api/takedowns").Body.String())
	assert.Equal(t, root, ask(h, "GET", "/api/log").Body.String())
	assert.Equal(t, 200, post(h, "/api/receipts", string(receiptOf(2))).Code)
	assert.Equal(t, 201, post(h, "/api/receipts", string(receiptOf(3))).Code)
	assert.Equal(t, "[]", ask(h, "GET", "/api/catalog/v1").Body.String())
	assert.Equal(t, 3, strings.Count(ask(serve(), "GET", "/api/log/entries").Body.String(), "\n"))

	require.NoError(t, os.WriteFile(filepath.Join(dir, "takedowns.jsonl"), []byte(f[1]), 0o600))
	_, err = OpenFolder(dir, "")
	assert.ErrorContains(t, err, "takedowns.jsonl, line 1")
}

// FuzzAPI sends anything anywhere: no panic, no code but the known, no byte of a secret.
func FuzzAPI(f *testing.F) {
	f.Add("GET", "/api/takedowns?since=1", "")
	f.Add("POST", "/api/takedowns", lines(f, ownerKey(1), feed.Cursor{}, "a")[0])
	f.Add("POST", "/api/receipts", string(receiptOf(1)))
	f.Add("GET", "/api/log/proof?id="+strings.Repeat("0", 64), "")
	f.Add("GET", "/api/catalog/..%2fsecret.key", "")
	c := full()
	var broke error
	c.Failed = func(err error) { broke = err }
	h := Handler(c)
	f.Fuzz(func(t *testing.T, method, target, body string) {
		r, err := http.NewRequest(method, "http://x"+target, strings.NewReader(body))
		if err != nil {
			return
		}
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		if broke != nil {
			t.Fatal(broke)
		}
		if w.Code >= 400 && r.Method != "HEAD" {
			if _, known := status[code(t, w)]; !known {
				t.Fatal(w.Body.String())
			}
		}
		if strings.Contains(w.Body.String(), "secret") || strings.Contains(w.Body.String(), strings.Repeat("CQkJ", 5)) { // the log's key
			t.Fatal("a secret came out")
		}
	})
}
