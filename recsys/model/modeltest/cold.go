package modeltest

import (
	"slices"

	"lethe/recsys/data"
)

// Cold is d with the listed items (ascending) taken out of training and validation:
// their interactions there become test rows. Their content stays.
func Cold(d *data.Dataset, items []int32) *data.Dataset {
	e := *d
	var train, valid []data.Pair
	test := d.Test.Pairs()
	part := func(x *data.Interactions) (stays []data.Pair) {
		for _, p := range x.Pairs() {
			if _, cold := slices.BinarySearch(items, p.Item); cold {
				test = append(test, p)
			} else {
				stays = append(stays, p)
			}
		}
		return stays
	}
	train, valid = part(d.Train), part(d.Valid)
	e.Train, e.Valid, e.Test = mustCSR(d.Users(), d.Items(), train), mustCSR(d.Users(), d.Items(), valid), mustCSR(d.Users(), d.Items(), test)
	return &e
}
