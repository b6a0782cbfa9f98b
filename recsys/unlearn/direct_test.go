package unlearn

import (
	"runtime"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestMatchedGivesQuantilesByRank(t *testing.T) {
	assert.Equal(t, []float64{30, 10, 20}, matched([]float64{9, 1, 5}, []float64{20, 30, 10}))
	assert.Equal(t, []float64{2.5}, matched([]float64{7}, []float64{1, 2, 3, 4}), "one alone takes the median")
	assert.Equal(t, []float64{1.5, 3.5}, matched([]float64{0, 1}, []float64{4, 3, 2, 1}))
}

// Held-out pairs are popular here only if they score high: forgotten pairs belong where those
// of their own popularity are.
func TestGoalsFollowPopularity(t *testing.T) {
	var pairs, held, forget []data.Pair
	for u := range int32(40) {
		pairs = append(pairs, data.Pair{User: u, Item: 0})
		held = append(held, data.Pair{User: u, Item: u % 2})
	}
	forget = []data.Pair{{User: 0, Item: 0}, {User: 1, Item: 1}}
	x, err := data.FromPairs(40, 2, pairs)
	require.NoError(t, err)
	z := make([]float64, len(held))
	for k, p := range held {
		z[k] = 3 - 2*float64(p.Item)
	}
	goals := newExpectation(x, x.Transpose(), forget, held).goals(0, []float64{9, 9}, z)
	assert.InDelta(t, 3, goals[0], 0.3)
	assert.InDelta(t, 1, goals[1], 0.3)
	assert.Equal(t, []float64{9, 9}, newExpectation(x, x.Transpose(), forget, nil).goals(0, []float64{9, 9}, nil))
}

// A pair alone has no median of its own to go to: it keeps its rank among training pairs.
func TestRanksAmongTrainingPairs(t *testing.T) {
	pairs := []data.Pair{{User: 0, Item: 0}, {User: 1, Item: 0}, {User: 2, Item: 1}, {User: 3, Item: 1}}
	x, err := data.FromPairs(4, 2, pairs)
	require.NoError(t, err)
	held, z := make([]data.Pair, 100), make([]float64, 100)
	for k := range held {
		held[k], z[k] = data.Pair{User: int32(k % 4), Item: int32(k % 2)}, float64(k)/100
	}
	peerZ := []float64{3, 4, 5, 6}
	goal := func(was float64) float64 {
		e := newExpectation(x, x.Transpose(), pairs[:1], held)
		e.rankAmong([]float64{was}, pairs, peerZ)
		return e.goals(0, []float64{2}, z)[0]
	}
	assert.Greater(t, goal(9), 0.95)
	assert.Less(t, goal(-9), 0.05)
	assert.InDelta(t, 0.5, newExpectation(x, x.Transpose(), pairs[:1], held).goals(0, []float64{9}, z)[0], 0.05, "alone")
}

func TestAboveIsTheAUC(t *testing.T) {
	y := []float64{0, 1, 2, 3, 3}
	assert.InDelta(t, eval.AUC([]float64{2, 3.5, -1}, y), above([]float64{2, 3.5, -1}, y), 1e-12)
	assert.Equal(t, 0.5, above(nil, y))
}

// Half of the pairs answer to nearly all that is asked of them, half to a part: each is brought to its own goal, and the
// first are not driven past theirs for the sake of the others.
func TestAimsBringEveryPairToItsGoal(t *testing.T) {
	s := rng.New(2).Stream()
	was, goal, z := make([]float64, 2000), make([]float64, 2000), make([]float64, 2000)
	for k := range was {
		was[k] = 0.3 + 0.7*s.Normal()
		goal[k] = was[k]/2 - 0.2
	}
	a, there := make(aim, len(was)), false
	for range 12 {
		for k := range z {
			answers := 0.9 - 0.3*float64(k%2)
			z[k] = was[k] + answers*(goal[k]+a[k]-was[k])
		}
		there = a.adjust(z, goal, goal)
	}
	assert.True(t, there)
	for side := range 2 {
		off := 0.0
		for k := side; k < len(z); k += 2 {
			off += max(z[k]-goal[k], goal[k]-z[k]) / 1000
		}
		assert.Less(t, off, 0.05)
	}
	assert.False(t, make(aim, len(was)).adjust(was, goal, goal))
	assert.False(t, make(aim, 1).adjust([]float64{1}, goal, []float64{0}))
	assert.True(t, make(aim, 1).adjust([]float64{0.05}, goal, []float64{0}))
}

// Scores of long item vectors are larger for held-out pairs too: a forgotten pair belongs where those of its item's length are.
func TestGoalsFollowLengths(t *testing.T) {
	const n = 400
	x, err := data.FromPairs(1, 2, []data.Pair{{User: 0, Item: 0}, {User: 0, Item: 1}})
	require.NoError(t, err)
	held, z := make([]data.Pair, n), make([]float64, n)
	for k := range held {
		held[k], z[k] = data.Pair{User: 0, Item: int32(k % 2)}, float64(1+3*(k%2))
	}
	forget := []data.Pair{{User: 0, Item: 0}, {User: 0, Item: 1}}
	e := newExpectation(x, x.Transpose(), forget, held)
	items := dense.New(2, 1)
	items.Data[0], items.Data[1] = 1, 4
	e.see(&level{crowd: &crowd{userSlot: map[int32]int{0: 0}, itemAt: map[int32]int{0: 0, 1: 1}}, items: items, spread: []float64{1}})
	goals := e.goals(0, []float64{9, 9}, z)
	assert.InDelta(t, 1, goals[0], 0.1)
	assert.InDelta(t, 4, goals[1], 0.1)
}

// The closed form against the equations it solves: the gradient of the objective at Δ is zero.
func TestTheMoveSolvesItsEquations(t *testing.T) {
	for _, f := range []fixture{trained(), factors()} {
		task := f.task(t, "pairs:5%")
		n, err := bind(task.Model, task.Before, task.Retain, task.Backend)
		require.NoError(t, err)
		d := newDirect(task)
		levels, err := d.read(n)
		require.NoError(t, err)
		var now [][]float64
		for _, l := range levels {
			now = append(now, l.z(task.Forget.Pairs))
			d.goals, d.aims = append(d.goals, d.expect.goals(0, l.z(task.Forget.Pairs), l.z(d.held))), append(d.aims, make(aim, len(task.Forget.Pairs)))
		}
		products, err := d.metric(levels)
		require.NoError(t, err)
		s := &system{d: d, u: d.touched[0], levels: levels, products: products, scale: d.arrives(d.touched[0])}
		s.fill(d.first[0], d.first[1], now)
		delta, ok := s.solve()
		require.True(t, ok)
		// P·Vᵀ(y − V·Δ) = Δ.
		raw := levels[len(levels)-1]
		over := raw.spread[raw.userSlot[s.u]] * raw.spread[raw.userSlot[s.u]]
		again := make([]float64, len(delta))
		for _, e := range s.rows {
			left := e.y
			for c, x := range levels[e.level].items.Row(e.item) {
				left -= e.weight * float64(x) * delta[c]
			}
			for c, x := range products[e.level].Row(e.item) {
				again[c] += over * e.weight * left * float64(x)
			}
		}
		assert.InDeltaSlice(t, delta, again, 1e-4)
		d.free()
		n.Free()
	}
}

// How much of a row's move arrives, against the model itself.
func TestWhatArrivesOfAMove(t *testing.T) {
	task := trained().task(t, "pairs:1%")
	d := newDirect(task)
	defer d.free()
	n, err := bind(task.Model, task.Before, task.Retain, task.Backend)
	require.NoError(t, err)
	defer n.Free()
	u := d.touched[0]
	v, err := finalVectors(task, n)
	require.NoError(t, err)
	p := task.Before.Clone()
	p.View("node").Row(int(u))[0]++
	n.Load(p)
	w, err := finalVectors(task, n)
	require.NoError(t, err)
	assert.InDelta(t, float64(w.Users.Row(int(u))[0]-v.Users.Row(int(u))[0]), d.arrives(u), 1e-4)
}

func TestInteractionsAreForgottenInEveryModel(t *testing.T) {
	if runtime.GOARCH == "wasm" {
		t.Skip("natively: it is long, and the bits are the same, as other tests show")
	}
	for _, name := range []string{"bpr", "vbpr", "freedom", "mgcn", "tokenset"} {
		t.Run(name, func(t *testing.T) {
			f := fixture{data: modeltest.Taste(200, 100, 21, 4), model: api.ModelConfig{Name: name, Dim: 16},
				train: api.TrainConfig{Seed: 3, Epochs: 20, Batch: 512, Rate: 0.02, Patience: 20}}
			m, err := model.New(f.model, f.data)
			require.NoError(t, err)
			f.model = m.Config()
			f.fitted, err = train.Fit(m, f.data, simd.New(), f.train, nil)
			require.NoError(t, err)
			task := f.task(t, "pairs:10%")
			_, gold := run(t, "retrain", task)
			_, got := run(t, "lethe", task)
			// The standard error of an AUC from 300 forgotten and 600 held-out pairs is 0.02.
			assert.InDelta(t, *gold.AUC, *got.AUC, 0.07)
			assert.InDelta(t, *gold.AUCRows, *got.AUCRows, 0.07)
			assert.Greater(t, got.Test["recall@20"], 0.95*gold.Test["recall@20"])
		})
	}
}

func TestWithoutValidationNothingSaysWhereToStop(t *testing.T) {
	task := trained().task(t, "pairs:1%")
	retain := *task.Retain
	retain.Valid = &data.Interactions{Users: retain.Users(), Items: retain.Items(), Ptr: make([]int32, retain.Users()+1)}
	task.Retain = &retain
	assert.ErrorContains(t, lethe{}.Supports(task), "no validation rows")
}
