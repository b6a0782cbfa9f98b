package unlearn

import (
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func sharded(t *testing.T, name string, shards int) fixture {
	t.Helper()
	f := fixture{data: modeltest.Taste(120, 60, 21, 4), model: api.ModelConfig{Name: name, Dim: 8, Shards: shards}, train: api.TrainConfig{Seed: 3, Epochs: 6, Batch: 128, Rate: 0.02, Patience: 6}}
	m, err := model.New(f.model, f.data)
	require.NoError(t, err)
	f.model = m.Config()
	f.fitted, err = train.Fit(m, f.data, simd.New(), f.train, nil)
	require.NoError(t, err)
	return f
}

func TestShardIsRetrainBitForBit(t *testing.T) {
	for _, name := range []string{"bpr", "lightgcn", "freedom", "tokenset"} {
		f := sharded(t, name, 4)
		for _, request := range []string{"user:u5", "users:5%", "pairs:1%", "items:5%", "modality:image@i5"} {
			task := f.task(t, request)
			gold, _ := run(t, "retrain", task)
			got, _ := run(t, "shard", task)
			assert.Equal(t, gold.Params.SHA256(), got.Params.SHA256(), "%s, %s", name, request)
			if request == "user:u5" {
				assert.Contains(t, got.Note, "1 of 4 shards")
			}
			if request == "modality:image@i5" && name != "freedom" && name != "tokenset" {
				continue // it knows no content
			}
			// The negative control: what a single model would keep.
			control, _ := run(t, "graph-only", task)
			assert.NotEqual(t, gold.Params.SHA256(), control.Params.SHA256(), "%s, %s", name, request)
		}
	}
}

func TestAUserIsInOneShardOnly(t *testing.T) {
	f := sharded(t, "lightgcn", 3)
	made, err := model.New(f.model, f.data)
	require.NoError(t, err)
	m := made.(*model.Sharded)
	n := train.NewNetwork(m, f.fitted.Params, simd.New())
	defer n.Free()
	v, err := finalVectors(f.task(t, "pairs:1%"), n)
	require.NoError(t, err)
	assert.Equal(t, 3*8, v.Users.Cols)
	for u := range f.data.Users() {
		for k := range 3 {
			zero := assert.ObjectsAreEqual(make([]float32, 8), v.Users.Row(u)[8*k:8*k+8])
			assert.Equal(t, m.Shard(int32(u)) != k, zero)
		}
	}
	_, sets := m.Parts()
	total := 0
	for _, d := range sets {
		total += d.Train.Len()
		assert.NotZero(t, d.Train.Len())
	}
	assert.Equal(t, f.data.Train.Len(), total)
}

func TestShardsAreChecked(t *testing.T) {
	d := modeltest.Checkerboard(12, 10)
	for shards, want := range map[int]string{1: "no division", -2: "no division", 65: "more than 64"} {
		_, err := model.New(api.ModelConfig{Name: "bpr", Shards: shards}, d)
		assert.ErrorContains(t, err, want)
	}
	_, err := model.New(api.ModelConfig{Name: "ease", Shards: 4}, d)
	assert.ErrorContains(t, err, "exact already")
	assert.ErrorContains(t, shard{}.Supports(trained().task(t, "pairs:5%")), "-shards 8")
}
