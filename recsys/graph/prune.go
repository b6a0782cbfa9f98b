package graph

import (
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/math32"
	"lethe/recsys/rng"
)

// Prune keeps round-down(keep·|D|) interactions drawn without replacement with
// probability proportional to 1/√(d_u·d_i), FREEDOM's degree-sensitive edge pruning.
//
// Each edge draws the key −ln(U)·√(d_u·d_i) from a stream of its own (user key, item key) and the
// smallest keys stay (exponential race, the same law as successive weighted draws), so
// that forgetting an edge changes no other edge's key but through degrees.
func Prune(x *data.Interactions, keep float64, src rng.Source, users, items []uint64) *data.Interactions {
	n := int(keep * float64(x.Len()))
	weight := Forward(x)
	type drawn struct {
		key  float32
		edge int32
	}
	all := make([]drawn, x.Len())
	for u := range x.Users {
		row := src.Key(users[u])
		for e := x.Ptr[u]; e < x.Ptr[u+1]; e++ {
			s := row.Key(items[x.Item[e]]).Stream()
			all[e] = drawn{-math32.Log(1-s.Float32()) / weight.Val[e], e}
		}
	}
	slices.SortFunc(all, func(a, b drawn) int {
		switch {
		case a.key < b.key:
			return -1
		case a.key > b.key:
			return 1
		}
		return int(a.edge - b.edge)
	})
	stays := make([]bool, x.Len())
	for _, d := range all[:n] {
		stays[d.edge] = true
	}
	out := &data.Interactions{Users: x.Users, Items: x.Items, Ptr: make([]int32, 1, x.Users+1), Item: make([]int32, 0, n)}
	for u := range x.Users {
		for e := x.Ptr[u]; e < x.Ptr[u+1]; e++ {
			if stays[e] {
				out.Item = append(out.Item, x.Item[e])
			}
		}
		out.Ptr = append(out.Ptr, int32(len(out.Item)))
	}
	return out
}
