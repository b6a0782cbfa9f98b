package sitetest

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/ui"
)

var update = flag.Bool("update", false, "take the served prints from the built catalogue")

// A visitor's first two seconds: prints, then a ranking, and nothing that jumps.
func TestFirstRecommendations(t *testing.T) {
	var b *tab
	took, limit := time.Hour, within(2*time.Second)
	for try := 0; try < 3 && took > limit; try++ { // the best of three: other programs may hold the processor
		b = open(t, 1440, 900)
		b.visit("")
		b.ready()
		took = min(took, time.Duration(eval[float64](b, `firstLive`)*float64(time.Millisecond)))
		t.Logf("first recommendations %v after navigation", took)
	}
	assert.Less(t, took, limit)
	require.Len(t, b.shelf(), 12)
	assert.Equal(t, 36, eval[int](b, `document.querySelectorAll("#wall .print").length`))
	assert.Less(t, eval[float64](b, `shifts.reduce((n, s) => n + s.value, 0)`), .01, "layout shifts: %v", eval[[]any](b, `shifts`))
	b.until(5*time.Second, `[...document.querySelectorAll("#wall img")].some(i => i.complete && i.naturalWidth === 320)`)
	b.clean()
}

// The page says something before any program runs, and without JavaScript.
func TestServedPage(t *testing.T) {
	b := open(t, 1440, 900)
	page, err := os.ReadFile(filepath.Join(siteDir(t), "index.html"))
	require.NoError(t, err)
	assert.Contains(t, string(page), "Then make it forget.")
	b.visit("")
	b.ready()
	served := strings.Count(string(page), `class="print"`)
	assert.Equal(t, 36, eval[int](b, `[...document.querySelectorAll("#wall img")].filter(e => served.has(e)).length`), "the program takes the served pictures over")
	assert.Less(t, eval[float64](b, `[...served].filter(e => !e.isConnected).length / served.size`), .05, "and nearly all the rest: %s",
		eval[string](b, `[...served].filter(e => !e.isConnected).map(e => e.outerHTML.slice(0, 60)).join("\n")`))
	assert.Equal(t, 36, served)
	for _, title := range eval[[]string](b, `[...document.querySelectorAll("#wall .plate-title")].map(e => e.innerHTML)`) {
		assert.Contains(t, string(page), `<span class="plate-title">`+title+`</span>`, "the served wall is the wall that stays")
	}
}

// The prints that the page is served with are the first of the demo catalogue.
func TestFirstPrints(t *testing.T) {
	shelf := filepath.Join("..", "..", "ui", "first_shelf.json")
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	listed := eval[[]int](b, `[...document.querySelectorAll(".shelf .rec")].map(e => Number(e.dataset.item))`)
	z, err := zip.OpenReader(filepath.Join(siteDir(t), "demo", "catalogue.zip"))
	require.NoError(t, err)
	defer z.Close()
	f, err := z.Open("catalog.json")
	require.NoError(t, err)
	var all []api.Item
	require.NoError(t, json.NewDecoder(f).Decode(&all))
	var first bytes.Buffer
	for k, i := range listed {
		all[i].Count = 0
		line, err := json.Marshal(map[string]any{"Index": i, "Item": all[i]})
		require.NoError(t, err)
		first.WriteString(map[bool]string{true: "[\n", false: ",\n"}[k == 0])
		first.Write(line)
	}
	first.WriteString("\n]\n")
	same(t, shelf, first.String())
	var prints bytes.Buffer
	for i, it := range all[:ui.PageSize] {
		it.Count = 0
		line, err := json.Marshal(it)
		require.NoError(t, err)
		prints.WriteString(map[bool]string{true: "[\n", false: ",\n"}[i == 0])
		prints.Write(line)
	}
	prints.WriteString("\n]\n")
	same(t, filepath.Join("..", "..", "ui", "first.json"), prints.String())
}

// same compares a file that the page is served from with what the built site says.
func same(t *testing.T, file, want string) {
	t.Helper()
	if *update {
		require.NoError(t, os.WriteFile(file, []byte(want), 0o644))
	}
	kept, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, want, string(kept), "go test ./wasm/sitetest -run TestFirstPrints -update && go test ./ui -run TestServed -update")
}

