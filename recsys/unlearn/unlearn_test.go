package unlearn

import (
	"sync"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// fixture is a LightGCN trained on 400 users × 200 items with a memory of its data,
// and a task per kind of request.
type fixture struct {
	data   *data.Dataset
	fitted *train.Fitted
	model  api.ModelConfig
	train  api.TrainConfig
}

var trained = sync.OnceValue(func() fixture {
	f := fixture{
		data:  modeltest.Taste(400, 200, 21, 4),
		model: api.ModelConfig{Name: "lightgcn", Dim: 32, Layers: 2},
		train: api.TrainConfig{Seed: 3, Epochs: 60, Batch: 512, Rate: 0.01, Patience: 60},
	}
	m, err := model.New(f.model, f.data)
	if err != nil {
		panic(err)
	}
	f.fitted, err = train.Fit(m, f.data, simd.New(), f.train, nil)
	if err != nil {
		panic(err)
	}
	return f
})

func (f fixture) task(t *testing.T, request string) *Task {
	t.Helper()
	r, err := data.ParseRequest(request)
	require.NoError(t, err)
	set, err := r.Resolve(f.data, rng.New(9), nil)
	require.NoError(t, err)
	return &Task{
		Model: f.model, Train: f.train, Before: f.fitted.Params, Data: f.data, Forget: set,
		Retain: data.Retain(f.data, set), Backend: simd.New(), Seed: 7,
	}
}

func run(t *testing.T, name string, task *Task) (*Result, *Measures) {
	t.Helper()
	m, err := New(name)
	require.NoError(t, err)
	r, err := m.Unlearn(task)
	require.NoError(t, err)
	got, err := Measure(task, r.Params, r.Bound)
	require.NoError(t, err)
	return r, got
}

func TestOneReverseStepLowersTheMargin(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	old, err := original(task)
	require.NoError(t, err)
	defer old.free()
	for name, objective := range map[string]train.Objective{"swap": swap, "anchored": anchored(3, old, 0), "hardened": anchored(3, old, 0.1), "hardened swap": hardSwap(0.1)} {
		l, err := begin(task)
		require.NoError(t, err)
		l.push(task.Forget.Pairs, forgetBatch, 1e-3, objective)
		before := marginOf(t, l)
		require.NoError(t, l.forget.step(1))
		assert.Less(t, marginOf(t, l), before, name)
		l.free()
	}
}

// marginOf is the mean of s_ui − s_uj over forgotten pairs and a fixed item j = 0.
func marginOf(t *testing.T, l *loop) float64 {
	users, items := l.net.Embed()
	hu, hi := make([]float32, users.Len()), make([]float32, items.Len())
	require.NoError(t, l.net.Backend().Read(users, hu))
	require.NoError(t, l.net.Backend().Read(items, hi))
	sum := 0.0
	for _, p := range l.t.Forget.Pairs {
		for c := range users.Cols {
			sum += float64(hu[int(p.User)*users.Cols+c]) * float64(hi[int(p.Item)*users.Cols+c]-hi[c])
		}
	}
	return sum / float64(len(l.t.Forget.Pairs))
}

func TestEveryMethodLeavesItsInputAlone(t *testing.T) {
	f := trained()
	want := f.fitted.Params.SHA256()
	train := append([]int32(nil), f.data.Train.Item...)
	for _, m := range Methods() {
		method, err := New(m.Name)
		require.NoError(t, err)
		for _, request := range []string{"pairs:5%", "users:5%", "items:5%"} {
			task := f.task(t, request)
			if method.Supports(task) != nil {
				continue // measured where it is supported: see ease_test.go
			}
			if m.Name == "retrain" {
				task.Train.Epochs = 1
			}
			a, _ := run(t, m.Name, task)
			b, _ := run(t, m.Name, task)
			assert.Equal(t, a.Params.SHA256(), b.Params.SHA256(), "%s on %s is not deterministic", m.Name, request)
		}
		assert.Equal(t, want, f.fitted.Params.SHA256(), m.Name)
		assert.Equal(t, train, f.data.Train.Item, m.Name)
	}
}

func TestLetheForgetsInteractionsAsRetrainDoes(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	_, gold := run(t, "retrain", task)
	_, got := run(t, "lethe", task)
	// The standard error of an AUC from 300 forgotten and about 1,200 held-out pairs is 0.019.
	assert.InDelta(t, *gold.AUC, *got.AUC, 0.06, "final vectors")
	assert.InDelta(t, *gold.AUCRows, *got.AUCRows, 0.08, "raw rows")
	assert.Greater(t, got.Test["recall@20"], 0.95*gold.Test["recall@20"])
	// Negative controls: what does not unlearn is caught.
	for _, control := range []string{"mask-only", "graph-only", "fine-tune"} {
		_, c := run(t, control, task)
		assert.Greater(t, *c.AUCRows, *gold.AUCRows+0.1, control)
	}
}

func TestPushingPastTheStopIsCaughtAsForgettingTooMuch(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	_, gold := run(t, "retrain", task)
	l, err := begin(task)
	require.NoError(t, err)
	defer l.free()
	l.push(task.Forget.Pairs, forgetBatch, forgetPace*l.spread, swap)
	l.repair(retainBatch, retainPace*l.spread)
	r, err := l.run(60)
	require.NoError(t, err)
	got, err := Measure(task, r.Params, r.Bound)
	require.NoError(t, err)
	assert.Less(t, *got.AUC, *gold.AUC-0.1)
}

func TestDeletingItemsNeedsTheUsersSide(t *testing.T) {
	task := trained().task(t, "items:5%")
	_, gold := run(t, "retrain", task)
	_, deleted := run(t, "graph-only", task)
	_, got := run(t, "lethe", task)
	t.Logf("reconstruction: retrain %.3f, rows deleted %.3f, lethe %.3f", *gold.Recon, *deleted.Recon, *got.Recon)
	assert.Greater(t, *deleted.Recon, *gold.Recon+0.08)
	assert.InDelta(t, *gold.Recon, *got.Recon, 0.06)
	assert.Greater(t, got.Test["recall@20"], 0.95*gold.Test["recall@20"])
}

func TestDeletedUsersAreStrangers(t *testing.T) {
	task := trained().task(t, "users:5%")
	_, gold := run(t, "retrain", task)
	_, masked := run(t, "mask-only", task)
	_, got := run(t, "lethe", task)
	assert.InDelta(t, *gold.AUC, *got.AUC, 0.08)
	assert.Greater(t, masked.ForgetRecall, 2*got.ForgetRecall)
}

func TestDeletingUsersNeedsTheItemsSide(t *testing.T) {
	task := trained().task(t, "users:10%")
	_, gold := run(t, "retrain", task)
	_, deleted := run(t, "graph-only", task)
	_, got := run(t, "lethe", task)
	t.Logf("reconstruction: retrain %.3f, rows deleted %.3f, lethe %.3f", *gold.Recon, *deleted.Recon, *got.Recon)
	assert.Greater(t, *deleted.Recon, *gold.Recon+0.08)
	assert.InDelta(t, *gold.Recon, *got.Recon, 0.06)
	assert.Greater(t, got.Test["recall@20"], 0.95*gold.Test["recall@20"])
}
