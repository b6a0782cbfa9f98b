package atelier

import "math"

// sun is the palette's warmest colour, or the next, that stands out from the sky.
func (s *sheet) sun(sky rgb) rgb {
	best, most := s.p.Ink, -1.0
	for _, c := range s.c {
		x, y := c.lab(), sky.lab()
		d := math.Abs(x.l-y.l) + math.Hypot(x.a-y.a, x.b-y.b)
		v := x.a + .6*x.b + .3*min(d, .25) + .05*s.r.Float64()
		if d > .07 && v > most {
			best, most = c, v
		}
	}
	return best
}

// yellow is the palette's yellowest colour that stands out from the ground, or sun.
func (s *sheet) yellow(ground rgb) rgb {
	best, most := s.sun(ground), .03
	g := ground.lab()
	for _, c := range s.c {
		x := c.lab()
		d := math.Abs(x.l-g.l) + math.Hypot(x.a-g.a, x.b-g.b)
		if v := x.b - 1.3*math.Abs(x.a); d > .12 && v > most {
			best, most = c, v
		}
	}
	return best
}

// sky fills the picture from a colour above to another below.
func (s *sheet) sky(top, bottom rgb) {
	s.ground(gradient(pt{0, 0}, pt{0, s.high}, top, bottom))
}

// ridge is a mountain outline across the picture, filled down to the foot.
func (s *sheet) ridge(y, tall, size float64, sharp bool) poly {
	f := field(s.r.Uint64())
	p := poly{{-.05, s.high + .1}}
	const n = 110
	for i := range n + 1 {
		x := -.05 + 1.1*float64(i)/n
		v := f.sum(x/size, 1, 2)
		if sharp {
			// Folded noise has creases: peaks.
			v = 1 - math.Abs(2*f.at(x/size, 1)-1)
			v = .72*v + .2*(1-math.Abs(2*(f+3).at(x/size*2.3, 2)-1)) + .08*(f+4).at(x/size*7, 3)
		}
		p = append(p, pt{x, y - tall*v})
	}
	return append(p, pt{1.05, s.high + .1})
}

// mountains: ridges behind ridges, paler with distance.
func mountains(s *sheet) {
	night := s.p.Dark || s.subject == "night"
	far, near := mix(s.p.Ground, s.c[1], .25), s.dark()
	skyTop, skyLow := s.p.Ground, mix(s.p.Ground, s.pale(), .5)
	sun := s.sun(s.p.Ground)
	if night {
		if !s.p.Dark {
			skyTop, skyLow = lift(s.dark(), .03), mix(s.dark(), s.c[0], .45)
			sun = s.pale()
		} else {
			skyLow = mix(s.p.Ground, s.p.C[1], .5)
			sun = s.p.Ink
			near = lift(s.p.Ground, -.05)
		}
		far = mix(skyLow, s.p.C[2], .35)
	}
	s.sky(skyTop, skyLow)
	if night {
		s.stars(60, s.high*.5)
	}
	n := 4 + int(s.dial(s.hand.Density, 0, 4))
	horizon := s.high * s.in(.40, .52)
	m := pt{s.in(.25, .75), horizon - s.in(.08, .26)}
	s.fill(solid(sun), disc(m, s.in(.075, .14)))
	colours := ramp(n, far, mix(s.p.C[0], s.p.C[1], s.in(0, 1)), near)
	if night {
		colours = ramp(n, far, mix(far, near, .5), near)
	}
	lake := s.subject == "lake"
	bottom := s.high
	if lake {
		bottom = s.high * .74
	}
	for k := range n {
		t := float64(k) / float64(n-1)
		y := horizon + (bottom-horizon)*math.Pow(t, 1.1)*.92 + .05
		tall := .26 - .12*t + s.in(-.03, .03)
		p := s.ridge(y, tall, .42-.12*t, s.hand.Order < .5)
		s.fill(solid(colours[k]), p)
		// Mist gathers at the foot.
		s.clip(p)
		s.fill(fade(pt{0, y - tall*.55}, pt{0, y + .12}, lift(mix(colours[k], skyLow, .55), .02), 0, .75*(1-t)), rect(-.05, y-tall, 1.05, y+.2))
		if s.hand.Order < .5 && k == 0 && !night {
			s.snow(p, y, tall, lift(skyLow, .04))
		}
		s.unclip()
	}
	if lake {
		s.water(bottom, skyLow, colours[n-1], sun, m.x)
	}
	if s.subject == "pines" {
		s.pines(s.high*.98, .16, .30, near)
	}
}

