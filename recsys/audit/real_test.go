//go:build !js || lab

package audit

import (
	"os"
	"path/filepath"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/unlearn"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The controls fail on real data as well, and Retrain passes: TikTok, a small BPR.
func TestControlsFailOnRealData(t *testing.T) {
	if testing.Short() {
		t.Skip("trains a dozen small models")
	}
	dir := os.DirFS(filepath.Join("..", "..", "..", "shared", "data", "tiktok"))
	d, err := data.Load(dir, data.Options{})
	if err != nil {
		t.Skipf("TikTok is not at ../shared/data/tiktok beside the repository: %v", err)
	}
	for _, c := range []struct {
		request string
		cheat   unlearn.Method
		caught  map[string]Side // among others
	}{
		{"pairs:5%", hide{}, map[string]Side{"forget_auc": Remembers, "unseen_auc": Remembers, "mia_auc": Exposed}},
		{"pairs:5%", named("graph-only"), map[string]Side{"forget_auc": Remembers, "mia_auc": Exposed}},
		{"pairs:5%", overdo{}, map[string]Side{"forget_auc": ForgotTooFar, "unseen_auc": ForgotTooFar, "mia_auc": Exposed}},
		{"items:5%", hide{}, map[string]Side{"recon_auc": Remembers}},
		{"items:5%", named("graph-only"), map[string]Side{"recon_auc": Remembers}},
	} {
		t.Run(c.request+" "+c.cheat.Describe().Name, func(t *testing.T) {
			s := onReal(t, d, c.request)
			v, err := s.floor.Examine(s.by(t, c.cheat))
			require.NoError(t, err)
			t.Logf("noise %.1f of %.1f, caught by %v", v.Noise.Score.Value, v.Noise.Limit, v.Caught())
			assert.False(t, v.Passed)
			for name, side := range c.caught {
				assert.Equal(t, side, v.Caught()[name], name)
			}
			honest, err := s.floor.Examine(s.honest())
			require.NoError(t, err)
			assert.Empty(t, honest.Caught(), "an honest Retrain")
		})
	}
}

var reals = map[string]*study{}

// onReal is a study of a BPR on real data.
func onReal(t *testing.T, d *data.Dataset, request string) *study {
	if reals[request] == nil {
		task := &unlearn.Task{
			Model: api.ModelConfig{Name: "bpr", Dim: 16, Reg: 0.001}, Data: d, Backend: simd.New(), Seed: 7,
			Train: api.TrainConfig{Seed: 3, Epochs: 30, Rate: 0.01, Patience: 30},
		}
		reals[request] = studyOf(task, request, floorSeeds+1)
	}
	return reals[request]
}
