package unlearn

import (
	"cmp"
	"fmt"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// A sequence is many requests one after another, each on the result of the one before: what a
// service sees. Errors of an approximate method add up in it.

// Units divides a request into the smallest ones: an interaction, a user or an item each, in an
// order that follows identifiers and src.
func Units(d *data.Dataset, f *data.ForgetSet, src rng.Source) ([]*data.ForgetSet, error) {
	var units []*data.ForgetSet
	var key []uint64
	users, items := data.Keys(d.UserIDs), data.Keys(d.ItemIDs)
	add := func(s *data.ForgetSet, k rng.Source) {
		s.Kind, s.Request = f.Kind, f.Request
		units, key = append(units, s), append(key, k.Bits())
	}
	switch f.Kind {
	case data.ForgetPairs:
		for _, p := range f.Pairs {
			add(&data.ForgetSet{Pairs: []data.Pair{p}}, src.Key(users[p.User]).Key(items[p.Item]))
		}
	case data.ForgetUsers:
		for _, u := range f.Users {
			add(&data.ForgetSet{Users: []int32{u}}, src.Key(users[u]))
		}
	case data.ForgetItems:
		for _, i := range f.Items {
			add(&data.ForgetSet{Items: []int32{i}}, src.Key(items[i]))
		}
	default:
		return nil, fmt.Errorf("a sequence is made of interactions, users or items; %s has none", f.Request)
	}
	order := make([]int, len(units))
	for k := range order {
		order[k] = k
	}
	slices.SortFunc(order, func(a, b int) int { return cmp.Compare(key[a], key[b]) })
	sorted := make([]*data.ForgetSet, len(units))
	for n, k := range order {
		sorted[n] = units[k]
	}
	return sorted, nil
}

// Join is several requests of one kind as one, whatever their order, with the interactions
// that d has of them.
func Join(d *data.Dataset, sets []*data.ForgetSet) *data.ForgetSet {
	out := &data.ForgetSet{Kind: sets[0].Kind, Request: sets[0].Request}
	for _, s := range sets {
		out.Users, out.Items = append(out.Users, s.Users...), append(out.Items, s.Items...)
		if s.Kind == data.ForgetPairs {
			out.Pairs = append(out.Pairs, s.Pairs...)
		}
	}
	out.Users, out.Items = ascending(out.Users), ascending(out.Items)
	fill(d, out)
	slices.SortFunc(out.Pairs, func(a, b data.Pair) int { return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Item, b.Item)) })
	out.Pairs = slices.Compact(out.Pairs)
	return out
}

// fill lists the interactions of a set's users or items.
func fill(d *data.Dataset, f *data.ForgetSet) {
	switch f.Kind {
	case data.ForgetUsers:
		for _, u := range f.Users {
			for _, i := range d.Train.Row(int(u)) {
				f.Pairs = append(f.Pairs, pairOf(u, i))
			}
		}
	case data.ForgetItems:
		item := marked(d.Items(), f.Items)
		for u := range d.Users() {
			for _, i := range d.Train.Row(u) {
				if item[i] {
					f.Pairs = append(f.Pairs, pairOf(int32(u), i))
				}
			}
		}
	}
}

// Sequence runs a method over requests one after another, from t's model and data. After 1, 2, 4 …
// requests and the last it calls look with how many were served, the weights, and the data that remain.
func Sequence(t *Task, m Method, units []*data.ForgetSet, look func(served int, p *dense.Params, retain *data.Dataset) error) error {
	p, d := t.Before, t.Data
	final := t.Final
	next := 1
	for k, unit := range units {
		if err := t.Observe.Tell(api.Progress{Stage: "unlearn", Done: k, Total: len(units)}); err != nil {
			return err
		}
		f := *unit
		f.Pairs = nil
		for _, x := range unit.Pairs {
			if d.Train.Has(int(x.User), int(x.Item)) {
				f.Pairs = append(f.Pairs, x) // not one that left with an earlier request
			}
		}
		fill(d, &f)
		slices.SortFunc(f.Pairs, func(a, b data.Pair) int { return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Item, b.Item)) })
		one := *t
		one.Before, one.Data, one.Forget, one.Retain, one.Observe, one.Final = p, d, &f, data.Retain(d, &f), nil, final
		one.Seed = t.Seed + uint64(k)
		if len(f.Pairs) > 0 || f.Kind == data.ForgetModality {
			if err := m.Supports(&one); err != nil {
				return err
			}
			r, err := m.Unlearn(&one)
			if err != nil {
				return fmt.Errorf("request %d of %d: %w", k+1, len(units), err)
			}
			p = r.Params
		}
		d = one.Retain
		if k+1 < next && k+1 < len(units) {
			continue
		}
		next *= 2
		if err := look(k+1, p, d); err != nil {
			return err
		}
		if final != nil { // what was at hand is out of date by now
			now := one
			now.Before, now.Data, now.Final = p, d, nil
			v, err := now.final()
			if err != nil {
				return err
			}
			final = &v
		}
	}
	return nil
}
