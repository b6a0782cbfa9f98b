package atelier

import "math"

// fruit lies on a table at its lowest point; kinds: 0 lemon, 1 pear, 2 orange,
// 3 apple, 4 fig.
func fruit(s *sheet, foot pt, r float64, kind int) {
	warm := s.sun(s.p.Ground)
	if kind == 0 {
		warm = s.yellow(s.p.Ground)
	}
	other := s.unlike(warm, s.p.Ground)
	s.fill(glaze(s.dark(), .16), oval(foot.add(pt{r * .25, 0}), r*1.05, r*.16, 0))
	m := foot.add(pt{0, -r})
	var p poly
	c := warm
	switch kind {
	case 0:
		p = smooth(poly{{-1.25, 0}, {-1.0, -.22}, {-.55, -.72}, {.2, -.78}, {.85, -.4}, {1.05, -.08}, {1.22, .05}, {1.05, .2}, {.7, .62}, {0, .85}, {-.7, .6}, {-1.05, .18}}, true)
	case 1:
		c = other
		p = smooth(poly{{0, -1.55}, {.3, -1.35}, {.42, -.8}, {.75, -.1}, {.9, .45}, {.55, .92}, {0, 1}, {-.55, .92}, {-.9, .45}, {-.75, -.1}, {-.42, -.8}, {-.3, -1.35}}, true)
	case 2:
		p = disc(pt{}, 1)
	case 3:
		c = other
		p = smooth(poly{{0, -.72}, {.5, -.92}, {.98, -.45}, {.85, .4}, {.4, .95}, {0, .86}, {-.4, .95}, {-.85, .4}, {-.98, -.45}, {-.5, -.92}}, true)
	default:
		c = s.unlike(s.p.Ground)
		p = smooth(poly{{.05, -1.3}, {.2, -.95}, {.7, -.35}, {.85, .3}, {.5, .9}, {0, 1}, {-.5, .9}, {-.85, .3}, {-.6, -.35}, {-.12, -.95}}, true)
	}
	q := make(poly, len(p))
	for i, v := range p {
		q[i] = m.add(v.mul(r))
	}
	s.fill(solid(c), q)
	s.clip(q)
	s.fill(fade(m.add(pt{-r * .3, -r * .3}), m.add(pt{r, r * .8}), lift(c, -.15), 0, .8), rect(m.x-2*r, m.y-2*r, m.x+2*r, m.y+2*r))
	if s.hand.Order < .5 {
		s.fill(glaze(lift(c, .12), .7), oval(m.add(pt{-r * .4, -r * .4}), r*.16, r*.3, .7))
	}
	s.unclip()
	if kind == 1 || kind == 3 {
		top := m.add(pt{0, -r * 1.5})
		if kind == 3 {
			top = m.add(pt{0, -r * .72})
		}
		s.brush(solid(s.dark()), poly{top.add(pt{0, r * .1}), top.add(pt{r * .08, -r * .2}), top.add(pt{r * .2, -r * .42})}, func(t float64) float64 { return r * .12 })
		s.fill(solid(s.green()), leaf(top.add(pt{r * .08, -r * .15}), -.5, r*.75, r*.32, .5, .3))
	}
}

