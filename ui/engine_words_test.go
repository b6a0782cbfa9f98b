package ui

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// What the engine says in English stands in German on the German page, and is marked as English where nobody has translated it.
func TestEngineWordsInGerman(t *testing.T) {
	d := at(t, "")
	d.do(Language{"de"})
	d.open(5)
	d.s.Data.Info.Warnings = []string{"3 entries were left out: they were erased here before", "A warning that is new."}
	d.s = d.s.noticed(AtData, api.Failure{Code: api.CodeBadInput, File: "ratings.csv", Line: 12, Value: "four", Remedy: "write it in digits",
		Message: `ratings.csv, line 12: the rating is not a whole number: "four"; write it in digits`})
	html := drawn(t, d.s)
	assert.Contains(t, html, `<p class="notice-what">Rating ist keine ganze Zahl.</p>`)
	assert.Contains(t, html, `<p class="notice-remedy">Schreib sie in Ziffern.</p>`)
	assert.Contains(t, html, `<li>3 Einträge wurden ausgelassen: Sie waren hier schon gelöscht worden.</li>`)
	assert.Contains(t, html, `<li lang="en">A warning that is new.</li>`)

	d.s = d.s.noticed(AtData, api.Failure{Code: api.CodeDevice, Message: text.Of("de", "computes.lost", "simd")})
	assert.NotContains(t, drawn(t, d.s), `<p class="notice-what" lang`, "the page's own words are German already")

	d.s.Doubt.Forged = &api.Verified{Findings: []string{"Receipt 2: the receipt was changed or is not one of Lethe's: its signature does not fit."}}
	d.s.Doubt.True = &api.Verified{Passed: true, Findings: []string{"The signature fits: nothing in it was changed since the key 0a1b signed it.", `The opening fits: the request was "item:3".`}}
	html = drawn(t, d.s)
	assert.Contains(t, html, "Beleg 2: der Beleg wurde verändert oder ist keiner von Lethe: Seine Unterschrift passt nicht.")
	assert.Contains(t, html, "Die Unterschrift passt: Nichts wurde verändert, seit der Schlüssel 0a1b unterschrieb. Die Öffnung passt: Die Anfrage war &#34;item:3&#34;.")

	d.do(Language{"en"})
	html = drawn(t, d.s)
	assert.NotContains(t, html, `lang="en">A warning`)
}