func TestLikeChangesTheShelf(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	before := b.shelf()
	for i := 2; i <= 4; i++ {
		b.click("#wall li:nth-child(" + string(rune('0'+i)) + ") .hang")
	}
	b.until(5*time.Second, `document.querySelector(".shelf-note").textContent.includes("3 clicks")`)
	b.until(5*time.Second, `document.querySelectorAll(".shelf .rec").length === 12`)
	after := b.shelf()
	assert.NotEqual(t, before, after)
	assert.Equal(t, 3, eval[int](b, `document.querySelectorAll('#wall .hang[aria-pressed="true"]').length`))
	liked := eval[[]string](b, `[...document.querySelectorAll('#wall .hang[aria-pressed="true"]')].map(e => e.getAttribute("aria-label").replace(/, by.*/, ""))`)
	for _, l := range liked {
		for _, s := range after {
			assert.NotContains(t, s, l+":", "what is liked already is not recommended")
		}
	}
	assert.Equal(t, "?likes=1.2.3", eval[string](b, `location.search`))

	// Back takes the last click back; a reload finds everything again.
	b.steps(chromedp.NavigateBack())
	b.until(5*time.Second, `location.search === "?likes=1.2" && document.querySelector(".shelf-note").textContent.includes("2 clicks")`)
	two := b.shelf()
	b.steps(chromedp.Reload())
	b.until(20*time.Second, `document.querySelector(".shelf-note").textContent.includes("2 clicks") && document.querySelectorAll(".shelf .rec").length === 12`)
	assert.Equal(t, two, b.shelf(), "the same clicks give the same shelf")
	b.click(`#wall li:nth-child(6) .near`)
	b.until(5*time.Second, `document.querySelector("#shelf-title").textContent.startsWith("Close to")`)
	b.clean()
}

func TestFilterAndPages(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	b.steps(chromedp.SendKeys(chromedp.CSS(`input[name="q"]`), "fern"))
	b.until(3*time.Second, `document.querySelector(".count").textContent.includes("of 1,000")`)
	titles := eval[[]string](b, `[...document.querySelectorAll("#wall .hang")].map(e => e.getAttribute("aria-label"))`)
	assert.NotEmpty(t, titles)
	assert.Equal(t, "fern", eval[string](b, `document.querySelector('input[name="q"]').value`), "typing is not disturbed")
	b.visit("?theme=Sea")
	b.ready()
	assert.Equal(t, "Sea", eval[string](b, `document.querySelector('select[name="theme"]').value`))
	b.visit("")
	b.ready()
	firstPage := b.text("#wall")
	b.click(".pager .button:last-child")
	b.until(3*time.Second, `location.search === "?page=1" && document.querySelector(".pager .figure").textContent === "2 of 28"`)
	assert.NotEqual(t, firstPage, b.text("#wall"))
	b.clean()
}

// Training draws its curve, keeps the page fluid, and stops at once.
func TestTrainAndStop(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?epochs=1000#train")
	b.ready()
	time.Sleep(time.Second) // loading is over, and its long tasks are told of
	eval[any](b, `longTasks.length = 0`)
	tasks := b.traced(func() {
		b.click("#train-go")
		b.until(20*time.Second, `(document.querySelector(".line.after").getAttribute("d") || "").split("L").length > 5`)
		b.until(5*time.Second, `/Epoch \d+ of 1,000, about \d+ (seconds|minutes) left/.test(document.querySelector("#train-state").textContent)`)
		// A visitor goes on looking around meanwhile.
		b.press("#wall li:nth-child(5) .hang")
		b.press(`.chart-foot .quiet`)
		b.until(3*time.Second, `document.querySelectorAll("#train tbody tr").length > 3`)
		b.press(".pager .button:last-child")
		time.Sleep(3 * time.Second)
	})
	t.Logf("longest tasks while training, ms of processor time: %.1f; by the clock over 50: %v", tasks[:5], eval[[]any](b, `longTasks`))
	assert.Less(t, tasks[0], 50.0)
	limit := within(200 * time.Millisecond)
	start := time.Now()
	b.press("#train-stop")
	b.free(5 * time.Second)
	took := time.Since(start)
	t.Logf("idle %v after Stop", took)
	assert.Less(t, took, limit)
	assert.Contains(t, b.text("#train-state"), "Stopped")
	b.until(5*time.Second, `document.querySelector(".shelf-note").textContent.includes("one click")`)
	b.clean()
}

