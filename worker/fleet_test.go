//go:build !js

package worker_test

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"net/http"
	"net/http/httptest"
	"runtime"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/feed"
	"lethe/worker/edge"
)

var devices = flag.Int("devices", 500, "devices of the simulated fleet; the figures in edge's doc.go are of 10000")

// device is one of a fleet: it reads the feed as lethe.js does, believes what package feed believes, and tells the log.
type device struct {
	n       int
	at      feed.Cursor
	etag    string
	removed map[string]bool
}

// latencies of requests, by kind.
type latencies struct {
	mu   sync.Mutex
	kind map[string][]time.Duration
}

func (l *latencies) time(kind string, f func()) {
	began := time.Now()
	f()
	took := time.Since(began)
	l.mu.Lock()
	defer l.mu.Unlock()
	l.kind[kind] = append(l.kind[kind], took)
}

func (l *latencies) print(t *testing.T) {
	for _, kind := range []string{"feed, all of it", "feed, 304", "feed, one new", "receipt"} {
		all := l.kind[kind]
		if len(all) == 0 {
			continue
		}
		slices.Sort(all)
		t.Logf("%-16s %6d requests, median %v, p99 %v", kind, len(all), all[len(all)/2].Round(time.Microsecond), all[len(all)*99/100].Round(time.Microsecond))
	}
}

// sync reads what is new behind the device's cursor.
func (d *device) sync(h http.Handler, owner string, l *latencies, kind string) (status int, err error) {
	var w *httptest.ResponseRecorder
	l.time(kind, func() {
		r := httptest.NewRequest("GET", fmt.Sprintf("/api/takedowns?since=%d", max(0, d.at.Serial-1)), nil)
		r.Header.Set("If-None-Match", d.etag)
		w = httptest.NewRecorder()
		h.ServeHTTP(w, r)
	})
	if w.Code != 200 {
		return w.Code, nil
	}
	news, next, err := feed.Follow(w.Body.Bytes(), owner, d.at)
	for _, x := range news {
		d.removed[x.Takedown.Name] = true
	}
	d.at, d.etag = next, `"`+next.Hash+`"`
	return 200, err
}

// publish tells the log of a receipt; a device in three does so twice, as after a lost answer.
func (d *device) publish(h http.Handler, l *latencies, round int) error {
	for k := range 1 + min(1, (d.n+round)%3/2) {
		var w *httptest.ResponseRecorder
		l.time("receipt", func() {
			r := httptest.NewRequest("POST", "/api/receipts", strings.NewReader(receiptOf(round*1_000_000+d.n)))
			r.Header.Set("Content-Type", "application/json")
			w = httptest.NewRecorder()
			h.ServeHTTP(w, r)
		})
		if want := []int{201, 200}[k]; w.Code != want {
			return fmt.Errorf("device %d, round %d: %d instead of %d: %s", d.n, round, w.Code, want, w.Body)
		}
	}
	return nil
}

func heapInUse() uint64 {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	return m.HeapAlloc
}

