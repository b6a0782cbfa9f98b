//go:build !js || lab

package audit

import (
	"maps"
	"math"
	"slices"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/unlearn"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// What a report shows of a method is there for every part that a request has, next to the Retrains, and tells a cheat from them.
func TestWhatStandsBesideAVerdict(t *testing.T) {
	s := pairs()
	of := func(m unlearn.Method, shadows int) map[string]map[string][]api.Audit {
		r, err := m.Unlearn(s.task)
		require.NoError(t, err)
		v, beside, err := s.floor.ExamineBeside(Released(s.task, r), m, r.Curve, shadows)
		require.NoError(t, err)
		alone, err := s.floor.Examine(Released(s.task, r))
		require.NoError(t, err)
		assert.Equal(t, alone, v, "the verdict is that of Examine")
		out := map[string]map[string][]api.Audit{}
		for _, a := range beside {
			if out[a.Part] == nil {
				out[a.Part] = map[string][]api.Audit{}
			}
			out[a.Part][a.Name] = append(out[a.Part][a.Name], a)
			assert.Contains(t, Parts, a.Part)
			assert.False(t, a.Caught)
			assert.False(t, math.IsNaN(a.Distance) || math.IsNaN(a.Value.SE), "%s %s", a.Part, a.Name)
		}
		return out
	}
	hidden := of(hide{}, MinShadows)
	assert.Len(t, hidden[PartUtility], 2*5*len(eval.Cutoffs))
	assert.Len(t, hidden[PartSimilarity], 4)
	assert.InDelta(t, 0.5, hidden[PartShadows]["AUC"][0].Retrain.Value, 0)
	assert.Greater(t, hidden[PartShadows]["AUC"][0].Distance, 5.0)
	for _, name := range eval.Attacks {
		assert.Contains(t, hidden[PartMembership], name)
	}
	assert.Greater(t, hidden[PartMembership]["PrivLeak"][0].Distance, 4.0)
	assert.Greater(t, hidden[PartMembership]["z"][0].Distance, 4.0)
	assert.Contains(t, hidden[PartBystanders], eval.Everyone)
	assert.Contains(t, hidden[PartBystanders], "A-IGF")
	assert.Len(t, hidden[PartSurface], 3)
	assert.NotContains(t, hidden, PartChannels, "LightGCN has one channel")
	assert.NotContains(t, hidden, PartCourse, "hiding takes no steps")
	var steps []int
	for _, a := range hidden[PartRetention]["AUC"] {
		steps = append(steps, a.Step)
	}
	assert.Equal(t, RetentionSteps, steps)

	recipe := of(named("lethe"), 0)
	course := recipe[PartCourse]
	assert.ElementsMatch(t, []string{"gauge", "recall@20", "worst recall@20", "worst-case score", "largest fall", "servable"}, slices.Collect(maps.Keys(course)))
	gauge := course["gauge"]
	assert.Less(t, math.Abs(gauge[len(gauge)-1].Value.Value-0.5), math.Abs(gauge[0].Value.Value-0.5), "it falls to parity")
	for k, w := range course["worst recall@20"] {
		assert.LessOrEqual(t, w.Value.Value, course["recall@20"][k].Value.Value)
	}
	assert.NotContains(t, recipe, PartShadows)
	assert.Less(t, recipe[PartMembership]["z"][0].Distance, hidden[PartMembership]["z"][0].Distance)
	assert.Less(t, math.Abs(recipe[PartMembership]["PrivLeak"][0].Value.Value), hidden[PartMembership]["PrivLeak"][0].Value.Value)
}

// The creators of deleted items are rebuilt from whoever took any of them.
func TestReconstructionAtEveryLevel(t *testing.T) {
	s := itemsMF()
	task := *s.task
	d := *task.Data
	d.Catalog = make([]data.Item, d.Items())
	for i := range d.Catalog {
		d.Catalog[i] = data.Item{Creator: string(rune('a' + i%4)), Category: []string{"prints", string(rune('a' + i%2))}}
	}
	task.Data = &d
	of := func(x Subject) map[string]api.Estimate {
		x.Task = &task
		list, err := Levels(x)
		require.NoError(t, err)
		out := map[string]api.Estimate{}
		for _, l := range list {
			out[l.Name] = l.Recon
		}
		return out
	}
	hidden, honest := of(s.by(t, hide{})), of(s.honest())
	assert.ElementsMatch(t, []string{"creator", "category"}, slices.Collect(maps.Keys(hidden)), "nothing has a licence")
	t.Logf("creator: hidden %.3f, honest %.3f ± %.3f", hidden["creator"].Value, honest["creator"].Value, honest["creator"].SE)
	assert.Greater(t, hidden["creator"].Value, honest["creator"].Value+2*honest["creator"].SE)
	none, err := Levels(pairs().honest())
	require.NoError(t, err)
	assert.Empty(t, none)

	f := &data.ForgetSet{Kind: data.ForgetItems, Items: []int32{0, 4, 1}}
	f.Pairs = []data.Pair{{User: 2, Item: 0}, {User: 2, Item: 4}, {User: 3, Item: 1}}
	up, _, err := climb(&d, f, func(i data.Item) string { return i.Creator })
	require.NoError(t, err)
	assert.Equal(t, []int32{0, 1}, up.Items)
	assert.Equal(t, []data.Pair{{User: 2, Item: 0}, {User: 3, Item: 1}}, up.Pairs, "who took two is one")
}
