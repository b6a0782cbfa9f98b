package eval

import (
	"testing"

	"lethe/recsys/data"

	"github.com/stretchr/testify/assert"
)

func TestSpreadCountsPlaces(t *testing.T) {
	l := Lists{K: 3, Users: []int32{0, 2, 3}, Items: []int32{0, 1, 2, 1, 3, -1, 3, 3, 3}}
	group := []int{0, 0, 1, -1}
	everyone, first, nobody := []bool{true, true, true, true}, []bool{true, false, false, false}, make([]bool, 4)
	got := Spread(l, [][]bool{everyone, first, nobody}, group, 2)
	assert.Equal(t, [][]float64{{3. / 8, 1. / 8}, {2. / 3, 1. / 3}, {0, 0}}, got)
}

func TestNearness(t *testing.T) {
	d := &data.Dataset{UserIDs: make([]string, 4), ItemIDs: make([]string, 6), Train: must(4, 6, []data.Pair{{User: 0, Item: 0}, {User: 0, Item: 1}, {User: 1, Item: 0}, {User: 1, Item: 1}, {User: 2, Item: 5}, {User: 3, Item: 4}})}
	touched, near := Nearness(d, &data.ForgetSet{Users: []int32{3}, Pairs: []data.Pair{{User: 0, Item: 1}}})
	assert.Equal(t, []bool{true, false, false, true}, touched)
	assert.Equal(t, []bool{false, true, false, false}, near)
}