// stillLife: vessels and fruit on a table, in flat light.
func stillLife(s *sheet) {
	wall := s.p.Ground
	table := s.high * s.in(.62, .70)
	s.ground(solid(wall))
	if s.hand.Order > .5 { // a window, or a block of colour behind
		x := s.in(.08, .16)
		s.fill(solid(mix(wall, s.c[1], .55)), rect(x, s.high*.08, x+s.in(.4, .55), table))
	} else {
		s.fill(solid(mix(wall, s.c[0], .4)), disc(pt{s.in(.35, .65), s.high * .34}, s.in(.24, .3)))
	}
	cloth := s.unlike(wall)
	s.fill(solid(cloth), rect(-.01, table, 1.01, s.high+.01))
	if s.hand.Weight > .5 { // checked cloth
		k := overlay(mix(cloth, s.pale(), .4), .35)
		for i := range 7 {
			x := float64(i) / 7
			s.fill(k, rect(x, table, x+1./14, s.high+.01))
		}
		for i := range 4 {
			y := table + (s.high-table)*float64(i)/4
			s.fill(k, rect(-.01, y, 1.01, y+(s.high-table)/8))
		}
	}
	kinds := []int{0, 2, 1, 4}
	switch s.subject {
	case "lemons":
		kinds = []int{0, 0, 0, 2}
	case "pears":
		kinds = []int{1, 1, 3}
	case "figs":
		kinds = []int{4, 4, 2}
	}
	front := table + .10
	n := 2 + s.r.IntN(2)
	xs := []float64{.27, .70, .49}
	for k := range n {
		h := s.high * []float64{.40, .30, .24}[k] * s.in(.9, 1.08)
		c := s.unlike(cloth, s.pale())
		foot := pt{xs[k] + s.in(-.03, .03), table + .02 + .035*float64(k)}
		kind := s.r.IntN(4)
		if k == 0 && s.subject != "vessels" {
			twigs := s.green()
			mouth := foot.add(pt{0, -h * .95})
			for j := range 2 + s.r.IntN(2) {
				twig(s, mouth.add(pt{0, h * .1}), -math.Pi/2+(float64(j)-.8)*.42, s.in(.24, .36), twigs, 9)
			}
		}
		s.vase(foot, h, kind, c, wall)
	}
	if s.subject == "vessels" {
		return
	}
	m := 3 + int(s.dial(s.hand.Density, 0, 3))
	for k := range m {
		x := .2 + .62*(float64(k)+.5)/float64(m) + s.in(-.04, .04)
		fruit(s, pt{x, front + .03 + .07*float64(k%2) + s.in(0, .02)}, s.in(.058, .078), kinds[s.r.IntN(len(kinds))])
	}
}

// citrus: fruit and leaves as a pattern.
func citrus(s *sheet) {
	ground := s.p.Ground
	if s.hand.Order > .55 {
		ground = s.c[2]
	}
	s.ground(solid(ground))
	warm := s.sun(ground)
	if s.subject == "lemons" {
		warm = s.yellow(ground)
	}
	leafy := s.green()
	if leafy == ground {
		leafy = s.dark()
	}
	n := 3 + int(s.dial(s.hand.Density, 0, 2.6))
	step := 1 / float64(n)
	row := 0
	for y := step * .2; y < s.high+step*.6; y += step * .92 {
		for x := range n + 1 {
			m := pt{(float64(x) + .5*float64(row%2)) * step, y}
			m = m.add(pt{s.in(-.1, .1) * step, s.in(-.1, .1) * step})
			r := step * s.in(.30, .36)
			a := s.in(0, 6.3)
			for _, d := range []float64{0, .9} {
				b := a + d
				s.fill(solid(lift(leafy, s.in(-.04, .05))), leaf(m.toward(b, r*.7), b, step*.5, step*.2, .5, s.in(-.3, .3)))
				s.stroke(glaze(lift(leafy, .12), .7), .0025, s.stem(m.toward(b, r*.8), b, step*.4, 0))
			}
			if (x+row)%2 == 0 || s.subject == "slices" {
				s.slice(m, r, warm, ground)
				continue
			}
			turn := s.in(0, 6.3)
			shape := oval(m, r*1.05, r*.95, turn)
			if s.subject == "lemons" {
				shape = smooth(poly{m.toward(turn, r*1.32), m.toward(turn+.35, r*1.05), m.toward(turn+1, r*.92), m.toward(turn+1.57, r*.88), m.toward(turn+2.2, r*.95), m.toward(turn+2.85, r*1.02), m.toward(turn+3.14, r*1.22), m.toward(turn+3.5, r*1.0), m.toward(turn+4.2, r*.9), m.toward(turn+5.2, r*.92), m.toward(turn+5.95, r*1.05)}, true)
			}
			s.fill(solid(warm), shape)
			s.clip(shape)
			s.fill(glaze(lift(warm, -.09), .8), disc(m.add(pt{r * .9, r * .8}), r*1.05))
			for range 9 {
				s.fill(glaze(lift(warm, -.14), .6), disc(m.toward(s.in(0, 6.3), r*s.in(.1, .9)), r*.035))
			}
			s.unclip()
		}
		row++
	}
}

