package atelier

import "math"

// stem is a curved line from a base, upward by default.
func (s *sheet) stem(base pt, angle, length, bend float64) poly {
	const n = 24
	p := make(poly, n+1)
	q := base
	for i := range p {
		p[i] = q
		q = q.toward(angle+bend*float64(i)/n, length/n)
	}
	return p
}

// vein draws the middle line and the ribs of a leaf.
func (s *sheet) vein(base pt, angle, length, width, bend float64, c rgb, ribs int) {
	mid := s.stem(base, angle, length*.94, bend)
	w := max(length*.016, .0018)
	s.brush(solid(c), mid, func(t float64) float64 { return w * (1.3 - t) })
	for k := range ribs {
		t := .16 + .66*float64(k)/float64(ribs)
		q, d := mid.at(t)
		reach := width * .44 * math.Sin(math.Pi*math.Pow(t, .8)) * 1.05
		for _, side := range []float64{-1, 1} {
			s.brush(solid(c), poly{q, q.toward(d+side*.8, reach)}, func(u float64) float64 { return w * .8 * (1 - .7*u) })
		}
	}
}

// ferns: fronds with paired leaflets.
func ferns(s *sheet) {
	s.ground(solid(s.p.Ground))
	switch s.subject {
	case "frond":
		s.frond(pt{s.in(.4, .5), s.high * .95}, -math.Pi/2+s.in(-.12, .12), s.high*.86, s.in(-.35, .35), s.unlike(s.p.Ground, s.p.Ink), 1)
	case "fiddleheads":
		for k := range 3 + s.n(0, 2) {
			x := .2 + .15*float64(k) + s.in(-.03, .03)
			s.fiddlehead(pt{x, s.high * .96}, s.high*s.in(.42, .72), s.unlike(s.p.Ground))
		}
	default: // a clump
		n := 5 + 2*int(s.dial(s.hand.Density, 0, 2.2))
		foot := pt{.5, s.high * .94}
		for k := range n {
			// From the outside in, so that the upright ones lie on top.
			t := float64((k+1)/2) / float64(n/2)
			t = (1 - t + 1/float64(n)) * float64(k%2*2-1)
			if k == n-1 {
				t = 0
			}
			c := s.unlike(s.p.Ground)
			s.frond(foot.add(pt{.04 * t, 0}), -math.Pi/2+t*.75, s.high*(.80-.2*math.Abs(t)), t*.75+s.in(-.1, .1), c, .75)
		}
	}
}

func (s *sheet) frond(base pt, angle, length, bend float64, c rgb, wide float64) {
	spine := s.stem(base, angle, length, bend)
	w := length * .011
	s.brush(solid(c), spine, func(t float64) float64 { return w * (1.25 - t) })
	n := 12 + int(s.dial(s.hand.Density, 0, 9))
	notched := s.hand.Order < .5
	for k := range n {
		t := .16 + .83*float64(k)/float64(n)
		q, d := spine.at(t)
		// Widest a third of the way up, then straight to the tip.
		u := (t - .16) / .83
		reach := length * .34 * wide * min(.55+1.6*u, 1.14*(1-u)+.03)
		for _, side := range []float64{-1, 1} {
			a := d + side*(1.18-.35*t)
			if !notched {
				s.fill(solid(c), leaf(q, a, reach, length*.85/float64(n)*.72, .3, -side*.35))
				continue
			}
			// Leaflets upon leaflets.
			rib := s.stem(q, a, reach, -side*.35)
			s.brush(solid(c), rib, func(u float64) float64 { return w * .5 * (1.2 - u) })
			m := 4 + int(reach/.016)
			for j := range m {
				u := .08 + .9*float64(j)/float64(m)
				p, e := rib.at(u)
				r := min(length*.30/float64(n), .05) * (1.1 - .8*u)
				s.fill(solid(c), leaf(p, e-.95, r, r*.62, .45, 0), leaf(p, e+.95, r, r*.62, .45, 0))
			}
		}
	}
	q, d := spine.at(.93)
	s.fill(solid(c), leaf(q, d, length*.095, length*.026, .3, 0))
}