// snow lies on the tops of a ridge.
func (s *sheet) snow(p poly, y, tall float64, c rgb) {
	f := field(s.r.Uint64())
	line := poly{{-.05, -.1}}
	for i := range 41 {
		x := -.05 + 1.1*float64(i)/40
		line = append(line, pt{x, y - tall*(.66+.16*f.sum(x*18, 4, 2))})
	}
	s.fill(glaze(c, .9), append(line, pt{1.05, -.1}))
}

// stars over the upper part, bright ones few.
func (s *sheet) stars(n int, low float64) {
	c := s.pale()
	for range n {
		p := pt{s.in(0, 1), s.in(0, low)}
		b := s.r.Float64()
		s.fill(glaze(c, .35+.6*b*b), disc(p, .0016+.0026*b*b*b))
	}
}

// water lies below y, with the light of the sun on it.
func (s *sheet) water(y float64, sky, dark, sun rgb, x float64) {
	s.fill(gradient(pt{0, y}, pt{0, s.high}, mix(sky, dark, .35), mix(sky, dark, .75)), rect(-.01, y, 1.01, s.high+.01))
	n := 16
	for k := range n {
		t := (float64(k) + .5) / float64(n)
		yy := y + (s.high-y)*t
		w := .10 + .05*t
		for range 2 {
			cx := x + s.in(-.7, .7)*w
			half := s.in(.02, .11)
			s.stroke(glaze(sun, .85*(1-.5*t)), .005+.004*t, poly{{cx - half, yy}, {cx + half, yy}})
		}
		cx, half := s.in(0, 1), s.in(.03, .1)
		s.stroke(glaze(mix(sky, dark, .15), .7), .004, poly{{cx - half, yy}, {cx + half, yy}})
	}
}

// pines stand along a line.
func (s *sheet) pines(y, low, tall float64, c rgb) {
	for x := -.03; x < 1.03; x += s.in(.035, .08) {
		h := s.in(low, tall)
		h *= .75 + .5*math.Abs(x-.5)
		s.fill(solid(c), pine(pt{x, y + .02}, h, h*.36)...)
	}
}

// pine is a conifer of three to five skirts.
func pine(foot pt, h, w float64) []poly {
	out := []poly{rect(foot.x-w*.06, foot.y-h*.2, foot.x+w*.06, foot.y)}
	const n = 4
	for k := range n {
		t := float64(k) / n
		top := foot.y - h*(.38+.62*(t+.25)/1.0)
		if k == n-1 {
			top = foot.y - h
		}
		base := foot.y - h*(.12+.62*t)
		half := w / 2 * (1 - .66*t)
		out = append(out, poly{{foot.x, top}, {foot.x + half, base + h*.02}, {foot.x, base - h*.015}, {foot.x - half, base + h*.02}})
	}
	return out
}

// sea: swell in bands, sails, or a shore.
func sea(s *sheet) {
	horizon := s.high * s.in(.3, .42)
	skyTop := mix(s.p.Ground, s.p.C[len(s.p.C)-1], .18)
	s.sky(skyTop, s.p.Ground)
	sun := s.sun(s.p.Ground)
	m := pt{s.in(.25, .75), horizon - s.in(.02, .16)}
	r := s.in(.09, .15)
	s.fill(solid(sun), disc(m, r))
	n := 6 + int(s.dial(s.hand.Density, 0, 7))
	colours := ramp(n, mix(s.p.C[0], s.p.Ground, .55), s.p.C[0], s.p.C[1], s.dark())
	if s.p.Dark {
		colours = ramp(n, mix(s.p.C[1], s.p.Ground, .2), s.p.C[1], lift(s.p.Ground, -.04))
	}
	foam := s.pale()
	boat := s.subject == "regatta"
	for k := range n {
		t := float64(k) / float64(n)
		y := horizon + (s.high-horizon)*math.Pow(t, 1.25)
		length := .12 + .42*t
		amp := (.004 + .036*t) * s.dial(1-s.hand.Order, .35, 1.25)
		ph := s.in(0, 6.3)
		crest := poly{}
		for i := range 121 {
			x := -.05 + 1.1*float64(i)/120
			u := 2*math.Pi*x/length + ph
			// Pointed crests, round troughs.
			v := 1 - 2*math.Abs(math.Sin(u/2))
			if s.hand.Order > .6 {
				v = -math.Sin(u)
			}
			crest = append(crest, pt{x, y - amp*v})
		}
		body := append(append(poly{}, crest...), pt{1.05, s.high + .1}, pt{-.05, s.high + .1})
		if boat && k > 0 && k < 4 {
			for range 2 {
				sail(s, pt{s.in(.08, .92), y + .008}, .10+.20*t+s.in(0, .04))
			}
		}
		s.fill(solid(colours[k]), body)
		if s.hand.Weight > .4 && k > 0 {
			s.stroke(glaze(foam, .55+.4*t), .0025+.004*t*s.hand.Weight, crest)
		}
		if s.hand.Weight > .7 {
			for j := 1; j <= 3; j++ {
				d := float64(j) * (.008 + .012*t)
				s.stroke(glaze(foam, .35), .002+.001*t, crest.move(pt{0, d}))
			}
		}
	}
	if s.subject == "lighthouse" {
		lighthouse(s, horizon)
	}
	if s.subject == "gulls" {
		for range 3 + s.r.IntN(4) {
			gull(s, pt{s.in(.1, .9), horizon * s.in(.2, .85)}, s.in(.03, .07))
		}
	}
}

