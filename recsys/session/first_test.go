package session

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/rank"
)

// The table that goes before the engine ranks as the engine does, to the last bit of every score.
func TestATableRanksAsTheModelDoes(t *testing.T) {
	s := opened(t)
	made, err := s.Table(api.Before)
	require.NoError(t, err)
	b, err := made.Encode()
	require.NoError(t, err)
	first, err := rank.Decode(b)
	require.NoError(t, err)
	for _, likes := range [][]int{{}, {3}, {4, 2, 8, 4, 20, 26}, {1, 2, 3, 5, 7, 11, 13, 17, 19, 23, 29}} {
		require.NoError(t, s.Like(likes))
		want, err := s.Recommend(api.Recommend{Slot: api.Before, User: -1, K: 12})
		require.NoError(t, err)
		got := first.Rank(likes, 12)
		assert.Equal(t, want.Items, got.Items, likes)
		assert.Equal(t, want.Scores, got.Scores, likes)
	}
	assert.Len(t, first.Catalog, s.base.Items())

	_, err = s.Table(api.After)
	assert.Error(t, err, "no model, no table")
}
