//go:build !js || lab

package audit

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// Relearned is the relearn attack: someone who holds the weights and a few of the
// forgotten pairs trains on these and watches whether the others come back. A model that only
// hid them gives the others back; Retrain has nothing to give.
type Relearned struct {
	Known int          // forgotten pairs trained on, a tenth
	Start api.Estimate // AUC of the others against held-out pairs as released
	After api.Estimate // after ten Adam steps
	Gain  api.Estimate // After less Start, pair by pair
	// Steps is how many Adam steps on all forgotten pairs bring their AUC half the way from
	// 0.5 to what the original model had; 0 if it is there as released, MaxRelearn if it does
	// not come. The standard error is that of the AUC over its slope.
	Steps api.Estimate
}

const (
	relearnShare = 0.1
	relearnSteps = 10
	// MaxRelearn is how many steps the attack goes on for.
	MaxRelearn = 64
)

// Relearn attacks a subject. ok is false where the request leaves nothing to compare.
//
// (relearning attack: Hu et al., Unlearning or obfuscating?, ICLR 2025)
func Relearn(s Subject) (r Relearned, ok bool, err error) {
	known, rest := s.divide()
	o, err := s.open()
	if err != nil {
		return r, false, err
	}
	defer o.free()
	held := o.heldout()
	if len(known) == 0 || len(rest) == 0 || len(held) == 0 {
		return r, false, nil
	}
	g := o.gauge(rest, held)
	defer g.Free()
	start, err := g.read()
	if err != nil {
		return r, false, err
	}
	t := o.tuner(known, "relearn")
	defer t.free()
	for range relearnSteps {
		t.next()
	}
	after, err := g.read()
	if err != nil {
		return r, false, err
	}
	r = Relearned{Known: len(known), Start: start.auc(), After: after.auc(), Gain: after.less(start)}
	r.Steps, err = s.stepsBack()
	return r, err == nil, err
}

// divide splits the forgotten pairs in those that the attacker has and the others.
func (s Subject) divide() (known, rest []data.Pair) {
	src := s.source().Named("known")
	users, items := data.Keys(s.Task.Data.UserIDs), data.Keys(s.Task.Data.ItemIDs)
	for _, p := range s.Task.Forget.Pairs {
		st := src.Key(users[p.User]).Key(items[p.Item]).Stream()
		if st.Float64() < relearnShare {
			known = append(known, p)
		} else {
			rest = append(rest, p)
		}
	}
	return known, rest
}

func (s Subject) stepsBack() (api.Estimate, error) {
	original, err := Subject{s.Task, s.Task.Before, s.Task.Data}.auc()
	if err != nil {
		return api.Estimate{}, err
	}
	target := 0.5 + (original.Value-0.5)/2
	o, err := s.open()
	if err != nil {
		return api.Estimate{}, err
	}
	defer o.free()
	g := o.gauge(s.Task.Forget.Pairs, o.heldout())
	defer g.Free()
	t := o.tuner(s.Task.Forget.Pairs, "relearn all")
	defer t.free()
	var before api.Estimate
	for step := range MaxRelearn + 1 {
		if step > 0 {
			t.next()
		}
		x, err := g.read()
		if err != nil {
			return api.Estimate{}, err
		}
		e := x.auc()
		if e.Value >= target {
			if step == 0 {
				return api.Estimate{}, nil
			}
			slope := e.Value - before.Value
			at := float64(step) - (e.Value-target)/slope
			se := math.Min(e.SE/slope, MaxRelearn)
			return api.Estimate{Value: at, SE: se, Low: at - 2*se, High: at + 2*se}, nil
		}
		before = e
	}
	return api.Estimate{Value: MaxRelearn, Low: MaxRelearn, High: MaxRelearn}, nil
}

// auc is the forgetting gauge of the subject as released.
func (s Subject) auc() (api.Estimate, error) {
	o, err := s.open()
	if err != nil {
		return api.Estimate{}, err
	}
	defer o.free()
	g := o.gauge(s.Task.Forget.Pairs, o.heldout())
	defer g.Free()
	x, err := g.read()
	return x.auc(), err
}
