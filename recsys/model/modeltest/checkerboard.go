// Package modeltest has the data sets on which every model's answer is known.
package modeltest

import (
	"fmt"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// Checkerboard is a data set of users×items in which a user likes exactly the items of
// their own parity. Each user lacks one item of theirs in training, two users apart
// the same: half of these are validation, half test. A model that learned anything ranks the
// missing item above all of the other parity. Two modalities tell the parity, noisily.
func Checkerboard(users, items int) *data.Dataset {
	d := &data.Dataset{Name: "checkerboard"}
	for u := range users {
		d.UserIDs = append(d.UserIDs, fmt.Sprint("u", u))
	}
	for i := range items {
		d.ItemIDs = append(d.ItemIDs, fmt.Sprint("i", i))
	}
	var train, valid, test []data.Pair
	for u := range users {
		missing := (u/2)%(items/2)*2 + u%2
		for i := u % 2; i < items; i += 2 {
			p := data.Pair{User: int32(u), Item: int32(i)}
			switch {
			case i != missing:
				train = append(train, p)
			case u/2%2 == 0:
				valid = append(valid, p)
			default:
				test = append(test, p)
			}
		}
	}
	d.Train, d.Valid, d.Test = mustCSR(users, items, train), mustCSR(users, items, valid), mustCSR(users, items, test)
	for _, name := range []string{"image", "text"} {
		s := rng.New(11).Named(name).Stream()
		rows := dense.New(items, 6)
		for i := range items {
			for c := range rows.Row(i) {
				rows.Row(i)[c] = float32(0.3 * s.Normal())
			}
			rows.Row(i)[i%2] += 1
		}
		d.Modalities = append(d.Modalities, data.Modality{Name: name, Rows: rows})
	}
	return d
}

func mustCSR(users, items int, pairs []data.Pair) *data.Interactions {
	x, err := data.FromPairs(users, items, pairs)
	if err != nil {
		panic("modeltest: " + err.Error())
	}
	return x
}
