// Package atelier draws art prints: some forty ways of drawing, each with
// dials, in palettes picked by hand. A print is a function of its hand,
// palette, subject and seed, and looks the same at every size.
package atelier

import (
	"image"
	"math"
	"strings"
	"sync"

	"lethe/recsys/rng"
)

// Hand is how one creator draws. The dials are in [0, 1] and each style reads
// them in its own way: Density is how much there is, Weight how heavy lines
// and shapes are, Order how regular it all is, Rough how uneven the edges.
type Hand struct {
	Style    string
	Palettes []string
	Frames   []string
	Subjects []string // of the style, nil for all

	Density, Weight, Order, Rough float64
	// Grain is how much paper shows through the ink.
	Grain float64
}

// Print is one work.
type Print struct {
	Hand    *Hand
	Palette *Palette
	Subject string
	Frame   string
	Seed    uint64
}

// Aspect is height over width of a print.
const Aspect = 1.25

// sheet is what a style draws on. The picture is 1 wide and high high.
type sheet struct {
	*canvas
	r       rng.Stream
	p       *Palette
	hand    *Hand
	subject string
	high    float64
	c       []rgb // the palette's colours in an order of this print
}

// Draw renders a print at w×h pixels, antialiased. Other proportions than 4:5
// show the print on a larger sheet of its paper.
func (p Print) Draw(w, h int) *image.RGBA {
	src := rng.New(p.Seed)
	s := &sheet{
		canvas: &canvas{w: w, h: h, pix: make([]float32, 3*w*h), seed: field(src.Named("edge").Bits())},
		r:      src.Named("drawing").Stream(), p: p.Palette, hand: p.Hand, subject: p.Subject,
	}
	s.rough = .006 * p.Hand.Rough
	order := src.Named("colours").Stream()
	for _, i := range order.Perm(len(p.Palette.C)) {
		s.c = append(s.c, p.Palette.C[i])
	}
	for i := range w * h {
		copy(s.pix[3*i:], p.Palette.Paper[:])
	}
	st, ok := styles[p.Hand.Style]
	if !ok {
		panic("atelier: no style named " + p.Hand.Style)
	}
	s.frame(p.Frame, st.draw)
	s.finish(src)
	return s.image()
}

// frame places the picture on the sheet and draws it.
func (s *sheet) frame(name string, draw func(*sheet)) {
	page := min(float64(s.w), float64(s.h)/Aspect)
	o := pt{(float64(s.w) - page) / 2, (float64(s.h) - page*Aspect) / 2}
	// Margins to the left and right, above and below, in page widths.
	side, top, foot := .075, .075, .075
	switch name {
	case "bleed":
		side, top, foot = 0, 0, 0
	case "gallery":
		side, top, foot = .13, .12, .19
	case "square":
		side, top, foot = .09, .12, Aspect-.12-.82
	case "tall":
		side, top, foot = .19, .1, .1
	case "round":
		side, top, foot = .1, .17, Aspect-.17-.8
	case "arch":
		side, top, foot = .15, .11, .13
	case "margin", "plate":
	default:
		panic("atelier: no frame named " + name)
	}
	x0, x1 := math.Round(o.x+side*page), math.Round(o.x+(1-side)*page)
	y0, y1 := math.Round(o.y+top*page), math.Round(o.y+(Aspect-foot)*page)
	s.o, s.s = pt{x0, y0}, x1-x0
	s.high = (y1 - y0) / (x1 - x0)
	s.bounds = image.Rect(int(x0), int(y0), int(x1), int(y1))
	rough := s.rough
	switch name {
	case "round":
		s.rough = .003
		s.clip(disc(pt{.5, s.high / 2}, .5))
	case "arch":
		s.rough = 0
		s.clip(arch(0, 0, 1, s.high))
	}
	s.rough = rough
	draw(s)
	s.clips = nil
	s.bounds = image.Rect(0, 0, s.w, s.h)
	if name == "plate" {
		s.rough = 0
		w := .004
		g := .022 // gap between picture and line
		outer := rect(-g-w, -g-w, 1+g+w, s.high+g+w)
		s.fill(glaze(mix(s.p.Paper, plateInk(s.p), .8), 1), outer, rect(-g, -g, 1+g, s.high+g).reverse())
	}
}

func plateInk(p *Palette) rgb {
	if p.Dark {
		return p.Ground
	}
	return p.Ink
}

