//go:build !js || lab

package audit

import (
	"fmt"
	"math"
	"slices"
	"strconv"

	"lethe/recsys/api"
	"lethe/recsys/eval"
	"lethe/recsys/unlearn"

	"gonum.org/v1/gonum/stat"
)

// Parts of what stands beside a verdict. They convict nobody, each for its own reason.
const (
	PartUtility    = "utility"    // every ranking metric on validation and test rows: too many to judge by each
	PartSimilarity = "similarity" // says nothing about forgetting: two Retrains are no more alike than Retrain and the original
	PartBystanders = "bystanders" // NDCG@20 by cohort: drift from the Retrains' mean, whose value is in Retrain
	PartMembership = "membership" // each attack alone; mia_auc is all of them
	PartSurface    = "surface"    // hidden or forgotten, in its three steps: see eval.Superficial
	PartChannels   = "channels"   // what each channel of a model keeps: see Residue
	PartLevels     = "levels"     // reconstruction further up the hierarchy: see Level
	PartRetention  = "retention"  // further training on the retain set, by step: see Retained
	PartCourse     = "course"     // the method's own steps: see course.go
	PartShadows    = "shadows"    // see Shadows; its reference is chance
)

// Parts in the order of a report.
var Parts = []string{PartUtility, PartSimilarity, PartBystanders, PartMembership, PartSurface, PartChannels, PartLevels, PartRetention, PartCourse, PartShadows}

// ExamineBeside is Examine and what a report shows next to it. Retrain is the mean of the Retrains and its SE their
// deviation; where a reading compares with the first Retrain, it is the second one's. curve is of the method's steps; shadows is how many
// practise for the attack of that name, 0 for none.
func (f *Floor) ExamineBeside(s Subject, by unlearn.Method, curve []api.Point, shadows int) (*Verdict, []api.Audit, error) {
	v, m, err := f.examine(s)
	if err != nil {
		return nil, nil, err
	}
	c, err := f.meet()
	if err != nil {
		return nil, nil, err
	}
	after, err := s.show()
	if err != nil {
		return nil, nil, err
	}
	out := c.utility(s, after)
	b := c.bystanders(s, after)
	out = append(append(out, c.similarity(b.Similarity, s)...), b.list(c)...)
	out = append(out, f.membership(m)...)
	apart, err := f.apart(s)
	if err != nil {
		return nil, nil, err
	}
	out = append(append(out, apart...), c.course(curve, m, after, s)...)
	if shadows == 0 {
		return v, out, nil
	}
	e, ok, err := Shadows(s, by, shadows, s.Task.Observe)
	if ok {
		chance := api.Estimate{Value: 0.5, Low: 0.5, High: 0.5}
		out = append(out, next(PartShadows, "AUC", fmt.Sprintf("Can an attacker who practised on %d models tell?", shadows), e, chance))
	}
	return v, out, err
}

// next puts a reading beside Retrain's.
func next(part, name, question string, value, retrain api.Estimate) api.Audit {
	a := api.Audit{Part: part, Name: name, Question: question, Value: value, Retrain: retrain, Side: string(Right)}
	if e := math.Hypot(value.SE, retrain.SE); e > 0 {
		a.Distance = (value.Value - retrain.Value) / e
	}
	return a
}

// pooled is the mean of Retrains' readings, with their deviation.
func pooled(golds []api.Estimate) api.Estimate {
	values := make([]float64, len(golds))
	for k, g := range golds {
		values[k] = g.Value
	}
	mean, sd := values[0], 0.0
	if len(values) > 1 {
		mean, sd = stat.MeanStdDev(values, nil)
	}
	return api.Estimate{Value: mean, SE: sd, Low: mean - 1.96*sd, High: mean + 1.96*sd}
}

// utility is Recall, NDCG, Precision, MAP and Hit at every cutoff.
func (c *company) utility(s Subject, after *shown) (out []api.Audit) {
	r := s.Task.Retain
	for _, part := range []struct {
		name string
		of   func(x *shown) api.Estimates
	}{
		{"test ", func(x *shown) api.Estimates { _, e := x.lists.Metrics(r.Test, eval.Cutoffs); return e }},
		{"validation ", func(x *shown) api.Estimates { _, e := x.lists.Metrics(r.Valid, eval.Cutoffs); return e }},
	} {
		mine := part.of(after)
		var golds []api.Estimates
		for _, g := range c.golds {
			golds = append(golds, part.of(g))
		}
		for _, metric := range []string{"recall", "ndcg", "precision", "map", "hit"} {
			for _, k := range eval.Cutoffs {
				name := metric + "@" + strconv.Itoa(k)
				if x, ok := mine[name]; ok {
					out = append(out, next(PartUtility, part.name+name, "", x, pooled(column(golds, name))))
				}
			}
		}
	}
	return out
}

func column(rows []api.Estimates, name string) (out []api.Estimate) {
	for _, r := range rows {
		out = append(out, r[name])
	}
	return out
}

// similarity to the first Retrain, beside the second one's.
func (c *company) similarity(x eval.Similarity, s Subject) []api.Audit {
	other := c.golds[min(1, len(c.golds)-1)].like(c.golds[0], s.source())
	const part = PartSimilarity
	return []api.Audit{
		next(part, "overlap@20", "Which share of a list is in Retrain's?", x.Overlap, other.Overlap),
		next(part, "popularity", "How far apart are the items shown, over all lists? (Jensen-Shannon, bits)", x.Popularity, other.Popularity),
		next(part, "rank correlation", "Are all items in Retrain's order? (Spearman)", x.Rank, other.Rank),
		next(part, "aligned distance", "How far apart are the vectors after the best rotation?", x.Aligned, other.Aligned),
	}
}

