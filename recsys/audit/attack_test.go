//go:build !js || lab

package audit

import (
	"maps"
	"slices"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/unlearn"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestShadowsTellTracesOfEitherSign(t *testing.T) {
	s := pairs()
	method := func(name string) unlearn.Method {
		m, err := unlearn.New(name)
		require.NoError(t, err)
		return m
	}
	auc := func(x Subject, m unlearn.Method) (value, se float64) {
		e, ok, err := Shadows(x, m, 4, nil)
		require.NoError(t, err)
		require.True(t, ok)
		return e.Value, e.SE
	}
	v, se := auc(s.honest(), method("retrain"))
	assert.InDelta(t, 0.5, v, 3.5*se, "Retrain leaves no trace")
	v, se = auc(s.by(t, hide{}), hide{})
	assert.Greater(t, v, 0.5+5*se)
	v, se = auc(s.by(t, overdo{}), overdo{})
	assert.Greater(t, v, 0.5+5*se, "too little is a trace as well")

	_, ok, err := Shadows(items().honest(), method("retrain"), 4, nil)
	require.NoError(t, err)
	assert.False(t, ok, "single interactions only")
	_, _, err = Shadows(s.honest(), method("retrain"), 3, nil)
	assert.ErrorContains(t, err, "too few")
}

func TestRetentionCurve(t *testing.T) {
	s := pairs()
	steps := []int{0, 10, 60}
	over, ok, err := Retention(s.by(t, overdo{}), steps)
	require.NoError(t, err)
	require.True(t, ok)
	require.Len(t, over, 3)
	assert.Zero(t, over[0].Rebound.Value)
	assert.Greater(t, over[1].AUC.Value, over[0].AUC.Value)
	assert.Greater(t, over[2].Rebound.Value, 5*over[2].Rebound.SE, "what was pushed down climbs back")
	assert.Greater(t, over[2].Recall.Value, over[0].Recall.Value)
	honest, _, err := Retention(s.honest(), steps)
	require.NoError(t, err)
	assert.InDelta(t, 0, honest[2].Rebound.Value, 0.03)
}

func TestRelearningTheOriginalTakesNoSteps(t *testing.T) {
	s := pairs()
	hidden, ok, err := Relearn(s.by(t, hide{}))
	require.NoError(t, err)
	require.True(t, ok)
	assert.Zero(t, hidden.Steps.Value)
	honest, _, err := Relearn(s.honest())
	require.NoError(t, err)
	assert.Greater(t, honest.Steps.Value, 3.0)
	assert.Less(t, honest.Steps.Value, float64(MaxRelearn))
	assert.InDelta(t, 0.1*float64(len(s.task.Forget.Pairs)), float64(honest.Known), 20)
	assert.InDelta(t, 0, honest.Gain.Value, 0.05, "a tenth of random pairs says little of the others")
}

// Without a Retrain the probes compare with held-out items.
func TestProbesWithoutRetrain(t *testing.T) {
	s := pairs()
	find := func(x Subject) map[string]Probe {
		list, err := Probes(x, nil)
		require.NoError(t, err)
		m := map[string]Probe{}
		for _, p := range list {
			m[p.Name] = p
		}
		return m
	}
	hidden, over := find(s.by(t, hide{})), find(s.by(t, overdo{}))
	for _, name := range []string{"plain", "reverse", "restricted", "few-shot"} {
		assert.Less(t, hidden[name].Ratio.High, 0.8, name)
	}
	assert.Greater(t, over["plain"].Ratio.Low, 1.25)
	for name, p := range find(s.honest()) {
		assert.True(t, p.Pass, name)
	}
	assert.NotContains(t, hidden, "cross-modal", "there is one modality")
	assert.Len(t, hidden, 10)
}

func TestProbesThatNeedMore(t *testing.T) {
	s := pairs()
	rich := *s.task
	d := *rich.Data
	d.Modalities = append(d.Modalities, d.Modalities[0])
	d.Modalities[1].Name = "text"
	for i := range d.Items() {
		d.Catalog = append(d.Catalog, data.Item{Category: []string{"A", string(rune('a' + i%5))}})
	}
	rich.Data, rich.Retain = &d, data.Retain(&d, rich.Forget)
	of := func(x Subject) map[string]Probe {
		x.Task = &rich
		gold := s.floor.Retrains[0]
		gold.Task = &rich
		list, err := Probes(x, []Subject{gold})
		require.NoError(t, err)
		m := map[string]Probe{}
		for _, p := range list {
			m[p.Name] = p
		}
		return m
	}
	honest, hidden := of(s.honest()), of(s.by(t, hide{}))
	assert.Len(t, honest, 11)
	assert.True(t, honest["cross-modal"].Pass)
	assert.True(t, honest["restricted"].Pass)
	assert.False(t, hidden["restricted"].Pass)
	// Every rank counts from 1 to the candidates.
	x, err := s.honest().probing()
	require.NoError(t, err)
	for _, q := range questions {
		for _, p := range s.task.Forget.Pairs[:20] {
			if r, ok := q.rank(x, p); ok {
				assert.GreaterOrEqual(t, r, 1.0, q.name)
				assert.LessOrEqual(t, r, float64(max(d.Users(), d.Items())), q.name)
			}
		}
	}
}

