package atelier

import "math"

// night is a dark ground, also in a palette that is light by day, and what
// shines on it.
func (s *sheet) night() (ground, shine rgb) {
	if s.p.Dark {
		return s.p.Ground, s.p.Ink
	}
	return lift(s.dark(), -.02), s.pale()
}

// moons: phases, tides and eclipses.
func moons(s *sheet) {
	ground, shine := s.night()
	back := ground
	glowing := s.sun(ground)
	switch s.subject {
	case "tide":
		horizon := s.high * s.in(.52, .62)
		s.sky(ground, mix(ground, s.c[0], .45))
		s.stars(70, horizon*.9)
		m := pt{s.in(.4, .6), horizon * s.in(.42, .58)}
		r := s.in(.15, .21)
		s.fill(glow(m, r*2.4, shine, .35), disc(m, r*2.4))
		s.moon(m, r, shine, ground)
		sea := mix(ground, s.c[0], .3)
		s.fill(gradient(pt{0, horizon}, pt{0, s.high}, mix(sea, shine, .12), lift(ground, -.02)), rect(-.01, horizon, 1.01, s.high+.01))
		n := 18 + int(14*s.hand.Density)
		for k := range n {
			t := (float64(k) + .5) / float64(n)
			y := horizon + (s.high-horizon)*t
			half := r * (.35 + .9*t) * s.in(.4, 1.05)
			x := m.x + s.in(-.25, .25)*r
			s.brush(glaze(shine, .85*(1-.6*t)), poly{{x - half, y}, {x, y}, {x + half, y}}, func(u float64) float64 { return .0105 * math.Sin(math.Pi*u) })
		}
	case "eclipse":
		s.ground(solid(back))
		m := pt{.5, s.high * .46}
		r := s.in(.25, .3)
		n := 48 + 24*int(s.dial(s.hand.Density, 0, 3))
		for k := range n {
			a := 2 * math.Pi * float64(k) / float64(n)
			long := r * (1.22 + .2*float64(k%2) + .2*s.r.Float64()*(1-s.hand.Order))
			s.brush(solid(mix(glowing, shine, float64(k%3)*.3)), poly{m.toward(a, r*1.06), m.toward(a, long)}, func(t float64) float64 { return .009 * (1 - .8*t) })
		}
		s.fill(solid(glowing), disc(m, r))
		s.fill(solid(lift(ground, .05)), disc(m.add(pt{s.in(-.03, .03), -.012}), r*.93))
		s.stars(50, s.high)
	default: // phases
		s.ground(solid(back))
		n := 5 + 2*int(s.dial(s.hand.Density, 0, 1.4))
		if s.hand.Order > .5 {
			// A column, the full moon in the middle.
			for k := range n {
				t := float64(k)/float64(n-1)*2 - 1
				r := (.095 - .03*math.Abs(t)) * math.Sqrt(5/float64(n))
				if k == n/2 {
					r *= 1.45
				}
				y := s.high/2 + t*(s.high*.39)
				s.phase(pt{.5, y}, r, t, shine, ground)
			}
			for _, x := range []float64{.2, .8} {
				s.stroke(glaze(shine, .6), .0025, poly{{x, s.high * .12}, {x, s.high * .88}})
				s.fill(solid(glowing), star(pt{x, s.high / 2}, .008, .03, 4, 0), disc(pt{x, s.high * .1}, .007), disc(pt{x, s.high * .9}, .007))
			}
			return
		}
		m := pt{.5, s.high * .62}
		for k := range n {
			t := float64(k)/float64(n-1)*2 - 1
			a := -math.Pi/2 + t*1.25
			s.phase(m.toward(a, .38), .068, t, shine, ground)
		}
		r := s.in(.15, .19)
		s.moon(pt{.5, m.y - .02}, r, shine, ground)
		for _, d := range []float64{1.3, 1.45} {
			s.closed(glaze(glowing, .8), .003, disc(pt{.5, m.y - .02}, r*d))
		}
		s.stars(60, s.high)
	}
}

