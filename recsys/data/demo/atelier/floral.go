package atelier

import "math"

// flower draws a head seen from the front, or from the side where its kind is
// a cup. Kinds: 0 daisy, 1 poppy, 2 anemone, 3 dahlia, 4 cosmos, 5 tulip,
// 6 bell, 7 umbel, 8 cornflower, 9 rose.
func (s *sheet) flower(m pt, r, up float64, kind int, petal, heart rgb) {
	shade := lift(petal, -.08)
	if light(petal) < .4 {
		shade = lift(petal, .09)
	}
	turn := s.in(0, 6.3)
	ring := func(n int, inner, length, width, off float64, c rgb) {
		for k := range n {
			a := turn + off + 2*math.Pi*float64(k)/float64(n)
			s.fill(solid(c), leaf(m.toward(a, inner), a, length, width, .62, 0))
		}
	}
	switch kind {
	case 0:
		n := 11 + s.r.IntN(6)
		ring(n, r*.12, r*.9, r*.30, 0, petal)
		s.fill(solid(heart), disc(m, r*.26))
		for k := range 7 {
			s.fill(glaze(lift(heart, -.12), .8), disc(m.toward(float64(k)*.9+turn, r*.14), r*.03))
		}
	case 1:
		for k := range 4 {
			a := turn + float64(k)*math.Pi/2
			c := petal
			if k%2 == 1 {
				c = shade
			}
			s.fill(solid(c), s.blob(m.toward(a, r*.42), r*.56, 4, .08))
		}
		s.fill(solid(heart), disc(m, r*.23))
		for k := range 14 {
			a := turn + 2*math.Pi*float64(k)/14
			s.stroke(solid(heart), r*.03, poly{m, m.toward(a, r*.40)})
			s.fill(solid(heart), disc(m.toward(a, r*.40), r*.04))
		}
	case 2:
		for k := range 7 {
			a := turn + 2*math.Pi*float64(k)/7
			c := petal
			if k%2 == 1 {
				c = lift(petal, .035)
			}
			s.fill(solid(c), oval(m.toward(a, r*.56), r*.46, r*.36, a))
		}
		s.fill(solid(s.pale()), disc(m, r*.3))
		for k := range 16 {
			s.fill(solid(heart), disc(m.toward(turn+2*math.Pi*float64(k)/16, r*.29), r*.032))
		}
		s.fill(solid(heart), disc(m, r*.19))
	case 3:
		for k := range 4 {
			q := 1 - .23*float64(k)
			c := mix(petal, heart, .2*float64(k))
			if k%2 == 1 {
				c = lift(c, -.05)
			}
			ring(14-2*k, r*.05, r*q*.95, r*.36*q, .2*float64(k), c)
		}
		s.fill(solid(heart), disc(m, r*.13))
	case 4:
		for k := range 8 {
			a := turn + 2*math.Pi*float64(k)/8
			tip := m.toward(a, r)
			w := r * .33
			p := poly{m, tip.toward(a-math.Pi/2, w), tip.toward(a-math.Pi/4, w*.34), tip, tip.toward(a+math.Pi/4, w*.34), tip.toward(a+math.Pi/2, w)}
			s.fill(solid(petal), smooth(p, true))
			s.stroke(glaze(shade, .8), r*.02, poly{m.toward(a, r*.3), m.toward(a, r*.8)})
		}
		s.fill(solid(heart), disc(m, r*.2))
	case 5:
		cup := func(k rgb, dx, lean, w float64) {
			b := m.add(pt{dx * r, r * .6})
			s.fill(solid(k), leaf(b, -math.Pi/2+lean, r*1.6, r*w, .42, -lean*.8).turn(m, up+math.Pi/2))
		}
		cup(shade, 0, 0, .9)
		cup(petal, -.16, -.30, .8)
		cup(petal, .16, .30, .8)
		cup(lift(petal, .05), 0, 0, .56)
	case 6:
		b := poly{{-.12, -.6}, {-.42, -.1}, {-.46, .35}, {-.72, .62}, {-.3, .56}, {0, .7}, {.3, .56}, {.72, .62}, {.46, .35}, {.42, -.1}, {.12, -.6}}
		p := make(poly, len(b))
		for i, q := range b {
			p[i] = m.add(q.mul(r))
		}
		s.stroke(solid(heart), r*.07, poly{m.add(pt{0, r * .2}), m.add(pt{0, r * .88})})
		s.fill(solid(heart), disc(m.add(pt{0, r * .9}), r*.08))
		s.fill(solid(petal), smooth(p, true))
		s.stroke(glaze(shade, .9), r*.035, poly{m.add(pt{0, -r * .4}), m.add(pt{0, r * .5})})
	case 7:
		n := 9
		foot := m.toward(up+math.Pi, r*.8)
		for k := range n {
			a := up + (float64(k)-float64(n-1)/2)*.2
			e := foot.toward(a, r*(1.35-.12*math.Abs(float64(k)-4)))
			s.stroke(solid(shade), r*.03, poly{foot, e})
			for j := range 6 {
				s.fill(solid(petal), disc(e.toward(float64(j)*1.05, r*.11), r*.075))
			}
			s.fill(solid(heart), disc(e, r*.05))
		}
	case 8:
		for k := range 9 {
			a := up + (float64(k)-4)*.36
			p := poly{m, m.toward(a-.16, r*.85), m.toward(a-.07, r*.75), m.toward(a, r), m.toward(a+.07, r*.75), m.toward(a+.16, r*.85)}
			c := petal
			if k%2 == 1 {
				c = shade
			}
			s.fill(solid(c), p)
		}
		s.fill(solid(heart), oval(m.toward(up+math.Pi, r*.2), r*.3, r*.22, up))
	default:
		for k := range 5 {
			q := 1 - .2*float64(k)
			c := lift(petal, .03*float64(k)-.05)
			if k%2 == 1 {
				c = lift(c, -.06)
			}
			s.fill(solid(c), s.blob(m.toward(turn+float64(k)*1.3, r*.06*float64(k)), r*q*.86, 5, .1))
		}
		var spiral poly
		for k := range 40 {
			t := float64(k) / 39
			spiral = append(spiral, m.toward(turn+t*9, r*.5*t))
		}
		s.stroke(glaze(heart, .85), r*.045, spiral)
	}
}