func sail(s *sheet, p pt, h float64) {
	lean := s.in(-.05, .05)
	mast := pt{p.x + lean*h, p.y - h}
	c := s.pick(s.pale(), s.pale(), s.c[0], s.c[1])
	w := h * .42
	s.fill(solid(c), smoothSail(pt{p.x + .006, p.y - h*.13}, mast, w))
	s.fill(solid(mix(c, s.dark(), .16)), smoothSail(pt{p.x - .006, p.y - h*.13}, pt{mast.x - .004, mast.y + h*.14}, -w*.62))
	hull := poly{{p.x - h*.3, p.y - h*.09}, {p.x + h*.36, p.y - h*.09}, {p.x + h*.22, p.y + h*.02}, {p.x - h*.2, p.y + h*.02}}
	s.fill(solid(s.dark()), hull)
}

// smoothSail is a triangle whose free edge is blown out.
func smoothSail(foot, top pt, w float64) poly {
	p := poly{foot}
	p = append(p, bezier(top, pt{top.x + w*.25, top.y + (foot.y-top.y)*.35}, pt{foot.x + w*.95, foot.y - (foot.y-top.y)*.3}, pt{foot.x + w, foot.y})...)
	return p
}

func lighthouse(s *sheet, horizon float64) {
	x := s.in(.2, .32)
	if s.chance(.5) {
		x = 1 - x
	}
	base := horizon + .13*s.high
	h := s.in(.4, .5)
	rock := smooth(poly{{x - .26, base + .06}, {x - .17, base - .02}, {x - .06, base - .05}, {x + .08, base - .045}, {x + .18, base - .01}, {x + .27, base + .06}}, false)
	w0, w1 := .062, .036
	top := base - .04 - h
	beam := glaze(s.p.C[len(s.p.C)-1], .35)
	s.fill(beam, poly{{x, top + .01}, {x - 1, top - .12}, {x - 1, top + .1}})
	body := poly{{x - w1, top + .03}, {x + w1, top + .03}, {x + w0, base}, {x - w0, base}}
	s.fill(solid(s.pale()), body)
	s.clip(body)
	stripe := s.unlike(s.pale())
	for k := range 3 {
		y := top + .07 + float64(k)*h*.3
		s.fill(solid(stripe), poly{{x - .1, y}, {x + .1, y + .03}, {x + .1, y + .03 + h*.14}, {x - .1, y + h*.14}})
	}
	s.fill(glaze(s.dark(), .16), rect(x+.012, top, x+.1, base))
	s.unclip()
	s.fill(solid(s.dark()), rect(x-w1*1.3, top+.022, x+w1*1.3, top+.034), rect(x-w1*.62, top-.03, x+w1*.62, top+.03))
	s.fill(solid(s.unlike(s.dark())), rect(x-w1*.4, top-.02, x+w1*.4, top+.016))
	s.fill(solid(s.dark()), arc(pt{x, top - .028}, w1*.72, math.Pi, 2*math.Pi))
	s.fill(solid(s.dark()), rock)
}

func gull(s *sheet, p pt, w float64) {
	k := solid(s.p.Ink)
	up := w * s.in(.28, .45)
	for _, d := range []float64{-1, 1} {
		line := bezier(p, pt{p.x + d*w*.25, p.y - up}, pt{p.x + d*w*.6, p.y - up*1.1}, pt{p.x + d*w, p.y - up*.2})
		s.brush(k, line, func(t float64) float64 { return w * .16 * (1 - t*.9) })
	}
}