// finish lets paper through the ink, as printing does, and adds the grain of
// the sheet. The grain is tied to units, not to pixels.
func (s *sheet) finish(src rng.Source) {
	t := grains()
	at := src.Named("paper").Stream()
	ox, oy := at.IntN(grainSize), at.IntN(grainSize)
	step := 320 / min(float64(s.w), float64(s.h)/Aspect)
	through := float32(.10 * s.hand.Grain)
	paper := s.p.Paper
	for y := range s.h {
		row := (int(float64(y)*step) + oy) % grainSize * grainSize
		for x := range s.w {
			g := t[row+(int(float64(x)*step)+ox)%grainSize]
			p := s.pix[3*(y*s.w+x) : 3*(y*s.w+x)+3]
			for i := range p {
				p[i] += (paper[i] - p[i]) * through * max(g+.25, 0)
				p[i] *= 1 + .010*g
			}
		}
	}
}

const grainSize = 512

// grains is a tile of noise between about -1 and 1: soft blotches and fibres.
var grains = sync.OnceValue(func() []float32 {
	t := make([]float32, grainSize*grainSize)
	f := field(0x9a9e5)
	wrap := func(size float64, seed field, x, y int) float64 {
		// The noise repeats where the tile does, as size divides its width.
		n := float64(grainSize) / size
		u, v := float64(x)/size, float64(y)/size
		fx, fy := u-math.Floor(u), v-math.Floor(v)
		g := func(i, j float64) float64 {
			return seed.lattice(int64(math.Mod(math.Floor(u)+i, n)), int64(math.Mod(math.Floor(v)+j, n)))
		}
		a, b := g(0, 0)+(g(1, 0)-g(0, 0))*fx, g(0, 1)+(g(1, 1)-g(0, 1))*fx
		return a + (b-a)*fy
	}
	for y := range grainSize {
		for x := range grainSize {
			v := .22*wrap(2, f, x, y) + .33*wrap(4, f+3, x, y) + .25*wrap(8, f+1, x, y) + .2*wrap(64, f+2, x, y)
			t[y*grainSize+x] = float32(3.2 * (v - .5))
		}
	}
	return t
})

// image rounds the canvas to eight bits.
func (c *canvas) image() *image.RGBA {
	m := image.NewRGBA(image.Rect(0, 0, c.w, c.h))
	for i := range c.w * c.h {
		for k := range 3 {
			m.Pix[4*i+k] = uint8(min(max(c.pix[3*i+k], 0), 1)*255 + .5)
		}
		m.Pix[4*i+3] = 255
	}
	return m
}

// Random choices of a drawing.

func (s *sheet) in(lo, hi float64) float64 { return lo + (hi-lo)*s.r.Float64() }
func (s *sheet) chance(p float64) bool     { return s.r.Float64() < p }
func (s *sheet) n(lo, hi int) int          { return lo + s.r.IntN(hi-lo+1) }

func (s *sheet) pick(colours ...rgb) rgb { return colours[s.r.IntN(len(colours))] }

// colour is any of the palette's, the leading ones more often.
func (s *sheet) colour() rgb { return s.c[min(s.r.IntN(len(s.c)), s.r.IntN(len(s.c)+1))] }

// unlike is a colour of the palette that stands out from another.
func (s *sheet) unlike(c rgb, more ...rgb) rgb {
	best, most := c, -1.0
	x := c.lab()
	for _, k := range append(append([]rgb{}, s.c...), more...) {
		y := k.lab()
		d := math.Abs(x.l-y.l) + .8*math.Hypot(x.a-y.a, x.b-y.b)
		d = min(d, .3) + .25*s.r.Float64()
		if d > most {
			best, most = k, d
		}
	}
	return best
}

// dark and pale are the palette's deepest and lightest colours, ground and ink
// included.
func (s *sheet) dark() rgb { return s.extreme(-1) }
func (s *sheet) pale() rgb { return s.extreme(1) }

func (s *sheet) extreme(sign float64) rgb {
	best := s.p.Ink
	for _, c := range append([]rgb{s.p.Ground, s.p.Ink}, s.c...) {
		if sign*light(c) > sign*light(best) {
			best = c
		}
	}
	return best
}

// ground covers the whole picture.
func (s *sheet) ground(k ink) {
	rough := s.rough
	s.rough = 0
	s.fill(k, rect(-.01, -.01, 1.01, s.high+.01))
	s.rough = rough
}

// dial reads a dial of the hand on a scale, with the mood of the day.
func (s *sheet) dial(v, lo, hi float64) float64 {
	v = clamp01(v + s.in(-.22, .22))
	return lo + (hi-lo)*v
}

func (s *sheet) about(subjects ...string) bool {
	for _, x := range subjects {
		if s.subject == x {
			return true
		}
	}
	return false
}

func split(s string) []string { return strings.Fields(s) }

// style is one way of drawing with the subjects it knows.
type style struct {
	draw     func(*sheet)
	subjects []string
}