// petals is two colours for a flower: one that stands out, and its heart.
func (s *sheet) petals() (petal, heart rgb) {
	petal = s.unlike(s.p.Ground, s.c[0])
	return petal, s.unlike(petal)
}

// green is the palette's leaf colour: the greenest, or the darkest.
func (s *sheet) green() rgb {
	best, most := s.dark(), -.02
	if s.p.Dark {
		best = s.c[0]
	}
	for _, c := range s.c {
		x := c.lab()
		if v := -x.a + .3*x.b - .35*math.Abs(x.l-.5); v > most && math.Abs(x.l-s.p.Ground.lab().l) > .12 {
			best, most = c, v
		}
	}
	return best
}

// meadow: wild flowers on long stems.
func meadow(s *sheet) {
	ground := s.p.Ground
	if s.hand.Order < .5 && !s.p.Dark {
		s.sky(mix(ground, s.c[1], .2), ground)
	} else {
		s.ground(solid(ground))
	}
	if s.chance(.45) {
		s.fill(solid(mix(ground, s.sun(ground), .5)), disc(pt{s.in(.25, .75), s.high * .26}, s.in(.13, .2)))
	}
	leafy := s.green()
	kinds := []int{0, 1, 4, 7, 8, 6}
	switch s.subject {
	case "poppies":
		kinds = []int{1, 1, 5}
	case "daisies":
		kinds = []int{0, 0, 4}
	}
	for range 50 + int(60*s.hand.Density) { // grass
		x := s.in(-.05, 1.05)
		h := s.high * s.in(.1, .42)
		c := mix(leafy, ground, s.in(.05, .6))
		s.brush(solid(c), s.stem(pt{x, s.high + .02}, -math.Pi/2+s.in(-.2, .2), h, s.in(-.4, .4)), func(t float64) float64 { return .010 * (1 - t) })
	}
	n := 9 + int(s.dial(s.hand.Density, 0, 12))
	for k := range n {
		t := float64(k) / float64(n)
		x := .06 + .88*math.Mod(float64(k)*.618+s.in(-.03, .03), 1)
		h := s.high * (.80 - .48*t) * s.in(.85, 1.05)
		stem := s.stem(pt{x + s.in(-.05, .05), s.high + .02}, -math.Pi/2, h, s.in(-.22, .22))
		c := leafy
		if k%3 == 1 {
			c = lift(leafy, .06)
		}
		s.brush(solid(c), stem, func(u float64) float64 { return .0085 * (1.15 - .5*u) })
		for j := range 3 {
			q, d := stem.at(.2 + .2*float64(j) + s.in(-.05, .05))
			side := float64((j+k)%2)*2 - 1
			s.fill(solid(c), leaf(q, d+side*.6, h*.16, h*.03, .4, side*.3))
		}
		head, d := stem.at(1)
		petal, heart := s.petals()
		r := s.in(.045, .085) * s.dial(s.hand.Weight, .8, 1.35)
		s.flower(head, r, d, kinds[s.r.IntN(len(kinds))], petal, heart)
	}
}

