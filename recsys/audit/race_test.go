//go:build !js || lab

package audit

import (
	"testing"

	"lethe/recsys/api"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// Who hid is ahead, who pushed down catches up faster, and who never knew runs beside Retrain.
func TestWhoRelearnsFasterRemembers(t *testing.T) {
	s := pairs()
	run := func(x Subject) *Race {
		t.Helper()
		steps := 0
		r, ok, err := RunRace(x, s.all.Retrains[0], func(p api.Progress) error {
			assert.Len(t, p.Point.Race, raceRunners)
			steps++
			return nil
		})
		require.NoError(t, err)
		require.True(t, ok)
		require.Len(t, r.Curve, RaceSteps+1)
		assert.Equal(t, RaceSteps+1, steps)
		for _, g := range r.Gain {
			assert.Greater(t, g.Value, 2*g.SE, "everybody learns the handful")
		}
		return r
	}
	faster := func(r *Race) float64 { return r.Gain[RaceAfter].Value - r.Gain[RaceRetrain].Value }
	honest, hidden, over := run(s.honest()), run(s.by(t, hide{})), run(s.by(t, overdo{}))
	assert.Less(t, honest.Ahead.Value, 2*honest.Ahead.SE)
	assert.Greater(t, honest.Ahead.Value, -2*honest.Ahead.SE)
	assert.InDelta(t, 0, faster(honest), .1)
	assert.Greater(t, hidden.Ahead.Value, 2.6*hidden.Ahead.SE, "the control that hides")
	assert.Less(t, over.Ahead.Value, -2.6*over.Ahead.SE)
	assert.Greater(t, faster(over), .15, "the control that pushes down")
	assert.Equal(t, honest.Curve, run(s.honest()).Curve)
}