// moon is a full moon with seas.
func (s *sheet) moon(m pt, r float64, c, shade rgb) {
	s.fill(solid(c), disc(m, r))
	s.clip(disc(m, r))
	for range 7 {
		q := m.toward(s.in(0, 6.3), r*s.in(.1, .8))
		w := r * s.in(.1, .28)
		s.fill(glaze(mix(c, shade, .35), .3), oval(q, w, w*s.in(.7, 1), s.in(0, 3)))
	}
	s.unclip()
}

// phase is a moon lit from one side: t runs from -1, new, over 0, full, to 1.
func (s *sheet) phase(m pt, r, t float64, lit, dark rgb) {
	s.fill(solid(mix(dark, lit, .13)), disc(m, r))
	if t == 0 {
		s.moon(m, r, lit, dark)
		return
	}
	bulge := 1 - 2*math.Abs(t)*.92
	from := -math.Pi / 2
	outer := arc(m, r, from, from+math.Pi)
	inner := arc(m, r, from+math.Pi, from).scale(m, -bulge, 1)
	p := append(outer, inner...)
	if t > 0 {
		p = p.scale(m, -1, 1).reverse()
	}
	s.fill(solid(lit), p)
}

// charts: constellations on an old map of the sky.
func charts(s *sheet) {
	ground, shine := s.night()
	accent := s.sun(ground)
	s.ground(solid(ground))
	thin := s.dial(s.hand.Weight, .0016, .0028)
	m := pt{.5, s.high / 2}
	const r = .44
	s.fill(solid(mix(ground, s.c[0], .22)), disc(m, r))
	for k, q := range []float64{1, .965, .66, .33} {
		s.closed(glaze(shine, []float64{.9, .6, .4, .4}[k]), thin, disc(m, r*q))
	}
	for k := range 72 {
		a := 2 * math.Pi * float64(k) / 72
		in := r * .965
		if k%6 == 0 {
			in = r * .94
		}
		s.stroke(glaze(shine, .8), thin, poly{m.toward(a, in), m.toward(a, r)})
	}
	for k := range 12 {
		a := 2*math.Pi*float64(k)/12 + .13
		s.stroke(glaze(shine, .22), thin, poly{m.toward(a, r*.08), m.toward(a, r*.94)})
	}
	s.closed(glaze(accent, .85), thin*1.3, disc(m.add(pt{.06, -.05}), r*.62))
	s.clip(disc(m, r*.95))
	for range 90 + int(120*s.hand.Density) {
		b := s.r.Float64()
		p := m.toward(s.in(0, 6.3), r*.93*math.Sqrt(s.r.Float64()))
		s.fill(glaze(shine, .3+.5*b), disc(p, .0015+.002*b*b))
	}
	s.unclip()
	switch s.subject {
	case "zodiac":
		for k := range 12 {
			a := 2*math.Pi*(float64(k)+.5)/12 + .13
			s.figure(m.toward(a, r*.8), r*.13, shine, accent, thin, s.n(4, 6))
		}
		s.face(m, r*.24, accent, ground)
	case "comet":
		head := m.toward(s.in(-1.2, .2), r*.3)
		tail := math.Atan2(head.y-m.y, head.x-m.x) + math.Pi + s.in(-.4, .4)
		for k := range 9 {
			a := tail + (float64(k)-4)*.05
			s.brush(glaze(shine, .7), poly{head.toward(a, .02), head.toward(a, r*s.in(.5, .95))}, func(t float64) float64 { return .008 * (1 - t) })
		}
		s.fill(solid(accent), star(head, .016, .05, 8, 0), disc(head, .022))
		for range 4 {
			s.figure(m.toward(s.in(0, 6.3), r*s.in(.55, .75)), r*.17, shine, accent, thin, s.n(4, 6))
		}
	default:
		for k := range 5 + int(3*s.hand.Density) {
			a := 2.39996 * float64(k)
			s.figure(m.toward(a, r*(.2+.56*math.Sqrt(float64(k)/7))), r*.2, shine, accent, thin, s.n(5, 8))
		}
	}
	for _, c := range []pt{{.1, .1}, {.9, .1}, {.1, s.high - .1}, {.9, s.high - .1}} {
		if math.Abs(c.y-m.y) > .42 {
			s.fill(solid(accent), star(c, .009, .034, 8, 0))
			s.closed(glaze(shine, .6), thin, disc(c, .046))
		}
	}
}

