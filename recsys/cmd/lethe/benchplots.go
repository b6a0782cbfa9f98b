package main

import (
	"bytes"
	"html/template"
	"image/color"
	"slices"
	"strings"

	"gonum.org/v1/plot"
	"gonum.org/v1/plot/plotter"
	"gonum.org/v1/plot/vg"
	"gonum.org/v1/plot/vg/draw"
	"gonum.org/v1/plot/vg/vgsvg"

	"lethe/recsys/api"
	"lethe/recsys/audit"
	"lethe/recsys/data"
)

// figure is a plot in a report. Bars are one standard error.
type figure struct {
	Name, Caption string
	SVG           template.HTML
}

// figures are the plots that a section's rows fill.
func figures(s *section) (out []figure, err error) {
	for _, f := range []struct {
		name, caption string
		draw          func(*section, *plot.Plot) (filled bool, err error)
	}{
		{"forgetting", "Usefulness against forgetting; right is where the rings are, the Retrains.", forgettingPlot},
		{"sequence", "Requests one after another: AUC of forgotten against held-out (whole line) and Recall@20 as a share of Retrain's (dashed); at the end, beside them, the Retrains.", sequencePlot},
		{"retention", "Further training on what remains: what was only pushed down climbs back.", retentionPlot},
		{"bystanders", "What the request did to those it did not name: NDCG@20 less that of the Retrains.", bystanderPlot},
		{"course", "The way there: the method's gauge (whole lines, 0.5 is right) and the lowest Recall@20 so far as a share of its first (dashed).", coursePlot},
	} {
		p := plot.New()
		p.Title.Text = s.Model + ", " + s.Request
		p.Add(plotter.NewGrid())
		filled, err := f.draw(s, p)
		if err != nil {
			return nil, err
		}
		if !filled {
			continue
		}
		p.Legend.Top = true
		p.X.Max += 0.25 * (p.X.Max - p.X.Min) // room for the legend
		canvas := vgsvg.New(18*vg.Centimeter, 10*vg.Centimeter)
		p.Draw(draw.New(canvas))
		var b bytes.Buffer
		if _, err := canvas.WriteTo(&b); err != nil {
			return nil, err
		}
		svg := b.String()
		out = append(out, figure{f.name, f.caption, template.HTML(svg[strings.Index(svg, "<svg"):])})
	}
	return out, nil
}

// readings are values with their standard errors, by x.
type readings struct {
	plotter.XYs
	sd, sdX []float64
}

func (r *readings) add(x float64, e api.Estimate) {
	r.XYs, r.sd = append(r.XYs, plotter.XY{X: x, Y: e.Value}), append(r.sd, e.SE)
}

func (r *readings) YError(k int) (low, high float64) { return r.sd[k], r.sd[k] }
func (r *readings) XError(k int) (low, high float64) { return r.sdX[k], r.sdX[k] }

// line adds readings as a line with error bars.
func line(p *plot.Plot, name string, hue int, dashed bool, r *readings) error {
	l, points, err := plotter.NewLinePoints(r.XYs)
	if err != nil {
		return err
	}
	bars, err := plotter.NewYErrorBars(r)
	if err != nil {
		return err
	}
	l.Color, l.Width = hues[hue%len(hues)], vg.Points(1.5)
	points.GlyphStyle = draw.GlyphStyle{Color: l.Color, Radius: vg.Points(2), Shape: draw.CircleGlyph{}}
	bars.LineStyle.Color = l.Color
	if dashed {
		l.Dashes = []vg.Length{vg.Points(4), vg.Points(3)}
	}
	p.Add(l, points, bars)
	if name != "" {
		p.Legend.Add(name, l)
	}
	return nil
}

// forgettingPlot has a point per row: how well forgotten pairs are told from held-out
// ones, against usefulness. Right is where the Retrains are.
func forgettingPlot(s *section, p *plot.Plot) (filled bool, err error) {
	if s.Served {
		return false, nil
	}
	p.X.Label.Text = "AUC of forgotten against held-out"
	p.Y.Label.Text = "test Recall@20"
	named := map[string]bool{}
	for k, r := range s.Rows {
		y, ok := r.Test["recall@20"]
		if r.ForgetAUC == nil || !ok {
			continue
		}
		at := &readings{sdX: []float64{r.Estimates["forget_auc"].SE}}
		at.add(*r.ForgetAUC, api.Estimate{Value: y, SE: r.Estimates["recall@20"].SE})
		points, err := plotter.NewScatter(at.XYs)
		if err != nil {
			return false, err
		}
		points.GlyphStyle = draw.GlyphStyle{Color: hues[k%len(hues)], Radius: vg.Points(3.5), Shape: draw.CircleGlyph{}}
		if r.Method == "retrain" {
			points.GlyphStyle.Color, points.GlyphStyle.Shape = color.Black, draw.RingGlyph{}
		}
		across, err := plotter.NewXErrorBars(at)
		if err != nil {
			return false, err
		}
		up, err := plotter.NewYErrorBars(at)
		if err != nil {
			return false, err
		}
		across.LineStyle.Color, up.LineStyle.Color = points.GlyphStyle.Color, points.GlyphStyle.Color
		p.Add(across, up, points)
		if !named[r.Method] {
			p.Legend.Add(r.Method, points)
		}
		filled, named[r.Method] = true, true
	}
	return filled, nil
}

