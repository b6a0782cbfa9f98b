package atelier

import (
	"cmp"
	"math"
	"slices"
)

// terrazzo: chips of stone, scattered without touching.
func terrazzo(s *sheet) {
	s.ground(solid(s.p.Ground))
	type chip struct {
		p pt
		r float64
	}
	var chips []chip
	big := s.dial(1-s.hand.Density, .055, .12)
	gap := .006 + .012*s.hand.Order
	place := func(lo, hi float64, tries int) {
		for range tries {
			r := s.in(lo, hi)
			p := pt{s.in(-.05, 1.05), s.in(-.05, s.high+.05)}
			free := true
			for _, c := range chips {
				if c.p.sub(p).norm() < c.r+r+gap {
					free = false
					break
				}
			}
			if free {
				chips = append(chips, chip{p, r})
			}
		}
	}
	place(big*.8, big, 220)
	place(big*.35, big*.6, 700)
	place(big*.1, big*.25, 1200)
	for _, c := range chips {
		col := s.unlike(s.p.Ground, s.p.Ink)
		turn := s.in(0, 6.3)
		var p poly
		switch s.subject {
		case "pebbles":
			p = s.blob(c.p, c.r*.95, 3, .12).scale(c.p, 1, s.in(.7, .95)).turn(c.p, turn)
			s.fill(solid(col), p)
			if c.r > big*.5 && s.hand.Weight > .4 {
				s.clip(p)
				for k := range 3 {
					o := c.r * (.5*float64(k) - .4)
					s.stroke(glaze(lift(col, .12), .8), c.r*.07, smooth(poly{c.p.add(pt{-c.r, o}), c.p.add(pt{0, o + c.r*.2}), c.p.add(pt{c.r, o - c.r*.1})}, false).turn(c.p, turn))
				}
				s.unclip()
			}
		case "confetti":
			switch s.r.IntN(4) {
			case 0:
				p = disc(c.p, c.r*.8)
			case 1:
				p = roundRect(c.p.x-c.r*.9, c.p.y-c.r*.3, c.p.x+c.r*.9, c.p.y+c.r*.3, c.r*.3).turn(c.p, turn)
			case 2:
				p = poly{c.p.toward(turn, c.r), c.p.toward(turn+2.09, c.r), c.p.toward(turn+4.19, c.r)}
			default:
				p = arc(c.p, c.r*.9, turn, turn+math.Pi)
			}
			s.fill(solid(col), p)
		default:
			n := s.n(4, 7)
			for k := range n {
				a := turn + 2*math.Pi*(float64(k)+s.in(-.28, .28))/float64(n)
				p = append(p, c.p.toward(a, c.r*s.in(.78, 1.08)))
			}
			s.fill(solid(col), p)
		}
	}
}

