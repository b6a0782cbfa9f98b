//go:build !js

package worker_test

import (
	"bytes"
	"crypto/ed25519"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
	"lethe/worker/edge"
)

func ownerKey(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

func post(t testing.TB, base, target, body string) answer {
	r, err := http.NewRequest("POST", base+target, strings.NewReader(body))
	require.NoError(t, err)
	r.Header.Set("Content-Type", "application/json")
	resp, err := client.Do(r)
	require.NoError(t, err)
	defer resp.Body.Close()
	b, err := io.ReadAll(resp.Body)
	require.NoError(t, err)
	return answer{resp.StatusCode, resp.Header, string(b)}
}

func receiptOf(n int) string {
	b, err := receipt.Canonical(feed.Published{Format: feed.PublishedFormat, Receipt: fmt.Sprintf("%064x", n), Tier: receipt.Unlearned, Kind: "items", Guarantee: "approximate"})
	if err != nil {
		panic(err)
	}
	return string(b)
}

// native is the same API in this process, over files, with the catalogue that serve.mjs puts into its bucket.
func native(t testing.TB) string {
	dir := t.TempDir()
	require.NoError(t, os.Mkdir(filepath.Join(dir, "catalog"), 0o700))
	for name, content := range map[string]string{"index.json": `{"latest":"v2","versions":["v1","v2"]}`, "v1.json": "[1]", "v2.json": "[2]", "secret.key": "secret"} {
		require.NoError(t, os.WriteFile(filepath.Join(dir, "catalog", name), []byte(content), 0o600))
	}
	b, err := edge.OpenFolder(dir, feed.PublicKey(ownerKey(1)))
	require.NoError(t, err)
	b.LogKey, b.Allow = ownerKey(9), nil
	s := httptest.NewServer(edge.Handler(edge.Config{Bindings: b}))
	t.Cleanup(s.Close)
	return s.URL
}

// The same requests in the same order get the same answers from workerd, with D1 and R2, as from the native process.
func TestAPIInWorkerd(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the worker and starts workerd")
	}
	dir, _ := site(t)
	url, _ := start(t, dir, feed.PublicKey(ownerKey(1)), "1000000")
	own := native(t)

	key, at := ownerKey(1), feed.Cursor{}
	var lines []string
	for _, name := range []string{"a", "b", "c", "d"} {
		l, err := feed.Sign(feed.Takedown{Kind: feed.Item, Name: name, Reason: "licence ended, é"}, at, key)
		require.NoError(t, err)
		lines, at = append(lines, string(l.Encode())), l.Cursor()
	}
	forged, err := feed.Sign(feed.Takedown{Kind: feed.Item, Name: "e"}, at, ownerKey(2))
	require.NoError(t, err)
	fork, err := feed.Sign(feed.Takedown{Kind: feed.Item, Name: "x"}, feed.Cursor{}, key)
	require.NoError(t, err)
	leaf := func(n int) string { return fmt.Sprintf("%x", feed.LeafHash([]byte(receiptOf(n)))) }

	type request struct{ method, target, body string }
	requests := []request{
		{"GET", "/api/takedowns", ""}, {"GET", "/api/log", ""}, {"GET", "/api/log/entries", ""},
		{"POST", "/api/takedowns", lines[0]}, {"POST", "/api/takedowns", lines[0]}, {"POST", "/api/takedowns", lines[2]},
		{"POST", "/api/takedowns", lines[1] + lines[2]}, {"POST", "/api/takedowns", strings.Join(lines, "")},
		{"POST", "/api/takedowns", string(forged.Encode())}, {"POST", "/api/takedowns", string(fork.Encode())},
		{"POST", "/api/takedowns", "hello"}, {"POST", "/api/takedowns", ""}, {"POST", "/api/takedowns", strings.Repeat("x", 300<<10)},
		{"GET", "/api/takedowns", ""}, {"HEAD", "/api/takedowns", ""}, {"GET", "/api/takedowns?since=2", ""}, {"GET", "/api/takedowns?since=1&limit=2", ""},
		{"GET", "/api/takedowns?since=x", ""}, {"DELETE", "/api/takedowns", ""},
	}
	for n := range 9 {
		requests = append(requests, request{"POST", "/api/receipts", receiptOf(n)}, request{"POST", "/api/receipts", receiptOf(n / 2)},
			request{"GET", "/api/log", ""}, request{"GET", "/api/log/proof?id=" + leaf(n/2), ""}, request{"GET", fmt.Sprintf("/api/log/consistency?from=%d", n/2+1), ""})
	}
	requests = append(requests, request{"POST", "/api/receipts", "{}"}, request{"POST", "/api/receipts", strings.Repeat(" ", 2000)},
		request{"GET", "/api/receipts/" + leaf(3), ""}, request{"GET", "/api/receipts/" + leaf(99), ""}, request{"GET", "/api/receipts/x", ""},
		request{"OPTIONS", "/api/receipts", ""}, request{"GET", "/api/log/entries?from=2&limit=3", ""}, request{"HEAD", "/api/log", ""},
		request{"GET", "/api/log/proof?id=" + leaf(99), ""}, request{"GET", "/api/log?size=5", ""}, request{"GET", "/api/log?size=50", ""},
		request{"GET", "/api/catalog", ""}, request{"GET", "/api/catalog/v1", ""}, request{"GET", "/api/catalog/v9", ""}, request{"GET", "/api/catalog/index", ""},
		request{"GET", "/api/catalog/..%2fsecret.key", ""}, request{"GET", "/api/catalog/secret.key", ""})
	for k, q := range requests {
		do := func(base string) answer {
			if q.method == "POST" {
				return post(t, base, q.target, q.body)
			}
			return ask(t, base, q.method, q.target)
		}
		want, got := do(own), do(url)
		name := fmt.Sprintf("%d %s %s", k, q.method, q.target)
		assert.Equal(t, want.status, got.status, name+": "+got.body)
		assert.Equal(t, want.body, got.body, name)
		assert.Equal(t, want.header.Get("Etag"), got.header.Get("Etag"), name)
		assert.Equal(t, comparable(want.header), comparable(got.header), name)
		assert.NotContains(t, got.body, "secret\"", name)
	}

	t.Run("304", func(t *testing.T) {
		first := ask(t, url, "GET", "/api/takedowns?since=3")
		r, err := http.NewRequest("GET", url+"/api/takedowns?since=3", nil)
		require.NoError(t, err)
		r.Header.Set("If-None-Match", first.header.Get("Etag"))
		resp, err := client.Do(r)
		require.NoError(t, err)
		resp.Body.Close()
		assert.Equal(t, 304, resp.StatusCode)
	})

	// Many at once: every receipt has its own place, none is lost, and the tree is that of its leaves.
	t.Run("concurrent", func(t *testing.T) {
		const from, to = 100, 160
		var wait sync.WaitGroup
		room := make(chan bool, 8) // each takes a Go program of its own: more of them only wait for each other
		began := time.Now()
		for n := from; n < to; n++ {
			for range 2 { // each twice
				room <- true
				wait.Go(func() {
					defer func() { <-room }()
					a := post(t, url, "/api/receipts", receiptOf(n))
					assert.True(t, a.status == 200 || a.status == 201, a.body)
				})
			}
		}
		wait.Wait()
		t.Logf("%d requests to D1 in %v", 2*(to-from), time.Since(began).Round(time.Millisecond))
		var h struct {
			Size int
			Root string
		}
		require.NoError(t, json.Unmarshal([]byte(ask(t, url, "GET", "/api/log").body), &h))
		assert.Equal(t, 9+to-from, h.Size)
		entries := ask(t, url, "GET", "/api/log/entries").body
		assert.Equal(t, h.Size, strings.Count(entries, "\n"))
		var leaves []feed.Hash
		for line := range strings.Lines(entries) {
			leaves = append(leaves, feed.LeafHash([]byte(strings.TrimSuffix(line, "\n"))))
		}
		root, err := feed.Root(len(leaves), func(list []feed.Node) ([]feed.Hash, error) {
			out := make([]feed.Hash, len(list))
			for k, n := range list {
				out[k] = subtree(leaves[n.Index<<n.Level : (n.Index+1)<<n.Level])
			}
			return out, nil
		})
		require.NoError(t, err)
		assert.Equal(t, fmt.Sprintf("%x", root), h.Root)
	})
}