func (s *sheet) fiddlehead(base pt, h float64, c rgb) {
	p := s.stem(base, -math.Pi/2, h, s.in(-.12, .12))
	turn := s.pickSign()
	m := p[len(p)-1]
	r := h * .16
	c0 := pt{m.x + turn*r, m.y}
	start := math.Pi
	if turn < 0 {
		start = 0
	}
	for i := range 61 {
		t := float64(i) / 60
		p = append(p, c0.toward(start+turn*t*4.2*math.Pi, r*math.Pow(1-t, .9)))
	}
	w := h * .055
	s.brush(solid(c), p, func(t float64) float64 { return w * (1 - .72*t) })
	for i := 30; i < len(p)-18; i += 3 {
		q := p[i]
		out := q.sub(c0).unit()
		s.fill(solid(c), disc(q.add(out.mul(w*.42)), w*.22))
	}
	for k := range 5 {
		q, d := p.at(.06 + .05*float64(k))
		side := float64(k%2)*2 - 1
		s.fill(solid(c), leaf(q, d+side*.7, h*.09, h*.025, .4, 0))
	}
}

// herbs: stems of a species, pressed side by side.
func herbs(s *sheet) {
	s.ground(solid(s.p.Ground))
	n := 1
	if s.subject == "herbarium" {
		n = 3 + int(s.dial(s.hand.Density, 0, 2))
	}
	for k := range n {
		x := .5
		h := s.high * s.in(.78, .84)
		if n > 1 {
			x = (float64(k) + .5) / float64(n) * .92 * 1.0
			x += .04
			h = s.high * s.in(.55, .78)
		}
		c := s.unlike(s.p.Ground)
		kind := s.r.IntN(6)
		switch s.subject {
		case "eucalyptus":
			kind = 0
		case "olive":
			kind = 1
		case "rubber plant":
			kind = 2
		}
		s.herb(pt{x, s.high * .93}, h, kind, c, 1/math.Sqrt(float64(n)))
		if n > 1 && s.hand.Order > .5 { // a strip of tape
			y := s.high*.93 - h*.1
			s.fill(glaze(s.c[1], .55), rect(x-.045, y-.012, x+.045, y+.012).turn(pt{x, y}, s.in(-.2, .2)))
		}
	}
}

