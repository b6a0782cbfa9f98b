package atelier

import "math"

// field is smooth random noise over the plane, a function of its seed.
type field uint64

func (f field) lattice(x, y int64) float64 {
	h := uint64(f) ^ uint64(x)*0x9e3779b97f4a7c15 ^ uint64(y)*0xd1b54a32d192ed03
	h ^= h >> 31
	h *= 0xbf58476d1ce4e5b9
	h ^= h >> 29
	return float64(h>>11) / (1 << 53)
}

// at is value noise in [0, 1] with features of size about 1.
func (f field) at(x, y float64) float64 {
	fx, fy := math.Floor(x), math.Floor(y)
	ix, iy := int64(fx), int64(fy)
	u, v := x-fx, y-fy
	u, v = u*u*(3-2*u), v*v*(3-2*v)
	a, b := f.lattice(ix, iy), f.lattice(ix+1, iy)
	c, d := f.lattice(ix, iy+1), f.lattice(ix+1, iy+1)
	top, bottom := a+(b-a)*u, c+(d-c)*u
	return top + (bottom-top)*v
}

// sum is n octaves of noise, each half as strong and twice as fine, in [0, 1].
func (f field) sum(x, y float64, n int) float64 {
	total, weight, all := 0.0, 1.0, 0.0
	for k := range n {
		total += weight * (f+field(k)*7919).at(x, y)
		all += weight
		weight /= 2
		x, y = 2*x+17.3, 2*y+5.1
	}
	return total / all
}

// warp moves a point by at most amp, over a length of size.
func (f field) warp(p pt, size, amp float64) pt {
	x, y := p.x/size, p.y/size
	return pt{p.x + amp*(2*f.sum(x, y, 2)-1), p.y + amp*(2*(f+101).sum(x, y, 2)-1)}
}
