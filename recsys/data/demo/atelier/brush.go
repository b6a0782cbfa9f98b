package atelier

import "math"

// bristle draws a stroke as a bundle of hairs that run dry toward the end.
func (s *sheet) bristle(c rgb, line poly, width, dry float64) {
	hairs := 26
	n := len(line)
	f := field(s.r.Uint64())
	s.brush(glaze(c, .9), line[:max(int(float64(n)*(1-dry*.8)), 3)], func(t float64) float64 {
		return width * .82 * math.Min(1, .55+t*3) * (1 - .25*t*t)
	})
	for h := range hairs {
		o := (float64(h)+s.r.Float64())/float64(hairs) - .5
		run := 1 - dry*s.r.Float64()*(.3+1.4*math.Abs(o))
		from := int(float64(n) * .03 * s.r.Float64() * math.Abs(o) * 2)
		to := max(int(float64(n)*run), from+2)
		to = min(to, n)
		hair := make(poly, 0, to-from)
		for i := from; i < to; i++ {
			a, b := line[max(i-1, 0)], line[min(i+1, n-1)]
			d := b.sub(a).unit()
			w := width * o * (1 + .12*(f.at(float64(i)*.06, float64(h)*.3)-.5))
			hair = append(hair, pt{line[i].x + d.y*w, line[i].y - d.x*w})
		}
		if len(hair) < 2 {
			continue
		}
		s.brush(glaze(c, s.in(.7, 1)), hair, func(t float64) float64 { return width / float64(hairs) * 1.9 * (1.1 - .8*t) })
	}
}

// seal is the red stamp in a corner.
func (s *sheet) seal(p pt, size float64) {
	red := s.sun(s.p.Ground)
	rough := s.rough
	s.rough = .003
	s.fill(solid(red), roundRect(p.x, p.y, p.x+size, p.y+size*1.15, size*.12))
	s.rough = rough
	k := glaze(s.p.Paper, .95)
	for i := range 3 {
		y := p.y + size*(.25+.3*float64(i))
		s.stroke(k, size*.09, poly{{p.x + size*.22, y}, {p.x + size*.78, y}})
	}
	s.stroke(k, size*.09, poly{{p.x + size*.5, p.y + size*.2}, {p.x + size*.5, p.y + size*.95}})
}

