package unlearn

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/floats"
)

// aim is how far beyond its goal each pair is aimed at, so that it stands there in the end: it adds up what the rounds
// so far left,
//
//	aim ← aim + goal − z
//
// pair by pair, since some answer to all that is asked of them and others, of users with hundreds of items, to next to
// nothing: one aim for all would drive the first past their goals for the sake of the others.
//
// (iterated Tikhonov regularisation; Bregman iteration: Osher et al., Multiscale Model. Simul. 2005)
type aim []float64

const (
	aimNear = 0.005 // of an AUC: close enough
	aimWide = 0.02  // of a deviation, likewise
	aimFew  = 20    // pairs whose AUC and deviation say nothing: their mean,
	aimFar  = 0.1   // in deviations of a user's scores, has to do
	aimMost = 1     // likewise: beyond it a move would cost more than it brings
)

// adjust learns from where a round left the pairs of a level, and tells whether that is close enough.
func (a aim) adjust(now, held, goals []float64) (there bool) {
	for e, goal := range goals {
		a[e] = min(max(a[e]+goal-now[e], -aimMost), aimMost)
	}
	mean, spread := moments(goals)
	at, is := moments(now)
	if len(now) <= aimFew {
		return math.Abs(mean-at) <= aimFar
	}
	y := slices.Sorted(slices.Values(held))
	off, wider := above(now, y)-above(goals, y), spread/max(is, 1e-6)-1
	return math.Abs(off) <= aimNear && math.Abs(wider) <= aimWide
}

// above is the AUC of x against y, which is sorted.
func above(x, y []float64) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0.5
	}
	sum := 0.0
	for _, v := range x {
		low := sort.SearchFloat64s(y, v)
		high := low
		for high < len(y) && y[high] == v {
			high++
		}
		sum += float64(low+high) / 2
	}
	return sum / float64(len(x)) / float64(len(y))
}

// moments are mean and deviation.
func moments(x []float64) (mean, deviation float64) {
	n := float64(len(x))
	mean = floats.Sum(x) / n
	for _, v := range x {
		deviation += float64((v - mean) * (v - mean))
	}
	return mean, math.Sqrt(deviation / n)
}
