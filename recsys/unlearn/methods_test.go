package unlearn

import (
	"math"
	"sync"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
	"lethe/recsys/train"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/floats"
)

// factors is a BPR-MF trained on the same data as the other fixture.
var factors = sync.OnceValue(func() fixture {
	f := fixture{
		data:  modeltest.Taste(400, 200, 21, 4),
		model: api.ModelConfig{Name: "bpr", Dim: 32, Reg: 0.01},
		train: api.TrainConfig{Seed: 3, Epochs: 40, Batch: 512, Rate: 0.02, Patience: 40},
	}
	m, err := model.New(f.model, f.data)
	if err != nil {
		panic(err)
	}
	f.model = m.Config()
	if f.fitted, err = train.Fit(m, f.data, simd.New(), f.train, nil); err != nil {
		panic(err)
	}
	return f
})

// What each method does to the gap between forgotten and held-out pairs and to usefulness.
// The controls that change no user's row stand for what must not count as forgetting.
func TestMethodsForgetInteractions(t *testing.T) {
	task := trained().task(t, "pairs:5%")
	_, gold := run(t, "retrain", task)
	_, masked := run(t, "mask-only", task)
	_, graph := run(t, "graph-only", task)
	require.Greater(t, *masked.AUC, *gold.AUC+0.1)
	require.Greater(t, *graph.AUCRows, *gold.AUCRows+0.1, "rows keep what edges lose")
	cases := []struct {
		method string
		auc    [2]float64 // Retrain .496
		useful float64    // least share of Retrain's Recall@20
	}{
		{"lethe", [2]float64{0.46, 0.56}, 0.95},
		{"flat", [2]float64{0.42, 0.56}, 0.9},
		{"flat+kl", [2]float64{0.42, 0.56}, 0.9},
		{"flat+pearson", [2]float64{0.42, 0.56}, 0.9},
		{"flat+js", [2]float64{0.42, 0.56}, 0.9},
		{"modhifi", [2]float64{0.46, 0.58}, 0.94},
		{"ssd", [2]float64{0.5, 0.64}, 0.95}, // weak where neighbours hold the taste
		{"chip", [2]float64{0.5, 0.65}, 0.95},
		{"tru", [2]float64{0.35, 0.56}, 0.9},
		{"amnesiac", [2]float64{0.4, 0.56}, 0.9},
		{"restart", [2]float64{0.42, 0.56}, 0.9},
		{"influence", [2]float64{0.35, 0.56}, 0.8},
		{"rrl", [2]float64{0, 0.45}, 0.75},   // no stop: goes too far
		{"neggrad", [2]float64{0, 0.4}, 0.5}, // and further
	}
	for _, c := range cases {
		t.Run(c.method, func(t *testing.T) {
			_, got := run(t, c.method, task)
			assert.True(t, c.auc[0] <= *got.AUC && *got.AUC <= c.auc[1], "AUC %.3f", *got.AUC)
			assert.Greater(t, got.Test["recall@20"], c.useful*gold.Test["recall@20"])
		})
	}
}

func TestOptionsAreChecked(t *testing.T) {
	for name, want := range map[string]string{
		"flat+cosine":        "its divergence: [tv kl pearson js]",
		"flat+tv+kl":         "one option",
		"retrain+fast":       `no options here: leave "fast" out`,
		"hypnosis":           "not known",
		"":                   "not known",
		"lethe+fast":         "no option \"fast\": use some of steps, gu",
		"lethe+gu=2":         "takes no number",
		"lethe+ema=x":        "write a number above 0",
		"lethe+ema=0":        "write a number above 0",
		"mmrecun+gu":         "share one optimiser",
		"lethe+coreset+seta": "not both",
	} {
		_, err := New(name)
		assert.ErrorContains(t, err, want, name)
	}
}

func TestMethodsNameWhatTheyServe(t *testing.T) {
	revoked := trained().task(t, "modality:image@i5")
	for _, name := range []string{"neggrad", "ssd", "flat", "influence", "rrl", "tru", "chip", "modhifi", "newton-user", "amnesiac"} {
		m, err := New(name)
		require.NoError(t, err)
		assert.ErrorContains(t, m.Supports(revoked), "revoking a modality takes none away", name)
	}
	users := trained().task(t, "users:5%")
	for _, name := range []string{"chip", "modhifi"} {
		m, _ := New(name)
		assert.ErrorContains(t, m.Supports(users), "[items pairs]", name)
	}
	assert.ErrorContains(t, newtonUser{}.Supports(users), "bpr, vbpr")
	assert.ErrorContains(t, newtonUser{}.Supports(factors().task(t, "items:5%")), "[users pairs]")
}

