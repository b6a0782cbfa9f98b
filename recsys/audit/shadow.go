//go:build !js || lab

package audit

import (
	"fmt"
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/train"
	"lethe/recsys/unlearn"
)

// Shadows is a membership attack that has practised. The attacker knows data, model and
// method, but not which of the pairs in question (the forgotten and the held-out ones) were
// ever trained on. For each shadow a random half of them is added to the retain set, a model is
// trained and made to forget that half again. So every pair has shadows that were trained on it
// and forgot, and shadows that never saw it; the attack is the likelihood ratio of its z in the
// audited model under the two:
//
//	Λ_p = ln N(z_p; μ_p^forgot, σ_forgot²) − ln N(z_p; μ_p^never, σ_never²)
//
// with a mean per pair and one variance per side, pooled, because shadows are few. The result is
// the AUC of Λ, forgotten against held-out pairs; 0.5 if the method's traces cannot be
// told from never having been there, and above for a trace of either sign.
//
// Cost: shadows × (a training and an unlearning). Departures: few shadows and pooled variances;
// requests for single interactions only (ok is false for others).
//
// (U-LiRA: Hayes et al., Inexact unlearning needs more careful evaluations, SaTML 2025;
// LiRA: Carlini et al., S&P 2022)
func Shadows(s Subject, method unlearn.Method, shadows int, obs api.Observer) (auc api.Estimate, ok bool, err error) {
	o, err := s.open()
	if err != nil {
		return auc, false, err
	}
	defer o.free()
	forgot, held := s.Task.Forget.Pairs, o.heldout()
	if s.Task.Forget.Kind != data.ForgetPairs || len(forgot) == 0 || len(held) == 0 {
		return auc, false, nil
	}
	if shadows < MinShadows {
		return auc, false, fmt.Errorf("%d shadow models are too few: the attack needs %d", shadows, MinShadows)
	}
	pool := append(append([]data.Pair(nil), forgot...), held...)
	target, err := zOf(o, forgot, held)
	if err != nil {
		return auc, false, err
	}
	seen := newPractice(len(pool))
	for k := range shadows {
		if err := obs.Tell(api.Progress{Stage: "audit", Done: k, Total: shadows}); err != nil {
			return auc, false, err
		}
		half, in, err := s.shadow(pool, k)
		if err != nil {
			return auc, false, err
		}
		z, err := practise(half, method, s.Task, forgot, held)
		if err != nil {
			return auc, false, err
		}
		seen.add(z, in)
	}
	ratio := seen.ratio(target)
	f := eval.Sample{Value: ratio[:len(forgot)], Unit: users(forgot)}
	h := eval.Sample{Value: ratio[len(forgot):], Unit: users(held)}
	return eval.AUCEstimate(f, h), true, nil
}

// MinShadows is how many shadows the attack needs.
const MinShadows = 4

// zOf is the z of forgotten, then held-out pairs under a subject.
func zOf(o *opened, forgot, held []data.Pair) ([]float64, error) {
	g := o.gauge(forgot, held)
	defer g.Free()
	r, err := g.read()
	return append(append([]float64(nil), r.forget.Value...), r.heldout.Value...), err
}

// shadow is the k-th shadow's task, its model not trained yet, and which pairs of the
// pool are in it. Shadows come in twos that divide the pool, so every pair is in half of them.
func (s Subject) shadow(pool []data.Pair, k int) (*unlearn.Task, []bool, error) {
	d := s.Task.Data
	src := s.source().Named("shadow").Key(uint64(k / 2))
	users, items := data.Keys(d.UserIDs), data.Keys(d.ItemIDs)
	in := make([]bool, len(pool))
	var half []data.Pair
	for n, p := range pool {
		if in[n] = src.Key(users[p.User]).Key(items[p.Item]).Bits()%2 == uint64(k%2); in[n] {
			half = append(half, p)
		}
	}
	with := *d
	var err error
	if with.Train, err = data.FromPairs(d.Users(), d.Items(), append(s.Task.Retain.Train.Pairs(), half...)); err != nil {
		return nil, nil, err
	}
	f := &data.ForgetSet{Kind: data.ForgetPairs, Request: "shadow", Pairs: within(with.Train, half)}
	t := *s.Task
	t.Data, t.Forget, t.Retain = &with, f, data.Retain(&with, f)
	t.Train.Seed += uint64(k) + 1
	return &t, in, nil
}

// within lists the pairs in the order of a matrix, user by user.
func within(x *data.Interactions, pairs []data.Pair) []data.Pair {
	mark := make(map[data.Pair]bool, len(pairs))
	for _, p := range pairs {
		mark[p] = true
	}
	var list []data.Pair
	for _, p := range x.Pairs() {
		if mark[p] {
			list = append(list, p)
		}
	}
	return list
}

// practise trains a shadow, makes it forget, and reads the pool's z off it.
func practise(t *unlearn.Task, method unlearn.Method, audited *unlearn.Task, forgot, held []data.Pair) ([]float64, error) {
	m, err := model.New(t.Model, t.Data)
	if err != nil {
		return nil, err
	}
	fitted, err := train.Fit(m, t.Data, t.Backend, t.Train, nil)
	if err != nil {
		return nil, err
	}
	t.Before, t.Observe = fitted.Params, nil
	r, err := method.Unlearn(t)
	if err != nil {
		return nil, err
	}
	// The z is that of the audited request, over the same background.
	o, err := Subject{audited, r.Params, r.Bound}.open()
	if err != nil {
		return nil, err
	}
	defer o.free()
	return zOf(o, forgot, held)
}

// practice gathers the z of every pair by side: 0 never seen, 1 seen and forgotten.
type practice struct {
	n           [2][]float64
	sum, square [2][]float64
}

func newPractice(pairs int) *practice {
	p := &practice{}
	for side := range 2 {
		p.n[side], p.sum[side], p.square[side] = make([]float64, pairs), make([]float64, pairs), make([]float64, pairs)
	}
	return p
}

func (p *practice) add(z []float64, in []bool) {
	for k, x := range z {
		side := 0
		if in[k] {
			side = 1
		}
		p.n[side][k]++
		p.sum[side][k] += x
		p.square[side][k] += x * x
	}
}

// ratio is Λ of every pair.
func (p *practice) ratio(z []float64) []float64 {
	var variance [2]float64
	for side := range 2 {
		var within, free float64
		for k, n := range p.n[side] {
			if n > 1 {
				within += p.square[side][k] - p.sum[side][k]*p.sum[side][k]/n
				free += n - 1
			}
		}
		variance[side] = max(within/max(free, 1), 1e-6)
	}
	out := make([]float64, len(z))
	for k, x := range z {
		var l [2]float64
		for side := range 2 {
			n := p.n[side][k]
			if n == 0 {
				continue
			}
			// The mean of n shadows is itself uncertain.
			v := variance[side] * (1 + 1/n)
			d := x - p.sum[side][k]/n
			l[side] = -(d*d/v + math.Log(v)) / 2
		}
		out[k] = l[1] - l[0]
	}
	return out
}
