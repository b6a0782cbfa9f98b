//go:build !js || lab

package audit

import (
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/graph"
	"lethe/recsys/rank"
)

// Reinfer guesses the forgotten from what remains and nothing else: a user from the
// items that are left, a deleted user from the users who had most in common, a deleted item from
// its siblings. The result is the AUC of the guess's z, forgotten against held-out
// pairs. Some of it is always there, in Retrain as well: taste generalises. More than Retrain's
// is memory in what was left behind. ok is false where there is nothing to compare.
func Reinfer(s Subject) (auc api.Estimate, ok bool, err error) {
	o, err := s.open()
	if err != nil {
		return auc, false, err
	}
	defer o.free()
	forgot, held := s.Task.Forget.Pairs, o.heldout()
	if len(forgot) == 0 || len(held) == 0 {
		return auc, false, nil
	}
	v, err := o.vectors()
	if err != nil {
		return auc, false, err
	}
	g := &guesser{Subject: s, v: v, banned: o.banned(), byItem: s.Task.Forget.Kind == data.ForgetItems, memo: map[int32]guess{}}
	g.fold = rank.NewFoldIn(v.Items, g.banned)
	f, h := g.sample(forgot), g.sample(held)
	if len(f.Value) == 0 || len(h.Value) == 0 {
		return auc, false, nil
	}
	return eval.AUCEstimate(f, h), true, nil
}

// guesser rebuilds users from what remains, items for an item request.
type guesser struct {
	Subject
	v        eval.Vectors
	fold     *rank.FoldIn
	banned   []bool
	byItem   bool
	memo     map[int32]guess
	byColumn *data.Interactions
}

// guess is a rebuilt vector and the mean and deviation of its scores over the other side.
type guess struct {
	vector   []float32
	mean, sd float64
}

func (g *guesser) sample(pairs []data.Pair) (s eval.Sample) {
	for _, p := range pairs {
		id, other := p.User, g.v.Items.Row(int(p.Item))
		if g.byItem {
			id, other = p.Item, g.v.Users.Row(int(p.User))
		}
		x := g.guess(id)
		if x.vector == nil || x.sd == 0 {
			continue
		}
		s.Value, s.Unit = append(s.Value, (dot(x.vector, other)-x.mean)/x.sd), append(s.Unit, p.User)
	}
	return s
}

func (g *guesser) guess(id int32) guess {
	if x, ok := g.memo[id]; ok {
		return x
	}
	x := guess{}
	side := g.v.Items
	switch {
	case g.byItem:
		x.vector, side = centroid(g.v.Items, g.siblings(id)), g.v.Users
	case g.Task.Forget.Kind == data.ForgetUsers:
		x.vector = centroid(g.v.Users, g.lookalikes(id))
	default:
		if left := g.Task.Retain.Train.Row(int(id)); len(left) > 0 {
			x.vector = g.fold.User(left)
		}
	}
	if x.vector != nil {
		n := 0.0
		for r := range side.Rows {
			if !g.byItem && g.banned != nil && g.banned[r] {
				continue
			}
			s := dot(x.vector, side.Row(r))
			x.mean, x.sd, n = x.mean+s, x.sd+s*s, n+1
		}
		x.mean /= n
		x.sd = math.Sqrt(max(x.sd/n-x.mean*x.mean, 0))
	}
	g.memo[id] = x
	return x
}

// lookalikeCount is how many users or items stand in for a deleted one.
const lookalikeCount = 10

// siblings are the retained items nearest by content, or those of the same creator.
func (g *guesser) siblings(i int32) []int32 {
	d := g.Task.Data
	var list []int32
	if len(d.Modalities) > 0 {
		list = graph.NearestTo(d.Modalities[0], int(i), 2*lookalikeCount)
	}
	if len(list) == 0 && d.Catalog != nil {
		for j := range d.Catalog {
			if int32(j) != i && d.Catalog[j].Creator == d.Catalog[i].Creator && d.Catalog[i].Creator != "" {
				list = append(list, int32(j))
			}
		}
	}
	list = slices.DeleteFunc(slices.Clone(list), func(j int32) bool { return g.banned != nil && g.banned[j] })
	return list[:min(lookalikeCount, len(list))]
}

// lookalikes are the remaining users who have most in common with a deleted one.
func (g *guesser) lookalikes(u int32) []int32 {
	common := map[int32]int{}
	columns := g.columns()
	for _, i := range g.Task.Data.Train.Row(int(u)) {
		for _, w := range columns.Row(int(i)) {
			common[w]++
		}
	}
	var list []int32
	for w := range common {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b int32) int {
		if common[a] != common[b] {
			return common[b] - common[a]
		}
		return int(a - b)
	})
	return list[:min(lookalikeCount, len(list))]
}

// columns are the retained users of every item.
func (g *guesser) columns() *data.Interactions {
	if g.byColumn == nil {
		g.byColumn = g.Task.Retain.Train.Transpose()
	}
	return g.byColumn
}
