// Package tapetest checks gradients against finite differences.
package tapetest

import (
	"math"
	"testing"

	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/rng"
	"lethe/recsys/tape"

	"github.com/stretchr/testify/require"
)

// Gradient checks ∂loss/∂θ of what record puts on a tape, at theta, against central
// differences in float64 on the reference backend. At most 60 coordinates are
// probed, the same ones each time. record gets θ and its gradient as tensors.
func Gradient(t testing.TB, theta []float32, record func(tp *tape.Tape, theta, grad backend.Tensor) *tape.Node) {
	t.Helper()
	be := reference.New()
	x, g := be.New(1, len(theta)), be.New(1, len(theta))
	be.Write(x, theta)
	tp := tape.New(be)
	loss := record(tp, x, g)
	tp.Plan(loss)
	at := make([]float64, len(theta))
	for k, v := range theta {
		at[k] = float64(v)
	}
	value := func() float64 {
		be.WriteFloat64(x, at)
		tp.Forward()
		return be.Float64(loss.Value)[0]
	}
	value()
	tp.Backward()
	got := append([]float64(nil), be.Float64(g)...)
	var norm float64
	for _, v := range got {
		norm = max(norm, math.Abs(v))
	}
	require.Greater(t, norm, 0.0, "the whole gradient is zero")
	s := rng.New(1).Named("probe").Stream()
	const h = 1e-5
	for range min(60, len(theta)) {
		k := s.IntN(len(theta))
		v := at[k]
		at[k] = v + h
		up := value()
		at[k] = v - h
		down := value()
		at[k] = v
		want := (up - down) / (2 * h)
		// h²·f''' plus rounding of the loss over h: about 1e-9 for losses near 1.
		require.InDelta(t, want, got[k], 1e-6*(1+norm), "coordinate %d", k)
	}
	// A replay adds nothing to the last one's gradient.
	value()
	tp.Backward()
	require.Equal(t, got, be.Float64(g)[:len(got)])
}
