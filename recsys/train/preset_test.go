package train_test

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

func TestPresetsFillZerosOnly(t *testing.T) {
	for _, name := range model.Names() {
		c, err := train.Preset(api.Train{Preset: train.Paper, Model: api.ModelConfig{Name: name}})
		require.NoError(t, err)
		assert.Equal(t, 1e-3, c.Train.Rate, name)
		assert.Equal(t, name == "freedom" || name == "mgcn", c.Model.Trainable, name)
		c, err = train.Preset(api.Train{Preset: train.Paper, Model: api.ModelConfig{Name: name}, Train: api.TrainConfig{Rate: 0.5, Decay: 0.25}})
		require.NoError(t, err)
		assert.Equal(t, []float64{0.5, 0.25}, []float64{c.Train.Rate, c.Train.Decay}, name)
	}
	c, err := train.Preset(api.Train{})
	require.NoError(t, err)
	assert.Equal(t, train.Fast, c.Preset)
	c, err = train.Preset(api.Train{Model: api.ModelConfig{Name: "freedom", Dim: 32}})
	require.NoError(t, err)
	assert.Equal(t, api.ModelConfig{Name: "freedom", Dim: 32, Prune: 0.9, Reg: 0.01}, c.Model)
	again, err := train.Preset(c)
	require.NoError(t, err)
	assert.Equal(t, c, again)
	_, err = train.Preset(api.Train{Preset: "slow"})
	assert.EqualError(t, err, `preset "slow" is not known: use one of [fast paper]`)
}
