package session

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// seen is a session on 60 prints whose pictures have nothing to do with who likes them, and a model that looks.
func seen(t *testing.T) *Session {
	const users, items, dim = 60, 60, 6
	d := &data.Dataset{Name: "seen"}
	src := rng.New(4).Stream()
	content := dense.New(items, dim)
	for k := range content.Data {
		content.Data[k] = float32(src.Normal())
	}
	d.Modalities = []data.Modality{{Name: "image", Rows: content}}
	for i := range items {
		d.ItemIDs = append(d.ItemIDs, fmt.Sprintf("i%d", i))
		d.Catalog = append(d.Catalog, data.Item{Creator: fmt.Sprintf("creator %d", i%6), Category: []string{[]string{"sea", "sky", "tree"}[i%3]}})
	}
	var train, valid, test []data.Pair
	for u := range users {
		d.UserIDs = append(d.UserIDs, fmt.Sprintf("u%d", u))
		for k, i := range src.Perm(items)[:12] {
			p := data.Pair{User: int32(u), Item: int32(i)}
			switch {
			case k < 10:
				train = append(train, p)
			case k == 10:
				valid = append(valid, p)
			default:
				test = append(test, p)
			}
		}
	}
	part := func(pairs []data.Pair) *data.Interactions {
		x, err := data.FromPairs(users, items, pairs)
		require.NoError(t, err)
		return x
	}
	d.Train, d.Valid, d.Test = part(train), part(valid), part(test)
	s := newLine(t, 0).session()
	_, err := s.OpenDataset(d)
	require.NoError(t, err)
	c := training(10)
	c.Model.Name = "vbpr"
	_, err = s.Train(c, nil)
	require.NoError(t, err)
	return s
}

func TestAWithdrawnImageIsReadOffTheModel(t *testing.T) {
	s := seen(t)
	_, err := s.Residue(nil)
	assert.Equal(t, api.CodeNotReady, code(t, err))
	for _, method := range []string{"mask-only", "retrain"} {
		_, err := s.Unlearn(api.Unlearn{Method: method, Request: "modality:image@creator:creator 1"}, nil)
		require.NoError(t, err)
	}
	r, err := s.Residue(nil)
	require.NoError(t, err)
	assert.Equal(t, []any{"image", 1, 10}, []any{r.Modality, r.Item, r.Items})
	assert.Greater(t, r.Own[api.Before].Beats, .85)
	assert.Greater(t, r.Own[api.After].Beats, .85, "the control masks and keeps the vectors")
	assert.Less(t, r.Own[api.Retrain].Beats, .7, "who never saw it guesses")
	assert.Less(t, r.People[api.Retrain].Beats, .7)
	assert.Contains(t, r.Own[api.Before].Near, 1)
	again, err := s.Residue(nil)
	require.NoError(t, err)
	assert.Equal(t, r, again)

	_, err = s.Unlearn(api.Unlearn{Method: "lethe", Request: "modality:image@creator:creator 1"}, nil)
	require.NoError(t, err)
	r, err = s.Residue(nil)
	require.NoError(t, err)
	assert.Less(t, r.Own[api.After].Beats, .75, "the method forgets")

	_, err = s.Unlearn(api.Unlearn{Method: "retrain", Request: "user:u3"}, nil)
	require.NoError(t, err)
	_, err = s.Residue(nil)
	assert.Equal(t, api.CodeUnsupported, code(t, err), "no content went")
}

func TestSpreadLooksAtWhatNobodyAskedFor(t *testing.T) {
	s := seen(t)
	_, err := s.Spread(nil)
	assert.Equal(t, api.CodeNotReady, code(t, err))
	_, err = s.Unlearn(api.Unlearn{Method: "mask-only", Request: "creator:creator 1"}, nil)
	require.NoError(t, err)
	x, err := s.Spread(nil)
	require.NoError(t, err)
	require.Len(t, x.Groups, 3)
	assert.Equal(t, api.Group{Name: "sea", Count: 20}, api.Group{Name: x.Groups[0].Name, Count: x.Groups[0].Count})
	assert.Equal(t, "sky", x.Groups[2].Name)
	assert.Equal(t, 10, x.Groups[2].Count, "the ten that were to go are in no group")
	assert.False(t, slices.Contains(x.Groups[2].Items, 1))
	assert.Equal(t, "everyone", x.Cohorts[0].Name)
	assert.Equal(t, 60, x.Cohorts[0].Count)
	assert.Equal(t, x.Places[api.Before], x.Places[api.After], "hiding moves nothing else")
	for _, row := range x.Places[api.Before] {
		sum := 0.0
		for _, v := range row {
			sum += v
		}
		assert.InDelta(t, 1, sum, 1e-9)
	}
	_, err = s.Unlearn(api.Unlearn{Method: "retrain", Request: "creator:creator 1"}, nil)
	require.NoError(t, err)
	x, err = s.Spread(nil)
	require.NoError(t, err)
	assert.NotEqual(t, x.Places[api.Before], x.Places[api.Retrain])

	bare := opened(t) // a catalogue without categories
	_, err = bare.Unlearn(api.Unlearn{Method: "lethe", Request: "user:u3"}, nil)
	require.NoError(t, err)
	x, err = bare.Spread(nil)
	require.NoError(t, err)
	require.Len(t, x.Groups, 5)
	assert.Equal(t, "popularity 1", x.Groups[0].Name)
	for _, c := range x.Cohorts {
		assert.NotEqual(t, "touched", c.Name, "nobody is left of those who went")
	}
}

// The race needs both lanes and enough clicks, and leaves the slots as they are.
func TestRelearning(t *testing.T) {
	s := seen(t)
	_, err := s.Relearn(nil)
	assert.Equal(t, api.CodeNotReady, code(t, err))
	request := "creator:creator 1"
	_, err = s.Unlearn(api.Unlearn{Method: "mask-only", Request: request}, nil)
	require.NoError(t, err)
	_, err = s.Relearn(nil)
	assert.Equal(t, api.CodeNotReady, code(t, err), "there is nobody to race against")
	_, err = s.Unlearn(api.Unlearn{Method: "retrain", Request: request}, nil)
	require.NoError(t, err)
	theta := s.slots[api.After].params.SHA256()
	r, err := s.Relearn(nil)
	require.NoError(t, err)
	assert.Len(t, r.Curve, 31)
	assert.Len(t, r.Gain, 3)
	for _, g := range r.Gain {
		assert.Greater(t, g.Value, 2*g.SE, "everybody learns the handful")
	}
	assert.Equal(t, theta, s.slots[api.After].params.SHA256(), "nothing was learned for good")
	again, err := s.Relearn(nil)
	require.NoError(t, err)
	assert.Equal(t, r, again)
	for _, method := range []string{"lethe", "retrain"} {
		_, err = s.Unlearn(api.Unlearn{Method: method, Request: "pair:u3/" + s.base.ItemIDs[s.base.Train.Row(3)[0]]}, nil)
		require.NoError(t, err)
	}
	_, err = s.Relearn(nil)
	assert.Equal(t, api.CodeUnsupported, code(t, err), "one click is no handful")
}
