package atelier

import (
	"image"
	"image/draw"
	"math"

	"golang.org/x/image/vector"
)

// canvas is paper to print on. Lengths are in units of the width of the
// picture inside its frame, so that a drawing is the same at every size.
type canvas struct {
	w, h   int       // pixels
	pix    []float32 // sRGB, three per pixel
	o      pt        // the picture's corner in pixels
	s      float64   // pixels per unit
	bounds image.Rectangle
	clips  []*image.Alpha // masks in force, the last one is their product
	pen    vector.Rasterizer
	mask   image.Alpha // scratch
	// rough moves outlines by this much, as a knife or a lino cutter does.
	rough float64
	seed  field
}

// ink is what a shape is filled with: a colour, or shade for each point. It is
// laid on with an alpha; multiply prints it transparently over what is there.
type ink struct {
	c        rgb
	alpha    float32
	shade    func(p pt) (rgb, float32)
	multiply bool
}

func solid(c rgb) ink              { return ink{c: c, alpha: 1} }
func glaze(c rgb, a float64) ink   { return ink{c: c, alpha: float32(a)} }
func overlay(c rgb, a float64) ink { return ink{c: c, alpha: float32(a), multiply: true} }

// gradient goes from one colour at a to another at b.
func gradient(a, b pt, from, to rgb) ink {
	d := b.sub(a)
	n := d.x*d.x + d.y*d.y
	steps := ramp(64, from, to)
	return ink{alpha: 1, shade: func(p pt) (rgb, float32) {
		t := clamp01(((p.x-a.x)*d.x + (p.y-a.y)*d.y) / n)
		return steps[int(t*63.99)], 1
	}}
}

// fade is one colour whose strength goes from one alpha at a to another at b.
func fade(a, b pt, c rgb, from, to float64) ink {
	d := b.sub(a)
	n := d.x*d.x + d.y*d.y
	return ink{alpha: 1, shade: func(p pt) (rgb, float32) {
		t := clamp01(((p.x-a.x)*d.x + (p.y-a.y)*d.y) / n)
		return c, float32(from + (to-from)*t)
	}}
}

// glow is one colour that fades from the middle to nothing at radius r.
func glow(m pt, r float64, c rgb, a float64) ink {
	return ink{alpha: 1, shade: func(p pt) (rgb, float32) {
		t := clamp01(1 - p.sub(m).norm()/r)
		return c, float32(a * t * t * (3 - 2*t))
	}}
}

// fill prints shapes. Where they overlap, shapes that turn the same way unite
// and a shape that turns the other way cuts a hole.
func (c *canvas) fill(k ink, shapes ...poly) {
	box, ok := c.raster(shapes)
	if !ok {
		return
	}
	var clip *image.Alpha
	if n := len(c.clips); n > 0 {
		clip = c.clips[n-1]
	}
	for y := box.Min.Y; y < box.Max.Y; y++ {
		cover := c.mask.Pix[(y-box.Min.Y)*c.mask.Stride:]
		row := c.pix[3*(y*c.w+box.Min.X):]
		for x := range box.Dx() {
			a := cover[x]
			if a == 0 {
				continue
			}
			alpha := float32(a) / 255
			if clip != nil {
				m := clip.Pix[y*clip.Stride+box.Min.X+x]
				if m == 0 {
					continue
				}
				alpha *= float32(m) / 255
			}
			colour := k.c
			if k.shade != nil {
				s := float32(1)
				colour, s = k.shade(c.point(box.Min.X+x, y))
				alpha *= s
			} else {
				alpha *= k.alpha
			}
			p := row[3*x : 3*x+3]
			for i, v := range colour {
				if k.multiply {
					v *= p[i]
				}
				p[i] += (v - p[i]) * alpha
			}
		}
	}
}

// point is the middle of a pixel in units.
func (c *canvas) point(x, y int) pt {
	return pt{(float64(x) + .5 - c.o.x) / c.s, (float64(y) + .5 - c.o.y) / c.s}
}

