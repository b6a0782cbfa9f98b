package atelier

import "math"

// birds: on branches or in flight, from few curves.
func birds(s *sheet) {
	ground := s.p.Ground
	s.ground(solid(ground))
	switch s.subject {
	case "flock":
		s.fill(solid(s.sun(ground)), disc(pt{s.in(.35, .65), s.high * s.in(.3, .5)}, s.in(.2, .27)))
		n := 7 + int(s.dial(s.hand.Density, 0, 10))
		for k := range n {
			t := float64(k) / float64(n)
			p := pt{.1 + .8*math.Mod(float64(k)*.618, 1), s.high * (.1 + .78*t)}
			s.swallow(p, s.in(.07, .13), s.in(-.6, .1), s.dark())
		}
	case "crane":
		ground = mix(ground, s.c[1], .5)
		if light(s.pale())-light(ground) < .12 {
			ground = mix(ground, s.dark(), .25)
		}
		s.ground(solid(ground))
		s.fill(solid(s.sun(ground)), disc(pt{.5, s.high * .34}, s.in(.25, .3)))
		s.fill(solid(mix(ground, s.c[1], .6)), s.swell(s.high*.86, .008, .5))
		s.crane(pt{.5, s.high * .9}, s.high*.62)
		for k := range 9 {
			x := .1 + .8*float64(k)/8
			if math.Abs(x-.5) < .15 {
				continue
			}
			s.brush(solid(s.green()), s.stem(pt{x, s.high * .92}, -math.Pi/2+s.in(-.2, .2), s.high*s.in(.12, .34), s.in(-.4, .4)), func(t float64) float64 { return .012 * (1 - t) })
		}
	default: // on a branch
		if s.dial(s.hand.Order, 0, 1) > .5 {
			s.fill(solid(mix(ground, s.pick(s.sun(ground), s.c[0], s.c[1]), .5)), disc(pt{s.in(.4, .6), s.high * s.in(.36, .5)}, s.in(.28, .38)))
		}
		n := 1 + int(s.dial(s.hand.Density, 0, 2.9))
		for k := range n {
			y := s.high * (.30 + .58*float64(k)/float64(max(n, 2)))
			if n == 1 {
				y = s.high * .62
			}
			side := float64(k%2*2 - 1)
			branch := bezier(pt{.5 - side*.55, y + .04}, pt{.3, y + .05}, pt{.6, y - .02}, pt{.5 + side*.46, y - .05})
			s.brush(solid(s.dark()), branch, func(t float64) float64 { return .022 * (1 - .7*t) })
			for j := range 7 {
				q, d := branch.at(.25 + .75*float64(j)/6)
				up := float64(j%2)*2 - 1
				s.fill(solid(s.green()), leaf(q, d+up*.8, s.in(.06, .1), .03, .5, 0))
			}
			r := []float64{.21, .155, .125}[n-1]
			q, _ := branch.at(.5)
			s.songbird(pt{q.x, q.y}, r, side)
		}
	}
}

// songbird sits on p, facing side.
func (s *sheet) songbird(p pt, r, side float64) {
	c := s.unlike(s.p.Ground, s.sun(s.p.Ground))
	wing := s.unlike(c)
	breast := s.unlike(c, s.pale())
	f := func(pts ...pt) poly {
		q := make(poly, len(pts))
		for i, v := range pts {
			q[i] = pt{p.x + side*v.x*r, p.y + v.y*r}
		}
		return q
	}
	for _, x := range []float64{-.08, .16} {
		s.stroke(solid(s.dark()), r*.05, f(pt{x, -.4}, pt{x + .02, 0}))
	}
	s.fill(solid(wing), f(pt{-.5, -.75}, pt{-1.65, .2}, pt{-1.45, .34}, pt{-.35, -.3}))
	body := smooth(f(pt{-.75, -.6}, pt{-.35, -1.2}, pt{.15, -1.7}, pt{.55, -1.95}, pt{.95, -1.75}, pt{1.0, -1.35}, pt{.85, -.8}, pt{.4, -.28}, pt{-.2, -.22}), true)
	s.fill(solid(c), body)
	s.clip(body)
	s.fill(solid(breast), disc(f(pt{.95, -.55})[0], r*.85))
	s.unclip()
	s.fill(solid(wing), smooth(f(pt{.1, -1.15}, pt{.25, -.8}, pt{0, -.5}, pt{-.5, -.32}, pt{-1.1, -.12}, pt{-.75, -.7}, pt{-.3, -1.1}), true))
	if s.hand.Weight > .4 {
		for k := range 3 {
			o := float64(k) * .16
			s.stroke(glaze(s.pale(), .8), r*.04, smooth(f(pt{.05 - o*.4, -.95 + o}, pt{-.35, -.72 + o*.9}, pt{-.85 + o, -.32 + o*.4}), false))
		}
	}
	s.fill(solid(s.sun(c)), f(pt{.93, -1.72}, pt{1.32, -1.55}, pt{.95, -1.45}))
	s.fill(solid(s.pale()), disc(f(pt{.66, -1.62})[0], r*.11))
	s.fill(solid(s.dark()), disc(f(pt{.68, -1.62})[0], r*.065))
}

