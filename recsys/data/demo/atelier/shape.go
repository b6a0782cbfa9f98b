package atelier

import "math"

// pt is a point; x runs right and y down.
type pt struct{ x, y float64 }

func (p pt) add(q pt) pt             { return pt{p.x + q.x, p.y + q.y} }
func (p pt) sub(q pt) pt             { return pt{p.x - q.x, p.y - q.y} }
func (p pt) mul(s float64) pt        { return pt{p.x * s, p.y * s} }
func (p pt) norm() float64           { return math.Hypot(p.x, p.y) }
func (p pt) lerp(q pt, t float64) pt { return pt{p.x + (q.x-p.x)*t, p.y + (q.y-p.y)*t} }

// toward is the point at a distance and an angle (radians, 0 is right, up is -π/2).
func (p pt) toward(angle, d float64) pt {
	return pt{p.x + d*math.Cos(angle), p.y + d*math.Sin(angle)}
}

// unit is the direction of a vector, or zero.
func (p pt) unit() pt {
	n := p.norm()
	if n == 0 {
		return p
	}
	return pt{p.x / n, p.y / n}
}

// poly is a polygon or, for strokes, a line.
type poly []pt

// disc is a circle.
func disc(c pt, r float64) poly { return oval(c, r, r, 0) }

// oval is an ellipse, turned.
func oval(c pt, rx, ry, turn float64) poly {
	const n = 72
	out := make(poly, n)
	sin, cos := math.Sincos(turn)
	for i := range out {
		s, k := math.Sincos(2 * math.Pi * float64(i) / n)
		x, y := rx*k, ry*s
		out[i] = pt{c.x + x*cos - y*sin, c.y + x*sin + y*cos}
	}
	return out
}

// arc is the line along a circle between two angles.
func arc(c pt, r, from, to float64) poly {
	n := 3 + int(math.Abs(to-from)*14)
	out := make(poly, n)
	for i := range out {
		out[i] = c.toward(from+(to-from)*float64(i)/float64(n-1), r)
	}
	return out
}

// sector is a piece of cake or, with an inner radius, of a ring.
func sector(c pt, inner, outer, from, to float64) poly {
	p := arc(c, outer, from, to)
	if inner == 0 {
		return append(p, c)
	}
	return append(p, arc(c, inner, to, from)...)
}

// rect is a rectangle from two corners.
func rect(x0, y0, x1, y1 float64) poly {
	return poly{{x0, y0}, {x1, y0}, {x1, y1}, {x0, y1}}
}

// roundRect is a rectangle with round corners.
func roundRect(x0, y0, x1, y1, r float64) poly {
	r = min(r, (x1-x0)/2, (y1-y0)/2)
	p := arc(pt{x1 - r, y0 + r}, r, -math.Pi/2, 0)
	p = append(p, arc(pt{x1 - r, y1 - r}, r, 0, math.Pi/2)...)
	p = append(p, arc(pt{x0 + r, y1 - r}, r, math.Pi/2, math.Pi)...)
	return append(p, arc(pt{x0 + r, y0 + r}, r, math.Pi, 1.5*math.Pi)...)
}

// arch is a rectangle with a half circle on top.
func arch(x0, y0, x1, y1 float64) poly {
	r := (x1 - x0) / 2
	p := arc(pt{x0 + r, y0 + r}, r, math.Pi, 2*math.Pi)
	return append(p, pt{x1, y1}, pt{x0, y1})
}

// star has n points between two radii.
func star(c pt, inner, outer float64, n int, turn float64) poly {
	out := make(poly, 2*n)
	for i := range out {
		r := outer
		if i%2 == 1 {
			r = inner
		}
		out[i] = c.toward(turn-math.Pi/2+math.Pi*float64(i)/float64(n), r)
	}
	return out
}

