package eval

import (
	"strings"
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// town: user 0 asks that items 0 is forgotten. Users 1 and 2 share most of what user 0
// has, users 3 to 5 do not.
func town() (*data.Dataset, *data.ForgetSet) {
	d := &data.Dataset{Train: must(6, 8, []data.Pair{
		{User: 0, Item: 0}, {User: 0, Item: 1}, {User: 0, Item: 2},
		{User: 1, Item: 1}, {User: 1, Item: 2}, {User: 2, Item: 1}, {User: 2, Item: 2}, {User: 2, Item: 3},
		{User: 3, Item: 5}, {User: 4, Item: 5}, {User: 4, Item: 6}, {User: 5, Item: 6},
	}), Valid: must(6, 8, nil), Test: must(6, 8, []data.Pair{
		{User: 0, Item: 4}, {User: 1, Item: 4}, {User: 1, Item: 7}, {User: 3, Item: 6}, {User: 4, Item: 1},
	})}
	d.UserIDs, d.ItemIDs = make([]string, 6), strings.Split("abcdefgh", "")
	d.Catalog = []data.Item{
		{Creator: "Ada", Category: []string{"A", "x"}}, {Creator: "Bo", Category: []string{"A", "y"}}, {}, {},
		{Creator: "Cy", Category: []string{"A", "x"}}, {}, {}, {Creator: "Ada"},
	}
	m := dense.New(8, 2)
	for i := range 8 {
		m.Row(i)[0], m.Row(i)[1] = 1, float32(i)
	}
	d.Modalities = []data.Modality{{Name: "image", Rows: m, Has: []bool{true, true, true, true, false, true, true, true},
		Neighbors: &data.Neighbors{K: 1, ItemID: []int32{4, 0, 0, 0, 0, 0, 0, 0}, Cos: make([]float32, 8)}}}
	return d, &data.ForgetSet{Kind: data.ForgetPairs, Pairs: []data.Pair{{User: 0, Item: 0}}}
}

func TestCohortsByHand(t *testing.T) {
	d, f := town()
	got := map[string][]data.Pair{}
	for _, c := range Cohorts(d, d, f, d.Test) {
		got[c.Name] = c.Truth.Pairs()
	}
	assert.Len(t, got[Everyone], 5)
	assert.Equal(t, []data.Pair{{User: 0, Item: 4}}, got[TouchedUsers])
	// Jaccard with user 0: user 1 2/3, user 2 2/4, others 0.
	assert.Equal(t, []data.Pair{{User: 1, Item: 4}, {User: 1, Item: 7}}, got[OverlappingUsers])
	// Item 7 has item 0's creator. Item 4 has its category only, which counts where a creator has nothing else.
	assert.Equal(t, []data.Pair{{User: 1, Item: 7}}, got[Siblings])
	assert.Equal(t, []data.Pair{{User: 0, Item: 4}, {User: 1, Item: 4}}, got[ContentNeighbors])
	assert.Len(t, got[ColdItems], 5, "no item has five interactions")
	// 5 % of six users is none.
	assert.NotContains(t, got, ActiveUsers)
	assert.Len(t, got[InactiveUsers], 5)
	// Items 1 and 2 have three interactions: the first tenth of eight items is item 1.
	assert.Equal(t, []data.Pair{{User: 4, Item: 1}}, got["popularity 1"])
}

func TestCollateralComparesWithRetrain(t *testing.T) {
	const users, items = 200, 60
	s := rng.New(1).Stream()
	var pairs []data.Pair
	for u := range users {
		for _, i := range s.Perm(items)[:2] {
			pairs = append(pairs, data.Pair{User: int32(u), Item: int32(i)})
		}
	}
	truth := must(users, items, pairs)
	// lists puts a user's true items among the first ten with a probability.
	lists := func(p func(u int) float64) Lists {
		l := Lists{K: 10}
		for u := range users {
			row := make([]int32, 0, 10)
			for _, i := range s.Perm(items) {
				want := truth.Has(u, i)
				if len(row) < 10 && (want && s.Float64() < p(u) || !want && s.Float64() < 0.3) {
					row = append(row, int32(i))
				}
			}
			for len(row) < 10 {
				row = append(row, -1)
			}
			l.Users, l.Items = append(l.Users, int32(u)), append(l.Items, row...)
		}
		return l
	}
	usual := func(int) float64 { return 0.8 }
	first := func(p data.Pair) bool { return p.User < 50 }
	var some []data.Pair
	for _, p := range pairs {
		if first(p) {
			some = append(some, p)
		}
	}
	cohorts := []Cohort{{"first", must(users, items, some)}, {Everyone, truth}, {"nobody", must(users, items, nil)}}
	golds := []Lists{lists(usual), lists(usual), lists(usual)}
	honest := NewCollateral(cohorts, lists(usual), lists(usual), golds)
	require.Len(t, honest, 2)
	for _, c := range honest {
		assert.InDelta(t, 0, c.Harm, 3, c.Cohort)
		assert.Greater(t, c.Drift.SE, 0.0)
	}
	harmed := NewCollateral(cohorts, lists(usual), lists(func(u int) float64 {
		if u < 50 {
			return 0.2
		}
		return 0.8
	}), golds)
	assert.Equal(t, 50, harmed[0].Users)
	assert.Greater(t, harmed[0].Harm, 4.0, "only this cohort pays")
	assert.Greater(t, harmed[0].Harm, harmed[1].Harm)
}

func TestListsGiveTheRankersMetrics(t *testing.T) {
	truth := must(3, 9, []data.Pair{{User: 0, Item: 3}, {User: 0, Item: 5}, {User: 2, Item: 1}})
	l := Lists{K: 5, Users: []int32{0, 1, 2}, Items: []int32{7, 3, 8, 5, 1, 0, 1, 2, 3, 4, 1, -1, -1, -1, -1}}
	m, e := l.Metrics(truth, []int{2, 5})
	tl := newTally([]int{2, 5})
	tl.add(l.Row(0), truth.Row(0))
	tl.add(l.Row(2), truth.Row(2))
	assert.Equal(t, tl.metrics(), m)
	for name, x := range m {
		assert.InDelta(t, x, e[name].Value, 1e-12, name)
	}
	assert.InDelta(t, m["ndcg@5"], l.NDCG(truth).Mean().Value, 1e-12)
	assert.InDelta(t, m["recall@5"], l.Recall(truth).Mean().Value, 1e-12)
	// Users' recalls at 2 are 1/2 and 1: SE = √(2·((−1/8)²+(1/8)²)).
	assert.InDelta(t, 0.25, e["recall@2"].SE, 1e-12)
}

func TestInterGroupFairness(t *testing.T) {
	l := Lists{K: 1, Users: []int32{0, 1, 2}, Items: []int32{4, 0, 5}}
	cohorts := []Cohort{
		{ActiveUsers, must(3, 6, []data.Pair{{User: 0, Item: 4}})},
		{InactiveUsers, must(3, 6, []data.Pair{{User: 1, Item: 4}, {User: 2, Item: 5}})},
	}
	assert.Equal(t, 0.5, InterGroupFairness(l, cohorts).Value)
}