func (b *Bystanders) list(c *company) (out []api.Audit) {
	for _, x := range b.Cohorts {
		gold := x.After.Value - x.Drift.Value
		a := next(PartBystanders, x.Cohort, fmt.Sprintf("%d users, NDCG@20 %.4f ± %.4f before", x.Users, x.Before.Value, x.Before.SE), x.After,
			api.Estimate{Value: gold, SE: x.Spread, Low: gold - 1.96*x.Spread, High: gold + 1.96*x.Spread})
		a.Distance = -x.Harm // user by user, which is sharper than the two readings
		out = append(out, a)
	}
	var golds []api.Estimate
	for _, g := range c.golds {
		golds = append(golds, eval.InterGroupFairness(g.tested, c.cohorts))
	}
	return append(out, next(PartBystanders, "A-IGF", fmt.Sprintf("NDCG@20 of active less that of inactive users, %.4f ± %.4f before", b.Before.Value, b.Before.SE), b.After, pooled(golds)))
}

// membership is the single attacks, and what holding a Retrain as well shows.
func (f *Floor) membership(m *unlearn.Measures) (out []api.Audit) {
	if m.Membership == nil {
		return nil
	}
	var attacks []api.Estimates
	for _, g := range f.measures {
		attacks = append(attacks, g.Membership.Attacks)
	}
	for _, name := range eval.Attacks {
		out = append(out, next(PartMembership, name, "AUC of this attack alone", m.Membership.Attacks[name], pooled(column(attacks, name))))
	}
	if x, ok := m.Against(f.measures[0]); ok {
		other, _ := f.measures[min(1, len(f.measures)-1)].Against(f.measures[0])
		out = append(out,
			next(PartMembership, "PrivLeak", "forget_auc less the first Retrain's, as a share of it, pair by pair", x.PrivLeak, other.PrivLeak),
			next(PartMembership, "delta excess", "delta_auc less the first Retrain's, pair by pair", x.Delta, other.Delta))
	}
	var p, auc []api.Estimate
	for _, g := range f.measures {
		p, auc = append(p, api.Estimate{Value: g.Membership.Worst.P}), append(auc, api.Estimate{Value: g.Membership.Worst.AUC})
	}
	w := m.Membership.Worst
	return append(out,
		next(PartMembership, "worst user", "AUC of the user whose interactions stand out most", api.Estimate{Value: w.AUC}, pooled(auc)),
		next(PartMembership, "worst user, p", "the chance that any user stands out as much by chance", api.Estimate{Value: w.P}, pooled(p)))
}

// apart is what is read of each model by itself: surface, channels and retention. Readings of the Retrains
// are kept.
func (f *Floor) apart(s Subject) ([]api.Audit, error) {
	c := f.company
	if c.alone == nil {
		for _, r := range f.Retrains {
			x, err := r.alone()
			if err != nil {
				return nil, err
			}
			c.alone = append(c.alone, x)
		}
	}
	list, err := s.alone()
	if err != nil {
		return nil, err
	}
	var out []api.Audit
	for _, a := range list {
		var golds []api.Estimate
		for _, g := range c.alone {
			if k := slices.IndexFunc(g, func(b api.Audit) bool { return b.Part == a.Part && b.Name == a.Name && b.Step == a.Step }); k >= 0 {
				golds = append(golds, g[k].Value)
			}
		}
		if len(golds) == len(c.alone) {
			b := next(a.Part, a.Name, a.Question, a.Value, pooled(golds))
			b.Step = a.Step
			out = append(out, b)
		}
	}
	return out, nil
}

// alone lists readings of one model, without a reference.
func (s Subject) alone() (out []api.Audit, err error) {
	add := func(part, name, question string, step int, e api.Estimate) {
		out = append(out, api.Audit{Part: part, Name: name, Question: question, Step: step, Value: e})
	}
	if len(s.Task.Forget.Pairs) > 0 {
		x, err := Hidden(s)
		if err != nil {
			return nil, err
		}
		add(PartSurface, "shown", "AUC against never-seen pairs, filters removed", 0, x.Shown)
		add(PartSurface, "centred", "and every item's mean score taken away", 0, x.Centred)
		add(PartSurface, "refitted", "and that of its popularity put in its place", 0, x.Refitted)
	}
	channels, err := Residues(s)
	if err != nil {
		return nil, err
	}
	for _, c := range channels {
		add(PartChannels, c.Channel, "AUC by this channel alone", 0, c.AUC)
		if c.Recon != (api.Estimate{}) {
			add(PartChannels, c.Channel+", reconstruction", "reconstruction AUC by this channel alone", 0, c.Recon)
		}
	}
	levels, err := Levels(s)
	if err != nil {
		return nil, err
	}
	for _, l := range levels {
		add(PartLevels, l.Name, "AUC of rebuilding all deleted items of one "+l.Name+" together", 0, l.Recon)
	}
	curve, _, err := Retention(s, RetentionSteps)
	if err != nil {
		return nil, err
	}
	for _, r := range curve {
		add(PartRetention, "AUC", "forgotten against held-out pairs after further training", r.Steps, r.AUC)
		add(PartRetention, "rebound", "that less where it began, pair by pair", r.Steps, r.Rebound)
		add(PartRetention, "forget recall@20", "share of forgotten pairs in unfiltered lists", r.Steps, r.Recall)
	}
	return out, nil
}
