package failover_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/backendtest"
	"lethe/recsys/backend/failover"
	"lethe/recsys/backend/simd"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/train"
)

var errLost = errors.New("the device was lost")

// mortal computes as simd does and dies when left comes to zero: from then on kernels do
// nothing, and Read fails. Every kernel, write and read counts.
type mortal struct {
	backend.Backend
	left  int
	early bool // tells of its death before a Read
}

func (m *mortal) alive() bool {
	m.left--
	return m.left > 0
}

func (m *mortal) Name() string { return "mortal" }

func (m *mortal) Err() error {
	if m.early && m.left <= 0 {
		return errLost
	}
	return nil
}

func (m *mortal) Write(t backend.Tensor, src []float32) {
	if m.alive() {
		m.Backend.Write(t, src)
	}
}

func (m *mortal) Read(t backend.Tensor, dst []float32) error {
	if !m.alive() {
		return errLost
	}
	return m.Backend.Read(t, dst)
}

func (m *mortal) Gemm(transA, transB bool, alpha float32, a, b backend.Tensor, beta float32, c backend.Tensor) {
	if m.alive() {
		m.Backend.Gemm(transA, transB, alpha, a, b, beta, c)
	}
}

func (m *mortal) SpMM(alpha float32, s backend.Sparse, x backend.Tensor, beta float32, z, y backend.Tensor) {
	if m.alive() {
		m.Backend.SpMM(alpha, s, x, beta, z, y)
	}
}

func (m *mortal) Axpby(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if m.alive() {
		m.Backend.Axpby(alpha, x, beta, y)
	}
}

func (m *mortal) Adam(step backend.AdamStep, g, mo, v, theta backend.Tensor) {
	if m.alive() {
		m.Backend.Adam(step, g, mo, v, theta)
	}
}

func TestConformance(t *testing.T) {
	backendtest.Run(t, func() backend.Backend {
		return failover.New(simd.New(), func() backend.Backend { return simd.New() }, nil)
	})
}

func TestConformanceOfOneThatDies(t *testing.T) {
	backendtest.Run(t, func() backend.Backend {
		return failover.New(&mortal{simd.New(), 40, false}, func() backend.Backend { return simd.New() }, nil)
	})
}

func TestTheSuiteGivesTheSameBitsWheneverTheFirstDies(t *testing.T) {
	want, err := backendtest.Outputs(simd.New())
	require.NoError(t, err)
	for left := 1; left < 400; left += 23 {
		told := 0
		be := failover.New(&mortal{simd.New(), left, left%2 == 0}, func() backend.Backend { return simd.New() }, func(err error) {
			assert.ErrorIs(t, err, errLost)
			told++
		})
		got, err := backendtest.Outputs(be)
		require.NoError(t, err)
		require.Equal(t, want, got, "death after %d calls", left)
		if be.Failed() {
			assert.Equal(t, 1, told)
			assert.Equal(t, "mortal, then simd", be.Name())
		}
	}
}

// weights trains a model for three epochs.
func weights(t *testing.T, be backend.Backend, name string) *dense.Params {
	m, err := model.New(api.ModelConfig{Name: name, Dim: 16}, modeltest.Taste(60, 40, 14, 5))
	require.NoError(t, err)
	f, err := train.Fit(m, modeltest.Taste(60, 40, 14, 5), be, api.TrainConfig{Seed: 8, Epochs: 3, Batch: 128, Rate: 0.01}, nil)
	require.NoError(t, err)
	return f.Params
}

// TestTrainingGoesOnWithoutLoss kills the first backend at many moments: in the end θ is
// bit for bit that of a training which nothing happened to.
func TestTrainingGoesOnWithoutLoss(t *testing.T) {
	for _, name := range []string{"bpr", "lightgcn", "freedom", "mgcn"} {
		want := weights(t, simd.New(), name)
		for _, left := range []int{1, 10, 100, 317, 1000} {
			be := failover.New(&mortal{simd.New(), left, left%2 == 0}, func() backend.Backend { return simd.New() }, nil)
			assert.Equal(t, want.SHA256(), weights(t, be, name).SHA256(), "%s, death after %d calls", name, left)
		}
	}
}

// TestCheckpoints runs so many steps that checkpoints are taken, and dies after.
func TestCheckpoints(t *testing.T) {
	const n = 40000
	first := &mortal{simd.New(), n + 10, false}
	be := failover.New(first, func() backend.Backend { return simd.New() }, nil)
	one, sum, gone := be.New(1, 3), be.New(1, 3), be.New(1, 3)
	ix := be.NewIndex(2)
	be.WriteIndex(ix, 3, []int32{2, 0})
	be.Write(one, []float32{1, 2, 3})
	for k := range n {
		be.Axpby(1, one, 1, sum)
		if k == n/2 {
			be.Axpby(1, sum, 0, gone)
			be.Free(gone)
		}
	}
	for range 20 { // the first few still count
		be.Axpby(1, one, 1, sum)
	}
	table, list := be.New(3, 1), be.New(2, 1)
	be.Axpby(1, sum, 0, table)
	be.Gather(table, ix, list)
	got := make([]float32, 3)
	require.NoError(t, be.Read(sum, got))
	assert.True(t, be.Failed())
	assert.Equal(t, []float32{n + 20, 2 * (n + 20), 3 * (n + 20)}, got)
	require.NoError(t, be.Read(list, got[:2]))
	assert.Equal(t, []float32{3 * (n + 20), n + 20}, got[:2])
}
