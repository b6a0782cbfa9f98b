package sitetest

import (
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// A term opens its sentence by keyboard and by touch, inside the window, and Escape closes it.
func TestTermsOpen(t *testing.T) {
	for _, width := range []int64{360, 1440} {
		b := open(t, width, 800)
		b.visit("")
		b.ready()
		const button, note = `document.querySelector('[popovertarget="term-train-recall"]')`, `document.querySelector('#term-train-recall')`
		eval[any](b, button+`.focus()`)
		assert.False(t, eval[bool](b, note+`.matches(":popover-open")`))
		b.steps(chromedp.KeyEvent(kb.Enter))
		b.until(3*time.Second, note+`.matches(":popover-open")`)
		assert.Contains(t, b.text("#term-train-recall"), "first twenty.")
		assert.True(t, eval[bool](b, `(r => r.left >= 0 && r.right <= innerWidth && r.top >= 0 && r.bottom <= innerHeight)(`+note+`.getBoundingClientRect())`))
		b.steps(chromedp.KeyEvent(kb.Escape))
		b.until(3*time.Second, `!`+note+`.matches(":popover-open")`)
		b.clean()
	}
}

// What the engine refuses stands in German on the German page, and so does the page that measures.
func TestEngineSpeaksGerman(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?lang=de&request=user:nobody")
	b.ready()
	b.until(10*time.Second, `document.querySelector("#forget-touch").textContent.includes("Diese Kennung gibt es nicht (user).")`)
	assert.False(t, eval[bool](b, `document.querySelector("#forget-touch").hasAttribute("lang")`))
	b.visit("bench.html?lang=de")
	b.until(10*time.Second, `document.querySelector("h1").textContent === "Dieses Gerät messen" && document.title === "Lethe: dieses Gerät messen"`)
	b.until(30*time.Second, `!document.querySelector("#run").disabled`)
	assert.Contains(t, b.text("#table"), "Einheit")
	b.clean()
}
