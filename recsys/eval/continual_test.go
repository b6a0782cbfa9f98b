package eval

import (
	"testing"

	"lethe/recsys/api"

	"github.com/stretchr/testify/assert"
)

func course(values ...float64) Course {
	var c Course
	for _, v := range values {
		c = append(c, api.Estimate{Value: v, SE: 0.01})
	}
	return c
}

func values(c Course) []float64 {
	var v []float64
	for _, x := range c {
		v = append(v, x.Value)
	}
	return v
}

func TestCoursesByHand(t *testing.T) {
	c := course(0.4, 0.3, 0.35, 0.1, 0.5)
	assert.Equal(t, []float64{0.4, 0.3, 0.3, 0.1, 0.1}, values(c.Worst()))
	assert.InDelta(t, 0.25, c.WindowedForgetting(2).Value, 1e-12, "0.35 to 0.1")
	assert.InDelta(t, 0.3, c.WindowedForgetting(3).Value, 1e-12, "0.4 to 0.1")
	assert.InDelta(t, 0.4, c.WindowedPlasticity(1).Value, 1e-12)
	assert.Zero(t, course(1, 2, 3).WindowedForgetting(2).Value)
	assert.InDelta(t, 0.01*1.4142, c.WindowedForgetting(2).SE, 1e-5)
	// The score counts the worst moment for ever after: a later recovery does not help.
	wc := WorstCase(course(0.7, 0.5, 0.5, 0.4, 0.5), c)
	assert.InDeltaSlice(t, []float64{(0.6 + 1) / 2, (1 + 0.75) / 2, (1 + 0.75) / 2, (0.8 + 0.25) / 2, (1 + 0.25) / 2}, values(wc), 1e-12)
	assert.Greater(t, wc[4].SE, 0.0)
	assert.InDelta(t, ForgetScore(api.Estimate{Value: 0.3}).Value, ForgetScore(api.Estimate{Value: 0.7}).Value, 1e-12, "both sides count")
}

func TestOnlyCheckpointsAboveTheFloorAreServed(t *testing.T) {
	a, b := course(1, 0.99, 0.97, 1.1), course(0.5, 0.5, 0.5, 0.3)
	assert.Equal(t, []bool{true, true, false, false}, Servable(0.02, a, b))
	assert.Equal(t, []bool{true, true, true, true}, Servable(0.4, a, b))
}

func TestCoursesOfACurve(t *testing.T) {
	high, low := 0.7, 0.5
	curve := []api.Point{
		{Step: 3, Gauge: &high, Valid: api.Metrics{"recall@20": 0.2}},
		{Step: 6},
		{Step: 9, Gauge: &low, Valid: api.Metrics{"recall@20": 0.3}},
	}
	gauge, recall := Courses(curve, "recall@20", api.Estimate{Value: 0.8, SE: 0.02}, api.Estimate{Value: 0.4, SE: 0.01})
	assert.Equal(t, []float64{0.8, 0.7, 0.5}, values(gauge))
	assert.Equal(t, []float64{0.4, 0.2, 0.3}, values(recall))
	assert.Equal(t, 0.02, gauge[2].SE)
}
