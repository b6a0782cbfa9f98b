package eval

import (
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/reference"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestScorersAreMeasuredAsVectorsAre(t *testing.T) {
	const dim = 5
	d := modeltest.Taste(60, 40, 14, 3)
	s := rng.New(1).Stream()
	users, items := dense.New(60, dim), dense.New(40, dim)
	for _, m := range []dense.Matrix{users, items} {
		for k := range m.Data {
			m.Data[k] = float32(s.IntN(5) - 2) // small integers: exact in any order, and many ties
		}
	}
	score := func(u int, out []float32) {
		for i := range out {
			out[i] = 0
			for k, x := range users.Row(u) {
				out[i] += x * items.Row(i)[k]
			}
		}
	}
	banned := make([]bool, 40)
	banned[3], banned[17] = true, true
	be := reference.New()
	tu, ti := be.New(60, dim), be.New(40, dim)
	be.Write(tu, users.Data)
	be.Write(ti, items.Data)
	for _, mask := range [][]bool{nil, banned} {
		want, err := NewRanker(be, d.Train, mask, 50).Metrics(tu, ti, d.Test, Cutoffs, nil)
		require.NoError(t, err)
		got, err := ScoreMetrics(score, d.Train, d.Test, mask, Cutoffs, nil)
		require.NoError(t, err)
		assert.Equal(t, want, got)
		assert.NotZero(t, got["recall@5"])

		forget, held := d.Train.Pairs()[:30], d.Test.Pairs()[:30]
		g := NewGauge(be, d, forget, held, mask, dim)
		wf, wh, err := g.Z(tu, ti)
		require.NoError(t, err)
		gf, gh := ScoreZ(score, d, forget, held, mask)
		assert.InDeltaSlice(t, wf, gf, 1e-9)
		assert.InDeltaSlice(t, wh, gh, 1e-9)
	}
}

func TestAnObserverStopsScoring(t *testing.T) {
	d := modeltest.Taste(20, 20, 7, 3)
	_, err := ScoreMetrics(func(int, []float32) {}, d.Train, d.Test, nil, []int{5},
		func(api.Progress) error { return assert.AnError })
	assert.ErrorIs(t, err, assert.AnError)
}

func TestABackgroundWithoutItemsGivesNoScore(t *testing.T) {
	x, err := data.FromPairs(1, 1, []data.Pair{{User: 0, Item: 0}})
	require.NoError(t, err)
	d := &data.Dataset{UserIDs: []string{"u"}, ItemIDs: []string{"i"}, Train: x, Valid: x, Test: x}
	f, h := ScoreZ(func(_ int, out []float32) { out[0] = 1 }, d, x.Pairs(), nil, nil)
	assert.Equal(t, []float64{0}, f)
	assert.Empty(t, h)
}