// quilt: patchwork blocks of triangles and strips, with stitches.
func quilt(s *sheet) {
	cols := 2 + int(s.dial(s.hand.Density, 0, 2.9))
	if s.subject == "log cabin" {
		cols = max(2, cols-1)
	}
	side := 1 / float64(cols)
	rows := int(math.Round(s.high / side))
	sy := s.high / (float64(rows) * side)
	back := s.p.Ground
	s.ground(solid(back))
	three := func() (a, b, c rgb) {
		k := s.r.IntN(len(s.c))
		return s.c[k], s.c[(k+1)%len(s.c)], s.c[(k+2)%len(s.c)]
	}
	a, b, c := three()
	for y := range rows {
		for x := range cols {
			if s.hand.Order < .5 || (x+y)%2 == 0 {
				a, b, c = three()
			}
			at := func(u, v float64) pt { return pt{(float64(x) + u) * side, (float64(y) + v) * side * sy} }
			quad := func(k rgb, p ...pt) { s.fill(solid(k), poly(p)) }
			switch s.subject {
			case "geese":
				for k := range 4 {
					t := float64(k) / 4
					d := .25
					k1, k2 := a, mix(back, c, .3*float64((x+y)%2))
					if k%2 == 1 {
						k1 = b
					}
					quad(k2, at(0, t), at(1, t), at(1, t+d), at(0, t+d))
					if (x+y)%2 == 0 {
						quad(k1, at(0, t+d), at(.5, t), at(1, t+d))
					} else {
						quad(k1, at(0, t), at(.5, t+d), at(1, t))
					}
				}
			case "log cabin":
				u0, v0, u1, v1 := 0.0, 0.0, 1.0, 1.0
				rounds := 4
				w := .5 / (float64(rounds) + .6)
				lights, darks := ramp(rounds, lift(a, .06), mix(a, back, .6)), ramp(rounds, lift(b, -.05), mix(b, back, .35))
				flip := (x+y)%2 == 1
				for k := range rounds {
					l, d := lights[k], darks[k]
					if flip {
						l, d = d, l
					}
					quad(l, at(u0, v0), at(u1, v0), at(u1, v0+w), at(u0, v0+w))
					quad(l, at(u0, v0), at(u0+w, v0), at(u0+w, v1), at(u0, v1))
					quad(d, at(u0+w, v1-w), at(u1, v1-w), at(u1, v1), at(u0+w, v1))
					quad(d, at(u1-w, v0+w), at(u1, v0+w), at(u1, v1), at(u1-w, v1))
					u0, v0, u1, v1 = u0+w, v0+w, u1-w, v1-w
				}
				quad(c, at(u0, v0), at(u1, v0), at(u1, v1), at(u0, v1))
			default: // an eight-pointed star on a 4×4 grid
				quad(mix(c, back, .35), at(0, 0), at(1, 0), at(1, 1), at(0, 1))
				for k := range 4 {
					r := func(p ...pt) []pt {
						m := at(.5, .5)
						return poly(p).scale(m, 1, 1/sy).turn(m, float64(k)*math.Pi/2).scale(m, 1, sy)
					}
					quad(a, r(at(.25, .25), at(.5, 0), at(.5, .25))...)
					quad(b, r(at(.75, .25), at(.5, 0), at(.5, .25))...)
					quad(a, r(at(.25, .25), at(.5, .25), at(.5, .5))...)
					quad(b, r(at(.75, .25), at(.5, .25), at(.5, .5))...)
				}
			}
			if s.hand.Weight > .5 { // stitches inside the seams
				thread := glaze(s.pale(), .75)
				for k := range 4 {
					e := []pt{at(.06, .06), at(.94, .06), at(.94, .94), at(.06, .94)}
					p, q := e[k], e[(k+1)%4]
					n := int(q.sub(p).norm() / .016)
					for j := range n {
						t := float64(j) / float64(n)
						s.stroke(thread, .0035, poly{p.lerp(q, t), p.lerp(q, t+.5/float64(n))})
					}
				}
			}
		}
	}
}

