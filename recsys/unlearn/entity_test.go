package unlearn

import (
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// untrained is a task on the checkerboard with fresh weights of a model.
func untrained(t *testing.T, cfg api.ModelConfig, f *data.ForgetSet) *Task {
	t.Helper()
	d := modeltest.Checkerboard(12, 10)
	m, err := model.New(cfg, d)
	require.NoError(t, err)
	p := dense.NewParams(m.Specs()...)
	m.Init(p, rng.New(1))
	return &Task{
		Model: m.Config(), Train: api.TrainConfig{Rate: 0.01}, Before: p, Data: d, Forget: f,
		Retain: data.Retain(d, f), Backend: simd.New(), Seed: 7,
	}
}

func TestEveryModelCanBeMadeToForget(t *testing.T) {
	d := modeltest.Checkerboard(12, 10)
	requests := []*data.ForgetSet{
		{Kind: data.ForgetUsers, Users: []int32{3}, Pairs: d.Train.Pairs()[d.Train.Ptr[3]:d.Train.Ptr[4]]},
		{Kind: data.ForgetPairs, Pairs: d.Train.Pairs()[:2]},
		{Kind: data.ForgetItems, Items: []int32{0}, Pairs: []data.Pair{{User: 2, Item: 0}, {User: 4, Item: 0}}},
		{Kind: data.ForgetModality, Items: []int32{1, 4}, Modality: "image"},
	}
	for _, name := range model.Trained() {
		for _, f := range requests {
			for _, trainable := range []bool{false, true} {
				task := untrained(t, api.ModelConfig{Name: name, Dim: 4, Trainable: trainable}, f)
				r, err := lethe{}.Unlearn(task)
				require.NoError(t, err, "%s, %s", name, f.Kind)
				assert.NotEqual(t, task.Before.SHA256(), r.Params.SHA256(), "%s, %s", name, f.Kind)
			}
		}
	}
}

func TestRowsOfDeletedEntitiesAreReset(t *testing.T) {
	cases := []struct {
		forget *data.ForgetSet
		reset  map[string][]int // rows that change, by weight; all others stay
	}{
		{&data.ForgetSet{Kind: data.ForgetUsers, Users: []int32{3}},
			map[string][]int{"node.cf": {3}, "user.image": {3}, "user.text": {3}}},
		{&data.ForgetSet{Kind: data.ForgetItems, Items: []int32{1}},
			map[string][]int{"node.cf": {13}, "item.feature.image": {1}, "item.feature.text": {1}}},
		{&data.ForgetSet{Kind: data.ForgetModality, Items: []int32{1, 4}, Modality: "text"},
			map[string][]int{"item.feature.text": {1, 4}}},
		{&data.ForgetSet{Kind: data.ForgetPairs, Pairs: []data.Pair{{User: 0, Item: 0}}}, nil},
	}
	for _, c := range cases {
		task := untrained(t, api.ModelConfig{Name: "tokenset", Dim: 4, Trainable: true}, c.forget)
		got, err := resetRows(task)
		require.NoError(t, err)
		for _, s := range got.Specs() {
			var changed []int
			for r := range s.Rows {
				row := got.View(s.Name).Row(r)
				if !assert.ObjectsAreEqual(task.Before.View(s.Name).Row(r), row) {
					changed = append(changed, r)
				}
				if model.Feature(s.Name) && len(changed) > 0 && changed[len(changed)-1] == r {
					assert.Equal(t, make([]float32, s.Cols), row, "content of %s is still there", s.Name)
				}
			}
			assert.Equal(t, c.reset[s.Name], changed, "%s under %s", s.Name, c.forget.Kind)
		}
	}
}

// Rows are drawn here without the model; they are the model's own under another seed.
func TestResetRowsAreWhatAnUntrainedModelHas(t *testing.T) {
	for _, name := range model.Trained() {
		for _, f := range []*data.ForgetSet{{Kind: data.ForgetUsers, Users: []int32{3, 7}}, {Kind: data.ForgetItems, Items: []int32{1}}, {Kind: data.ForgetModality, Items: []int32{1, 4}, Modality: "text"}} {
			task := untrained(t, api.ModelConfig{Name: name, Dim: 4, Trainable: true}, f)
			got, err := resetRows(task)
			require.NoError(t, err)
			d := *task.Retain
			d.UserIDs, d.ItemIDs = task.Data.UserIDs, task.Data.ItemIDs
			m, err := model.New(task.Model, &d)
			require.NoError(t, err)
			fresh := dense.NewParams(m.Specs()...)
			m.Init(fresh, rng.New(task.Seed).Named("reset"))
			for _, s := range m.Specs() {
				for _, r := range resetOf(task, s.Name) {
					assert.Equal(t, fresh.View(s.Name).Row(r), got.View(s.Name).Row(r), "%s, %s, row %d", name, s.Name, r)
				}
			}
		}
	}
}
