package unlearn

import (
	"cmp"
	"math"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/math32"

	"gonum.org/v1/gonum/floats"
)

// expectation says where a model that was never trained on a pair would put it. Held-out
// positives show that, but on real splits they are of other users and items than training pairs: on TikTok
// forgotten pairs stand above held-out ones for Retrain too. So z is regressed, over held-out positives, on
// popularity and activity,
//
//	z ≈ w·[h(n_u), h(n_i)]        h: linear between knots in ln(1+n), n_u and n_i retained interactions
//
// and what is left of it is compared among pairs alike in both. How well the user's other items predict this one,
// and products of the two, were tried and rejected: held-out positives of very active users are few, and a model
// of them extrapolates.
type expectation struct {
	describe        func(pairs []data.Pair) []trait
	byItem          *data.Interactions // of the retain set
	forget, heldout []trait
	cells           []cell // of like pairs
	// ranks are of forgotten pairs among training pairs, from 0 to 1, by level: where so few are forgotten that
	// their ranks among themselves say nothing. Nil: among themselves.
	ranks [][]float64
}

// trait is a pair's activity and popularity, ln(1+n) up to the last knot.
type trait [2]float64

const expectKnots = 6 // at 0, 1 … 5

// newExpectation describes both sides by the retain set and its transpose.
func newExpectation(retain, byItem *data.Interactions, forget, heldout []data.Pair) *expectation {
	e := &expectation{byItem: byItem}
	logarithm := func(n int) float64 { return min(float64(math32.Log(float32(1+n))), expectKnots-1) }
	e.describe = func(pairs []data.Pair) []trait {
		t := make([]trait, len(pairs))
		for k, p := range pairs {
			t[k] = trait{logarithm(len(retain.Row(int(p.User)))), logarithm(e.count(p.Item))}
		}
		return t
	}
	e.forget, e.heldout = e.describe(forget), e.describe(heldout)
	return e
}

// rankAmong ranks forgotten pairs, for the next level, among training pairs by what their popularity and activity do not
// explain of z.
func (e *expectation) rankAmong(z []float64, peers []data.Pair, peerZ []float64) {
	traits := e.describe(peers)
	w := regress(traits, peerZ)
	left := make([]float64, len(peers))
	for k, t := range traits {
		left[k] = peerZ[k] - floats.Dot(w, features(t))
	}
	slices.Sort(left)
	ranks := make([]float64, len(z))
	for k, t := range e.forget {
		ranks[k] = above([]float64{z[k] - floats.Dot(w, features(t))}, 0, left)
	}
	e.ranks = append(e.ranks, ranks)
}

// count is how many retained interactions an item has.
func (e *expectation) count(i int32) int { return len(e.byItem.Row(int(i))) }

// features are h of both.
func features(t trait) []float64 {
	x := make([]float64, 2*expectKnots)
	for side, at := range t {
		knot := min(int(at), expectKnots-2)
		part := at - float64(knot)
		x[side*expectKnots+knot], x[side*expectKnots+knot+1] = 1-part, part
	}
	return x
}

// goals are the z at which forgotten pairs belong, given z of both sides: the expected value,
// and around it the residuals of held-out pairs alike, matched by rank. Were all pairs put on
// their expectation, that would be a mark of its own.
func (e *expectation) goals(level int, z, held []float64) []float64 {
	if len(held) == 0 {
		return slices.Clone(z)
	}
	w := regress(e.heldout, held)
	above, left := make([]float64, len(z)), make([]float64, len(held))
	for k, t := range e.forget {
		above[k] = z[k] - floats.Dot(w, features(t))
	}
	for k, t := range e.heldout {
		left[k] = held[k] - floats.Dot(w, features(t))
	}
	goal := make([]float64, len(z))
	if e.cells == nil {
		e.cells = e.alike()
	}
	for _, b := range e.cells {
		near := pick(left, b.heldout)
		goals := matched(pick(above, b.forget), near)
		if level < len(e.ranks) {
			goals = quantiles(pick(e.ranks[level], b.forget), near)
		}
		for n, x := range goals {
			k := b.forget[n]
			goal[k] = x + floats.Dot(w, features(e.forget[k]))
		}
	}
	return goal
}

// regress is least squares of z on features with a ridge of one observation per feature.
func regress(traits []trait, z []float64) []float64 {
	d := 2 * expectKnots
	g, b := make([]float64, d*d), make([]float64, d)
	for k, t := range traits {
		x := features(t)
		floats.AddScaled(b, z[k], x)
		addSquare(1, x, g)
	}
	for c := range d {
		g[c*d+c]++
	}
	if !solvePositive(d, g, b) {
		clear(b)
	}
	return b
}

// cell is pairs that are alike, by place in their lists.
type cell struct{ forget, heldout []int }

// cellLeast is how many held-out pairs a cell has at least.
const cellLeast = 50

// alike divides pairs at the held-out pairs' median activity, then popularity, and so on in
// turn, as long as held-out pairs last.
func (e *expectation) alike() (cells []cell) {
	var divide func(c cell, side, failed int)
	divide = func(c cell, side, failed int) {
		var low, high cell
		if len(c.heldout) > 0 {
			values := make([]float64, len(c.heldout))
			for n, k := range c.heldout {
				values[n] = e.heldout[k][side]
			}
			slices.Sort(values)
			edge := values[len(values)/2]
			for _, k := range c.heldout {
				if e.heldout[k][side] < edge {
					low.heldout = append(low.heldout, k)
				} else {
					high.heldout = append(high.heldout, k)
				}
			}
			for _, k := range c.forget {
				if e.forget[k][side] < edge {
					low.forget = append(low.forget, k)
				} else {
					high.forget = append(high.forget, k)
				}
			}
		}
		switch {
		case min(len(low.heldout), len(high.heldout)) >= cellLeast:
			divide(low, 1-side, 0)
			divide(high, 1-side, 0)
		case failed == 0:
			divide(c, 1-side, 1)
		default:
			cells = append(cells, c)
		}
	}
	all := cell{make([]int, len(e.forget)), make([]int, len(e.heldout))}
	for k := range all.forget {
		all.forget[k] = k
	}
	for k := range all.heldout {
		all.heldout[k] = k
	}
	divide(all, 0, 0)
	return cells
}

func pick(x []float64, at []int) []float64 {
	out := make([]float64, len(at))
	for n, k := range at {
		out[n] = x[k]
	}
	return out
}

// matched gives every x the quantile of the other values that has its rank.
func matched(x, other []float64) []float64 {
	order := make([]int, len(x))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	ranks := make([]float64, len(x))
	for rank, k := range order {
		ranks[k] = (float64(rank) + 0.5) / float64(len(x))
	}
	return quantiles(ranks, other)
}

// quantiles are those of values at ranks from 0 to 1.
func quantiles(ranks, of []float64) []float64 {
	of = slices.Sorted(slices.Values(of))
	out := make([]float64, len(ranks))
	for k, r := range ranks {
		at := r*float64(len(of)) - 0.5
		low := min(max(int(math.Floor(at)), 0), len(of)-1)
		high := min(low+1, len(of)-1)
		out[k] = of[low] + (of[high]-of[low])*min(max(at-float64(low), 0), 1)
	}
	return out
}
