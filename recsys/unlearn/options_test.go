package unlearn

import (
	"math"
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
)

func TestOptionsCombineWithTheLoop(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	_, gold := run(t, "retrain", task)
	plain, _ := run(t, "lethe+steps", task)
	for _, option := range []string{"gu", "adv=0.2", "trace", "filter", "coreset", "seta", "fpf", "ema", "gu+ema=0.3+coreset"} {
		t.Run(option, func(t *testing.T) {
			r, got := run(t, "lethe+"+option, task)
			assert.NotEqual(t, plain.Params.SHA256(), r.Params.SHA256(), "the option changed nothing")
			assert.InDelta(t, *gold.AUC, *got.AUC, 0.06)
			assert.InDelta(t, *gold.AUCRows, *got.AUCRows, 0.08)
			assert.Greater(t, got.Test["recall@20"], 0.92*gold.Test["recall@20"])
		})
	}
	_, err := New("mmrecun+filter+adv+ema")
	assert.NoError(t, err)
	m, err := New("lethe+trace")
	require.NoError(t, err)
	assert.ErrorContains(t, m.Supports(trained().task(t, "items:5%")), "pushes none")
}

func TestStrengthGoesFromOldToNew(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	_, old := run(t, "graph-only", task)
	half, h := run(t, "lethe+strength=0.5", task)
	_, whole := run(t, "lethe", task)
	assert.Less(t, *h.AUC, *old.AUC)
	assert.Greater(t, *h.AUC, *whole.AUC)
	assert.Contains(t, half.Note, "barrier")
	// What a request resets is no matter of degree.
	users := trained().task(t, "users:5%")
	a, _ := run(t, "lethe", users)
	b, _ := run(t, "lethe+strength=0.5", users)
	u := int(users.Forget.Users[0])
	assert.Equal(t, a.Params.View("node").Row(u), b.Params.View("node").Row(u))
}

func TestDisentangledStepsRaiseNothingProtected(t *testing.T) {
	const n = 40
	s := rng.New(5).Stream()
	random := func() []float64 {
		v := make([]float64, n)
		for k := range v {
			v[k] = s.Normal()
		}
		return v
	}
	inverse := random()
	for k := range inverse {
		inverse[k] = 0.1 + math.Abs(inverse[k])
	}
	length := func(v []float64) (x float64) { // in the metric M
		for k, y := range v {
			x += y * y / inverse[k]
		}
		return math.Sqrt(x)
	}
	for _, columns := range [][][]float64{{random()}, {random(), random(), random()}, {random(), random(), random(), random(), random(), random(), random(), random(), random()}} {
		delta := random()
		for _, g := range columns {
			if floats.Dot(g, delta) < 0 {
				floats.Scale(-1, g) // every one is violated
			}
		}
		change := disentangle(delta, columns, inverse)
		require.NotNil(t, change)
		after := append([]float64(nil), delta...)
		floats.Add(after, change)
		for _, g := range columns {
			assert.LessOrEqual(t, floats.Dot(g, after), 1e-6*floats.Norm(g, 2)*floats.Norm(delta, 2))
		}
		assert.LessOrEqual(t, length(after), length(delta), "a projection shortens")
		assert.Nil(t, disentangle(after, [][]float64{negated(delta)}, inverse), "allowed steps stay")
		if len(columns) == 1 {
			// One column, closed form: Δ₀ − M⁻¹g·⟨g, Δ₀⟩/⟨g, M⁻¹g⟩.
			g, square := columns[0], 0.0
			for k, x := range g {
				square += x * x * inverse[k]
			}
			for k, x := range g {
				assert.InDelta(t, delta[k]-inverse[k]*x*floats.Dot(g, delta)/square, after[k], 1e-6)
			}
		}
		// Twice the same column says nothing new.
		twice := disentangle(delta, append(append([][]float64(nil), columns...), columns[0]), inverse)
		assert.InDeltaSlice(t, change, twice, 1e-4)
	}
}

func negated(v []float64) []float64 {
	out := append([]float64(nil), v...)
	floats.Scale(-1, out)
	return out
}

