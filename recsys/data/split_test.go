package data

import (
	"fmt"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/rng"
)

// The sizes for 5 to 30 interactions are those found in baby.inter (users × sizes),
// whose split follows the toolbox's rule; 1 and 2 are our departure.
func TestSplitSizes(t *testing.T) {
	for _, c := range [][4]int{{0, 0, 0, 0}, {1, 1, 0, 0}, {2, 2, 0, 0}, {3, 1, 1, 1}, {4, 2, 1, 1}, {5, 3, 1, 1}, {9, 7, 1, 1}, {10, 8, 1, 1},
		{14, 12, 1, 1}, {15, 12, 1, 2}, {19, 16, 1, 2}, {20, 16, 2, 2}, {25, 20, 2, 3}, {30, 24, 3, 3}, {1000, 800, 100, 100}} {
		train, valid := splitSizes(c[0])
		assert.Equal(t, c, [4]int{c[0], train, valid, c[0] - train - valid})
	}
}

func keysOf(prefix string, n int) []uint64 {
	ids := make([]string, n)
	for k := range ids {
		ids[k] = fmt.Sprint(prefix, k)
	}
	return Keys(ids)
}

func TestSplitIsAPartition(t *testing.T) {
	s := rng.New(6).Stream()
	for range 30 {
		all := randomMatrix(1+s.IntN(20), 1+s.IntN(40), s.Float32(), &s)
		train, valid, test := Split(all, nil, keysOf("u", all.Users), keysOf("i", all.Items), rng.New(1))
		joined, err := FromPairs(all.Users, all.Items, append(append(train.Pairs(), valid.Pairs()...), test.Pairs()...))
		require.NoError(t, err) // an error would be a pair in two parts
		assert.Equal(t, all, joined)
		for u := range all.Users {
			nTrain, nValid := splitSizes(len(all.Row(u)))
			assert.Equal(t, [2]int{nTrain, nValid}, [2]int{len(train.Row(u)), len(valid.Row(u))})
		}
	}
}

// Taking users away and turning the items' numbers round changes no other user's split.
func TestSplitFollowsIdentifiers(t *testing.T) {
	s := rng.New(7).Stream()
	all := randomMatrix(20, 30, 0.5, &s)
	users, items := keysOf("u", 20), keysOf("i", 30)
	_, _, test := Split(all, nil, users, items, rng.New(1))

	var pairs []Pair
	var fewer, turned []uint64
	for u := 5; u < 20; u++ {
		fewer = append(fewer, users[u])
		for _, i := range all.Row(u) {
			pairs = append(pairs, Pair{int32(u - 5), 29 - i})
		}
	}
	for i := range items {
		turned = append(turned, items[29-i])
	}
	_, _, test2 := Split(mustFromPairs(15, 30, pairs), nil, fewer, turned, rng.New(1))
	for u := 5; u < 20; u++ {
		assert.Len(t, test2.Row(u-5), len(test.Row(u)))
		for _, i := range test.Row(u) {
			assert.True(t, test2.Has(u-5, int(29-i)))
		}
	}
	_, _, other := Split(all, nil, users, items, rng.New(2))
	assert.NotEqual(t, test, other)
}

// Each of a user's ten items is tested with probability 1/10: over 2,000 users the
// binomial deviation is 13.4; five of them either way.
func TestSplitIsFair(t *testing.T) {
	var pairs []Pair
	for u := range 2000 {
		for i := range 10 {
			pairs = append(pairs, Pair{int32(u), int32(i)})
		}
	}
	_, _, test := Split(mustFromPairs(2000, 10, pairs), nil, keysOf("u", 2000), keysOf("i", 10), rng.New(3))
	_, count := test.Degrees()
	for i, n := range count {
		assert.InDelta(t, 200, n, 5*math.Sqrt(2000*.1*.9), "item %d", i)
	}
}
