package unlearn

import (
	"math"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/data"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMeasuresNameWhatARequestLeavesToMeasure(t *testing.T) {
	always := []string{"recall@20", "ndcg@20", "forget_recall@20", "forget_auc", "forget_auc_rows", "unseen_auc", "mia_auc", "mia_tpr", "delta_auc"}
	for request, more := range map[string][]string{"pairs:5%": nil, "users:5%": {"recon_auc"}, "items:5%": {"recon_auc"}} {
		task := trained().task(t, request)
		m, err := Measure(task, task.Before, task.Data)
		require.NoError(t, err)
		var names []string
		for name, e := range m.Estimates {
			names = append(names, name)
			assert.False(t, math.IsNaN(e.Value+e.SE+e.Low+e.High), name)
			assert.LessOrEqual(t, e.Low, e.Value, name)
			assert.LessOrEqual(t, e.Value, e.High, name)
		}
		assert.ElementsMatch(t, append(more, always...), names, request)
		assert.Equal(t, 0.5, m.Estimates["delta_auc"].Value, "the model before has lost nothing")
		var row api.Row
		m.Fill(&row)
		assert.Equal(t, m.Estimates["mia_auc"].Value, *row.MIAAUC)
		assert.Equal(t, m.Estimates["forget_auc"].Value, *row.ForgetAUC)
		assert.Equal(t, m.Estimates, row.Estimates)
	}
}

func TestARequestThatLeavesNothingToCompareHasNoAUC(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	task.Forget = &data.ForgetSet{Kind: data.ForgetModality, Modality: "image", Items: []int32{0}}
	task.Retain = data.Retain(task.Data, task.Forget)
	m, err := Measure(task, task.Before, task.Data)
	require.NoError(t, err)
	assert.Nil(t, m.AUC)
	assert.Nil(t, m.Membership)
	assert.NotContains(t, m.Estimates, "mia_auc")
	assert.Contains(t, m.Estimates, "recall@20")
	_, ok := m.Against(m)
	assert.False(t, ok)
	var row api.Row
	m.Fill(&row)
	assert.Nil(t, row.MIAAUC)
}

func TestAgainstRetrainPairByPair(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	_, gold := run(t, "retrain", task)
	_, hidden := run(t, "mask-only", task)
	a, ok := hidden.Against(gold)
	require.True(t, ok)
	assert.InDelta(t, *hidden.AUC-*gold.AUC, a.AUC.Value, 1e-9)
	assert.Less(t, a.AUC.SE, hidden.Estimates["forget_auc"].SE*1.2)
	assert.InDelta(t, a.AUC.Value / *gold.AUC, a.PrivLeak.Value, 1e-9)
	assert.Greater(t, a.PrivLeak.Value, 4*a.PrivLeak.SE, "remembers")
	assert.Less(t, a.Delta.Value, -4*a.Delta.SE, "nothing fell")
	same, _ := gold.Against(gold)
	assert.Zero(t, same.PrivLeak.Value)
	assert.Zero(t, same.Delta.SE)

	assert.Greater(t, *hidden.AUC, 0.5)
	_, err := hidden.Noise([]*Measures{gold, gold})
	assert.ErrorContains(t, err, "needs 3 Retrains")
	n, err := hidden.Noise([]*Measures{gold, gold, gold})
	require.NoError(t, err)
	assert.False(t, n.Pass)
}
