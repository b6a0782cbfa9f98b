// Package chart turns numbers into positions: scales, ticks and paths in per cent
// of a plot's width and height, the y axis pointing down as in SVG.
package chart

import (
	"cmp"
	"math"
	"slices"
	"strconv"
	"strings"
)

// Scale maps [Min, Max] onto 0 … 100.
type Scale struct{ Min, Max float64 }

// Nice is a scale over the values with ends on round numbers. No value, or one
// value alone, gives a scale of some width around it.
func Nice(values []float64, ticks int) Scale {
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, v := range values {
		if !math.IsNaN(v) && !math.IsInf(v, 0) {
			lo, hi = min(lo, v), max(hi, v)
		}
	}
	if lo > hi {
		return Scale{0, 1}
	}
	if lo == hi {
		d := max(math.Abs(lo)/10, 1e-6)
		lo, hi = lo-d, hi+d
	}
	step := Step(hi-lo, ticks)
	return Scale{math.Floor(lo/step+1e-9) * step, math.Ceil(hi/step-1e-9) * step}
}

// At is the position of v, clamped to the plot.
func (s Scale) At(v float64) float64 {
	if s.Max == s.Min || math.IsNaN(v) {
		return 0
	}
	return min(max(100*(v-s.Min)/(s.Max-s.Min), 0), 100)
}

// Step is the round distance (1, 2 or 5 times a power of ten) that divides span
// into about n parts, never more than n.
func Step(span float64, n int) float64 {
	if !(span > 0) || n < 1 {
		return 1
	}
	raw := span / float64(n)
	power := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 5, 10} {
		if step := m * power; step >= raw*(1-1e-9) {
			return step
		}
	}
	return 10 * power
}

// Ticks are the round numbers of a scale, about n of them, both ends included
// where they are round.
func (s Scale) Ticks(n int) []float64 {
	step := Step(s.Max-s.Min, n)
	var ticks []float64
	for i := math.Ceil(s.Min/step - 1e-9); i*step <= s.Max+step*1e-9; i++ {
		ticks = append(ticks, i*step)
	}
	return ticks
}

// Decimals is how many decimals tell the ticks of a scale apart.
func (s Scale) Decimals(n int) int {
	step := Step(s.Max-s.Min, n)
	return max(0, int(math.Ceil(-math.Log10(step)-1e-9)))
}

// XY is a point in the data's units.
type XY struct{ X, Y float64 }

// most points of a path: about two for each pixel column of a small chart, and
// far below the 16 KB that one attribute may have on its way to the page.
const mostPoints = 240

// Path is the d attribute of a line through the points, thinned evenly where there
// are more than a chart can show. The last point is always kept.
func Path(points []XY, x, y Scale) string {
	var b strings.Builder
	draw := byte('M')
	for _, p := range Thin(points, mostPoints) {
		if math.IsNaN(p.Y) || math.IsInf(p.Y, 0) {
			continue
		}
		b.WriteByte(draw)
		b.WriteString(Number(x.At(p.X)))
		b.WriteByte(' ')
		b.WriteString(Number(100 - y.At(p.Y)))
		draw = 'L'
	}
	return b.String()
}

// Thin keeps at most n elements at even distances, the first and the last among
// them.
func Thin[T any](all []T, n int) []T {
	if len(all) <= n || n < 2 {
		return all
	}
	kept := make([]T, n)
	for i := range kept {
		kept[i] = all[i*(len(all)-1)/(n-1)]
	}
	return kept
}

// Number writes a position: two decimals at most.
func Number(v float64) string {
	return strconv.FormatFloat(math.Round(v*100)/100, 'f', -1, 64)
}

// Percent writes a position as SVG reads it.
func Percent(v float64) string { return Number(v) + "%" }

// Apart moves heights, in per cent of a plot, until any two are at least gap apart and all stay on the plot:
// labels that would cover each other stand in their order one below the other.
func Apart(heights []float64, gap float64) []float64 {
	order := make([]int, len(heights))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(heights[a], heights[b]) })
	out := slices.Clone(heights)
	for k := 1; k < len(order); k++ {
		out[order[k]] = max(out[order[k]], out[order[k-1]]+gap)
	}
	lowest := 100.0
	for k := len(order) - 1; k >= 0; k-- {
		out[order[k]] = min(out[order[k]], lowest)
		lowest = out[order[k]] - gap
	}
	return out
}
