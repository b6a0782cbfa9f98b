package data

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/rng"
)

func TestFromPairs(t *testing.T) {
	pairs := []Pair{{2, 1}, {0, 3}, {2, 0}, {0, 1}}
	x, err := FromPairs(4, 5, pairs)
	require.NoError(t, err)
	assert.Equal(t, []int32{0, 2, 2, 4, 4}, x.Ptr)
	assert.Equal(t, []int32{1, 3, 0, 1}, x.Item)
	assert.Equal(t, []Pair{{2, 1}, {0, 3}, {2, 0}, {0, 1}}, pairs)
	assert.Equal(t, []Pair{{0, 1}, {0, 3}, {2, 0}, {2, 1}}, x.Pairs())
	assert.True(t, x.Has(2, 0))
	assert.False(t, x.Has(2, 2))
	assert.False(t, x.Has(1, 0))
	users, items := x.Degrees()
	assert.Equal(t, []int32{2, 0, 2, 0}, users)
	assert.Equal(t, []int32{1, 2, 0, 1, 0}, items)
	y := x.Transpose()
	assert.Equal(t, []Pair{{0, 2}, {1, 0}, {1, 2}, {3, 0}}, y.Pairs())
	assert.Equal(t, x, y.Transpose())

	empty, err := FromPairs(0, 0, nil)
	require.NoError(t, err)
	assert.Zero(t, empty.Len())
}

func TestFromPairsRefuses(t *testing.T) {
	for _, c := range []struct {
		users, items int
		pairs        []Pair
		want         string
	}{
		{2, 2, []Pair{{0, 1}, {1, 0}, {0, 1}}, "user 0 with item 1 comes twice"},
		{2, 2, []Pair{{2, 0}}, "outside"},
		{2, 2, []Pair{{0, 2}}, "outside"},
		{2, 2, []Pair{{-1, 0}}, "outside"},
		{2, 2, []Pair{{0, -1}}, "outside"},
		{-1, 2, nil, "32-bit"},
		{math.MaxInt32, 1, nil, "32-bit"},
	} {
		_, err := FromPairs(c.users, c.items, c.pairs)
		assert.ErrorContains(t, err, c.want)
	}
}

// randomMatrix has each pair with probability share.
func randomMatrix(users, items int, share float32, s *rng.Stream) *Interactions {
	var pairs []Pair
	for u := range users {
		for i := range items {
			if s.Float32() < share {
				pairs = append(pairs, Pair{int32(u), int32(i)})
			}
		}
	}
	return mustFromPairs(users, items, pairs)
}

func TestPairsAndTransposeAreInverses(t *testing.T) {
	s := rng.New(1).Stream()
	for range 50 {
		x := randomMatrix(s.IntN(20), s.IntN(20), s.Float32(), &s)
		y, err := FromPairs(x.Users, x.Items, x.Pairs())
		require.NoError(t, err)
		assert.Equal(t, x, y)
		assert.Equal(t, x, x.Transpose().Transpose())
	}
}
