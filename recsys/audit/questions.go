//go:build !js || lab

package audit

import (
	"math"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/graph"
	"lethe/recsys/rank"
	"lethe/recsys/rng"
)

// probing is what the questions need of a subject.
type probing struct {
	Subject
	v       eval.Vectors
	fold    *rank.FoldIn
	banned  []bool
	columns *data.Interactions // items×users of the retain set
	near    map[int32][]int32  // of each target item: the most similar retained items
	others  map[int32][]int32  // of each user: the forgotten items
	noise   rng.Source
}

// similar is how many similar items are looked up.
const similar = 10

func (s Subject) probing() (*probing, error) {
	o, err := s.open()
	if err != nil {
		return nil, err
	}
	defer o.free()
	v, err := o.vectors()
	if err != nil {
		return nil, err
	}
	x := &probing{
		Subject: s, v: v, banned: o.banned(), columns: s.Task.Retain.Train.Transpose(),
		near: map[int32][]int32{}, others: map[int32][]int32{}, noise: s.source().Named("re-upload"),
	}
	x.fold = rank.NewFoldIn(v.Items, x.banned)
	for _, p := range s.Task.Forget.Pairs {
		x.others[p.User] = append(x.others[p.User], p.Item)
	}
	return x, nil
}

// gone tells whether an item is offered to nobody.
func (x *probing) gone(i int32) bool { return x.banned != nil && x.banned[i] }

// history is what the user has left.
func (x *probing) history(u int32) []int32 { return x.Task.Retain.Train.Row(int(u)) }

// similar lists the retained items nearest to an item: by content, of the data before
// the request, where there is any, else by the model's own vectors.
func (x *probing) similar(i int32) []int32 {
	if list, ok := x.near[i]; ok {
		return list
	}
	var list []int32
	if len(x.Task.Data.Modalities) > 0 {
		list = graph.NearestTo(x.Task.Data.Modalities[0], int(i), 2*similar)
	}
	if len(list) == 0 {
		list = x.nearest(func(j int32) float64 { return cosine(x.v.Items.Row(int(i)), x.v.Items.Row(int(j))) }, i, 2*similar)
	}
	list = slices.DeleteFunc(slices.Clone(list), x.gone)
	x.near[i] = list[:min(similar, len(list))]
	return x.near[i]
}

// nearest lists the k retained items of highest score, leaving out item i.
func (x *probing) nearest(score func(j int32) float64, i int32, k int) []int32 {
	type scored struct {
		s float64
		j int32
	}
	var best []scored
	for j := range int32(x.v.Items.Rows) {
		if j == i || x.gone(j) {
			continue
		}
		s := scored{score(j), j}
		at := len(best)
		for at > 0 && best[at-1].s < s.s {
			at--
		}
		if at < k {
			best = slices.Insert(best, at, s)
			best = best[:min(k, len(best))]
		}
	}
	list := make([]int32, len(best))
	for n, b := range best {
		list[n] = b.j
	}
	return list
}

// questions are the nine types of RWKU (its name in brackets), after the plain question
// and the list "because you liked".
var questions = []question{
	{"plain", "what would the user like?", func(x *probing, p data.Pair) (float64, bool) {
		return x.rank(x.v.Users.Row(int(p.User)), p), true
	}},
	{"because you liked", "what goes with what the user has left?", func(x *probing, p data.Pair) (float64, bool) {
		c := centroid(x.v.Items, x.history(p.User))
		return x.rankOr(c, p)
	}},
	{"clone", "what would somebody like who took three similar items? (prefix injection)", func(x *probing, p data.Pair) (float64, bool) {
		return x.rankOr(x.folded(nil, x.similar(p.Item), 3), p)
	}},
	{"siblings appended", "and if the user had taken three similar items as well? (affirmative suffix)", func(x *probing, p data.Pair) (float64, bool) {
		return x.rankOr(x.folded(x.history(p.User), x.similar(p.Item), 3), p)
	}},
	{"persona", "what would the average of those like who took it? (role playing)", func(x *probing, p data.Pair) (float64, bool) {
		return x.rankOr(centroid(x.v.Users, x.columns.Row(int(p.Item))), p)
	}},
	{"forced choice", "which of these four would the user take? (multiple choice)", forcedChoice},
	{"reverse", "who would like this item? (reverse query)", reverse},
	{"re-upload", "what if it comes back under a new name, a little changed? (synonym manipulation)", reupload},
	{"restricted", "what would the user like of this kind? (background hint)", restricted},
	{"few-shot", "the user took these of what is forgotten: what else? (in-context learning)", func(x *probing, p data.Pair) (float64, bool) {
		shots := slices.DeleteFunc(slices.Clone(x.others[p.User]), func(i int32) bool { return i == p.Item })
		return x.rankOr(x.folded(x.history(p.User), shots, 3), p)
	}},
	{"cross-modal", "what looks like what reads like it? (cross-lingual)", crossModal},
}