func (s *sheet) herb(base pt, h float64, kind int, c rgb, wide float64) {
	spine := s.stem(base, -math.Pi/2+s.in(-.08, .08), h, s.in(-.25, .25))
	dark := lift(c, -.1)
	if light(c) < .4 {
		dark = lift(c, .12)
	}
	s.brush(solid(dark), spine, func(t float64) float64 { return h * .013 * (1.2 - t) })
	two := mix(c, s.c[1], .35)
	tone := func(k int) rgb {
		if s.hand.Weight > .5 && k%2 == 1 {
			return two
		}
		return c
	}
	switch kind {
	case 0: // round leaves in pairs, largest below the middle
		n := 8 + int(s.dial(s.hand.Density, 0, 4))
		for k := range n {
			t := .12 + .87*float64(k)/float64(n)
			q, d := spine.at(t)
			r := h * .62 / float64(n) * math.Sqrt(wide) * (.62 + .55*math.Sin(math.Pi*math.Pow(1-t, .8)))
			for i, side := range []float64{-1, 1} {
				a := d + side*s.in(.9, 1.25)
				m := q.toward(a, r*s.in(1.0, 1.2))
				s.stroke(solid(dark), .003, poly{q, m})
				s.fill(solid(tone(i+k)), oval(m, r*s.in(.9, 1.05), r*s.in(.72, .86), a))
				s.stroke(glaze(dark, .55), .002, poly{q, m.toward(a, r*.5)})
			}
		}
		q, d := spine.at(1)
		s.fill(solid(c), leaf(q, d, h*.05, h*.026, .5, 0))
	case 1: // narrow leaves and fruit
		n := 9 + int(5*s.hand.Density)
		for k := range n {
			t := .1 + .86*float64(k)/float64(n)
			q, d := spine.at(t)
			l := h * .27 * math.Sqrt(wide) * (1 - .55*t)
			side := float64(k%2)*2 - 1
			a := d + side*s.in(.55, .85)
			s.fill(solid(tone(k)), leaf(q, a, l, l*.23, .45, -side*.25))
			s.stroke(glaze(dark, .8), .0022, s.stem(q, a, l*.9, -side*.25))
			if k%3 == 1 && k < n-2 {
				m := q.toward(d-side*.9, h*.06)
				s.stroke(solid(dark), .003, poly{q, m})
				f := s.unlike(c, s.p.Ink)
				s.fill(solid(f), oval(m, h*.028, h*.021, d))
			}
		}
	case 2: // broad leaves with veins
		n := 5 + int(3*s.hand.Density)
		for k := range n {
			t := .08 + .8*float64(k)/float64(n)
			q, d := spine.at(t)
			l := h * .34 * wide * (1.05 - .45*t)
			side := float64(k%2)*2 - 1
			a := d + side*s.in(.65, .95)
			s.fill(solid(tone(k)), leaf(q, a, l, l*.5, .5, -side*.3))
			s.vein(q, a, l, l*.5, -side*.3, dark, 5)
		}
		q, d := spine.at(.95)
		s.fill(solid(c), leaf(q, d, h*.16, h*.05, .4, .2))
	case 3: // seed heads
		for k := range 5 {
			t := .4 + .6*float64(k)/4
			q, d := spine.at(t)
			side := float64(k%2)*2 - 1
			l := h * .16 * (1.3 - .6*t)
			a := d + side*.6*(1-.9*float64(k/4))
			e := q.toward(a, l)
			s.stroke(solid(dark), .003, poly{q, e})
			for j := range 11 {
				b := a + (float64(j)-5)*.22
				f := e.toward(b, l*.42*wide)
				s.stroke(glaze(dark, .9), .0018, poly{e, f})
				s.fill(solid(tone(j)), disc(f, h*.008))
			}
		}
		for k := range 4 {
			q, d := spine.at(.08 + .07*float64(k))
			side := float64(k%2)*2 - 1
			s.fill(solid(c), leaf(q, d+side*.5, h*.22*wide, h*.04*wide, .4, side*.3))
		}
	case 4: // ginkgo fans
		n := 6
		for k := range n {
			t := .2 + .75*float64(k)/float64(n)
			q, d := spine.at(t)
			side := float64(k%2)*2 - 1
			a := d + side*.9
			e := q.toward(a, h*.09*wide)
			s.stroke(solid(dark), .003, poly{q, e})
			r := h * .14 * wide * (1.15 - .5*t)
			fan := sector(e, 0, r, a-.95, a+.95)
			for i := range fan {
				v := fan[i].sub(e)
				b := math.Atan2(v.y, v.x) - a
				fan[i] = e.add(v.mul(1 - .22*math.Exp(-b*b*60)))
			}
			s.fill(solid(tone(k)), fan)
			for j := range 7 {
				b := a + (float64(j)-3)*.26
				s.stroke(glaze(dark, .5), .0016, poly{e, e.toward(b, r*.85)})
			}
		}
	default: // grass
		for k := range 7 {
			a := -math.Pi/2 + (float64(k)-3)*.16
			l := h * s.in(.6, 1)
			blade := s.stem(base, a, l, (float64(k)-3)*.2)
			s.brush(solid(tone(k)), blade, func(t float64) float64 { return h * .03 * wide * math.Pow(1-t, .7) * (.4 + t) })
		}
		for k := range 12 {
			t := .7 + .3*float64(k)/12
			q, d := spine.at(t)
			side := float64(k%2)*2 - 1
			s.fill(solid(s.unlike(s.p.Ground)), leaf(q, d+side*.4, h*.06, h*.02, .5, 0))
		}
	}
}

// tropics: large leaves over each other.
func tropics(s *sheet) {
	ground := s.p.Ground
	s.ground(solid(ground))
	if s.chance(.5) {
		m := pt{s.in(.4, .6), s.high * s.in(.32, .42)}
		s.fill(solid(s.sun(ground)), disc(m, s.in(.22, .3)))
	}
	n := 5 + int(s.dial(s.hand.Density, 0, 4))
	last := ground
	for k := range n {
		// From the edges in: the last leaves stand in the middle and in front.
		t := 1 - float64(k)/float64(n-1)
		side := float64(k%2*2 - 1)
		base := pt{.5 + side*.44*t + s.in(-.04, .04), s.high * 1.06}
		a := -math.Pi/2 + side*t*.35 + s.in(-.2, .2)
		l := s.high * (.66 + .42*t) * s.in(.8, 1.1)
		c := s.unlike(last, s.p.Ground)
		if c == s.p.Ground {
			c = s.c[0]
		}
		last = c
		switch s.subject {
		case "monstera":
			s.monstera(base, a, l*1.15, c)
		case "palm":
			s.palm(base, a, l*1.05, c)
		default:
			if k%2 == 0 {
				s.banana(base, a, l, c)
			} else {
				s.monstera(base, a, l*1.05, c)
			}
		}
	}
}

func (s *sheet) veinOf(c rgb) rgb {
	if light(c) < .5 {
		return lift(c, .11)
	}
	return lift(c, -.09)
}

