package ui

import (
	"math"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Doubt is the section for whoever does not believe it: four questions to the model that has forgotten, and the
// chair of somebody who cheats.
type Doubt struct{ View }

// Question is an audit: what it asks, its answer in words, and the number behind it on a scale from 0 to 1.
type Question struct {
	Key, Class, Question, Word, Answer, Numbers string
	From, Width, Right, Is                      string // of the scale, in per cent
	Caught                                      bool
}

// served is how much of Retrain's usefulness must be left for everybody else.
const served = .95

// atOnce is the limit of one attack in standard errors, 99 %: five questions are asked at once, and a model that never knew
// should pass all of them nineteen times in twenty.
const atOnce = 2.576

// Audits are the questions that the comparison can answer. An attack catches a model whose value lies farther from
// Retrain's than chance explains, on either side; usefulness catches one that serves the others worse.
func (c *Doubt) Audits() []Question {
	if c.S.Compare.Result == nil || c.S.Forget.Unlearn.Phase != Finished {
		return nil
	}
	rows := c.S.Compare.Result.Rows
	var list []Question
	for _, m := range measures {
		after, retrain := cell(m, rows, api.After), cell(m, rows, api.Retrain)
		if after == nil || retrain == nil || !m.Attack && m.Key != "recall" {
			continue
		}
		q := Question{Key: m.Key, Question: c.T("audit." + m.Key), Answer: c.Reading(m, rows)}
		right, band, full := *retrain, 0.0, 1.0
		if m.Attack {
			band = noiseAt(atOnce, m.Estimate, rows[api.After], rows[api.Retrain])
			q.Caught = math.Abs(*after-right) > band
			q.Answer = c.Chance(*after, right, band)
		} else {
			full = 2 * right
			band = (1 - served) * right
			q.Caught = *after < served*right
		}
		place := func(v float64) string { return chart.Number(100 * min(max(v/full, 0), .99)) }
		q.From, q.Width = place(right-band), chart.Number(100*2*band/full)
		q.Right, q.Is = place(right), place(*after)
		decimals := max(m.Decimals, 3)
		q.Numbers = c.T("audit.numbers", text.Fixed(*after, decimals), text.Fixed(right, decimals), text.Fixed(band, 3))
		q.Word, q.Class = c.T("audit.passed"), "audit"
		if q.Caught {
			q.Word, q.Class = c.T("audit.caught"), "audit is-caught"
		}
		list = append(list, q)
	}
	return list
}

// Verdict says which audits caught the model, and whether they should have.
func (c *Doubt) Verdict() string {
	all := c.Audits()
	if len(all) == 0 {
		return ""
	}
	var caught []string
	for _, q := range all {
		if q.Caught {
			caught = append(caught, c.T("audit.name."+q.Key))
		}
	}
	who := "honest"
	if c.S.Doubt.Cheat != "" {
		who = "cheat"
	}
	if len(caught) == 0 {
		return c.T("verdict." + who + ".free")
	}
	return c.T("verdict."+who+".caught", strings.Join(caught, ", "))
}

// Ways are the cheats that the engine knows.
func (c *Doubt) Ways() []string {
	h := c.S.Engine.Hello
	return slices.DeleteFunc(slices.Clone(Cheats), func(name string) bool {
		return h != nil && !slices.ContainsFunc(h.Methods, func(m api.Method) bool { return m.Name == name })
	})
}

// ForgeNote says what forging takes.
func (c *Doubt) ForgeNote() string {
	if c.S.Erase.Receipts == "" {
		return c.T("cheat.note.noreceipt")
	}
	return c.T("cheat.note.forge")
}

// Judgement is the check's word on a receipt.
type Judgement struct{ Class, Head, Text string }

// Judged are the forged receipt and the true one.
func (c *Doubt) Judged() []Judgement {
	var list []Judgement
	for _, r := range []struct {
		key string
		v   *api.Verified
	}{{"forged", c.S.Doubt.Forged}, {"true", c.S.Doubt.True}} {
		if r.v == nil {
			continue
		}
		var said []string
		for _, f := range r.v.Findings {
			said = append(said, c.Said(f))
		}
		j := Judgement{"audit-answer", c.T("judged." + r.key), strings.Join(said, " ")}
		if !r.v.Passed {
			j.Class = "audit-answer bad"
		}
		list = append(list, j)
	}
	return list
}
