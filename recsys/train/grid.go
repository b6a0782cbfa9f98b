package train

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/api"
)

// Axis is a setting and the values to try.
type Axis struct {
	Name   string
	Values []float64
}

// Grid is a set of settings to combine.
type Grid []Axis

// settings are what a grid can vary.
var settings = map[string]func(c *api.Train, x float64) error{
	"rate":      func(c *api.Train, x float64) error { c.Train.Rate = x; return nil },
	"decay":     func(c *api.Train, x float64) error { c.Train.Decay = x; return nil },
	"reg":       func(c *api.Train, x float64) error { c.Model.Reg = x; return nil },
	"aux":       func(c *api.Train, x float64) error { c.Model.Aux = x; return nil },
	"prune":     func(c *api.Train, x float64) error { c.Model.Prune = x; return nil },
	"batch":     whole(func(c *api.Train, n int) { c.Train.Batch = n }),
	"dim":       whole(func(c *api.Train, n int) { c.Model.Dim = n }),
	"layers":    whole(func(c *api.Train, n int) { c.Model.Layers = n }),
	"neighbors": whole(func(c *api.Train, n int) { c.Model.Neighbors = n }),
}

func whole(set func(c *api.Train, n int)) func(*api.Train, float64) error {
	return func(c *api.Train, x float64) error {
		if x != float64(int(x)) {
			return fmt.Errorf("%g is not a whole number", x)
		}
		set(c, int(x))
		return nil
	}
}

// DefaultGrid is the small grid of a model's settings that matter most.
func DefaultGrid(name string) Grid {
	rate := Axis{"rate", []float64{1e-3, 5e-3}}
	switch name {
	case "bpr":
		return Grid{rate, {"reg", []float64{0.03, 0.1, 0.3}}}
	case "vbpr":
		return Grid{rate, {"reg", []float64{0.03, 0.1}}, {"aux", []float64{0.03, 0.05, 0.1}}}
	case "lightgcn":
		return Grid{rate, {"reg", []float64{1e-3, 3e-3, 1e-2}}, {"layers", []float64{2, 3}}}
	case "freedom":
		return Grid{{"rate", []float64{1e-3, 2e-3, 5e-3}}, {"prune", []float64{0.8, 0.9}}, {"reg", []float64{1e-3, 1e-2}}}
	case "mgcn":
		return Grid{rate, {"aux", []float64{1e-3, 1e-2, 1e-1}}}
	case "tokenset":
		return Grid{rate, {"reg", []float64{3e-3, 1e-2, 3e-2}}}
	default: // ease
		return Grid{{"reg", []float64{100, 300, 1000, 3000}}}
	}
}

// ParseGrid reads "rate=0.001,0.005;reg=0.01,0.1".
func ParseGrid(s string) (Grid, error) {
	var g Grid
	for part := range strings.SplitSeq(s, ";") {
		name, list, ok := strings.Cut(strings.TrimSpace(part), "=")
		if settings[name] == nil || !ok {
			return nil, fmt.Errorf("%q is not SETTING=VALUE,VALUE with one of the settings %s", part, strings.Join(gridSettings(), ", "))
		}
		if slices.ContainsFunc(g, func(a Axis) bool { return a.Name == name }) {
			return nil, fmt.Errorf("the setting %s is there twice: list its values after one another", name)
		}
		a := Axis{Name: name}
		for v := range strings.SplitSeq(list, ",") {
			x, err := strconv.ParseFloat(strings.TrimSpace(v), 64)
			if err != nil || !(x > 0) || x > 1e9 {
				return nil, fmt.Errorf("%s: %q is not a number above 0", name, v)
			}
			if err := settings[name](new(api.Train), x); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			a.Values = append(a.Values, x)
		}
		g = append(g, a)
	}
	return g, nil
}

func gridSettings() []string {
	var names []string
	for n := range settings {
		names = append(names, n)
	}
	slices.Sort(names)
	return names
}

// Size is the number of combinations.
func (g Grid) Size() int {
	n := 1
	for _, a := range g {
		n *= len(a.Values)
	}
	return n
}

// At is c with combination k of the grid, the last axis changing fastest, and the
// combination's name, such as "rate=0.001 reg=0.1".
func (g Grid) At(k int, c api.Train) (api.Train, string) {
	names := make([]string, len(g))
	for a := len(g) - 1; a >= 0; a-- {
		x := g[a].Values[k%len(g[a].Values)]
		k /= len(g[a].Values)
		if err := settings[g[a].Name](&c, x); err != nil {
			panic("train: a grid that was not parsed: " + err.Error())
		}
		names[a] = g[a].Name + "=" + strconv.FormatFloat(x, 'g', -1, 64)
	}
	return c, strings.Join(names, " ")
}
