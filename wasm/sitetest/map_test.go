package sitetest

import (
	"os"
	"path/filepath"
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

// A map of 26,000 points stays fluid: pointing, and travelling from one model to another.
func TestLargeMap(t *testing.T) {
	files, err := os.ReadDir(filepath.Join(sharedData, "baby"))
	if err != nil {
		t.Skip("Amazon Baby is not at " + sharedData + "/baby")
	}
	b := open(t, 1440, 900)
	b.visit("?model=bpr&epochs=1")
	b.ready()
	b.dropFolder("baby", files)
	b.until(within(20*time.Second), `/19,445/.test(document.querySelector(".facts").textContent)`)
	b.enter(`input[name="epochs"]`, `"1"`)
	b.press(`input[name="model"][value="bpr"]`)
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(90 * time.Second))
	eval[any](b, `document.querySelector("#map").scrollIntoView({behavior: "instant"})`)
	b.until(within(30*time.Second), `!document.querySelector(".atlas-none")`)
	assert.Contains(t, eval[string](b, `document.getElementById("atlas").getAttribute("aria-label")`), "19,44")
	tasks := b.traced(func() {
		eval[any](b, `void (function frame() { globalThis.framesSeen = (globalThis.framesSeen || 0) + 1; requestAnimationFrame(frame); })()`)
		eval[any](b, `void (() => { let k = 0; setInterval(() => { k++; document.getElementById("atlas").dispatchEvent(new PointerEvent("pointermove", {clientX: 300 + k * 7 % 900, clientY: 200 + k * 3 % 400, bubbles: true})); }, 16); })()`)
		start, first := time.Now(), eval[float64](b, `framesSeen`)
		time.Sleep(3 * time.Second)
		frames := (eval[float64](b, `framesSeen`) - first) / time.Since(start).Seconds()
		t.Logf("%.0f frames a second while pointing", frames)
		assert.Greater(t, frames, 55*float64(time.Second)/float64(within(time.Second)))
		for _, name := range []string{"x", "before"} { // a slot that is not there has the places of the first: the way is drawn all the same
			eval[any](b, `void (document.getElementById("atlas").dataset.slot = `+quote(name)+`)`)
			time.Sleep(400 * time.Millisecond)
		}
	})
	t.Logf("longest tasks, ms of processor time: %.1f", tasks[:5])
	assert.Less(t, tasks[0], 50.0)
	b.clean()
}
