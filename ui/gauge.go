package ui

import (
	"math"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Gauge is the two-sided forgetting gauge: the chance that someone who holds the
// model tells a forgotten click from one that was held out all along. A half is a
// coin flip. More is remembering; less is forgetting so hard that it shows.
type Gauge struct{ View }

// The gauge runs from 0.9 on the left to 0.1 on the right; a fiftieth around the
// right value counts as right.
const gaugeSpan, gaugeGood = .4, .02

// Mark is a model on the gauge.
type Mark struct{ At, Label, Class, R, TextY string }

func (c *Gauge) at(auc float64) float64 {
	return min(max(50+50*(c.right()-auc)/gaugeSpan, 1), 99)
}

// right is the value to reach: Retrain's own, or a half until it is known.
func (c *Gauge) right() float64 {
	if r := c.S.Forget.Retrain.Row; r != nil && measured(r) != nil {
		return *measured(r)
	}
	return .5
}

// measured is the row's gauge: pairs and users by ForgetAUC, items by the
// reconstruction attack.
func measured(r *api.Row) *float64 {
	if r.ForgetAUC != nil && (r.Forget.Kind != "items" || r.ReconAUC == nil) {
		return r.ForgetAUC
	}
	return r.ReconAUC
}

// before is the trained model's value: measured, or the first step's.
func (c *Gauge) before() *float64 {
	if r := c.S.Compare.Result; r != nil {
		if row, ok := r.Rows[api.Before]; ok {
			return measured(&row)
		}
	}
	for _, p := range c.S.Forget.Unlearn.Curve {
		if p.Gauge != nil {
			return p.Gauge
		}
	}
	return nil
}

// now is the unlearned model's value, while it runs the last step's.
func (c *Gauge) now() *float64 {
	l := &c.S.Forget.Unlearn
	if l.Row != nil && measured(l.Row) != nil {
		return measured(l.Row)
	}
	for i := len(l.Curve) - 1; i >= 0; i-- {
		if l.Curve[i].Gauge != nil {
			return l.Curve[i].Gauge
		}
	}
	return nil
}

// GoodFrom and GoodWidth are the band that counts as right.
func (c *Gauge) GoodFrom() string  { return chart.Percent(max(50-50*c.noise()/gaugeSpan, 0)) }
func (c *Gauge) GoodWidth() string { return chart.Percent(min(100*c.noise()/gaugeSpan, 100)) }

// RefAt is where the right value stands.
func (c *Gauge) RefAt() string { return chart.Percent(c.at(c.right())) }

// RefText labels the right value once it is measured.
func (c *Gauge) RefText() string {
	if r := c.S.Forget.Retrain.Row; r != nil && measured(r) != nil {
		return c.T("gauge.retrain", text.Fixed(*measured(r), 2))
	}
	return ""
}

// RefClass tells Retrain's measured value from the assumed half.
func (c *Gauge) RefClass() string {
	return Class("known", c.S.Forget.Retrain.Row != nil)
}

// Marks are the models that have a value, their labels on two levels.
func (c *Gauge) Marks() []Mark {
	var list []Mark
	if v := c.before(); v != nil {
		list = append(list, Mark{chart.Percent(c.at(*v)), c.T("gauge.before", text.Fixed(*v, 2)), "before", "6", "13%"})
	}
	if v := c.now(); v != nil {
		list = append(list, Mark{chart.Percent(c.at(*v)), c.T("gauge.after", text.Fixed(*v, 2)), "after", "8", "79%"})
	}
	return list
}

// Stretch is a part of the axis.
type Stretch struct{ From, To string }

// Trail is how far the gauge went on the way, both extremes. It is a quick gauge on
// held-out pairs, so it goes when the lane is measured.
func (c *Gauge) Trail() *Stretch {
	if c.S.Forget.Unlearn.Row != nil {
		return nil
	}
	lo, hi := math.Inf(1), math.Inf(-1)
	for _, p := range c.S.Forget.Unlearn.Curve {
		if p.Gauge != nil {
			lo, hi = min(lo, *p.Gauge), max(hi, *p.Gauge)
		}
	}
	if lo > hi {
		return nil
	}
	return &Stretch{chart.Percent(c.at(hi)), chart.Percent(c.at(lo))}
}

// noise is how far from right the value may lie by chance.
func (c *Gauge) noise() float64 {
	a, b := c.S.Forget.Unlearn.Row, c.S.Forget.Retrain.Row
	if a == nil || b == nil {
		return gaugeGood
	}
	name := "forget_auc"
	if measured(a) == a.ReconAUC {
		name = "recon_auc"
	}
	return noise(name, *a, *b)
}

// Reading is the value in plain words.
func (c *Gauge) Reading() string {
	v := c.now()
	if v == nil {
		return c.T("gauge.none")
	}
	return c.Num(text.Fixed(*v, 2)) + ": " + c.Chance(*v, c.right(), c.noise())
}

// Summary is the gauge in a sentence.
func (c *Gauge) Summary() string {
	s := c.T("gauge.title") + " "
	if v := c.before(); v != nil {
		s += c.T("gauge.before", text.Fixed(*v, 2)) + ". "
	}
	return s + c.Reading()
}