// tiles: one or two motifs with fourfold symmetry, side by side.
func tiles(s *sheet) {
	cols := 2 + int(s.dial(s.hand.Density, .3, 3.6))
	side := 1 / float64(cols)
	rows := int(math.Ceil(s.high / side))
	base := s.p.Ground
	a := s.unlike(base)
	b := s.unlike(a)
	c := s.unlike(base, s.p.Ink)
	s.ground(solid(base))
	type layer struct {
		k rgb
		p poly // in a tile of size 1 around 0, repeated four times
	}
	motif := func() []layer {
		var m []layer
		add := func(k rgb, p poly) { m = append(m, layer{k, p}) }
		o := pt{}
		switch s.subject {
		case "truchet":
			return nil
		case "petals":
			w := s.in(.26, .36)
			for k := range 4 {
				add(a, leaf(o, math.Pi/4+float64(k)*math.Pi/2, .68, w, .5, 0))
			}
			add(b, leaf(pt{0, 0}, 0, .46, w*.5, .55, 0))
			add(c, disc(o, s.in(.06, .1)))
			add(b, disc(pt{.5, .5}, s.in(.08, .13)))
		default: // azulejo
			add(a, sector(pt{.5, .5}, s.in(.30, .36), s.in(.40, .46), math.Pi, 1.5*math.Pi))
			add(b, sector(pt{.5, .5}, 0, s.in(.16, .22), math.Pi, 1.5*math.Pi))
			if s.chance(.5) {
				add(c, leaf(pt{.12, .12}, math.Pi/4, .34, .17, .5, 0))
			} else {
				add(c, star(pt{.25, .25}, .05, .11, 4, math.Pi/4))
			}
			add(a, leaf(o, 0, .42, s.in(.12, .2), s.in(.4, .65), 0))
			add(b, star(o, s.in(.07, .1), s.in(.16, .2), 8, math.Pi/8))
			add(base, disc(o, .045))
			add(a, poly{{.5, -.07}, {.5, .07}, {.41, 0}})
		}
		return m
	}
	one, two := motif(), motif()
	for y := range rows {
		for x := range cols {
			m := pt{(float64(x) + .5) * side, (float64(y) + .5) * side}
			if s.subject == "truchet" {
				truchet(s, m, side, a, b)
				continue
			}
			layers := one
			if (x+y)%2 == 1 && s.hand.Order < .6 {
				layers = two
				s.fill(solid(mix(base, c, .22)), rect(m.x-side/2, m.y-side/2, m.x+side/2, m.y+side/2))
			}
			for _, l := range layers {
				for k := range 4 {
					p := l.p.turn(pt{}, float64(k)*math.Pi/2)
					for i := range p {
						p[i] = m.add(p[i].mul(side))
					}
					s.fill(solid(l.k), p)
				}
			}
		}
	}
	if s.hand.Weight > .5 && s.subject != "truchet" {
		joint := glaze(mix(base, s.p.Ink, .25), .8)
		for x := 1; x < cols; x++ {
			s.stroke(joint, .003, poly{{float64(x) * side, 0}, {float64(x) * side, s.high}})
		}
		for y := 1; y < rows; y++ {
			s.stroke(joint, .003, poly{{0, float64(y) * side}, {1, float64(y) * side}})
		}
	}
}

// truchet joins the middles of a tile's edges by arcs, one way or the other.
func truchet(s *sheet, m pt, side float64, a, b rgb) {
	h := side / 2
	turn := 0.0
	if s.chance(.5) {
		turn = math.Pi / 2
	}
	s.clip(rect(m.x-h-.004, m.y-h-.004, m.x+h+.004, m.y+h+.004))
	for _, corner := range []pt{{m.x - h, m.y - h}, {m.x + h, m.y + h}} {
		c := poly{corner}.turn(m, turn)[0]
		for k, w := range []float64{.78, .66, .34, .22} {
			col := []rgb{a, s.p.Ground, b, s.p.Ground}[k]
			s.fill(solid(col), disc(c, side*w))
		}
	}
	s.unclip()
}

