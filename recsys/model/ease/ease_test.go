package ease

import (
	"math"
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func solve(t testing.TB, x *data.Interactions, lambda float64) *Model {
	t.Helper()
	m, err := Solve(x, lambda)
	require.NoError(t, err)
	return m
}

// farthest is the largest difference of two entries of B.
func farthest(a, b *Model) float64 {
	worst := 0.0
	for i := range a.Items() {
		for j := range a.Items() {
			d := math.Abs(a.At(i, j) - b.At(i, j))
			if math.IsNaN(d) {
				return math.Inf(1)
			}
			worst = max(worst, d)
		}
	}
	return worst
}

func TestTwoItemsByHand(t *testing.T) {
	// Three users have {0, 1}, {0}, {0, 1}: XᵀX + λI = [3+λ 2; 2 2+λ]. The column of item 1 is the
	// ridge regression of it on item 0, 2/(3+λ), and the other 2/(2+λ).
	x, err := data.FromPairs(3, 2, []data.Pair{{User: 0, Item: 0}, {User: 0, Item: 1}, {User: 1, Item: 0}, {User: 2, Item: 0}, {User: 2, Item: 1}})
	require.NoError(t, err)
	m := solve(t, x, 0.5)
	assert.InDelta(t, 2/3.5, m.At(0, 1), 1e-15)
	assert.InDelta(t, 2/2.5, m.At(1, 0), 1e-15)
	assert.Zero(t, m.At(0, 0))
	assert.Equal(t, []float32{0, 2 / 2.5, 2 / 3.5, 0}, m.Params().View(Weight).Data)
}

func TestColumnsAreRidgeRegressions(t *testing.T) {
	// Without P: column j of B solves (Gram of the other items + λI) b = their counts with j.
	d := modeltest.Taste(60, 12, 6, 3)
	const lambda = 2.5
	m := solve(t, d.Train, lambda)
	gram := func(i, j int) float64 {
		n := 0.0
		for u := range d.Users() {
			if d.Train.Has(u, i) && d.Train.Has(u, j) {
				n++
			}
		}
		return n
	}
	for j := range d.Items() {
		var rest []int
		for i := range d.Items() {
			if i != j {
				rest = append(rest, i)
			}
		}
		a, b := mat.NewDense(len(rest), len(rest), nil), mat.NewVecDense(len(rest), nil)
		for r, i := range rest {
			b.SetVec(r, gram(i, j))
			for c, k := range rest {
				a.Set(r, c, gram(i, k))
			}
			a.Set(r, r, gram(i, i)+lambda)
		}
		var w mat.VecDense
		require.NoError(t, w.SolveVec(a, b))
		for r, i := range rest {
			assert.InDelta(t, w.AtVec(r), m.At(i, j), 1e-12)
		}
	}
}

func TestAHundredMixedRemovalsEqualSolvingAnew(t *testing.T) {
	const lambda = 20
	d := modeltest.Taste(500, 150, 15, 2)
	m := solve(t, d.Train, lambda)
	s := rng.New(5).Stream()
	for n := range 100 {
		f := &data.ForgetSet{}
		var items []int32
		switch n % 3 {
		case 0: // a user
			f.Kind, f.Users = data.ForgetUsers, []int32{int32(s.IntN(d.Users()))}
		case 1: // an interaction
			all := d.Train.Pairs()
			f.Kind, f.Pairs = data.ForgetPairs, []data.Pair{all[s.IntN(len(all))]}
		case 2: // an item, with all its interactions
			items = []int32{int32(s.IntN(d.Items()))}
			f.Kind, f.Items = data.ForgetItems, items
		}
		after := data.Retain(d, f)
		if items != nil {
			require.NoError(t, m.RemoveItems(items))
		} else {
			require.NoError(t, m.Replace(d.Train, after.Train))
		}
		d = after
		if n%10 == 9 {
			assert.Less(t, farthest(m, solve(t, d.Train, lambda)), Tolerance, "after %d removals", n+1)
		}
	}
	t.Logf("after 100 removals the largest difference is %.1e", farthest(m, solve(t, d.Train, lambda)))
}

func TestManyRowsAndItemsAtOnce(t *testing.T) {
	const lambda = 5
	d := modeltest.Taste(400, 500, 15, 2)
	var users, items []int32
	for k := range int32(150) { // more than two blocks
		users = append(users, 2*k)
		items = append(items, 3*k)
	}
	m := solve(t, d.Train, lambda)
	less := data.Retain(d, &data.ForgetSet{Kind: data.ForgetUsers, Users: users})
	require.NoError(t, m.Replace(d.Train, less.Train))
	require.NoError(t, m.RemoveItems(items))
	fewer := data.Retain(less, &data.ForgetSet{Kind: data.ForgetItems, Items: items})
	assert.Less(t, farthest(m, solve(t, fewer.Train, lambda)), Tolerance)
	for _, i := range items {
		for j := range d.Items() {
			assert.Zero(t, m.At(int(i), j), "a removed item still speaks")
			assert.Zero(t, m.At(j, int(i)), "a removed item is still recommended")
		}
	}
	// And back: rows may join as well as leave.
	require.NoError(t, m.Replace(fewer.Train, data.Retain(d, &data.ForgetSet{Kind: data.ForgetItems, Items: items}).Train))
	assert.Less(t, farthest(m, solve(t, data.Retain(d, &data.ForgetSet{Kind: data.ForgetItems, Items: items}).Train, lambda)), Tolerance)
}

func TestManyChangedRowsAreSolvedAnew(t *testing.T) {
	d := modeltest.Taste(100, 30, 10, 2)
	m := solve(t, d.Train, 5)
	other := modeltest.Taste(100, 30, 10, 3)
	require.NoError(t, m.Replace(d.Train, other.Train))
	assert.Zero(t, farthest(m, solve(t, other.Train, 5)))
}

func TestDoingNothingIsNotForgetting(t *testing.T) {
	d := modeltest.Taste(100, 40, 10, 2)
	for _, f := range []*data.ForgetSet{
		{Kind: data.ForgetUsers, Users: []int32{3}},
		{Kind: data.ForgetPairs, Pairs: d.Train.Pairs()[:1]},
		{Kind: data.ForgetItems, Items: []int32{3}},
	} {
		before, after := solve(t, d.Train, 5), solve(t, data.Retain(d, f).Train, 5)
		assert.Greater(t, farthest(before, after), 1e4*Tolerance, f.Kind)
	}
}

func TestStoredModelsForgetAsWell(t *testing.T) {
	d := modeltest.Taste(200, 80, 10, 2)
	m := solve(t, d.Train, 5)
	stored := Load(m.Params(), 5)
	assert.Less(t, farthest(m, stored), 1e-13)
	again := stored.Params()
	assert.Equal(t, m.Params().View(Weight), again.View(Weight))
	for _, s := range m.Params().Specs() {
		assert.NotContains(t, again.View(s.Name).Data, float32(math.NaN()), s.Name)
	}
	after := data.Retain(d, &data.ForgetSet{Kind: data.ForgetUsers, Users: []int32{3, 4}})
	require.NoError(t, stored.Replace(d.Train, after.Train))
	assert.Less(t, farthest(stored, solve(t, after.Train, 5)), Tolerance)
}

func TestACloneIsItsOwn(t *testing.T) {
	d := modeltest.Taste(50, 20, 6, 2)
	m := solve(t, d.Train, 5)
	c := m.Clone()
	require.NoError(t, c.RemoveItems([]int32{1}))
	assert.Zero(t, farthest(m, solve(t, d.Train, 5)))
	assert.NotZero(t, farthest(m, c))
}

func TestRefusals(t *testing.T) {
	d := modeltest.Taste(50, 20, 6, 2)
	for _, lambda := range []float64{0, -1, math.NaN(), math.Inf(1)} {
		_, err := Solve(d.Train, lambda)
		assert.ErrorContains(t, err, "regularisation")
	}
	// A row that was never there cannot leave: it would make the matrix indefinite.
	m := solve(t, d.Train, 0.01)
	never := &data.Interactions{Users: 50, Items: 20, Ptr: make([]int32, 51)}
	for u := range 50 {
		if never.Item = append(never.Item, d.Train.Row(u)...); u < 5 {
			never.Item = never.Item[:never.Ptr[u]]
			for i := range int32(20) {
				never.Item = append(never.Item, i)
			}
		}
		never.Ptr[u+1] = int32(len(never.Item))
	}
	assert.ErrorIs(t, m.Replace(never, d.Train), errNotPositive)
	empty := solve(t, &data.Interactions{Users: 2, Ptr: make([]int32, 3)}, 1)
	assert.Zero(t, empty.Items())
	assert.NoError(t, empty.RemoveItems(nil))
}

func TestScoresAddTheRowsOfTheHistory(t *testing.T) {
	d := modeltest.Taste(50, 20, 6, 2)
	m := solve(t, d.Train, 5)
	b := B(m.Params().View(Weight))
	out := make([]float32, 20)
	for u := range d.Users() {
		Scores(b, d.Train.Row(u), out)
		for j := range out {
			want := 0.0
			for _, i := range d.Train.Row(u) {
				want += m.At(int(i), j)
			}
			assert.InDelta(t, want, out[j], 1e-6)
		}
	}
}

func TestLearnsTheCheckerboard(t *testing.T) {
	d := modeltest.Checkerboard(80, 60)
	b := B(solve(t, d.Train, 10).Params().View(Weight))
	out := make([]float32, 60)
	for u := range d.Users() {
		Scores(b, d.Train.Row(u), out)
		for _, i := range d.Test.Row(u) {
			for j, s := range out {
				if j%2 != u%2 {
					assert.Greater(t, out[i], s, "user %d, item %d", u, i)
				}
			}
		}
	}
}