// Divergences by literals: P = 0.25 for the template and 0.5 for the forgotten item.
func TestFlatDivergences(t *testing.T) {
	for name, want := range map[string]float64{
		"tv":      -0.5*math.Tanh(0.25) + 0.5*math.Tanh(0.5),
		"kl":      -0.25 + math.Exp(-0.5),
		"pearson": -0.25 + 0.5 + 0.0625,
		"js":      math.Log(1+math.Exp(-0.25)) + 0.5 + math.Log(1+math.Exp(-0.5)),
	} {
		be := reference.New()
		tp := tape.New(be)
		one := func(x float32) *tape.Node { return tp.Matrix(dense.Matrix{Rows: 1, Cols: 1, Data: []float32{x}}) }
		y := flat{name}.diverge(tp, one(0.25), one(0.5))
		tp.Forward()
		var got [1]float32
		require.NoError(t, be.Read(y.Value, got[:]))
		assert.InDelta(t, want, float64(got[0]), 1e-6, name)
	}
}

func TestConjugateGradients(t *testing.T) {
	product := func(a [][]float64) func(v []float64) ([]float64, error) {
		return func(v []float64) ([]float64, error) {
			y := make([]float64, len(v))
			for r := range a {
				y[r] = floats.Dot(a[r], v)
			}
			return y, nil
		}
	}
	x, residual, err := conjugateGradients(product([][]float64{{4, 1}, {1, 3}}), []float64{1, 2}, 10, 1e-12)
	require.NoError(t, err)
	assert.InDeltaSlice(t, []float64{1. / 11, 7. / 11}, x, 1e-12)
	assert.Less(t, residual, 1e-10)
	// Negative curvature: it stops where it stands.
	x, _, err = conjugateGradients(product([][]float64{{-1, 0}, {0, 1}}), []float64{1, 0}, 10, 1e-12)
	require.NoError(t, err)
	assert.Equal(t, []float64{0, 0}, x)
}

func TestTheHessianIsSymmetricAndThetaStays(t *testing.T) {
	task := trained().task(t, "pairs:1%")
	n, err := open(task, task.Before, task.Retain)
	require.NoError(t, err)
	defer n.Free()
	us, is := touched(task.Forget)
	r := newReach(task.Backend, task.Before, task.Data.Users(), us, is)
	defer r.free()
	c := &curvature{t: task, r: r, theta: n.Theta, scale: 1, probe: newProbe(task, n, nearPairs(task, us, is), 1024, model.Loss)}
	defer c.probe.free()
	random := func(name string) []float64 {
		s := rng.New(1).Named(name).Stream()
		v := make([]float64, r.n)
		for k := range v {
			v[k] = s.Normal()
		}
		return v
	}
	v, w := random("v"), random("w")
	hv, err := c.product(v)
	require.NoError(t, err)
	hw, err := c.product(w)
	require.NoError(t, err)
	a, b := floats.Dot(w, hv), floats.Dot(v, hw)
	assert.InDelta(t, a, b, 0.02*math.Sqrt(floats.Norm(hv, 2)*floats.Norm(hw, 2)*floats.Norm(v, 2)*floats.Norm(w, 2)))
	p, err := n.Params()
	require.NoError(t, err)
	assert.Equal(t, task.Before.SHA256(), p.SHA256())
}

func TestDampenSelectsByShare(t *testing.T) {
	p := dense.NewParams(dense.Spec{Name: "user", Rows: 4, Cols: 1})
	copy(p.Theta, []float32{4, 8, 0, 0}) // mean 3
	part := []float32{0.9, 0.5, 1, 0}
	whole := []float32{1, 1, 1, 0}
	dampen(p, part, whole, 4, 0.45)
	assert.InDelta(t, 3.5, p.Theta[0], 1e-6, "β = .45/.9")
	assert.Equal(t, float32(8), p.Theta[1], "a share of exactly τ stays")
	assert.InDelta(t, 3-0.45*3, p.Theta[2], 1e-6)
	assert.Zero(t, p.Theta[3], "no information, no change")
}