// raster writes the coverage of shapes to c.mask, whose corner is box.Min.
func (c *canvas) raster(shapes []poly) (box image.Rectangle, ok bool) {
	lo, hi := pt{math.Inf(1), math.Inf(1)}, pt{math.Inf(-1), math.Inf(-1)}
	for i, s := range shapes {
		if len(s) < 3 {
			continue
		}
		if c.rough > 0 {
			shapes[i] = c.cut(s)
			s = shapes[i]
		}
		a, b := s.box()
		lo = pt{min(lo.x, a.x), min(lo.y, a.y)}
		hi = pt{max(hi.x, b.x), max(hi.y, b.y)}
	}
	if !(lo.x <= hi.x) {
		return box, false
	}
	x0, y0 := c.o.x+lo.x*c.s, c.o.y+lo.y*c.s
	x1, y1 := c.o.x+hi.x*c.s, c.o.y+hi.y*c.s
	limit := func(v float64) int { return int(min(max(v, -1e6), 1e6)) }
	box = image.Rect(limit(math.Floor(x0)), limit(math.Floor(y0)), limit(math.Ceil(x1))+1, limit(math.Ceil(y1))+1).Intersect(c.bounds)
	if box.Empty() {
		return box, false
	}
	c.pen.Reset(box.Dx(), box.Dy())
	for _, s := range shapes {
		if len(s) < 3 {
			continue
		}
		for i, p := range s {
			x := float32(c.o.x + p.x*c.s - float64(box.Min.X))
			y := float32(c.o.y + p.y*c.s - float64(box.Min.Y))
			if i == 0 {
				c.pen.MoveTo(x, y)
			} else {
				c.pen.LineTo(x, y)
			}
		}
		c.pen.ClosePath()
	}
	if need := box.Dx() * box.Dy(); cap(c.mask.Pix) < need {
		c.mask.Pix = make([]uint8, need)
	}
	c.mask.Pix = c.mask.Pix[:box.Dx()*box.Dy()]
	c.mask.Stride = box.Dx()
	c.mask.Rect = image.Rect(0, 0, box.Dx(), box.Dy())
	c.pen.DrawOp = draw.Src
	c.pen.Draw(&c.mask, c.mask.Rect, image.Opaque, image.Point{})
	return box, true
}

// cut is a polygon with points at small steps, moved by the roughness.
func (c *canvas) cut(s poly) poly {
	const step = .02
	out := make(poly, 0, 2*len(s))
	for i, p := range s {
		q := s[(i+1)%len(s)]
		n := 1 + int(q.sub(p).norm()/step)
		n = min(n, 200)
		for k := range n {
			out = append(out, c.seed.warp(p.lerp(q, float64(k)/float64(n)), .045, c.rough))
		}
	}
	return out
}

// clip limits what follows to shapes, until unclip.
func (c *canvas) clip(shapes ...poly) {
	m := image.NewAlpha(image.Rect(0, 0, c.w, c.h))
	if box, ok := c.raster(shapes); ok {
		var old *image.Alpha
		if n := len(c.clips); n > 0 {
			old = c.clips[n-1]
		}
		for y := box.Min.Y; y < box.Max.Y; y++ {
			dst := m.Pix[y*m.Stride+box.Min.X:]
			src := c.mask.Pix[(y-box.Min.Y)*c.mask.Stride:]
			for x := range box.Dx() {
				v := uint32(src[x])
				if old != nil {
					v = v * uint32(old.Pix[y*old.Stride+box.Min.X+x]) / 255
				}
				dst[x] = uint8(v)
			}
		}
	}
	c.clips = append(c.clips, m)
}

func (c *canvas) unclip() { c.clips = c.clips[:len(c.clips)-1] }

// stroke draws a line of even width with round ends.
func (c *canvas) stroke(k ink, width float64, line poly) {
	if len(line) < 2 {
		return
	}
	half := width / 2
	a, b := line[0], line[len(line)-1]
	da, db := line[1].sub(a), b.sub(line[len(line)-2])
	body := outline(line, func(float64) float64 { return width })
	n := len(line)
	// The outline runs along the left side, around the end, back, and around the start.
	shape := append(poly{}, body[:n]...)
	if width*c.s > 1.5 {
		shape = append(shape, cap2(b, half, math.Atan2(db.y, db.x))...)
	}
	shape = append(shape, body[n:]...)
	if width*c.s > 1.5 {
		shape = append(shape, cap2(a, half, math.Atan2(-da.y, -da.x))...)
	}
	c.fill(k, shape)
}

// cap2 is the half circle at the end of a line that runs in a direction.
func cap2(p pt, r, angle float64) poly {
	return arc(p, r, angle-math.Pi/2, angle+math.Pi/2)
}

// segments draws straight pieces between the points, with round joints.
func (c *canvas) segments(k ink, width float64, line poly) {
	shapes := make([]poly, 0, 2*len(line))
	for i, p := range line {
		shapes = append(shapes, disc(p, width/2))
		if i > 0 {
			o := outline(poly{line[i-1], p}, func(float64) float64 { return width })
			shapes = append(shapes, o)
		}
	}
	c.fill(k, shapes...)
}

// closed draws the outline of a polygon.
func (c *canvas) closed(k ink, width float64, p poly) {
	n := len(p)
	ring := func(d float64) poly {
		out := make(poly, n)
		for i, q := range p {
			t := p[(i+1)%n].sub(p[(i+n-1)%n]).unit()
			out[i] = pt{q.x + t.y*d, q.y - t.x*d}
		}
		return out
	}
	c.fill(k, ring(width/2), ring(-width/2).reverse())
}

// brush draws a line whose width is a function of the share of its length.
func (c *canvas) brush(k ink, line poly, width func(t float64) float64) {
	c.fill(k, outline(line, width))
}