// brushwork: ink and one hand movement.
func brushwork(s *sheet) {
	s.ground(solid(s.p.Ground))
	black := s.dark()
	if s.p.Dark {
		black = s.p.Ink
	}
	width := s.dial(s.hand.Weight, .06, .13)
	switch s.subject {
	case "circle":
		m := pt{.5, s.high * .46}
		r := s.in(.29, .34)
		start := s.in(1.2, 2.4)
		var line poly
		for i := range 101 {
			t := float64(i) / 100
			line = append(line, m.toward(start+t*s.in(6.02, 6.03), r*(1+.05*math.Sin(t*5+start)-.05*t)))
		}
		if s.hand.Order > .5 {
			s.fill(solid(mix(s.p.Ground, s.sun(s.p.Ground), .8)), disc(m.add(pt{.0, .0}), r*.45))
		}
		s.bristle(black, line, width, .45)
		s.seal(pt{.72, s.high * .84}, .06)
	case "bamboo":
		n := 2 + int(s.dial(s.hand.Density, 0, 2))
		for k := range n {
			x := .2 + .6*(float64(k)+.5)/float64(n) + s.in(-.05, .05)
			lean := s.in(-.12, .12)
			c := mix(black, s.p.Ground, .12+.5*float64(k%2))
			w := width * s.in(.35, .6)
			y := s.high * 1.02
			for y > s.high*.05 {
				l := s.high * s.in(.16, .22)
				a := pt{x + lean*(s.high-y), y}
				b := pt{x + lean*(s.high-y+l*.93), y - l*.93}
				var line poly
				for i := range 21 {
					line = append(line, a.lerp(b, float64(i)/20))
				}
				s.bristle(c, line, w, .12)
				s.brush(solid(c), poly{a.add(pt{-w * .65, 0}), a.add(pt{0, -.006}), a.add(pt{w * .65, .002})}, func(t float64) float64 { return .009 })
				if y < s.high*.8 && s.chance(.75) {
					for range 4 {
						d := s.in(.2, 1.1)
						if s.chance(.5) {
							d = math.Pi - d
						}
						length := s.in(.16, .28)
						s.fill(glaze(c, .93), leaf(a.toward(d, .02), d, length, length*.17, .38, s.in(-.25, .25)))
					}
				}
				y -= l
			}
		}
		s.seal(pt{.82, s.high * .86}, .055)
	case "ink mountains":
		f := field(s.r.Uint64())
		if s.hand.Order > .35 {
			s.fill(solid(s.sun(s.p.Ground)), disc(pt{s.in(.3, .72), s.high * .22}, .075))
		}
		for k := range 4 {
			t := float64(k) / 3
			y := s.high * (.4 + .17*float64(k))
			p := poly{{-.05, s.high + .1}}
			for i := range 121 {
				x := -.05 + 1.1*float64(i)/120
				v := 1 - math.Abs(2*(f+field(k)*31).at(x/(.5-.06*float64(k)), 1)-1)
				p = append(p, pt{x, y - .30*v*v + .015*(f+7).at(x*30, float64(k))})
			}
			p = append(p, pt{1.05, s.high + .1})
			s.clip(p)
			s.ground(solid(mix(s.p.Ground, black, .04+.1*t)))
			wash := mix(s.p.Ground, black, .32+.55*t)
			s.fill(fade(pt{0, y - .28}, pt{0, y + .06}, wash, .95, 0), rect(-.05, y-.4, 1.05, y+.2))
			s.unclip()
		}
		s.fill(solid(black), s.boat(pt{s.in(.25, .7), s.high * .93}, .1)...)
		s.seal(pt{.84, s.high * .06}, .05)
	default: // strokes
		n := 2 + int(s.dial(s.hand.Density, 0, 3))
		for k := range n {
			c := black
			if k == n-1 {
				c = s.sun(s.p.Ground)
			} else if k > 0 && s.hand.Order > .4 {
				c = s.unlike(s.p.Ground)
			}
			// Each stroke crosses the one before at a new angle.
			m := pt{.5 + s.in(-.1, .1), s.high * (.3 + .4*(float64(k)+.5)/float64(n) + s.in(-.06, .06))}
			turn := s.in(-.5, .35)
			if k%2 == 1 {
				turn += s.in(.9, 1.5)
			}
			reach := s.in(.26, .38)
			a, b := m.toward(turn+math.Pi, reach), m.toward(turn, reach)
			mid := a.lerp(b, .5)
			up := s.in(-.16, .16)
			line := bezier(a, mid.add(pt{-.15, up}), mid.add(pt{.15, -up * .6}), b)
			s.bristle(c, line, width*s.in(.9, 1.7), .5)
		}
		s.seal(pt{.8, s.high * .88}, .05)
	}
}

func (s *sheet) boat(p pt, w float64) []poly {
	return []poly{
		smooth(poly{{p.x - w, p.y - w*.1}, {p.x - w*.4, p.y + w*.12}, {p.x + w*.4, p.y + w*.12}, {p.x + w, p.y - w*.16}, {p.x + w*.3, p.y - w*.02}, {p.x - w*.3, p.y - w*.02}}, true).reverse().reverse(),
		rect(p.x-w*.02, p.y-w*.5, p.x+w*.05, p.y),
		disc(pt{p.x + w*.02, p.y - w*.52}, w*.1),
		poly{{p.x - w*.16, p.y - w*.5}, {p.x + w*.02, p.y - w*.72}, {p.x + w*.2, p.y - w*.5}},
	}
}
