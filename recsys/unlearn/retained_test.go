package unlearn

import (
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Held-out holders like the others leave the attack nothing to go by; those of another taste do, though nobody trained on
// anything.
func TestWhatRetainedDataTellOfAnItem(t *testing.T) {
	task := trained().task(t, "items:10%")
	parity := func(valid *data.Interactions) float64 {
		attack := eval.NewReconstruction(task.Backend, task.Data, task.Forget, valid, 16, rng.New(1))
		require.NotNil(t, attack)
		defer attack.Free()
		p, err := retainedParity(task, attack, 16)
		require.NoError(t, err)
		return p
	}
	assert.InDelta(t, 0.5, parity(task.Data.Valid), 0.1)
	// Anyone who never had the item, in place of those held out.
	var strangers []data.Pair
	for _, i := range task.Forget.Items {
		for u := range int32(task.Data.Users()) {
			if !task.Data.Train.Has(int(u), int(i)) {
				strangers = append(strangers, data.Pair{User: u, Item: i})
			}
		}
	}
	x, err := data.FromPairs(task.Data.Users(), task.Data.Items(), strangers)
	require.NoError(t, err)
	assert.Greater(t, parity(x), 0.6)
	assert.Equal(t, parity(x), parity(x), "the same bits")
}
