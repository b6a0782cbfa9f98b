package sitetest

import (
	"runtime"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// eavesdrop notes what the engines say of unlearning: 1 and 2 for progress of the first and the second, and their rows.
const eavesdrop = `
window.heard = []; window.rows = []; window.ended = 0;
window.Worker = class extends Worker {
	constructor(url) {
		super(url);
		const who = url.endsWith("?spare") ? 2 : 1;
		this.addEventListener("message", ({data: {op, head}}) => {
			if (op === "progress") heard.push(who);
			if (op !== "done" || !head || !head.includes('"theta_sha256"') || !head.includes('"guarantee"')) return;
			const row = JSON.parse(head);
			if (row.method) { rows.push(who + " " + row.method + " " + row.theta_sha256); heard.push(who + " done"); }
		});
	}
	terminate() { ended++; super.terminate(); }
};`

// raced trains a model, forgets a creator, and gives back what the page says of the comparison.
func raced(b *tab) []string {
	b.visit("?likes=1.2&epochs=8&model=bpr")
	b.ready()
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(within(60 * time.Second))
	b.press(`#forget input[value="creator"]`)
	b.enter(`select[name="who"]`, `e.options[1].value`)
	b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
	eval[any](b, `heard.length = 0`)
	b.press("#forget-go")
	b.until(within(2*time.Minute), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10 && document.querySelector("#doubt-verdict") && !document.querySelector("#forget-go").disabled`)
	b.until(within(20*time.Second), `document.querySelectorAll("#spread .is-retrain tbody tr").length > 0`)
	return eval[[]string](b, `[...document.querySelectorAll("#compare tbody tr")].map(r => r.textContent).filter(s => !s.startsWith("Seconds"))`)
}

// Both ways run at the same time in two engines, and come to what they come to in one.
func TestTheRaceOfTwoEngines(t *testing.T) {
	if runtime.NumCPU() < 2 {
		t.Skip("this machine has one processor, and the page no second engine")
	}
	two := open(t, 1440, 900)
	two.before(eavesdrop)
	said := raced(two)
	heard := eval[[]any](two, `heard`)
	both := map[any]bool{}
	for _, h := range heard {
		if h == "1 done" || h == "2 done" {
			break
		}
		both[h] = true
	}
	assert.Len(t, both, 2, "both move before either ends: %v", heard)
	rows := eval[[]string](two, `rows`)
	assert.Equal(t, 1, eval[int](two, `ended`), "the second engine has ended")

	one := open(t, 1440, 900)
	one.before(eavesdrop + `Object.defineProperty(Navigator.prototype, "hardwareConcurrency", {value: 1});`)
	alone := raced(one)
	require.NotContains(t, eval[[]any](one, `heard`), any(2.0))
	want := eval[[]string](one, `rows`)
	require.Len(t, want, 2)
	assert.Subset(t, rows, want, "the first engine has the same weights")
	assert.Contains(t, rows, "2"+want[1][1:], "and the second made them")
	assert.Equal(t, alone, said, "the same numbers to the last digit")
	one.clean()

	// The next race has an engine to start, and Stop ends both lanes.
	two.press("#forget-undo")
	two.until(5*time.Second, `document.querySelector(".lanes-note").textContent.startsWith("Side by side")`)
	two.press("#forget-go")
	two.until(within(30*time.Second), `document.querySelectorAll(".lanes .lane-head button").length === 2`)
	two.press(".lane-after .lane-head button")
	two.until(within(10*time.Second), `document.querySelectorAll(".lanes .lane-head button").length === 0`)
	assert.Contains(t, two.text(".lane-after .lane-state"), "Stopped")
	assert.Contains(t, two.text(".lane-retrain .lane-state"), "Stopped")
	assert.Equal(t, 2, eval[int](two, `ended`))
	two.clean()
}

// before runs a script before those of every document to come.
func (b *tab) before(script string) {
	_, err := chromedp.Call(b.ctx, page.AddScriptToEvaluateOnNewDocument, page.AddScriptToEvaluateOnNewDocumentParams{Source: script})
	require.NoError(b.t, err)
}
