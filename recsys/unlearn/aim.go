package unlearn

import (
	"math"
	"slices"
	"sort"

	"gonum.org/v1/gonum/floats"
)

// aim is how far beyond its goals a level is aimed at, so that it stands at them in the end: a controller that adds
// up what the rounds so far were off by,
//
//	goal' = goal + ahead + wider·(goal − mean goal)
//	ahead ← ahead + gain·off                  AUC(z + off, held) = AUC(goals, held)
//	wider ← wider + sd(goals)/sd(z) − 1
//
// with a gain that shrinks when a round overshoots, as it does where levels pull at each other. What holds pairs back
// holds those back most that have farthest to go: left narrower than held-out ones, they would be known by it.
type aim struct {
	ahead, gain, off float64
	wider, middle    float64
}

const (
	aimGain = 1.5
	aimBack = 0.7
	aimNear = 0.005 // of an AUC: close enough
	aimWide = 0.02  // of a deviation, likewise
	aimFew  = 20    // pairs whose AUC and deviation say nothing: their mean,
	aimFar  = 0.1   // in deviations of a user's scores, has to do
	aimMost = 1     // likewise: beyond it a move would cost more than it brings
)

// at is what a pair with a goal is aimed at.
func (a *aim) at(goal float64) float64 { return goal + a.ahead + a.wider*(goal-a.middle) }

// adjust learns from a round where it left the level, and tells whether that is close enough.
func (a *aim) adjust(now, held, goals []float64) (there bool) {
	mean, spread := moments(goals)
	at, is := moments(now)
	off, there := mean-at, math.Abs(mean-at) <= aimFar
	if len(now) > aimFew {
		y := slices.Sorted(slices.Values(held))
		want, got := above(goals, 0, y), above(now, 0, y)
		wider := spread/max(is, 1e-6) - 1
		off, there = shift(now, y, want), math.Abs(got-want) <= aimNear && math.Abs(wider) <= aimWide
		a.middle, a.wider = mean, a.wider+wider
	}
	if off*a.off < 0 {
		a.gain *= aimBack
	}
	a.off = off
	a.ahead = min(max(a.ahead+a.gain*off, -aimMost), aimMost)
	return there
}

// above is the AUC of x + s against y, which is sorted.
func above(x []float64, s float64, y []float64) float64 {
	if len(x) == 0 || len(y) == 0 {
		return 0.5
	}
	sum := 0.0
	for _, v := range x {
		low := sort.SearchFloat64s(y, v+s)
		high := low
		for high < len(y) && y[high] == v+s {
			high++
		}
		sum += float64(low+high) / 2
	}
	return sum / float64(len(x)) / float64(len(y))
}

// shift is what, added to x, brings its AUC against y, which is sorted, to a value.
func shift(x, y []float64, auc float64) float64 {
	low, high := -4.0, 4.0
	for range 20 {
		mid := (low + high) / 2
		if above(x, mid, y) > auc {
			high = mid
		} else {
			low = mid
		}
	}
	return (low + high) / 2
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
