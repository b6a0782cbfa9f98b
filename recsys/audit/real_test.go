//go:build !js

package audit

import (
	"os"
	"path/filepath"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/rng"
	"lethe/recsys/unlearn"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The controls fail on real data as well, and Retrain passes: TikTok, a small BPR.
func TestControlsFailOnRealData(t *testing.T) {
	dir := os.Getenv("LETHE_DATA")
	if dir == "" {
		dir = filepath.Join("..", "..", "..", "shared", "data")
	}
	if _, err := os.Stat(filepath.Join(dir, "tiktok", "tiktok.inter")); err != nil {
		t.Skipf("TikTok is not in %s: set LETHE_DATA to the folder that holds it", dir)
	}
	d, err := data.Load(os.DirFS(filepath.Join(dir, "tiktok")), data.Options{})
	require.NoError(t, err)
	for _, c := range []struct {
		request string
		cheat   unlearn.Method
		caught  map[string]Side // among others
	}{
		{"pairs:5%", hide{}, map[string]Side{"forget_auc": Remembers, "unseen_auc": Remembers, "mia_auc": Exposed}},
		{"pairs:5%", named("graph-only"), map[string]Side{"forget_auc": Remembers, "mia_auc": Exposed}},
		{"pairs:5%", overdo{}, map[string]Side{"forget_auc": ForgotTooFar, "unseen_auc": ForgotTooFar, "mia_auc": Exposed}},
		{"items:10%", hide{}, map[string]Side{"recon_auc": Remembers}},
		{"items:10%", named("graph-only"), map[string]Side{"recon_auc": Remembers}},
	} {
		t.Run(c.request+" "+c.cheat.Describe().Name, func(t *testing.T) {
			s := onReal(t, d, c.request)
			r, err := c.cheat.Unlearn(s.task)
			require.NoError(t, err)
			read, err := Readings(Released(s.task, r))
			require.NoError(t, err)
			v, err := Judge(read, s.golds[1:])
			require.NoError(t, err)
			t.Logf("noise %.1f of %.1f, caught by %v", v.Noise.Score.Value, v.Noise.Limit, v.Caught())
			assert.False(t, v.Passed)
			assert.False(t, v.Noise.Pass)
			for name, side := range c.caught {
				assert.Equal(t, side, v.Caught()[name], name)
			}
			honest, err := Judge(s.golds[0], s.golds[1:])
			require.NoError(t, err)
			assert.Empty(t, honest.Caught(), "an honest Retrain")
		})
	}
}

// realStudy is a task on real data and the readings of an honest Retrain and of three more.
type realStudy struct {
	task  *unlearn.Task
	golds []api.Estimates
}

var reals = map[string]*realStudy{}

func onReal(t *testing.T, d *data.Dataset, request string) *realStudy {
	if s := reals[request]; s != nil {
		return s
	}
	task := &unlearn.Task{
		Model: api.ModelConfig{Name: "bpr", Dim: 32, Reg: 1e-5}, Data: d, Backend: simd.New(), Seed: 7,
		Train: api.TrainConfig{Seed: 3, Epochs: 40, Rate: 0.01, Patience: 40},
	}
	task.Before = fit(task, d, 3)
	r, err := data.ParseRequest(request)
	require.NoError(t, err)
	task.Forget, err = r.Resolve(d, rng.New(9), nil)
	require.NoError(t, err)
	task.Retain = data.Retain(d, task.Forget)
	s := &realStudy{task: task}
	for k := range uint64(4) {
		x, err := Readings(Subject{task, fit(task, task.Retain, 100+k), task.Retain})
		require.NoError(t, err)
		s.golds = append(s.golds, x)
	}
	reals[request] = s
	return s
}