// bouquet: flowers in a vase.
func bouquet(s *sheet) {
	wall := s.p.Ground
	table := s.high * s.in(.78, .84)
	s.ground(solid(wall))
	if s.hand.Order > .35 {
		s.fill(solid(mix(wall, s.c[2], .45)), arch(.16, s.high*.1, .84, table))
	}
	cloth := s.unlike(wall, s.p.Ink)
	s.fill(solid(cloth), rect(-.01, table, 1.01, s.high+.01))
	m := pt{s.in(.47, .53), table + .045}
	vh := s.high * s.in(.26, .32)
	mouth := pt{m.x, m.y - vh}
	leafy := s.green()
	n := 7 + int(s.dial(s.hand.Density, 0, 7))
	kinds := []int{0, 1, 2, 3, 4, 9, 5, 7}
	switch s.subject {
	case "tulips":
		kinds = []int{5}
	case "dahlias":
		kinds = []int{3, 3, 9}
	case "anemones":
		kinds = []int{2, 2, 4}
	}
	type bloom struct {
		p     pt
		a, r  float64
		kind  int
		c, hc rgb
	}
	var blooms []bloom
	for k := range n {
		// A fan, the middle ones highest, sizes mixed.
		t := (float64(k)+.5)/float64(n)*2 - 1
		a := -math.Pi/2 + t*1.05 + s.in(-.08, .08)
		l := s.high * (.40 - .10*t*t) * []float64{1, .68, .86}[k%3]
		p := mouth.toward(a, l)
		c, hc := s.petals()
		blooms = append(blooms, bloom{p, a, s.in(.07, .105) * s.dial(s.hand.Weight, .85, 1.15), kinds[s.r.IntN(len(kinds))], c, hc})
	}
	for range 12 {
		a := -math.Pi/2 + s.in(-1.25, 1.25)
		l := s.high * s.in(.16, .36)
		q := mouth.toward(a, l*.3)
		c := leafy
		if s.chance(.4) {
			c = lift(leafy, s.in(-.06, .08))
		}
		s.fill(solid(c), leaf(q, a+s.in(-.2, .2), l, l*.26, .5, s.in(-.5, .5)))
	}
	for _, b := range blooms {
		s.stroke(solid(leafy), .007, bezier(mouth.add(pt{0, .04}), mouth.toward(-math.Pi/2, .1), b.p.toward(b.a+math.Pi, .12), b.p))
	}
	s.vase(m, vh, s.r.IntN(4), s.unlike(cloth, s.pale()), wall)
	for i := range blooms { // the shortest lie in front
		b := blooms[(i*3)%len(blooms)]
		if len(blooms)%3 == 0 {
			b = blooms[i]
		}
		s.flower(b.p, b.r, b.a, b.kind, b.c, b.hc)
	}
	if s.chance(.6) {
		fruit(s, pt{m.x + s.pickSign()*s.in(.24, .32), table + .075}, .055, s.r.IntN(3))
	}
}

