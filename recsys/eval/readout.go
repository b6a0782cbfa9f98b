package eval

import (
	"math"
	"slices"

	"lethe/recsys/data"
)

// Readout is the inversion attack on single items: what is left of an item's image, say, in a vector that speaks of the
// item? A ridge regression learns from the other items how vectors and images go together, and guesses the image from
// the vector. It works for one item where Inversion needs many; one item is one draw of chance, too.
type Readout struct {
	// Beats is the share of other items whose content is less like the guess than the item's own, the mean over the
	// listed items: 1 names it among all, 0.5 is guessing. Likeness is the cosine around the mean content.
	Beats float64
	Near  []int32 // items whose content is most like the guess for the first listed item, best first
}

// readoutFit is the most items that the regression learns from, so that its matrices stay small.
const readoutFit = 1000

// NewReadout guesses the content of the listed items in modality m, data of before the request, from vector, which gives
// an item's; nil where it has none. ok is false where too few other items have content.
// Cost: O(n·D·(D + F)) for n = min(items, 1000), D and F the widths of vectors and content.
func NewReadout(m *data.Modality, vector func(item int) []float32, items []int32, near int) (r Readout, ok bool) {
	has := func(i int) bool { return m.Has == nil || m.Has[i] }
	var others []int
	for i := range m.Rows.Rows {
		if has(i) && !slices.Contains(items, int32(i)) && vector(i) != nil {
			others = append(others, i)
		}
	}
	if len(others) < MinInversion {
		return r, false
	}
	var x, y [][]float32
	var rows []int
	step := (len(others) + readoutFit - 1) / readoutFit
	for k := 0; k < len(others); k += step {
		x, y, rows = append(x, vector(others[k])), append(y, m.Rows.Row(others[k])), append(rows, len(rows))
	}
	fit := fitRidge(x, y, rows)
	read := 0
	for _, i := range items {
		v := vector(int(i))
		if !has(int(i)) || v == nil {
			continue
		}
		guess := fit.predict(v)
		own := fit.likeness(guess, m.Rows.Row(int(i)))
		like := make([]float64, len(others))
		for k, j := range others {
			like[k] = fit.likeness(guess, m.Rows.Row(j))
			r.Beats += (1 - above(like[k], own)) / float64(len(others))
		}
		if read == 0 {
			r.Near = nearest(append(slices.Clone(others), int(i)), append(like, own), near)
		}
		read++
	}
	r.Beats /= float64(max(read, 1))
	return r, read > 0
}

// above is 1 where another is larger, a half where both are equal.
func above(other, own float64) float64 {
	switch {
	case other > own:
		return 1
	case other == own:
		return .5
	}
	return 0
}

// likeness is the cosine of a guess and a row, both less the mean row; 0 where either is just that.
func (r ridge) likeness(guess []float64, row []float32) float64 {
	var ab, aa, bb float64
	for c, m := range r.meanY {
		a, b := guess[c]-m, float64(row[c])-m
		ab, aa, bb = ab+float64(a*b), aa+float64(a*a), bb+float64(b*b)
	}
	if aa == 0 || bb == 0 {
		return 0
	}
	return ab / math.Sqrt(aa*bb)
}

// nearest are the n items of the largest likeness, ties to the smaller number.
func nearest(items []int, like []float64, n int) (best []int32) {
	order := make([]int, len(items))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case like[a] > like[b]:
			return -1
		case like[a] < like[b]:
			return 1
		}
		return items[a] - items[b]
	})
	for _, k := range order[:min(n, len(order))] {
		best = append(best, int32(items[k]))
	}
	return best
}
