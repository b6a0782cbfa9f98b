package main

import (
	"bytes"
	"crypto/ed25519"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
	"lethe/worker/edge"
)

func TestLog(t *testing.T) {
	seed := func(n byte) ed25519.PrivateKey {
		return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{n}, ed25519.SeedSize))
	}
	dir := t.TempDir()
	b, err := edge.OpenFolder(dir, "")
	require.NoError(t, err)
	b.LogKey, b.Allow = seed(9), nil
	var api http.Handler = edge.Handler(edge.Config{Bindings: b})
	s := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) { api.ServeHTTP(w, r) }))
	defer s.Close()
	in := func(name string) string { return filepath.Join(dir, name) }

	// A chain of three receipts, of which the log knows two, among others.
	var chain []receipt.Document
	for n := range 3 {
		var last *receipt.Document
		if n > 0 {
			last = &chain[n-1]
		}
		d, err := receipt.Sign(receipt.Receipt{ID: strings.Repeat(string(rune('a'+n)), 8), Tier: receipt.Unlearned, Request: receipt.Request{Kind: "items"},
			Method: receipt.Method{Name: "lethe", Guarantee: "approximate"}}, last, seed(3))
		require.NoError(t, err)
		chain = append(chain, d)
	}
	file := func(d *receipt.Document) {
		r, err := http.Post(s.URL+"/api/receipts", "application/json", bytes.NewReader(feed.Publish(d)))
		require.NoError(t, err)
		r.Body.Close()
		require.Equal(t, 201, r.StatusCode)
	}
	others := func(from, n int) {
		for k := from; k < from+n; k++ {
			d := chain[0]
			d.Receipt.ID = strings.Repeat("z", k+1)
			file(&d)
		}
	}
	lines := func(list ...receipt.Document) string {
		b, err := receipt.Encode(list)
		require.NoError(t, err)
		require.NoError(t, os.WriteFile(in("receipts"), b, 0o644))
		return in("receipts")
	}
	others(0, 130) // more than a page
	file(&chain[0])
	key := feed.PublicKey(seed(9))
	status, stdout, stderr := lethe("log", "-at", s.URL, "-receipts", lines(chain[0]), "-key", key, "-seen", in("seen"))
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "The tree of all 131 entries has the root")
	assert.Contains(t, stdout, "Receipt 1 is entry 130 of the log")
	others(130, 5)
	file(&chain[1])
	status, stdout, stderr = lethe("log", "-at", s.URL+"/", "-receipts", lines(chain[:2]...), "-key", key, "-seen", in("seen"), "-json", in("out"))
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "The log begins with the 131 entries that were seen before.")
	assert.Equal(t, 137, readJSON[logAudited](t, in("out")).Size)

	status, stdout, stderr = lethe("log", "-at", s.URL, "-receipts", lines(chain...))
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stdout, "Receipt 3 is not in the log.")
	assert.Contains(t, stderr, "not right")
	status, stdout, _ = lethe("log", "-at", s.URL, "-key", feed.PublicKey(seed(8)))
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stdout, "not signed by the key")

	// A log that was written anew without an entry of before.
	kept, err := os.ReadFile(in("receipts.jsonl"))
	require.NoError(t, err)
	all := strings.SplitAfter(string(kept), "\n")
	other := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(other, "receipts.jsonl"), []byte(strings.Join(append(all[:7:7], append(all[8:], all[7])...), "")), 0o600))
	rewritten, err := edge.OpenFolder(other, "")
	require.NoError(t, err)
	honest := api
	api = edge.Handler(edge.Config{Bindings: rewritten})
	status, stdout, _ = lethe("log", "-at", s.URL, "-seen", in("seen"))
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stdout, "it was written anew")

	// One whose head is not of its entries.
	api = http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/api/log" {
			r.URL.RawQuery = "size=130"
		}
		edge.Handler(edge.Config{Bindings: rewritten}).ServeHTTP(w, r)
	})
	status, stdout, _ = lethe("log", "-at", s.URL, "-seen", in("seen"))
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stdout, "shrunk")
	api = honest
	status, _, stderr = lethe("log", "-at", s.URL, "-seen", in("seen"))
	assert.Equal(t, exitDone, status, stderr)
	status, _, _ = lethe("log")
	assert.Equal(t, exitUsage, status)
}
