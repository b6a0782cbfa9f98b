package unlearn

import (
	"cmp"
	"slices"

	"lethe/recsys/data"
)

// siblings finds items that stand beside an item in the hierarchy of requests: those of
// the same category, and where there is no catalogue those of about the same popularity.
// Items that the request names, and deleted ones, are nobody's siblings.
type siblings struct {
	count   []int32
	shelf   map[string][]int32 // items by their category; "" holds all
	place   []int32            // of an item on its shelf
	of      []string           // an item's shelf
	request map[int32]bool
}

func newSiblings(t *Task) *siblings {
	_, count := t.Retain.Train.Degrees()
	_, before := t.Data.Train.Degrees()
	s := &siblings{count: before, shelf: map[string][]int32{}, place: make([]int32, t.Data.Items()), of: make([]string, t.Data.Items()), request: map[int32]bool{}}
	for _, p := range t.Forget.Pairs {
		s.request[p.Item] = true
	}
	for i := range t.Data.Items() {
		if t.Data.Catalog != nil {
			if path := t.Data.Catalog[i].Category; len(path) > 0 {
				s.of[i] = path[len(path)-1]
			}
		}
		if t.Retain.ItemIDs[i] != "" && count[i] > 0 {
			s.shelf[s.of[i]] = append(s.shelf[s.of[i]], int32(i))
		}
	}
	for i, name := range s.of {
		if len(s.shelf[name]) < 2 {
			s.of[i] = ""
		}
	}
	if len(s.shelf) > 1 { // items without a shelf of their own look at everyone
		var all []int32
		for i := range t.Data.Items() {
			if t.Retain.ItemIDs[i] != "" && count[i] > 0 {
				all = append(all, int32(i))
			}
		}
		s.shelf[""] = all
	}
	for _, list := range s.shelf {
		slices.SortFunc(list, func(a, b int32) int { return cmp.Or(cmp.Compare(s.count[a], s.count[b]), cmp.Compare(a, b)) })
	}
	return s
}

// near lists up to n siblings of item i, nearest in popularity first.
func (s *siblings) near(i int32, n int, skip func(j int32) bool) []int32 {
	list := s.shelf[s.of[i]]
	at, _ := slices.BinarySearchFunc(list, i, func(j, i int32) int {
		return cmp.Or(cmp.Compare(s.count[j], s.count[i]), cmp.Compare(j, i))
	})
	var out []int32
	for low, high := at-1, at; len(out) < n && (low >= 0 || high < len(list)); {
		var j int32
		switch {
		case low < 0 || high < len(list) && s.count[list[high]]-s.count[i] <= s.count[i]-s.count[list[low]]:
			j, high = list[high], high+1
		default:
			j, low = list[low], low-1
		}
		if j != i && !s.request[j] && !skip(j) {
			out = append(out, j)
		}
	}
	return out
}

// unseen skips what a user ever had.
func unseen(d *data.Dataset, u int32) func(j int32) bool {
	return func(j int32) bool {
		return d.Train.Has(int(u), int(j)) || d.Valid.Has(int(u), int(j)) || d.Test.Has(int(u), int(j))
	}
}