// vase is a vessel turned from half profiles; kinds: 0 belly, 1 bottle, 2 jug, 3 bowl-footed.
func (s *sheet) vase(foot pt, h float64, kind int, c, back rgb) {
	var half [][2]float64 // half width and height, of h
	switch kind {
	case 0:
		half = [][2]float64{{.20, 0}, {.34, .18}, {.40, .42}, {.30, .72}, {.17, .88}, {.22, 1}}
	case 1:
		half = [][2]float64{{.26, 0}, {.31, .1}, {.31, .4}, {.22, .58}, {.11, .72}, {.10, .9}, {.14, 1}}
	case 2:
		half = [][2]float64{{.22, 0}, {.32, .2}, {.32, .45}, {.22, .78}, {.21, .9}, {.28, 1}}
	default:
		half = [][2]float64{{.2, 0}, {.11, .1}, {.16, .2}, {.36, .5}, {.36, .75}, {.3, 1}}
	}
	var right, left poly
	for _, q := range half {
		right = append(right, pt{foot.x + q[0]*h, foot.y - q[1]*h})
		left = append(left, pt{foot.x - q[0]*h, foot.y - q[1]*h})
	}
	p := append(smooth(left, false), smooth(right, false).reverse()...)
	if kind == 2 {
		hand := bezier(pt{foot.x + .24*h, foot.y - .88*h}, pt{foot.x + .6*h, foot.y - .95*h}, pt{foot.x + .56*h, foot.y - .35*h}, pt{foot.x + .28*h, foot.y - .28*h})
		s.stroke(solid(lift(c, -.05)), h*.055, hand)
	}
	s.fill(glaze(s.dark(), .14), oval(pt{foot.x + h*.2, foot.y - h*.01}, h*.5, h*.045, 0))
	s.fill(solid(c), p)
	s.clip(p)
	deco := s.unlike(c, back)
	switch s.r.IntN(5) {
	case 0:
		for k := range 3 {
			y := foot.y - h*(.3+.16*float64(k))
			s.fill(solid(deco), rect(foot.x-h, y, foot.x+h, y+h*.055))
		}
	case 1:
		s.fill(solid(deco), rect(foot.x-h, foot.y-h*.42, foot.x+h, foot.y+h))
	case 2:
		for k := range 9 {
			for j := range 4 {
				s.fill(solid(deco), disc(pt{foot.x + h*(.1*float64(k)-.4+.05*float64(j%2)), foot.y - h*(.25+.12*float64(j))}, h*.022))
			}
		}
	case 3:
		var z poly
		for k := range 13 {
			z = append(z, pt{foot.x + h*(float64(k)*.08-.48), foot.y - h*(.45+.09*float64(k%2))})
		}
		s.segments(solid(deco), h*.03, z)
	}
	s.fill(fade(pt{foot.x, 0}, pt{foot.x + .36*h, 0}, s.dark(), 0, .26), rect(foot.x, foot.y-h*1.1, foot.x+h, foot.y+h*.1))
	s.unclip()
}