func TestChipBasisIsOrthonormalAndHoldsTheEnergy(t *testing.T) {
	q, err := basis([][]float64{{1, 0, 0}, {1, 0, 0}, {0, 1, 0}}, 3)
	require.NoError(t, err)
	require.Len(t, q, 2)
	assert.InDelta(t, 1, math.Abs(q[0][0]), 1e-12)
	assert.InDelta(t, 1, math.Abs(q[1][1]), 1e-12)
	v := []float32{5, 7, 9}
	project(v, []float64{1, 1, 1}, q, []bool{true, false, true})
	assert.InDeltaSlice(t, []float32{1, 7, 9}, v, 1e-6, "only marked dimensions move, to the mean")
}

func TestFidelityOfADimension(t *testing.T) {
	// y is the first component alone, and the second is orthogonal to it.
	f := fidelity([][]float64{{1, 1}, {1, -1}}, []float64{1, 1}, 2)
	assert.InDeltaSlice(t, []float64{1, 0}, f, 1e-12)
}

func TestNewtonRemovalIsCertified(t *testing.T) {
	for _, request := range []string{"pairs:5%", "users:5%"} {
		task := factors().task(t, request)
		r, got := run(t, "newton-user", task)
		_, masked := run(t, "mask-only", task)
		require.NotNil(t, r.Certificate)
		assert.Less(t, *got.AUC, *masked.AUC-0.05, request)
		for i := range task.Data.Items() {
			require.Equal(t, task.Before.View("item").Row(i), r.Params.View("item").Row(i), "items are frozen")
		}
		if request == "users:5%" {
			assert.Zero(t, r.Certificate.Epsilon, "nothing is left of a deleted user: exact")
			continue
		}
		assert.Greater(t, r.Certificate.Residual, 0.0)
		assert.Less(t, r.Certificate.Epsilon, 10.0)
		assert.InDelta(t, r.Certificate.Residual*math.Sqrt(2*math.Log(1.5/newtonDelta))/newtonSigma, r.Certificate.Epsilon, 1e-9)
	}
}

// The residual without the removal step is what the certificate must not pass.
func TestWithoutRemovalTheResidualIsLarge(t *testing.T) {
	task := factors().task(t, "pairs:5%")
	n, err := open(task, task.Before, task.Data)
	require.NoError(t, err)
	defer n.Free()
	v, err := finalVectors(task, n)
	require.NoError(t, err)
	u := task.Forget.Pairs[0].User
	s := rng.New(1).Stream()
	w := newTower(task, v, u, &s)
	require.NoError(t, w.minimise(w.p, len(w.x), w.ridge[0]))
	w.evaluate(w.p, w.kept, w.ridge[1])
	before := floats.Norm(w.grad, 2)
	residual, err := w.remove(make([]float32, w.d))
	require.NoError(t, err)
	assert.Less(t, residual, before/3)
	// A second step of Newton's method on the rest comes close to its minimum.
	require.NoError(t, w.minimise(w.p, w.kept, w.ridge[1]))
	w.evaluate(w.p, w.kept, w.ridge[1])
	assert.Less(t, floats.Norm(w.grad, 2), 1e-6)
}

func TestAmnesiacRefusesWeightsItCannotRepeat(t *testing.T) {
	task := trained().task(t, "pairs:1%")
	task.Train.Epochs = 2
	_, err := amnesiac{}.Unlearn(task)
	assert.ErrorContains(t, err, "never gave the same weights")
}

func TestSiblingsAreOfThePopularityAndTheShelf(t *testing.T) {
	task := trained().task(t, "items:5%")
	s := newSiblings(task)
	none := func(int32) bool { return false }
	i := task.Forget.Items[0]
	near := s.near(i, 5, none)
	require.Len(t, near, 5)
	last := int32(-1)
	for _, j := range near {
		assert.NotContains(t, task.Forget.Items, j)
		gap := max(s.count[j]-s.count[i], s.count[i]-s.count[j])
		assert.GreaterOrEqual(t, gap, last, "nearest first")
		last = gap
	}
	d := *task.Data
	d.Catalog = make([]data.Item, d.Items())
	for k := range d.Catalog {
		d.Catalog[k].Category = []string{"all", []string{"a", "b"}[k%2]}
	}
	task.Data = &d
	for _, j := range newSiblings(task).near(i, 20, none) {
		assert.Equal(t, i%2, j%2, "siblings stand on one shelf")
	}
}