func (x *probing) rankOr(user []float32, p data.Pair) (float64, bool) {
	if user == nil {
		return 0, false
	}
	return x.rank(user, p), true
}

// folded is a user with a history and up to n more items; nil without any of the more.
func (x *probing) folded(history, more []int32, n int) []float32 {
	more = more[:min(n, len(more))]
	if len(more) == 0 {
		return nil
	}
	all := slices.Concat(history, more)
	slices.Sort(all)
	return x.fold.User(slices.Compact(all))
}

func forcedChoice(x *probing, p data.Pair) (float64, bool) {
	user := x.v.Users.Row(int(p.User))
	own, rank, n := dot(user, x.v.Items.Row(int(p.Item))), 1.0, 0
	for _, j := range x.similar(p.Item) {
		if n < 3 && !x.had(p.User, j) {
			n++
			rank += above(dot(user, x.v.Items.Row(int(j))), own)
		}
	}
	return rank, n == 3
}

func reverse(x *probing, p data.Pair) (float64, bool) {
	item := x.v.Items.Row(int(p.Item))
	own, rank := dot(x.v.Users.Row(int(p.User)), item), 1.0
	for u := range int32(x.v.Users.Rows) {
		if u != p.User && !x.had(u, p.Item) {
			rank += above(dot(x.v.Users.Row(int(u)), item), own)
		}
	}
	return rank, true
}

// reupload gives the item the mean vector of those that resemble its features plus
// noise of a tenth of their length.
func reupload(x *probing, p data.Pair) (float64, bool) {
	if len(x.Task.Data.Modalities) == 0 {
		return 0, false
	}
	m := x.Task.Data.Modalities[0]
	if m.Has != nil && !m.Has[p.Item] || m.Rows.Cols == 0 {
		return 0, false
	}
	changed := slices.Clone(m.Rows.Row(int(p.Item)))
	s := x.noise.Key(uint64(p.Item)).Stream()
	scale := 0.1 * math.Sqrt(dot(changed, changed)/float64(len(changed)))
	for c := range changed {
		changed[c] += float32(scale * s.Normal())
	}
	like := x.nearest(func(j int32) float64 {
		if m.Has != nil && !m.Has[j] {
			return -2
		}
		return cosine(changed, m.Rows.Row(int(j)))
	}, p.Item, similar)
	return x.rankAs(x.v.Users.Row(int(p.User)), centroid(x.v.Items, like), p), true
}

// restricted ranks within the item's category, or among its neighbours by content.
func restricted(x *probing, p data.Pair) (float64, bool) {
	user := x.v.Users.Row(int(p.User))
	own, rank, n := dot(user, x.v.Items.Row(int(p.Item))), 1.0, 0
	count := func(j int32) {
		if j != p.Item && !x.gone(j) && !x.had(p.User, j) {
			n++
			rank += above(dot(user, x.v.Items.Row(int(j))), own)
		}
	}
	catalog := x.Task.Data.Catalog
	if catalog == nil || len(catalog[p.Item].Category) == 0 {
		for _, j := range x.similar(p.Item) {
			count(j)
		}
		return rank, n > 0
	}
	for j := range catalog {
		if slices.Equal(catalog[j].Category, catalog[p.Item].Category) {
			count(int32(j))
		}
	}
	return rank, n > 0
}

// crossModal goes from the item's neighbours in one modality to their neighbours in
// another, and asks with the mean vector of these.
func crossModal(x *probing, p data.Pair) (float64, bool) {
	ms := x.Task.Data.Modalities
	if len(ms) < 2 {
		return 0, false
	}
	var reached []int32
	for _, j := range graph.NearestTo(ms[1], int(p.Item), 3) {
		for _, k := range graph.NearestTo(ms[0], int(j), 3) {
			if k != p.Item && !x.gone(k) {
				reached = append(reached, k)
			}
		}
	}
	c := centroid(x.v.Items, reached)
	if c == nil {
		return 0, false
	}
	own, rank := cosine(c, x.v.Items.Row(int(p.Item))), 1.0
	for j := range int32(x.v.Items.Rows) {
		if j != p.Item && !x.gone(j) {
			rank += above(cosine(c, x.v.Items.Row(int(j))), own)
		}
	}
	return rank, true
}
