package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// membership runs the attacks that tell forgotten from held-out test pairs, at both
// levels, and the delta attack against the model before the request.
func (m *Measures) membership(t *Task, n *train.Network) error {
	held := eval.Heldout(t.Forget, t.Data.Test)
	if len(held) == 0 || len(t.Forget.Pairs) == 0 {
		return nil
	}
	src := rng.New(t.Seed).Named("report")
	users, items := n.Embed()
	final, err := attack(t, held, users, items, src)
	if err != nil {
		return err
	}
	levels := []eval.Scores{final}
	if n.Final.UserRows != n.Final.Users {
		rows, err := attack(t, held, n.Final.UserRows.Value, n.Final.ItemRows.Value, src)
		if err != nil {
			return err
		}
		levels = append(levels, rows)
	}
	m.Scores = final
	m.AUC = m.auc("forget_auc", final, src)
	m.AUCRows = m.AUC
	if len(levels) > 1 {
		m.AUCRows = m.auc("forget_auc_rows", levels[1], src)
	}
	f, _ := final.Z()
	m.keep("unseen_auc", eval.AUCEstimate(f, eval.Sample{Value: final.Unseen, Unit: final.ForgetUser}), true)
	mia := eval.NewMembership(src, levels...)
	m.Membership = &mia
	m.keep("mia_auc", mia.Combined, true)
	m.keep("mia_tpr", mia.TPR1, true)
	return m.delta(t, held, src)
}

func (m *Measures) auc(name string, s eval.Scores, src rng.Source) *float64 {
	f, h := s.Z()
	e := eval.AUCInterval(f, h, eval.Resamples, src)
	m.keep(name, e, true)
	return &e.Value
}

func attack(t *Task, held []data.Pair, users, items backend.Tensor, src rng.Source) (eval.Scores, error) {
	a := eval.NewAttacker(t.Backend, t.Data, t.Retain, t.Forget.Pairs, held, train.Forgotten(t.Retain), users.Cols, src)
	defer a.Free()
	return a.Scores(users, items)
}

// delta compares with the model before the request, which anyone who kept it can do.
func (m *Measures) delta(t *Task, held []data.Pair, src rng.Source) error {
	old, err := bind(t.Model, t.Before, t.Data, t.Backend)
	if err != nil {
		return err
	}
	defer old.Free()
	users, items := old.Embed()
	before, err := attack(t, held, users, items, src)
	if err != nil {
		return err
	}
	f, h := eval.Drop(before, m.Scores)
	m.Drop = [2]eval.Sample{f, h}
	m.keep("delta_auc", eval.AUCEstimate(f, h), true)
	return nil
}

// Against is a model beside one Retrain, pair by pair: what the two readings have in
// common cancels, so that the standard errors are far smaller than those of the two apart.
type Against struct {
	AUC      api.Estimate // forget_auc less Retrain's
	PrivLeak api.Estimate // that as a share of Retrain's
	Delta    api.Estimate // delta_auc less Retrain's: the excess leak of holding both models
}

// Against compares with a Retrain measured on the same task. ok is false where there is
// nothing to compare.
func (m *Measures) Against(retrain *Measures) (a Against, ok bool) {
	if m.Membership == nil || retrain.Membership == nil {
		return a, false
	}
	f, h := m.Scores.Z()
	gf, gh := retrain.Scores.Z()
	a.AUC = eval.AUCDifference(f, h, gf, gh)
	a.PrivLeak = eval.PrivLeak(f, h, gf, gh)
	a.Delta = eval.AUCDifference(m.Drop[0], m.Drop[1], retrain.Drop[0], retrain.Drop[1])
	return a, true
}

// Noise is the noise floor of a model against Retrains of at least three seeds.
func (m *Measures) Noise(retrains []*Measures) (eval.Noise, error) {
	var all []api.Estimates
	for _, r := range retrains {
		all = append(all, r.Estimates)
	}
	return eval.NewNoise(m.Estimates, all)
}

// Fill writes the measures into a row of the benchmark.
func (m *Measures) Fill(r *api.Row) {
	r.Valid, r.Test, r.ForgetRecall = m.Valid, m.Test, &m.ForgetRecall
	r.ForgetAUC, r.ForgetAUCRows, r.ReconAUC = m.AUC, m.AUCRows, m.Recon
	r.Estimates = m.Estimates
	if m.Membership != nil {
		r.MIAAUC = &m.Membership.Combined.Value
	}
}
