package unlearn

import (
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/blas/blas64"
)

func TestHoldersTurnBackFromDeletedItems(t *testing.T) {
	for _, f := range []fixture{trained(), factors()} {
		task := f.task(t, "items:5%")
		require.True(t, turnable(task))
		before := task.Before.SHA256()
		_, gold := run(t, "retrain", task)
		_, deleted := run(t, "graph-only", task)
		r, got := run(t, "lethe", task)
		t.Logf("%s, %d rounds: reconstruction of retrain %.3f, rows deleted %.3f, closed form %.3f", f.model.Name, r.Steps, *gold.Recon, *deleted.Recon, *got.Recon)
		assert.Greater(t, *deleted.Recon, *gold.Recon+0.08, "the negative control")
		assert.InDelta(t, *gold.Recon, *got.Recon, 0.08)
		assert.Greater(t, got.Test["recall@20"], 0.93*gold.Test["recall@20"])
		assert.Equal(t, before, task.Before.SHA256())
	}
}

// One item among thousands: only its holders' rows, and its own, change, and they give less away.
func TestOneItemIsDeletedNearItsHolders(t *testing.T) {
	task := large(t, "lightgcn")
	byItem := task.Data.Train.Transpose()
	item := int32(0)
	for i := range task.Data.Items() { // an item of a few, and large data beside it
		if n := len(byItem.Row(i)); n >= 4 && float64(n) <= smallShare*5*float64(task.Data.Train.Len()) {
			item = int32(i)
			break
		}
	}
	task.Forget = &data.ForgetSet{Kind: data.ForgetItems, Items: []int32{item}}
	fill(task.Data, task.Forget)
	task.Retain = data.Retain(task.Data, task.Forget)
	final, err := task.final()
	require.NoError(t, err)
	b := &turnback{nearby: newNearby(task, final), known: map[int32][]float64{}, factor: map[int32]blas64.Triangular{}, holders: map[int32][]int32{item: byItem.Row(int(item))}, users: map[int32][]float64{}}
	b.hold(final.Users)
	_, b.metric = momentsOf(final.Items, b.sample)
	b.spread, b.total = append([]float64(nil), b.metric...), map[int32][]float64{}
	require.True(t, invertRidged(final.Items.Cols, b.metric, directRidge))
	r := &Result{Params: b.p, Bound: task.Retain}
	require.NoError(t, b.blind(r, final.Users))
	assert.Equal(t, turnRounds, r.Steps)

	given := func(p *dense.Params) float64 { // how far holders lie along what the others give away
		n, err := bind(task.Model, p, task.Retain, task.Backend)
		require.NoError(t, err)
		defer n.Free()
		v, err := finalVectors(task, n)
		require.NoError(t, err)
		users, _ := v.Upload(task.Backend)
		a := eval.NewReconstruction(task.Backend, task.Data, task.Forget, task.Data.Valid, v.Users.Cols, rng.New(1))
		require.NotNil(t, a)
		defer a.Free()
		forgot, _, err := a.Samples(users, users, 5)
		require.NoError(t, err)
		return mean64(forgot.Value)
	}
	assert.Less(t, given(r.Params), 0.5*given(task.Before), "the negative control: edges alone")
	holder := marked(task.Data.Users(), byItem.Row(int(item)))
	for u := range task.Data.Users() {
		same := assert.ObjectsAreEqual(task.Before.View("node").Row(u), r.Params.View("node").Row(u))
		assert.Equal(t, !holder[u], same, "user %d", u)
	}
}

func mean64(x []float64) (m float64) {
	for _, v := range x {
		m += v / float64(len(x))
	}
	return m
}

// M⁻¹a by Woodbury against the matrix itself.
func TestTheCheapestMove(t *testing.T) {
	task := trained().task(t, "items:5%")
	final, err := task.final()
	require.NoError(t, err)
	b := &turnback{nearby: newNearby(task, final), known: map[int32][]float64{}, factor: map[int32]blas64.Triangular{}}
	d := final.Items.Cols
	_, c := momentsOf(final.Items, b.sample)
	b.metric = append([]float64(nil), c...)
	require.True(t, invertRidged(d, b.metric, directRidge))
	u := b.touched[0]
	a := make([]float64, d)
	for k := range a {
		a[k] = float64(k%3) - 1
	}
	got := b.cheapest(u, a)
	trace := 0.0
	for k := range d {
		trace += c[k*d+k]
	}
	m := func(x []float64) []float64 {
		y := make([]float64, d)
		for r := range d {
			for s := range d {
				y[r] += c[min(r, s)*d+max(r, s)] * x[s]
			}
			y[r] += (directRidge*trace/float64(d) + 1e-30) * x[r]
		}
		items := b.retained(u)
		for _, i := range items {
			v := final.Items.Row(int(i))
			w := 0.0
			for k := range d {
				w += float64(v[k]) * x[k]
			}
			for k := range d {
				y[k] += w * float64(v[k]) / float64(len(items))
			}
		}
		return y
	}
	assert.InDeltaSlice(t, a, m(got), 1e-6)
}
