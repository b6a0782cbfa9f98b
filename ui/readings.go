package ui

import (
	"math"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// Chance says what an attack's AUC means to a person: how often someone who holds
// the model is right about a pair of clicks, one forgotten, one never learned.
// right is the value of a model that never saw what was forgotten; a difference up to
// noise is none.
func (v View) Chance(auc, right, noise float64) string {
	switch d := auc - right; {
	case math.IsNaN(auc):
		return v.T("reading.unknown")
	case math.Abs(d) > gaugeGood && math.Abs(d) <= noise:
		return v.T("reading.noise")
	case math.Abs(d) <= noise && math.Abs(right-.5) <= .05:
		return v.T("reading.coin")
	case math.Abs(d) <= noise:
		return v.T("reading.same")
	case d > 0 && auc >= .55:
		return v.T("reading.guess", tenths(auc))
	case d > 0:
		return v.T("reading.trace")
	case auc <= .45:
		return v.T("reading.over", tenths(1-auc))
	default:
		return v.T("reading.slightly")
	}
}

// tenths is a share as "7" of ten.
func tenths(share float64) string { return text.Int(int(math.Round(10 * share))) }

// Measure is a line of the table of measures.
type Measure struct {
	Key      string
	Decimals int
	Of       func(*api.Row) *float64
	Attack   bool   // an AUC with a reading by Chance
	Estimate string // its name among the estimates
}

// measures of the comparison, the forgetting first. Lines that no model has are left
// out.
var measures = []Measure{
	{"auc", 2, func(r *api.Row) *float64 { return r.ForgetAUC }, true, "forget_auc"},
	{"rows", 2, func(r *api.Row) *float64 { return r.ForgetAUCRows }, true, "forget_auc_rows"},
	{"recon", 2, func(r *api.Row) *float64 { return r.ReconAUC }, true, "recon_auc"},
	{"mia", 2, func(r *api.Row) *float64 { return r.MIAAUC }, true, "mia_auc"},
	{"forget", 4, func(r *api.Row) *float64 { return r.ForgetRecall }, false, ""},
	{"recall", 4, func(r *api.Row) *float64 { return metric(r.Test, "recall@20") }, false, ""},
	{"ndcg", 4, func(r *api.Row) *float64 { return metric(r.Test, "ndcg@20") }, false, ""},
	{"seconds", 1, func(r *api.Row) *float64 { return r.Seconds }, false, ""},
}

// noise is how far two models may lie apart by chance alone: the 95 % limit by
// their standard errors, and never less than the gauge's width.
func noise(estimate string, a, b api.Row) float64 {
	return noiseAt(1.96, estimate, a, b)
}

// noiseAt is noise by another limit, in standard errors.
func noiseAt(z float64, estimate string, a, b api.Row) float64 {
	ea, eb := a.Estimates[estimate], b.Estimates[estimate]
	return max(gaugeGood, z*math.Hypot(ea.SE, eb.SE))
}

func metric(m api.Metrics, name string) *float64 {
	if v, ok := m[name]; ok {
		return &v
	}
	return nil
}

// Reading is what a measure means after forgetting, beside Retrain.
func (v View) Reading(m Measure, rows map[api.Slot]api.Row) string {
	after, retrain := cell(m, rows, api.After), cell(m, rows, api.Retrain)
	if after == nil {
		return v.T("measure.note." + m.Key)
	}
	switch {
	case m.Attack:
		right := .5
		if retrain != nil {
			right = *retrain
		}
		return v.Chance(*after, right, noise(m.Estimate, rows[api.After], rows[api.Retrain]))
	case m.Key == "forget" && retrain != nil && *after == *retrain:
		return v.T("reading.same")
	case retrain == nil || *retrain == 0:
		return v.T("measure.note." + m.Key)
	case m.Key == "seconds":
		if x := *retrain / max(*after, 1e-3); x >= 1.05 {
			return v.T("reading.faster", text.Fixed(x, 1))
		}
		return v.T("reading.notfaster")
	case m.Key == "forget":
		switch x := *after / *retrain; {
		case x > 1.25:
			return v.T("reading.more", text.Fixed(x, 1))
		case x < .8:
			return v.T("reading.less")
		}
		return v.T("reading.same")
	default:
		return v.T("reading.share", text.Percent(*after / *retrain))
	}
}

func cell(m Measure, rows map[api.Slot]api.Row, slot api.Slot) *float64 {
	r, ok := rows[slot]
	if !ok {
		return nil
	}
	return m.Of(&r)
}
