package rank

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/dense"
)

// table has items along two axes: 0 and 1 along the first, 2 and 3 along the second.
func table() *Table {
	return &Table{Items: dense.Matrix{Rows: 4, Cols: 2, Data: []float32{1, 0, 2, 0, 0, 1, 0, 3}}, Mean: []float32{.1, 1}, Catalog: make([]api.Item, 4)}
}

func TestTableRanks(t *testing.T) {
	for _, c := range []struct {
		likes []int
		k     int
		want  []int
	}{
		{nil, 4, []int{3, 2, 1, 0}},       // the mean user's
		{[]int{0}, 1, []int{1}},           // what is like it
		{[]int{2, 2, -1, 9}, 1, []int{3}}, // twice is once, and nobody likes what is not there
		{[]int{3, 1}, 9, []int{0, 2}},     // of liked ones, no list speaks
	} {
		got := table().Rank(c.likes, c.k)
		if c.k == 9 {
			assert.ElementsMatch(t, c.want, got.Items)
			continue
		}
		assert.Equal(t, c.want, got.Items)
	}
}

func TestTableFile(t *testing.T) {
	made := table()
	made.Catalog[3] = api.Item{ID: "c", Title: "Ä \"quoted\" <title>", Image: "prints/3.jpg"}
	b, err := made.Encode()
	require.NoError(t, err)
	read, err := Decode(b)
	require.NoError(t, err)
	assert.Equal(t, made, read)

	made.Mean = made.Mean[:1]
	narrow, err := made.Encode()
	require.NoError(t, err)
	for _, bad := range [][]byte{nil, b[:len(b)-1], narrow, []byte("<!doctype html>")} {
		_, err := Decode(bad)
		assert.ErrorContains(t, err, "read a table")
	}
}

func FuzzDecode(f *testing.F) {
	b, err := table().Encode()
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		if read, err := Decode(b); err == nil {
			read.Rank([]int{0}, 3)
		}
	})
}
