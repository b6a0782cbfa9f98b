package unlearn

import (
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	closed "lethe/recsys/model/ease"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// solved is a task on EASE fitted to the taste fixture.
func solved(t *testing.T, request string) *Task {
	t.Helper()
	d := modeltest.Taste(200, 100, 21, 4)
	m, err := model.New(api.ModelConfig{Name: "ease", Reg: 50}, d)
	require.NoError(t, err)
	f, err := train.Fit(m, d, simd.New(), api.TrainConfig{}, nil)
	require.NoError(t, err)
	r, err := data.ParseRequest(request)
	require.NoError(t, err)
	set, err := r.Resolve(d, rng.New(9), nil)
	require.NoError(t, err)
	return &Task{Model: m.Config(), Before: f.Params, Data: d, Forget: set, Retain: data.Retain(d, set), Backend: simd.New(), Seed: 7}
}

// farthest is the largest difference of two models' B.
func farthest(a, b *dense.Params) float64 {
	x, y := closed.Load(a, 50), closed.Load(b, 50)
	worst := 0.0
	for i := range x.Items() {
		for j := range x.Items() {
			worst = max(worst, x.At(i, j)-y.At(i, j), y.At(i, j)-x.At(i, j))
		}
	}
	return worst
}

func TestEASEForgetsAsRetrainDoes(t *testing.T) {
	for _, request := range []string{"pairs:1%", "pairs:30%", "users:5%", "items:5%", "modality:image@i5"} {
		task := solved(t, request)
		want := task.Before.SHA256()
		gold, retrained := run(t, "retrain", task)
		got, measured := run(t, "ease", task)
		assert.Less(t, farthest(gold.Params, got.Params), closed.Tolerance, request)
		assert.Equal(t, retrained.Test, measured.Test, request)
		assert.Equal(t, retrained.ForgetRecall, measured.ForgetRecall, request)
		assert.Equal(t, want, task.Before.SHA256(), "the input changed")
		if task.Forget.Kind == data.ForgetModality {
			assert.Equal(t, task.Before.View(closed.Weight), got.Params.View(closed.Weight), "EASE knows no content")
			continue
		}
		assert.InDelta(t, *retrained.AUC, *measured.AUC, 1e-3, request)
		// The negative control: hiding forgets nothing.
		control, _ := run(t, "mask-only", task)
		assert.Greater(t, farthest(gold.Params, control.Params), 1e-4, request)
	}
}

func TestMethodsRefuseModelsTheyCannotServe(t *testing.T) {
	ease, other := solved(t, "pairs:1%"), trained().task(t, "pairs:1%")
	serves := map[string]bool{"retrain": true, "ease": true, "auto": true, "graph-only": true, "mask-only": true}
	for _, m := range Methods() {
		method, err := New(m.Name)
		require.NoError(t, err)
		if serves[m.Name] {
			assert.NoError(t, method.Supports(ease), m.Name)
		} else {
			assert.ErrorContains(t, method.Supports(ease), "closed form", m.Name)
		}
		switch m.Name {
		case "ease":
			assert.ErrorContains(t, method.Supports(other), "lightgcn")
		case "shard":
			assert.ErrorContains(t, method.Supports(other), "sharded")
		case "adapter":
			assert.ErrorContains(t, method.Supports(other), "-adapters")
		case "newton-user":
			assert.ErrorContains(t, method.Supports(other), "bpr, vbpr")
		default:
			assert.NoError(t, method.Supports(other), m.Name)
		}
	}
}
