package sitetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// After an image was withdrawn the page shows what is left of it and what moved beside it, before, after and trained
// again; pointing at a motif finds its prints on the shelf and the map.
func TestAftermath(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.8.20&model=vbpr&epochs=3&request=modality:image@p0009")
	b.ready()
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(60 * time.Second))
	b.until(5*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(within(90*time.Second), `document.querySelector("#spread-reading") && document.querySelector("#residue-reading")`)
	assert.Equal(t, 9, eval[int](b, `document.querySelectorAll("#residue .strip li").length`), "three guesses in each of three columns")
	assert.NotEmpty(t, b.text("#residue-reading"))
	behind := eval[[]int](b, `[...document.querySelectorAll("#residue .column")].map(c => Number(c.querySelector(".guess-says").textContent.match(/\d+/)[0]))`)
	t.Log("of 100 images behind the right one, before, after, trained again:", behind, b.text("#residue-reading"))
	assert.Greater(t, behind[0], behind[2], "the model that looked knows more of the image than the one that never did")
	b.press("#residue .chart-foot .quiet")
	b.until(3*time.Second, `document.querySelectorAll("#residue tbody tr").length === 2`)

	t.Log(b.text("#spread-reading"))
	assert.Equal(t, 27, eval[int](b, `document.querySelectorAll("#spread tbody tr").length`))
	assert.Contains(t, b.text("#spread-reading"), "Training again moves it by")
	on := `document.querySelector(".shelf .rec[data-hot]")`
	motif := eval[string](b, `(r => r.querySelector("button").textContent)([...document.querySelectorAll("#spread tbody tr")].find(r => r.dataset.items.split(" ").includes(document.querySelector(".shelf .rec").dataset.item)))`)
	row := `[...document.querySelectorAll("#spread tbody tr")].find(r => r.querySelector("button").textContent === ` + quote(motif) + `)`
	eval[any](b, row+`.dispatchEvent(new PointerEvent("pointerover", {bubbles: true}))`)
	b.until(3*time.Second, on)
	assert.Equal(t, 3, eval[int](b, `document.querySelectorAll("#spread tr[data-hot]").length`), "the motif in all three columns")
	eval[any](b, row+`.dispatchEvent(new PointerEvent("pointerout", {bubbles: true}))`)
	b.until(3*time.Second, `!document.querySelector("[data-hot]")`)
	eval[any](b, `document.querySelector(".shelf .rec .hang").dispatchEvent(new PointerEvent("pointerover", {bubbles: true}))`)
	b.until(3*time.Second, `document.querySelectorAll("#spread tr[data-hot]").length === 3`)

	// One image is no handful of clicks.
	b.press("#relearn-go")
	b.until(within(10*time.Second), `document.querySelector("#relearn-state").textContent.startsWith("Too few")`)
	eval[any](b, row+`.querySelector("button").click()`)
	b.until(3*time.Second, `document.querySelector('select[name="theme"]').value === `+quote(motif))
	b.clean()
}

// The forgotten model, the one that never knew and the control learn again, and their curves grow meanwhile; a dishonest
// provider's model is found out.
func TestRelearnRace(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?model=bpr&epochs=20&request=creator:Maren%20Tidewell")
	b.ready()
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(60 * time.Second))
	b.until(5*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#cheat-mask-only")
	b.until(within(90*time.Second), `document.querySelector("#relearn-go") && !document.querySelector("#relearn-go").disabled`)
	b.press("#relearn-go")
	points := `(document.querySelector("#relearn .line.after") || {getAttribute: () => ""}).getAttribute("d").split("L").length`
	b.until(within(20*time.Second), points+` > 3`)
	assert.True(t, eval[bool](b, `!!document.querySelector("#relearn-stop") || `+points+` > 30`), "the curve grows while the race is on")
	b.until(within(60*time.Second), `document.querySelector("#relearn .audit-numbers")`)
	t.Log(b.text("#relearn-state"), b.text("#relearn .audit-numbers"))
	assert.Contains(t, b.text("#relearn-state"), "still knows", "mask-only hides")
	assert.Equal(t, 31, eval[int](b, points))
	b.clean()
}
