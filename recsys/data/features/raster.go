package features

import (
	"image"
	"image/color"
	"math"
)

// area is the number of pixels that every picture is reduced to before it is
// described, so that a thumbnail and its original get nearly the same row.
const area = 96 * 120

// raster is a picture in OKLab (Ottosson 2020), in which equal distances look
// equally different: plane 0 is lightness in [0, 1], planes 1 and 2 are green
// to red and blue to yellow, about -0.3 to 0.3.
type raster struct {
	w, h  int
	plane [3][]float32
}

// newRaster reduces a picture, laid on white where it is transparent, to the
// standard area. The aspect ratio is kept up to 4:1. It panics on a picture
// without pixels.
func newRaster(img image.Image) *raster {
	b := img.Bounds()
	if b.Empty() {
		panic("features: picture without pixels")
	}
	rgba := onWhite(img)
	aspect := min(max(float64(b.Dx())/float64(b.Dy()), .25), 4)
	w := int(math.Sqrt(area*aspect) + .5)
	h := area / w
	r := &raster{w: w, h: h}
	var light [3][]float32
	for c := range 3 {
		light[c] = shrink(rgba, c, w, h)
		r.plane[c] = make([]float32, w*h)
	}
	for i := range w * h {
		r.plane[0][i], r.plane[1][i], r.plane[2][i] = oklab(light[0][i], light[1][i], light[2][i])
	}
	return r
}

// onWhite lays a picture on white paper, to the bit as image/draw does, which has a loop
// for every kind of picture and weighs as much as the decoder of PNG.
func onWhite(img image.Image) *image.RGBA {
	b := img.Bounds()
	m, ok := img.(image.RGBA64Image)
	if !ok {
		m = deep{img}
	}
	out := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
	k := 0
	for y := b.Min.Y; y < b.Max.Y; y++ {
		for x := b.Min.X; x < b.Max.X; x++ {
			c := m.RGBA64At(x, y)
			white := 0xff * (0xffff - uint32(c.A)) * 0x101 / 0xffff
			out.Pix[k] = uint8((white + uint32(c.R)) >> 8)
			out.Pix[k+1] = uint8((white + uint32(c.G)) >> 8)
			out.Pix[k+2] = uint8((white + uint32(c.B)) >> 8)
			out.Pix[k+3] = 0xff
			k += 4
		}
	}
	return out
}

// deep gives a picture's colours in 16 bits, as all pictures of the standard library do.
type deep struct{ image.Image }

func (d deep) RGBA64At(x, y int) color.RGBA64 {
	r, g, b, a := d.At(x, y).RGBA()
	return color.RGBA64{R: uint16(r), G: uint16(g), B: uint16(b), A: uint16(a)}
}

// shrink averages the linear light of one channel over w×h boxes of equal
// size, counting a pixel on a border by the part that lies inside.
func shrink(m *image.RGBA, channel, w, h int) []float32 {
	cols, rows := boxes(m.Rect.Dx(), w), boxes(m.Rect.Dy(), h)
	line := make([]float32, m.Rect.Dx())
	out := make([]float32, w*h)
	for y, row := range rows {
		clear(line)
		for k, weight := range row.weight {
			pix := m.Pix[(row.first+k)*m.Stride+channel:]
			for x := range line {
				line[x] += float32(weight * linear[pix[4*x]])
			}
		}
		for x, col := range cols {
			var s float32
			for k, weight := range col.weight {
				s += float32(weight * line[col.first+k])
			}
			out[y*w+x] = s
		}
	}
	return out
}

// box is a run of pixels and the share of each in the mean.
type box struct {
	first  int
	weight []float32
}

// boxes divides n pixels into m boxes of n/m each. Where m > n, boxes lie
// inside a pixel.
func boxes(n, m int) []box {
	out := make([]box, m)
	for i := range out {
		// In units of 1/m pixel the box is [i·n, (i+1)·n).
		first, last := i*n/m, ((i+1)*n-1)/m
		out[i].first = first
		for p := first; p <= last; p++ {
			inside := min((p+1)*m, (i+1)*n) - max(p*m, i*n)
			out[i].weight = append(out[i].weight, float32(inside)/float32(n))
		}
	}
	return out
}

// linear is the inverse of the sRGB transfer curve (IEC 61966-2-1):
// ((c+0.055)/1.055)^2.4, where x^2.4 is x²·⁵√x².
var linear = func() (t [256]float32) {
	for i := range t {
		c := float64(i) / 255
		if c <= .04045 {
			t[i] = float32(c / 12.92)
			continue
		}
		x := (c + .055) / 1.055
		x *= x
		root := 1.0
		for range 60 {
			r4 := root * root
			r4 *= r4
			root = (4*root + x/r4) / 5
		}
		t[i] = float32(x * root)
	}
	return t
}()

// oklab converts linear sRGB, with the coefficients of its author
// (B. Ottosson, "A perceptual color space for image processing", 2020).
func oklab(r, g, b float32) (l, green, blue float32) {
	x := cbrt(weigh(r, g, b, .4122214708, .5363325363, .0514459929))
	y := cbrt(weigh(r, g, b, .2119034982, .6806995451, .1073969566))
	z := cbrt(weigh(r, g, b, .0883024619, .2817188376, .6299787005))
	return weigh(x, y, z, .2104542553, .7936177850, -.0040720468),
		weigh(x, y, z, 1.9779984951, -2.4285922050, .4505937099),
		weigh(x, y, z, .0259040371, .7827717662, -.8086757660)
}

func weigh(x, y, z, a, b, c float32) float32 {
	return float32(x*a) + float32(y*b) + float32(z*c)
}

// cbrt is the cube root of a number in [0, 1]: a guess from the exponent, then
// Newton's method.
func cbrt(x float32) float32 {
	if x < 1e-6 {
		return 0.01 * x * 1e6 // a straight line to 0: black is black
	}
	t := math.Float32frombits(math.Float32bits(x)/3 + 0x2a5137a0)
	for range 3 {
		t = (2*t + x/(t*t)) / 3
	}
	return t
}