// fields: hills ploughed in rows, with a house or trees.
func fields(s *sheet) {
	s.sky(mix(s.p.Ground, s.p.C[len(s.p.C)-1], .25), s.p.Ground)
	horizon := s.high * s.in(.28, .38)
	sun := s.sun(s.p.Ground)
	m := pt{s.in(.2, .8), horizon - s.in(.05, .15)}
	s.fill(solid(sun), disc(m, s.in(.07, .12)))
	n := 4 + int(s.dial(s.hand.Density, 0, 3))
	last := s.p.Ground
	for k := range n {
		t := float64(k) / float64(n)
		y := horizon + (s.high-horizon)*math.Pow(t, 1.15)
		f := field(s.r.Uint64())
		tall := .05 + .12*t
		hill := poly{}
		for i := range 61 {
			x := -.05 + 1.1*float64(i)/60
			hill = append(hill, pt{x, y + tall*(.5-f.at(x*(1.6-.5*t)+3, 2))*1.6})
		}
		body := append(append(poly{}, hill...), pt{1.05, s.high + .1}, pt{-.05, s.high + .1})
		c := s.unlike(last)
		last = c
		s.fill(solid(c), body)
		s.clip(body)
		furrow := lift(c, -.07)
		if light(c) < .45 {
			furrow = lift(c, .08)
		}
		s.furrows(hill, y, t, furrow, k)
		s.unclip()
		if k == 1 || (k == 2 && s.chance(.5)) {
			at := s.in(.15, .85)
			p := hill[int(at*60)]
			if s.subject == "farm" && k == 1 {
				farm(s, p, .07+.05*t)
			} else {
				for range s.n(2, 4) {
					q := hill[min(max(int(at*60)+s.n(-7, 7), 0), 60)]
					if s.subject == "cypresses" {
						h := s.in(.09, .15)
						s.fill(solid(s.dark()), leaf(pt{q.x, q.y + .01}, -math.Pi/2, h, h*.24, .35, 0))
					} else {
						h := s.in(.03, .05)
						s.fill(solid(s.dark()), rect(q.x-.004, q.y-h*.9, q.x+.004, q.y+.008), disc(pt{q.x, q.y - h*1.3}, h*.8))
					}
				}
			}
		}
	}
}

// furrows run along the hill or away to a vanishing point.
func (s *sheet) furrows(hill poly, y, t float64, c rgb, k int) {
	w := .003 + .005*t*(.5+s.hand.Weight)
	if (k+int(s.hand.Order*2))%2 == 0 {
		gap := .016 + .035*t
		for j := 1; j < 14; j++ {
			s.stroke(solid(c), w, hill.move(pt{0, gap * float64(j) * (1 + .08*float64(j))}))
		}
		return
	}
	v := pt{s.in(.1, .9), y - .22}
	for j := range 30 {
		x := -1.2 + 3.4*float64(j)/29
		end := pt{x, y + .6}
		// Start well inside the field, where lines would run together.
		s.brush(solid(c), poly{v, v.lerp(end, .5), end}, func(u float64) float64 { return w * 3.4 * u })
	}
}

func farm(s *sheet, p pt, w float64) {
	wall, roof := s.pale(), s.unlike(s.pale(), s.dark())
	h := w * .6
	s.fill(solid(wall), rect(p.x-w*.5, p.y-h, p.x+w*.5, p.y+.02))
	s.fill(solid(roof), poly{{p.x - w*.62, p.y - h + .002}, {p.x - w*.4, p.y - h*1.75}, {p.x + w*.4, p.y - h*1.75}, {p.x + w*.62, p.y - h + .002}})
	s.fill(solid(s.dark()), rect(p.x-w*.08, p.y-h*.55, p.x+w*.08, p.y+.02), rect(p.x+w*.22, p.y-h*.6, p.x+w*.34, p.y-h*.35))
	s.fill(solid(s.dark()), rect(p.x+w*.72, p.y-h*.4, p.x+w*.76, p.y+.01), disc(pt{p.x + w*.74, p.y - h*.9}, w*.24))
}

