package session

import (
	"encoding/json"
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase/erasetest"
)

// blog is a catalogue of words alone: posts about gardens and posts about engines, in turn.
func blog(t testing.TB, n int) []byte {
	words := [2][]string{{"garden", "rose", "soil", "seed", "pruning", "compost"}, {"engine", "piston", "torque", "valve", "gearbox", "diesel"}}
	var list []map[string]string
	for i := range n {
		w := words[i%2]
		list = append(list, map[string]string{"id": fmt.Sprintf("post-%d", i), "title": fmt.Sprintf("%s %s", w[i%6], w[(i/2+1)%6]), "description": w[(i/3+2)%6] + " and " + w[(i/5+3)%6]})
	}
	b, err := json.Marshal(list)
	require.NoError(t, err)
	return api.PackFiles([]api.File{{Name: "catalog.json", Data: b}})
}

// A catalogue without anybody else: the visitor's own clicks and the items' content are all there is.
func TestAVisitorAlone(t *testing.T) {
	d := &erasetest.Disk{}
	s, _, err := kept(t, d)
	require.NoError(t, err)
	fsys, err := dropped(blog(t, 60))
	require.NoError(t, err)
	_, err = s.Open(api.Open{Name: "blog"}, fsys, data.Options{}, nil)
	require.Error(t, err, "only who says so may open a catalogue without interactions")
	o, err := s.Open(api.Open{Name: "blog", Alone: true}, fsys, data.Options{}, nil)
	require.NoError(t, err)
	assert.Equal(t, 0, o.Users)
	assert.Equal(t, 60, o.Items)
	require.NoError(t, s.Like([]int{0, 2, 4, 8}))
	_, err = s.Train(api.Train{Model: api.ModelConfig{Name: "vbpr", Dim: 16}, Train: api.TrainConfig{Epochs: 200, Rate: 0.02}}, nil)
	require.NoError(t, err)
	r, err := s.Recommend(api.Recommend{Slot: api.Before, User: -1, K: 10})
	require.NoError(t, err)
	even := 0
	for _, i := range r.Items {
		even += 1 - i%2
	}
	assert.GreaterOrEqual(t, even, 9, "%v", r.Items)

	for _, request := range []string{"item:post-2", "visitor"} {
		_, err = s.Erase(api.Erase{Method: "auto", Request: request}, nil)
		require.NoError(t, err, request)
	}
	again, _, err := kept(t, d)
	require.NoError(t, err)
	assert.Empty(t, again.likes)
	assert.NotContains(t, again.base.ItemIDs, "post-2")
}

// What a visitor alone forgets can be computed again from what remains.
func TestAVisitorAloneReplays(t *testing.T) {
	for _, method := range []string{"retrain", "auto"} {
		s, _, err := kept(t, &erasetest.Disk{})
		require.NoError(t, err)
		fsys, err := dropped(blog(t, 60))
		require.NoError(t, err)
		_, err = s.Open(api.Open{Name: "blog", Alone: true}, fsys, data.Options{}, nil)
		require.NoError(t, err)
		require.NoError(t, s.Like([]int{0, 2, 4, 8}))
		_, err = s.Train(api.Train{Model: api.ModelConfig{Name: "vbpr", Dim: 32}, Train: api.TrainConfig{Seed: 1, Epochs: 20, Rate: 0.02}}, nil)
		require.NoError(t, err)
		_, err = s.Erase(api.Erase{Method: method, Request: "item:post-3", Seed: 1}, nil)
		require.NoError(t, err)
		b, err := s.Receipts()
		require.NoError(t, err)
		v, err := s.Verify(b, nil, api.Verify{Replay: true}, nil)
		require.NoError(t, err)
		assert.True(t, v.Passed, "%s: %v", method, v.Findings)
	}
}

// An item without interactions was a negative and its content was seen: forgetting it is not nothing.
func TestForgettingAnItemWithoutInteractions(t *testing.T) {
	for _, method := range []string{"retrain", "lethe", "auto"} {
		_, s := filled(t, 2, 4, 8)
		cold := people()
		for _, part := range []**data.Interactions{&cold.Train, &cold.Valid, &cold.Test} {
			x := *part
			pairs := slices.DeleteFunc(x.Pairs(), func(p data.Pair) bool { return p.Item == 29 })
			y, err := data.FromPairs(x.Users, x.Items, pairs)
			require.NoError(t, err)
			*part = y
		}
		_, err := s.OpenDataset(cold)
		require.NoError(t, err)
		_, err = s.Train(training(30), nil)
		require.NoError(t, err)
		before := s.slots[api.Before].params.SHA256()
		_, err = s.Erase(api.Erase{Method: method, Request: "item:print-i29", Seed: 1}, nil)
		require.NoError(t, err, method)
		assert.NotEqual(t, before, s.slots[api.Before].params.SHA256(), method)
		assert.NotContains(t, s.base.ItemIDs, "print-i29")
	}
}
