package ui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// compared answers the comparison that is asked for.
func (d *desk) compared(rows map[api.Slot]api.Row) {
	d.t.Helper()
	for _, m := range d.posted() {
		if m.Op == api.OpCompare {
			d.answer(m, api.Comparison{Forget: api.Forget{Request: "creator:Mori", Pairs: 30}, Rows: rows,
				Lists: map[api.Slot]api.Ranking{api.Before: ranking(0, 1, 2), api.After: ranking(2, 0, 3), api.Retrain: ranking(2, 3, 0)}})
		}
	}
}

// skeptic has an engine that knows the controls.
func skeptic(t *testing.T) *desk {
	d := at(t, "?request=creator:Mori")
	d.open(5)
	d.s.Engine.Hello.Methods = append(d.s.Engine.Hello.Methods, api.Method{Name: "mask-only", Guarantee: "control"}, api.Method{Name: "neggrad", Guarantee: "control"})
	return d
}

// A model that is as Retrain is goes free; one that remembers, forgot too much or serves the others worse is caught.
func TestAuditsCatch(t *testing.T) {
	for _, c := range []struct {
		name          string
		auc, recall   float64
		caught        []string
		wantInVerdict string
	}{
		{"as retrained", .51, .2, nil, "None of these"},
		{"remembers", .8, .2, []string{"auc", "recon"}, "gives itself away in forgotten against held-out"},
		{"overdone", .1, .2, []string{"auc", "recon"}, "gives itself away"},
		{"harmed", .5, .1, []string{"recall"}, "usefulness for the others"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := skeptic(t)
			assert.Empty(t, (&Doubt{View{S: &d.s}}).Audits())
			d.do(StartForget{})
			d.answer(d.only(api.OpUnlearn), row("lethe", 2, .01))
			for _, m := range d.posted() {
				if m.Op == api.OpUnlearn {
					d.answer(m, row("retrain", 9, 0))
				}
			}
			after := row("lethe", 2, 0)
			after.ForgetAUC, after.ReconAUC, after.Test["recall@20"] = ptr(c.auc), ptr(c.auc), c.recall
			d.compared(map[api.Slot]api.Row{api.Before: row("", 17, .2), api.After: after, api.Retrain: row("retrain", 9, 0)})
			v := &Doubt{View{S: &d.s}}
			var caught []string
			for _, q := range v.Audits() {
				if q.Caught {
					caught = append(caught, q.Key)
				}
			}
			assert.Equal(t, c.caught, caught)
			assert.Contains(t, v.Verdict(), c.wantInVerdict)
		})
	}
}

func TestCheating(t *testing.T) {
	d := skeptic(t)
	d.do(Cheat{"mmrecun"})
	assert.Empty(t, d.posted(), "that is no cheat")
	d.do(Cheat{"mask-only"})
	cheat := d.only(api.OpUnlearn)
	assert.Equal(t, "mask-only", head[api.Unlearn](t, cheat).Method)
	assert.Empty(t, d.s.Link.Method, "what the visitor chose stays")
	d.answer(cheat, row("mask-only", 1, .3))
	for _, m := range d.posted() {
		if m.Op == api.OpUnlearn {
			d.answer(m, row("retrain", 9, 0))
		}
	}
	d.compared(map[api.Slot]api.Row{api.Before: row("", 17, .3), api.After: row("mask-only", 1, .3), api.Retrain: row("retrain", 9, 0)})
	assert.Contains(t, (&Doubt{View{S: &d.s}}).Verdict(), "You were caught")

	// A second cheat on the same request needs no second Retrain.
	d.do(Cheat{"neggrad"})
	d.answer(d.only(api.OpUnlearn), row("neggrad", 1, -.4))
	for _, m := range d.posted() {
		assert.NotEqual(t, api.OpUnlearn, m.Op)
	}
	assert.Equal(t, Finished, d.s.Forget.Retrain.Phase)
	d.do(StartForget{})
	assert.Empty(t, d.s.Doubt.Cheat, "an honest method again")
}

func TestForging(t *testing.T) {
	d := skeptic(t)
	d.do(Forge{})
	assert.Empty(t, d.posted(), "there is nothing to forge")
	d.s.Erase.Receipts = `{"receipt":{"tier":"unlearned","request":{"pairs":30}}}` + "\n"
	d.do(Forge{})
	p := d.posted()
	require.Len(t, p, 2)
	assert.Contains(t, string(p[0].Body), `"tier":"exact"`)
	assert.Equal(t, d.s.Erase.Receipts, string(p[1].Body))
	d.answer(p[0], api.Verified{Findings: []string{"The signature does not fit."}})
	d.answer(p[1], api.Verified{Passed: true, Findings: []string{"The signature fits."}})
	j := (&Doubt{View{S: &d.s}}).Judged()
	require.Len(t, j, 2)
	assert.Equal(t, Judgement{"audit-answer bad", "The forged receipt:", "The signature does not fit."}, j[0])
	assert.Equal(t, "audit-answer", j[1].Class)
	assert.NotEqual(t, `{"tier":"exact","pairs":3}`, forged(`{"tier":"exact","pairs":3}`))
	assert.Equal(t, 1, strings.Count(forged(d.s.Erase.Receipts), "exact"))
}

// A print's way through the three lists: present, absent, and back.
func TestRanks(t *testing.T) {
	d := at(t, "")
	d.open(5)
	d.s.Compare.Result = &api.Comparison{Lists: map[api.Slot]api.Ranking{api.Before: ranking(0, 1), api.After: ranking(1, 2), api.Retrain: ranking(0, 2)}}
	c := &Ranks{View{S: &d.s}}
	w := c.Ways()
	require.Len(t, w, 3)
	assert.Equal(t, []string{"way is-gone", "way", "way is-new"}, []string{w[0].Class, w[1].Class, w[2].Class})
	assert.Len(t, w[0].Dots, 2)
	assert.Len(t, w[0].Lines, 2)
	assert.Equal(t, w[0].Lines[0].Y2, w[0].Lines[1].Y1, "under the list")
	assert.Contains(t, c.Summary(), "1 prints stayed after forgetting, 1 left and 1 came")
	delete(d.s.Compare.Result.Lists, api.Retrain)
	assert.Len(t, c.Ways()[1].Lines, 1)
}

// An image may go while its words stay; a model that never saw it says so.
func TestForgettingAnImage(t *testing.T) {
	d := at(t, "?likes=2&seed=7")
	d.open(5)
	d.do(PickKind{ForgetImage})
	m := d.only(api.OpForgetSet)
	assert.Equal(t, api.Resolve{Request: "modality:image@p002", Seed: 7}, head[api.Resolve](t, m))
	d.answer(m, api.Forget{Kind: "modality", Items: 1})
	c := &Forget{View{S: &d.s}}
	assert.Equal(t, "p002", c.Value())
	assert.Contains(t, c.Touch(), "never saw the picture")
	d.s.Train.Result.Model = "vbpr"
	assert.Contains(t, c.Touch(), "words stay")
	assert.True(t, d.s.CanForget())
	assert.Equal(t, ForgetImage, kindOf(ParseLink(d.s.Link.String()).Request))
	assert.Equal(t, 7, ParseLink(d.s.Link.String()).Seed)
	assert.Equal(t, Kind(""), kindOf("image:p002"))
	d.s.Data.Info.Modalities = nil
	assert.NotContains(t, c.Kinds(), ForgetImage)
}
