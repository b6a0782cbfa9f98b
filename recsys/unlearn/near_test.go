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

// large is a data set beside which one interaction is small.
func large(t *testing.T, name string) *Task {
	t.Helper()
	f := fixture{data: modeltest.Taste(300, 120, 21, 4), model: api.ModelConfig{Name: name, Dim: 16}, train: api.TrainConfig{Seed: 3, Epochs: 15, Batch: 512, Rate: 0.02, Patience: 15}}
	m, err := model.New(f.model, f.data)
	require.NoError(t, err)
	f.model = m.Config()
	f.fitted, err = train.Fit(m, f.data, simd.New(), f.train, nil)
	require.NoError(t, err)
	u := 0
	for len(f.data.Train.Row(u)) < 5 {
		u++
	}
	return f.task(t, "pair:"+f.data.UserIDs[u]+"/"+f.data.ItemIDs[f.data.Train.Row(u)[2]])
}

func TestWalkingFindsTheVectorsOfTheRetainGraph(t *testing.T) {
	for _, name := range []string{"bpr", "vbpr", "lightgcn", "freedom"} {
		task := large(t, name)
		require.True(t, small(task) && walkable(task))
		n, err := bind(task.Model, task.Before, task.Retain, task.Backend)
		require.NoError(t, err)
		want, err := finalVectors(task, n)
		require.NoError(t, err)
		before, err := task.final()
		require.NoError(t, err)
		x := newNearby(task, before)
		levels, err := x.levels()
		require.NoError(t, err)
		u := task.Forget.Pairs[0].User
		assert.InDeltaSlice(t, want.Users.Row(int(u)), levels[0].users.Row(levels[0].userSlot[u]), 1e-4, name)
		n.Free()
	}
}

func TestASmallRequestMovesOnlyItsUser(t *testing.T) {
	for _, name := range []string{"bpr", "vbpr", "lightgcn", "freedom"} {
		t.Run(name, func(t *testing.T) {
			task := large(t, name)
			before := task.Before.SHA256()
			r, got := run(t, "lethe", task)
			u := task.Forget.Pairs[0].User
			for _, b := range blocks(task.Before, task.Data.Users()) {
				for row := range b.rows() {
					from := b.row(int32(row))
					same := assert.ObjectsAreEqual(task.Before.Theta[from:from+b.cols], r.Params.Theta[from:from+b.cols])
					if own := b.kind == "user" && int32(row) == u; own == same {
						t.Fatalf("%s, row %d: moved %v", b.name, row, !same)
					}
				}
			}
			assert.Equal(t, before, task.Before.SHA256())
			// The same as with all vectors on a backend, but for the sample that scores are standardised by.
			wide, err := directly(task)
			require.NoError(t, err)
			far, err := Measure(task, wide.Params, wide.Bound)
			require.NoError(t, err)
			_, masked := run(t, "mask-only", task)
			z := func(m *Measures) float64 { f, _ := m.Scores.Z(); return f.Value[0] }
			if z(masked) > z(far)+0.3 {
				assert.Less(t, z(got), z(masked)-0.2, "nothing was forgotten")
			}
			assert.InDelta(t, z(far), z(got), 0.5)
			// What a task brings saves computing it and changes nothing.
			v, err := task.final()
			require.NoError(t, err)
			task.Final = &v
			again, err := lethe{}.Unlearn(task)
			require.NoError(t, err)
			assert.Equal(t, r.Params.SHA256(), again.Params.SHA256())
		})
	}
}

func TestLargeRequestsAreNotSmall(t *testing.T) {
	assert.False(t, small(trained().task(t, "pairs:5%")))
	task := large(t, "bpr")
	task.Forget = &data.ForgetSet{Kind: data.ForgetPairs, Pairs: task.Data.Train.Pairs()[:10]}
	assert.False(t, small(task))
}
