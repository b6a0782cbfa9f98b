package features

// gradient is one octave of a picture: its lightness, and at each pixel the
// strength of the edge, the same divided among eight directions, and the
// difference from the mean of the four neighbours.
type gradient struct {
	w, h      int
	light     []float32
	size      []float32
	direction [][angles]float32
	detail    []float32
}

// pyramid returns the octaves of a picture, finest first.
func pyramid(r *raster) []*gradient {
	out := make([]*gradient, levels)
	for k := range out {
		if k > 0 {
			r = half(r)
		}
		out[k] = newGradient(r)
	}
	return out
}

// half averages 2×2 pixels; an odd last row or column is dropped.
func half(r *raster) *raster {
	out := &raster{w: max(r.w/2, 1), h: max(r.h/2, 1)}
	for c, p := range r.plane {
		q := make([]float32, out.w*out.h)
		for y := range out.h {
			for x := range out.w {
				i := 2*y*r.w + 2*x
				q[y*out.w+x] = (p[i] + p[i+1] + p[i+r.w] + p[i+r.w+1]) / 4
			}
		}
		out.plane[c] = q
	}
	return out
}

// compass has the unit vectors at 0°, 22.5° … 157.5°.
var compass = [angles][2]float32{
	{1, 0}, {.92387953, .38268343}, {.70710678, .70710678}, {.38268343, .92387953},
	{0, 1}, {-.38268343, .92387953}, {-.70710678, .70710678}, {-.92387953, .38268343},
}

// newGradient takes central differences of the plane in which they are
// largest, so that an edge between colours of one lightness counts too.
func newGradient(r *raster) *gradient {
	n := r.w * r.h
	g := &gradient{w: r.w, h: r.h, light: r.plane[0],
		size: make([]float32, n), direction: make([][angles]float32, n), detail: make([]float32, n)}
	for y := 1; y < r.h-1; y++ {
		for x := 1; x < r.w-1; x++ {
			i := y*r.w + x
			var dx, dy, square float32
			for _, p := range r.plane {
				u, v := p[i+1]-p[i-1], p[i+r.w]-p[i-r.w]
				if s := float32(u*u) + float32(v*v); s > square {
					dx, dy, square = u, v, s
				}
			}
			p := r.plane[0]
			g.detail[i] = p[i] - (p[i-1]+p[i+1]+p[i-r.w]+p[i+r.w])/4
			if g.detail[i] < 0 {
				g.detail[i] = -g.detail[i]
			}
			if square < 1e-6 { // below a step of 8-bit colour
				continue
			}
			g.size[i] = root(square)
			divide(&g.direction[i], dx, dy, square, g.size[i])
		}
	}
	return g
}

// divide gives each direction a share that falls with cos⁸ of its angle to the
// edge; the shares of an edge sum to its size.
func divide(out *[angles]float32, dx, dy, square, size float32) {
	for k, d := range compass {
		c := float32(dx*d[0]) + float32(dy*d[1])
		c = c * c / square
		c *= c
		// Σ cos⁸ over eight directions is 8·35/128.
		out[k] = size * float32(c*c) * (128.0 / (35 * angles))
	}
}
