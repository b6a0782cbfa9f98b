package choice

import (
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
)

// A processor pays by the number, a card by the kernel.
var (
	processor = Costs{Rows: {1e-7, 1e-9}, Sparse: {1e-7, 5e-10}, Product: {1e-7, 1e-10}}
	card      = Costs{Rows: {1e-5, 1e-11}, Sparse: {1e-5, 1e-11}, Product: {1e-5, 1e-12}}
)

func shop(users, items, pairs int) *data.Dataset {
	return &data.Dataset{UserIDs: make([]string, users), ItemIDs: make([]string, items), Train: &data.Interactions{Item: make([]int32, pairs)}}
}

func TestSizeDecides(t *testing.T) {
	for _, test := range []struct {
		name string
		d    *data.Dataset
		card bool
	}{
		{"a corner shop", shop(10, 10, 60), false},
		{"Amazon Baby", shop(19445, 7050, 118551), true},
	} {
		for _, model := range []string{"bpr", "lightgcn", "mgcn"} {
			second, times := Between(processor, card, StepOf(api.ModelConfig{Name: model, Dim: 8}, api.TrainConfig{}, test.d))
			assert.Equal(t, test.card, second, "%s, %s", test.name, model)
			assert.GreaterOrEqual(t, times, 1.0)
		}
	}
}

// sleeper is simd on a clock of its own, which every kernel moves by a price.
type sleeper struct {
	backend.Backend
	now         time.Time
	fixed, each float64
}

func (s *sleeper) pay(work int) {
	s.now = s.now.Add(time.Duration(1e9 * (s.fixed + s.each*float64(work))))
}

func (s *sleeper) Axpby(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	s.pay(y.Len())
}

func (s *sleeper) SpMM(alpha float32, m backend.Sparse, x backend.Tensor, beta float32, z, y backend.Tensor) {
	s.pay(m.N * x.Cols)
}

func (s *sleeper) Gemm(transA, transB bool, alpha float32, a, b backend.Tensor, beta float32, c backend.Tensor) {
	s.pay(c.Len() * a.Cols)
}

func TestMeasureFindsThePrices(t *testing.T) {
	s := &sleeper{Backend: simd.New(), now: time.Unix(0, 0), fixed: 2e-5, each: 3e-10}
	c, err := Measure(s, func() time.Time { return s.now })
	require.NoError(t, err)
	for class, x := range c {
		assert.InEpsilon(t, 2e-5, x.Fixed, 0.05, class)
		assert.InEpsilon(t, 3e-10, x.Each, 0.05, class)
	}
}

func TestMeasureTellsTheOracleFromTheVectors(t *testing.T) {
	fast, err := Measure(simd.New(), time.Now)
	require.NoError(t, err)
	slow, err := Measure(reference.New(), time.Now)
	require.NoError(t, err)
	w := StepOf(api.ModelConfig{Name: "mgcn"}, api.TrainConfig{}, shop(2000, 1000, 50000))
	isFast, _ := Between(slow, fast, w)
	assert.True(t, isFast)
}

func TestMatricesOfTheCalibrationAreWellFormed(t *testing.T) {
	for _, n := range []int{1, 7, 1024} {
		backend.CheckCSR(skewed(n))
	}
}
