package sitetest

import (
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// The lab, from a link, with the keyboard alone: it runs, sorts, and the command line under it gives the same weights to
// the last bit.
func TestLabBench(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?lab=1&models=bpr&methods=lethe,mask-only&forget=users:5%25&seeds=3&epochs=3#lab")
	b.ready()
	b.tabTo("#lab-go")
	b.steps(chromedp.KeyEvent(kb.Enter))
	b.until(5*time.Second, `/Job 1 of 4/.test(document.querySelector("#lab-state").textContent)`)
	b.until(within(90*time.Second), `/^Done: 3 rows/.test(document.querySelector("#lab-state").textContent)`)
	cells := func(column int) []string {
		return eval[[]string](b, `[...document.querySelectorAll(".lab-table tbody tr")].map(r => r.cells[`+string(rune('0'+column))+`].textContent)`)
	}
	assert.Equal(t, []string{"retrain", "lethe", "mask-only"}, cells(1))
	b.tabTo(".lab-table th:nth-child(2) button")
	b.steps(chromedp.KeyEvent(kb.Enter))
	b.until(3*time.Second, `document.querySelector(".lab-table th:nth-child(2)").getAttribute("aria-sort") === "ascending"`)
	assert.Equal(t, []string{"lethe", "mask-only", "retrain"}, cells(1))
	assert.Equal(t, 3, eval[int](b, `document.querySelectorAll(".bench-plot circle").length`))
	for _, w := range []int64{1440, 768, 360} {
		b.steps(chromedp.EmulateViewport(w, 900))
		b.until(5*time.Second, `innerWidth === `+strconv.Itoa(int(w)))
		assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), int(w), "nothing hangs over at %d", w)
	}
	assert.Empty(t, b.axe())
	b.clean()

	// The command line.
	line := strings.Fields(b.text("#lab-command"))
	require.Equal(t, "lethe", line[0])
	program := filepath.Join(siteDir(t), "..", "lethe")
	if _, err := os.Stat(program); err != nil {
		t.Skip("dist/lethe is not built")
	}
	out, err := exec.CommandContext(b.ctx, program, append(line[1:], "-json", "-")...).Output()
	require.NoError(t, err)
	var native struct{ Rows []api.Row }
	if json.Unmarshal(out, &native) != nil || len(native.Rows) == 0 {
		require.NoError(t, json.Unmarshal(out[strings.IndexByte(string(out), '['):], &native.Rows))
	}
	theta := map[string]string{}
	for _, r := range native.Rows {
		if r.ThetaSHA256 != nil {
			theta[r.Method] = *r.ThetaSHA256
		}
	}
	column := eval[int](b, `[...document.querySelectorAll(".lab-table thead th")].findIndex(h => h.textContent.startsWith("SHA-256"))`)
	hashes := eval[[]string](b, `[...document.querySelectorAll(".lab-table tbody tr")].map(r => r.cells[`+string(rune('0'+column/10))+string(rune('0'+column%10))+`].textContent)`)
	for k, method := range cells(1) {
		require.NotEmpty(t, hashes[k])
		assert.True(t, strings.HasPrefix(theta[method], hashes[k]), "%s: %s here, %s on the command line", method, hashes[k], theta[method])
	}
}

// tabTo moves the keyboard's focus to an element, by tabs alone.
func (b *tab) tabTo(selector string) {
	b.t.Helper()
	for range 400 {
		if eval[bool](b, `document.activeElement === document.querySelector(`+quote(selector)+`)`) {
			return
		}
		b.steps(chromedp.KeyEvent(kb.Tab))
	}
	b.t.Fatalf("%s cannot be reached with the keyboard", selector)
}

// Whoever only hides is caught, whoever overdoes it is caught, and a forged receipt does not pass; undone, all is as before.
func TestDoubt(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.2&request=creator:Niko+Baltasarian")
	b.ready()
	before := b.shelf()
	for _, cheat := range []string{"mask-only", "neggrad"} {
		b.until(within(60*time.Second), `(e => e && !e.disabled)(document.querySelector("#cheat-`+cheat+`"))`)
		b.press("#cheat-" + cheat)
		b.until(5*time.Second, `document.querySelector("#forget-go").disabled`)
		b.until(within(2*time.Minute), `!document.querySelector("#forget-go").disabled && document.querySelector("#doubt-verdict")`)
		verdict := b.text("#doubt-verdict")
		t.Log(cheat, verdict)
		assert.Contains(t, verdict, "You were caught by")
	}
	b.press("#forget-undo")
	b.until(10*time.Second, `!document.querySelector("#doubt-verdict") && document.querySelectorAll(".shelf .rec").length === 12`)
	b.until(5*time.Second, `!document.querySelector(".shelf-note").textContent.includes("forgotten")`)
	b.until(within(5*time.Second), `[...document.querySelectorAll(".shelf .rec .hang")].map(e => e.getAttribute("aria-label")).join("|") === `+quote(strings.Join(before, "|")))

	b.press("#erase-arm")
	b.until(5*time.Second, `document.querySelector("#erase-go")`)
	b.press("#erase-go")
	b.until(within(2*time.Minute), `!document.querySelector("#cheat-forge").disabled`)
	assert.Equal(t, 0, eval[int](b, `document.querySelectorAll("#forget-undo").length`), "what is committed is not undone")
	b.press("#cheat-forge")
	b.until(within(20*time.Second), `document.querySelectorAll(".forged p").length === 2`)
	t.Log(b.text(".forged"))
	assert.Equal(t, 1, eval[int](b, `document.querySelectorAll(".forged .bad").length`), "the forged one alone fails")
	b.clean()
}