func (s *sheet) monstera(base pt, angle, length float64, c rgb) {
	stalk := s.stem(base, angle, length*.5, s.in(-.2, .2))
	s.brush(solid(s.veinOf(c)), stalk, func(float64) float64 { return length * .018 })
	o, d := stalk.at(1)
	l := length * .52
	// A heart around the axis, cut from the rim toward the middle.
	var heart poly
	const n = 120
	for i := range n {
		t := 2 * math.Pi * float64(i) / n
		x := 16 * math.Pow(math.Sin(t), 3)
		y := 13*math.Cos(t) - 5*math.Cos(2*t) - 2*math.Cos(3*t) - math.Cos(4*t)
		k := 1.0
		// Five cuts on each side.
		u := math.Mod(float64(i)/n*2, 1)
		if u > .16 && u < .84 {
			w := math.Mod((u-.16)*7.35, 1)
			if w > .78 {
				k = .5
			}
		}
		heart = append(heart, pt{(y - 5) * k, x * k})
	}
	place := func(p poly) poly {
		q := make(poly, len(p))
		for i, v := range p {
			q[i] = o.add(pt{-(v.x - 7) / 26 * l, v.y / 26 * l * .95})
		}
		return q.turn(o, d)
	}
	p := place(heart)
	s.fill(solid(c), p)
	ribs := s.veinOf(c)
	axis := place(poly{{6, 0}, {-16, 0}})
	s.stroke(solid(ribs), l*.013, axis)
	for k := range 5 {
		t := .08 + .16*float64(k)
		q := axis[0].lerp(axis[1], t)
		for _, side := range []float64{-1, 1} {
			s.clip(p)
			s.stroke(solid(ribs), l*.007, s.stem(q, d+side*(1.25-.12*float64(k)), l*.42*(1-.12*float64(k)), -side*.4))
			s.unclip()
		}
	}
}

func (s *sheet) banana(base pt, angle, length float64, c rgb) {
	bend := s.in(-.5, .5)
	w := length * s.in(.26, .34)
	s.fill(solid(c), leaf(base, angle, length, w, .5, bend))
	s.vein(base, angle, length, w, bend, s.veinOf(c), 13)
}

func (s *sheet) palm(base pt, angle, length float64, c rgb) {
	spine := s.stem(base, angle, length, s.in(-.5, .5))
	s.brush(solid(c), spine, func(t float64) float64 { return length * .016 * (1.2 - t) })
	n := 16
	for k := range n {
		t := .25 + .74*float64(k)/float64(n)
		q, d := spine.at(t)
		l := length * .34 * math.Sin(math.Pi*(.18+.7*(1-t)))
		for _, side := range []float64{-1, 1} {
			s.fill(solid(c), leaf(q, d+side*(.95-.55*t), l, length*.032, .35, side*.28))
		}
	}
}

// trees: one tree, through the seasons.
func trees(s *sheet) {
	s.ground(solid(s.p.Ground))
	foot := pt{s.in(.46, .54), s.high * .84}
	if s.hand.Order > .45 || s.subject == "winter tree" {
		s.fill(solid(mix(s.p.Ground, s.sun(s.p.Ground), .55)), disc(pt{foot.x + s.in(-.1, .1), s.high * .38}, .3))
	}
	ground := mix(s.p.Ground, s.c[2], .5)
	s.fill(solid(ground), s.swell(s.high*.85, .008, 1.3))
	bark := s.p.Ink
	var tips []pt
	depth := 7
	if s.subject == "winter tree" {
		depth = 9
	}
	var grow func(p pt, angle, length, width float64, level int)
	grow = func(p pt, angle, length, width float64, level int) {
		bend := s.in(-.25, .25)
		line := s.stem(p, angle, length, bend)
		s.brush(solid(bark), line, func(t float64) float64 { return width * (1 - .32*t) })
		q, d := line.at(1)
		if level <= 4 {
			tips = append(tips, q)
		}
		if level == 0 || length < .012 {
			return
		}
		spread := s.dial(1-s.hand.Order, .36, .55)
		grow(q, d-spread*s.in(.6, 1.25), length*s.in(.7, .84), width*.66, level-1)
		grow(q, d+spread*s.in(.6, 1.25), length*s.in(.7, .84), width*.66, level-1)
	}
	grow(pt{foot.x, foot.y + .03}, -math.Pi/2, s.high*.19, .05, depth)
	if s.subject == "winter tree" {
		return
	}
	leaves := []rgb{s.c[0], s.c[1], s.unlike(s.p.Ground)}
	size := s.dial(s.hand.Weight, .011, .02)
	for _, p := range tips {
		for range 1 + int(3*s.hand.Density) {
			q := p.add(pt{s.in(-.03, .03), s.in(-.03, .03)})
			c := s.pick(leaves...)
			if s.subject == "blossom tree" {
				s.fill(solid(mix(c, s.pale(), s.in(0, .5))), disc(q, size*s.in(.5, 1)))
			} else {
				s.fill(solid(c), leaf(q, s.in(0, 6.3), size*2.4, size*1.1, .5, 0))
			}
		}
	}
	for range 14 { // fallen
		q := pt{foot.x + s.in(-.35, .35), s.high * s.in(.86, .93)}
		s.fill(solid(s.pick(leaves...)), leaf(q, s.in(-.4, .4), size*1.8, size*.8, .5, 0))
	}
}