// desert: dunes and cacti.
func desert(s *sheet) {
	s.sky(mix(s.p.Ground, s.p.C[0], .12), s.p.Ground)
	horizon := s.high * s.in(.5, .6)
	m := pt{s.in(.3, .7), horizon - s.in(.12, .3)}
	sun := s.sun(s.p.Ground)
	r := s.in(.12, .19)
	s.fill(solid(sun), disc(m, r))
	if s.hand.Order > .6 { // bands across the sun
		for k := range 4 {
			y := m.y + r*(.1+.24*float64(k))
			s.clip(disc(m, r+.002))
			s.fill(solid(s.p.Ground), rect(0, y, 1, y+.012+.004*float64(k)))
			s.unclip()
		}
	}
	mesa := mix(s.p.Ground, s.unlike(s.p.Ground), .5)
	if s.subject == "mesa" {
		for range 3 {
			x, w, h := s.in(0, 1), s.in(.08, .2), s.in(.08, .2)
			s.fill(solid(mesa), poly{{x - w*.6, horizon + .05}, {x - w*.46, horizon - h*.35}, {x - w*.4, horizon - h}, {x + w*.38, horizon - h*1.02}, {x + w*.45, horizon - h*.4}, {x + w*.62, horizon + .05}})
			mesa = mix(mesa, s.dark(), .12)
		}
	}
	n := 3 + int(s.dial(s.hand.Density, 0, 2.5))
	last := s.p.Ground
	for k := range n {
		t := float64(k) / float64(n)
		y := horizon + (s.high-horizon)*t*.95
		f := field(s.r.Uint64())
		dune := poly{}
		for i := range 61 {
			x := -.05 + 1.1*float64(i)/60
			dune = append(dune, pt{x, y + .11*(.5-f.at(x*1.8, 1))})
		}
		body := append(append(poly{}, dune...), pt{1.05, s.high + .1}, pt{-.05, s.high + .1})
		c := s.unlike(last)
		last = c
		s.fill(solid(c), body)
		// The lee side of the crest lies in shade.
		lee := append(append(poly{}, dune...), pt{1.05, y + .16})
		s.clip(body)
		s.fill(fade(pt{.2, y}, pt{1, y + .2}, lift(c, -.1), 0, .9), append(lee, pt{.15, y + .02}))
		s.unclip()
		if s.subject == "cactus" && k == n-2 {
			at := s.in(.2, .42)
			if s.chance(.5) {
				at = 1 - at
			}
			q := dune[int(at*60)]
			cactus(s, pt{q.x, q.y + .06}, s.in(.36, .46))
			q = dune[int((1-at)*60)]
			cactus(s, pt{q.x, q.y + .05}, s.in(.14, .22))
		}
	}
}

func cactus(s *sheet, p pt, h float64) {
	c := s.dark()
	if len(s.p.C) > 3 && s.hand.Weight > .5 {
		c = s.p.C[3]
	}
	w := h * .16
	s.segments(solid(c), w, poly{p, {p.x, p.y - h}})
	for _, d := range []float64{-1, 1} {
		y := p.y - h*s.in(.35, .55)
		up := h * s.in(.2, .34)
		reach := w * 1.5 * d
		elbow := bezier(pt{p.x, y}, pt{p.x + reach, y}, pt{p.x + reach, y}, pt{p.x + reach, y - w})
		s.segments(solid(c), w*.72, append(elbow, pt{p.x + reach, y - up}))
	}
	rib := lift(c, .1)
	for _, d := range []float64{-.25, .05, .3} {
		s.stroke(glaze(rib, .8), .0035, poly{{p.x + d*w, p.y - .02}, {p.x + d*w, p.y - h*.97}})
	}
	s.fill(solid(s.unlike(c)), disc(pt{p.x - w*.15, p.y - h - w*.5}, w*.24), disc(pt{p.x + w*.25, p.y - h - w*.42}, w*.2))
}

