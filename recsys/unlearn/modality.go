package unlearn

import (
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
)

// A revoked modality. Its feature rows, neighbours and tokens go with the retain set; what is left is
// what users learnt from them. Where users have preferences of their own per channel (tokenset: user.image),
// those of everyone who had one of the items are reset and refitted on what they retain, beside the items'
// own rows, all other weights pinned: masking the content alone leaves it to be read off these rows. Where a model has no such rows, a
// few retain steps are all that can be done, and the inversion attack tells what that left.

const (
	refitSteps = 60
	refitBatch = 2048
	refitPace  = 0.1 // as a share of the entity rows' root-mean-square: the rows start from nothing
)

func forgetModality(t *Task, o options) (*Result, error) {
	p, err := resetRows(t)
	if err != nil {
		return nil, err
	}
	us := holders(t)
	live := resetChannel(t, p, us)
	l, err := beginWith(t, p)
	if err != nil {
		return nil, err
	}
	defer l.free()
	if t.Retain.Train.Len() == 0 {
		return l.run(userSteps)
	}
	if len(live) > 0 {
		for _, b := range blocks(p, t.Data.Users()) {
			if b.kind == "item" && !model.Feature(b.name) {
				live = append(live, b) // what the content said of an item, its own row has to say now
			}
		}
		if err := l.refit(us, live); err != nil {
			return nil, err
		}
	}
	l.repair(retainBatch, retainPace*l.spread)
	if err := l.apply(o, userSteps); err != nil {
		return nil, err
	}
	return l.run(userSteps)
}

// holders are the users who have one of the request's items, ascending.
func holders(t *Task) (us []int32) {
	item := marked(t.Data.Items(), t.Forget.Items)
	for u := range t.Data.Users() {
		if slices.ContainsFunc(t.Retain.Train.Row(u), func(i int32) bool { return item[i] }) {
			us = append(us, int32(u))
		}
	}
	return us
}

// resetChannel gives users fresh rows in the modality's own table and returns the table.
func resetChannel(t *Task, p *dense.Params, us []int32) (live []block) {
	only := *t
	only.Forget = &data.ForgetSet{Kind: data.ForgetUsers, Users: us}
	for _, b := range blocks(p, t.Data.Users()) {
		if b.kind != "user" || b.node != "" || b.name != "user."+t.Forget.Modality {
			continue
		}
		live = append(live, b)
		fresh := p.Clone()
		if resetInto(&only, fresh) == nil {
			copy(p.Theta[b.from:b.to], fresh.Theta[b.from:b.to])
		}
	}
	return live
}

// refit trains some users' rows of some blocks on what they retain; nothing else moves.
func (l *loop) refit(us []int32, live []block) error {
	of := marked(l.t.Data.Users(), us)
	c := &coreset{t: l.t, window: true, steps: refitSteps, negative: negatives(l.t, probeSource(l.t).Named("refit"))}
	for _, p := range l.t.Retain.Train.Pairs() {
		if of[p.User] {
			c.pairs, c.weight = append(c.pairs, p), append(c.weight, 1)
		}
	}
	if len(c.pairs) == 0 {
		return nil
	}
	l.repairWith(min(refitBatch, len(c.pairs)), refitPace*l.spread, model.Loss)
	defer func() {
		l.retain.l.Free()
		l.retain = nil
	}()
	l.retain.coreset = c
	all := blocks(l.t.Before, l.t.Data.Users())
	for range refitSteps {
		if err := pinned(l.t.Backend, l.net.Theta, all, live, l.retain.step); err != nil {
			return err
		}
	}
	return nil
}
