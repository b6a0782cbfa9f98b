package main

import (
	"fmt"
	"image/color"
	"os"
	"path/filepath"
	"slices"
	"strconv"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"

	"lethe/recsys/api"
)

// hues tell models apart, also for most colour-blind people (Okabe, Ito 2008).
var hues = []color.RGBA{
	{0, 114, 178, 255}, {230, 159, 0, 255}, {0, 158, 115, 255}, {204, 121, 167, 255},
	{213, 94, 0, 255}, {86, 180, 233, 255}, {120, 120, 120, 255},
}

// drawPlots writes accuracy-DATA.svg and learning-DATA.svg for every data set.
func drawPlots(folder string, all []accuracy) error {
	if err := os.MkdirAll(folder, 0o755); err != nil {
		return err
	}
	var names []string
	byData := map[string][]accuracy{}
	for _, a := range all {
		if !slices.Contains(names, a.Data) {
			names = append(names, a.Data)
		}
		byData[a.Data] = append(byData[a.Data], a)
	}
	for _, name := range names {
		bars, err := accuracyPlot(name, byData[name])
		if err != nil {
			return err
		}
		curves, err := learningPlot(name, byData[name])
		if err != nil {
			return err
		}
		for file, p := range map[string]*plot.Plot{"accuracy": bars, "learning": curves} {
			if err := p.Save(16*vg.Centimeter, 9*vg.Centimeter, filepath.Join(folder, file+"-"+name+".svg")); err != nil {
				return err
			}
		}
	}
	return nil
}

// bar is a value with its deviation for plotter.
type bar struct{ mean, sd float64 }

// accuracyPlot has a bar of test Recall@20 per model with its standard deviation over the
// seeds, and a ring where a paper published a figure.
func accuracyPlot(name string, rows []accuracy) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = "Test Recall@20 on " + name
	p.Y.Min = 0
	var labels []string
	var rings plotter.XYs
	for k, a := range rows {
		mean, sd := a.over(func(r api.TrainResult) float64 { return r.Test["recall@20"] })
		b, err := plotter.NewBarChart(plotter.Values{mean}, 22)
		if err != nil {
			return nil, err
		}
		b.XMin, b.Color, b.LineStyle.Width = float64(k), hues[k%len(hues)], 0
		e, err := plotter.NewYErrorBars(errorBar{float64(k), bar{mean, sd}})
		if err != nil {
			return nil, err
		}
		p.Add(b, e)
		labels = append(labels, a.name())
		if x, ok := publishedFor(a.Data, a.Model); ok {
			y, err := strconv.ParseFloat(x.recall, 64)
			if err != nil {
				return nil, fmt.Errorf("published.csv: %s, %s: %q is not a number", a.Data, a.Model, x.recall)
			}
			rings = append(rings, plotter.XY{X: float64(k), Y: y})
		}
	}
	if len(rings) > 0 {
		s, err := plotter.NewScatter(rings)
		if err != nil {
			return nil, err
		}
		s.GlyphStyle = draw.GlyphStyle{Color: color.Black, Radius: 4, Shape: draw.RingGlyph{}}
		p.Add(s)
		p.Legend.Add("published", s)
		p.Legend.Top, p.Legend.Left = true, true
	}
	p.NominalX(labels...)
	return p, nil
}

// errorBar is one bar's deviation at x.
type errorBar struct {
	x float64
	b bar
}

func (e errorBar) Len() int                       { return 1 }
func (e errorBar) XY(int) (x, y float64)          { return e.x, e.b.mean }
func (e errorBar) YError(int) (low, high float64) { return e.b.sd, e.b.sd }

// learningPlot is validation Recall@20 over the seconds of training, first seed.
func learningPlot(name string, rows []accuracy) (*plot.Plot, error) {
	p := plot.New()
	p.Title.Text = "Validation Recall@20 while training on " + name
	p.X.Label.Text = "seconds"
	p.Y.Min = 0
	p.Legend.Left = false
	for k, a := range rows {
		var xy plotter.XYs
		for _, point := range a.Runs[0].Curve {
			if y, ok := point.Valid["recall@20"]; ok {
				xy = append(xy, plotter.XY{X: point.Seconds, Y: y})
			}
		}
		if len(xy) < 2 {
			continue
		}
		l, err := plotter.NewLine(xy)
		if err != nil {
			return nil, err
		}
		l.Color, l.Width = hues[k%len(hues)], vg.Points(1.5)
		p.Add(l)
		p.Legend.Add(a.name(), l)
	}
	return p, nil
}