// figure is a made-up constellation.
func (s *sheet) figure(m pt, r float64, shine, accent rgb, thin float64, n int) {
	p := make(poly, n)
	a := s.in(0, 6.3)
	for i := range p {
		p[i] = m.toward(a, r*s.in(.35, 1))
		a += 2 * math.Pi / float64(n) * s.in(.7, 1.3)
	}
	for i := 1; i < n; i++ {
		s.stroke(glaze(shine, .75), thin*1.2, poly{p[i-1], p[i]})
	}
	if n > 5 {
		s.stroke(glaze(shine, .75), thin*1.2, poly{p[1], p[n-2]})
	}
	for i, q := range p {
		if i == 1 {
			s.fill(solid(accent), star(q, .005, .018, 4, 0))
			continue
		}
		s.fill(solid(shine), disc(q, s.in(.004, .008)))
	}
}

// face is a sun with eyes closed.
func (s *sheet) face(m pt, r float64, c, line rgb) {
	for k := range 16 {
		a := 2 * math.Pi * float64(k) / 16
		long := r * 1.75
		if k%2 == 1 {
			long = r * 1.45
		}
		s.fill(solid(c), leaf(m.toward(a, r*.9), a, long-r*.9, r*.3, .35, .3*float64(k%2)))
	}
	s.fill(solid(c), disc(m, r))
	k := solid(line)
	for _, d := range []float64{-1, 1} {
		s.stroke(k, r*.07, arc(pt{m.x + d*r*.38, m.y - r*.12}, r*.2, .25, math.Pi-.25))
	}
	s.stroke(k, r*.07, poly{{m.x + r*.02, m.y - r*.15}, {m.x - r*.1, m.y + r*.2}, {m.x + r*.05, m.y + r*.22}})
	s.stroke(k, r*.08, arc(pt{m.x, m.y + r*.32}, r*.24, .35, math.Pi-.35))
}

// rays: a sun and what comes out of it.
func rays(s *sheet) {
	s.ground(solid(s.p.Ground))
	sun := s.sun(s.p.Ground)
	switch s.subject {
	case "halo":
		m := pt{.5, s.high * s.in(.4, .5)}
		n := 6 + int(s.dial(s.hand.Density, 0, 6))
		colours := ramp(n, s.p.Ground, s.unlike(s.p.Ground), sun)
		for k := range n {
			r := .50 * (1 - float64(k)/float64(n))
			if s.hand.Order < .5 {
				r *= 1 + .05*math.Sin(float64(k)*2)
			}
			s.fill(solid(colours[k]), disc(m, r))
		}
		low := s.high * .82
		for k := range 4 {
			y := low + (s.high-low)*float64(k)/4
			s.fill(solid(mix(s.dark(), s.c[1], float64(3-k)*.2)), s.swell(y, .012, .3))
		}
	case "steps":
		m := pt{.5, s.high * .36}
		s.rayFan(m, .8, sun, 28)
		s.fill(solid(s.p.Ground), disc(m, .21))
		s.fill(solid(sun), disc(m, .18))
		last := s.p.Ground
		n := 6
		for k := range n {
			w := .14 + .86*float64(k)/float64(n-1)
			y := s.high * (.58 + .42*float64(k)/float64(n))
			c := s.unlike(last)
			last = c
			s.fill(solid(c), rect(.5-w/2, y, .5+w/2, s.high+.02))
		}
	default: // dawn
		y := s.high * s.in(.6, .7)
		m := pt{.5, y}
		n := 10 + 2*int(s.dial(s.hand.Density, 0, 6))
		c := mix(s.p.Ground, sun, .4)
		if s.p.Dark {
			c = mix(s.p.Ground, s.c[0], .4)
		}
		s.rayFan(m, 1.4, c, 2*n)
		r := s.in(.22, .28)
		for k, q := range []float64{1, .86, .7} {
			s.fill(solid([]rgb{s.p.Ground, sun, mix(sun, s.pale(), .25)}[k]), disc(m, r*q))
		}
		for k := range 4 {
			t := float64(k) / 4
			a := s.c[(k+1)%len(s.c)]
			s.fill(solid(a), s.swell(y+(s.high-y)*t, .018+.01*t, .5-.2*t))
		}
	}
}

