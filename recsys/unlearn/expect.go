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
// forgotten pairs stand above held-out ones for Retrain too. So z is regressed, over held-out positives, on what is known of
// both whether or not they were trained on: popularity and activity, and how long the item's vector and how wide the user's
// scores are, since z grows with the one, and margins, which an attacker reads as well, with the other,
//
//	z ≈ w·[h(n_u), h(n_i), g(‖x_i‖), g(spread_u)]        n_u and n_i retained interactions
//	h: linear between knots in ln(1+n)     g: ln and its square
//
// and what is left of it is compared among pairs alike in all four. How well the user's other items predict this one,
// and products of the two, were tried and rejected: held-out positives of very active users are few, and a model
// of them extrapolates.
type expectation struct {
	retain, byItem  *data.Interactions // byItem: its transpose
	pairs, held     []data.Pair
	forget, heldout []trait // of both, as the level last seen has them
	cells           []cell  // of like pairs
	// ranks are of forgotten pairs among training pairs, from 0 to 1, by level: where so few are forgotten that
	// their ranks among themselves say nothing. Nil: among themselves.
	ranks [][]float64
}

// trait is a pair's activity and popularity, ln(1+n) up to the last knot, and then the length of the item's vector
// and the spread of the user's scores, in logarithms and in deviations of held-out pairs.
type trait [4]float64

const (
	expectKnots  = 6                   // at 0, 1 … 5
	expectWide   = 3                   // deviations at which lengths and spreads end
	expectWidth  = 2*expectKnots + 2*2 // of features
	expectLength = 2                   // the place of the first of them
)

// newExpectation describes both sides by the retain set and its transpose.
func newExpectation(retain, byItem *data.Interactions, forget, heldout []data.Pair) *expectation {
	e := &expectation{retain: retain, byItem: byItem, pairs: forget, held: heldout}
	e.forget, e.heldout = e.describe(forget), e.describe(heldout)
	return e
}

// describe counts interactions.
func (e *expectation) describe(pairs []data.Pair) []trait {
	logarithm := func(n int) float64 { return min(float64(math32.Log(float32(1+n))), expectKnots-1) }
	t := make([]trait, len(pairs))
	for k, p := range pairs {
		t[k] = trait{logarithm(len(e.retain.Row(int(p.User)))), logarithm(e.count(p.Item))}
	}
	return t
}

// see takes lengths and spreads from a level, as it is now.
func (e *expectation) see(l *level) {
	e.cells = nil
	l.measure(e.heldout, e.held, e.forget, e.pairs)
}

// measure fills in lengths and spreads of some pairs and of others, in deviations of the first.
func (l *level) measure(traits []trait, pairs []data.Pair, others []trait, otherPairs []data.Pair) {
	logarithm := func(x float64) float64 { return float64(math32.Log(float32(max(x, 1e-30)))) }
	fill := func(traits []trait, pairs []data.Pair) {
		for k, p := range pairs {
			x := l.items.Row(l.itemAt[p.Item])
			traits[k][expectLength] = logarithm(inner(x, x))
			traits[k][expectLength+1] = logarithm(l.spread[l.userSlot[p.User]])
		}
	}
	fill(traits, pairs)
	fill(others, otherPairs)
	for side := expectLength; side < len(trait{}); side++ {
		x := make([]float64, len(traits))
		for k, t := range traits {
			x[k] = t[side]
		}
		mean, deviation := moments(x)
		for _, list := range [][]trait{traits, others} {
			for k := range list {
				list[k][side] = min(max((list[k][side]-mean)/max(deviation, 1e-6), -expectWide), expectWide)
			}
		}
	}
}

// rankAmong ranks forgotten pairs, for the next level, among training pairs by what their popularity and activity do not
// explain of z. By counts alone: with lengths as well a single pair moved half as far.
func (e *expectation) rankAmong(z []float64, peers []data.Pair, peerZ []float64) {
	traits, own := e.describe(peers), e.describe(e.pairs)
	w := regress(traits, peerZ)
	left := make([]float64, len(peers))
	for k, t := range traits {
		left[k] = peerZ[k] - floats.Dot(w, features(t))
	}
	slices.Sort(left)
	ranks := make([]float64, len(z))
	for k, t := range own {
		ranks[k] = above([]float64{z[k] - floats.Dot(w, features(t))}, left)
	}
	e.ranks = append(e.ranks, ranks)
}

// count is how many retained interactions an item has.
func (e *expectation) count(i int32) int { return len(e.byItem.Row(int(i))) }

// features are h of counts and g of lengths.
func features(t trait) []float64 {
	x := make([]float64, 2*expectKnots, expectWidth)
	for side, at := range t[:expectLength] {
		knot := min(int(at), expectKnots-2)
		part := at - float64(knot)
		x[side*expectKnots+knot], x[side*expectKnots+knot+1] = 1-part, part
	}
	for _, v := range t[expectLength:] {
		x = append(x, v, v*v)
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
	d := expectWidth
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
// turn through all traits, as long as held-out pairs last.
func (e *expectation) alike() (cells []cell) {
	sides := len(trait{})
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
			divide(low, (side+1)%sides, 0)
			divide(high, (side+1)%sides, 0)
		case failed < sides-1:
			divide(c, (side+1)%sides, failed+1)
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
