package unlearn

import (
	"math"
	"testing"

	"lethe/recsys/api"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestOnlyAUsefulRoundIsServed(t *testing.T) {
	task := trained().task(t, "pairs:1%")
	n, err := bind(task.Model, task.Before, task.Retain, task.Backend)
	require.NoError(t, err)
	defer n.Free()
	f := &floor{}
	round := func(step int, recall float64) {
		p := task.Before.Clone()
		p.Theta[0] = float32(step)
		n.Load(p)
		require.NoError(t, f.keep(n, &api.Point{Step: step, Valid: api.Metrics{"recall@20": recall}}))
	}
	round(0, 0.5)
	round(1, 0.46)
	r := &Result{}
	f.serve(r)
	assert.Equal(t, float32(1), r.Params.Theta[0])
	assert.Empty(t, r.Note)
	round(2, 0.44) // below nine tenths
	round(3, 0.5)  // a recovery is not waited for
	f.serve(r)
	assert.Equal(t, float32(1), r.Params.Theta[0])
	assert.Equal(t, 1, r.Steps)
	assert.Contains(t, r.Note, "round 2")
	g := &floor{} // nothing to measure by: the last round
	require.NoError(t, g.keep(n, &api.Point{}))
	require.NoError(t, g.keep(n, &api.Point{Step: 1}))
	g.serve(r)
	assert.Equal(t, float32(3), r.Params.Theta[0])
}

// However little a user has left, no move is longer than the bound.
func TestMovesAreBounded(t *testing.T) {
	for _, request := range []string{"pairs:30%", "pairs:5%:edge"} {
		task := trained().task(t, request)
		r, err := directly(task)
		require.NoError(t, err)
		n, err := bind(task.Model, task.Before, task.Retain, task.Backend)
		require.NoError(t, err)
		d := newDirect(task)
		levels, err := d.read(n)
		require.NoError(t, err)
		raw := levels[len(levels)-1]
		for k, u := range d.touched {
			if k > 0 && d.touched[k-1] == u {
				continue
			}
			moved := make([]float64, raw.users.Cols)
			for c := range moved {
				moved[c] = float64(r.Params.View("node").Row(int(u))[c] - task.Before.View("node").Row(int(u))[c])
			}
			assert.LessOrEqual(t, deviation(moved, raw.cov), 1.01*directMove*raw.spread[raw.userSlot[u]], "%s, user %d", request, u)
		}
		d.free()
		n.Free()
	}
	assert.InDelta(t, math.Sqrt(1*4+2*2*1*3+9*5), deviation([]float64{1, 3}, []float64{4, 2, 99, 5}), 1e-12)
	task := trained().task(t, "items:10%")
	final, err := task.final()
	require.NoError(t, err)
	r, err := turnBack(task)
	require.NoError(t, err)
	_, cov := momentsOf(final.Items, sampled(task))
	node, arrives := r.Params.View("node"), newDirect(task)
	defer arrives.free()
	for _, p := range task.Forget.Pairs {
		e, m := make([]float64, node.Cols), make([]float64, node.Cols)
		for c := range e {
			e[c] = float64(final.Users.Row(int(p.User))[c])
			m[c] = float64(node.Row(int(p.User))[c]-task.Before.View("node").Row(int(p.User))[c]) * arrives.arrives(p.User)
		}
		assert.LessOrEqual(t, deviation(m, cov), 1.02*turnMove*deviation(e, cov), "user %d", p.User)
	}
}