// forest: trunks in layers, birches or pines in fog.
func forest(s *sheet) {
	if s.subject == "birches" {
		birches(s)
		return
	}
	far, near := mix(s.p.Ground, s.p.C[0], .25), s.dark()
	if s.p.Dark {
		far, near = mix(s.p.Ground, s.p.C[0], .75), lift(s.p.Ground, -.05)
		s.sky(mix(s.p.Ground, s.p.C[0], .9), s.p.C[1])
	} else {
		s.sky(s.p.Ground, lift(s.p.Ground, .03))
	}
	m := pt{s.in(.3, .7), s.high * s.in(.2, .3)}
	s.fill(solid(s.sun(s.p.Ground)), disc(m, s.in(.08, .13)))
	n := 4 + int(s.dial(s.hand.Density, 0, 2))
	colours := ramp(n, far, mix(far, s.p.C[0], .6), near)
	for k := range n {
		t := float64(k) / float64(n-1)
		y := s.high * (.56 + .36*t)
		h := .16 + .34*t
		for x := s.in(-.1, 0); x < 1.1; x += s.in(.06, .12) * (.6 + t*1.3) {
			s.fill(solid(colours[k]), pine(pt{x, y + s.in(-.03, .03)}, h*s.in(.75, 1.2), h*.42)...)
		}
		s.fill(solid(colours[k]), rect(-.1, y-.02-.2*h, 1.1, s.high+.1))
		if k < n-1 {
			fog := lift(mix(colours[k], s.p.Ground, .75), .01)
			s.fill(fade(pt{0, y - .16}, pt{0, y + .02}, fog, 0, .7), rect(-.1, y-.2, 1.1, s.high+.1))
		}
	}
	if s.subject == "deer" {
		// A clearing in front keeps its outline readable.
		deer(s, pt{s.in(.35, .6), s.high * .93}, .3, s.pale())
	}
}

func deer(s *sheet, p pt, h float64, c rgb) {
	k := solid(c)
	at := func(x, y float64) pt { return pt{p.x + x*h, p.y + y*h} }
	s.fill(k, smooth(poly{at(-.34, -.52), at(-.1, -.57), at(.16, -.6), at(.26, -.86), at(.38, -.92), at(.52, -.8), at(.4, -.76), at(.34, -.5), at(.2, -.38), at(-.1, -.36), at(-.33, -.38)}, true))
	for _, leg := range [][4]float64{{-.3, -.42, -.33, 0}, {-.24, -.42, -.2, 0}, {.14, -.42, .12, 0}, {.24, -.44, .28, 0}} {
		s.brush(k, poly{at(leg[0], leg[1]), at((leg[0]+leg[2])/2+.01, -.2), at(leg[2], leg[3])}, func(t float64) float64 { return h * (.075 - .045*t) })
	}
	s.fill(k, leaf(at(.33, -.88), -2.4, h*.16, h*.07, .4, 0))
	for _, d := range []float64{-1, 1} {
		beam := bezier(at(.36, -.92), at(.36+d*.05, -1.1), at(.36+d*.3, -1.1), at(.36+d*.22, -1.36))
		s.brush(k, beam, func(t float64) float64 { return h * (.035 - .02*t) })
		for _, t := range []float64{.35, .65} {
			q, a := beam.at(t)
			s.brush(k, poly{q, q.toward(a+d*.9, h*.07), q.toward(a+d*.7, h*.15)}, func(t float64) float64 { return h * (.026 - .02*t) })
		}
	}
}

func birches(s *sheet) {
	back := s.unlike(s.pale(), s.p.Ground)
	s.sky(mix(back, s.p.Ground, .55), mix(back, s.p.Ground, .15))
	bark, mark := s.pale(), s.dark()
	for _, layer := range []struct {
		n    int
		w, a float64
	}{{7, .022, .45}, {5 + int(4*s.hand.Density), .05, .8}, {3, .085, 1}} {
		for k := range layer.n {
			x := (float64(k)+s.in(.1, .9))/float64(layer.n)*1.1 - .05
			w := layer.w * s.in(.75, 1.2)
			lean := s.in(-.03, .03)
			c := mix(mix(back, s.p.Ground, .35), bark, layer.a)
			trunk := poly{{x - w/2, s.high + .05}, {x - w*.38 + lean, -.05}, {x + w*.38 + lean, -.05}, {x + w/2, s.high + .05}}
			s.fill(solid(c), trunk)
			s.clip(trunk)
			s.fill(glaze(mix(mark, back, .4), .28*layer.a), rect(x+w*.12+min(lean, 0), -.1, x+w+.1, s.high+.1))
			for range int(14 * layer.a) {
				y := s.in(0, s.high)
				from := x - w*.6 + lean*(1-y/s.high)
				s.brush(glaze(mark, .9*layer.a), poly{{from, y}, {from + w*.3, y + .002}, {from + w*s.in(.35, .8), y - .002}}, func(t float64) float64 { return w * .16 * (1 - t) })
			}
			s.unclip()
		}
	}
	for range 60 + int(90*s.hand.Density) { // leaves in the air
		p := pt{s.in(0, 1), s.high * s.in(0, 1) * s.in(.2, 1)}
		c := s.unlike(back)
		s.fill(solid(c), leaf(p, s.in(0, 6.3), s.in(.018, .035), .013, .5, 0))
	}
}
