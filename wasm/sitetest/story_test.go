package sitetest

import (
	"strconv"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/chromedp/chromedp/kb"
	"github.com/stretchr/testify/assert"
)

// The whole story with the keyboard alone: like, look at the map, train, choose what must go, forget, compare, doubt,
// cheat, undo, erase, save the receipt, change the theme and the language. No task on the main thread is long.
func TestStoryByKeyboard(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("?epochs=3&model=bpr")
	b.ready()
	time.Sleep(time.Second) // loading is over
	enter, space := chromedp.KeyEvent(kb.Enter), chromedp.KeyEvent(" ")
	tasks := b.traced(func() {
		b.tabTo("#wall li:nth-child(2) .hang")
		b.steps(space)
		b.until(5*time.Second, `document.querySelector(".shelf-note").textContent.includes("one click")`)
		b.tabTo("#atlas")
		b.until(10*time.Second, `!document.querySelector(".atlas-none")`)
		b.steps(chromedp.KeyEvent(kb.ArrowRight))
		b.until(3*time.Second, `document.querySelector(".atlas-tip span").textContent !== ""`)
		b.tabTo("#train-go")
		b.steps(enter)
		b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
		b.free(within(60 * time.Second))
	})
	t.Logf("longest tasks, ms of processor time: %.1f", tasks[:5])
	assert.Less(t, tasks[0], 50.0)

	// The first of a group of radio buttons has the focus; arrows choose.
	tasks = b.traced(func() {
		b.tabTo(`#forget input[name="kind"]`)
		b.steps(space)
		b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
		b.tabTo("#forget-go")
		b.steps(enter)
		b.until(within(2*time.Minute), `document.querySelector("#doubt-verdict") && !document.querySelector("#forget-go").disabled`)
		b.tabTo("#relearn-go")
		b.steps(enter)
		b.until(within(time.Minute), `document.querySelector("#relearn .audit-numbers")`)
		assert.Contains(t, eval[string](b, `location.search`), "did=train.forget.race")
		b.tabTo("#cheat-mask-only")
		b.steps(enter)
		b.until(5*time.Second, `document.querySelector("#forget-go").disabled`)
		b.until(within(time.Minute), `/caught/.test((document.querySelector("#doubt-verdict") || {}).textContent) && !document.querySelector("#forget-go").disabled`)
	})
	t.Logf("longest tasks, ms of processor time: %.1f", tasks[:5])
	assert.Less(t, tasks[0], 50.0)

	for _, w := range []int64{360, 768, 1440} { // the ways of both lanes are drawn still
		b.steps(chromedp.EmulateViewport(w, 900))
		b.until(5*time.Second, `innerWidth === `+strconv.Itoa(int(w)))
		assert.LessOrEqual(t, eval[int](b, `document.documentElement.scrollWidth`), int(w), "nothing hangs over at %d", w)
	}
	eval[any](b, `document.querySelector("#main").focus()`)
	b.tabTo("#forget-undo")
	b.steps(enter)
	b.until(10*time.Second, `!document.querySelector("#doubt-verdict")`)
	b.tabTo("#erase-arm")
	b.steps(enter)
	b.tabTo("#erase-go")
	b.steps(enter)
	b.until(within(time.Minute), `document.querySelector("#erase-receipt")`)
	b.tabTo("#cheat-forge")
	b.steps(enter)
	b.until(within(20*time.Second), `document.querySelectorAll(".forged .bad").length === 1`)
	eval[any](b, `document.querySelector(".mark").focus()`)
	b.tabTo("#lang")
	b.steps(enter)
	b.until(3*time.Second, `document.documentElement.lang === "de" && /lang=de/.test(location.search)`)
	assert.Equal(t, "Lethe: ein Empfehler, der vergisst", eval[string](b, `document.title`))
	b.tabTo("#lang + .quiet")
	b.steps(enter)
	b.until(3*time.Second, `document.documentElement.dataset.theme === "light"`)
	b.steps(chromedp.NavigateBack())
	b.until(5*time.Second, `document.documentElement.lang === "en"`)
	b.clean()
}