func TestBystandersOfCarelessForgetting(t *testing.T) {
	s := pairs()
	of := func(x Subject) (*Bystanders, map[string]eval.Collateral) {
		b, err := s.floor.Bystanders(x)
		require.NoError(t, err)
		m := map[string]eval.Collateral{}
		for _, c := range b.Cohorts {
			m[c.Cohort] = c
		}
		return b, m
	}
	_, over := of(s.by(t, overdo{}))
	for _, name := range []string{eval.Everyone, eval.TouchedUsers, eval.OverlappingUsers, eval.InactiveUsers} {
		assert.Greater(t, over[name].Harm, 2.5, name)
	}
	b, honest := of(s.honest())
	for name, c := range honest {
		assert.Less(t, c.Harm, 3.0, name)
	}
	assert.Greater(t, b.Similarity.Overlap.Value, 0.5)
	same, err := (&Floor{Retrains: s.floor.Retrains[:1]}).Bystanders(s.floor.Retrains[0])
	require.NoError(t, err)
	assert.InDelta(t, 1, same.Similarity.Overlap.Value, 1e-12)
	assert.InDelta(t, 0, same.Similarity.Aligned.Value, 1e-3)
	assert.InDelta(t, 1, same.Similarity.Rank.Value, 1e-12)
}

func TestResiduesByChannel(t *testing.T) {
	s := newStudy("tokenset", "pairs:8%", floorSeeds)
	of := func(x Subject) map[string]Residue {
		list, err := Residues(x)
		require.NoError(t, err)
		m := map[string]Residue{}
		for _, r := range list {
			m[r.Channel] = r
		}
		return m
	}
	hidden, honest := of(s.by(t, hide{})), of(s.floor.Retrains[0])
	require.Len(t, hidden, 2)
	for name, r := range honest {
		assert.InDelta(t, 0.5, r.AUC.Value, 3*r.AUC.SE, name)
	}
	assert.Greater(t, hidden["people"].AUC.Value, 0.5+3*hidden["people"].AUC.SE)
	none, err := Residues(pairs().honest())
	require.NoError(t, err)
	assert.Empty(t, none, "LightGCN has one channel")
}

// Models that mix what they know have no channels; what they make of a part of it is looked at all the same.
func TestResiduesByBranch(t *testing.T) {
	for _, name := range []string{"vbpr", "freedom", "mgcn"} {
		s := newStudy(name, "pairs:8%", 1)
		of := func(x Subject) map[string]Residue {
			list, err := Residues(x)
			require.NoError(t, err)
			m := map[string]Residue{}
			for _, r := range list {
				m[r.Channel] = r
			}
			return m
		}
		hidden, honest := of(s.by(t, hide{})), of(s.all.Retrains[0])
		require.Len(t, hidden, 1, "%s: there is one modality, which alone is all", name)
		branch := "without content"
		t.Logf("%s: hidden %.3f, honest %.3f ± %.3f", name, hidden[branch].AUC.Value, honest[branch].AUC.Value, honest[branch].AUC.SE)
		assert.Greater(t, hidden[branch].AUC.Value, honest[branch].AUC.Value+2*honest[branch].AUC.SE, name)

		two := *s.task
		d := *two.Data
		d.Modalities = append(slices.Clone(d.Modalities), d.Modalities[0])
		d.Modalities[1].Name = "text"
		x := Subject{&two, nil, &d}
		two.Data, two.Retain = &d, data.Retain(&d, two.Forget)
		x.Params = fit(&two, &d, 3)
		assert.ElementsMatch(t, []string{"without content", "image alone", "text alone"}, slices.Collect(maps.Keys(of(x))), name)
	}
}

// A revoked image: hiding it changes no weight, and the users who liked the item still
// carry it.
func TestInversionOfARevokedModality(t *testing.T) {
	d := modeltest.Taste(240, 120, 21, 4)
	task := &unlearn.Task{
		Model: api.ModelConfig{Name: "vbpr", Dim: 8, Reg: 0.01}, Data: d, Backend: simd.New(), Seed: 7,
		Train: api.TrainConfig{Seed: 3, Epochs: 20, Batch: 512, Rate: 0.02, Patience: 30},
	}
	task.Before = fit(task, d, 3)
	task.Forget = &data.ForgetSet{Kind: data.ForgetModality, Modality: "image"}
	for i := range int32(120) {
		if i%3 == 0 {
			task.Forget.Items = append(task.Forget.Items, i)
		}
	}
	task.Retain = data.Retain(d, task.Forget)
	var retrains []Subject
	for seed := range uint64(3) {
		retrains = append(retrains, Subject{task, fit(task, task.Retain, 10+seed), task.Retain})
	}
	floor, err := NewFloor(retrains)
	require.NoError(t, err)
	m, err := unlearn.New("mask-only")
	require.NoError(t, err)
	r, err := m.Unlearn(task)
	require.NoError(t, err)
	v, err := floor.Examine(Released(task, r))
	require.NoError(t, err)
	for _, f := range v.Findings {
		t.Logf("%s %.3f ± %.3f, Retrain %.3f, distance %.1f", f.Audit, f.Value.Value, f.Value.SE, f.Retrain.Value, f.Distance)
	}
	assert.Equal(t, Remembers, v.Caught()["inversion_items"])
	assert.False(t, v.Passed)
}