// sequencePlot is drift over how many requests were served.
func sequencePlot(s *section, p *plot.Plot) (filled bool, err error) {
	if !s.Served {
		return false, nil
	}
	p.X.Label.Text = "requests served"
	p.X.Scale, p.X.Tick.Marker = plot.LogScale{}, plot.LogTicks{Prec: -1}
	auc, recall := &readings{}, &readings{}
	gold, useful, golds := &readings{}, &readings{}, 0.0
	for _, r := range s.Rows {
		n := float64(served(r.Forget))
		if r.Method == "retrain" {
			gold.add(n, r.Estimates["forget_auc"])
			useful.add(n, r.Estimates["recall@20"])
			golds += r.Estimates["recall@20"].Value
			continue
		}
		if e, ok := r.Estimates["forget_auc"]; ok {
			auc.add(n, e)
		}
		recall.add(n, r.Estimates["recall@20"])
	}
	if len(recall.XYs) < 2 {
		return false, nil
	}
	whole := recall.XYs[0].Y
	if golds > 0 {
		whole = golds / float64(len(useful.XYs))
	}
	for _, x := range []*readings{recall, useful} {
		for k := range x.XYs {
			x.XYs[k].Y, x.sd[k] = x.XYs[k].Y/whole, x.sd[k]/whole
		}
	}
	for _, l := range []struct {
		name   string
		hue    int
		dashed bool
		r      *readings
	}{{"AUC", 0, false, auc}, {"Recall@20", 0, true, recall}, {"Retrain, AUC", 1, false, gold}, {"Retrain, Recall@20", 1, true, useful}} {
		if len(l.r.XYs) > 0 {
			if err := line(p, l.name, l.hue, l.dashed, l.r); err != nil {
				return false, err
			}
		}
	}
	return true, nil
}

// served is how many requests of one interaction, user or item each a row of a sequence has behind it.
func served(f api.Forget) int {
	switch data.Kind(f.Kind) {
	case data.ForgetUsers:
		return f.Users
	case data.ForgetItems:
		return f.Items
	}
	return f.Pairs
}

// among are the readings of a row by part and name.
func among(r api.Row, part, name string) (out []api.Audit) {
	for _, a := range r.Beside {
		if a.Part == part && a.Name == name {
			out = append(out, a)
		}
	}
	return out
}

func retentionPlot(s *section, p *plot.Plot) (filled bool, err error) {
	p.X.Label.Text = "steps of further training"
	p.Y.Label.Text = "AUC of forgotten against held-out"
	for k, r := range s.Audited {
		mine, gold := &readings{}, &readings{}
		for _, a := range among(r, audit.PartRetention, "AUC") {
			mine.add(float64(a.Step), a.Value)
			gold.add(float64(a.Step), a.Retrain)
		}
		if len(mine.XYs) == 0 {
			continue
		}
		if !filled {
			if err := line(p, "retrain", len(hues)-1, true, gold); err != nil {
				return false, err
			}
		}
		if err := line(p, r.Method, k, false, mine); err != nil {
			return false, err
		}
		filled = true
	}
	return filled, nil
}

func bystanderPlot(s *section, p *plot.Plot) (filled bool, err error) {
	p.Y.Label.Text = "NDCG@20 less Retrain's"
	var names []string
	for k, r := range s.Audited {
		drift := &readings{}
		for _, a := range r.Beside {
			if a.Part != audit.PartBystanders || a.Name == fairness {
				continue
			}
			at := slices.Index(names, a.Name)
			if at < 0 {
				at, names = len(names), append(names, a.Name)
			}
			d := api.Estimate{Value: a.Value.Value - a.Retrain.Value}
			if a.Distance != 0 {
				d.SE = d.Value / a.Distance
			}
			drift.add(float64(at)+0.7*(float64(k)/float64(len(s.Audited))-0.5), d)
		}
		if len(drift.XYs) == 0 {
			continue
		}
		points, err := plotter.NewScatter(drift.XYs)
		if err != nil {
			return false, err
		}
		points.GlyphStyle = draw.GlyphStyle{Color: hues[k%len(hues)], Radius: vg.Points(2), Shape: draw.CircleGlyph{}}
		bars, err := plotter.NewYErrorBars(drift)
		if err != nil {
			return false, err
		}
		bars.LineStyle.Color, bars.CapWidth = points.GlyphStyle.Color, 0
		p.Add(points, bars)
		p.Legend.Add(r.Method, points)
		filled = true
	}
	if !filled {
		return false, nil
	}
	p.NominalX(names...)
	p.X.Tick.Label.Rotation, p.X.Tick.Label.XAlign, p.X.Tick.Label.YAlign = 0.6, draw.XRight, draw.YCenter
	return true, nil
}

// fairness is no cohort.
const fairness = "A-IGF"

func coursePlot(s *section, p *plot.Plot) (filled bool, err error) {
	p.X.Label.Text = "step of the method"
	for k, r := range s.Audited {
		gauge, worst := &readings{}, &readings{}
		for _, a := range among(r, audit.PartCourse, "gauge") {
			gauge.add(float64(a.Step), a.Value)
		}
		for _, a := range among(r, audit.PartCourse, "worst recall@20") {
			worst.add(float64(a.Step), a.Value)
		}
		if len(gauge.XYs) < 2 {
			continue
		}
		first := worst.XYs[0].Y
		for n := range worst.XYs {
			worst.XYs[n].Y, worst.sd[n] = worst.XYs[n].Y/first, worst.sd[n]/first
		}
		if err := line(p, r.Method, k, false, gauge); err != nil {
			return false, err
		}
		if err := line(p, "", k, true, worst); err != nil {
			return false, err
		}
		filled = true
	}
	return filled, nil
}

// likeness are the readings of a row's similarity to Retrain that have columns of their own.
func likeness(name string) func(r api.Row) string {
	return func(r api.Row) string {
		for _, a := range among(r, audit.PartSimilarity, name) {
			return number(&a.Value.Value, 3)
		}
		return ""
	}
}
