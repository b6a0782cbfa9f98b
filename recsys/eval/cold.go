package eval

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
)

// ColdStart measures how items that have no training interactions in d are ranked among
// themselves, for the users who have some of them in truth. A model without content ranks
// them by chance: recall@k is then k over the number of such items. Blank identifiers
// are left out. Empty metrics mean that there is nothing to rank.
func ColdStart(be backend.Backend, users, items backend.Tensor, d *data.Dataset, truth *data.Interactions, cutoffs []int, obs api.Observer) (api.Metrics, error) {
	_, degrees := d.Train.Degrees()
	warm := make([]bool, d.Items())
	for i, n := range degrees {
		warm[i] = n > 0 || d.ItemIDs[i] == ""
	}
	cold := &data.Interactions{Users: truth.Users, Items: truth.Items, Ptr: []int32{0}}
	for u := range truth.Users {
		for _, i := range truth.Row(u) {
			if !warm[i] {
				cold.Item = append(cold.Item, i)
			}
		}
		cold.Ptr = append(cold.Ptr, int32(len(cold.Item)))
	}
	longest := 0
	for _, k := range cutoffs {
		longest = max(longest, k)
	}
	r := NewRanker(be, d.Train, warm, longest)
	defer r.Free()
	return r.Metrics(users, items, cold, cutoffs, obs)
}
