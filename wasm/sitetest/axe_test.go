package sitetest

import (
	"os"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// axeFile holds axe-core; `npm ci --prefix wasm/sitetest/axe` fetches it, `make browser` does that first.
const axeFile = "axe/node_modules/axe-core/axe.min.js"

// axe is what axe-core finds serious or worse on the page as it stands, each with the elements.
func (b *tab) axe() []string {
	b.t.Helper()
	code, err := os.ReadFile(axeFile)
	require.NoError(b.t, err, "npm ci --prefix wasm/sitetest/axe --ignore-scripts")
	if !eval[bool](b, `!!window.axe`) {
		eval[any](b, string(code)+`; void 0`)
	}
	eval[any](b, `void (window.axeFound = null, axe.run(document, {resultTypes: ["violations"]}).then(r => window.axeFound = r.violations.filter(v => v.impact === "serious" || v.impact === "critical").map(v => v.id + ": " + v.nodes.map(n => n.html.slice(0, 160) + " " + n.any.map(a => a.message).join("; ")).join(" | "))))`)
	b.until(within(60*time.Second), `window.axeFound !== null`)
	return eval[[]string](b, `axeFound`)
}

func (b *tab) scheme(name string) {
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: name}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	require.NoError(b.t, err)
}

// axe-core finds nothing serious at any point of the story, in either theme.
func TestAxe(t *testing.T) {
	b := open(t, 1440, 900)
	both := func(where string) {
		t.Helper()
		for _, scheme := range []string{"light", "dark"} {
			b.scheme(scheme)
			assert.Empty(t, b.axe(), "%s, %s", where, scheme)
		}
	}
	b.scheme("light")
	b.visit("?likes=1.2&epochs=4")
	b.ready()
	b.press("#wall li:nth-child(2) .near")
	both("taste")
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	both("training")
	b.free(within(60 * time.Second))
	b.press(`#forget input[value="creator"]`)
	b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(within(90*time.Second), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	drop(b, map[string]string{"interactions.csv": "user,item,rating\nann,lamp,five\n"})
	b.until(10*time.Second, `document.querySelector("#notice-data")`)
	both("compared")
	b.clean()

	b.visit("verify.html")
	b.until(5*time.Second, `document.querySelector("#file")`)
	both("verify")

	// The control: a page with a nameless button and grey on grey is caught.
	eval[any](b, `void (document.body.insertAdjacentHTML("beforeend", "<button></button><p id=pale>pale</p>"), document.getElementById("pale").style.cssText = "color: #999; background: #aaa")`)
	assert.Len(t, b.axe(), 2)
}
