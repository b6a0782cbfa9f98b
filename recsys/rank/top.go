package rank

import (
	"slices"

	"lethe/recsys/api"
)

// usual is the length of a list where nobody names one.
const usual = 20

// Dot is ⟨a,b⟩, summed in float64.
func Dot(a, b []float32) float64 {
	sum := 0.0
	for k, x := range a {
		sum += float64(x) * float64(b[k])
	}
	return sum
}

// Top keeps the K best of the items it is shown in ascending order; ties go to the
// smaller number.
type Top struct {
	k      int
	items  []int
	scores []float64
}

// NewTop is empty. k ≤ 0 asks for a list of the usual length.
func NewTop(k, items int) *Top {
	if k <= 0 {
		k = usual
	}
	k = min(k, items)
	return &Top{k: k, items: make([]int, 0, k+1), scores: make([]float64, 0, k+1)}
}

// Add shows it an item.
func (t *Top) Add(item int, score float64) {
	n := len(t.items)
	if n == t.k && (n == 0 || score <= t.scores[n-1]) {
		return
	}
	at := n
	for at > 0 && score > t.scores[at-1] {
		at--
	}
	t.items = slices.Insert(t.items, at, item)
	t.scores = slices.Insert(t.scores, at, score)
	if n == t.k {
		t.items, t.scores = t.items[:n], t.scores[:n]
	}
}

// Ranking is the list, best first.
func (t *Top) Ranking() api.Ranking { return api.Ranking{Items: t.items, Scores: t.scores} }
