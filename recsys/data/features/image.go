package features

import (
	"image"
	"math"
)

const (
	lightBins, hueBins = 4, 5 // colour histogram: lightness × (a × b)
	layoutCols         = 4
	layoutRows         = 5
	edgeCols, edgeRows = 3, 4
	angles             = 8 // orientations, 22.5° apart
	levels             = 4 // octaves of texture
	patterns           = 10

	// descriptors is the length of what Image returns: colours, layout, edges,
	// texture, repetition.
	descriptors = lightBins*hueBins*hueBins + 3*layoutCols*layoutRows + edgeCols*edgeRows*angles +
		levels*(angles+1) + 2*patterns + 13
)

// Image describes a picture by 325 numbers: its colours, where they lie, the
// directions of its edges and where they lie, its texture over four octaves,
// and how it repeats and mirrors itself. Each group has a length of about 1 or
// below, so that distances weigh them alike. The size of the picture hardly
// matters as long as it has some 10,000 pixels; its aspect ratio does.
func Image(img image.Image) []float32 {
	r := newRaster(img)
	gradients := pyramid(r)
	var row []float32
	row = append(row, colours(r)...)
	row = append(row, layout(r)...)
	row = append(row, edges(gradients[0])...)
	row = append(row, texture(gradients)...)
	return append(row, repetition(r)...)
}

// colours is the histogram over lightness and the two colour axes, the square
// root of each share (so that the inner product is the Bhattacharyya
// coefficient). A pixel is divided among the eight nearest bins.
func colours(r *raster) []float32 {
	hist := make([]float32, lightBins*hueBins*hueBins)
	for i, l := range r.plane[0] {
		k, fk := between(l*(lightBins-1), lightBins)
		a, fa := between(colourAxis(r.plane[1][i]), hueBins)
		b, fb := between(colourAxis(r.plane[2][i]), hueBins)
		for c := range 8 {
			w := part(fk, c&1) * part(fa, c>>1&1) * part(fb, c>>2)
			hist[((k+c&1)*hueBins+a+c>>1&1)*hueBins+b+c>>2] += w
		}
	}
	for i, x := range hist {
		hist[i] = root(x / float32(len(r.plane[0])))
	}
	return hist
}

// colourAxis maps a colour axis to [0, hueBins-1], finer near grey, where most
// colours of pictures are.
func colourAxis(x float32) float32 {
	mag := x
	if mag < 0 {
		mag = -mag
	}
	x /= mag + .08
	return (x + .8) * ((hueBins - 1) / 1.6)
}

// between is the lower of the two bins around x and how far x is from it.
func between(x float32, bins int) (int, float32) {
	x = min(max(x, 0), float32(bins-1))
	k := min(int(x), bins-2)
	return k, x - float32(k)
}

func part(f float32, upper int) float32 {
	if upper == 1 {
		return f
	}
	return 1 - f
}

// layout is how each of 4×5 cells differs from the mean of the picture, in
// lightness and, three times as strongly, in colour.
func layout(r *raster) []float32 {
	const cells = layoutCols * layoutRows
	out := make([]float32, 3*cells)
	for c, plane := range r.plane {
		var n [cells]float32
		sum := out[c*cells : (c+1)*cells]
		var total float32
		for y := range r.h {
			for x := range r.w {
				k := y*layoutRows/r.h*layoutCols + x*layoutCols/r.w
				sum[k] += plane[y*r.w+x]
				n[k]++
				total += plane[y*r.w+x]
			}
		}
		strength := float32(1)
		if c > 0 {
			strength = 3
		}
		for k := range sum {
			sum[k] = strength * (sum[k]/n[k] - total/float32(len(plane)))
		}
	}
	return out
}