// cutouts: lobed forms from painted paper, pasted on a grid of colours.
func cutouts(s *sheet) {
	back := s.p.Ground
	s.ground(solid(back))
	cols, rows := 1, 1
	if s.subject == "collage" {
		cols, rows = 2, 2+s.r.IntN(2)
		if s.hand.Density > .6 {
			cols, rows = 3, 4
		}
	}
	w, h := 1/float64(cols), s.high/float64(rows)
	for y := range rows {
		for x := range cols {
			cell := back
			if cols > 1 {
				cell = s.unlike(back, s.p.Ground)
				back = cell
				s.fill(solid(cell), rect(float64(x)*w, float64(y)*h, float64(x+1)*w, float64(y+1)*h))
			}
			m := pt{(float64(x) + .5) * w, (float64(y) + .5) * h}
			c := s.unlike(cell, s.p.Ground)
			size := min(w, h)
			if s.subject == "seaweed" || (s.subject == "collage" && s.chance(.7)) {
				s.alga(m.add(pt{0, h * .38}), h*.78, min(w*.8, h*.8), c)
			} else {
				s.fill(solid(c), s.blob(m, size*.36, 4+s.r.IntN(3), .3))
				s.fill(solid(s.unlike(c, cell)), s.blob(m, size*.15, 3, .2))
			}
		}
	}
	switch s.subject {
	case "pebble forms":
		s.forms()
	case "seaweed":
		for range 4 {
			p := pt{s.in(.1, .9), s.high * s.in(.1, .9)}
			if math.Abs(p.x-.5) > .3 {
				s.fill(solid(s.unlike(s.p.Ground)), s.blob(p, s.in(.03, .06), 3, .2))
			}
		}
	}
}

// alga is a frond with round lobes to both sides.
func (s *sheet) alga(base pt, h, w float64, c rgb) {
	spine := s.stem(base, -math.Pi/2, h, s.in(-.3, .3))
	s.brush(solid(c), spine, func(t float64) float64 { return h * .06 * (1.15 - .6*t) })
	n := 4 + int(3*s.hand.Order)
	for k := range n {
		t := .1 + .78*float64(k)/float64(n-1)
		q, d := spine.at(t)
		l := w * .5 * math.Sin(math.Pi*(.22+.66*t)) * s.in(.8, 1.05)
		for _, side := range []float64{-1, 1} {
			rib := s.stem(q, d+side*1.15, l, -side*s.in(.5, 1))
			s.brush(solid(c), rib, func(u float64) float64 { return h * (.045 + .045*math.Sin(math.Pi*u*.75)) })
			e, _ := rib.at(1)
			s.fill(solid(c), disc(e, h*.035))
		}
	}
	e, _ := spine.at(1)
	s.fill(solid(c), disc(e, h*.045))
}

// forms are a few large quiet shapes.
func (s *sheet) forms() {
	s.ground(solid(s.p.Ground))
	last := s.p.Ground
	spots := []pt{{.36, .3}, {.62, .52}, {.38, .72}, {.7, .24}, {.7, .82}}
	n := 3 + int(s.dial(s.hand.Density, 0, 2))
	for k := range n {
		c := s.unlike(last, s.p.Ground)
		if c == s.p.Ground {
			c = s.c[k%len(s.c)]
		}
		last = c
		p := pt{spots[k].x + s.in(-.05, .05), spots[k].y * s.high}
		r := []float64{.26, .25, .2, .12, .1}[k] * s.in(.85, 1.1)
		s.fill(solid(c), s.blob(p, r, 3, .22).scale(p, s.in(.75, 1.1), 1))
	}
	for range 2 {
		line := s.stem(pt{s.in(.2, .8), s.high * s.in(.3, .8)}, s.in(0, 6.3), s.in(.3, .6), s.in(-3, 3))
		s.stroke(solid(s.p.Ink), .006, line)
	}
}
