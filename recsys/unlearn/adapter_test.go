package unlearn

import (
	"strings"
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

// licensed is a task on a model with licence adapters; every fourth item is under another licence.
func licensed(t *testing.T, name, request string) *Task {
	t.Helper()
	d := modeltest.Taste(200, 100, 21, 4)
	d.Catalog = make([]data.Item, d.Items())
	for i := range d.Catalog {
		d.Catalog[i].Licence = []string{"museum", "library", "archive", "own"}[i%4]
	}
	second := d.Modalities[0]
	second.Name = "text"
	second.Rows = second.Rows.Clone()
	for k := range second.Rows.Data {
		second.Rows.Data[k] *= second.Rows.Data[k]
	}
	d.Modalities = append(d.Modalities, second)
	m, err := model.New(api.ModelConfig{Name: name, Dim: 16, Adapters: 7}, d)
	require.NoError(t, err)
	cfg := api.TrainConfig{Seed: 3, Epochs: 15, Batch: 512, Rate: 0.02, Patience: 4}
	f, err := train.Fit(m, d, simd.New(), cfg, nil)
	require.NoError(t, err)
	r, err := data.ParseRequest(request)
	require.NoError(t, err)
	set, err := r.Resolve(d, rng.New(9), nil)
	require.NoError(t, err)
	return &Task{Model: m.Config(), Train: cfg, Before: f.Params, Data: d, Forget: set, Retain: data.Retain(d, set), Backend: simd.New(), Seed: 7}
}

func TestAdaptersForgetContentAsRetrainDoes(t *testing.T) {
	for _, name := range []string{"bpr", "lightgcn"} {
		for _, request := range []string{"modality:image@licence:museum", "modality:text@i6", "modality:image@licence:own"} {
			task := licensed(t, name, request)
			gold, want := run(t, "retrain", task)
			got, measured := run(t, "adapter", task)
			assert.Equal(t, gold.Params.SHA256(), got.Params.SHA256(), "%s, %s: not bit for bit what Retrain gives", name, request)
			assert.Equal(t, want.Test, measured.Test)
			routed, _ := run(t, "lethe", task)
			assert.Equal(t, gold.Params.SHA256(), routed.Params.SHA256())
			m, _ := Choose(task)
			assert.Equal(t, "adapter", m.Describe().Name)

			// The negative controls: hiding and removing content leave what an adapter learnt from it.
			for _, control := range []string{"mask-only", "graph-only"} {
				c, _ := run(t, control, task)
				assert.NotEqual(t, gold.Params.SHA256(), c.Params.SHA256(), control)
			}
			// Other licences' adapters, and everyone's own rows, are as they were.
			for _, s := range got.Params.Specs() {
				touched := strings.HasPrefix(s.Name, "adapter."+task.Forget.Modality)
				if !touched {
					assert.Equal(t, task.Before.View(s.Name), got.Params.View(s.Name), s.Name)
				}
			}
		}
	}
}

// A revoked asset is not in an item's pool, and the others are in it as if it had never been.
func TestAnItemIsTheMeanOfItsAssets(t *testing.T) {
	task := licensed(t, "lightgcn", "modality:image@i6")
	r, _ := run(t, "adapter", task)
	items := func(p *Result, d *data.Dataset) []float32 {
		n, err := bind(task.Model, p.Params, d, task.Backend)
		require.NoError(t, err)
		defer n.Free()
		v, err := finalVectors(task, n)
		require.NoError(t, err)
		return v.Items.Row(6)
	}
	without := *task.Data // never had an image of the item, nor anyone else's: the pool is its text alone
	without.Modalities = without.Modalities[1:]
	m, err := model.New(task.Model, &without)
	require.NoError(t, err)
	f, err := train.Fit(m, &without, task.Backend, task.Train, nil)
	require.NoError(t, err)
	assert.Equal(t, items(&Result{Params: f.Params}, &without), items(r, task.Retain))
	assert.NotEqual(t, items(&Result{Params: task.Before}, task.Data), items(r, task.Retain))
}

// Content through adapters ranks items that nobody had yet, which the base model cannot.
func TestAdaptersRankColdItems(t *testing.T) {
	task := licensed(t, "lightgcn", "modality:image@i6")
	d := *task.Data
	cold := map[int32]bool{}
	for i := int32(0); i < 30; i++ {
		cold[i] = true
	}
	var kept, held []data.Pair
	for _, p := range d.Train.Pairs() {
		if cold[p.Item] {
			held = append(held, p)
		} else {
			kept = append(kept, p)
		}
	}
	var err error
	d.Train, err = data.FromPairs(d.Users(), d.Items(), kept)
	require.NoError(t, err)
	auc := func(adapters int) float64 {
		m, err := model.New(api.ModelConfig{Name: "lightgcn", Dim: 16, Adapters: adapters}, &d)
		require.NoError(t, err)
		f, err := train.Fit(m, &d, task.Backend, task.Train, nil)
		require.NoError(t, err)
		n, err := bind(m.Config(), f.Params, &d, task.Backend)
		require.NoError(t, err)
		defer n.Free()
		v, err := finalVectors(task, n)
		require.NoError(t, err)
		s := rng.New(5).Stream()
		wins := 0.0
		for _, p := range held { // against another cold item
			j := int32(s.IntN(30))
			if a, b := inner(v.Users.Row(int(p.User)), v.Items.Row(int(p.Item))), inner(v.Users.Row(int(p.User)), v.Items.Row(int(j))); a > b {
				wins++
			}
		}
		return wins / float64(len(held))
	}
	assert.InDelta(t, 0.5, auc(0), 0.06)
	assert.Greater(t, auc(2), 0.6)
}

func TestAdaptersSayWhatTheyServe(t *testing.T) {
	task := licensed(t, "lightgcn", "items:5%")
	assert.ErrorContains(t, adapter{}.Supports(task), "takes content out")
	assert.ErrorContains(t, adapter{}.Supports(trained().task(t, "modality:image@i5")), "-adapters 8")
	for _, name := range []string{"mmrecun", "ssd", "fine-tune"} {
		m, err := New(name)
		require.NoError(t, err)
		assert.ErrorContains(t, m.Supports(task), "adapters", name)
	}
	// Other requests: the adapters follow the vectors that lethe has moved.
	r, _ := run(t, "lethe", task)
	again := *r
	again.Params = r.Params.Clone()
	require.NoError(t, readapt(task, &again))
	assert.Equal(t, r.Params.SHA256(), again.Params.SHA256())
	for _, cfg := range []api.ModelConfig{{Name: "vbpr", Adapters: 2}, {Name: "bpr", Adapters: 65}, {Name: "bpr", Adapters: -1}, {Name: "lightgcn", Adapters: 2, Shards: 2}} {
		_, err := model.New(cfg, task.Data)
		assert.Error(t, err)
	}
	bare := *task.Data
	bare.Modalities = nil
	_, err := model.New(api.ModelConfig{Name: "bpr", Adapters: 2}, &bare)
	assert.ErrorContains(t, err, "needs item features")
}
