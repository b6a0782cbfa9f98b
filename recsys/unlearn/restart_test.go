package unlearn

import (
	"slices"
	"testing"

	"lethe/recsys/data"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Whatever was forgotten and whatever the model was: the same retained data give the same bits. What starts from the old
// model shows that the question can be answered with no.
func TestRestartDependsOnWhatIsRetainedAlone(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	other := *task
	other.Data = data.Retain(task.Data, &data.ForgetSet{Kind: data.ForgetPairs, Pairs: task.Forget.Pairs[:len(task.Forget.Pairs)/2]})
	other.Forget = &data.ForgetSet{Request: task.Forget.Request, Kind: data.ForgetPairs, Pairs: task.Forget.Pairs[len(task.Forget.Pairs)/2:]}
	other.Before = task.Before.Clone()
	for k := range other.Before.Theta {
		other.Before.Theta[k] *= 1.5
	}
	require.NotEqual(t, task.Data.SHA256(), other.Data.SHA256())
	for _, name := range []string{"restart", "fine-tune"} {
		a, _ := run(t, name, task)
		b, _ := run(t, name, &other)
		assert.Equal(t, name == "restart", slices.Equal(a.Params.Theta, b.Params.Theta), name)
	}
}

// Deleted entities, for whom forgetting must reach the other side's rows too.
func TestRestartForgetsEntities(t *testing.T) {
	for _, request := range []string{"users:5%", "items:5%"} {
		task := trained().task(t, request)
		_, gold := run(t, "retrain", task)
		_, hidden := run(t, "graph-only", task)
		_, got := run(t, "restart", task)
		assert.InDelta(t, *gold.Recon, *got.Recon, 0.08, request)
		if request == "items:5%" {
			assert.Greater(t, *hidden.Recon, *gold.Recon+0.08, "the control is caught")
		}
		assert.Greater(t, got.Test["recall@20"], 0.9*gold.Test["recall@20"], request)
	}
}

func TestRestartSaysWhatItCannotServe(t *testing.T) {
	assert.ErrorContains(t, restart{}.Supports(solved(t, "pairs:1%")), "takes no steps")
	assert.ErrorContains(t, restart{}.Supports(factors().task(t, "pairs:5%")), "lightgcn, freedom and mgcn, and bpr does not")
	all := trained().task(t, "users:100%")
	assert.ErrorContains(t, restart{}.Supports(all), "nothing is")
}
