package sitetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
)

// The map with 30,000 points, 10,000 prints and 20,000 people at places of a fixed sequence, handed over as Go does: `make frames` prints
// how many frames a second it draws while the pointer moves over it, and while all points travel from one model's places to another's.
func TestMapFrames(t *testing.T) {
	b := open(t, 1440, 900)
	b.visit("")
	b.ready()
	b.until(within(60*time.Second), `document.querySelector("#held")`) // nothing is fetched any more
	eval[any](b, `document.querySelector("#map").scrollIntoView({behavior: "instant"})`)
	b.until(within(20*time.Second), `!document.querySelector(".atlas-none")`)
	eval[any](b, `void (() => {
		const n = 30000, xy = new Float32Array(4 * n);
		for (let k = 0, x = 1; k < xy.length; k++) { x = x * 16807 % 2147483647; xy[k] = x / 2147483647; }
		lethePage.drawMap("before,after", n / 3, 2 * n / 3, new Uint8Array(xy.buffer));
		globalThis.frames30k = async (ms, act) => {
			let k = 0;
			const timer = setInterval(() => act(k++), 16), start = performance.now();
			let frames = 0, last = start, longest = 0;
			while (performance.now() - start < ms) {
				const now = await new Promise(requestAnimationFrame);
				frames++; longest = Math.max(longest, now - last); last = now;
			}
			clearInterval(timer);
			return [1000 * frames / (performance.now() - start), longest, frames];
		};
	})()`)
	canvas := `document.getElementById("atlas")`
	ink := eval[int](b, canvas+`.toDataURL().length`)
	for _, way := range []struct{ what, act string }{
		{"pointing", `(k) => ` + canvas + `.dispatchEvent(new PointerEvent("pointermove", {clientX: 300 + k * 7 % 900, clientY: 200 + k * 3 % 400, bubbles: true}))`},
		{"travelling", `(k) => { if (k % 18 === 0) ` + canvas + `.dataset.slot = k % 36 ? "after" : "before"; }`},
	} {
		tasks := b.traced(func() {
			eval[any](b, `void (globalThis.counted = null, frames30k(3000, `+way.act+`).then((v) => { counted = v; }))`)
			b.until(within(20*time.Second), `counted`)
		})
		v, sum := eval[[]float64](b, `counted`), 0.0
		for _, ms := range tasks {
			sum += ms
		}
		t.Logf("%s over 30,000 points: %.0f frames a second, the longest %.0f ms apart; of processor time %.1f ms a frame, at most %.1f",
			way.what, v[0], v[1], sum/v[2], tasks[0])
	}
	assert.NotEqual(t, ink, eval[int](b, canvas+`.toDataURL().length`), "the points have moved")
	b.clean()
}