// slice is a fruit cut across.
func (s *sheet) slice(m pt, r float64, c, ground rgb) {
	s.fill(solid(c), disc(m, r))
	s.fill(solid(lift(mix(c, s.pale(), .85), .03)), disc(m, r*.88))
	n := 8 + s.r.IntN(3)
	turn := s.in(0, 6.3)
	for k := range n {
		a := turn + 2*math.Pi*float64(k)/float64(n)
		b := a + 2*math.Pi/float64(n)
		mid := (a + b) / 2
		p := smooth(poly{m.toward(mid, r*.12), m.toward(a+.09, r*.55), m.toward(a+.1, r*.74), m.toward(mid, r*.81), m.toward(b-.1, r*.74), m.toward(b-.09, r*.55)}, true)
		s.fill(solid(mix(c, s.pale(), .22)), p)
		s.fill(solid(lift(mix(c, s.pale(), .7), .02)), leaf(m.toward(mid, r*.3), mid, r*.13, r*.05, .5, 0))
	}
}

// town: houses on a hill, or a skyline.
func town(s *sheet) {
	s.sky(mix(s.p.Ground, s.c[1], .2), s.p.Ground)
	m := pt{s.in(.25, .75), s.high * s.in(.14, .24)}
	s.fill(solid(s.sun(s.p.Ground)), disc(m, s.in(.07, .12)))
	switch s.subject {
	case "skyline":
		n := 3
		for k := range n {
			t := float64(k) / float64(n-1)
			c := mix(mix(s.p.Ground, s.c[0], .4), s.dark(), t)
			for x := -.05; x < 1.05; {
				w := s.in(.07, .15) * (.8 + .5*t)
				h := s.high * s.in(.16, .5) * (1.15 - .3*t)
				top := s.high*(.82+.12*t) - h
				s.tower(x, x+w, top, c, t)
				x += w * s.in(.85, 1.15)
			}
		}
	default:
		rows := 4 + int(s.dial(s.hand.Density, 0, 3))
		for k := range rows {
			t := float64(k) / float64(rows-1)
			base := s.high * (.46 + .56*t)
			w := .10 + .05*t
			for x := -.08 + s.in(-.06, 0); x < 1.05; {
				ww := w * s.in(.75, 1.25)
				arc := 0.0
				if s.subject == "hill town" {
					arc = .22 * s.high * (x + ww/2 - .5) * (x + ww/2 - .5) * 4 * (1 - t)
				}
				h := s.high * s.in(.14, .24)
				s.house(x, x+ww, base-h+arc, base+.12*s.high+arc, t)
				x += ww
			}
		}
		if s.subject == "hill town" && s.hand.Order > .3 {
			s.steeple(s.in(.4, .6), s.high*.36)
		}
	}
	if s.subject == "harbour" {
		y := s.high * .84
		s.fill(solid(mix(s.dark(), s.c[0], .45)), s.swell(y, .004, .3))
		for range 14 {
			x, yy := s.in(0, 1), s.in(y+.015, s.high)
			s.stroke(glaze(s.pale(), .5), .004, poly{{x - .04, yy}, {x + .04, yy}})
		}
		for k := range 3 {
			sail(s, pt{.2 + .3*float64(k) + s.in(-.06, .06), y + .03 + .03*float64(k%2)}, s.in(.13, .2))
		}
	}
}