// swallow flies toward an angle.
func (s *sheet) swallow(p pt, r, angle float64, c rgb) {
	k := solid(c)
	s.fill(k, leaf(p.toward(angle+math.Pi, r*.5), angle, r*1.15, r*.3, .6, 0))
	for _, d := range []float64{-1, 1} {
		s.brush(k, bezier(p.toward(angle, r*.2), p.toward(angle+d*1.0, r*.7), p.toward(angle+d*1.7, r*.9), p.toward(angle+d*2.3, r*1.25)), func(t float64) float64 { return r * .3 * (1 - t) })
		s.brush(k, poly{p.toward(angle+math.Pi, r*.3), p.toward(angle+math.Pi+d*.14, r*.7), p.toward(angle+math.Pi+d*.24, r*1.2)}, func(t float64) float64 { return r * .14 * (1 - t) })
	}
}

func (s *sheet) crane(foot pt, h float64) {
	white, dark := s.pale(), s.dark()
	f := func(x, y float64) pt { return pt{foot.x + x*h, foot.y + y*h} }
	for _, x := range []float64{-.02, .05} {
		s.segments(solid(dark), h*.014, poly{f(x, -.4), f(x+.015, -.2), f(x, 0)})
	}
	for k := range 4 {
		s.fill(solid(dark), leaf(f(-.12, -.5), math.Pi*.8+float64(k)*.1-.1, h*(.26-.02*float64(k)), h*.06, .45, -.4))
	}
	s.fill(solid(white), smooth(poly{f(-.24, -.43), f(-.1, -.55), f(.08, -.56), f(.17, -.5), f(.12, -.4), f(-.05, -.36)}, true))
	neck := bezier(f(.12, -.49), f(.30, -.56), f(.02, -.80), f(.17, -.93))
	s.brush(solid(white), neck, func(t float64) float64 { return h * (.075 - .045*t) })
	q, _ := neck.at(1)
	s.fill(solid(white), oval(q.add(pt{h * .01, 0}), h*.036, h*.026, 0))
	s.fill(solid(s.sun(white)), oval(q.add(pt{0, -h * .015}), h*.026, h*.014, 0))
	s.fill(solid(dark), poly{q.add(pt{h * .04, -h * .012}), q.add(pt{h * .15, h * .014}), q.add(pt{h * .04, h * .012})}, disc(q.add(pt{h * .02, 0}), h*.006))
	for k := range 3 {
		s.stroke(glaze(mix(white, dark, .35), .8), h*.006, bezier(f(.08, -.5+.03*float64(k)), f(0, -.47+.03*float64(k)), f(-.1, -.45+.02*float64(k)), f(-.19, -.44+.012*float64(k))))
	}
}

