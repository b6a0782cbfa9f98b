package sitetest

import (
	"net"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// A good 4G line, as the whole page shares it.
const (
	lineRate  = 9e6 / 8 // bytes a second
	lineDelay = 60 * time.Millisecond
)

// line is a listener behind such a line: a round trip before a connection speaks, half of one before each answer's bytes
// flow, and all connections together at most lineRate. It is throttled here and not in the browser, since the engine's
// thread would escape the browser's throttle, and what leaves here is counted exactly.
type line struct {
	net.Listener
	sent atomic.Int64
	mu   sync.Mutex
	free time.Time // when the line is through with what it was given
}

type wire struct {
	net.Conn
	line  *line
	spoke bool // since the last request
}

func (l *line) Accept() (net.Conn, error) {
	c, err := l.Listener.Accept()
	if err != nil {
		return nil, err
	}
	return &wire{Conn: c, line: l}, nil
}

func (w *wire) Read(p []byte) (int, error) {
	n, err := w.Conn.Read(p)
	w.spoke = false
	return n, err
}

func (w *wire) Write(p []byte) (int, error) {
	if !w.spoke {
		w.spoke = true
		time.Sleep(lineDelay)
	}
	done := 0
	for done < len(p) {
		part := min(len(p)-done, 16<<10)
		w.line.mu.Lock()
		now := time.Now()
		if w.line.free.Before(now) {
			w.line.free = now
		}
		w.line.free = w.line.free.Add(time.Duration(float64(part) / lineRate * float64(time.Second)))
		until := w.line.free
		w.line.mu.Unlock()
		time.Sleep(time.Until(until))
		n, err := w.Conn.Write(p[done : done+part])
		done += n
		w.line.sent.Add(int64(n))
		if err != nil {
			return done, err
		}
	}
	return done, nil
}

// A first visit over a good 4G line, with a click on the first print as soon as it hangs: `go test ./wasm/sitetest -run TestColdLoad -v`
// prints what it measures.
func TestColdLoad(t *testing.T) {
	type measured struct {
		paint, first, ranked, engine time.Duration // since navigation: a list is there, the click has ranked it, the engine has
		bytes, all                   int64         // on the line until the click has ranked, until the engine has
		shift                        float64
	}
	var best measured
	for try := range 3 { // the best of three: other programs may hold the processor
		s := httptest.NewUnstartedServer(handler(t))
		l := &line{Listener: s.Listener}
		s.Listener = l
		s.Start()
		b := openAt(t, 1440, 900, s.URL+"/")
		b.visit("")
		since := func(mark string) time.Duration {
			return time.Duration(eval[float64](b, mark) * float64(time.Millisecond))
		}
		b.until(within(20*time.Second), `firstRanking > 0`)
		b.press("#wall .hang")
		b.until(within(20*time.Second), `document.querySelector(".shelf-note").textContent.includes("one click")`)
		m := measured{bytes: l.sent.Load(), ranked: since(`performance.now()`), first: since(`firstRanking`)}
		early := b.shelf()
		assert.False(t, eval[bool](b, `firstLive > 0`), "the engine is still on its way")
		b.until(within(20*time.Second), `firstLive > 0`)
		m.all, m.engine = l.sent.Load(), since(`firstLive`)
		assert.Equal(t, early, b.shelf(), "the engine agrees")
		m.paint = since(`performance.getEntriesByName("first-contentful-paint")[0].startTime`)
		time.Sleep(time.Second) // what comes late counts too
		m.shift = eval[float64](b, `shifts.reduce((n, s) => n + s.value, 0)`)
		t.Logf("first contentful paint %v, recommendations %v, ranked by a click %v after %d bytes, by the engine %v after %d; layout shift %.4f",
			m.paint, m.first, m.ranked, m.bytes, m.engine, m.all, m.shift)
		b.clean()
		if try == 0 || m.ranked < best.ranked {
			best = m
		}
		s.Close()
		if best.paint <= time.Second && best.ranked <= 3*time.Second {
			break
		}
	}
	assert.LessOrEqual(t, best.paint, within(time.Second))
	assert.LessOrEqual(t, best.ranked, within(3*time.Second))
	assert.LessOrEqual(t, best.bytes, int64(2_500_000))
	assert.Less(t, best.shift, .05)

	// Other programs on the machine make tasks longer by the clock, but not by this measure.
	b := open(t, 1440, 900)
	tasks := b.tasks(func() {
		b.visit("")
		b.ready()
		time.Sleep(time.Second)
	})
	for _, task := range tasks[:5] {
		t.Log("longest tasks of the start, by processor time:", task)
	}
	assert.Less(t, tasks[0].ms, 50.0, tasks[0].what)
}
