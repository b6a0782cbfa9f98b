package sitetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// The map is drawn when it comes into view, points both ways, and can be walked with the keyboard.
func TestMap(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.2")
	b.ready()
	ink := `document.getElementById("atlas").toDataURL().length`
	blank := eval[int](b, ink)
	eval[any](b, `document.querySelector("#map").scrollIntoView({behavior: "instant"})`)
	b.until(10*time.Second, ink+` > `+strconv.Itoa(2*blank))
	assert.Contains(t, eval[string](b, `document.getElementById("atlas").getAttribute("aria-label")`), "1,000 prints")

	// A print of the shelf is marked on the map; a print of the map is named, and marked on the shelf.
	eval[any](b, `document.querySelector(".shelf .rec .hang").dispatchEvent(new PointerEvent("pointerover", {bubbles: true}))`)
	b.until(3*time.Second, `document.querySelectorAll(".shelf .rec[data-hot]").length === 1`)
	eval[any](b, `document.getElementById("atlas").focus()`)
	b.steps(chromedp.KeyEvent(kb.ArrowRight))
	b.until(3*time.Second, `document.querySelector(".atlas-tip span").textContent.includes("chosen by")`)
	first := b.text(".atlas-tip strong")
	b.steps(chromedp.KeyEvent(kb.ArrowRight))
	b.until(3*time.Second, `document.querySelector(".atlas-tip strong").textContent !== `+quote(first))
	b.steps(chromedp.KeyEvent(kb.Enter))
	b.until(5*time.Second, `document.querySelector("#shelf-title").textContent.startsWith("Close to")`)
	b.press(".atlas-foot > .quiet")
	b.until(3*time.Second, `document.querySelectorAll("#map tbody tr").length === 20`)
	eval[any](b, `document.querySelector("#map tbody tr").dispatchEvent(new PointerEvent("pointerover", {bubbles: true}))`)
	assert.Equal(t, 1, eval[int](b, `document.querySelectorAll("#map tbody tr[data-hot]").length`))

	// Pointing does not stutter.
	tasks := b.traced(func() {
		for k := range 40 {
			x, y := 300+20*k, 300+(k%7)*20
			eval[any](b, `document.getElementById("atlas").dispatchEvent(new PointerEvent("pointermove", {clientX: `+strconv.Itoa(x)+`, clientY: `+strconv.Itoa(y)+`, bubbles: true}))`)
		}
	})
	t.Logf("longest tasks while pointing, ms: %.1f", tasks[:3])
	assert.Less(t, tasks[0], 50.0)
	b.clean()
}