// fish: a school, a koi pond or one on a plate.
func fishes(s *sheet) {
	ground := s.p.Ground
	s.ground(solid(ground))
	switch s.subject {
	case "koi":
		water := mix(s.p.Ground, s.c[1], .35)
		s.ground(solid(water))
		for range 9 {
			m := pt{s.in(0, 1), s.in(0, s.high)}
			for k := range 3 {
				s.closed(glaze(lift(water, .07), .8), .0035, disc(m, .03+.035*float64(k)))
			}
		}
		for k := range 3 + int(2*s.hand.Density) {
			p := pt{[]float64{.32, .66, .4, .75, .2}[k], s.high * []float64{.26, .45, .72, .82, .5}[k]}
			s.koi(p, s.in(.30, .4), s.in(-2.4, -.7))
		}
		for range 4 {
			m := pt{s.in(0, 1), s.high * s.in(0, 1)}
			if math.Abs(m.x-.5) < .28 {
				m.x = math.Mod(m.x+.5, 1)
			}
			r := s.in(.06, .11)
			a := s.in(0, 6.3)
			s.fill(solid(s.green()), sector(m, 0, r, a, a+5.7))
			s.fill(glaze(lift(s.green(), .08), .8), sector(m, 0, r*.6, a+.4, a+2.4))
		}
	default: // rows that swim both ways
		n := 4 + int(s.dial(s.hand.Density, 0, 4))
		cols := 2 + int(s.dial(s.hand.Density, 0, 2.5))
		h := s.high / float64(n)
		if s.hand.Order < .5 {
			s.ground(gradient(pt{0, 0}, pt{0, s.high}, mix(ground, s.c[0], .15), mix(ground, s.c[0], .55)))
		}
		for y := range n {
			side := float64(y%2*2 - 1)
			c := s.unlike(ground)
			for x := range cols + 1 {
				m := pt{(float64(x) + .5*float64(y%2)) / float64(cols), (float64(y) + .5) * h}
				if s.hand.Order < .5 {
					m = m.add(pt{s.in(-.04, .04), s.in(-.15, .15) * h})
					c = s.unlike(ground)
				}
				s.fish(m, min(.40/float64(cols), h*.9), side, c, y%3)
			}
		}
	}
}

// fish seen from the side.
func (s *sheet) fish(m pt, r, side float64, c rgb, kind int) {
	f := func(pts ...pt) poly {
		q := make(poly, len(pts))
		for i, v := range pts {
			q[i] = pt{m.x + side*v.x*r, m.y + v.y*r}
		}
		if side < 0 {
			return q.reverse()
		}
		return q
	}
	deco := s.unlike(c)
	fat := []float64{.46, .34, .58}[kind]
	s.fill(solid(deco), smooth(f(pt{-.75, 0}, pt{-1.2, -.42}, pt{-1.08, 0}, pt{-1.2, .42}), true))
	s.fill(solid(deco), smooth(f(pt{.25, -fat * .8}, pt{-.1, -fat * 1.5}, pt{-.5, -fat * .9}), true), smooth(f(pt{.1, fat * .7}, pt{-.15, fat * 1.35}, pt{-.35, fat * .7}), true))
	body := smooth(f(pt{1, 0}, pt{.62, -fat * .8}, pt{.1, -fat}, pt{-.5, -fat * .55}, pt{-.9, -.06}, pt{-.9, .06}, pt{-.5, fat * .55}, pt{.1, fat}, pt{.62, fat * .8}), true)
	s.fill(solid(c), body)
	s.clip(body)
	switch kind {
	case 0:
		for k := range 4 {
			s.stroke(solid(deco), r*.09, arc(f(pt{.75 - .36*float64(k), 0})[0], r*.5, math.Pi/2*(1-side)+2.2, math.Pi/2*(1-side)+4.08))
		}
	case 1:
		s.fill(solid(deco), f(pt{-2, -.08}, pt{2, -.08}, pt{2, .08}, pt{-2, .08}))
	default:
		for _, x := range []float64{.25, -.2, -.6} {
			s.fill(solid(deco), f(pt{x, -1}, pt{x + .2, -1}, pt{x + .2, 1}, pt{x, 1}))
		}
	}
	s.fill(solid(lift(c, -.1)), f(pt{.52, -1}, pt{.56, -1}, pt{.56, 1}, pt{.52, 1}))
	s.unclip()
	eye := f(pt{.74, -fat * .22})[0]
	s.fill(solid(s.pale()), disc(eye, r*.105))
	s.fill(solid(s.dark()), disc(eye, r*.06))
}