// blooms: flowers as a pattern that fills the sheet.
func blooms(s *sheet) {
	ground := s.p.Ground
	if s.hand.Order > .6 {
		ground = s.c[0]
	}
	s.ground(solid(ground))
	kinds := []int{0, 2, 3, 4}
	switch s.subject {
	case "poppy field":
		kinds = []int{1}
	case "rose garden":
		kinds = []int{9, 9, 2}
	}
	big := s.dial(1-s.hand.Density, .13, .25)
	type spot struct {
		p pt
		r float64
	}
	var spots []spot
	put := func(lo, hi float64, tries int) {
		for range tries {
			r := s.in(lo, hi)
			p := pt{s.in(-.08, 1.08), s.in(-.08, s.high+.08)}
			ok := true
			for _, q := range spots {
				ok = ok && q.p.sub(p).norm() > (q.r+r)*1.04
			}
			if ok {
				spots = append(spots, spot{p, r})
			}
		}
	}
	put(big*.8, big, 160)
	put(big*.4, big*.6, 300)
	leafy := s.green()
	if leafy == ground {
		leafy = s.unlike(ground)
	}
	for _, q := range spots {
		for range 3 {
			a := s.in(0, 6.3)
			s.fill(solid(lift(leafy, s.in(-.05, .06))), leaf(q.p.toward(a, q.r*.6), a, q.r*s.in(.7, 1), q.r*.38, .5, s.in(-.4, .4)))
		}
	}
	put(big*.12, big*.2, 400)
	for _, q := range spots {
		petal := s.unlike(ground, s.pale())
		heart := s.unlike(petal, s.dark())
		if q.r < big*.3 {
			s.fill(solid(petal), disc(q.p, q.r*.7))
			continue
		}
		s.flower(q.p, q.r, 0, kinds[s.r.IntN(len(kinds))], petal, heart)
	}
}