// weave: ribbons over and under, or stitched zigzags and diamonds.
func weave(s *sheet) {
	s.ground(solid(s.dark()))
	switch s.subject {
	case "bargello":
		n := 14 + 2*int(s.dial(s.hand.Density, 0, 5))
		w := 1 / float64(n)
		period := 2 * s.n(3, 5)
		colours := ramp(9+s.n(0, 4), s.c[0], s.c[1], s.p.Ground, s.c[2], s.c[3], s.c[0])
		step := s.dial(s.hand.Weight, .026, .042)
		for x := range n {
			k := x % period
			k = min(k, period-k)
			rise := float64(k*k) / float64(period/2) * step * 1.1
			for j := -24; j < 90; j++ {
				y := float64(j)*step*1.4 + rise
				if y > s.high || y < -.1 {
					continue
				}
				c := colours[((j%len(colours))+len(colours))%len(colours)]
				s.fill(solid(c), rect(float64(x)*w+w*.02, y, float64(x+1)*w-w*.02, y+step*1.4))
			}
		}
	case "kilim":
		s.ground(solid(s.p.Ground))
		bands := 3 + int(s.dial(s.hand.Density, 0, 3))
		h := s.high / float64(bands)
		last := s.p.Ground
		for k := range bands {
			back := s.unlike(last)
			last = back
			y := float64(k) * h
			s.fill(solid(back), rect(-.01, y, 1.01, y+h))
			n := s.n(2, 4)
			front, core := s.unlike(back, s.p.Ground), s.unlike(back)
			w := 1 / float64(n)
			for x := range n {
				m := pt{(float64(x) + .5) * w, y + h/2}
				for ring, col := range []rgb{front, back, core, s.unlike(core, s.p.Ground)} {
					r := 1 - .26*float64(ring)
					s.fill(solid(col), stepped(m, w*.5*r, h*.44*r, 5)...)
				}
			}
			s.fill(solid(s.p.Ground), rect(-.01, y-.006, 1.01, y+.006))
			teeth := 24
			for x := range teeth {
				u := float64(x) / float64(teeth)
				s.fill(solid(s.p.Ground), poly{{u, y}, {u + .5/float64(teeth), y + .022}, {u + 1/float64(teeth), y}})
			}
		}
	default:
		n := 4 + int(s.dial(s.hand.Density, 0, 5))
		w := 1 / float64(n)
		rows := int(math.Ceil(s.high / w))
		wide := s.dial(s.hand.Weight, .62, .92)
		across, down := make([]rgb, rows), make([]rgb, n)
		for i := range across {
			across[i] = s.unlike(s.dark())
			if i > 0 {
				across[i] = s.unlike(across[i-1])
			}
		}
		for i := range down {
			down[i] = s.unlike(s.dark())
		}
		if s.hand.Order > .5 { // one warp
			for i := range down {
				down[i] = down[0]
			}
		}
		ribbon := func(x, y int, level bool) {
			m := pt{(float64(x) + .5) * w, (float64(y) + .5) * w}
			h := w / 2 * wide
			c := down[x]
			p := rect(m.x-h, m.y-w/2-w*.14, m.x+h, m.y+w/2+w*.14)
			a, b := pt{m.x, m.y - w*.62}, pt{m.x, m.y + w*.62}
			if level {
				c = across[y]
				p = rect(m.x-w/2-w*.14, m.y-h, m.x+w/2+w*.14, m.y+h)
				a, b = pt{m.x - w*.62, m.y}, pt{m.x + w*.62, m.y}
			}
			dark := lift(c, -.13)
			tones := ramp(33, dark, c, c, dark)
			d := b.sub(a)
			s.fill(ink{alpha: 1, shade: func(q pt) (rgb, float32) {
				t := clamp01((q.sub(a).x*d.x + q.sub(a).y*d.y) / (d.x*d.x + d.y*d.y))
				return tones[int(t*32.99)], 1
			}}, p)
			if s.hand.Rough < .5 {
				for k := -1; k <= 1; k++ {
					o := float64(k) * h * .55
					l := poly{{m.x + o, m.y - w*.6}, {m.x + o, m.y + w*.6}}
					if level {
						l = poly{{m.x - w*.6, m.y + o}, {m.x + w*.6, m.y + o}}
					}
					s.stroke(glaze(lift(c, .09), .55), .003, l)
				}
			}
		}
		for _, under := range []bool{true, false} {
			for y := range rows {
				for x := range n {
					ribbon(x, y, ((x+y)%2 == 0) != under)
				}
			}
		}
	}
}

