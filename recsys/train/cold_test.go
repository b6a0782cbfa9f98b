package train_test

import (
	"runtime"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// every lists every nth of n items.
func every(nth, n int) []int32 {
	var list []int32
	for i := nth / 2; i < n; i += nth {
		list = append(list, int32(i))
	}
	return list
}

// coldStart trains a model on data with cold items and ranks these among themselves.
func coldStart(t *testing.T, name string, d *data.Dataset, cfg api.TrainConfig, metric string, k int) float64 {
	t.Helper()
	f := fit(t, name, d, cfg)
	m, err := model.New(api.ModelConfig{Name: name, Dim: 16}, d)
	require.NoError(t, err)
	be := simd.New()
	n := train.NewNetwork(m, f.Params, be)
	defer n.Free()
	users, items := n.Embed()
	got, err := eval.ColdStart(be, users, items, d, d.Test, []int{k}, nil)
	require.NoError(t, err)
	require.Contains(t, got, metric)
	return got[metric]
}

func TestItemsWithoutInteractionsAreRankedByContent(t *testing.T) {
	if runtime.GOARCH == "wasm" {
		t.Skip("natively: it is long, and the bits are the same, as other tests show")
	}
	// Twelve cold items, six of each parity: hit@1 by chance is 0.5, and content tells nearly all.
	parity := modeltest.Cold(modeltest.Checkerboard(80, 60), every(5, 60))
	// Forty cold items: recall@8 by chance is 0.2.
	taste := modeltest.Cold(modeltest.Taste(400, 200, 21, 4), every(5, 200))
	slow := api.TrainConfig{Seed: 1, Epochs: 30, Batch: 256, Rate: 0.01, Patience: 10}
	cases := []struct {
		name          string
		parity, taste [2]float64 // from, to
	}{
		{"lightgcn", [2]float64{0.2, 0.8}, [2]float64{0.15, 0.25}}, // the control: without content, chance
		{"vbpr", [2]float64{0.9, 1}, [2]float64{0.4, 1}},
		{"freedom", [2]float64{0.9, 1}, [2]float64{0.4, 1}},
		{"mgcn", [2]float64{0.9, 1}, [2]float64{0.4, 1}},
		{"tokenset", [2]float64{0.9, 1}, [2]float64{0.4, 1}},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			p, s := coldStart(t, c.name, parity, quick, "hit@1", 1), coldStart(t, c.name, taste, slow, "recall@8", 8)
			t.Logf("parity hit@1 %.3f, taste recall@8 %.3f", p, s)
			assert.True(t, c.parity[0] <= p && p <= c.parity[1], "parity: %g", p)
			assert.True(t, c.taste[0] <= s && s <= c.taste[1], "taste: %g", s)
		})
	}
}
