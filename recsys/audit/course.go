//go:build !js || lab

package audit

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/eval"
	"lethe/recsys/unlearn"
)

// servedShare is how far a cohort may fall below its value before the request while a model is served.
const servedShare = 0.1

// fallSteps is the window of the largest fall.
const fallSteps = 5

// course is the continual view: the method's own gauge and its Recall@20 on the validation rows that it watched, step by step, with
// the worst so far and the worst-case score. Errors are those of the same measures of the finished model, on all rows. Empty
// for methods without steps.
func (c *company) course(curve []api.Point, m *unlearn.Measures, after *shown, s Subject) (out []api.Audit) {
	var seen []api.Point
	for _, p := range curve {
		if p.Gauge != nil && p.Valid["recall@20"] > 0 {
			seen = append(seen, p)
		}
	}
	if len(seen) == 0 {
		return nil
	}
	_, valid := after.lists.Metrics(s.Task.Retain.Valid, []int{20})
	auc, recall := m.Estimates["forget_auc"], valid["recall@20"]
	auc.Value, recall.Value = *seen[0].Gauge, seen[0].Valid["recall@20"]
	gauge, watched := eval.Courses(seen[1:], "recall@20", auc, recall)
	worst, score := watched.Worst(), eval.WorstCase(gauge, watched)
	served := eval.Servable(servedShare, watched)
	_, before := c.before.lists.Metrics(s.Task.Retain.Valid, []int{20})
	var golds []api.Estimate
	for _, g := range c.golds {
		_, e := g.lists.Metrics(s.Task.Retain.Valid, []int{20})
		golds = append(golds, e["recall@20"])
	}
	gold := pooled(golds)
	add := func(name, question string, step int, e, retrain api.Estimate) {
		a := next(PartCourse, name, question, e, retrain)
		a.Step = step
		out = append(out, a)
	}
	parity := api.Estimate{Value: 0.5, Low: 0.5, High: 0.5}
	full := api.Estimate{Value: 1, Low: 1, High: 1}
	servable := 0
	for k, p := range seen {
		add("gauge", "what the method stops by", p.Step, gauge[k], parity)
		add("recall@20", fmt.Sprintf("on the validation rows that it watches; %.4f ± %.4f on all before", before["recall@20"].Value, before["recall@20"].SE), p.Step, watched[k], gold)
		add("worst recall@20", "the lowest so far", p.Step, worst[k], gold)
		add("worst-case score", "1: forgotten to parity, and nothing ever lost on the way", p.Step, score[k], full)
		if served[k] {
			servable++
		}
	}
	last := seen[len(seen)-1].Step
	add("largest fall", fmt.Sprintf("of recall@20 within %d readings", fallSteps), last, watched.WindowedForgetting(fallSteps), api.Estimate{})
	add("servable", fmt.Sprintf("share of readings at which recall@20 was no more than %.0f %% below where it began", 100*servedShare), last,
		api.Estimate{Value: float64(servable) / float64(len(seen))}, full)
	return out
}
