package unlearn

import (
	"slices"
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestUnitsOfARequestJoinToItInAnyOrder(t *testing.T) {
	for _, request := range []string{"pairs:5%", "users:5%", "items:5%"} {
		task := trained().task(t, request)
		units, err := Units(task.Data, task.Forget, rng.New(1))
		require.NoError(t, err)
		assert.Equal(t, task.Forget, Join(task.Data, units), request)
		slices.Reverse(units)
		units = append(units, units[0], units[2]) // twice is once
		assert.Equal(t, task.Forget, Join(task.Data, units), request)
	}
	_, err := Units(trained().data, &data.ForgetSet{Kind: data.ForgetModality, Request: "modality:image@i5"}, rng.New(1))
	assert.ErrorContains(t, err, "has none")
}

func TestASequenceEndsWhereItsRequestsLead(t *testing.T) {
	task := solved(t, "pairs:3%") // EASE is exact: order and number of requests leave no trace
	units, err := Units(task.Data, task.Forget, rng.New(1))
	require.NoError(t, err)
	units = units[:20]
	end := func(units []*data.ForgetSet) (p *dense.Params, served []int, retain *data.Dataset) {
		require.NoError(t, Sequence(task, ease{}, units, func(n int, now *dense.Params, left *data.Dataset) error {
			p, served, retain = now, append(served, n), left
			return nil
		}))
		return p, served, retain
	}
	a, served, left := end(units)
	assert.Equal(t, []int{1, 2, 4, 8, 16, 20}, served)
	whole := Join(task.Data, units)
	assert.Equal(t, data.Retain(task.Data, whole).Train, left.Train)
	back := slices.Clone(units)
	slices.Reverse(back)
	b, _, _ := end(append(back, back[3])) // idempotent
	assert.Less(t, farthest(a, b), 1e-9)
	task.Forget, task.Retain = whole, data.Retain(task.Data, whole)
	gold, _ := run(t, "retrain", task)
	assert.Less(t, farthest(a, gold.Params), 1e-9)
	assert.Greater(t, farthest(task.Before, gold.Params), 1e-4, "the negative control: doing nothing")
}