// folk: a mirrored tree of flowers, hearts and birds.
func folk(s *sheet) {
	ground := s.p.Ground
	s.ground(solid(ground))
	red, blue := s.unlike(ground), s.c[0]
	if blue == red {
		blue = s.c[1]
	}
	leafy := s.green()
	if leafy == red {
		leafy = s.dark()
	}
	h := s.high
	// Everything is drawn twice, left and right of the axis.
	both := func(k ink, p poly) {
		s.fill(k, p)
		s.fill(k, p.scale(pt{.5, 0}, -1, 1).reverse())
	}
	tulip := func(m pt, r, a float64, c, d rgb) {
		for k := -1; k <= 1; k += 2 {
			both(solid(c), leaf(m, a+float64(k)*.42, r*1.5, r*.72, .5, -float64(k)*.55))
		}
		both(solid(d), leaf(m, a, r*1.35, r*.52, .55, 0))
		both(solid(ground), disc(m.toward(a, r*.85), r*.1))
	}
	round := func(m pt, r float64, c, d rgb) {
		n := 8
		for k := range n {
			a := 2 * math.Pi * float64(k) / float64(n)
			both(solid(c), leaf(m, a, r, r*.5, .66, 0))
		}
		both(solid(d), disc(m, r*.4))
		both(solid(ground), disc(m, r*.25))
		both(solid(c), disc(m, r*.13))
	}
	curl := func(a, b, c, d pt, w float64) poly {
		line := bezier(a, b, c, d)
		both(solid(leafy), outline(line, func(t float64) float64 { return w * (1 - .5*t) }))
		return line
	}
	w := .016 + .008*s.hand.Weight
	// Trunk.
	s.fill(solid(leafy), outline(poly{{.5, h * .93}, {.5, h * .2}}, func(t float64) float64 { return w * 1.3 * (1 - .4*t) }))
	pot := h * .90
	if s.subject == "flower pot" {
		s.fill(solid(blue), poly{{.34, pot - .12*h}, {.66, pot - .12*h}, {.6, pot + .03*h}, {.4, pot + .03*h}})
		s.fill(solid(red), rect(.32, pot-.15*h, .68, pot-.115*h))
		for k := range 5 {
			s.fill(solid(ground), disc(pt{.4 + .05*float64(k), pot - .045*h}, .012))
		}
	} else {
		heart := func(m pt, r float64, c rgb) {
			p := bezier(m.add(pt{0, r}), m.add(pt{-r * 1.5, -r * .1}), m.add(pt{-r * .7, -r * 1.2}), m.add(pt{0, -r * .4}))
			s.fill(solid(c), append(p, p.scale(m, -1, 1).reverse()...))
		}
		heart(pt{.5, pot - .03}, .11, red)
		heart(pt{.5, pot - .03}, .065, ground)
		heart(pt{.5, pot - .03}, .04, blue)
	}
	rows := 2 + int(s.dial(s.hand.Density, .4, 1.9))
	start := s.r.IntN(2)
	droop := s.in(-.05, .05)
	for k := range rows {
		t := (float64(k) + .2) / float64(rows)
		y := h * (.76 - .46*t)
		reach := .40 - .1*t
		line := curl(pt{.5, y}, pt{.5 + reach*.35, y + .02*h}, pt{.5 + reach*.95, y + (.03+droop)*h}, pt{.5 + reach*s.in(.85, .97), y - .10*h}, w)
		e, d := line.at(1)
		if (k+start)%2 == 0 {
			tulip(e, .105, d, red, blue)
		} else {
			round(e.add(pt{0, -.02}), .11, blue, red)
		}
		for j := range 4 {
			q, d := line.at(.18 + .2*float64(j))
			side := float64(j%2)*2 - 1
			both(solid(leafy), leaf(q, d+side*.8, .085, .038, .45, 0))
		}
		bud := pt{.5 + reach*.38, y - .075*h}
		curl(pt{.5 + .01, y - .01*h}, pt{.5 + reach*.1, y - .02*h}, pt{.5 + reach*.36, y - .01*h}, bud, w*.7)
		both(solid(s.c[(k+2)%len(s.c)]), disc(bud, .026))
		both(solid(ground), disc(bud, .011))
	}
	// The crown.
	top := pt{.5, h * .2}
	if s.dial(s.hand.Order, 0, 1) > .5 {
		round(top, s.in(.11, .14), red, blue)
	} else {
		s.tulipTop(top.add(pt{0, .06}), .13, red, blue, ground)
	}
	if s.subject == "two birds" {
		c := s.unlike(ground)
		m := pt{.2, h * .80}
		body := smooth(poly{{m.x - .12, m.y - .04}, {m.x - .02, m.y - .06}, {m.x + .05, m.y - .12}, {m.x + .1, m.y - .1}, {m.x + .09, m.y - .03}, {m.x + .02, m.y + .045}, {m.x - .06, m.y + .03}}, true)
		both(solid(c), body)
		both(solid(s.unlike(c)), leaf(pt{m.x + .03, m.y - .03}, math.Pi*.93, .12, .055, .4, .2))
		both(solid(s.dark()), poly{{m.x + .1, m.y - .1}, {m.x + .14, m.y - .085}, {m.x + .1, m.y - .075}})
		both(solid(ground), disc(pt{m.x + .07, m.y - .09}, .009))
	}
	// A border of dots.
	if s.hand.Weight > .45 {
		n := 22
		for k := range n {
			y := h * (float64(k) + .5) / float64(n)
			both(solid([]rgb{red, blue}[k%2]), disc(pt{.028, y}, .008))
		}
	}
}

func (s *sheet) tulipTop(m pt, r float64, c, d, ground rgb) {
	for k := -1; k <= 1; k += 2 {
		s.fill(solid(c), leaf(m, -math.Pi/2+float64(k)*.42, r*1.5, r*.72, .5, -float64(k)*.55))
	}
	s.fill(solid(d), leaf(m, -math.Pi/2, r*1.35, r*.52, .55, 0))
	s.fill(solid(ground), disc(m.add(pt{0, -r * .85}), r*.1))
}