// stepped is a diamond with stairs for edges, as a loom makes it.
func stepped(m pt, w, h float64, n int) []poly {
	var out []poly
	for k := range n {
		t := (float64(k) + .5) / float64(n)
		y0, y1 := h*float64(k)/float64(n), h*float64(k+1)/float64(n)
		half := w * (1 - t)
		out = append(out, rect(m.x-half, m.y-y1, m.x+half, m.y-y0), rect(m.x-half, m.y+y0, m.x+half, m.y+y1))
	}
	return out
}

// contours: a height map in steps, as bands of colour or as lines.
func contours(s *sheet) {
	f := field(s.r.Uint64())
	size := s.dial(1-s.hand.Density, .28, .62)
	n := 6 + int(s.dial(s.hand.Density, 0, 8))
	lines := s.subject == "survey"
	if lines {
		n = n*3/2 + 3
	}
	tilt := s.in(-.5, .5)
	octaves := 2
	height := func(p pt) float64 {
		q := f.warp(p, size*1.2, size*.35)
		v := 1.5*f.sum(q.x/size, q.y/size, octaves) - .25 + tilt*.3*(p.y/s.high-.5)
		if lines {
			return float64(n) * (v + 1)
		}
		return float64(n) * clamp01(v)
	}
	steps := append([]rgb{s.p.Ground, s.dark()}, s.c[:3]...)
	slices.SortStableFunc(steps, func(a, b rgb) int { return cmp.Compare(light(b), light(a)) })
	colours := ramp(n+2, steps...)
	if s.subject == "islands" {
		k := (n + 2) / 2
		colours = append(ramp(k, mix(s.c[0], s.dark(), .55), s.c[0], mix(s.c[0], s.p.Ground, .6)), ramp(n+2-k, s.pale(), s.c[1], s.c[2])...)
	}
	line := s.p.Ink
	weight := s.dial(s.hand.Weight, .002, .0045)
	px := 1 / s.s
	if lines {
		s.ground(solid(s.p.Ground))
	}
	w := s.bounds.Dx() + 1
	at := make([]float64, w*(s.bounds.Dy()+1))
	for y := range s.bounds.Dy() + 1 {
		for x := range w {
			at[y*w+x] = height(s.point(s.bounds.Min.X+x, s.bounds.Min.Y+y))
		}
	}
	s.ground(ink{shade: func(p pt) (rgb, float32) {
		x, y := int(p.x*s.s), int(p.y*s.s)
		x, y = min(max(x, 0), w-2), min(max(y, 0), s.bounds.Dy()-1)
		v := at[y*w+x]
		slope := math.Hypot(at[y*w+x+1]-v, at[(y+1)*w+x]-v)/px + 1e-6
		k := math.Floor(v)
		// Distance to the nearest step, in units.
		toNext, toLast := (k+1-v)/slope, (v-k)/slope
		d := min(toNext, toLast)
		if lines {
			heavy := weight
			if i := int(k); (toLast < toNext && i%5 == 0) || (toNext <= toLast && (i+1)%5 == 0) {
				heavy *= 2
			}
			return line, float32(clamp01((heavy/2-d)/px+.5)) * .85
		}
		c := colours[min(int(k), len(colours)-1)]
		if toNext < px/2 {
			return mix(c, colours[min(int(k)+1, len(colours)-1)], .5-toNext/px), 1
		}
		if toLast < px/2 && k > 0 {
			return mix(c, colours[int(k)-1], .5-toLast/px), 1
		}
		// The upper sheet throws a thin shade on the one below.
		if toNext < .012 && s.hand.Order < .6 {
			return lift(c, -.05*(1-toNext/.012)), 1
		}
		return c, 1
	}})
	if lines {
		s.survey(height)
	}
}

