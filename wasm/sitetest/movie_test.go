package sitetest

import (
	"bytes"
	"cmp"
	"flag"
	"image"
	"image/color"
	"image/gif"
	"image/png"
	"os"
	"slices"
	"testing"
	"time"

	"github.com/chromedp/cdproto/page"
	"github.com/chromedp/chromedp"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"
)

var movie = flag.String("movie", "", "write the animated picture of the README to this file")

// TestMovie plays the story and the lab and keeps them as an animated picture.
func TestMovie(t *testing.T) {
	if *movie == "" {
		t.Skip("the picture is made on demand: -movie public/lethe.gif")
	}
	m := &film{b: open(t, 1280, 800)}
	b := m.b
	b.scheme("light")
	b.visit("?lab=1&epochs=12&models=bpr&methods=lethe,mask-only,fine-tune&forget=users:5%25,items:5%25")
	b.ready()
	m.shoot("#app", 1400)
	for i, n := range []string{"2", "9", "14"} {
		b.press("#wall li:nth-child(" + n + ") .hang")
		b.until(5*time.Second, `/`+[]string{"one click", "2 clicks", "3 clicks"}[i]+`/.test(document.querySelector(".shelf-note").textContent)`)
		m.shoot("#app", 900)
	}
	eval[any](b, `document.querySelector("#map").scrollIntoView({behavior: "instant"})`)
	b.until(10*time.Second, `!document.querySelector(".atlas-none")`)
	m.shoot("#map", 1600)
	b.press("#train-go")
	for range 3 {
		time.Sleep(700 * time.Millisecond)
		m.shoot("#train", 500)
	}
	b.free(within(2 * time.Minute))
	b.press(`#forget input[value="creator"]`)
	b.until(10*time.Second, `!document.querySelector("#forget-go").disabled`)
	m.shoot("#forget", 1600)
	b.press("#forget-go")
	for range 4 {
		time.Sleep(600 * time.Millisecond)
		m.shoot("#forget .lanes", 500)
	}
	b.until(within(2*time.Minute), `document.querySelectorAll("#compare .column.is-retrain .entry").length === 10`)
	m.shoot("#forget .lanes", 2000)
	m.shoot("#compare", 2400)
	eval[any](b, `document.querySelector("#map").scrollIntoView({behavior: "instant"})`)
	b.until(within(10*time.Second), `document.querySelector("#atlas").dataset.slot === "all"`)
	m.shoot("#map", 2000)
	b.until(10*time.Second, `document.querySelector("#doubt-verdict")`)
	m.shoot("#doubt", 2600)
	b.press("#lab-go")
	for range 3 {
		time.Sleep(time.Second)
		m.shoot("#lab", 600)
	}
	b.until(within(2*time.Minute), `/^Done/.test(document.querySelector("#lab-state").textContent)`)
	m.shoot("#lab", 3000)
	b.clean()
	m.write(*movie)
}

// film is pictures of the page, scaled down, each with the time it stands, in hundredths of a second.
type film struct {
	b      *tab
	frames []*image.RGBA
	delays []int
}

const filmWidth, filmHeight = 800, 500

func (m *film) shoot(selector string, ms int) {
	m.b.t.Helper()
	eval[any](m.b, `document.querySelector(`+quote(selector)+`).scrollIntoView({behavior: "instant"})`)
	time.Sleep(300 * time.Millisecond)
	r, err := chromedp.Call(m.b.ctx, page.CaptureScreenshot, page.CaptureScreenshotParams{Format: page.CaptureScreenshotFormatPng})
	require.NoError(m.b.t, err)
	full, err := png.Decode(bytes.NewReader(r.Data))
	require.NoError(m.b.t, err)
	small := image.NewRGBA(image.Rect(0, 0, filmWidth, filmHeight))
	draw.CatmullRom.Scale(small, small.Rect, full, full.Bounds(), draw.Src, nil)
	m.frames, m.delays = append(m.frames, small), append(m.delays, ms/10)
}

// write encodes the film with one palette, the most frequent colours, and pixels that stay as they were left out.
func (m *film) write(file string) {
	colours := frequent(m.frames, 255)
	p := append(color.Palette{color.Transparent}, colours...)
	nearest := map[color.RGBA]uint8{}
	g := &gif.GIF{Delay: m.delays, Config: image.Config{ColorModel: p, Width: filmWidth, Height: filmHeight}}
	var last *image.Paletted
	for _, f := range m.frames {
		whole := image.NewPaletted(f.Rect, p)
		shown := image.NewPaletted(f.Rect, p)
		for i := range whole.Pix {
			c := color.RGBA{f.Pix[4*i], f.Pix[4*i+1], f.Pix[4*i+2], 255}
			k, known := nearest[c]
			if !known {
				k = uint8(1 + colours.Index(c))
				nearest[c] = k
			}
			whole.Pix[i] = k
			if last == nil || last.Pix[i] != k {
				shown.Pix[i] = k
			}
		}
		g.Image, g.Disposal = append(g.Image, shown), append(g.Disposal, gif.DisposalNone)
		last = whole
	}
	var out bytes.Buffer
	require.NoError(m.b.t, gif.EncodeAll(&out, g))
	require.NoError(m.b.t, os.WriteFile(file, out.Bytes(), 0o644))
	m.b.t.Logf("%d frames, %d bytes", len(m.frames), out.Len())
	assert.Less(m.b.t, out.Len(), 4_000_000)
}

// frequent are the n colours that most pixels have, told apart by five bits a channel, each the mean of its pixels.
func frequent(frames []*image.RGBA, n int) color.Palette {
	type bin struct{ count, r, g, b int }
	bins := make([]bin, 1<<15)
	for _, f := range frames {
		for i := 0; i < len(f.Pix); i += 4 {
			r, g, b := int(f.Pix[i]), int(f.Pix[i+1]), int(f.Pix[i+2])
			k := &bins[r>>3<<10|g>>3<<5|b>>3]
			k.count, k.r, k.g, k.b = k.count+1, k.r+r, k.g+g, k.b+b
		}
	}
	slices.SortStableFunc(bins, func(a, b bin) int { return cmp.Compare(b.count, a.count) })
	var p color.Palette
	for _, k := range bins[:n] {
		if k.count > 0 {
			p = append(p, color.RGBA{uint8(k.r / k.count), uint8(k.g / k.count), uint8(k.b / k.count), 255})
		}
	}
	return p
}
