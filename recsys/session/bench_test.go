package session

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

func TestBenchMeasuresBesideRetrain(t *testing.T) {
	s := newLine(t, 0).session()
	s.opt.Visitor = false
	_, err := s.OpenDataset(tastes())
	require.NoError(t, err)
	var labels []string
	b := Bench{Models: []api.Train{training(20)}, Methods: []string{"mask-only", "retrain", "lethe"}, Requests: []string{"pairs:10%", "users:10%"}, Golds: 3}
	rows, references, err := s.Bench(b, func(l string) { labels = append(labels, l) }, nil)
	require.NoError(t, err)
	require.Len(t, rows, 6)
	assert.Equal(t, "lightgcn", labels[0])
	assert.Len(t, labels, 1+2*(3+2), "one training; per request three Retrains and two methods")
	for k, r := range rows {
		assert.Equal(t, b.Methods[k%3], r.Method)
		assert.Equal(t, b.Requests[k/3], r.Forget.Request)
		require.NotNil(t, r.RetrainSeconds)
		assert.Greater(t, *r.RetrainSeconds, 0.0)
		assert.NotEmpty(t, r.RetrainTest)
		require.NotNil(t, r.NoiseScore)
	}
	assert.Equal(t, rows[1].Test, rows[1].RetrainTest)
	assert.Equal(t, *rows[1].Seconds, *rows[0].RetrainSeconds, "all methods stand beside the same Retrain")

	// The original and three Retrains per request.
	require.Len(t, references, 8)
	assert.Equal(t, "original", references[0].Method)
	assert.Equal(t, *references[1].NoiseScore, *rows[1].NoiseScore, "Retrain is scored against its other seeds wherever it stands")
	assert.NotEqual(t, *references[1].ThetaSHA256, *references[2].ThetaSHA256, "another seed is another Retrain")
}

func TestNoiseNeedsThreeSeeds(t *testing.T) {
	n := &noise{golds: make([]api.Row, 2)}
	r, err := n.score(api.Row{})
	require.NoError(t, err)
	assert.Nil(t, r.NoiseScore)
}
