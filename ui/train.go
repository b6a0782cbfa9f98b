package ui

import (
	"math"
	"strconv"
	"strings"

	"github.com/vugu/vugu"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Train is the second section: how it learns.
type Train struct{ View }

// The measure that training is stopped by, and drawn.
const validMeasure = "recall@20"

// Models are those the engine knows; before it has spoken, the suggested one.
func (c *Train) Models() []string {
	if h := c.S.Engine.Hello; h != nil && len(h.Models) > 0 {
		return h.Models
	}
	return []string{DefaultModel}
}

// Note is a model in half a sentence, "" for one this page has not heard of.
func (c *Train) Note(model string) string {
	if key := "model.note." + model; text.Has(key) {
		return c.T(key)
	}
	return ""
}

// Epochs is the number in the field.
func (c *Train) Epochs() string { return strconv.Itoa(c.S.Link.EpochCount()) }

// SetEpochs reads the field.
func (c *Train) SetEpochs(e vugu.DOMEvent) {
	n, err := strconv.Atoi(strings.TrimSpace(e.PropString("target", "value")))
	if err != nil {
		n = DefaultEpochs
	}
	c.Do(SetEpochs{N: n})
}

// StopText is what the second button says.
func (c *Train) StopText() string {
	if c.S.Train.Stopping {
		return c.T("stopping")
	}
	return c.T("train.stop")
}

// Done is the width of the progress bar, in per cent.
func (c *Train) Done() int {
	if c.S.Train.Job == 0 {
		return 0
	}
	return Share(c.S.Train.Progress)
}

// Line is the state of the training in a sentence.
func (c *Train) Line() string {
	t := &c.S.Train
	switch {
	case t.Job != 0 && t.Stopping:
		return c.T("stopping")
	case t.Job != 0:
		return c.T("train.running", text.Int(c.epoch()), text.Int(t.Epochs), c.Left(t.Progress))
	case t.Stopped:
		return c.T("train.stopped")
	case t.Result == nil:
		return c.T("train.none")
	case t.Snapshot:
		return c.T("train.snapshot", c.Known("model.", t.Result.Model), text.Int(t.Result.BestEpoch))
	default:
		return c.N("train.done", t.Result.Epochs, c.Known("model.", t.Result.Model), text.Clock(t.Result.Seconds), text.Int(t.Result.BestEpoch))
	}
}

// epoch is how many epochs are over. Progress counts steps, many to an epoch.
func (c *Train) epoch() int {
	if p := c.S.Train.Progress; p.Total > 0 {
		return p.Done * c.S.Train.Epochs / p.Total
	}
	return 0
}

// Spoken is the state for those who hear the page.
func (c *Train) Spoken() string {
	if c.S.Train.Job != 0 && !c.S.Train.Stopping {
		return c.T("train.spoken", c.Aloud(c.S.Train.Progress))
	}
	return c.Line()
}

// XMax is where the axis of epochs ends.
func (c *Train) XMax() float64 {
	if c.S.Train.Job != 0 {
		return float64(c.S.Train.Epochs)
	}
	return 0
}

// Recall and Loss are the two curves.
func (c *Train) Recall() []Line {
	l := Line{Name: c.T("chart.recall"), Class: "after"}
	for _, p := range c.S.Train.Curve {
		if v, ok := p.Valid[validMeasure]; ok {
			l.Points = append(l.Points, chart.XY{X: float64(p.Step), Y: v})
		}
	}
	return []Line{l}
}

func (c *Train) Loss() []Line {
	l := Line{Name: c.T("chart.loss"), Class: "retrain-solid"}
	for _, p := range c.S.Train.Curve {
		if !math.IsNaN(p.Loss) {
			l.Points = append(l.Points, chart.XY{X: float64(p.Step), Y: p.Loss})
		}
	}
	return []Line{l}
}

// Reading says what the result means.
func (c *Train) Reading() string {
	if n := len(c.S.Train.Curve); c.S.Train.Job != 0 && n > 0 {
		if v, ok := pick(c.S.Train.Curve[n-1].Valid); ok {
			return c.T("train.reading.now", text.Percent(v), text.Fixed(v, 4))
		}
	}
	r := c.S.Train.Result
	if r == nil || c.S.Train.Job != 0 {
		return c.T("train.reading.none")
	}
	if v, ok := pick(r.Test, r.Valid); ok {
		return c.T("train.reading", text.Percent(v), text.Fixed(v, 4))
	}
	return ""
}

func pick(tables ...api.Metrics) (float64, bool) {
	for _, m := range tables {
		if v, ok := m[validMeasure]; ok {
			return v, true
		}
	}
	return 0, false
}