// edges is the histogram of edge directions in each of 3×4 cells, as square
// roots of the share in all edges.
func edges(g *gradient) []float32 {
	hist := make([]float32, edgeCols*edgeRows*angles)
	total := float32(1e-3 * float32(g.w*g.h)) // a plain sheet has no edges
	for y := range g.h {
		for x := range g.w {
			cell := y*edgeRows/g.h*edgeCols + x*edgeCols/g.w
			i := y*g.w + x
			total += g.size[i]
			for k, w := range g.direction[i] {
				hist[cell*angles+k] += w
			}
		}
	}
	for i, x := range hist {
		hist[i] = root(x / total)
	}
	return hist
}

// texture is, per octave, the mean strength of edges in each direction and the
// mean difference from the local mean; and, in the two finest octaves, the
// rotation-invariant uniform local binary patterns (Ojala, Pietikäinen,
// Mäenpää 2002).
func texture(g []*gradient) []float32 {
	var out []float32
	for _, level := range g {
		var sum [angles + 1]float32
		for i, d := range level.direction {
			for k, w := range d {
				sum[k] += w
			}
			sum[angles] += level.detail[i]
		}
		for _, s := range sum {
			out = append(out, root(s/float32(len(level.size))))
		}
	}
	for _, level := range g[:2] {
		out = append(out, binaryPatterns(level)...)
	}
	return out
}

// binaryPatterns is the histogram of how many of a pixel's eight neighbours
// are lighter, where these form one run, and of all other patterns.
func binaryPatterns(g *gradient) []float32 {
	const margin = .012 // below the grain of paper and of JPEG
	around := [8]int{-g.w - 1, -g.w, -g.w + 1, 1, g.w + 1, g.w, g.w - 1, -1}
	out := make([]float32, patterns)
	for y := 1; y < g.h-1; y++ {
		for x := 1; x < g.w-1; x++ {
			i := y*g.w + x
			ones, changes := 0, 0
			last := g.light[i+around[7]] > g.light[i]+margin
			for _, d := range around {
				bit := g.light[i+d] > g.light[i]+margin
				if bit {
					ones++
				}
				if bit != last {
					changes++
				}
				last = bit
			}
			if changes > 2 {
				ones = patterns - 1
			}
			out[ones]++
		}
	}
	n := float32((g.h - 2) * (g.w - 2))
	for i, x := range out {
		out[i] = .7 * root(x/n)
	}
	return out
}

// repetition is the autocorrelation of lightness at five shifts to the side and
// five down, and the correlation with the picture mirrored left to right, top
// to bottom, and both.
func repetition(r *raster) []float32 {
	var mean float32
	for _, l := range r.plane[0] {
		mean += l
	}
	mean /= float32(len(r.plane[0]))
	z := make([]float32, len(r.plane[0]))
	spread := float32(1e-4 * float32(len(z)))
	for i, l := range r.plane[0] {
		z[i] = l - mean
		spread += float32(z[i] * z[i])
	}
	correlation := func(w, h int, other func(x, y int) int) float32 {
		var s float32
		for y := range h {
			for x := range w {
				s += float32(z[y*r.w+x] * z[other(x, y)])
			}
		}
		return .35 * s / spread * float32(len(z)) / float32(w*h)
	}
	var out []float32
	for _, n := range [...]int{12, 8, 6, 4, 3} {
		dx, dy := r.w/n, r.h/n
		out = append(out,
			correlation(r.w-dx, r.h, func(x, y int) int { return y*r.w + x + dx }),
			correlation(r.w, r.h-dy, func(x, y int) int { return (y+dy)*r.w + x }))
	}
	return append(out,
		correlation(r.w, r.h, func(x, y int) int { return y*r.w + r.w - 1 - x }),
		correlation(r.w, r.h, func(x, y int) int { return (r.h-1-y)*r.w + x }),
		correlation(r.w, r.h, func(x, y int) int { return (r.h-1-y)*r.w + r.w - 1 - x }))
}

func root(x float32) float32 { return float32(math.Sqrt(float64(x))) }
