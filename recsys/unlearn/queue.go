package unlearn

import (
	"cmp"
	"slices"
	"strings"

	"lethe/recsys/data"
)

// A queue is requests of all kinds as they come, thousands of them. They are served in batches: within one, what is
// done depends on which requests are in it and not on the order in which they came, and a request that was served
// before, or that another one covers, does nothing.

// Queue cuts requests into batches of a size and each batch into the sets that a method can serve: users, items,
// items of one modality, interactions, in this order, at most one of each. Serve them with Sequence. again is how many
// requests had nothing left to do.
func Queue(d *data.Dataset, requests []*data.ForgetSet, size int) (sets []*data.ForgetSet, again int) {
	q := &queue{d: d, users: map[int32]bool{}, items: map[int32]bool{}, pairs: map[data.Pair]bool{}, content: map[string]map[int32]bool{}}
	for batch := range slices.Chunk(requests, max(size, 1)) {
		kinds := map[string][]*data.ForgetSet{}
		for _, f := range batch {
			kinds[order[f.Kind]+f.Modality] = append(kinds[order[f.Kind]+f.Modality], f)
		}
		var keys []string
		for k := range kinds {
			keys = append(keys, k)
		}
		slices.Sort(keys)
		for _, k := range keys {
			slices.SortStableFunc(kinds[k], func(a, b *data.ForgetSet) int { return cmp.Compare(a.Request, b.Request) })
			set := &data.ForgetSet{Kind: kinds[k][0].Kind, Modality: kinds[k][0].Modality}
			names := map[string]bool{}
			for _, f := range kinds[k] {
				if q.add(set, f) {
					names[f.Request] = true
				}
			}
			again += len(kinds[k]) - len(names)
			if len(set.Users)+len(set.Items)+len(set.Pairs) == 0 {
				continue
			}
			set.Users, set.Items = ascending(set.Users), ascending(set.Items)
			slices.SortFunc(set.Pairs, func(a, b data.Pair) int { return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Item, b.Item)) })
			set.Request = joined(names)
			sets = append(sets, set)
		}
	}
	return sets, again
}

// order is in which sets of one batch are served: what covers others comes first.
var order = map[data.Kind]string{data.ForgetUsers: "1", data.ForgetItems: "2", data.ForgetModality: "3 ", data.ForgetPairs: "4"}

// joined names a set by its requests, as many as are readable.
func joined(names map[string]bool) string {
	const most = 3
	var list []string
	for n := range names {
		list = append(list, n)
	}
	slices.Sort(list)
	if len(list) > most {
		list = append(list[:most], "…")
	}
	return strings.Join(list, " ")
}

// queue is what is gone or about to go.
type queue struct {
	d            *data.Dataset
	users, items map[int32]bool
	pairs        map[data.Pair]bool
	content      map[string]map[int32]bool // items by modality
}

// add puts into a set what of a request is not gone yet, and tells whether there was any.
func (q *queue) add(set, f *data.ForgetSet) (some bool) {
	for _, u := range f.Users {
		if !q.users[u] {
			q.users[u], some = true, true
			set.Users = append(set.Users, u)
		}
	}
	gone := q.items
	if f.Kind == data.ForgetModality {
		if gone = q.content[f.Modality]; gone == nil {
			gone = map[int32]bool{}
			q.content[f.Modality] = gone
		}
	}
	for _, i := range f.Items {
		if !gone[i] && !q.items[i] {
			gone[i], some = true, true
			set.Items = append(set.Items, i)
		}
	}
	if f.Kind != data.ForgetPairs {
		return some
	}
	for _, p := range f.Pairs {
		if !q.pairs[p] && !q.users[p.User] && !q.items[p.Item] {
			q.pairs[p], some = true, true
			set.Pairs = append(set.Pairs, p)
		}
	}
	return some
}