// smooth runs a curve through points (Catmull-Rom), closed or open.
func smooth(p poly, closed bool) poly {
	const steps = 10
	n := len(p)
	if n < 3 {
		return p
	}
	at := func(i int) pt {
		if closed {
			return p[(i+n)%n]
		}
		return p[min(max(i, 0), n-1)]
	}
	last := n - 1
	if closed {
		last = n
	}
	out := make(poly, 0, last*steps+1)
	for i := range last {
		a, b, c, d := at(i-1), at(i), at(i+1), at(i+2)
		for k := range steps {
			t := float64(k) / steps
			f := func(a, b, c, d float64) float64 {
				return .5 * (2*b + (c-a)*t + (2*a-5*b+4*c-d)*t*t + (3*b-a-3*c+d)*t*t*t)
			}
			out = append(out, pt{f(a.x, b.x, c.x, d.x), f(a.y, b.y, c.y, d.y)})
		}
	}
	if !closed {
		out = append(out, p[n-1])
	}
	return out
}

// bezier is a cubic curve.
func bezier(a, b, c, d pt) poly {
	const n = 24
	out := make(poly, n+1)
	for i := range out {
		t := float64(i) / n
		u := 1 - t
		out[i] = a.mul(u * u * u).add(b.mul(3 * u * u * t)).add(c.mul(3 * u * t * t)).add(d.mul(t * t * t))
	}
	return out
}

// moved, turned and scaled copies.
func (p poly) move(d pt) poly {
	out := make(poly, len(p))
	for i, q := range p {
		out[i] = q.add(d)
	}
	return out
}

func (p poly) turn(c pt, angle float64) poly {
	sin, cos := math.Sincos(angle)
	out := make(poly, len(p))
	for i, q := range p {
		q = q.sub(c)
		out[i] = pt{c.x + q.x*cos - q.y*sin, c.y + q.x*sin + q.y*cos}
	}
	return out
}

func (p poly) scale(c pt, sx, sy float64) poly {
	out := make(poly, len(p))
	for i, q := range p {
		out[i] = pt{c.x + (q.x-c.x)*sx, c.y + (q.y-c.y)*sy}
	}
	return out
}

func (p poly) reverse() poly {
	out := make(poly, len(p))
	for i, q := range p {
		out[len(p)-1-i] = q
	}
	return out
}

// at is the point and direction at a share t of a line's points.
func (p poly) at(t float64) (pt, float64) {
	f := clamp01(t) * float64(len(p)-1)
	k := min(int(f), len(p)-2)
	d := p[k+1].sub(p[k])
	return p[k].lerp(p[k+1], f-float64(k)), math.Atan2(d.y, d.x)
}

// box is the smallest upright rectangle around a polygon.
func (p poly) box() (lo, hi pt) {
	lo, hi = p[0], p[0]
	for _, q := range p {
		lo = pt{min(lo.x, q.x), min(lo.y, q.y)}
		hi = pt{max(hi.x, q.x), max(hi.y, q.y)}
	}
	return lo, hi
}

// leaf lies from base to base+length in a direction, at its widest at a share
// belly of its length; bend turns the tip to one side.
func leaf(base pt, angle, length, width, belly, bend float64) poly {
	const n = 14
	spine := make(poly, n+1)
	side := func(t float64) float64 {
		// A beta curve with its maximum at belly.
		a := belly / (1 - belly)
		v := math.Pow(t, a) * (1 - t)
		top := math.Pow(belly, a) * (1 - belly)
		return width / 2 * math.Pow(v/top, .75)
	}
	at := base
	for i := range spine {
		spine[i] = at
		at = at.toward(angle+bend*float64(i)/n, length/n)
	}
	out := make(poly, 0, 2*n+2)
	left := make(poly, 0, n+1)
	for i, q := range spine {
		t := float64(i) / n
		d := angle + bend*t
		out = append(out, q.toward(d-math.Pi/2, side(t)))
		left = append(left, q.toward(d+math.Pi/2, side(t)))
	}
	return append(out, left.reverse()...)
}

// outline is the polygon of a line drawn with a pen whose width is a function
// of the share of its length.
func outline(line poly, width func(t float64) float64) poly {
	n := len(line)
	left, right := make(poly, n), make(poly, n)
	for i, q := range line {
		a, b := line[max(i-1, 0)], line[min(i+1, n-1)]
		d := b.sub(a).unit()
		w := width(float64(i)/float64(n-1)) / 2
		left[i] = pt{q.x + d.y*w, q.y - d.x*w}
		right[n-1-i] = pt{q.x - d.y*w, q.y + d.x*w}
	}
	return append(left, right...)
}
