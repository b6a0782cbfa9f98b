package eval

import (
	"testing"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// A vector that carries the picture gives it back; the same vector without that part does not.
func TestReadoutGuessesAnImage(t *testing.T) {
	const items, dim, features = 400, 12, 5
	s := rng.New(3).Stream()
	x := dense.New(items, features)
	for k := range x.Data {
		x.Data[k] = float32(3 + s.Normal()) // a mean that says nothing
	}
	m := &data.Modality{Name: "image", Rows: x, Has: make([]bool, items)}
	for i := range m.Has {
		m.Has[i] = i != 7
	}
	clean := normalVectors(5, 1, items, dim).Items
	leak := clean.Clone()
	for i := range items {
		for c := range features {
			leak.Row(i)[c] += 3 * x.Row(i)[c]
		}
	}
	of := func(v dense.Matrix) func(int) []float32 { return func(i int) []float32 { return v.Row(i) } }
	asked := []int32{0, 1, 2, 3, 4, 5, 6, 8, 9, 10}
	got, ok := NewReadout(m, of(leak), asked, 3)
	require.True(t, ok)
	assert.Greater(t, got.Beats, .95)
	require.Len(t, got.Near, 3)
	assert.Contains(t, got.Near, int32(0))
	for _, i := range asked { // the withdrawn items' own vectors say nothing any more
		copy(leak.Row(int(i)), clean.Row(int(i)))
	}
	gone, ok := NewReadout(m, of(leak), asked, 3)
	require.True(t, ok)
	assert.InDelta(t, .5, gone.Beats, .25, "guessing, ten times")
	again, _ := NewReadout(m, of(leak), asked, 3)
	assert.Equal(t, gone, again)

	_, ok = NewReadout(m, of(leak), []int32{7}, 3)
	assert.False(t, ok, "it never had an image")
	_, ok = NewReadout(m, func(i int) []float32 {
		if i > 20 {
			return nil
		}
		return leak.Row(i)
	}, []int32{1}, 3)
	assert.False(t, ok, "too few to learn from")
}
