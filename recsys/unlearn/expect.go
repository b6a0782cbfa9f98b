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
// positives show that, but on real splits they are of less popular items: on TikTok forgotten pairs stand
// above held-out ones for Retrain too. So z is regressed, over held-out positives, on popularity,
//
//	z ≈ w·h(n_i)        h: linear between knots in ln(1+n_i), n_i retained interactions of i
//
// and what is left of it is compared among pairs of like popularity. Features of the user, activity or how well
// the other items predict this one, were tried and rejected: held-out positives of very active users are few, and
// a model of them extrapolates.
type expectation struct {
	byItem          *data.Interactions // of the retain set
	forget, heldout []float64          // popularity of each pair, ln(1+n_i) up to the last knot
}

const expectKnots = 6 // at 0, 1 … 5

// newExpectation describes both sides by the transposed retain set.
func newExpectation(byItem *data.Interactions, forget, heldout []data.Pair) *expectation {
	e := &expectation{byItem: byItem}
	describe := func(pairs []data.Pair) []float64 {
		t := make([]float64, len(pairs))
		for k, p := range pairs {
			t[k] = min(float64(math32.Log(float32(1+e.count(p.Item)))), expectKnots-1)
		}
		return t
	}
	e.forget, e.heldout = describe(forget), describe(heldout)
	return e
}

// count is how many retained interactions an item has.
func (e *expectation) count(i int32) int { return len(e.byItem.Row(int(i))) }

// features are h.
func features(popularity float64) []float64 {
	x := make([]float64, expectKnots)
	knot := min(int(popularity), expectKnots-2)
	part := popularity - float64(knot)
	x[knot], x[knot+1] = 1-part, part
	return x
}

// goals are the z at which forgotten pairs belong, given z of both sides: the expected value,
// and around it the residuals of held-out pairs of like popularity, matched by rank. Were all pairs put on
// their expectation, that would be a mark of its own.
func (e *expectation) goals(z, held []float64) []float64 {
	if len(held) == 0 {
		return slices.Clone(z)
	}
	w := e.regress(held)
	above, left := make([]float64, len(z)), make([]float64, len(held))
	for k, t := range e.forget {
		above[k] = z[k] - floats.Dot(w, features(t))
	}
	for k, t := range e.heldout {
		left[k] = held[k] - floats.Dot(w, features(t))
	}
	goal := make([]float64, len(z))
	for _, b := range e.alike() {
		for n, x := range matched(pick(above, b.forget), pick(left, b.heldout)) {
			k := b.forget[n]
			goal[k] = x + floats.Dot(w, features(e.forget[k]))
		}
	}
	return goal
}

// regress is least squares over held-out pairs with a ridge of one observation per feature.
func (e *expectation) regress(z []float64) []float64 {
	d := expectKnots
	g, b := make([]float64, d*d), make([]float64, d)
	for k, t := range e.heldout {
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

const (
	cellLeast = 100 // held-out pairs in a cell
	cellMost  = 10  // cells
)

// alike divides held-out pairs by popularity into as many cells of about the same size as
// they allow, and forgotten pairs at the same borders.
func (e *expectation) alike() []cell {
	order := make([]int, len(e.heldout))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(e.heldout[a], e.heldout[b]) })
	cells := make([]cell, min(max(len(order)/cellLeast, 1), cellMost))
	var edges []float64 // the lowest popularity of all cells but the first
	for k := range cells {
		cells[k].heldout = order[k*len(order)/len(cells) : (k+1)*len(order)/len(cells)]
		if k > 0 {
			edges = append(edges, e.heldout[cells[k].heldout[0]])
		}
	}
	for k, x := range e.forget {
		at := 0
		for at < len(edges) && x >= edges[at] {
			at++
		}
		cells[at].forget = append(cells[at].forget, k)
	}
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
	other = slices.Sorted(slices.Values(other))
	order := make([]int, len(x))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(x[a], x[b]) })
	goal := make([]float64, len(x))
	for rank, k := range order {
		at := (float64(rank)+0.5)/float64(len(x))*float64(len(other)) - 0.5
		low := min(max(int(math.Floor(at)), 0), len(other)-1)
		high := min(low+1, len(other)-1)
		goal[k] = other[low] + (other[high]-other[low])*min(max(at-float64(low), 0), 1)
	}
	return goal
}
