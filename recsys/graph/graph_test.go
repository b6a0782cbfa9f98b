package graph

import (
	"math"
	"testing"

	"lethe/recsys/data"

	"github.com/stretchr/testify/assert"
)

// Two users and three items: user 0 has items 0 and 1, user 1 has item 1,
// item 2 nobody.
func small() *data.Interactions {
	return &data.Interactions{Users: 2, Items: 3, Ptr: []int32{0, 2, 3}, Item: []int32{0, 1, 1}}
}

func TestBipartiteIsTheNormalisedAdjacency(t *testing.T) {
	m := Bipartite(small())
	assert.Equal(t, []int32{0, 2, 3, 4, 6, 6}, m.Ptr)
	assert.Equal(t, []int32{2, 3, 3, 0, 0, 1}, m.Col)
	// Degrees: users 2 and 1, items 1, 2 and 0.
	a := float32(1 / math.Sqrt(2*1))
	b := float32(1 / math.Sqrt(2*2))
	c := float32(1 / math.Sqrt(1*2))
	assert.Equal(t, []float32{a, b, c, a, b, c}, m.Val)
}

func TestBipartiteIsSymmetric(t *testing.T) {
	m := Bipartite(small())
	assert.Equal(t, m, m.Transpose())
}

func TestTransposeTwiceIsTheSame(t *testing.T) {
	s := Seen(small())
	s.Ptr = append([]int32(nil), s.Ptr...)
	tt := s.Transpose().Transpose()
	assert.Equal(t, s, tt)
}
