package train_test

import (
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/dense"
	"lethe/recsys/graph"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// bits are the hashes of θ after three epochs on the taste fixture. They are the same
// natively and in a browser, with vector kernels and without; the test runs in all four
// places. A change of a model, of the sampler or of a kernel's order of sums changes them on
// purpose or by mistake: print them with -v and say in the commit which it was.
var bits = map[string]string{
	"bpr":      "f7a826a51809e444c6661766d67776e8672c8187be2f52d642ffd5206ca1293e",
	"vbpr":     "c05e6145dc122f6b7536bcc0a05a941dec7fbcdfd61e1ff980b66ac06a515f43",
	"lightgcn": "c9b6bbc838bfc2b6a23279eea9095e283be7c8cf1e6e4ccd1fcdfa8925b65b88",
	"freedom":  "559e06c0f4191a08ec13c742847d54f035a96d1f56dcf19c30cc8e6401f828e0",
	"mgcn":     "1ae75410c34e6604b2805436df8239abe2a2d04aecd4e840d54447698c07cff2",
	"tokenset": "d4285567d5bd94a09f740b57c09f6a094f65f1d6e3fe7d33bb487749f0e1a65a",
}

func TestTheSameTrainingGivesTheSameBitsEverywhere(t *testing.T) {
	d := modeltest.Taste(60, 40, 14, 5)
	for _, name := range model.Trained() {
		f := fit(t, name, d, api.TrainConfig{Seed: 8, Epochs: 3, Batch: 128, Rate: 0.01})
		t.Logf("%q: %q,", name, f.Params.SHA256())
		assert.Equal(t, bits[name], f.Params.SHA256(), name)
	}
}

// What a spectrum makes of the same data is the same everywhere, too.
func TestTheSameSpectrumHasTheSameBitsEverywhere(t *testing.T) {
	users, items, err := train.Spectrum{Tau: 0.05, Power: 2}.Rows(modeltest.Taste(60, 40, 14, 5).Train, graph.CSR{}, 8, simd.New(), rng.New(1))
	require.NoError(t, err)
	p := dense.NewParams(dense.Spec{Name: "user", Rows: users.Rows, Cols: 8}, dense.Spec{Name: "item", Rows: items.Rows, Cols: 8})
	copy(p.View("user").Data, users.Data)
	copy(p.View("item").Data, items.Data)
	assert.Equal(t, "8bafe4ef7c5576d2f3a877a40433eab4a3d7439b117b24e6a18adc3cd17293d2", p.SHA256())
}