func (s *sheet) house(x0, x1, top, base, t float64) {
	wall := s.unlike(s.p.Ground, s.pale(), s.p.Ink)
	if wall == s.p.Ink {
		wall = s.c[0]
	}
	w := x1 - x0
	s.fill(solid(wall), rect(x0, top, x1, base))
	s.fill(glaze(s.dark(), .10), rect(x1-w*.18, top, x1, base))
	roof := s.unlike(wall)
	switch s.r.IntN(4) {
	case 0, 1:
		s.fill(solid(roof), poly{{x0 - w*.06, top}, {(x0 + x1) / 2, top - w*.42}, {x1 + w*.06, top}})
	case 2:
		s.fill(solid(roof), poly{{x0 - w*.04, top}, {x0 + w*.12, top - w*.3}, {x1 - w*.12, top - w*.3}, {x1 + w*.04, top}})
	default:
		s.fill(solid(roof), rect(x0-w*.03, top-w*.07, x1+w*.03, top))
		if s.chance(.4) {
			s.fill(solid(wall), arc(pt{(x0 + x1) / 2, top - w*.06}, w*.32, math.Pi, 2*math.Pi))
		}
	}
	glassy := s.dark()
	if light(wall) < .5 {
		glassy = mix(s.sun(wall), s.pale(), .4)
	}
	cols := 1 + s.r.IntN(3)
	ww := w * .17
	round := s.chance(.35)
	for r := range 3 {
		y := top + w*(.18+.42*float64(r))
		for k := range cols {
			x := x0 + w*(float64(k)+.5)/float64(cols)*.84 + w*.02
			p := rect(x-ww/2, y, x+ww/2, y+ww*1.35)
			if round {
				p = arch(x-ww/2, y, x+ww/2, y+ww*1.5)
			}
			s.fill(solid(glassy), p)
		}
	}
}

func (s *sheet) tower(x0, x1, top float64, c rgb, t float64) {
	shapes := []poly{rect(x0, top, x1, s.high+.1)}
	mid := (x0 + x1) / 2
	w := x1 - x0
	switch s.r.IntN(5) {
	case 0:
		shapes = append(shapes, rect(x0+w*.25, top-w*.4, x1-w*.25, top), rect(mid-.004, top-w*1.1, mid+.004, top))
	case 1:
		shapes = append(shapes, poly{{x0, top}, {x1, top - w*.5}, {x1, top}})
	case 2:
		shapes = append(shapes, arc(pt{mid, top}, w/2, math.Pi, 2*math.Pi))
	case 3:
		shapes = append(shapes, poly{{x0 + w*.2, top}, {mid, top - w*.9}, {x1 - w*.2, top}})
	}
	s.fill(solid(c), shapes...)
	lit := mix(s.sun(c), s.pale(), .3)
	n := 3
	for r := range int((s.high - top) / .035) {
		for k := range n {
			if !s.chance(.28 + .3*t) {
				continue
			}
			x := x0 + w*(float64(k)+.5)/float64(n)
			y := top + .02 + .035*float64(r)
			s.fill(glaze(lit, .9), rect(x-w*.08, y, x+w*.08, y+.016))
		}
	}
}

func (s *sheet) steeple(x, y float64) {
	wall, roof := s.pale(), s.unlike(s.pale())
	s.fill(solid(wall), rect(x-.035, y-.10, x+.035, y+.2))
	s.fill(glaze(s.dark(), .12), rect(x+.015, y-.10, x+.035, y+.2))
	s.fill(solid(roof), poly{{x - .045, y - .1}, {x, y - .26}, {x + .045, y - .1}})
	s.fill(solid(s.dark()), arch(x-.012, y-.07, x+.012, y-.02), rect(x-.002, y-.31, x+.002, y-.25), rect(x-.012, y-.295, x+.012, y-.289))
}
