package graph

import (
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"

	"github.com/stretchr/testify/assert"
)

func TestNearestTo(t *testing.T) {
	// Directions at 0°, 27°, 90° and 180°, a zero row, and one that lacks the modality.
	m := data.Modality{
		Rows: dense.Matrix{Rows: 6, Cols: 2, Data: []float32{1, 0, 4, 2, 0, 3, -1, 0, 0, 0, 1, 0}},
		Has:  []bool{true, true, true, true, true, false},
	}
	assert.Equal(t, []int32{1, 2}, NearestTo(m, 0, 2))
	assert.Equal(t, []int32{1, 2, 3}, NearestTo(m, 0, 10))
	assert.Empty(t, NearestTo(m, 4, 3))
	assert.Empty(t, NearestTo(m, 5, 3))
	m.Neighbors = &data.Neighbors{K: 3, ItemID: []int32{0, 3, -1, 1, 0, 2}, Cos: make([]float32, 6)}
	assert.Equal(t, []int32{3}, NearestTo(m, 0, 2), "lists that came with the data win")
	assert.Equal(t, []int32{0, 2}, NearestTo(m, 1, 2))
}
