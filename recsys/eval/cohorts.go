package eval

import (
	"fmt"
	"math"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/graph"
)

// Cohort is a part of the held-out pairs: some users', or some items'.
type Cohort struct {
	Name  string
	Truth *data.Interactions // users×items
}

// Names of cohorts. Deciles are called "popularity 1" (the most popular tenth of the
// items) to "popularity 10".
const (
	Everyone         = "everyone"
	TouchedUsers     = "touched users"     // who lost interactions
	OverlappingUsers = "overlapping users" // not touched, Jaccard above 0.2 with a touched one
	ActiveUsers      = "active users"      // the 5 % with the most training interactions
	InactiveUsers    = "inactive users"    // all others
	Siblings         = "siblings"          // items under the same parent, as data.SiblingItems has it
	ContentNeighbors = "content neighbours"
	ColdItems        = "cold items" // fewer than five training interactions
)

const (
	overlapping   = 0.2  // Jaccard, after the locality set of RWKU
	activeShare   = 0.05 // Li et al., User-oriented Fairness in Recommendation, WWW 2021
	coldBelow     = 5    // below the 5-core of the usual data sets
	contentK      = 10
	contentSearch = 200 // named items whose neighbours are searched where no lists came with the data
)

// Cohorts divides truth, held-out pairs of the retain set, by nearness to a request.
// Cohorts without a pair are left out.
func Cohorts(d, retain *data.Dataset, f *data.ForgetSet, truth *data.Interactions) []Cohort {
	named := namedItems(d, f)
	touched, near := Nearness(d, f)
	userCount, itemCount := retain.Train.Degrees()
	active := largestShare(userCount, activeShare)
	var all []Cohort
	add := func(name string, keep func(u int, i int32) bool) {
		if c := pick(truth, keep); c.Len() > 0 {
			all = append(all, Cohort{name, c})
		}
	}
	byUser := func(name string, mark []bool, want bool) {
		add(name, func(u int, _ int32) bool { return mark[u] == want })
	}
	byItem := func(name string, mark []bool) { add(name, func(_ int, i int32) bool { return mark[i] }) }
	add(Everyone, func(int, int32) bool { return true })
	byUser(TouchedUsers, touched, true)
	byUser(OverlappingUsers, near, true)
	byUser(ActiveUsers, active, true)
	byUser(InactiveUsers, active, false)
	byItem(Siblings, data.SiblingItems(d, f))
	byItem(ContentNeighbors, contentNeighbours(d, named))
	cold := make([]bool, d.Items())
	for i, n := range itemCount {
		cold[i] = n < coldBelow
	}
	byItem(ColdItems, cold)
	for k, mark := range deciles(itemCount) {
		byItem(fmt.Sprintf("popularity %d", k+1), mark)
	}
	return all
}

// namedItems marks the items of a request, or those of its pairs.
func namedItems(d *data.Dataset, f *data.ForgetSet) []bool {
	mark := make([]bool, d.Items())
	for _, i := range f.Items {
		mark[i] = true
	}
	if len(f.Items) == 0 {
		for _, p := range f.Pairs {
			mark[p.Item] = true
		}
	}
	return mark
}

func pick(x *data.Interactions, keep func(u int, i int32) bool) *data.Interactions {
	out := &data.Interactions{Users: x.Users, Items: x.Items, Ptr: make([]int32, 1, x.Users+1)}
	for u := range x.Users {
		for _, i := range x.Row(u) {
			if keep(u, i) {
				out.Item = append(out.Item, i)
			}
		}
		out.Ptr = append(out.Ptr, int32(len(out.Item)))
	}
	return out
}

// overlap marks users who are not touched and whose items are much those of a touched
// one.
func overlap(x *data.Interactions, touched []bool) []bool {
	columns := x.Transpose()
	mark := make([]bool, x.Users)
	common := make([]int, x.Users)
	var met []int32
	for t, yes := range touched {
		if !yes {
			continue
		}
		met = met[:0]
		for _, i := range x.Row(t) {
			for _, u := range columns.Row(int(i)) {
				if common[u] == 0 {
					met = append(met, u)
				}
				common[u]++
			}
		}
		for _, u := range met {
			union := len(x.Row(t)) + len(x.Row(int(u))) - common[u]
			if !touched[u] && float64(common[u]) > overlapping*float64(union) {
				mark[u] = true
			}
			common[u] = 0
		}
	}
	return mark
}

// largestShare marks the given share of places with the largest counts, ties to the
// first.
func largestShare(count []int32, share float64) []bool {
	mark := make([]bool, len(count))
	for _, k := range descending(count)[:int(math.Round(share*float64(len(count))))] {
		mark[k] = true
	}
	return mark
}

func descending(count []int32) []int {
	order := make([]int, len(count))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(count[b]) - int(count[a]) })
	return order
}

// deciles marks ten equal parts of the items, the most popular first.
func deciles(count []int32) [][]bool {
	parts := make([][]bool, 10)
	for k := range parts {
		parts[k] = make([]bool, len(count))
	}
	for at, i := range descending(count) {
		parts[at*10/len(count)][i] = true
	}
	return parts
}

// contentNeighbours marks the ten nearest items by content of each named one, in any
// modality, that are not named themselves.
func contentNeighbours(d *data.Dataset, named []bool) []bool {
	mark := make([]bool, d.Items())
	var list []int
	for i, yes := range named {
		if yes {
			list = append(list, i)
		}
	}
	for _, m := range d.Modalities {
		step := 1
		if m.Neighbors == nil {
			step = max(1, (len(list)+contentSearch-1)/contentSearch)
		}
		for at := 0; at < len(list); at += step {
			for _, j := range graph.NearestTo(m, list[at], contentK) {
				if !named[j] {
					mark[j] = true
				}
			}
		}
	}
	return mark
}
