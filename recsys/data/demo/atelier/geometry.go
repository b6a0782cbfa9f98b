package atelier

import "math"

// bauhaus: squares, discs and triangles on a grid, or piled up.
func bauhaus(s *sheet) {
	s.ground(solid(s.p.Ground))
	if s.subject == "stack" {
		bauhausStack(s)
		return
	}
	cols := 2 + int(s.dial(s.hand.Density, 1, 4.4))
	side := 1 / float64(cols)
	rows := int(math.Round(s.high / side))
	sy := s.high / float64(rows) / side
	taken := make([]bool, cols*rows)
	for y := range rows {
		for x := range cols {
			if taken[y*cols+x] {
				continue
			}
			n := 1
			if x+1 < cols && y+1 < rows && !taken[y*cols+x+1] && s.chance(.22) {
				n = 2
			}
			for i := range n {
				for j := range n {
					taken[(y+i)*cols+x+j] = true
				}
			}
			x0, y0 := float64(x)*side, float64(y)*side*sy
			bauhausCell(s, x0, y0, x0+float64(n)*side, y0+float64(n)*side*sy)
		}
	}
}

func bauhausCell(s *sheet, x0, y0, x1, y1 float64) {
	back := s.p.Ground
	if s.chance(.62) {
		back = s.colour()
	}
	front := s.unlike(back, s.p.Ground, s.p.Ink)
	w, h := x1-x0, y1-y0
	mid := pt{(x0 + x1) / 2, (y0 + y1) / 2}
	s.fill(solid(back), rect(x0, y0, x1, y1))
	turn := s.r.IntN(4)
	corner := []pt{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
	put := func(k rgb, p poly) { s.fill(solid(k), p) }
	// A quarter ring around a corner, as an ellipse where cells are not square.
	quarter := func(r0, r1 float64) poly {
		c := corner[turn]
		a := float64(turn) * math.Pi / 2
		return sector(c, r0*w, r1*w, a, a+math.Pi/2).scale(c, 1, h/w)
	}
	switch s.r.IntN(9) {
	case 0, 1:
		put(front, quarter(0, 1))
		if s.chance(.5) {
			put(s.unlike(front, back), quarter(0, .5))
		}
	case 2:
		put(front, oval(mid, w*.5, h*.5, 0))
		if s.chance(.6) {
			put(s.unlike(front, back), oval(mid, w*.22, h*.22, 0))
		}
	case 3: // two half discs
		for k := range 2 {
			c := pt{mid.x, y0 + h*float64(k+1)/2}
			half := arc(c, w/2, math.Pi, 2*math.Pi).scale(c, 1, h/w)
			if k == 1 && s.chance(.5) {
				front = s.unlike(back)
			}
			put(front, half)
		}
	case 4:
		put(front, poly{corner[turn], corner[(turn+1)%4], corner[(turn+2)%4]})
	case 5: // quarter rings
		for k := 4; k > 0; k-- {
			c := front
			if k%2 == 1 {
				c = back
			}
			put(c, quarter(0, float64(k)/4))
		}
	case 6: // stripes
		for k := range 4 {
			t := (float64(k) + .5) / 4
			if turn%2 == 0 {
				put(front, rect(x0+w*(t-.0625), y0, x0+w*(t+.0625), y1))
			} else {
				put(front, rect(x0, y0+h*(t-.0625), x1, y0+h*(t+.0625)))
			}
		}
	case 7: // a leaf from two quarters
		a := float64(turn%2) * math.Pi / 2
		p, q := corner[turn%2], corner[turn%2+2]
		lens := arc(p, w, a, a+math.Pi/2).scale(p, 1, h/w)
		put(front, append(lens, arc(q, w, a+math.Pi, a+1.5*math.Pi).scale(q, 1, h/w)...))
	case 8:
		if s.chance(.4) {
			put(front, oval(mid, w*.3, h*.3, 0))
		}
	}
}

// bauhausStack piles large forms on one axis.
func bauhausStack(s *sheet) {
	x := s.in(.42, .58)
	bottom := s.high * .86
	s.fill(solid(s.c[3]), rect(0, bottom, 1, s.high))
	y := bottom
	unit := .15
	n := 4 + int(s.dial(s.hand.Density, 0, 2))
	last := s.p.Ground
	scale := (bottom - .12*s.high) / (float64(n) * unit * 1.25)
	unit *= scale
	for k := range n {
		c := s.unlike(last, s.p.Ink)
		last = c
		off := s.in(-.06, .06)
		w := s.in(.16, .3)
		p := pt{x + off, y}
		h := unit * s.in(1, 1.5)
		switch pickKind := (k + s.r.IntN(2)) % 5; pickKind {
		case 0:
			s.fill(solid(c), rect(p.x-w, y-h, p.x+w, y))
			s.fill(solid(s.unlike(c)), sector(pt{p.x - w, y}, 0, min(h, w), -math.Pi/2, 0))
		case 1:
			h = min(w, h*1.2)
			s.fill(solid(c), arc(p, h, math.Pi, 2*math.Pi))
			s.fill(solid(s.unlike(c)), arc(p, h*.5, math.Pi, 2*math.Pi))
		case 2:
			s.fill(solid(c), poly{{p.x - w, y}, {p.x, y - h*1.1}, {p.x + w, y}})
			h *= 1.1
		case 3:
			r := h / 2 * 1.15
			s.fill(solid(c), disc(pt{p.x, y - r}, r))
			s.fill(solid(s.unlike(c)), sector(pt{p.x, y - r}, 0, r, math.Pi/2, 1.5*math.Pi))
			h = 2 * r
		case 4:
			h *= .45
			s.fill(solid(c), rect(p.x-w*1.35, y-h, p.x+w*1.35, y))
		}
		y -= h
	}
	if y > .2*s.high {
		r := min(.09, y*.3)
		s.fill(solid(s.unlike(s.p.Ground)), disc(pt{x + s.pickSign()*s.in(.18, .28), y * .6}, r))
	}
}

func (s *sheet) pickSign() float64 {
	if s.chance(.5) {
		return -1
	}
	return 1
}

// arches: rainbows and suns in flat earth colours.
func arches(s *sheet) {
	s.ground(solid(s.p.Ground))
	bands := 3 + int(s.dial(s.hand.Density, 0, 4))
	base := s.high * s.in(.84, .9)
	sun := s.unlike(s.p.Ground)
	switch s.subject {
	case "gate":
		r := s.in(.11, .15)
		s.fill(solid(sun), disc(pt{.5 + s.in(-.03, .03), s.high*.08 + r}, r))
		rainbow(s, pt{.5, base}, .36, base-.36-s.high*.12-2*r, bands, false)
	case "twin arches":
		r := s.in(.1, .15)
		a, b := .27, .62
		s.fill(solid(sun), disc(pt{s.in(.6, .75), s.high * s.in(.17, .24)}, r))
		rainbow(s, pt{b + .04, base}, .3, s.high*s.in(.2, .3), bands, false)
		rainbow(s, pt{a, base}, .21, s.high*s.in(.05, .12), max(bands-1, 2), true)
	default: // sun rise
		c := pt{s.in(.4, .6), base}
		s.fill(solid(sun), disc(pt{c.x, s.high * .3}, s.in(.16, .2)))
		rainbow(s, c, .42, 0, bands+1, true)
	}
	low := s.unlike(s.p.Ground, s.p.Ink)
	ridge := poly{{-.1, s.high + .1}}
	f := field(s.r.Uint64())
	for i := range 31 {
		x := -.1 + 1.2*float64(i)/30
		ridge = append(ridge, pt{x, base + .05*(f.at(x*2.2, 3)-.5) - .004})
	}
	s.fill(solid(low), append(ridge, pt{1.1, s.high + .1}))
	if s.chance(.6) { // a sprig against the wall
		x := s.in(.12, .2)
		if s.chance(.5) {
			x = 1 - x
		}
		twig(s, pt{x, base + .03}, -math.Pi/2+s.in(-.12, .12), s.in(.3, .42), s.dark(), 9)
	}
}

// rainbow stands on c: bands from an outer radius inward, on legs of some height.
func rainbow(s *sheet, c pt, r, legs float64, bands int, full bool) {
	last := s.p.Ground
	for k := range bands {
		o := r * (1 - float64(k)/(float64(bands)+.6))
		col := s.unlike(last)
		last = col
		if !full && k == bands-1 {
			col = s.p.Ground
		}
		s.fill(solid(col), arch(c.x-o, c.y-legs-o, c.x+o, c.y+.02))
		if s.hand.Order < .5 {
			g := o - r*.028
			s.fill(solid(s.p.Ground), arch(c.x-g, c.y-legs-g, c.x+g, c.y+.02))
			g -= r * .028
			s.fill(solid(col), arch(c.x-g, c.y-legs-g, c.x+g, c.y+.02))
		}
	}
}

// twig is a stem with pairs of leaves.
func twig(s *sheet, base pt, angle, length float64, c rgb, leaves int) {
	bend := s.in(-.5, .5)
	line := poly{base}
	p := base
	const steps = 20
	for i := range steps {
		p = p.toward(angle+bend*float64(i)/steps, length/steps)
		line = append(line, p)
	}
	s.brush(solid(c), line, func(t float64) float64 { return .012 * (1 - .7*t) })
	for k := range leaves {
		t := .25 + .72*float64(k)/float64(leaves)
		q, d := line.at(t)
		size := length * (.30 - .16*t)
		side := 1.0
		if k%2 == 0 {
			side = -1
		}
		s.fill(solid(c), leaf(q, d+side*.75, size, size*.36, .45, -side*.3))
	}
	q, d := line.at(1)
	s.fill(solid(c), leaf(q, d, length*.15, length*.055, .45, 0))
}

// mobile: shapes hung from wires, in balance.
func mobile(s *sheet) {
	s.ground(solid(s.p.Ground))
	levels := 3 + int(s.dial(s.hand.Density, 0, 2))
	// Everything is laid out first, then fitted to the sheet.
	var wires, things []poly
	var colours []rgb
	last := s.p.Ground
	thing := func(p pt, size float64) {
		c := s.unlike(s.p.Ground, s.p.Ink)
		if c == last {
			c = s.unlike(c, s.p.Ink)
		}
		last = c
		var t poly
		switch s.r.IntN(5) {
		case 0, 1:
			t = disc(pt{p.x, p.y + size*.7}, size*.7)
		case 2:
			t = leaf(p, math.Pi/2+s.in(-.4, .4), size*2.2, size*1.1, .6, s.in(-.4, .4))
		case 3:
			m := pt{p.x, p.y + size*.6}
			a := s.in(-.3, .3) - math.Pi/2
			t = smooth(poly{m.toward(a, size*.8), m.toward(a+2.1, size*.95), m.toward(a+4.2, size*.8)}, true)
		default:
			t = arc(pt{p.x, p.y + size*1.1}, size, math.Pi, 2*math.Pi).move(pt{0, -size * .1})
		}
		things, colours = append(things, t), append(colours, c)
	}
	var hang func(p pt, span float64, level int, side float64)
	hang = func(p pt, span float64, level int, side float64) {
		drop := s.in(.2, .42)
		q := pt{p.x, p.y + drop}
		wires = append(wires, poly{p, q})
		if level == 0 {
			thing(q, .11+span*.3)
			return
		}
		long := span * s.in(1, 1.3)
		short := span * s.in(.5, .7)
		tilt := s.in(.02, .1)
		// The short arm carries one large thing, the long arm the rest.
		heavy := pt{q.x - side*short, q.y - tilt*short + .06}
		lightEnd := pt{q.x + side*long, q.y + tilt*long + .05}
		wires = append(wires, smooth(poly{heavy, q, lightEnd}, false))
		d := pt{heavy.x, heavy.y + s.in(.08, .26)}
		wires = append(wires, poly{heavy, d})
		thing(d, .10+span*.26)
		hang(lightEnd, span*s.in(.62, .8), level-1, -side)
	}
	hang(pt{0, 0}, .4, levels, s.pickSign())
	lo, hi := things[0].box()
	for _, t := range append(append([]poly{}, things...), wires...) {
		a, b := t.box()
		lo, hi = pt{min(lo.x, a.x), min(lo.y, a.y)}, pt{max(hi.x, b.x), max(hi.y, b.y)}
	}
	k := min(.78/(hi.x-lo.x), .80*s.high/(hi.y-lo.y))
	fit := func(p poly) poly {
		out := make(poly, len(p))
		for i, q := range p {
			out[i] = pt{.5 + (q.x-(lo.x+hi.x)/2)*k, .09*s.high + (q.y-lo.y)*k}
		}
		return out
	}
	top := fit(poly{{0, 0}})[0]
	thin := .005 + .003*s.hand.Weight
	s.stroke(solid(s.p.Ink), thin*.8, poly{{top.x, -.02}, top})
	for _, w := range wires {
		s.stroke(solid(s.p.Ink), thin, fit(w))
	}
	for i, t := range things {
		s.fill(solid(colours[i]), fit(t))
	}
}

// blob is a closed smooth shape with some lobes.
func (s *sheet) blob(c pt, r float64, lobes int, depth float64) poly {
	n := 2 * lobes
	p := make(poly, n)
	turn := s.in(0, 6.3)
	for i := range p {
		k := 1 + depth*s.in(.3, 1)
		if i%2 == 1 {
			k = 1 - depth*s.in(.5, 1)
		}
		p[i] = c.toward(turn+2*math.Pi*(float64(i)+s.in(-.18, .18))/float64(n), r*k)
	}
	return smooth(p, true)
}

// fieldsOfColour: soft-edged rectangles, one above the other.
func fieldsOfColour(s *sheet) {
	base := s.colour()
	s.ground(solid(mix(base, s.p.Ground, .35)))
	n := 2 + int(s.dial(s.hand.Density, 0, 2.2))
	weights := make([]float64, n)
	total := 0.0
	for i := range weights {
		weights[i] = s.in(.4, 1.3)
		total += weights[i]
	}
	const margin = .075
	y := margin
	free := s.high - 2*margin - .035*float64(n-1)
	f := field(s.r.Uint64())
	last := base
	for i := range n {
		h := free * weights[i] / total
		c := s.unlike(last, s.p.Ink)
		last = c
		y0, y1 := y, y+h
		y = y1 + .035
		soft := .03 + .04*(1-s.hand.Order)
		tones := ramp(32, lift(c, -.045), lift(c, .045))
		s.ground(ink{shade: func(p pt) (rgb, float32) {
			// How far inside, with an edge that wanders.
			w := .02 * (f.sum(p.x*6, p.y*6, 3) - .5)
			in := min(p.x-margin, 1-margin-p.x, p.y-y0, y1-p.y) + w
			a := clamp01(in/soft + .5)
			if a == 0 {
				return c, 0
			}
			cloud := clamp01(1.6*f.sum(p.x*2+9, p.y*2, 3) - .3)
			k := tones[int(cloud*31.99)]
			return k, float32(a * a * (3 - 2*a) * .98)
		}})
	}
}

// opart: a regular pattern bent by a lens.
func opart(s *sheet) {
	back, front := s.p.Ground, s.dark()
	if s.p.Dark {
		front = s.p.Ink
	}
	s.ground(solid(back))
	accent := s.unlike(back, front)
	centre := pt{s.in(.3, .7), s.high * s.in(.3, .7)}
	power := s.dial(1-s.hand.Order, .9, 1.8)
	radius := s.in(.38, .5)
	bulge := func(p pt) pt {
		d := p.sub(centre)
		r := d.norm() / radius
		if r >= 1 || r == 0 {
			return p
		}
		return centre.add(d.mul(1 + power*(1-r)*(1-r)))
	}
	n := 11 + int(s.dial(s.hand.Density, 0, 10))
	step := 1 / float64(n)
	switch s.subject {
	case "dots":
		for y := -1; float64(y)*step < s.high+step; y++ {
			for x := -1; x <= n; x++ {
				p := pt{(float64(x) + .5) * step, (float64(y) + .5) * step}
				d := p.sub(centre).norm() / radius
				r := step * .30
				c := front
				if d < 1 {
					// As large as the lens makes it, along and across.
					along := max(1+power*(1-d)*(1-3*d), .3)
					r *= math.Sqrt((1 + power*(1-d)*(1-d)) * along)
					c = mix(front, accent, clamp01(1.25*(1-d)))
				}
				s.fill(solid(c), disc(bulge(p), r))
			}
		}
	case "rings":
		m := n + 4
		for k := m; k > 0; k-- {
			t := float64(k) / float64(m)
			c := front
			if k%2 == 0 {
				c = back
			}
			if k == 3 {
				c = accent
			}
			// Each ring is pushed further to one side.
			o := centre.add(pt{.13, .10}.mul((t - .4) * s.hand.Weight * 1.6))
			s.fill(solid(c), disc(o, t*.95))
		}
	case "chequer":
		for y := -1; float64(y)*step < s.high-.15*step; y++ {
			for x := -1; x <= n; x++ {
				if (x+y)&1 == 0 {
					continue
				}
				p := rect(float64(x)*step, float64(y)*step, float64(x+1)*step, float64(y+1)*step)
				var q poly
				for i := range p {
					for k := range 4 {
						q = append(q, bulge(p[i].lerp(p[(i+1)%4], float64(k)/4)))
					}
				}
				d := pt{(float64(x) + .5) * step, (float64(y) + .5) * step}.sub(centre).norm() / radius
				s.fill(solid(mix(front, accent, clamp01(1.5*(1-d)))), q)
			}
		}
	default: // waves of lines
		lines := 22 + int(s.dial(s.hand.Density, 0, 20))
		f1, f2 := s.in(1.2, 2.4), s.in(.8, 1.6)
		ph := s.in(0, 6)
		amp := s.in(.06, .1)
		gap := 1.3 / float64(lines)
		for k := range lines {
			x := -.15 + (float64(k)+.5)*gap
			line := func(off float64) poly {
				var p poly
				for i := range 61 {
					y := s.high * float64(i) / 60
					v := math.Sin(f1*2*math.Pi*y/s.high+ph) * amp * math.Sin(f2*math.Pi*(x+.2))
					w := gap * (.25 + .2*math.Sin(2*math.Pi*y/s.high*f2+x*5))
					p = append(p, pt{x + v + off*w, y})
				}
				return p
			}
			c := front
			if k%7 == 3 {
				c = accent
			}
			s.fill(solid(c), append(line(-1), line(1).reverse()...))
		}
	}
}

// orbits: thin circles, rolled along other circles.
func orbits(s *sheet) {
	s.ground(solid(s.p.Ground))
	line := s.p.Ink
	weight := s.dial(s.hand.Weight, .0022, .0042)
	centre := pt{.5, s.high * .5}
	switch s.subject {
	case "rosette":
		n := 18 + int(s.dial(s.hand.Density, 0, 30))
		r := s.in(.2, .26)
		d := s.in(.16, .21)
		colours := ramp(n+1, s.c[0], s.c[1], s.c[2], s.c[0])
		for k := range n {
			a := 2 * math.Pi * float64(k) / float64(n)
			s.closed(solid(colours[k]), weight*1.3, disc(centre.toward(a, d), r))
		}
		s.fill(solid(s.unlike(s.p.Ground)), disc(centre, .025))
	case "harmonograph":
		// Two damped pendulums, a little out of tune.
		ratio := [][2]float64{{2, 3}, {3, 4}, {1, 2}, {3, 5}, {1, 1}}[s.r.IntN(5)]
		ph, off := s.in(.5, 2.6), s.in(.004, .011)
		turns := 16 + s.dial(s.hand.Density, 0, 16)
		const n = 3600
		var p poly
		for i := range n {
			t := float64(i) / n
			k := math.Exp(-1.1*t) * .45
			u := 2 * math.Pi * t * turns
			p = append(p, pt{centre.x + k*math.Sin(ratio[0]*(1+off)*u/2+ph), centre.y + k*s.high*.95*math.Sin(ratio[1]*u/2)})
		}
		colours := ramp(24, s.c[0], s.unlike(s.p.Ground), s.unlike(s.p.Ground))
		for k := range colours {
			from := k * n / len(colours)
			s.stroke(solid(colours[k]), weight*1.25, p[from:min(from+n/len(colours)+2, n)])
		}
	default: // planets
		n := 4 + int(s.dial(s.hand.Density, 0, 4))
		sun := s.in(.06, .09)
		s.fill(solid(s.c[0]), disc(centre, sun))
		flat := s.in(.5, 1)
		if s.hand.Order > .6 {
			flat = 1
		}
		turn := s.in(-.5, .5)
		for k := range n {
			r := sun + .05 + (.40-sun)*(float64(k)+.6)/float64(n)
			o := oval(centre, r, r*flat, turn)
			s.closed(glaze(line, .8), weight, o)
			p := o[s.r.IntN(len(o))]
			c := s.unlike(s.p.Ground)
			size := s.in(.018, .05)
			s.fill(solid(s.p.Ground), disc(p, size+.012))
			s.fill(solid(c), disc(p, size))
			if s.chance(.5) {
				s.fill(solid(lift(c, -.1)), sector(p, 0, size, turn+.6, turn+.6+math.Pi))
			}
		}
	}
}
