package sitetest

import (
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// asked is a site that notes every request and can be cut off.
type asked struct {
	mu    sync.Mutex
	paths []string
	off   bool
	site  http.Handler
}

func (a *asked) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	a.mu.Lock()
	if r.URL.Path != "/sw.js" { // the browser itself asks now and then whether the service worker is still the same
		a.paths = append(a.paths, r.URL.RequestURI())
	}
	off := a.off
	a.mu.Unlock()
	if off {
		panic(http.ErrAbortHandler) // the line is dead
	}
	a.site.ServeHTTP(w, r)
}

// since is what was asked for since the last call.
func (a *asked) since() []string {
	a.mu.Lock()
	defer a.mu.Unlock()
	p := a.paths
	a.paths = nil
	return p
}

// Once the page and its prints are here, nothing that a visitor does makes a request, not even to the site: who watches
// the network does not learn which prints are looked at. Then the page opens without a network.
func TestNothingIsAskedAndOfflineReload(t *testing.T) {
	a := &asked{site: handler(t)}
	s := httptest.NewServer(a)
	t.Cleanup(s.Close)
	b := openAt(t, 1440, 900, s.URL+"/")
	b.visit("?epochs=4")
	b.ready()
	b.until(within(60*time.Second), `document.querySelector("#held")`)
	assert.Contains(t, a.since(), "/demo/prints/0999.jpg", "the counter counts")

	// The story: click, turn pages, look at neighbours, train, forget, compare.
	b.press("#wall li:nth-child(3) .hang")
	b.press(".pager .button:last-child")
	b.until(5*time.Second, `document.querySelector(".shelf-note").textContent.includes("one click")`)
	b.press("#wall li:nth-child(2) .near")
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(60 * time.Second))
	b.press(`#forget input[value="creator"]`)
	b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(within(90*time.Second), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	for _, place := range []string{"#compare", "#data", "#wall"} {
		eval[any](b, `document.querySelector(`+quote(place)+`).scrollIntoView({behavior: "instant"})`)
		time.Sleep(300 * time.Millisecond)
	}
	assert.Empty(t, a.since(), "the network log stays empty")
	b.clean()

	// Without a network: a reload at another address, a model, pictures, and the page that checks receipts.
	likes := b.shelf()
	a.mu.Lock()
	a.off = true
	a.mu.Unlock()
	b.visit("?likes=1.2")
	b.ready()
	b.until(10*time.Second, `document.querySelector(".shelf-note").textContent.includes("2 clicks")`)
	b.until(10*time.Second, `[...document.querySelectorAll(".shelf img")].every(i => i.naturalWidth === 320)`)
	require.Len(t, likes, 12)
	b.visit("verify.html")
	b.until(5*time.Second, `document.querySelector("#file")`)
	assert.Equal(t, "Check a receipt", b.text("h1"))
	b.visit("")
	b.ready()
}