// survey adds spot heights and a north arrow to a map of lines.
func (s *sheet) survey(height func(pt) float64) {
	accent := s.unlike(s.p.Ground)
	for range 3 {
		best := pt{.5, .5}
		for range 40 {
			p := pt{s.in(.1, .9), s.in(.1, s.high-.1)}
			if height(p) > height(best) {
				best = p
			}
		}
		s.fill(solid(accent), poly{best.toward(-math.Pi/2, .022), best.toward(math.Pi/6, .022), best.toward(math.Pi*5/6, .022)})
	}
}

// flow: ribbons that follow a current and keep their distance.
func flow(s *sheet) {
	s.ground(solid(s.p.Ground))
	f := field(s.r.Uint64())
	size := s.dial(s.hand.Order, .35, 1.1)
	base := s.in(0, 6.3)
	angle := func(p pt) float64 {
		return base + 2.4*math.Pi*(f.sum(p.x/size, p.y/size, 2)-.5)*1.4
	}
	if s.subject == "whorl" {
		m := pt{s.in(.35, .65), s.high * s.in(.35, .65)}
		spin := s.in(.15, .5)
		angle = func(p pt) float64 {
			d := p.sub(m)
			return math.Atan2(d.y, d.x) + math.Pi/2 + spin + .7*(f.at(p.x/size*2, p.y/size*2)-.5)
		}
	}
	const cell = .004
	w, h := int(1.2/cell), int((s.high+.2)/cell)
	taken := make([]bool, w*h)
	index := func(p pt) int {
		x, y := int((p.x+.1)/cell), int((p.y+.1)/cell)
		if x < 0 || y < 0 || x >= w || y >= h {
			return -1
		}
		return y*w + x
	}
	free := func(p pt, r float64) bool {
		for a := range 8 {
			i := index(p.toward(float64(a)*math.Pi/4, r))
			if i >= 0 && taken[i] {
				return false
			}
		}
		i := index(p)
		return i >= 0 && !taken[i]
	}
	wide := s.dial(s.hand.Weight, .012, .034)
	gap := wide * .28
	zones := field(s.r.Uint64())
	for round := range 3 {
		width := wide * []float64{1, .6, .3}[round]
		for range []int{160, 320, 500}[round] {
			start := pt{s.in(-.05, 1.05), s.in(-.05, s.high+.05)}
			if !free(start, width/2+gap) {
				continue
			}
			var half [2]poly
			for side := range 2 {
				p := start
				for range 70 {
					q := p.toward(angle(p)+float64(side)*math.Pi, .010)
					if !free(q, width/2+gap) {
						break
					}
					half[side] = append(half[side], q)
					p = q
				}
			}
			line := append(append(half[1].reverse(), start), half[0]...)
			if len(line) < 9 {
				continue
			}
			c := s.c[int(clamp01(1.7*zones.at(start.x*2.2, start.y*2.2)-.35)*float64(len(s.c)-1)+s.r.Float64()*.99)%len(s.c)]
			if light(c)-light(s.p.Ground) < .06 && light(s.p.Ground)-light(c) < .06 {
				c = s.unlike(s.p.Ground, s.p.Ink)
			}
			s.stroke(solid(c), width, line)
			for _, p := range line {
				for dx := -width / 2; dx <= width/2; dx += cell {
					for dy := -width / 2; dy <= width/2; dy += cell {
						if i := index(p.add(pt{dx, dy})); i >= 0 && dx*dx+dy*dy <= width*width/4 {
							taken[i] = true
						}
					}
				}
			}
		}
	}
}

