package audit

import (
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
)

// Race is the relearn attack to look at: three models train step by step on equally many interactions, and after each
// step the AUC of these against held-out pairs is read. After and Retrain train on the same handful of what was
// forgotten; the control is After trained on pairs that nobody ever saw. Who has a thing in memory relearns it with
// savings: a model that only hid the handful is ahead from the start, and one that only pushed it down catches up
// faster than Retrain learns it.
//
// (savings in relearning: Ebbinghaus, Über das Gedächtnis, 1885; for unlearned models: Golatkar et al., Eternal Sunshine
// of the Spotless Net, CVPR 2020, relearn time)
type Race struct {
	Known int            // pairs that each runner trains on
	Held  int            // pairs that they are measured against
	Curve [][]float64    // by step from 0, the AUC of each runner
	Gain  []api.Estimate // of each runner, last step less first, pair by pair
	Ahead api.Estimate   // After less Retrain at step 0, pair by pair

	runners []runner
}

// The runners of a race, in order.
const (
	RaceAfter = iota
	RaceRetrain
	RaceUnseen
	raceRunners
)

// RaceSteps is how many steps a race has.
const RaceSteps = 30

// The fewest pairs that a race needs on each side, and the most that a runner trains on.
const (
	raceFewest  = 4
	raceHandful = 128
)

type runner struct {
	opened *opened
	gauge  *gauge
	tuner  *tuner
	start  reading
}

// RunRace races a subject and Retrain. ok is false where the request leaves too few pairs. obs hears of each step, with the
// runners' AUCs in Point.Race.
func RunRace(after, retrain Subject, obs api.Observer) (r *Race, ok bool, err error) {
	forgot := after.shuffled(after.Task.Forget.Pairs, "race")
	unseen := after.shuffled(eval.Heldout(after.Task.Forget, after.Task.Data.Valid), "race") // no step was taken on them
	held := eval.Heldout(after.Task.Forget, after.Task.Data.Test)
	known := min(raceHandful, max(raceFewest, len(forgot)/4), len(forgot), len(unseen))
	if known < raceFewest || len(held) < raceFewest {
		return nil, false, nil
	}
	r = &Race{Known: known, Held: len(held)}
	defer r.free()
	for _, x := range []struct {
		s     Subject
		pairs []data.Pair
	}{{after, forgot}, {retrain, forgot}, {after, unseen}} {
		o, err := x.s.open()
		if err != nil {
			return nil, false, err
		}
		r.runners = append(r.runners, runner{opened: o, gauge: o.gauge(x.pairs[:known], held), tuner: o.tuner(x.pairs[:known], "race")})
	}
	for step := range RaceSteps + 1 {
		if err := r.step(step); err != nil {
			return nil, false, err
		}
		at := r.Curve[step]
		if err := obs.Tell(api.Progress{Stage: "relearn", Done: step, Total: RaceSteps, Point: &api.Point{Step: step, Race: at}}); err != nil {
			return nil, false, err
		}
	}
	return r, true, nil
}

// step has every runner learn once, but at the start, and reads them.
func (r *Race) step(step int) error {
	at := make([]float64, raceRunners)
	for k := range r.runners {
		x := &r.runners[k]
		if step > 0 {
			x.tuner.next()
		}
		now, err := x.gauge.read()
		if err != nil {
			return err
		}
		at[k] = now.auc().Value
		switch step {
		case 0:
			x.start = now
		case RaceSteps:
			r.Gain = append(r.Gain, now.less(x.start))
		}
	}
	if step == 0 {
		r.Ahead = r.runners[RaceAfter].start.less(r.runners[RaceRetrain].start)
	}
	r.Curve = append(r.Curve, at)
	return nil
}

func (r *Race) free() {
	for _, x := range r.runners {
		x.tuner.free()
		x.gauge.Free()
		x.opened.free()
	}
	r.runners = nil
}

// shuffled is pairs in an order that depends on who and what they are, not on their numbers.
func (s Subject) shuffled(pairs []data.Pair, name string) []data.Pair {
	src := s.source().Named(name)
	users, items := data.Keys(s.Task.Data.UserIDs), data.Keys(s.Task.Data.ItemIDs)
	type keyed struct {
		data.Pair
		key uint64
	}
	all := make([]keyed, len(pairs))
	for k, p := range pairs {
		all[k] = keyed{p, src.Key(users[p.User]).Key(items[p.Item]).Bits()}
	}
	slices.SortStableFunc(all, func(a, b keyed) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return 0
	})
	out := make([]data.Pair, len(pairs))
	for k, x := range all {
		out[k] = x.Pair
	}
	return out
}
