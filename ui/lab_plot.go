package ui

import (
	"html"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// The plot's size in its own units.
const (
	plotWidth, plotHeight                     = 720.0, 360.0
	plotLeft, plotRight, plotTop, plotBottom  = 64.0, 96.0, 28.0, 48.0
	plotTicks                                 = 5
	plotLetter, plotRow                       = 7.0, 13.0 // of a name: the width of a letter, the height
	plotInk, plotMuted, plotLine, plotAccent  = "#1c1b1a", "#645f58", "#e2dcd1", "#0f766e"
	plotFont                                  = "ui-sans-serif, system-ui, sans-serif"
	plotSmall, plotLarge, plotDot, plotMargin = "12", "13", "5", 9.0
)

// area is where a name stands: its left end, its baseline, its width.
type area struct{ x, y, width float64 }

// on reports whether two names lie on each other.
func (a area) on(b area) bool {
	return a.x < b.x+b.width && b.x < a.x+a.width && a.y-b.y < plotRow && b.y-a.y < plotRow
}

// benchSVG is the table as a picture of its own, for the page and for a file: forgetting across, usefulness up, every
// run a dot with its method's name, Retrain hollow. Classes give the page's colours where a style sheet is at hand, attributes
// those of paper where there is none.
func benchSVG(s *State) string {
	v := View{S: s}
	type dot struct {
		x, y  float64
		label string
		gold  bool
	}
	var dots []dot
	var xs, ys []float64
	for _, r := range s.Bench.Rows {
		x, y := measured(&r.Row), metric(r.Test, "recall@20")
		if x == nil || y == nil {
			continue
		}
		dots = append(dots, dot{*x, *y, r.Method, r.Method == string(api.Retrain)})
		xs, ys = append(xs, *x), append(ys, *y)
	}
	xs = append(xs, .5)
	sx, sy := chart.Nice(xs, plotTicks), chart.Nice(ys, plotTicks)
	atX := func(x float64) float64 { return plotLeft + (plotWidth-plotLeft-plotRight)*sx.At(x)/100 }
	atY := func(y float64) float64 { return plotHeight - plotBottom - (plotHeight-plotTop-plotBottom)*sy.At(y)/100 }
	var b strings.Builder
	tag := func(name, class, words string, pairs ...string) {
		b.WriteString("<" + name)
		if class != "" {
			b.WriteString(` class="` + class + `"`)
		}
		for i := 0; i < len(pairs); i += 2 {
			b.WriteString(" " + pairs[i] + `="` + html.EscapeString(pairs[i+1]) + `"`)
		}
		b.WriteString(">" + html.EscapeString(words) + "</" + name + ">")
	}
	n := chart.Number
	b.WriteString(`<svg xmlns="http://www.w3.org/2000/svg" class="bench-plot" role="img" aria-label="` + html.EscapeString(v.T("lab.plot.summary", text.Int(len(dots)))) +
		`" viewBox="0 0 ` + n(plotWidth) + " " + n(plotHeight) + `" font-family="` + plotFont + `">`)
	for _, t := range sx.Ticks(plotTicks) {
		tag("line", "plot-line", "", "x1", n(atX(t)), "x2", n(atX(t)), "y1", n(plotTop), "y2", n(plotHeight-plotBottom), "stroke", plotLine)
		tag("text", "plot-muted", v.Num(text.Fixed(t, sx.Decimals(plotTicks))), "x", n(atX(t)), "y", n(plotHeight-plotBottom+18), "text-anchor", "middle", "font-size", plotSmall, "fill", plotMuted)
	}
	for _, t := range sy.Ticks(plotTicks) {
		tag("line", "plot-line", "", "x1", n(plotLeft), "x2", n(plotWidth-plotRight), "y1", n(atY(t)), "y2", n(atY(t)), "stroke", plotLine)
		tag("text", "plot-muted", v.Num(text.Fixed(t, sy.Decimals(plotTicks))), "x", n(plotLeft-8), "y", n(atY(t)+4), "text-anchor", "end", "font-size", plotSmall, "fill", plotMuted)
	}
	tag("line", "plot-half", "", "x1", n(atX(.5)), "x2", n(atX(.5)), "y1", n(plotTop), "y2", n(plotHeight-plotBottom), "stroke", plotInk, "stroke-dasharray", "5 4")
	tag("text", "plot-muted", v.T("lab.plot.x"), "x", n(plotLeft), "y", n(plotHeight-8), "font-size", plotSmall, "fill", plotMuted)
	tag("text", "plot-muted", v.T("lab.plot.y"), "x", "12", "y", "12", "font-size", plotSmall, "fill", plotMuted)
	var taken []area
	for _, d := range dots {
		fill, line := plotAccent, plotAccent
		class := "plot-dot"
		if d.gold {
			fill, line, class = "#ffffff", plotInk, "plot-gold"
		}
		tag("circle", class, "", "cx", n(atX(d.x)), "cy", n(atY(d.y)), "r", plotDot, "fill", fill, "stroke", line, "stroke-width", "2")
		for _, down := range []float64{4, -9, 17} { // a name that has no place is in the table
			name := area{atX(d.x) + plotMargin, atY(d.y) + down, plotLetter * float64(len(d.label))}
			if !slices.ContainsFunc(taken, name.on) {
				tag("text", "plot-ink", d.label, "x", n(name.x), "y", n(name.y), "font-size", plotLarge, "fill", plotInk)
				taken = append(taken, name)
				break
			}
		}
	}
	b.WriteString("</svg>")
	return b.String()
}
