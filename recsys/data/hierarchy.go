package data

import "slices"

// Requests stand in a hierarchy,
//
//	licensor > creator > item > asset (a modality of it)        user > session > interaction
//
// and what stands beside a request, under the same parent, is its siblings: what a method is most likely to
// harm, and has to protect. Siblings of
//
//	an item's modality      the item's creator's other items that have it
//	items                   other items of their creators; without any, of their innermost categories
//	all items of a creator  other creators' items under the same licences
//	interactions            the user's others in the same sessions; without times, all their others
//	users                   nobody: a user has no parent
//
// Beside lists the training interactions of d with a request's siblings, ordered by user, then item.
func Beside(d *Dataset, f *ForgetSet) []Pair {
	switch f.Kind {
	case ForgetPairs:
		return besidePairs(d, f.Pairs)
	case ForgetItems, ForgetModality:
		mark := besideItems(d, f)
		var out []Pair
		for _, p := range d.Train.Pairs() {
			if mark[p.Item] {
				out = append(out, p)
			}
		}
		return out
	}
	return nil
}

// SiblingItems marks the items beside those of a request; for interactions, beside their items.
func SiblingItems(d *Dataset, f *ForgetSet) []bool { return besideItems(d, f) }

// besidePairs are the retained interactions of the users, in the sessions that the request touches.
func besidePairs(d *Dataset, gone []Pair) []Pair {
	var out []Pair
	for from := 0; from < len(gone); {
		to := from
		for to < len(gone) && gone[to].User == gone[from].User {
			to++
		}
		u := gone[from].User
		mine := func(p Pair) bool {
			_, ok := slices.BinarySearchFunc(gone[from:to], p, comparePairs)
			return ok
		}
		var near []Pair
		for _, s := range d.sessions(u) {
			if slices.ContainsFunc(s, func(e Event) bool { return mine(e.Pair) }) {
				near = append(near, pairsOf(s)...)
			}
		}
		near = slices.DeleteFunc(near, mine)
		if len(near) == 0 {
			for _, i := range d.Train.Row(int(u)) {
				if p := (Pair{u, i}); !mine(p) {
					near = append(near, p)
				}
			}
		}
		slices.SortFunc(near, comparePairs)
		out, from = append(out, near...), to
	}
	return out
}

// besideItems climbs one level from the request and marks what else is there.
func besideItems(d *Dataset, f *ForgetSet) []bool {
	mark, named := make([]bool, d.Items()), make([]bool, d.Items())
	if d.Catalog == nil {
		return mark
	}
	for _, i := range f.Items {
		named[i] = true
	}
	if len(f.Items) == 0 {
		for _, p := range f.Pairs {
			named[p.Item] = true
		}
	}
	var m *Modality
	if f.Kind == ForgetModality {
		m = d.Modality(f.Modality)
	}
	// climb marks what has one of the parents that the request's items have at a level.
	climb := func(parent func(Item) string, all func(Item) []string) (found bool) {
		parents := map[string]bool{}
		for i, item := range d.Catalog {
			if p := parent(item); named[i] && p != "" {
				parents[p] = true
			}
		}
		for i, item := range d.Catalog {
			has := m == nil || m.Has == nil || m.Has[i]
			mark[i] = !named[i] && d.ItemIDs[i] != "" && has && slices.ContainsFunc(all(item), func(p string) bool { return parents[p] })
			found = found || mark[i]
		}
		return found
	}
	only := func(parent func(Item) string) func(Item) []string {
		return func(i Item) []string { return []string{parent(i)} }
	}
	category := func(above int) func(Item) string {
		return func(i Item) string {
			if len(i.Category) <= above {
				return ""
			}
			return subtrees(i)[len(i.Category)-1-above]
		}
	}
	creator, licence := func(i Item) string { return i.Creator }, func(i Item) string { return i.Licence }
	// A level that the request covers whole has nothing beside it: the next one up has.
	_ = climb(creator, only(creator)) || climb(licence, only(licence)) || climb(category(0), subtrees) || climb(category(1), subtrees)
	return mark
}
