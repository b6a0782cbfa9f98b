package eval

import (
	"math"
	"slices"
	"testing"

	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat"
	"gonum.org/v1/gonum/stat/distuv"
)

func TestMomentsAreThoseOfGonum(t *testing.T) {
	s := rng.New(1).Stream()
	for n := 1; n < 60; n++ {
		x, y := make([]float64, n), make([]float64, n)
		for k := range x {
			x[k], y[k] = 3+s.Normal(), s.Normal()
		}
		slices.Sort(x)
		assert.Equal(t, stat.Mean(x, nil), average(x))
		for _, p := range []float64{0, 0.025, 0.3, 0.5, 0.975, 1} {
			assert.Equal(t, stat.Quantile(p, stat.LinInterp, x, nil), quantile(p, x))
		}
		if n > 1 {
			m, sd := meanStdDev(x)
			wantM, wantSD := stat.MeanStdDev(x, nil)
			assert.Equal(t, []float64{wantM, wantSD}, []float64{m, sd})
			at, slope := line(x, y)
			wantAt, wantSlope := stat.LinearRegression(x, y, nil, false)
			assert.Equal(t, []float64{wantAt, wantSlope}, []float64{at, slope})
			assert.Equal(t, distuv.StudentsT{Sigma: 1, Nu: float64(n)}.Quantile(0.95), studentQuantile(0.95, float64(n)))
		}
	}
	assert.True(t, math.IsNaN(quantile(0.5, []float64{math.NaN(), 1})))
}
