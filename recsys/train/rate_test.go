package train

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestRootOfTheDecay(t *testing.T) {
	assert.Equal(t, 1.0, root(1, decayEpochs))
	for _, share := range []float64{0.96, 0.5, 0.01} {
		assert.InDelta(t, share, power(root(share, decayEpochs), decayEpochs), 1e-12)
	}
}
