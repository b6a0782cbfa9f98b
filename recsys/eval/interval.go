package eval

import (
	"math"
	"slices"

	"lethe/recsys/api"
)

// Sample is numbers that belong to units. A unit, as a rule a user, is what would be
// drawn anew if the study were repeated: numbers of one unit are not independent, and
// every standard error here counts units, not numbers.
type Sample struct {
	Value  []float64
	Unit   []int32
	Weight []float64 // of each number in an AUC; nil: all alike
}

// weight is the weight of number k.
func (s Sample) weight(k int) float64 {
	if s.Weight == nil {
		return 1
	}
	return s.Weight[k]
}

// total is the sum of the weights.
func (s Sample) total() float64 {
	if s.Weight == nil {
		return float64(len(s.Value))
	}
	sum := 0.0
	for _, w := range s.Weight {
		sum += w
	}
	return sum
}

// normal95 is the 97.5 % point of the normal distribution.
const normal95 = 1.959964

// around is an estimate whose interval is Value ± 1.96 SE.
func around(value, se float64) api.Estimate {
	return api.Estimate{Value: value, SE: se, Low: value - normal95*se, High: value + normal95*se}
}

// Mean is the mean with the standard error of a cluster sample,
//
//	SE² = C/(C−1)·Σ_c (Σ_{k∈c} (x_k − mean)/n)²     C units, n numbers
func (s Sample) Mean() api.Estimate {
	if len(s.Value) == 0 {
		return api.Estimate{}
	}
	m := average(s.Value)
	share := make([]float64, len(s.Value))
	for k, x := range s.Value {
		share[k] = (x - m) / float64(len(s.Value))
	}
	return around(m, clusterError(Sample{Value: share, Unit: s.Unit}))
}

// clusterError is the standard error of a statistic from the influence of each number
// on it, Σ = 0 over all samples together. Where all numbers are of one unit there is no telling
// units apart: the error is that of the numbers, for this unit alone.
func clusterError(influence ...Sample) float64 {
	units := map[int32]int{}
	var sum []float64
	for _, s := range influence {
		for k, x := range s.Value {
			at, ok := units[s.Unit[k]]
			if !ok {
				at = len(sum)
				units[s.Unit[k]] = at
				sum = append(sum, 0)
			}
			sum[at] += x
		}
	}
	if len(sum) == 1 {
		sum = sum[:0]
		for _, s := range influence {
			sum = append(sum, s.Value...)
		}
	}
	c := float64(len(sum))
	if c < 2 {
		return 0
	}
	total := 0.0
	for _, x := range sum {
		total += x * x
	}
	return math.Sqrt(total * c / (c - 1))
}

// AUCEstimate is AUC(x, y) with its standard error, by the placements of each value
// among the other sample and summed per unit.
//
// (DeLong, DeLong, Clarke-Pearson, Biometrics 1988; Obuchowski, Biometrics 1997, for
// clusters that hold values of both samples)
func AUCEstimate(x, y Sample) api.Estimate {
	a, ix, iy := influence(x, y)
	return around(a, clusterError(ix, iy))
}

// AUCDifference is AUC(x, y) − AUC(x0, y0) for two readings of the same pairs, with the
// standard error of the difference: what the readings have in common cancels.
func AUCDifference(x, y, x0, y0 Sample) api.Estimate {
	a, ix, iy := influence(x, y)
	a0, ix0, iy0 := influence(x0, y0)
	minus := func(a, b Sample) Sample {
		d := Sample{Value: slices.Clone(a.Value), Unit: a.Unit}
		for k := range d.Value {
			d.Value[k] -= b.Value[k]
		}
		return d
	}
	if len(x.Value) != len(x0.Value) || len(y.Value) != len(y0.Value) {
		panic("eval: paired readings of different length")
	}
	return around(a-a0, clusterError(minus(ix, ix0), minus(iy, iy0)))
}

// influence is the AUC and what each value adds to it: its share of the weight times
// (placement − AUC).
func influence(x, y Sample) (auc float64, ix, iy Sample) {
	ix, iy = Sample{Value: make([]float64, len(x.Value)), Unit: x.Unit}, Sample{Value: make([]float64, len(y.Value)), Unit: y.Unit}
	n, m := x.total(), y.total()
	if n == 0 || m == 0 {
		return 0.5, ix, iy
	}
	marks := sorted(x, y)
	won, below, above := 0.0, 0.0, n
	for from := 0; from < len(marks); {
		to, nx, ny := tie(marks, from)
		above -= nx
		won += nx * (below + ny/2)
		for _, k := range marks[from:to] {
			if k.at >= 0 {
				ix.Value[k.at] = (below + ny/2) / m
			} else {
				iy.Value[^k.at] = (above + nx/2) / n
			}
		}
		below += ny
		from = to
	}
	auc = won / (n * m)
	for k := range ix.Value {
		ix.Value[k] = x.weight(k) * (ix.Value[k] - auc) / n
	}
	for k := range iy.Value {
		iy.Value[k] = y.weight(k) * (iy.Value[k] - auc) / m
	}
	return auc, ix, iy
}

// mark is one value of two samples in order, with its weight: at counts within x, ^at
// within y.
type mark struct {
	v, w float64
	at   int
}

// sorted merges two samples, ascending.
func sorted(x, y Sample) []mark {
	all := make([]mark, 0, len(x.Value)+len(y.Value))
	for k, v := range x.Value {
		all = append(all, mark{v, x.weight(k), k})
	}
	for k, v := range y.Value {
		all = append(all, mark{v, y.weight(k), ^k})
	}
	slices.SortFunc(all, func(a, b mark) int {
		switch {
		case a.v < b.v:
			return -1
		case a.v > b.v:
			return 1
		}
		return 0
	})
	return all
}

// tie is the end of the run of equal values that starts at from, and how much of it is
// of x and of y.
func tie(all []mark, from int) (to int, x, y float64) {
	for to = from; to < len(all) && all[to].v == all[from].v; to++ {
		if all[to].at >= 0 {
			x += all[to].w
		} else {
			y += all[to].w
		}
	}
	return to, x, y
}
