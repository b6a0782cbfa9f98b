package atelier

import "math"

// rgb is a colour in sRGB, each part in [0, 1].
type rgb [3]float32

// hex reads 0xrrggbb.
func hex(v uint32) rgb {
	return rgb{float32(v>>16&255) / 255, float32(v>>8&255) / 255, float32(v&255) / 255}
}

// lab is a colour in OKLab (Ottosson 2020): lightness, green to red, blue to yellow.
type lab struct{ l, a, b float64 }

func (c rgb) lab() lab {
	f := func(v float32) float64 {
		x := float64(v)
		if x <= .04045 {
			return x / 12.92
		}
		return math.Pow((x+.055)/1.055, 2.4)
	}
	r, g, b := f(c[0]), f(c[1]), f(c[2])
	l := math.Cbrt(.4122214708*r + .5363325363*g + .0514459929*b)
	m := math.Cbrt(.2119034982*r + .6806995451*g + .1073969566*b)
	s := math.Cbrt(.0883024619*r + .2817188376*g + .6299787005*b)
	return lab{
		.2104542553*l + .7936177850*m - .0040720468*s,
		1.9779984951*l - 2.4285922050*m + .4505937099*s,
		.0259040371*l + .7827717662*m - .8086757660*s,
	}
}

func (c lab) rgb() rgb {
	l := c.l + .3963377774*c.a + .2158037573*c.b
	m := c.l - .1055613458*c.a - .0638541728*c.b
	s := c.l - .0894841775*c.a - 1.2914855480*c.b
	l, m, s = l*l*l, m*m*m, s*s*s
	f := func(x float64) float32 {
		x = clamp01(x)
		if x <= .0031308 {
			return float32(12.92 * x)
		}
		return float32(1.055*math.Pow(x, 1/2.4) - .055)
	}
	return rgb{
		f(4.0767416621*l - 3.3077115913*m + .2309699292*s),
		f(-1.2684380046*l + 2.6097574011*m - .3413193965*s),
		f(-.0041960863*l - .7034186147*m + 1.7076147010*s),
	}
}

// mix goes from a to b in OKLab, so that the colours between stay clean.
func mix(a, b rgb, t float64) rgb {
	x, y := a.lab(), b.lab()
	return lab{x.l + (y.l-x.l)*t, x.a + (y.a-x.a)*t, x.b + (y.b-x.b)*t}.rgb()
}

// lift makes a colour lighter (or, below zero, darker) by d of OKLab lightness.
// The hue stays; chroma fades a little toward both ends.
func lift(c rgb, d float64) rgb {
	x := c.lab()
	l := clamp01(x.l + d)
	fade := 1 - math.Abs(d)*.4
	return lab{l, x.a * fade, x.b * fade}.rgb()
}

// ramp is n colours from the first to the last of a list, evenly.
func ramp(n int, colours ...rgb) []rgb {
	out := make([]rgb, n)
	for i := range out {
		t := 0.0
		if n > 1 {
			t = float64(i) / float64(n-1) * float64(len(colours)-1)
		}
		k := min(int(t), len(colours)-2)
		if len(colours) == 1 {
			out[i] = colours[0]
			continue
		}
		out[i] = mix(colours[k], colours[k+1], t-float64(k))
	}
	return out
}

// light is the OKLab lightness of a colour.
func light(c rgb) float64 { return c.lab().l }

func clamp01(x float64) float64 { return min(max(x, 0), 1) }
