package atelier

import (
	"image"
	"image/color"
	"math"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// middling is a hand with all dials in the middle.
func middling(style string) *Hand {
	return &Hand{Style: style, Density: .5, Weight: .5, Order: .5, Rough: .3, Grain: .5}
}

func TestEveryStyleDrawsEverySubject(t *testing.T) {
	frames := []string{"bleed", "margin", "gallery", "plate", "square", "tall", "round", "arch"}
	n := 0
	for name, st := range styles {
		for _, subject := range st.subjects {
			for _, dark := range []string{"terracotta", "midnight"} {
				n++
				p := Print{Hand: middling(name), Palette: FindPalette(dark), Subject: subject, Frame: frames[n%len(frames)], Seed: uint64(n)}
				img := p.Draw(64, 80)
				require.Equal(t, image.Rect(0, 0, 64, 80), img.Rect)
				// A picture has more than a few colours and leaves no pixel unset.
				seen := map[color.RGBA]bool{}
				for y := range 80 {
					for x := range 64 {
						c := img.RGBAAt(x, y)
						require.EqualValues(t, 255, c.A)
						seen[c] = true
					}
				}
				assert.Greater(t, len(seen), 60, "%s: %s in %s", name, subject, dark)
			}
		}
	}
	assert.Greater(t, n, 200)
}

func TestDrawIsRepeatable(t *testing.T) {
	p := Print{Hand: middling("meadow"), Palette: FindPalette("poppy"), Subject: "poppies", Frame: "bleed", Seed: 3}
	assert.Equal(t, p.Draw(96, 120).Pix, p.Draw(96, 120).Pix)
	q := p
	q.Seed = 4
	assert.NotEqual(t, p.Draw(96, 120).Pix, q.Draw(96, 120).Pix)
}

// A print looks the same at every size: the large one, averaged, is the small one.
func TestDrawIsTheSameAtEverySize(t *testing.T) {
	for name := range styles {
		p := Print{Hand: middling(name), Palette: FindPalette("nordic"), Subject: Subjects(name)[0], Frame: "bleed", Seed: 8}
		small, large := p.Draw(80, 100), p.Draw(320, 400)
		var sum float64
		for y := range 100 {
			for x := range 80 {
				var mean [3]float64
				for k := range 16 {
					i := large.PixOffset(4*x+k%4, 4*y+k/4)
					for c := range mean {
						mean[c] += float64(large.Pix[i+c]) / 16
					}
				}
				i := small.PixOffset(x, y)
				for c := range mean {
					sum += math.Abs(mean[c] - float64(small.Pix[i+c]))
				}
			}
		}
		// In steps of 255; two different prints of a style differ by 20 to 60.
		assert.Less(t, sum/(80*100*3), 6.0, name)
	}
}

func TestOtherProportionsKeepThePrintWhole(t *testing.T) {
	p := Print{Hand: middling("rays"), Palette: FindPalette("saffron"), Subject: "dawn", Frame: "bleed", Seed: 1}
	wide := p.Draw(200, 100)
	paper := p.Palette.Paper
	for _, x := range []int{0, 40, 160, 199} {
		c := wide.RGBAAt(x, 50)
		assert.InDelta(t, 255*paper[0], float64(c.R), 12)
		assert.InDelta(t, 255*paper[2], float64(c.B), 12)
	}
}

func TestPalettes(t *testing.T) {
	names := map[string]bool{}
	for _, p := range Palettes {
		assert.False(t, names[p.Name], p.Name)
		names[p.Name] = true
		assert.Len(t, p.C, 5, p.Name)
		assert.GreaterOrEqual(t, len(p.Mood), 3, p.Name)
		assert.Greater(t, light(p.Paper), .93, "%s: paper is pale", p.Name)
		assert.Greater(t, math.Abs(light(p.Ink)-light(p.Ground)), .5, "%s: ink is legible", p.Name)
		for i, c := range append([]rgb{p.Ground}, p.C...) {
			for _, d := range p.C[max(i, 0):] {
				if d == c {
					continue
				}
				x, y := c.lab(), d.lab()
				assert.Greater(t, math.Hypot(x.l-y.l, math.Hypot(x.a-y.a, x.b-y.b)), .035, "%s: colours can be told apart", p.Name)
			}
		}
	}
}

func TestColour(t *testing.T) {
	for _, v := range []uint32{0x000000, 0xffffff, 0xc4603a, 0x0f766e} {
		c := hex(v)
		back := c.lab().rgb()
		for k := range 3 {
			assert.InDelta(t, c[k], back[k], 1e-4)
		}
	}
	assert.Greater(t, light(lift(hex(0x0f766e), .1)), light(hex(0x0f766e))+.09)
	r := ramp(3, hex(0), hex(0xffffff))
	assert.InDelta(t, .5, light(r[1]), 1e-3)
}

func TestFillUnitesAndCutsHoles(t *testing.T) {
	c := &canvas{w: 40, h: 40, pix: make([]float32, 3*40*40), s: 40, bounds: image.Rect(0, 0, 40, 40)}
	red := solid(rgb{1, 0, 0})
	at := func(x, y int) float32 { return c.pix[3*(y*40+x)] }
	c.fill(red, rect(.1, .1, .6, .6), rect(.4, .4, .9, .9))
	assert.EqualValues(t, 1, at(20, 20), "where they overlap")
	assert.EqualValues(t, 1, at(30, 30))
	assert.EqualValues(t, 0, at(30, 10))
	clear(c.pix)
	c.fill(red, rect(0, 0, 1, 1), rect(.25, .25, .75, .75).reverse())
	assert.EqualValues(t, 0, at(20, 20), "the hole")
	assert.EqualValues(t, 1, at(5, 5))
	clear(c.pix)
	c.clip(rect(0, 0, .5, 1))
	c.clip(rect(0, 0, 1, .5))
	c.fill(red, rect(-9, -9, 9, 9))
	c.unclip()
	assert.EqualValues(t, 1, at(10, 10))
	assert.EqualValues(t, 0, at(10, 30))
	assert.EqualValues(t, 0, at(30, 10))
	// Half a pixel is half covered.
	clear(c.pix)
	c.clips = nil
	c.fill(red, rect(0, 0, .5+.5/40, 1))
	assert.InDelta(t, .5, at(20, 20), .01)
}

func TestShapesTurnTheSameWay(t *testing.T) {
	area := func(p poly) float64 {
		s := 0.0
		for i, a := range p {
			b := p[(i+1)%len(p)]
			s += a.x*b.y - b.x*a.y
		}
		return s / 2
	}
	for name, p := range map[string]poly{
		"disc": disc(pt{}, 1), "rect": rect(0, 0, 1, 1), "roundRect": roundRect(0, 0, 2, 1, .2), "arch": arch(0, 0, 1, 2),
		"star": star(pt{}, .4, 1, 5, 0), "leaf": leaf(pt{}, 1, 2, .5, .4, .3),
		"outline": outline(poly{{0, 0}, {1, 0}, {2, 1}}, func(float64) float64 { return .1 }),
		"sector":  sector(pt{}, .5, 1, 0, 2),
	} {
		assert.Positive(t, area(p), name)
	}
	assert.InDelta(t, math.Pi, area(disc(pt{}, 1)), .01)
	assert.InDelta(t, .5, area(rect(0, 0, 1, 1).halfplane(pt{.25, 0}, pt{1, 0}, .25)), 1e-9)
}

func TestNoise(t *testing.T) {
	f := field(5)
	var all []float64
	for i := range 500 {
		v := f.sum(float64(i)*.37, float64(i)*.11, 3)
		require.GreaterOrEqual(t, v, 0.0)
		require.LessOrEqual(t, v, 1.0)
		all = append(all, v)
	}
	assert.Greater(t, slices.Max(all)-slices.Min(all), .4)
	assert.InDelta(t, f.at(3, 4), f.at(3.001, 4), .01, "it is smooth")
}

func BenchmarkDraw(b *testing.B) {
	p := Print{Hand: middling("bouquet"), Palette: FindPalette("blush"), Subject: "mixed bouquet", Frame: "margin", Seed: 1}
	for b.Loop() {
		p.Draw(320, 400)
	}
}
