package eval

import (
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// Scorer writes the scores of all items for a user. It measures models whose scores
// are not worth multiplying out of final vectors.
type Scorer func(user int, out []float32)

// ScoreMetrics is Ranker.Metrics for a scorer: it ranks every user who has rows in
// truth, without the items of the user's row in seen and the banned ones (nil: none), best first,
// ties to the smaller id.
func ScoreMetrics(score Scorer, seen, truth *data.Interactions, banned []bool, cutoffs []int, obs api.Observer) (api.Metrics, error) {
	scores := make([]float32, seen.Items)
	list := make([]int32, 0, slices.Max(cutoffs)+1)
	t := newTally(cutoffs)
	for u := range truth.Users {
		relevant := truth.Row(u)
		if len(relevant) == 0 {
			continue
		}
		if t.users%chunk == 0 {
			if err := obs.Tell(api.Progress{Stage: "evaluate", Done: u, Total: truth.Users}); err != nil {
				return nil, err
			}
		}
		score(u, scores)
		for _, i := range seen.Row(u) {
			scores[i] = float32(math.Inf(-1))
		}
		list = best(list[:0], scores, banned, slices.Max(cutoffs))
		t.add(list, relevant)
	}
	return t.metrics(), nil
}

// best fills list with the k highest above -Inf.
func best(list []int32, scores []float32, banned []bool, k int) []int32 {
	for i, s := range scores {
		if len(list) == k && s <= scores[list[k-1]] || banned != nil && banned[i] || math.IsInf(float64(s), -1) {
			continue
		}
		at := len(list)
		list = append(list, 0)
		for ; at > 0 && scores[list[at-1]] < s; at-- {
			list[at] = list[at-1]
		}
		list[at] = int32(i)
		if len(list) > k {
			list = list[:k]
		}
	}
	return list
}

// ScoreZ is Gauge.Z for a scorer: the standardised scores of forgotten and of held-out
// pairs against the items that their user never had in d.
func ScoreZ(score Scorer, d *data.Dataset, forget, heldout []data.Pair, banned []bool) (f, h []float64) {
	pairs := slices.Concat(forget, heldout)
	order := make([]int, len(pairs)) // by user, so that each is scored once
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return int(pairs[a].User - pairs[b].User) })
	z := make([]float64, len(pairs))
	scores := make([]float32, d.Items())
	var mean, sd float64
	for n, k := range order {
		u := int(pairs[k].User)
		if n == 0 || pairs[order[n-1]].User != pairs[k].User {
			score(u, scores)
			mean, sd = background(scores, union(d.Train.Row(u), d.Valid.Row(u), d.Test.Row(u)), banned)
		}
		if sd > 0 {
			z[k] = (float64(scores[pairs[k].Item]) - mean) / sd
		}
	}
	return z[:len(forget)], z[len(forget):]
}

// background is mean and deviation of the scores of offered items that are not had,
// ascending.
func background(scores []float32, had []int32, banned []bool) (mean, sd float64) {
	var sum, square, n float64
	for i, s := range scores {
		if len(had) > 0 && had[0] == int32(i) {
			had = had[1:]
			continue
		}
		if banned != nil && banned[i] {
			continue
		}
		sum += float64(s)
		square += float64(s) * float64(s)
		n++
	}
	if n == 0 {
		return 0, 0
	}
	mean = sum / n
	return mean, math.Sqrt(max(square/n-mean*mean, 0))
}
