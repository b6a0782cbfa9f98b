package chart

import (
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestNice(t *testing.T) {
	for _, c := range []struct {
		values []float64
		want   Scale
	}{
		{nil, Scale{0, 1}},
		{[]float64{math.NaN()}, Scale{0, 1}},
		{[]float64{0, 1}, Scale{0, 1}},
		{[]float64{.012, .0754}, Scale{0, .08}},
		{[]float64{.31, .69}, Scale{.3, .7}},
		{[]float64{1, 97}, Scale{0, 100}},
	} {
		s := Nice(c.values, 5)
		assert.InDelta(t, c.want.Min, s.Min, 1e-12, "%v", c.values)
		assert.InDelta(t, c.want.Max, s.Max, 1e-12, "%v", c.values)
	}
	one := Nice([]float64{5}, 4)
	assert.Less(t, one.Min, 5.0)
	assert.Greater(t, one.Max, 5.0)
}

func TestScale(t *testing.T) {
	s := Scale{.3, .7}
	assert.Equal(t, 0.0, s.At(.1))
	assert.InDelta(t, 50, s.At(.5), 1e-9)
	assert.Equal(t, 100.0, s.At(9))
	assert.InDeltaSlice(t, []float64{.3, .4, .5, .6, .7}, s.Ticks(4), 1e-12)
	assert.Equal(t, 1, s.Decimals(4))
	assert.Equal(t, 0, Scale{0, 100}.Decimals(5))
	assert.Equal(t, 2, Scale{0, .08}.Decimals(4))
}

func TestPath(t *testing.T) {
	x, y := Scale{0, 10}, Scale{0, 1}
	assert.Equal(t, "M0 100L50 50L100 0", Path([]XY{{0, 0}, {5, .5}, {10, 1}}, x, y))
	assert.Equal(t, "M0 100L100 0", Path([]XY{{0, 0}, {5, math.NaN()}, {10, 1}}, x, y), "gaps are skipped")
	assert.Empty(t, Path(nil, x, y))

	long := make([]XY, 5000)
	for i := range long {
		long[i] = XY{float64(i), float64(i%7) / 7}
	}
	d := Path(long, Scale{0, 5000}, y)
	assert.Equal(t, mostPoints-1, strings.Count(d, "L"))
	assert.Less(t, len(d), 16<<10, "an attribute must fit vugu's buffer")
	assert.True(t, strings.HasPrefix(d, "M0 100L"))
	kept := Thin(long, 10)
	assert.Equal(t, long[0], kept[0])
	assert.Equal(t, long[4999], kept[9])
}

func TestApart(t *testing.T) {
	for _, c := range []struct{ heights, want []float64 }{
		{nil, nil},
		{[]float64{40}, []float64{40}},
		{[]float64{90, 10}, []float64{90, 10}},
		{[]float64{12, 10, 11}, []float64{30, 10, 20}},
		{[]float64{99, 98, 50}, []float64{100, 90, 50}},
		{[]float64{100, 100, 100}, []float64{80, 90, 100}},
	} {
		assert.Equal(t, c.want, Apart(c.heights, 10), "%v", c.heights)
	}
}
