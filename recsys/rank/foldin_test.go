package rank

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

func randomMatrix(rows, cols int, seed uint64) dense.Matrix {
	s := rng.New(seed).Stream()
	m := dense.New(rows, cols)
	for k := range m.Data {
		m.Data[k] = float32(s.Normal())
	}
	return m
}

// The vector makes the gradient of the stated objective vanish.
func TestFoldInSolvesItsObjective(t *testing.T) {
	const items, dim = 50, 6
	q := randomMatrix(items, dim, 1)
	hidden := make([]bool, items)
	hidden[7] = true
	f := NewFoldIn(q, hidden)
	liked := []int32{3, 11, 40}
	p := f.User(liked)

	score := func(i int) (s float64) {
		for c, x := range q.Row(i) {
			s += float64(x) * float64(p[c])
		}
		return s
	}
	shown := float64(items - 1)
	trace := 0.0
	for i := range items {
		if !hidden[i] {
			for _, x := range q.Row(i) {
				trace += float64(x) * float64(x)
			}
		}
	}
	lambda := foldRidge * trace / (shown * dim)
	for c := range dim {
		gradient := lambda * float64(p[c])
		for i := range items {
			if !hidden[i] {
				gradient += foldWhole / shown * score(i) * float64(q.Row(i)[c])
			}
		}
		for _, i := range liked {
			gradient -= (1 - score(int(i))) * float64(q.Row(int(i))[c])
		}
		assert.InDelta(t, 0, gradient, 1e-5, "column %d", c)
	}
}

func TestFoldInOfNothingIsZero(t *testing.T) {
	f := NewFoldIn(randomMatrix(20, 4, 2), nil)
	assert.Equal(t, make([]float32, 4), f.User(nil))
}

// A model may have columns that no item uses, or no items at all.
func TestFoldInSurvivesDegenerateVectors(t *testing.T) {
	q := randomMatrix(20, 4, 3)
	for i := range q.Rows {
		q.Row(i)[2] = 0
	}
	for _, m := range []dense.Matrix{q, dense.New(20, 4), dense.New(0, 4)} {
		var liked []int32
		if m.Rows > 0 {
			liked = []int32{1, 5}
		}
		for _, x := range NewFoldIn(m, nil).User(liked) {
			require.False(t, math.IsNaN(float64(x)) || math.IsInf(float64(x), 0))
		}
	}
}

func TestFoldInDoesNotDependOnTheScaleOfVectors(t *testing.T) {
	q := randomMatrix(30, 5, 4)
	big := q.Clone()
	for k := range big.Data {
		big.Data[k] *= 64
	}
	a, b := NewFoldIn(q, nil).User([]int32{1, 2}), NewFoldIn(big, nil).User([]int32{1, 2})
	for c := range a {
		assert.InDelta(t, a[c], 64*b[c], 1e-5)
	}
}

func BenchmarkFoldIn(b *testing.B) {
	q := randomMatrix(7050, 64, 5) // the items of Baby
	f := NewFoldIn(q, nil)
	liked := []int32{5, 500, 5000}
	b.Run("user", func(b *testing.B) {
		for b.Loop() {
			f.User(liked)
		}
	})
	b.Run("prepare", func(b *testing.B) {
		for b.Loop() {
			NewFoldIn(q, nil)
		}
	})
}