// Training to the end replaces the model.
func TestTrainToTheEnd(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?epochs=3&likes=4.9&model=bpr")
	b.ready()
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(60 * time.Second)
	assert.Regexp(t, `BPR-MF: 3 epochs in`, b.text("#train-state"))
	assert.Regexp(t, `Recall@20 0\.\d{4}`, b.text("#train .reading"))

	// Now the model knows the visitor's clicks, and can be asked to forget them.
	b.press(`#forget input[value="visitor"]`)
	b.until(5*time.Second, `document.querySelector("#forget-touch").textContent.startsWith("Would touch 2 clicks of one person on 2 prints")`)
	b.press(`#forget input[value="user"]`)
	b.enter(`input[name="user"]`, `"u0002"`)
	b.until(5*time.Second, `/Would touch \d+ clicks of one person/.test(document.querySelector("#forget-touch").textContent)`)
	b.enter(`input[name="user"]`, `"nobody"`)
	b.until(5*time.Second, `document.querySelector("#forget-touch").classList.contains("bad")`)
	t.Log(b.text("#forget-touch"))
	assert.True(t, eval[bool](b, `document.querySelector("#forget-go").disabled`))
	b.clean()
}

// The story: a creator withdraws, both lanes run, the comparison says what it means.
func TestForgetAndCompare(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.2&epochs=8")
	b.ready()
	// A quickly trained model keeps Retrain short; it trains with the model's own settings.
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(60 * time.Second)
	b.press(`#forget input[value="creator"]`)
	b.until(5*time.Second, `document.querySelector("#forget-touch").textContent.startsWith("Would touch") || document.querySelector('select[name="who"]')`)
	b.enter(`select[name="who"]`, `e.options[1].value`)
	b.until(5*time.Second, `/Would touch [\d,]+ clicks of [\d,]+ people on [\d,]+ prints: [\d.]+ %/.test(document.querySelector("#forget-touch").textContent)`)
	b.until(5*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(90*time.Second, `document.querySelector(".lane-after").classList.contains("is-done")`)
	b.until(30*time.Second, `document.querySelector("#compare .measures")`)
	assert.Contains(t, b.text("#forget-touch"), "Would touch")
	b.until(90*time.Second, `document.querySelector(".lane-retrain").classList.contains("is-done")`)
	b.until(30*time.Second, `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	rows := eval[[]string](b, `[...document.querySelectorAll("#compare tbody tr")].map(r => r.textContent)`)
	t.Log(strings.Join(rows, "\n"))
	assert.GreaterOrEqual(t, len(rows), 5)
	creator := eval[string](b, `document.querySelector('select[name="who"]').value`)
	assert.Contains(t, b.text("#compare caption"), creator)
	assert.NotEmpty(t, b.text("#gauge-reading"))
	b.clean()
}

func drop(b *tab, files map[string]string) {
	b.t.Helper()
	js := `(() => { const d = new DataTransfer();`
	for name, content := range files {
		js += ` d.items.add(new File([` + quote(content) + `], ` + quote(name) + `));`
	}
	js += ` for (const type of ["dragenter", "dragover", "drop"]) document.getElementById("drop").dispatchEvent(new DragEvent(type, {dataTransfer: d, bubbles: true, cancelable: true})); return true; })()`
	require.True(b.t, eval[bool](b, js))
}

func TestDropFiles(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?likes=1.2")
	b.until(20*time.Second, `document.querySelector(".shelf-note").textContent.includes("2 clicks") && document.querySelectorAll(".shelf .rec").length === 12`)
	shelf := b.shelf()
	good := "user,item,rating\n"
	for u := range 30 {
		for i := range 12 {
			good += "u" + string(rune('A'+u%26)) + string(rune('a'+u/26)) + ",i" + string(rune('a'+(u+i*3)%20)) + ",5\n"
		}
	}
	drop(b, map[string]string{"interactions.csv": strings.Replace(good, "5\n", "four stars\n", 1)})
	b.ready() // what is dropped before the engine is there is opened next
	b.until(5*time.Second, `document.querySelector("#notice-data")`)
	notice := b.text("#notice-data")
	t.Log(notice)
	for _, want := range []string{"interactions.csv", "four stars", "Line2", "Nothing was lost"} {
		assert.Contains(t, notice, want)
	}
	assert.Equal(t, shelf, b.shelf(), "what was open stays open")
	assert.Equal(t, "?likes=1.2", eval[string](b, "location.search"))

	drop(b, map[string]string{"interactions.csv": good})
	b.until(5*time.Second, `document.querySelector(".facts").textContent.includes("interactions") && !document.querySelector("#notice-data")`)
	assert.Contains(t, b.text(".shelf"), "no model")
	b.visit("#data")
	b.clean()
}

// dropFolder drops the files of a real data set.
func (b *tab) dropFolder(set string, files []os.DirEntry) {
	b.t.Helper()
	var names []string
	for _, f := range files {
		names = append(names, quote(f.Name()))
	}
	eval[any](b, `void (async () => { const d = new DataTransfer();
		for (const n of [`+strings.Join(names, ",")+`]) d.items.add(new File([await (await fetch("`+sharedPath+set+`/" + n)).arrayBuffer()], n));
		for (const type of ["dragenter", "dragover", "drop"]) document.getElementById("drop").dispatchEvent(new DragEvent(type, {dataTransfer: d, bubbles: true, cancelable: true})); })()`)
}

// The largest model on a real data set: its steps take longer than a visitor waits for Stop, and
// the page has its time left and stays fluid all the same.
func TestTrainTheLargestModelAndStop(t *testing.T) {
	files, err := os.ReadDir(filepath.Join(sharedData, "baby"))
	if err != nil {
		t.Skip("Amazon Baby is not at " + sharedData + "/baby")
	}
	b := open(t, 1440, 900)
	b.visit("?model=mgcn&backend=simd")
	b.ready()
	b.dropFolder("baby", files)
	b.until(20*time.Second, `/19,445/.test(document.querySelector(".facts").textContent)`)
	b.until(10*time.Second, `!document.querySelector("#train-go").disabled`)
	b.press("#train-go")
	tasks := b.traced(func() {
		b.until(60*time.Second, `/Epoch \d+ of [\d,]+, about \d+ (seconds|minutes|hours) left/.test(document.querySelector("#train-state").textContent)`)
		eval[any](b, `void (function frame() { globalThis.framesSeen = (globalThis.framesSeen || 0) + 1; requestAnimationFrame(frame); })()`)
		start, first := time.Now(), eval[float64](b, `framesSeen`)
		time.Sleep(3 * time.Second)
		frames := (eval[float64](b, `framesSeen`) - first) / time.Since(start).Seconds()
		t.Logf("%.0f frames a second", frames)
		assert.Greater(t, frames, 50*float64(time.Second)/float64(within(time.Second)))
	})
	t.Logf("%s; longest tasks of the page, ms of processor time: %.1f", b.text("#train-state"), tasks[:5])
	assert.Less(t, tasks[0], 50.0)
	for k := range 4 { // at any moment of a step
		if k > 0 {
			b.press("#train-go")
			b.until(60*time.Second, `/ left/.test(document.querySelector("#train-state").textContent)`)
			time.Sleep(time.Duration(1000+137*k) * time.Millisecond)
		}
		limit := within(200 * time.Millisecond)
		start := time.Now()
		b.press("#train-stop")
		b.free(5 * time.Second)
		took := time.Since(start)
		t.Logf("idle %v after Stop", took)
		assert.Less(t, took, limit)
		assert.Contains(t, b.text("#train-state"), "Stopped")
	}
	t.Logf("at most %d MB", b.memory())
	assert.Less(t, b.memory(), 1000)
	b.clean()
}

// A real data set, dropped as its files, loads, trains and forgets.
func TestDropRealData(t *testing.T) {
	files, err := os.ReadDir(filepath.Join(sharedData, "baby"))
	if err != nil {
		t.Skip("Amazon Baby is not at " + sharedData + "/baby")
	}
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	b.dropFolder("baby", files)
	b.until(20*time.Second, `/19,445/.test(document.querySelector(".facts").textContent)`)
	t.Log(b.text(".facts"))
	b.until(10*time.Second, `!document.querySelector("#train-go").disabled`)
	b.enter(`input[name="epochs"]`, `"1"`)
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(90 * time.Second)
	t.Logf("%s; at most %d MB", b.text("#train-state"), b.memory())
	assert.Regexp(t, `LightGCN: one epoch in`, b.text("#train-state"))
	assert.Less(t, b.memory(), 600)
	b.press(`#forget input[value="user"]`)
	b.enter(`input[name="user"]`, `"17"`)
	b.until(5*time.Second, `/Would touch \d+ interactions|Would touch \d+ clicks/.test(document.querySelector("#forget-touch").textContent)`)
	b.until(5*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(90*time.Second, `document.querySelector(".lane-after").classList.contains("is-done")`)
	b.until(90*time.Second, `document.querySelector(".lane-retrain").classList.contains("is-done")`)
	b.until(30*time.Second, `document.querySelectorAll("#compare tbody tr").length >= 5`)
	t.Log(b.text("#compare tbody"))
	b.clean()
}

// The lab is a link away: its engine has the methods that people compare.
func TestLab(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	methods := `[...document.querySelectorAll("input[name=method]")].map(e => e.value)`
	all := `#forget .panel > button.quiet`
	b.press(all)
	b.until(5*time.Second, `document.querySelector(".to-lab")`)
	assert.NotContains(t, eval[[]string](b, methods), "ssd")
	b.press(".to-lab")
	b.until(30*time.Second, `location.search === "?lab=1" && document.querySelector("`+all+`")`)
	b.ready()
	b.press(all)
	b.until(5*time.Second, `document.querySelector("input[name=method][value=ssd]")`)
	assert.Subset(t, eval[[]string](b, methods), []string{"lethe", "mmrecun", "ssd", "flat", "newton-user", "mask-only"})
	b.clean()
}

// Everything can be reached and done with the keyboard.
func TestKeyboard(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	seen := map[string]bool{}
	for range 60 {
		b.steps(chromedp.KeyEvent("\t"))
		at := eval[string](b, `(e => e.className + "|" + (e.name || e.id || ""))(document.activeElement)`)
		seen[at] = true
		if at == "hang|" && eval[string](b, `document.activeElement.getAttribute("aria-pressed")`) == "false" && len(seen) > 0 && !seen["liked"] {
			b.steps(chromedp.KeyEvent(" "))
			seen["liked"] = true
		}
	}
	for _, want := range []string{"skip|", "mark|", "|q", "|creator", "hang|", "near|"} {
		assert.True(t, seen[want], "%q cannot be reached: %v", want, seen)
	}
	b.until(3*time.Second, `location.search.startsWith("?likes=")`)
	b.clean()
}

// The page fits the narrowest phone and the widest screen.
func TestWidths(t *testing.T) {
	b := open(t, 1440, 900)
	for _, w := range []int64{360, 768, 1024, 1440, 3840} {
		b.steps(chromedp.EmulateViewport(w, 900))
		b.visit("?likes=1.2")
		b.ready()
		assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), int(w), "nothing hangs over at %d", w)
		small := eval[[]string](b, `[...document.querySelectorAll("button, a, select, input:not([type=radio])")].filter(e => e.offsetParent && !e.matches(".skip") && e.getBoundingClientRect().height < 24).map(e => e.outerHTML.slice(0, 80))`)
		assert.Empty(t, small, "targets too small to touch")
	}
	b.clean()
}

// Where a program is missing the page says so and keeps its prints.
func TestMissingPrograms(t *testing.T) {
	for _, c := range []struct{ missing, where, want string }{
		{"/engine.wasm", ".alert", "could not be fetched"},
		{"/engine.js", ".alert", "could not be loaded"},
		{"/app.wasm", "#failed", "could not start"},
	} {
		b := open(t, 1440, 900, c.missing)
		b.visit("")
		b.until(10*time.Second, `(e => e && e.offsetParent && e.textContent.includes(`+quote(c.want)+`))(document.querySelector(`+quote(c.where)+`))`)
		t.Log(b.text(c.where))
		assert.Equal(t, 36, eval[int](b, `document.querySelectorAll("#wall img").length`))
	}
}
