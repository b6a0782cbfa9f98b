package unlearn

import (
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestARevokedModalityLeavesTheUsersOfItsItems(t *testing.T) {
	f := fixture{data: modeltest.Taste(300, 120, 21, 4), model: api.ModelConfig{Name: "tokenset", Dim: 16}, train: api.TrainConfig{Seed: 3, Epochs: 30, Batch: 512, Rate: 0.01, Patience: 30}}
	m, err := model.New(f.model, f.data)
	require.NoError(t, err)
	f.model = m.Config()
	f.fitted, err = train.Fit(m, f.data, simd.New(), f.train, nil)
	require.NoError(t, err)
	task := f.task(t, "modality:image@i5")
	task.Forget.Items = nil
	for i := int32(0); i < 120; i += 3 {
		task.Forget.Items = append(task.Forget.Items, i)
	}
	task.Retain = data.Retain(task.Data, task.Forget)
	_, gold := run(t, "retrain", task)
	_, masked := run(t, "graph-only", task)
	r, got := run(t, "lethe", task)
	for name, x := range map[string]*Measures{"retrain": gold, "content masked": masked, "lethe": got} {
		t.Logf("%-14s inversion from users %.3f, from items %.3f, test %.4f", name, x.Estimates["inversion_users"].Value, x.Estimates["inversion_items"].Value, x.Test["recall@20"])
	}
	// Nearer to Retrain than masking, which is the negative control, from either side and in usefulness.
	gap := func(x *Measures, name string) float64 {
		d := x.Estimates[name].Value - gold.Estimates[name].Value
		return max(d, -d)
	}
	for _, name := range []string{"inversion_users", "inversion_items", "recall@20"} {
		assert.Less(t, gap(got, name), gap(masked, name), name)
	}
	// Who has none of the items kept that channel's row through refitting: only the repair moved it.
	us := holders(task)
	p := task.Before.Clone()
	live := resetChannel(task, p, us)
	require.Len(t, live, 1)
	assert.Equal(t, "user.image", live[0].name)
	of := marked(task.Data.Users(), us)
	for u := range task.Data.Users() {
		same := assert.ObjectsAreEqual(task.Before.View("user.image").Row(u), p.View("user.image").Row(u))
		assert.Equal(t, !of[u], same)
		assert.Equal(t, task.Before.View("node.cf").Row(u), p.View("node.cf").Row(u))
	}
	assert.NotEqual(t, task.Before.SHA256(), r.Params.SHA256())
}
