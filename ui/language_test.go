package ui

import (
	"html"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/recsys/api"
	"lethe/ui/text"
)

func TestLanguage(t *testing.T) {
	d := at(t, "?likes=1")
	d.open(5)
	d.do(Prefers{[]string{"fr", "de-CH", "en"}})
	assert.Equal(t, []Command{Speak{"de", "Lethe: ein Empfehler, der vergisst"}}, d.sent)
	assert.Empty(t, d.s.Link.Lang, "the browser's wish stays out of the address")
	html := drawn(t, d.s)
	assert.Contains(t, html, "Klick an, was dir gefällt.")
	d.sent = nil
	d.do(Language{"en"})
	assert.Equal(t, []Command{Speak{"en", "Lethe: a recommender that forgets"}, Visit{URL: "?lang=en&likes=1", New: true}}, d.sent)
	assert.Contains(t, drawn(t, d.s), "Click what you like.")
	d.do(Came{ParseLink("?lang=de&likes=1")})
	assert.Equal(t, "de", d.s.Lang, "back works")
	d.do(Language{"en"}, Came{ParseLink("?likes=1")})
	assert.Equal(t, "de", d.s.Lang, "the browser's wish again")

	e := at(t, "?lang=de")
	e.do(Prefers{[]string{"en"}})
	assert.Equal(t, "de", e.s.Lang, "the address goes first")
}

// The pages beside the story have their German beside their English, with the same arguments.
func TestPagesAreInBothLanguages(t *testing.T) {
	argument := regexp.MustCompile(`\{\d\}`)
	for page, least := range map[string]int{"verify.html": 69, "bench.html": 14} {
		said := regexp.MustCompile(`<(?:h1|h2|p|span|button)([^<>]*)>([^<>]+)</`).FindAllStringSubmatch(readAll(t, "../public/"+page), -1)
		assert.GreaterOrEqual(t, len(said), least, page)
		for _, m := range said {
			if strings.TrimSpace(m[2]) == "" {
				continue
			}
			german := regexp.MustCompile(`data-de="([^"]+)"`).FindStringSubmatch(m[1])
			if assert.NotNil(t, german, m[2]) {
				assert.ElementsMatch(t, argument.FindAllString(m[2], -1), argument.FindAllString(german[1], -1), m[2])
			}
		}
	}
}

// What a receipt says of erased things and of its limits is signed in English; the page that checks it has each sentence in German, and none
// that receipts no longer say.
func TestReceiptsAreReadInGerman(t *testing.T) {
	inventory := readAll(t, "../recsys/erase/inventory.go")
	var says, known []string
	for _, m := range regexp.MustCompile(`\{"[^"]+", (?:Stored|Memory|Derived|Exported), "([^"]+)"\}|\s"([A-Z][^"]{40,})",|append\(l, "([^"]+)"`).FindAllStringSubmatch(inventory, -1) {
		says = append(says, m[1]+m[2]+m[3])
	}
	for _, m := range regexp.MustCompile(`<p data-signed data-de="[^"]+">([^<]+)</p>`).FindAllStringSubmatch(readAll(t, "../public/verify.html"), -1) {
		known = append(known, html.UnescapeString(m[1]))
	}
	assert.Greater(t, len(says), 25)
	assert.ElementsMatch(t, says, known)
}

// The script of the page that measures says only what stands in the page.
func TestBenchScriptHasNoWordOfItsOwn(t *testing.T) {
	page, script := readAll(t, "../public/bench.html"), readAll(t, "../public/bench.js")
	keys := regexp.MustCompile(`say\("([^"]+)"`).FindAllStringSubmatch(script, -1)
	assert.NotEmpty(t, keys)
	for _, k := range keys {
		assert.Contains(t, page, `data-say="`+k[1]+`"`)
	}
	assert.Empty(t, regexp.MustCompile("textContent = [\"`]").FindAllString(script, -1))
}

// A German page has no English sentence left in it: every word comes from the catalogue.
func TestNoWordOutsideTheCatalogue(t *testing.T) {
	d := skeptic(t)
	d.do(Language{"de"}, StartForget{})
	d.answer(d.only(api.OpUnlearn), row("lethe", 2, .01))
	for _, m := range d.posted() {
		if m.Op == api.OpUnlearn {
			d.answer(m, row("retrain", 9, 0))
		}
	}
	d.compared(map[api.Slot]api.Row{api.Before: row("", 17, .2), api.After: row("lethe", 2, .01), api.Retrain: row("retrain", 17, 0)})
	d.s.Link.Lab = true
	d.s.Link.Likes = []int{1, 2}
	html := drawn(t, d.s)
	for _, key := range text.Keys() {
		english, german := text.Of("en", key), text.Of("de", key)
		if english != german && len(english) > 12 && !regexp.MustCompile(`\{`).MatchString(english) && key != "lang.label" {
			assert.NotContains(t, html, ">"+english+"<", key)
		}
	}
	assert.Contains(t, html, "0,51", "numbers as German writes them")
}
