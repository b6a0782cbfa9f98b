package eval

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestMetricsByHand(t *testing.T) {
	tl := newTally([]int{2, 5})
	// Hits at ranks 2 and 4; three relevant items, one of them unranked.
	tl.add([]int32{7, 3, 9, 5, 1}, []int32{3, 5, 8})
	m := tl.metrics()
	assert.InDelta(t, 1.0/3, m["recall@2"], 1e-12)
	assert.InDelta(t, 2.0/3, m["recall@5"], 1e-12)
	assert.InDelta(t, 1.0/2, m["precision@2"], 1e-12)
	assert.InDelta(t, 2.0/5, m["precision@5"], 1e-12)
	ideal2 := 1 + 1/math.Log2(3)
	ideal3 := ideal2 + 0.5
	assert.InDelta(t, 1/math.Log2(3)/ideal2, m["ndcg@2"], 1e-12)
	assert.InDelta(t, (1/math.Log2(3)+1/math.Log2(5))/ideal3, m["ndcg@5"], 1e-12)
	assert.InDelta(t, 0.5/2, m["map@2"], 1e-12)
	assert.InDelta(t, (0.5+0.5)/3, m["map@5"], 1e-12)
	assert.Equal(t, 1.0, m["hit@2"])

	// A second user without hits halves everything.
	tl.add([]int32{1, -1, -1, -1, -1}, []int32{2})
	assert.InDelta(t, 1.0/6, tl.metrics()["recall@2"], 1e-12)
	assert.Equal(t, 0.5, tl.metrics()["hit@5"])
}

func TestPerfectRankingScoresOne(t *testing.T) {
	tl := newTally([]int{5})
	tl.add([]int32{4, 2, 0, 9, 8}, []int32{0, 2, 4})
	m := tl.metrics()
	for _, name := range []string{"recall@5", "ndcg@5", "map@5", "hit@5"} {
		assert.InDelta(t, 1, m[name], 1e-12, name)
	}
	assert.InDelta(t, 0.6, m["precision@5"], 1e-12)
}

func TestNoUsersNoMetrics(t *testing.T) {
	assert.Empty(t, newTally(Cutoffs).metrics())
}
