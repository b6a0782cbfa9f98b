package unlearn

import (
	"math"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/math32"

	"gonum.org/v1/gonum/floats"
)

// expectation says where a model that was never trained on a pair would put it. Held-out
// positives show that, but on real splits they differ from training pairs in what drives scores: on
// TikTok forgotten pairs stand above held-out ones for Retrain too, because they are more popular. So z is
// regressed, over held-out positives, on what the retain set says of a pair:
//
//	z ≈ w·h(n_i)        h: linear between knots in ln(1+n_i), n_i retained interactions of i
//
// More features, of the user or of the user's other items, were tried and rejected: held-out positives of
// very active users are few, and a model of them extrapolates.
type expectation struct {
	byItem  *data.Interactions // of the retain set
	heldout [][]float64
	forget  [][]float64
}

const expectFeatures = 6 // knots, at 0, 1 … 5

// newExpectation computes the features of both sides once. byItem is the transposed retain set.
func newExpectation(byItem *data.Interactions, forget, heldout []data.Pair) *expectation {
	e := &expectation{byItem: byItem}
	for _, p := range forget {
		e.forget = append(e.forget, e.features(p))
	}
	for _, p := range heldout {
		e.heldout = append(e.heldout, e.features(p))
	}
	return e
}

// count is how many retained interactions an item has.
func (e *expectation) count(i int32) int { return len(e.byItem.Row(int(i))) }

func (e *expectation) features(p data.Pair) []float64 {
	x := make([]float64, expectFeatures)
	at := min(float64(math32.Log(float32(1+e.count(p.Item)))), expectFeatures-1)
	knot := min(int(at), expectFeatures-2)
	x[knot], x[knot+1] = 1-(at-float64(knot)), at-float64(knot)
	return x
}

// goals are the z at which forgotten pairs belong, given z of both sides: the expected value,
// and around it the held-out pairs' residuals matched by rank. Were all pairs put on their
// expectation, that would be a mark of its own.
func (e *expectation) goals(z, held []float64) []float64 {
	if len(held) == 0 {
		return slices.Clone(z)
	}
	w := regress(e.heldout, held)
	above, left := make([]float64, len(z)), make([]float64, len(held))
	for k, x := range e.forget {
		above[k] = z[k] - floats.Dot(w, x)
	}
	for k, x := range e.heldout {
		left[k] = held[k] - floats.Dot(w, x)
	}
	goal := matched(above, left)
	for k, x := range e.forget {
		goal[k] += floats.Dot(w, x)
	}
	return goal
}

// regress is least squares with a ridge of one observation per feature.
func regress(x [][]float64, y []float64) []float64 {
	d := expectFeatures
	g, b := make([]float64, d*d), make([]float64, d)
	for r := range x {
		floats.AddScaled(b, y[r], x[r])
		addSquare(1, x[r], g)
	}
	for c := range d {
		g[c*d+c] += 1
	}
	if !solvePositive(d, g, b) {
		clear(b)
	}
	return b
}

// matched gives every x the quantile of the other values that has its rank.
func matched(x, other []float64) []float64 {
	other = slices.Sorted(slices.Values(other))
	order := make([]int, len(x))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case x[a] < x[b]:
			return -1
		case x[a] > x[b]:
			return 1
		}
		return 0
	})
	goal := make([]float64, len(x))
	for rank, k := range order {
		at := (float64(rank)+0.5)/float64(len(x))*float64(len(other)) - 0.5
		low := min(max(int(math.Floor(at)), 0), len(other)-1)
		high := min(low+1, len(other)-1)
		goal[k] = other[low] + (other[high]-other[low])*min(max(at-float64(low), 0), 1)
	}
	return goal
}
