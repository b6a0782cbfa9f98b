package train_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/train"
)

// A training broken off after any epoch goes on to the same bits.
func TestResumedTrainingHasTheSameBits(t *testing.T) {
	for _, name := range []string{"bpr", "freedom"} {
		d := modeltest.Checkerboard(60, 40)
		m, err := model.New(api.ModelConfig{Name: name, Dim: 8}, d)
		require.NoError(t, err)
		cfg := api.TrainConfig{Seed: 3, Epochs: 6, Batch: 64, Patience: 4}
		whole, err := train.Fit(m, d, simd.New(), cfg, nil)
		require.NoError(t, err)
		stop := errors.New("stop")
		for at := 1; at < whole.Epochs; at++ {
			var kept []byte
			n := 0
			_, err := train.FitFrom(nil, func(take func() (*train.Checkpoint, error)) error {
				if n++; n < at {
					return nil
				}
				c, err := take()
				require.NoError(t, err)
				kept, err = c.Encode("key")
				require.NoError(t, err)
				return stop
			}, m, d, simd.New(), cfg, nil)
			require.ErrorIs(t, err, stop)
			c, err := train.DecodeCheckpoint(kept, "key", m.Specs())
			require.NoError(t, err)
			other, err := train.DecodeCheckpoint(kept, "another", m.Specs())
			require.NoError(t, err)
			assert.Nil(t, other)
			again, err := train.FitFrom(c, nil, m, d, simd.New(), cfg, nil)
			require.NoError(t, err)
			assert.Equal(t, whole.Params.SHA256(), again.Params.SHA256(), "%s, epoch %d", name, at)
			assert.Equal(t, whole.BestEpoch, again.BestEpoch)
			assert.Len(t, again.Curve, len(whole.Curve))
		}
	}
}

func FuzzDecodeCheckpoint(f *testing.F) {
	specs := []dense.Spec{{Name: "user", Rows: 2, Cols: 2}}
	p := dense.NewParams(specs...)
	c := &train.Checkpoint{Step: 1, Theta: p.Theta, M: p.Theta, V: p.Theta, Fitted: train.Fitted{Params: p, Epochs: 1}}
	b, err := c.Encode("key")
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if c, err := train.DecodeCheckpoint(b, "key", specs); err == nil && c != nil {
			assert.Len(t, c.M, len(c.Fitted.Params.Theta))
		}
	})
}
