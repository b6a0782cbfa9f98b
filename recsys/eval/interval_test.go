package eval

import (
	"math"
	"testing"

	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"gonum.org/v1/gonum/stat"
)

// clustered draws perUnit values of each sample for each of n units. A value is shift
// (first sample only) + a part of its unit and sample + noise: cluster is the deviation of
// the unit's part, the noise has deviation 1.
func clustered(s *rng.Stream, n, perUnit int, shift, cluster float64) (x, y Sample) {
	for u := range n {
		a, b := cluster*s.Normal(), cluster*s.Normal()
		for range perUnit {
			x.Value, x.Unit = append(x.Value, shift+a+s.Normal()), append(x.Unit, int32(u))
			y.Value, y.Unit = append(y.Value, b+s.Normal()), append(y.Unit, int32(u))
		}
	}
	return x, y
}

func TestStandardErrorOfAnAUCIsItsSpread(t *testing.T) {
	cases := []struct {
		name                  string
		units, per            int
		shift, cluster        float64
		independentIsTooSmall bool
	}{
		{"independent", 60, 1, 0, 0, false},
		{"separated", 60, 1, 1, 0, false},
		{"clustered", 30, 5, 0.5, 1, true},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			s := rng.New(1).Named(c.name).Stream()
			var values, errors []float64
			for range 300 {
				x, y := clustered(&s, c.units, c.per, c.shift, c.cluster)
				e := AUCEstimate(x, y)
				assert.Equal(t, AUC(x.Value, y.Value), e.Value)
				values, errors = append(values, e.Value), append(errors, e.SE)
			}
			// A deviation from 300 draws has an error of 1/√600 = 4 %.
			spread := stat.StdDev(values, nil)
			assert.InDelta(t, 1, stat.Mean(errors, nil)/spread, 0.15)
			if c.independentIsTooSmall {
				assert.Less(t, AUCError(c.units*c.per, c.units*c.per), 0.7*spread)
			}
		})
	}
}

func TestIntervalsCover(t *testing.T) {
	s := rng.New(2).Stream()
	const runs = 120
	truth := 0.5 * math.Erfc(-0.8/2/math.Sqrt2) // P(x > y) of N(0.8, 2) and N(0, 2) is Φ(0.8/√4)
	auc, mean := 0, 0
	for r := range runs {
		x, y := clustered(&s, 40, 3, 0.8, 1)
		if e := AUCInterval(x, y, 100, rng.New(uint64(r))); e.Low <= truth && truth <= e.High {
			auc++
		}
		if e := MeanInterval(x, 100, rng.New(uint64(r))); e.Low <= 0.8 && 0.8 <= e.High {
			mean++
		}
	}
	// 95 % nominal; the percentile bootstrap of 40 units is a little short. The binomial error of 120 runs is 2 %.
	assert.InDelta(t, 0.94, float64(auc)/runs, 0.06)
	assert.InDelta(t, 0.94, float64(mean)/runs, 0.06)
}

func TestIntervalIsReproducibleAndCentred(t *testing.T) {
	s := rng.New(3).Stream()
	x, y := clustered(&s, 50, 2, 1, 0.5)
	a, b := AUCInterval(x, y, Resamples, rng.New(1)), AUCInterval(x, y, Resamples, rng.New(1))
	assert.Equal(t, a, b)
	e := AUCEstimate(x, y)
	assert.InDelta(t, e.Value, a.Value, 1e-12)
	assert.InDelta(t, e.SE, a.SE, 0.25*e.SE)
	assert.Less(t, a.Low, a.Value)
	assert.Greater(t, a.High, a.Value)
}

func TestDifferenceOfReadingsOfTheSamePairs(t *testing.T) {
	s := rng.New(4).Stream()
	x, y := clustered(&s, 80, 2, 0.5, 1)
	none := AUCDifference(x, y, x, y)
	assert.Zero(t, none.Value)
	assert.Zero(t, none.SE)
	// A second reading that shares most of the first: the difference is far better known than either.
	x2 := Sample{Value: append([]float64(nil), x.Value...), Unit: x.Unit}
	for k := range x2.Value {
		x2.Value[k] -= 0.3 + 0.1*s.Normal()
	}
	d := AUCDifference(x, y, x2, y)
	assert.InDelta(t, AUC(x.Value, y.Value)-AUC(x2.Value, y.Value), d.Value, 1e-12)
	assert.Less(t, d.SE, AUCEstimate(x, y).SE/2)
	assert.Greater(t, d.Value, 3*d.SE)
}

func TestMeanByHand(t *testing.T) {
	// Units {1,3} and {5,7}: mean 4; the units' parts are (1+3−8)/4 = −1 and +1, SE = √(2/1·2).
	e := Sample{Value: []float64{1, 3, 5, 7}, Unit: []int32{0, 0, 9, 9}}.Mean()
	assert.Equal(t, 4.0, e.Value)
	assert.InDelta(t, 2, e.SE, 1e-12)
	assert.Zero(t, Sample{}.Mean())
	// One unit: its own numbers, SE = √(2/1·2·(1/2)²).
	assert.InDelta(t, 1, Sample{Value: []float64{1, 3}, Unit: []int32{4, 4}}.Mean().SE, 1e-12)
	assert.Zero(t, Sample{Value: []float64{2}, Unit: []int32{1}}.Mean().SE)
}

func TestOneUsersAUCHasAnErrorOfItsPairs(t *testing.T) {
	s := rng.New(5).Stream()
	x, y := clustered(&s, 20, 1, 0, 0)
	clear(x.Unit)
	clear(y.Unit)
	// Of 20 and 20 independent values: √(41/4800) = 0.092.
	assert.InDelta(t, AUCError(20, 20), AUCEstimate(x, y).SE, 0.02)
	assert.InDelta(t, AUCError(20, 20), AUCInterval(x, y, Resamples, rng.New(1)).SE, 0.02)
}

func TestNothingToCompareIsACoinFlip(t *testing.T) {
	x := Sample{Value: []float64{1}, Unit: []int32{1}}
	assert.Equal(t, 0.5, AUCEstimate(x, Sample{}).Value)
	assert.Equal(t, 0.5, AUCInterval(Sample{}, x, 10, rng.New(1)).Value)
}
