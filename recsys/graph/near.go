package graph

import (
	"math"
	"slices"

	"lethe/recsys/data"
)

// NearestTo lists up to k items nearest to item i by cosine, best first, ties to the
// smaller id, without i itself: from the lists that came with the data, else by one search, O(I·F).
func NearestTo(m data.Modality, i, k int) []int32 {
	if m.Neighbors != nil {
		near, _ := m.Neighbors.Row(i)
		near = slices.DeleteFunc(slices.Clone(near), func(j int32) bool { return j < 0 || int(j) == i })
		return near[:min(k, len(near))]
	}
	if absent(m, i) {
		return nil
	}
	type candidate struct {
		cos float64
		id  int32
	}
	var all []candidate
	for j := range m.Rows.Rows {
		if j != i && !absent(m, j) {
			all = append(all, candidate{cosine(m.Rows.Row(i), m.Rows.Row(j)), int32(j)})
		}
	}
	slices.SortStableFunc(all, func(a, b candidate) int {
		switch {
		case a.cos > b.cos:
			return -1
		case a.cos < b.cos:
			return 1
		}
		return 0
	})
	out := make([]int32, min(k, len(all)))
	for n := range out {
		out[n] = all[n].id
	}
	return out
}

func cosine(a, b []float32) float64 {
	var ab, aa, bb float64
	for c, x := range a {
		y := b[c]
		ab += float64(float64(x) * float64(y))
		aa += float64(float64(x) * float64(x))
		bb += float64(float64(y) * float64(y))
	}
	return ab / math.Sqrt(float64(aa*bb))
}
