package sitetest

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// ask puts a command to the page's engine and waits for its answer.
func ask[T any](b *tab, op api.Op, head any) (out T) {
	b.t.Helper()
	text, err := json.Marshal(head)
	require.NoError(b.t, err)
	answer, err := chromedp.Run(b.ctx, chromedp.Evaluate[string](fmt.Sprintf(`new Promise((yes, no) => {
		const engine = lethePage.engine, id = 900000 + Math.round(performance.now());
		engine.addEventListener("message", function hear({data}) {
			if (data.id !== id || data.op === "progress") return;
			engine.removeEventListener("message", hear);
			const text = typeof data.head === "string" ? data.head : JSON.stringify(data.head);
			data.op === "done" ? yes(text) : no(new Error(text));
		});
		engine.postMessage({v: %d, id, op: %q, head: %q});
	})`, api.Version, op, text), chromedp.EvalAwaitPromise))
	require.NoError(b.t, err, "%s %s", op, text)
	require.NoError(b.t, json.Unmarshal([]byte(answer), &out))
	return out
}

// One user, one item and one interaction of Amazon Baby, forgotten by the page's engine: the seconds are the engine's own, from the request
// to the new weights. Retrain's are of the single epoch that the model was trained for here.
func TestForgetOneOnThePage(t *testing.T) {
	files, err := os.ReadDir(filepath.Join(sharedData, "baby"))
	if err != nil {
		t.Skip("Amazon Baby is not at " + sharedData + "/baby")
	}
	d, err := data.Load(os.DirFS(filepath.Join(sharedData, "baby")), data.Options{})
	require.NoError(t, err)
	u := 0
	for len(d.Train.Row(u)) < 2 {
		u++
	}
	user, item := d.UserIDs[u], d.ItemIDs[d.Train.Row(u)[0]]
	b := open(t, 1440, 900)
	b.visit("?backend=simd")
	b.ready()
	b.dropFolder("baby", files)
	b.until(20*time.Second, `/19,445/.test(document.querySelector(".facts").textContent)`)
	b.until(10*time.Second, `!document.querySelector("#train-go").disabled`)
	b.enter(`input[name="epochs"]`, `"1"`)
	b.press("#train-go")
	b.until(5*time.Second, `document.querySelector("#train-go").disabled`)
	b.free(90 * time.Second)
	retrain := ask[api.Row](b, api.OpUnlearn, api.Unlearn{Method: "retrain", Request: "user:" + user})
	for _, request := range []string{"user:" + user, "item:" + item, "pair:" + user + "/" + item} {
		best := time.Hour
		for range 3 { // the first one finds code that was never run
			row := ask[api.Row](b, api.OpUnlearn, api.Unlearn{Method: "lethe", Request: request})
			took := time.Duration(*row.Seconds * float64(time.Second))
			t.Logf("%s: %d interactions forgotten in %.1f ms; Retrain's one epoch takes %.2f s, %.0f times as long", request, row.Forget.Pairs,
				1000*took.Seconds(), *retrain.Seconds, *retrain.Seconds/took.Seconds())
			best = min(best, took)
		}
		assert.Less(t, best, within(100*time.Millisecond), request)
	}
	b.clean()
}
