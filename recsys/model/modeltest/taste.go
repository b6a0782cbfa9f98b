package modeltest

import (
	"fmt"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// Taste is a data set in which users choose by latent taste and noise, so that a model
// both generalises and memorises: rank-4 affinities, the noise as large as the taste. Each
// user takes per items; about 70 % train, 15 % validation, 15 % test. Items carry one
// modality that shows their latent factors through noise.
func Taste(users, items, per int, seed uint64) *data.Dataset {
	const rank = 4
	src := rng.New(seed)
	factor := func(name string, n int) dense.Matrix {
		s := src.Named(name).Stream()
		m := dense.New(n, rank)
		for k := range m.Data {
			m.Data[k] = float32(s.Normal())
		}
		return m
	}
	p, q := factor("user", users), factor("item", items)
	d := &data.Dataset{Name: "taste"}
	for u := range users {
		d.UserIDs = append(d.UserIDs, fmt.Sprint("u", u))
	}
	for i := range items {
		d.ItemIDs = append(d.ItemIDs, fmt.Sprint("i", i))
	}
	var train, valid, test []data.Pair
	for u := range users {
		for k, i := range favourites(src.Named("noise").Key(uint64(u)).Stream(), p.Row(u), q, per) {
			x := data.Pair{User: int32(u), Item: int32(i)}
			switch k % 7 {
			case 3:
				valid = append(valid, x)
			case 6:
				test = append(test, x)
			default:
				train = append(train, x)
			}
		}
	}
	d.Train, d.Valid, d.Test = mustCSR(users, items, train), mustCSR(users, items, valid), mustCSR(users, items, test)
	s := src.Named("feature").Stream()
	rows := dense.New(items, 8)
	for i := range items {
		for c := range rows.Row(i) {
			rows.Row(i)[c] = q.Row(i)[c%rank] + float32(0.5*s.Normal())
		}
	}
	d.Modalities = []data.Modality{{Name: "image", Rows: rows}}
	return d
}

// favourites returns the items with the highest noisy affinity, in random order.
func favourites(s rng.Stream, taste []float32, items dense.Matrix, n int) []int {
	type scored struct {
		x float64
		i int
	}
	all := make([]scored, items.Rows)
	for i := range all {
		x := 0.0
		for c, w := range items.Row(i) {
			x += float64(w) * float64(taste[c])
		}
		all[i] = scored{x + 2*s.Normal(), i}
	}
	slices.SortFunc(all, func(a, b scored) int {
		if a.x > b.x {
			return -1
		}
		return 1
	})
	best := make([]int, n)
	for k, at := range s.Perm(n) {
		best[k] = all[at].i
	}
	return best
}