// koi from above.
func (s *sheet) koi(m pt, l, angle float64) {
	spine := s.stem(m, angle, l, s.in(-1, 1))
	c := s.pale()
	if light(c)-light(s.p.Ground) < .02 && s.chance(.3) {
		c = s.sun(s.p.Ground)
	}
	spot := s.sun(c)
	body := outline(spine, func(t float64) float64 { return l * .27 * math.Pow(math.Sin(math.Pi*(.08+.84*t)), .8) * (.55 + .6*t) })
	s.fill(glaze(s.dark(), .13), body.move(pt{.02, .025}))
	tail, d := spine.at(0)
	for _, k := range []float64{-1, 1} {
		s.fill(glaze(c, .85), leaf(tail.toward(d, l*.06), d+math.Pi+k*.4, l*.34, l*.15, .6, -k*.5))
	}
	q, e := spine.at(.62)
	for _, k := range []float64{-1, 1} {
		s.fill(glaze(c, .85), leaf(q.toward(e+k*math.Pi/2, l*.08), e+k*2.1, l*.24, l*.13, .65, k*.3))
	}
	s.fill(solid(c), body)
	s.clip(body)
	for range 4 {
		p, _ := spine.at(s.in(.15, .95))
		s.fill(solid(spot), s.blob(p.add(pt{s.in(-.02, .02), s.in(-.02, .02)}), l*s.in(.08, .15), 3, .2))
	}
	if s.chance(.4) {
		p, _ := spine.at(.4)
		s.fill(solid(s.dark()), s.blob(p, l*.07, 3, .2))
	}
	s.unclip()
	back, _ := spine.at(.35)
	_, dir := spine.at(.5)
	s.fill(glaze(mix(c, spot, .4), .8), leaf(back, dir, l*.26, l*.05, .6, 0))
	head, f := spine.at(.93)
	for _, k := range []float64{-1, 1} {
		s.fill(solid(s.dark()), disc(head.toward(f+k*math.Pi/2, l*.055), l*.013))
	}
}

// cats: sitting, sleeping, at the window.
func cats(s *sheet) {
	wall := s.p.Ground
	s.ground(solid(wall))
	c := s.dark()
	if s.hand.Weight > .5 {
		c = s.unlike(wall)
	}
	switch s.subject {
	case "window cat":
		night := mix(s.dark(), s.c[0], .35)
		if c == s.dark() {
			night = mix(s.c[0], wall, .25)
		}
		x0, x1, y0, y1 := .16, .84, s.high*.1, s.high*.76
		s.fill(solid(s.pale()), rect(x0-.035, y0-.035, x1+.035, y1+.035))
		s.fill(solid(night), rect(x0, y0, x1, y1))
		s.clip(rect(x0, y0, x1, y1))
		s.moon(pt{s.in(.3, .7), s.high * .27}, s.in(.08, .12), mix(s.pale(), s.sun(night), .3), night)
		s.stars(30, y1)
		s.fill(solid(mix(night, s.dark(), .5)), s.ridge(y1, .14, .4, true))
		s.unclip()
		s.fill(solid(s.pale()), rect(.5-.012, y0, .5+.012, y1), rect(x0, y0+(y1-y0)*.46, x1, y0+(y1-y0)*.46+.022))
		s.fill(solid(s.unlike(wall)), rect(x0-.08, y1+.03, x1+.08, y1+.075))
		s.cat(pt{s.in(.38, .62), y1 + .035}, s.high*.42, c, night)
	case "sleeping cat":
		c = s.dark()
		if s.p.Dark || s.hand.Weight > .5 {
			c = s.sun(wall)
		}
		rug := s.unlike(c, wall)
		if rug == wall {
			rug = mix(wall, s.c[0], .5)
		}
		m := pt{.5, s.high * .58}
		for k := range 4 {
			col := rug
			if k%2 == 1 {
				col = mix(rug, wall, .6)
			}
			s.fill(solid(col), oval(m, .46-.045*float64(k), .36-.036*float64(k), 0))
		}
		s.curled(m, .27, c, rug)
		if s.chance(.7) {
			twig(s, pt{.16, s.high * .3}, -1.2, .26, s.green(), 9)
			s.vase(pt{.16, s.high * .36}, .13, 1, s.unlike(wall), wall)
		}
	default:
		floor := s.high * .8
		s.fill(solid(mix(wall, s.c[2], .6)), rect(-.01, floor, 1.01, s.high+.01))
		if s.dial(s.hand.Order, 0, 1) > .35 {
			s.fill(solid(s.pick(s.sun(wall), s.sun(wall), mix(wall, s.c[1], .7))), disc(pt{s.in(.42, .58), s.high * s.in(.34, .46)}, s.in(.24, .35)))
		}
		n := 1
		if s.subject == "two cats" {
			n = 2
		}
		for k := range n {
			x := .5
			col := c
			if n == 2 {
				x = .34 + .33*float64(k)
				if k == 1 { // apart from the first cat and from the wall
					for range 8 {
						if col = s.unlike(c); math.Abs(light(col)-light(wall)) > .1 && col != s.sun(wall) {
							break
						}
					}
				}
			}
			s.cat(pt{x, floor + .08}, s.high*(.62-.08*float64(n)), col, wall)
		}
	}
}