// rayFan is every other of n wedges around a point.
func (s *sheet) rayFan(m pt, r float64, c rgb, n int) {
	for k := 0; k < n; k += 2 {
		a := 2 * math.Pi * float64(k) / float64(n)
		s.fill(solid(c), poly{m, m.toward(a, r), m.toward(a+2*math.Pi/float64(n), r)})
	}
}

// swell is everything below a wavy line.
func (s *sheet) swell(y, amp, length float64) poly {
	p := poly{{-.05, s.high + .1}}
	ph := s.in(0, 6.3)
	for i := range 61 {
		x := -.05 + 1.1*float64(i)/60
		p = append(p, pt{x, y + amp*math.Sin(2*math.Pi*x/length+ph)})
	}
	return append(p, pt{1.05, s.high + .1})
}

// balloons: hot air over hills.
func balloons(s *sheet) {
	s.sky(mix(s.p.Ground, s.c[2], .22), lift(s.p.Ground, .02))
	cloud := lift(mix(s.p.Ground, s.pale(), .7), .02)
	for range 4 {
		y := s.high * s.in(.08, .6)
		x := s.in(0, 1)
		for k := range 3 {
			w := s.in(.08, .17)
			s.fill(glaze(cloud, .75), roundRect(x-w+float64(k)*.05, y-float64(k)*.018, x+w+float64(k)*.05, y-float64(k)*.018+.03, .015))
		}
	}
	last := s.p.Ground
	for k := range 3 {
		c := s.unlike(last)
		last = c
		s.fill(solid(mix(c, s.p.Ground, .35-.15*float64(k))), s.swell(s.high*(.8+.07*float64(k)), .03, s.in(.7, 1.1)))
	}
	n := 2 + int(s.dial(s.hand.Density, 0, 4))
	spots := []pt{{.36, .36}, {.74, .22}, {.72, .58}, {.2, .68}, {.5, .14}, {.14, .16}}
	for k := n - 1; k >= 0; k-- {
		p := spots[k]
		r := []float64{.21, .13, .1, .075, .06, .05}[k]
		balloon(s, pt{p.x + s.in(-.04, .04), p.y*s.high + s.in(-.03, .03)}, r)
	}
}

func balloon(s *sheet, m pt, r float64) {
	a := s.unlike(s.p.Ground)
	b := s.unlike(a, s.pale())
	foot := pt{m.x, m.y + r*1.35}
	skin := arc(m, r, math.Pi*.86, math.Pi*2.14)
	skin = append(skin, bezier(skin[len(skin)-1], m.add(pt{r * .75, r * .75}), foot.add(pt{r * .25, -r * .1}), foot.add(pt{r * .16, 0}))...)
	skin = append(skin, bezier(foot.add(pt{-r * .16, 0}), foot.add(pt{-r * .25, -r * .1}), m.add(pt{-r * .75, r * .75}), skin[0])...)
	s.fill(solid(a), skin)
	s.clip(skin)
	for _, w := range []float64{.72, .25} {
		c := b
		if w < .5 {
			c = a
		}
		s.fill(solid(c), oval(m.add(pt{0, r * .15}), r*w, r*1.3, 0))
		if w > .5 {
			s.fill(solid(a), oval(m.add(pt{0, r * .15}), r*.5, r*1.3, 0))
			s.fill(solid(b), oval(m.add(pt{0, r * .15}), r*.25, r*1.3, 0))
		}
	}
	if s.hand.Weight > .5 {
		s.fill(solid(s.unlike(b, s.p.Ink)), rect(m.x-r*1.2, m.y-r*.06, m.x+r*1.2, m.y+r*.16))
	}
	s.fill(glaze(s.dark(), .13), rect(m.x+r*.3, m.y-r*1.2, m.x+r*1.4, m.y+r*1.8))
	s.unclip()
	k := solid(s.dark())
	for _, d := range []float64{-1, 1} {
		s.stroke(k, max(r*.022, .002), poly{foot.add(pt{d * r * .14, 0}), foot.add(pt{d * r * .1, r * .3})})
	}
	s.fill(k, roundRect(foot.x-r*.13, foot.y+r*.28, foot.x+r*.13, foot.y+r*.5, r*.04))
}
