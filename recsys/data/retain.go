package data

import (
	"slices"

	"lethe/recsys/dense"
)

// Retain returns the data set without what f names; d stays as it is, and the
// result shares with it what did not change. Users and items keep their numbers,
// so that every matrix keeps its shape.
//
//	users     all their interactions go, also those of validation and test, and the times of all; their
//	          identifiers are emptied
//	items     all interactions with them go, from all three parts; identifier and
//	          catalogue entry are emptied, in every modality the row becomes 0, Has
//	          false, and no neighbour list names them
//	pairs     the training interactions go
//	modality  in this modality the items' rows become 0, Has false, and no neighbour
//	          list names them; the catalogue stays, but that the path of a revoked image is emptied
//
// Neighbour lists that lose an item close up and end in -1: they are not filled
// from behind, because the features they came from may not be in the data.
// A user or item left without interactions stays, cold.
//
// Retain(Retain(d, f), f) equals Retain(d, f).
func Retain(d *Dataset, f *ForgetSet) *Dataset {
	out := *d
	switch f.Kind {
	case ForgetUsers:
		gone := marks(d.Users(), f.Users)
		drop := func(u int, _ int32) bool { return gone[u] }
		out.Train, out.Valid, out.Test = d.Train.without(drop), d.Valid.without(drop), d.Test.without(drop)
		out.UserIDs = emptied(d.UserIDs, f.Users)
	case ForgetItems:
		gone := marks(d.Items(), f.Items)
		drop := func(_ int, i int32) bool { return gone[i] }
		out.Train, out.Valid, out.Test = d.Train.without(drop), d.Valid.without(drop), d.Test.without(drop)
		out.ItemIDs = emptied(d.ItemIDs, f.Items)
		out.Catalog = emptied(d.Catalog, f.Items)
		out.Modalities = slices.Clone(d.Modalities)
		for k, m := range out.Modalities {
			out.Modalities[k] = m.without(f.Items, gone)
		}
	case ForgetPairs:
		out.Train = d.Train.without(func(u int, i int32) bool {
			_, found := slices.BinarySearchFunc(f.Pairs, Pair{int32(u), i}, comparePairs)
			return found
		})
	case ForgetModality:
		out.Modalities = slices.Clone(d.Modalities)
		for k, m := range out.Modalities {
			if m.Name == f.Modality {
				out.Modalities[k] = m.without(f.Items, marks(d.Items(), f.Items))
			}
		}
		if f.Modality == "image" && d.Catalog != nil {
			out.Catalog = slices.Clone(d.Catalog)
			for _, i := range f.Items {
				out.Catalog[i].Image = ""
			}
		}
	default:
		panic("data: forget set of no kind")
	}
	out.Events = eventsOf(d.Events, out.Train)
	return &out
}

func marks(n int, list []int32) []bool {
	m := make([]bool, n)
	for _, k := range list {
		m[k] = true
	}
	return m
}

// emptied returns a copy with zero values at the listed places. nil stays nil.
func emptied[T any](all []T, list []int32) []T {
	if all == nil {
		return nil
	}
	out := slices.Clone(all)
	for _, k := range list {
		var zero T
		out[k] = zero
	}
	return out
}

// without leaves out what drop says.
func (x *Interactions) without(drop func(u int, i int32) bool) *Interactions {
	out := &Interactions{Users: x.Users, Items: x.Items, Ptr: make([]int32, x.Users+1), Item: make([]int32, 0, x.Len())}
	for u := range x.Users {
		for _, i := range x.Row(u) {
			if !drop(u, i) {
				out.Item = append(out.Item, i)
			}
		}
		out.Ptr[u+1] = int32(len(out.Item))
	}
	return out
}

// without removes the listed items' content; gone marks the same items.
func (m Modality) without(list []int32, gone []bool) Modality {
	m.Rows = dense.Matrix{Rows: m.Rows.Rows, Cols: m.Rows.Cols, Data: slices.Clone(m.Rows.Data)}
	has := m.Has
	m.Has = make([]bool, m.Rows.Rows)
	for i := range m.Has {
		m.Has[i] = !gone[i] && (has == nil || has[i])
	}
	for _, i := range list {
		clear(m.Rows.Row(int(i)))
	}
	if m.Neighbors != nil {
		m.Neighbors = m.Neighbors.without(gone)
	}
	return m
}

func (n *Neighbors) without(gone []bool) *Neighbors {
	out := &Neighbors{K: n.K, ItemID: make([]int32, 0, len(n.ItemID)), Cos: make([]float32, 0, len(n.Cos))}
	for i := range gone {
		ids, cos := n.Row(i)
		for k, j := range ids {
			if j >= 0 && !gone[i] && !gone[j] {
				out.ItemID, out.Cos = append(out.ItemID, j), append(out.Cos, cos[k])
			}
		}
		for len(out.ItemID) < (i+1)*n.K {
			out.ItemID, out.Cos = append(out.ItemID, -1), append(out.Cos, 0)
		}
	}
	return out
}
