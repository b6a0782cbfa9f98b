package sitetest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/chromedp/cdproto/emulation"
	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/require"
)

var shots = flag.String("shots", "", "write screenshots of the page to this folder")

// TestShots tells the whole story once for each width and colour scheme and keeps a
// picture of each place. It checks nothing: the pictures are for looking at.
func TestShots(t *testing.T) {
	if *shots == "" {
		t.Skip("pictures are made on demand: -shots dist/shots")
	}
	require.NoError(t, os.MkdirAll(*shots, 0o755))
	for _, scheme := range []string{"light", "dark"} {
		for _, w := range []int64{360, 768, 1440, 3840} {
			t.Run(fmt.Sprintf("%d-%s", w, scheme), func(t *testing.T) {
				tell(open(t, w, map[int64]int64{360: 740, 768: 1024, 1440: 900, 3840: 2160}[w]), fmt.Sprintf("%s/%%s-%d-%s.png", *shots, w, scheme), scheme)
			})
		}
	}
}

func tell(b *tab, file, scheme string) {
	_, err := chromedp.Call(b.ctx, emulation.SetEmulatedMedia, emulation.SetEmulatedMediaParams{Features: []*emulation.MediaFeature{
		{Name: "prefers-color-scheme", Value: scheme}, {Name: "prefers-reduced-motion", Value: "reduce"}}})
	require.NoError(b.t, err)
	b.visit("?likes=1.8.20")
	b.ready()
	b.shoot(fmt.Sprintf(file, "taste"), "#app")
	b.shoot(fmt.Sprintf(file, "wall"), "#wall")
	b.shoot(fmt.Sprintf(file, "map"), "#map")
	eval[any](b, `(e => { e.value = "12"; e.dispatchEvent(new Event("change", {bubbles: true})); })(document.querySelector('input[name="epochs"]'))`)
	b.press("#train-go")
	b.until(60*time.Second, `(document.querySelector(".line.after").getAttribute("d") || "").split("L").length > 5`)
	b.shoot(fmt.Sprintf(file, "train"), "#train")
	b.free(2 * time.Minute)
	b.press(`#forget input[value="creator"]`)
	b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
	b.press("#forget-go")
	b.until(time.Minute, `document.querySelector("#gauge-reading").textContent.startsWith("0.")`)
	b.shoot(fmt.Sprintf(file, "forgetting"), "#forget")
	b.until(2*time.Minute, `document.querySelector(".lane-retrain").classList.contains("is-done")`)
	b.until(time.Minute, `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	b.shoot(fmt.Sprintf(file, "forgot"), "#forget .lanes")
	b.shoot(fmt.Sprintf(file, "compare"), "#compare")
	eval[any](b, `document.querySelector("#map").scrollIntoView({behavior: "instant"})`)
	b.until(10*time.Second, `!document.querySelectorAll(".atlas-slots button")[2].disabled`)
	b.shoot(fmt.Sprintf(file, "maps"), "#map")
	b.press(".atlas-slots button:nth-child(2)")
	b.shoot(fmt.Sprintf(file, "map-after"), "#map")
	b.until(10*time.Second, `document.querySelector("#doubt-verdict")`)
	b.shoot(fmt.Sprintf(file, "doubt"), "#doubt")
	b.shoot(fmt.Sprintf(file, "chair"), ".chair")
	b.shoot(fmt.Sprintf(file, "spread"), "#spread")
	b.press("#relearn-go")
	b.until(within(time.Minute), `document.querySelector("#relearn .audit-numbers")`)
	b.shoot(fmt.Sprintf(file, "relearn"), "#relearn")
	b.shoot(fmt.Sprintf(file, "measures"), "#compare .measures")
	b.press(`#forget input[value="phase"]`)
	b.until(5*time.Second, `document.querySelectorAll(".phase .pick").length === 3`)
	b.shoot(fmt.Sprintf(file, "phase"), "#forget .phase")
	drop(b, map[string]string{"interactions.csv": "user,item,rating\nann,lamp,five\n"})
	b.until(10*time.Second, `document.querySelector("#notice-data")`)
	b.shoot(fmt.Sprintf(file, "data"), "#data")
	b.shoot(fmt.Sprintf(file, "foot"), ".foot")

	b.visit("?likes=1.8.20&model=vbpr&epochs=3&request=modality:image@p0009&did=train.forget")
	b.until(within(20*time.Second), `document.querySelector("#again-go")`)
	b.shoot(fmt.Sprintf(file, "again"), "#app")
	b.press("#again-go")
	b.until(within(2*time.Minute), `!document.querySelector(".again") && document.querySelector("#residue-reading")`)
	b.shoot(fmt.Sprintf(file, "residue"), "#residue")

	b.visit("?lang=de&lab=1&models=bpr&methods=lethe,mask-only,fine-tune&forget=users:5%25,items:5%25&epochs=3#lab")
	b.ready()
	b.press("#lab-go")
	b.until(within(2*time.Minute), `/^Fertig/.test(document.querySelector("#lab-state").textContent)`)
	b.shoot(fmt.Sprintf(file, "lab"), "#lab")
	b.shoot(fmt.Sprintf(file, "lab-table"), ".lab-plot")
	b.shoot(fmt.Sprintf(file, "german"), "#app")
	b.visit("verify.html")
	b.until(5*time.Second, `document.querySelector("#file")`)
	b.shoot(fmt.Sprintf(file, "verify"), "body")

	b.visit("?request=creator:Niko%20Baltasarian")
	b.ready()
	b.erased()
	b.shoot(fmt.Sprintf(file, "erased"), "#erase")
	b.press("#cheat-forge")
	b.until(within(20*time.Second), `document.querySelectorAll(".forged .bad").length === 1`)
	b.shoot(fmt.Sprintf(file, "forged"), ".chair")
}

// shoot keeps what is on the screen when an element is scrolled to its top.
func (b *tab) shoot(file, selector string) {
	eval[any](b, `document.querySelector(`+quote(selector)+`).scrollIntoView({behavior: "instant"})`)
	if selector == "#map" {
		b.until(10*time.Second, `!document.querySelector(".atlas-none")`)
	}
	b.until(5*time.Second, `[...document.images].every(i => i.complete || i.getBoundingClientRect().top > innerHeight || i.getBoundingClientRect().bottom < 0)`)
	time.Sleep(300 * time.Millisecond)
	r, err := chromedp.Call(b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	require.NoError(b.t, err)
	require.NoError(b.t, os.WriteFile(filepath.Clean(file), r.Data, 0o644))
}
