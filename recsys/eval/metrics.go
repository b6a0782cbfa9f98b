// Package eval measures: how well a model ranks, and how well it forgot.
package eval

import (
	"math"
	"strconv"

	"lethe/recsys/api"
)

// Cutoffs are the list lengths at which ranking is reported.
var Cutoffs = []int{5, 10, 20, 50}

// tally adds up the ranking metrics of users at some cutoffs.
type tally struct {
	cutoffs []int
	sum     [][5]float64 // per cutoff: recall, ndcg, precision, map, hit
	users   int
}

var metricNames = [5]string{"recall", "ndcg", "precision", "map", "hit"}

func newTally(cutoffs []int) *tally {
	return &tally{cutoffs: cutoffs, sum: make([][5]float64, len(cutoffs))}
}

// discount[r] is 1/log2(r+2), the gain of a hit at rank r from 0; ideal[n] the sum of
// the first n.
var discount, ideal = func() (d, s [512]float64) {
	for r := range d {
		d[r] = 1 / math.Log2(float64(r)+2)
		if r > 0 {
			s[r] = s[r-1] + d[r-1]
		}
	}
	return d, s
}()

// add counts one user. ranked is the list, best first (ids below 0 are absent);
// relevant is ascending and not empty.
//
//	Recall@k = hits/|relevant|     Precision@k = hits/k     Hit@k = [hits > 0]
//	NDCG@k = Σ_{hits} 1/log2(rank+1) / Σ_{r≤min(k,|relevant|)} 1/log2(r+1)
//	MAP@k = Σ_{hits} precision at that rank / min(k, |relevant|)
//
// as in RecBole and MMRec; ranks from 1.
func (t *tally) add(ranked []int32, relevant []int32) {
	t.users++
	var hits, dcg, ap float64
	at := 0
	for c, k := range t.cutoffs {
		for ; at < min(k, len(ranked)); at++ {
			if ranked[at] >= 0 && contains(relevant, ranked[at]) {
				hits++
				dcg += discount[at]
				ap += hits / float64(at+1)
			}
		}
		n := min(k, len(relevant))
		s := &t.sum[c]
		s[0] += hits / float64(len(relevant))
		s[1] += dcg / ideal[n]
		s[2] += hits / float64(k)
		s[3] += ap / float64(n)
		if hits > 0 {
			s[4]++
		}
	}
}

// metrics are the means over users; empty without users.
func (t *tally) metrics() api.Metrics {
	m := api.Metrics{}
	if t.users == 0 {
		return m
	}
	for c, k := range t.cutoffs {
		for s, name := range metricNames {
			m[name+"@"+strconv.Itoa(k)] = t.sum[c][s] / float64(t.users)
		}
	}
	return m
}

func contains(ascending []int32, x int32) bool {
	lo, hi := 0, len(ascending)
	for lo < hi {
		mid := int(uint(lo+hi) >> 1)
		if ascending[mid] < x {
			lo = mid + 1
		} else {
			hi = mid
		}
	}
	return lo < len(ascending) && ascending[lo] == x
}
