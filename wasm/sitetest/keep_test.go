package sitetest

import (
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/cdproto/dom"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// erased erases what the form says and waits for the second tier.
func (b *tab) erased() {
	b.t.Helper()
	b.until(10*time.Second, `!document.querySelector("#erase-arm").disabled`)
	b.press("#erase-arm")
	b.until(5*time.Second, `document.querySelector("#erase-go")`)
	b.press("#erase-go")
	b.until(60*time.Second, `document.querySelector("#tier-unlearned.is-reached")`)
}

// What was trained is there after a reload; what is erased is hidden at once, unlearned in a
// moment, exact in idle time, and gone after a reload too. The figures are printed.
func TestKeepEraseReload(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.2&epochs=8")
	b.ready()
	assert.Contains(t, b.text("#kept"), "Kept in this browser")
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(60 * time.Second)
	theta := b.text("#train-state")
	b.steps(chromedp.Reload())
	b.ready()
	assert.Regexp(t, `LightGCN.*8 epochs|trained beforehand`, b.text("#train-state"), theta)
	assert.Equal(t, 36, eval[int](b, `document.querySelectorAll("#wall img").length`), "the demo's pictures are there")

	b.press(`#forget input[value="user"]`)
	b.enter(`input[name="user"]`, `"u0002"`)
	b.until(5*time.Second, `/Would touch \d+ clicks of one person/.test(document.querySelector("#forget-touch").textContent)`)
	eval[any](b, `longTasks.length = 0`)
	b.erased()
	t.Log(b.text(".tiers"))
	assert.NotContains(t, eval[string](b, "location.href"), "u0002", "the address names nobody")
	eval[any](b, `void (globalThis.frames60 = [], (function frame(last) { requestAnimationFrame((now) => { if (last) frames60.push(now - last); frame(now); }); })(0))`)
	b.until(90*time.Second, `document.querySelector("#tier-exact.is-reached")`)
	t.Log(b.text(".tiers"))
	t.Logf("main thread blocked over 50 ms meanwhile: %v", eval[[]any](b, `longTasks`))
	t.Logf("frames while it trained again: %v, of them more than 25 ms after the one before: %v, the longest %.0f ms",
		eval[int](b, `frames60.length`), eval[int](b, `frames60.filter((ms) => ms > 25).length`), eval[float64](b, `Math.max(0, ...frames60)`))
	b.steps(chromedp.Reload())
	b.ready()
	b.press(`#forget input[value="user"]`)
	b.enter(`input[name="user"]`, `"u0002"`)
	b.until(5*time.Second, `document.querySelector("#forget-touch").classList.contains("bad")`)
	b.clean()
}

// Two tabs: the second says that it keeps nothing.
func TestSecondTabKeepsNothing(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	ctx, end := chromedp.NewContext(b.ctx)
	defer end()
	second := &tab{t: t, ctx: ctx, site: b.site}
	second.visit("")
	second.until(20*time.Second, `document.querySelector("#kept") && document.querySelector("#kept").textContent.includes("Another tab")`)
}

// A receipt made by the command line is checked by a copy of verify.html on a disk, without a
// server; every change is found. Served, the page also trains again, and the answer is the command's.
func TestVerifyPage(t *testing.T) {
	dir := t.TempDir()
	in := func(name string) string { return filepath.Join(dir, name) }
	lethe := filepath.Join("..", "..", "dist", "lethe")
	run := func(args ...string) string {
		out, err := exec.Command(lethe, args...).CombinedOutput()
		require.NoError(t, err, "%s", out)
		return string(out)
	}
	pairs := "user,item\n"
	for u := range 40 {
		for k := range 9 {
			pairs += "u" + string(rune('A'+u%20)) + string(rune('a'+u/20)) + ",i" + string(rune('A'+(3*u+k*(1+u%2))%26)) + "\n"
		}
	}
	require.NoError(t, os.Mkdir(in("data"), 0o755))
	require.NoError(t, os.WriteFile(in("data/interactions.csv"), []byte(pairs), 0o644))
	run("train", "-data", in("data"), "-merge-duplicates", "-model", "lightgcn", "-dim", "8", "-epochs", "10", "-o", in("model"))
	run("unlearn", "-data", in("data"), "-merge-duplicates", "-model-file", in("model"), "-method", "retrain", "-forget", "user:uBa", "-o", in("after"), "-receipt", in("receipt.jsonl"), "-retain", in("rest"))
	assert.Contains(t, run("verify", in("receipt.jsonl"), "-data", in("rest")), "bit for bit")
	good, err := os.ReadFile(in("receipt.jsonl"))
	require.NoError(t, err)
	changed := bytes.Replace(good, []byte(`"tier":"exact"`), []byte(`"tier":"exacT"`), 1)
	require.NoError(t, os.WriteFile(in("changed.jsonl"), changed, 0o644))

	for _, f := range []string{"verify.html", "verify.js", "style.css", "fonts/instrument-sans.woff2", "icons/lethe.svg"} {
		content, err := os.ReadFile(filepath.Join(siteDir(t), f))
		require.NoError(t, err)
		require.NoError(t, os.MkdirAll(filepath.Dir(in(f)), 0o755))
		require.NoError(t, os.WriteFile(in(f), content, 0o644))
	}
	b := open(t, 1024, 900)
	pick := func(selector string, files ...string) {
		node, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](`document.querySelector(`+quote(selector)+`).id`))
		require.NoError(t, err)
		b.setFiles(node, files)
	}
	check := func(file, want string) {
		eval[any](b, `delete document.documentElement.dataset.checked`)
		pick("#file", in(file))
		b.until(10*time.Second, `document.documentElement.dataset.checked`)
		assert.Equal(t, want, eval[string](b, `document.documentElement.dataset.checked`), b.text("#findings"))
	}
	b.steps(chromedp.Navigate("file://" + in("verify.html")))
	check("receipt.jsonl", "good")
	assert.Contains(t, b.text("#findings"), "user:uBa")
	assert.Contains(t, b.text("#receipts"), "What this does not prove")
	check("changed.jsonl", "bad")
	for at := 3; at < len(good); at += len(good) / 60 {
		c := bytes.Clone(good)
		c[at] ^= 1 << (at % 8)
		require.NoError(t, os.WriteFile(in("flipped.jsonl"), c, 0o644))
		check("flipped.jsonl", "bad")
	}

	b.steps(chromedp.Navigate("file://" + in("verify.html") + "?lang=de"))
	check("receipt.jsonl", "good")
	assert.Contains(t, b.text("#receipts"), "Ein Beleg zeigt, welche Rechnung auf welchen Bytes lief")
	assert.NotContains(t, b.text("#receipts"), "A receipt shows which computation")

	for _, u := range b.foreign {
		assert.True(t, strings.HasPrefix(u, "file://"+dir), "the copy on a disk asks for its own files only: %s", u)
	}
	b.foreign = nil

	b.visit("verify.html")
	check("receipt.jsonl", "good")
	pick("#data", in("rest"))
	b.until(60*time.Second, `document.documentElement.dataset.replayed`)
	found := b.text("#replayed")
	assert.Equal(t, "good", eval[string](b, `document.documentElement.dataset.replayed`), found)
	assert.Contains(t, found, "bit for bit: the exact tier holds")
	var native api.Verified
	require.NoError(t, json.Unmarshal([]byte(strings.TrimSpace(run("verify", in("receipt.jsonl"), "-data", in("rest"), "-json", "-"))), &native))
	assert.Equal(t, native.Findings, eval[[]string](b, `[...document.querySelectorAll("#replayed li")].map(e => e.textContent)`), "natively and in the browser")

	b.visit("verify.html?lang=de")
	check("receipt.jsonl", "good")
	assert.Contains(t, b.text("#receipts"), "retrain, exakt")
	pick("#data", in("rest"))
	b.until(60*time.Second, `document.documentElement.dataset.replayed`)
	assert.Contains(t, b.text("#replayed"), "Die Daten ohne das Gelöschte haben den Hashwert im Beleg.")
	assert.Contains(t, b.text("#replayed"), "Bit für Bit: Die Stufe exakt stimmt.")
	b.clean()
}

// setFiles gives a file field files of this machine.
func (b *tab) setFiles(id string, files []string) {
	b.t.Helper()
	object, err := chromedp.Call(b.ctx, dom.GetDocument, dom.GetDocumentParams{})
	require.NoError(b.t, err)
	node, err := chromedp.Call(b.ctx, dom.QuerySelector, dom.QuerySelectorParams{NodeID: object.Root.NodeID, Selector: "#" + id})
	require.NoError(b.t, err)
	_, err = chromedp.Call(b.ctx, dom.SetFileInputFiles, dom.SetFileInputFilesParams{NodeID: node.NodeID, Files: files})
	require.NoError(b.t, err)
	eval[any](b, `(e => { if (e.files.length) e.onchange(); })(document.getElementById(`+quote(id)+`))`)
}
