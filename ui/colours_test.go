package ui

import (
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// linear is a colour written as #rrggbb, as light.
func linear(t *testing.T, hex string) (c [3]float64) {
	t.Helper()
	for k := range c {
		n, err := strconv.ParseUint(hex[1+2*k:3+2*k], 16, 8)
		require.NoError(t, err, hex)
		v := float64(n) / 255
		if c[k] = v / 12.92; v > .04045 {
			c[k] = math.Pow((v+.055)/1.055, 2.4)
		}
	}
	return c
}

// cielab is light in CIELAB under D65.
func cielab(c [3]float64) [3]float64 {
	f := func(t float64) float64 {
		if t > 216.0/24389 {
			return math.Cbrt(t)
		}
		return (24389.0/27*t + 16) / 116
	}
	x := f((.4124564*c[0] + .3575761*c[1] + .1804375*c[2]) / .95047)
	y := f(.2126729*c[0] + .7151522*c[1] + .0721750*c[2])
	z := f((.0193339*c[0] + .1191920*c[1] + .9503041*c[2]) / 1.08883)
	return [3]float64{116*y - 16, 500 * (x - y), 200 * (y - z)}
}

// How people see who lack one kind of cones: Machado, Oliveira and Fernandes, IEEE TVCG 2009, severity 1, on light.
var eyes = map[string][3][3]float64{
	"normal": {{1, 0, 0}, {0, 1, 0}, {0, 0, 1}},
	"protan": {{.152286, 1.052583, -.204868}, {.114503, .786281, .099216}, {-.003882, -.048116, 1.051998}},
	"deutan": {{.367322, .860646, -.227968}, {.280085, .672501, .047413}, {-.011820, .042940, .968881}},
	"tritan": {{1.255528, -.076749, -.178779}, {-.078411, .930809, .147602}, {.004733, .691367, .303900}},
}

// apart is how far two colours are from each other for an eye, as the distance in CIELAB.
func apart(a, b [3]float64, eye [3][3]float64) float64 {
	see := func(c [3]float64) (out [3]float64) {
		for k := range out {
			out[k] = min(max(eye[k][0]*c[0]+eye[k][1]*c[1]+eye[k][2]*c[2], 0), 1)
		}
		return cielab(out)
	}
	x, y := see(a), see(b)
	return math.Hypot(math.Hypot(x[0]-y[0], x[1]-y[1]), x[2]-y[2])
}

// The colours that mean something are told apart by whoever lacks a kind of cones, in both themes, but for one pair that has its shapes:
// Retrain is dashed or hollow, After never. The control, red and green of one lightness, is not told apart.
func TestColoursAreToldApart(t *testing.T) {
	css := readAll(t, "../public/style.css")
	for _, theme := range []struct{ name, from string }{{"light", ":root {"}, {"dark", `:root[data-theme="dark"] {`}} {
		_, block, found := strings.Cut(css, theme.from)
		require.True(t, found)
		block, _, _ = strings.Cut(block, "}")
		colour := func(name string) [3]float64 {
			m := regexp.MustCompile(`--` + name + `: (#[0-9a-f]{6});`).FindStringSubmatch(block)
			require.NotNil(t, m, name)
			return linear(t, m[1])
		}
		meaning := []string{"before", "accent", "ink", "bad", "paper"}
		for eye, matrix := range eyes {
			for k, a := range meaning {
				for _, b := range meaning[k+1:] {
					if a == "accent" && b == "ink" {
						continue
					}
					assert.Greater(t, apart(colour(a), colour(b), matrix), 12.0, "%s and %s, %s, %s", a, b, theme.name, eye)
				}
			}
		}
	}
	red, green := linear(t, "#c35a4a"), linear(t, "#6d8b2f")
	assert.Greater(t, apart(red, green, eyes["normal"]), 40.0)
	assert.Less(t, apart(red, green, eyes["deutan"]), 20.0)
}
