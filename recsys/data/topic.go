package data

import (
	"cmp"
	"math"
	"slices"
)

// topicRank says how far each item is from a topic's centre; equal numbers are
// equally far, +Inf is unrelated. The centre is an item with training
// interactions, drawn by hash. Where items have categories, nearest are those in
// the centre's category, then those in the one above it, and so on. Elsewhere
// it is the content that counts, of the first modality with neighbour lists, in the
// order in which a breadth-first search along the lists meets the items; or else of
// the first modality with features, by cosine.
type topicRank []float64

func (v *resolver) topic() (topicRank, error) {
	category := slices.ContainsFunc(v.d.Catalog, func(i Item) bool { return len(i.Category) > 0 })
	var content *Modality
	for k := range v.d.Modalities {
		m := &v.d.Modalities[k]
		if m.Neighbors != nil && (content == nil || content.Neighbors == nil) || m.Rows.Cols > 0 && content == nil {
			content = m
		}
	}
	if !category && content == nil {
		return nil, &Error{Value: string(RuleTopic), Problem: "the data set has neither categories nor features to make a topic of", Remedy: "use another rule"}
	}
	centre := v.centre(func(i int) bool {
		if category {
			return len(v.d.Catalog[i].Category) > 0
		}
		return content.Has == nil || content.Has[i]
	})
	if centre < 0 {
		return nil, &Error{Value: string(RuleTopic), Problem: "no item with interactions has a category or features", Remedy: "use another rule"}
	}
	switch {
	case category:
		return v.byCategory(centre), nil
	case content.Neighbors != nil:
		return bySearch(content.Neighbors, v.d.Items(), centre), nil
	}
	return byCosine(content, centre), nil
}

// centre draws an item among those with training interactions that are fit for it.
func (v *resolver) centre(fit func(i int) bool) int {
	_, degree := v.d.Train.Degrees()
	src, keys := v.src.Named("topic"), Keys(v.d.ItemIDs)
	best, least := -1, uint64(math.MaxUint64)
	for i, n := range degree {
		if bits := src.Key(keys[i]).Bits(); n > 0 && fit(i) && (best < 0 || bits < least) {
			best, least = i, bits
		}
	}
	return best
}

func (v *resolver) byCategory(centre int) topicRank {
	path := v.d.Catalog[centre].Category
	rank := make(topicRank, v.d.Items())
	for i, item := range v.d.Catalog {
		common := 0
		for common < min(len(path), len(item.Category)) && path[common] == item.Category[common] {
			common++
		}
		if rank[i] = float64(len(path) - common); common == 0 {
			rank[i] = math.Inf(1)
		}
	}
	return rank
}

func bySearch(n *Neighbors, items, centre int) topicRank {
	rank := make(topicRank, items)
	for i := range rank {
		rank[i] = math.Inf(1)
	}
	rank[centre] = 0
	queue := []int32{int32(centre)}
	for k := 0; k < len(queue); k++ {
		near, _ := n.Row(int(queue[k]))
		for _, j := range near {
			if j >= 0 && math.IsInf(rank[j], 1) {
				rank[j] = float64(len(queue))
				queue = append(queue, j)
			}
		}
	}
	return rank
}

func byCosine(m *Modality, centre int) topicRank {
	rank := make(topicRank, m.Rows.Rows)
	c := m.Rows.Row(centre)
	for i := range rank {
		if rank[i] = 1 - cosine(c, m.Rows.Row(i)); m.Has != nil && !m.Has[i] {
			rank[i] = math.Inf(1)
		}
	}
	return rank
}

// cosine is 0 where a vector is 0.
func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for k := range a {
		x, y := float64(a[k]), float64(b[k])
		ab += float64(x * y)
		aa += float64(x * x)
		bb += float64(y * y)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(float64(aa*bb))
}

// usersOutside ranks users by the part of their interactions that lies outside the
// topic. The topic grows, in steps of equally far items, until at least the given
// number of users have interactions in it.
func (t topicRank) usersOutside(x *Interactions, users int) []float64 {
	columns := x.Transpose()
	order := make([]int32, len(t))
	for i := range order {
		order[i] = int32(i)
	}
	slices.SortStableFunc(order, func(a, b int32) int { return cmp.Compare(t[a], t[b]) })
	inside := make([]float64, x.Users)
	touched := 0
	for k, i := range order {
		if touched >= users && t[i] != t[order[k-1]] || math.IsInf(t[i], 1) {
			break
		}
		for _, u := range columns.Row(int(i)) {
			if inside[u] == 0 {
				touched++
			}
			inside[u]++
		}
	}
	for u := range inside {
		inside[u] = 1 - inside[u]/float64(max(1, len(x.Row(u))))
	}
	return inside
}
