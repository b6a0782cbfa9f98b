package session

import (
	"encoding/json"
	"fmt"
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