// A fleet reads the feed and publishes receipts through the native handler: no request is lost or counted twice, what a device costs does
// not grow with the number of devices, and memory grows by what is stored and nothing else.
func TestFleet(t *testing.T) {
	key := ownerKey(1)
	b, err := edge.OpenFolder(t.TempDir(), feed.PublicKey(key))
	require.NoError(t, err)
	b.Allow = nil // all of them have one address here
	h := edge.Handler(edge.Config{Bindings: b})
	at := feed.Cursor{}
	publish := func(names ...string) {
		var body bytes.Buffer
		for _, n := range names {
			l, err := feed.Sign(feed.Takedown{Kind: feed.Item, Name: n}, at, key)
			require.NoError(t, err)
			body.Write(l.Encode())
			at = l.Cursor()
		}
		r := httptest.NewRequest("POST", "/api/takedowns", &body)
		r.Header.Set("Content-Type", "application/json")
		w := httptest.NewRecorder()
		h.ServeHTTP(w, r)
		require.Equal(t, 201, w.Code, w.Body.String())
	}
	var first []string
	for n := range 50 {
		first = append(first, fmt.Sprint("item-", n))
	}
	publish(first...)

	fleet := make([]device, *devices)
	for n := range fleet {
		fleet[n] = device{n: n, removed: map[string]bool{}}
	}
	l := &latencies{kind: map[string][]time.Duration{}}
	each := func(f func(d *device) error) {
		var next atomic.Int64
		var wait sync.WaitGroup
		for range 8 {
			wait.Go(func() {
				for k := int(next.Add(1)) - 1; k < len(fleet); k = int(next.Add(1)) - 1 {
					if err := f(&fleet[k]); err != nil {
						t.Error(err)
						return
					}
				}
			})
		}
		wait.Wait()
	}
	before := heapInUse()
	var perReceipt []float64
	for round := range 2 {
		kind := "feed, all of it"
		if round > 0 {
			publish(fmt.Sprint("later-", round))
			kind = "feed, one new"
		}
		each(func(d *device) error {
			_, err := d.sync(h, b.Owner, l, kind)
			return err
		})
		held := heapInUse()
		each(func(d *device) error { return d.publish(h, l, round) })
		perReceipt = append(perReceipt, (float64(heapInUse())-float64(held))/float64(len(fleet)))
		each(func(d *device) error {
			status, err := d.sync(h, b.Owner, l, "feed, 304")
			if err == nil && status != 304 {
				err = fmt.Errorf("device %d: %d although nothing is new", d.n, status)
			}
			return err
		})
	}
	require.False(t, t.Failed())
	for n := range fleet {
		require.Equal(t, 51, len(fleet[n].removed))
		require.Equal(t, at, fleet[n].at)
	}
	size, err := b.Log.Size(t.Context())
	require.NoError(t, err)
	assert.Equal(t, 2*len(fleet), size, "every receipt once")
	l.print(t)
	reading := heapInUse()
	for range 3 { // reading leaves nothing behind
		each(func(d *device) error {
			_, err := d.sync(h, b.Owner, &latencies{kind: map[string][]time.Duration{}}, "")
			return err
		})
	}
	grown := float64(heapInUse()) - float64(reading)
	t.Logf("heap: %.1f MB before, %.0f and %.0f bytes for each receipt of the two rounds, %.1f bytes for each of %d further readings",
		float64(before)/1e6, perReceipt[0], perReceipt[1], grown/float64(3*len(fleet)), 3*len(fleet))
	assert.Less(t, grown/float64(3*len(fleet)), 16.0, "memory is flat")
	assert.Less(t, perReceipt[1], 2*perReceipt[0]+100, "a receipt costs what it cost before")
}

// A bounded load through workerd: nothing is lost or counted twice. It prints what a request costs there, from which doc.go projects.
func TestLoadInWorkerd(t *testing.T) {
	if testing.Short() {
		t.Skip("builds the worker and starts workerd")
	}
	dir, _ := site(t)
	key := ownerKey(1)
	url, node := start(t, dir, feed.PublicKey(key), "1000000")
	line, err := feed.Sign(feed.Takedown{Kind: feed.Item, Name: "a"}, feed.Cursor{}, key)
	require.NoError(t, err)
	require.Equal(t, 201, post(t, url, "/api/takedowns", string(line.Encode())).status)
	const receipts = 100
	used := func() time.Duration { return cpu(t, child(t, node)) }
	report := func(what string, n int, f func(k int)) {
		took := make([]time.Duration, n)
		var wait sync.WaitGroup
		room := make(chan bool, 4)
		before, began := used(), time.Now()
		for k := range n {
			room <- true
			wait.Go(func() {
				defer func() { <-room }()
				at := time.Now()
				f(k)
				took[k] = time.Since(at)
			})
		}
		wait.Wait()
		slices.Sort(took)
		t.Logf("%-14s %d requests in %v, p99 %v, %.1f ms of processor each", what, n, time.Since(began).Round(time.Millisecond), took[n*99/100].Round(time.Millisecond),
			(used()-before).Seconds()*1e3/float64(n))
	}
	report("feed", receipts, func(int) {
		a := ask(t, url, "GET", "/api/takedowns?since=0")
		assert.Equal(t, 200, a.status)
		assert.Equal(t, string(line.Encode()), a.body)
	})
	report("receipts", receipts, func(k int) {
		a := post(t, url, "/api/receipts", receiptOf(k/2*2)) // every second one again
		assert.True(t, a.status == 200 || a.status == 201, a.body)
	})
	var head struct{ Size int }
	require.NoError(t, json.Unmarshal([]byte(ask(t, url, "GET", "/api/log").body), &head))
	assert.Equal(t, receipts/2, head.Size)
	report("proofs", receipts/2, func(k int) {
		a := ask(t, url, "GET", fmt.Sprintf("/api/log/proof?id=%x", feed.LeafHash([]byte(receiptOf(k*2)))))
		assert.Equal(t, 200, a.status, a.body)
	})
}