// cat sits, seen from behind or in front.
func (s *sheet) cat(foot pt, h float64, c, back rgb) {
	f := func(pts ...pt) poly {
		q := make(poly, len(pts))
		for i, v := range pts {
			q[i] = pt{foot.x + v.x*h, foot.y + v.y*h}
		}
		return q
	}
	side := s.pickSign()
	tail := bezier(f(pt{.2 * side, -.06})[0], f(pt{.55 * side, -.04})[0], f(pt{.52 * side, -.36})[0], f(pt{.38 * side, -.40})[0])
	s.stroke(solid(c), h*.06, tail)
	body := smooth(f(pt{-.24, 0}, pt{-.29, -.16}, pt{-.2, -.42}, pt{-.12, -.62}, pt{0, -.66}, pt{.12, -.62}, pt{.2, -.42}, pt{.29, -.16}, pt{.24, 0}, pt{0, .012}), true)
	s.fill(solid(c), body)
	head := oval(f(pt{0, -.72})[0], h*.165, h*.145, 0)
	ears := []poly{f(pt{-.16, -.75}, pt{-.145, -.96}, pt{-.02, -.85}), f(pt{.02, -.85}, pt{.145, -.96}, pt{.16, -.75})}
	s.fill(solid(c), head, ears[0], ears[1])
	line := s.pale()
	if light(c) > .6 {
		line = s.dark()
	}
	if s.dial(s.hand.Order, 0, 1) < .45 { // from the front
		eye := s.sun(c)
		for _, d := range []float64{-1, 1} {
			e := f(pt{d * .065, -.74})[0]
			s.fill(solid(eye), oval(e, h*.032, h*.025, 0))
			s.fill(solid(s.dark()), oval(e, h*.008, h*.022, 0))
			for k := range 2 {
				y := -.68 + .025*float64(k)
				s.stroke(glaze(line, .8), h*.006, poly{f(pt{d * .05, -.685})[0], f(pt{d * .2, y - .02})[0]})
			}
			s.fill(solid(mix(c, eye, .6)), f(pt{d * .13, -.80}, pt{d * .128, -.91}, pt{d * .06, -.85}))
		}
		s.fill(solid(mix(eye, line, .3)), f(pt{-.018, -.70}, pt{.018, -.70}, pt{0, -.68}))
		s.stroke(glaze(line, .5), h*.007, f(pt{-.045, -.3}, pt{-.05, -.02}))
		s.stroke(glaze(line, .5), h*.007, f(pt{.045, -.3}, pt{.05, -.02}))
		return
	}
	if s.hand.Weight > .5 { // tabby
		s.clip(body)
		for k := range 5 {
			y := -.5 + .1*float64(k)
			for _, d := range []float64{-1, 1} {
				s.brush(glaze(lift(c, -.13), .9), f(pt{d * .32, y}, pt{d * .18, y + .01}, pt{d * .07, y - .015}), func(t float64) float64 { return h * .03 * (1 - t) })
			}
		}
		s.unclip()
	}
}

// curled sleeps, seen from above, its tail around it.
func (s *sheet) curled(m pt, r float64, c, back rgb) {
	tone := s.veinOf(c)
	s.fill(glaze(s.dark(), .12), oval(m.add(pt{.012, .02}), r*1.02, r*.84, 0))
	s.fill(solid(c), oval(m, r, r*.82, 0))
	s.stroke(solid(tone), r*.03, arc(m.add(pt{r * .2, r * .05}), r*.55, math.Pi*1.15, math.Pi*1.75))
	tail := arc(m, r*.9, -.2, 2.2).scale(m, 1, .84)
	s.stroke(solid(tone), r*.27, tail)
	s.stroke(solid(c), r*.2, tail)
	head := m.add(pt{-r * .38, r * .30})
	s.fill(solid(tone), oval(head, r*.43, r*.36, -.15))
	for _, d := range []float64{-1, 1} {
		e := head.add(pt{d * r * .24, -r * .18})
		s.fill(solid(tone), poly{e.add(pt{-r * .16, r * .02}), e.add(pt{d * r * .1, -r * .36}), e.add(pt{r * .16, r * .02})})
		e = head.add(pt{d * r * .235, -r * .17})
		s.fill(solid(c), poly{e.add(pt{-r * .12, r * .02}), e.add(pt{d * r * .09, -r * .28}), e.add(pt{r * .12, r * .02})})
	}
	s.fill(solid(c), oval(head, r*.40, r*.33, -.15))
	line := s.pale()
	if light(c) > .6 {
		line = s.dark()
	}
	for _, d := range []float64{-1, 1} {
		s.stroke(solid(line), r*.032, arc(head.add(pt{d * r * .15, r * .0}), r*.085, .3, math.Pi-.3))
		for k := range 2 {
			s.stroke(glaze(line, .7), r*.016, poly{head.add(pt{d * r * .12, r * .14}), head.add(pt{d * r * .42, r * (.09 + .09*float64(k))})})
		}
	}
	s.fill(solid(line), poly{head.add(pt{-r * .045, r * .1}), head.add(pt{r * .045, r * .1}), head.add(pt{0, r * .15})})
}

