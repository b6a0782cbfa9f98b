package sitetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// "My floral phase": the clicks on one motif are learned, chosen, forgotten, and the link says which.
func TestForgetAPhase(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=3.0.19.5&epochs=3&model=bpr") // two of flowers among two of the sea
	b.ready()
	b.press(`#forget input[value="phase"]`)
	b.until(5*time.Second, `document.querySelectorAll(".phase .pick").length === 4`)
	b.until(5*time.Second, `document.querySelector("#forget-touch").textContent.includes("not learned from your clicks yet")`)
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(60 * time.Second))
	eval[any](b, `[...document.querySelectorAll(".phase .chips button")].find(e => e.textContent.startsWith("Floral")).click()`)
	b.until(5*time.Second, `document.querySelector("#forget-touch").textContent.startsWith("Would touch 2 clicks of one person on 2 prints")`)
	assert.Equal(t, []string{"3", "19"}, eval[[]string](b, `[...document.querySelectorAll('.phase li:has([aria-pressed="true"])')].map(e => e.dataset.item)`))
	assert.Contains(t, eval[string](b, `location.search`), "request=visitor%3A3.19")
	b.press("#forget-go")
	b.until(within(90*time.Second), `document.querySelector(".lane-retrain").classList.contains("is-done")`)
	b.until(within(30*time.Second), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	assert.Contains(t, b.text("#compare caption"), "some of your own clicks: 2 clicks")
	assert.Contains(t, b.text(".shelf-note"), "forgot")
	b.clean()
}
