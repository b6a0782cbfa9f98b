package data

import (
	"cmp"
	"slices"

	"lethe/recsys/rng"
)

// Split divides every user's interactions about 8:1:1 by the rule of the MMRec
// toolbox (Zhou 2023, preprocessing/1splitting.ipynb). Of n interactions in
// random order
//
//	n < 3         all train                           (departure: see below)
//	3 ≤ n < 10    n-2 train, 1 validation, 1 test
//	n ≥ 10        h = ⌊n/5⌋ held out, ⌊h/2⌋ of them validation, the rest test
//
// Departure: the toolbox sees 5-core data only; its rule would leave users of
// one or two interactions without training.
//
// The random order sorts by a hash of seed, user key and item key (see Keys), so a
// user's split depends on nobody else and on no numbering. With times, parallel
// to all.Item, the order is by time, the hash deciding ties: the latest are tested.
func Split(all *Interactions, times []float64, users, items []uint64, src rng.Source) (train, valid, test *Interactions) {
	type candidate struct {
		item int32
		time float64
		bits uint64
	}
	src = src.Named("split")
	var part [3][]Pair
	var row []candidate
	for u := range all.Users {
		row = row[:0]
		user := src.Key(users[u])
		for k := all.Ptr[u]; k < all.Ptr[u+1]; k++ {
			c := candidate{item: all.Item[k], bits: user.Key(items[all.Item[k]]).Bits()}
			if times != nil {
				c.time = times[k]
			}
			row = append(row, c)
		}
		slices.SortFunc(row, func(a, b candidate) int {
			return cmp.Or(cmp.Compare(a.time, b.time), cmp.Compare(a.bits, b.bits), cmp.Compare(a.item, b.item))
		})
		nTrain, nValid := splitSizes(len(row))
		for k, c := range row {
			l := labelTrain
			if k >= nTrain+nValid {
				l = labelTest
			} else if k >= nTrain {
				l = labelValid
			}
			part[l] = append(part[l], Pair{int32(u), c.item})
		}
	}
	return mustFromPairs(all.Users, all.Items, part[labelTrain]),
		mustFromPairs(all.Users, all.Items, part[labelValid]),
		mustFromPairs(all.Users, all.Items, part[labelTest])
}

// splitSizes returns how many of n interactions are for training and validation.
func splitSizes(n int) (train, valid int) {
	switch {
	case n < 3:
		return n, 0
	case n < 10:
		return n - 2, 1
	}
	held := n / 5
	return n - held, held / 2
}
