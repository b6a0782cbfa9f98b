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

// axes checks the page as it stands in both themes.
func (b *tab) axes(where string) {
	b.t.Helper()
	for _, scheme := range []string{"light", "dark"} {
		b.scheme(scheme)
		assert.Empty(b.t, b.axe(), "%s, %s", where, scheme)
	}
}

// axe-core finds nothing serious at any point of the story, in either theme.
func TestAxe(t *testing.T) {
	b := open(t, 1440, 900)
	b.scheme("light")
	b.visit("?likes=1.2&epochs=4")
	b.ready()
	b.press("#wall li:nth-child(2) .near")
	b.axes("taste")
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.axes("training")
	b.free(within(60 * time.Second))
	b.press(`#forget input[value="creator"]`)
	b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(within(90*time.Second), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	drop(b, map[string]string{"interactions.csv": "user,item,rating\nann,lamp,five\n"})
	b.until(10*time.Second, `document.querySelector("#notice-data")`)
	b.axes("compared")
	b.clean()

	b.visit("verify.html")
	b.until(5*time.Second, `document.querySelector("#file")`)
	b.axes("verify")

	// The control: a page with a nameless button and grey on grey is caught.
	eval[any](b, `void (document.body.insertAdjacentHTML("beforeend", "<button></button><p id=pale>pale</p>"), document.getElementById("pale").style.cssText = "color: #999; background: #aaa")`)
	assert.Len(t, b.axe(), 2)
}

// Nor on a link that offers its steps, on what is left of an image and what moved, with every table and an explained word.
func TestAxeImage(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.2&model=vbpr&epochs=3&request=modality:image@p0009&did=train.forget#map")
	b.until(within(20*time.Second), `document.querySelector("#again-go")`)
	b.axes("a link")
	b.press("#again-go")
	b.until(within(3*time.Minute), `!document.querySelector(".again") && document.querySelector("#residue-reading") && document.querySelector("#spread-reading")`)
	b.until(within(20*time.Second), `!document.querySelector(".atlas-none")`)
	tables := eval[int](b, `[...document.querySelectorAll("button[aria-expanded=false]")].filter((e) => !e.disabled && (e.click(), true)).length`)
	assert.Greater(t, tables, 4)
	b.until(5*time.Second, `document.querySelectorAll("#map tbody tr").length === 20`)
	b.press(`[popovertarget="term-doubt-audit"]`)
	b.axes("what is left of an image")
	b.clean()
}

// Nor on the finished relearn race with its table, a cheat that is caught, a phase, and an erasure with its receipt and a forged one.
func TestAxeDoubt(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.2&model=bpr&epochs=8&request=creator:Maren%20Tidewell&did=train.forget.race&tables=relearn")
	b.until(within(20*time.Second), `document.querySelector("#again-go")`)
	b.press("#again-go")
	b.until(within(2*time.Minute), `!document.querySelector(".again") && document.querySelectorAll("#relearn tbody tr").length > 5`)
	b.axes("the relearn race")
	b.press("#cheat-mask-only")
	b.until(within(90*time.Second), `document.querySelector(".is-caught") && !document.querySelector("#forget-go").disabled`)
	b.press(`#forget input[value="phase"]`)
	b.until(5*time.Second, `document.querySelectorAll(".phase .pick").length === 2`)
	b.axes("a cheat is caught, and a phase")
	b.press(`#forget input[value="creator"]`)
	b.erased()
	b.press("#cheat-forge")
	b.until(within(20*time.Second), `document.querySelectorAll(".forged .bad").length === 1`)
	b.axes("erased")
	b.clean()
}

// Nor on the lab with a finished table, the page that measures, and, each in German, a receipt that is checked.
func TestAxeLab(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?lang=de&lab=1&models=bpr&methods=lethe,mask-only&forget=users:5%25&epochs=2#lab")
	b.ready()
	b.press("#lab-go")
	b.until(within(time.Minute), `document.querySelectorAll("#lab tbody tr").length > 0`)
	b.axes("the lab at work")
	b.until(within(2*time.Minute), `/^Fertig/.test(document.querySelector("#lab-state").textContent)`)
	b.axes("the lab")
	b.clean()
	b.visit("bench.html?lang=de")
	b.until(within(30*time.Second), `!document.querySelector("#run").disabled`)
	b.axes("the page that measures")
}