// moths: mirrored wings with eyes and bands.
func moths(s *sheet) {
	ground := s.p.Ground
	s.ground(solid(ground))
	switch s.subject {
	case "collection":
		n := 2 + int(s.dial(s.hand.Density, 0, 1.6))
		rows := n + 1
		for y := range rows {
			for x := range n {
				m := pt{(float64(x) + .5) / float64(n), s.high * (float64(y) + .5) / float64(rows)}
				s.moth(m, .42/float64(n))
			}
		}
	default:
		if s.hand.Order > .5 {
			m := pt{.5, s.high * .5}
			s.fill(solid(mix(ground, s.c[0], .35)), disc(m, .43))
			s.closed(glaze(s.p.Ink, .6), .004, disc(m, .46))
		}
		s.moth(pt{.5, s.high * .48}, .43)
		if s.chance(.5) {
			for _, d := range []float64{-1, 1} {
				p := pt{.5 + d*.08, s.high * .96}
				twig(s, p, -math.Pi/2+d*.55, .26, s.green(), 9)
			}
		}
	}
}

func (s *sheet) moth(m pt, r float64) {
	c := s.unlike(s.p.Ground)
	d := s.unlike(c)
	e := s.unlike(d)
	both := func(k ink, p poly) {
		s.fill(k, p)
		s.fill(k, p.scale(m, -1, 1).reverse())
	}
	f := func(pts ...pt) poly {
		q := make(poly, len(pts))
		for i, v := range pts {
			q[i] = m.add(v.mul(r))
		}
		return q
	}
	sweep := s.in(-.12, .12)
	fore := smooth(f(pt{.04, -.2}, pt{.4, -.62 + sweep}, pt{.95, -.72 + sweep}, pt{1.0, -.5 + sweep}, pt{.78, -.12}, pt{.4, .08}, pt{.05, .06}), true)
	hind := smooth(f(pt{.05, .02}, pt{.5, .05}, pt{.72, .3}, pt{.62, .66}, pt{.36, .86 + s.in(-.1, .12)}, pt{.16, .5}), true)
	both(solid(d), hind)
	both(solid(c), fore)
	eye := func(p pt, q float64, in rgb) {
		x := f(p)[0]
		both(solid(in), disc(x, r*q))
		both(solid(s.pale()), disc(x, r*q*.68))
		both(solid(s.dark()), disc(x, r*q*.42))
	}
	// Bands follow the rim of the wing.
	for k, shape := range []poly{hind, fore} {
		hub := f(pt{.02, 0})[0]
		col := []rgb{c, d}[k]
		inner := shape.scale(hub, .82, .82)
		both(solid(e), inner)
		both(solid(col), shape.scale(hub, .74, .74))
		both(solid([]rgb{d, c}[k]), shape.scale(hub, .62, .62))
	}
	eye(pt{.6, -.36 + sweep*.7}, .11, e)
	if s.hand.Weight > .35 {
		eye(pt{.40, .45}, .10, e)
	}
	for k := range 6 {
		t := float64(k) / 5
		q := f(pt{.93 - .45*t, -.42 + .5*t + sweep*(1-t)})[0]
		both(solid(s.pale()), disc(q, r*.022))
	}
	body := s.dark()
	s.fill(solid(body), oval(m.add(pt{0, r * .1}), r*.075, r*.36, 0), disc(m.add(pt{0, -r * .28}), r*.085))
	for k := range 4 {
		s.stroke(glaze(s.pale(), .6), r*.018, poly{m.add(pt{-r * .06, r * (.1 + .08*float64(k))}), m.add(pt{r * .06, r * (.1 + .08*float64(k))})})
	}
	for _, g := range []float64{-1, 1} {
		a := bezier(m.add(pt{g * r * .03, -r * .34}), m.add(pt{g * r * .1, -r * .6}), m.add(pt{g * r * .25, -r * .72}), m.add(pt{g * r * .34, -r * .74}))
		s.brush(solid(body), a, func(t float64) float64 { return r * .03 * (1 - .6*t) })
	}
}
