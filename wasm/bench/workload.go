//go:build js && wasm

package main

import (
	"fmt"
	"math"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// shape is the size of a data set.
type shape struct{ users, items, pairs int }

// The demo catalogue's shape and that of Amazon Baby, 5-core.
var (
	small = shape{2000, 1000, 58275}
	baby  = shape{19445, 7050, 118551}
)

var made = map[shape]*data.Dataset{}

// dataset is one of that shape: every user has some items, whose popularity falls as
// 1/rank, and two modalities are noise of 128 columns.
func dataset(s shape) *data.Dataset {
	if d := made[s]; d != nil {
		return d
	}
	r := rng.New(1).Named("workload").Stream()
	has := make(map[data.Pair]bool, s.pairs)
	list := make([]data.Pair, 0, s.pairs)
	for len(list) < s.pairs {
		u := len(list)
		if u >= s.users {
			u = r.IntN(s.users)
		}
		p := data.Pair{User: int32(u), Item: int32(math.Exp(r.Float64()*math.Log(float64(s.items)))) - 1}
		if !has[p] {
			has[p] = true
			list = append(list, p)
		}
	}
	x, err := data.FromPairs(s.users, s.items, list)
	if err != nil {
		panic("bench: the workload's pairs do not form a matrix")
	}
	none := &data.Interactions{Users: s.users, Items: s.items, Ptr: make([]int32, s.users+1)}
	d := &data.Dataset{Name: "workload", Train: x, Valid: none, Test: none}
	for u := range s.users {
		d.UserIDs = append(d.UserIDs, fmt.Sprint("u", u))
	}
	for i := range s.items {
		d.ItemIDs = append(d.ItemIDs, fmt.Sprint("i", i))
	}
	for _, name := range []string{"image", "text"} {
		rows := dense.New(s.items, 128)
		for k := range rows.Data {
			rows.Data[k] = float32(r.Normal())
		}
		d.Modalities = append(d.Modalities, data.Modality{Name: name, Rows: rows})
	}
	made[s] = d
	return d
}