func subtree(leaves []feed.Hash) feed.Hash {
	if len(leaves) == 1 {
		return leaves[0]
	}
	return feed.Join(subtree(leaves[:len(leaves)/2]), subtree(leaves[len(leaves)/2:]))
}

// The limit on writes that wrangler.jsonc sets.
func TestLimitInWorkerd(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the worker and starts workerd")
	}
	dir, _ := site(t)
	url, _ := start(t, dir, "", "3")
	refused := 0
	for n := range 8 { // a minute's end may fall among them
		if a := post(t, url, "/api/receipts", receiptOf(n)); a.status == 429 {
			refused++
			assert.Equal(t, "60", a.header.Get("Retry-After"))
		}
	}
	assert.GreaterOrEqual(t, refused, 2)
	assert.Equal(t, 501, post(t, url, "/api/takedowns", "{}").status, "without an owner nothing can be published")
}

// A body that does not come holds up nobody else in workerd, and one that is cut off files nothing.
func TestSlowBodyInWorkerd(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the worker and starts workerd")
	}
	dir, _ := site(t)
	address, _ := start(t, dir, "", "1000000")
	var slow []net.Conn
	for range 20 {
		conn, err := net.Dial("tcp", strings.TrimPrefix(address, "http://"))
		require.NoError(t, err)
		defer conn.Close()
		_, err = fmt.Fprintf(conn, "POST /api/receipts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 167\r\n\r\n%s", receiptOf(1)[:40])
		require.NoError(t, err)
		slow = append(slow, conn)
	}
	assert.Equal(t, 201, post(t, address, "/api/receipts", receiptOf(2)).status)
	for _, c := range slow {
		c.Close()
	}
	var head struct{ Size int }
	require.NoError(t, json.Unmarshal([]byte(ask(t, address, "GET", "/api/log").body), &head))
	assert.Equal(t, 1, head.Size)
}