func TestFrozenBlocksKeepTheirBits(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	n, err := bind(task.Model, task.Before, task.Retain, task.Backend)
	require.NoError(t, err)
	defer n.Free()
	all, effect, err := causalTrace(task, n)
	require.NoError(t, err)
	require.Len(t, all, 2, "the users' and the items' rows")
	p, err := n.Params()
	require.NoError(t, err)
	assert.Equal(t, task.Before.SHA256(), p.SHA256(), "tracing changes nothing")
	for k, b := range all {
		assert.Greater(t, effect[k], 0.0, b.name)
	}
	live := all[:1]
	require.NoError(t, pinned(task.Backend, n.Theta, all, live, func() error {
		task.Backend.Fill(7, n.Theta)
		return nil
	}))
	p, err = n.Params()
	require.NoError(t, err)
	assert.Equal(t, float32(7), p.Theta[all[0].from])
	assert.Equal(t, task.Before.Theta[all[1].from:all[1].to], p.Theta[all[1].from:all[1].to])
}

func TestRetainStrength(t *testing.T) {
	assert.InDelta(t, 1, retainStrength(0), 1e-6)
	assert.InDelta(t, 1, retainStrength(-1), 1e-6)
	assert.InDelta(t, (0.3*6+0.8)/1.2, retainStrength(1), 1e-5)
	assert.InDelta(t, 2.8/1.2, retainStrength(5), 1e-6)
}

func TestACoresetStandsForTheRetainSet(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	n, err := bind(task.Model, task.Before, task.Retain, task.Backend)
	require.NoError(t, err)
	defer n.Free()
	c, err := newCoreset(task, n, false, 40)
	require.NoError(t, err)
	all := task.Retain.Train.Len()
	assert.InDelta(t, coresetShare*float64(all), len(c.pairs), 0.25*coresetShare*float64(all))
	for _, p := range c.pairs {
		require.True(t, task.Retain.Train.Has(int(p.User), int(p.Item)))
	}
	// Weighted losses estimate the whole's.
	v, err := finalVectors(task, n)
	require.NoError(t, err)
	mean := func(at func(k int) (w, x float64), n int) float64 {
		sum, weight := 0.0, 0.0
		for k := range n {
			w, x := at(k)
			sum, weight = sum+w*x, weight+w
		}
		return sum / weight
	}
	pairs := task.Retain.Train.Pairs()
	loss := func(k int) float64 {
		p := pairs[k]
		return softplus(v.Score(pairOf(p.User, c.negative(p, 1))) - v.Score(p))
	}
	core := func(k int) (float64, float64) {
		p := c.pairs[k]
		return float64(c.weight[k]), softplus(v.Score(pairOf(p.User, c.negative(p, 1))) - v.Score(p))
	}
	whole := mean(func(k int) (float64, float64) { return 1, loss(k) }, len(pairs))
	assert.InDelta(t, whole, mean(core, len(c.pairs)), 0.25*whole)
	u, i, j, w := make([]int32, 64), make([]int32, 64), make([]int32, 64), make([]float32, 64)
	assert.Equal(t, 64, c.batch(1, u, i, j, w))
	assert.Zero(t, c.batch(coresetSeen*len(c.pairs)/64+1, u, i, j, w), "every pair is seen at most eight times")

	s, err := newCoreset(task, n, true, 40)
	require.NoError(t, err)
	at := map[[2]int32]int{}
	for k, p := range s.pairs {
		at[[2]int32{p.User, p.Item}] = k
	}
	highest := func(step int) (top int) {
		s.batch(step, u, i, j, w)
		for k := range u {
			top = max(top, at[[2]int32{u[k], i[k]}])
		}
		return top
	}
	assert.Less(t, highest(1), setaWindow*len(s.pairs)/setaGroups, "the first window holds the easy ones")
}

func TestTheProtectedCohortIsTheSiblings(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	mine := map[int32]bool{}
	for _, p := range task.Forget.Pairs {
		mine[p.User] = true
	}
	pairs := cohort(task)
	require.NotEmpty(t, pairs)
	for _, p := range pairs {
		assert.True(t, mine[p.User], "another user's interaction")
		assert.True(t, task.Retain.Train.Has(int(p.User), int(p.Item)), "a forgotten interaction is protected")
	}
	task = trained().task(t, "items:5%") // no catalogue: items of like popularity
	named := marked(task.Data.Items(), task.Forget.Items)
	pairs = cohort(task)
	require.NotEmpty(t, pairs)
	d := *task.Data
	d.Catalog = make([]data.Item, d.Items())
	for i := range d.Catalog {
		d.Catalog[i].Creator = []string{"ann", "bob"}[i%2]
	}
	task.Data = &d
	task.Forget = &data.ForgetSet{Kind: data.ForgetItems, Items: []int32{0, 2}}
	for _, p := range cohort(task) {
		assert.Zero(t, p.Item%2, "an item by someone else")
		assert.False(t, p.Item == 0 || p.Item == 2)
	}
	for _, p := range pairs {
		assert.False(t, named[p.Item])
	}
}