// glass: panes between leads.
func glass(s *sheet) {
	lead := s.dark()
	if s.p.Dark {
		lead = lift(s.p.Ground, -.07)
	}
	s.ground(solid(lead))
	half := s.dial(s.hand.Weight, .004, .009)
	if s.subject == "rose window" {
		roseWindow(s, half)
		return
	}
	n := 30 + int(s.dial(s.hand.Density, 0, 70))
	var sites []pt
	for len(sites) < n {
		best, far := pt{}, -1.0
		for range 5 { // the best of five candidates is the loneliest
			p := pt{s.in(0, 1), s.in(0, s.high)}
			near := 9.0
			for _, q := range sites {
				near = min(near, p.sub(q).norm())
			}
			if near > far {
				best, far = p, near
			}
		}
		sites = append(sites, best)
	}
	m := pt{s.in(.35, .65), s.high * s.in(.3, .5)}
	sun := s.in(.18, .26)
	hues := ramp(24, s.c[0], s.c[1], s.c[2], s.c[3])
	f := field(s.r.Uint64())
	for i, p := range sites {
		cell := rect(-.02, -.02, 1.02, s.high+.02)
		for j, q := range sites {
			if i != j {
				cell = cell.halfplane(p.lerp(q, .5), p.sub(q).unit(), half)
			}
		}
		c := hues[int(clamp01(1.6*f.sum(p.x*1.6, p.y*1.6, 2)-.3)*22.9)]
		if s.subject == "sun window" {
			d := p.sub(m).norm()
			c = mix(s.c[1], s.c[2], clamp01((d-sun)*1.4))
			if d < sun {
				c = s.sun(c)
			}
		}
		if s.chance(.12) {
			c = s.colour()
		}
		c = lift(c, s.in(-.04, .07))
		g := s.in(0, 6.3)
		s.fill(gradient(p.toward(g, .09), p.toward(g+math.Pi, .09), lift(c, .06), lift(c, -.05)), cell)
	}
}

// halfplane keeps the part of a convex polygon on the side of a line, away
// from it by at least d.
func (p poly) halfplane(on, normal pt, d float64) poly {
	var out poly
	side := func(q pt) float64 { return (q.x-on.x)*normal.x + (q.y-on.y)*normal.y - d }
	for i, a := range p {
		b := p[(i+1)%len(p)]
		x, y := side(a), side(b)
		if x >= 0 {
			out = append(out, a)
		}
		if (x < 0) != (y < 0) {
			out = append(out, a.lerp(b, x/(x-y)))
		}
	}
	return out
}

func roseWindow(s *sheet, half float64) {
	m := pt{.5, s.high / 2}
	if s.high < 1.1 {
		m.y = s.high / 2
	}
	n := []int{8, 10, 12, 16}[s.r.IntN(4)]
	pane := func(c rgb, p poly) {
		g := s.in(-.02, .05)
		s.fill(gradient(pt{.2, 0}, pt{.8, s.high}, lift(c, g+.05), lift(c, g-.04)), p)
	}
	radius := []float64{.07, .17, .29, .44}
	for k := range 3 {
		c, d := s.unlike(s.dark()), s.unlike(s.dark())
		count := n
		if k == 2 {
			count = 2 * n
		}
		for i := range count {
			a0 := 2 * math.Pi * (float64(i) + .5*float64(k%2)) / float64(count)
			a1 := a0 + 2*math.Pi/float64(count)
			col := c
			if i%2 == 1 {
				col = d
			}
			r0, r1 := radius[k]+half, radius[k+1]-half
			q := half / ((r0 + r1) / 2)
			if k == 1 && s.hand.Order > .5 {
				mid := m.toward((a0+a1)/2, (r0+r1)/2)
				w := (r1 - r0) / 2
				pane(col, oval(mid, w, min(w, r0*math.Sin((a1-a0)/2)*1.15), (a0+a1)/2))
				continue
			}
			pane(col, sector(m, r0, r1, a0+q, a1-q))
		}
	}
	pane(s.sun(s.dark()), disc(m, radius[0]-half))
	ring := s.unlike(s.dark())
	out := .44 + half
	s.fill(solid(ring), disc(m, out+.03), disc(m, out).reverse())
	// Corners.
	for _, c := range []pt{{.09, m.y - .41}, {.91, m.y - .41}, {.09, m.y + .41}, {.91, m.y + .41}} {
		pane(s.unlike(s.dark()), disc(c, .055))
	}
}
