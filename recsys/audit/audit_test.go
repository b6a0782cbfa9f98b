//go:build !js || lab

package audit

import (
	"math"
	"sync"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/train"
	"lethe/recsys/unlearn"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// study is a small model, a request and Retrains of many seeds. The first few are the
// floor; each of them is an honest subject too, before a floor of the next ones.
type study struct {
	task  *unlearn.Task
	all   *Floor
	floor *Floor
}

const floorSeeds = 5

// reg fixes the regularisation that the models of the studies memorise under; defaults may move.
var reg = map[string]float64{"lightgcn": 1e-4, "bpr": 0.01, "tokenset": 1e-4}

func newStudy(name, request string, seeds int) *study {
	d := modeltest.Taste(240, 120, 21, 4)
	t := &unlearn.Task{
		Model: api.ModelConfig{Name: name, Dim: 16, Layers: 2, Reg: reg[name]}, Data: d, Backend: simd.New(), Seed: 7,
		Train: api.TrainConfig{Seed: 3, Epochs: 30, Batch: 512, Rate: 0.02, Patience: 30},
	}
	return studyOf(t, request, seeds)
}

func studyOf(t *unlearn.Task, request string, seeds int) *study {
	d := t.Data
	t.Before = fit(t, d, 3)
	r, err := data.ParseRequest(request)
	must(err)
	t.Forget, err = r.Resolve(d, rng.New(9), nil)
	must(err)
	t.Retain = data.Retain(d, t.Forget)
	s := &study{task: t}
	var retrains []Subject
	for k := range seeds {
		retrains = append(retrains, Subject{t, fit(t, t.Retain, uint64(100+k)), t.Retain})
	}
	s.all, err = NewFloor(retrains)
	must(err)
	s.floor = s.from(0)
	return s
}

// from is the floor of the seeds from the k-th on, in a circle.
func (s *study) from(k int) *Floor {
	f := &Floor{}
	for range floorSeeds {
		at := k % len(s.all.Retrains)
		f.Retrains = append(f.Retrains, s.all.Retrains[at])
		f.Readings, f.answers, f.measures = append(f.Readings, s.all.Readings[at]), append(f.answers, s.all.answers[at]), append(f.measures, s.all.measures[at])
		k++
	}
	return f
}

// honest is a Retrain outside the floor.
func (s *study) honest() Subject { return s.all.Retrains[floorSeeds] }

func must(err error) {
	if err != nil {
		panic(err)
	}
}

func fit(t *unlearn.Task, d *data.Dataset, seed uint64) *dense.Params {
	m, err := model.New(t.Model, d)
	must(err)
	cfg := t.Train
	cfg.Seed = seed
	f, err := train.Fit(m, d, t.Backend, cfg, nil)
	must(err)
	return f.Params
}

var (
	pairs    = sync.OnceValue(func() *study { return newStudy("lightgcn", "pairs:8%", 16) })
	items    = sync.OnceValue(func() *study { return newStudy("lightgcn", "items:8%", 10) })
	itemsMF  = sync.OnceValue(func() *study { return newStudy("bpr", "items:8%", 10) })
	accounts = sync.OnceValue(func() *study { return newStudy("bpr", "users:8%", 10) })
)

var studies = map[string]func() *study{"pairs": pairs, "items": items, "items, bpr": itemsMF, "users, bpr": accounts}

// by runs a method, honest or not.
func (s *study) by(t *testing.T, m unlearn.Method) Subject {
	t.Helper()
	r, err := m.Unlearn(s.task)
	require.NoError(t, err)
	return Released(s.task, r)
}

func TestAnHonestRetrainPasses(t *testing.T) {
	passed, all := 0, 0
	for name, study := range studies {
		s := study()
		for k, x := range s.all.Retrains {
			v, err := s.from(k + 1).Examine(x)
			require.NoError(t, err)
			all++
			if v.Passed {
				passed++
				continue
			}
			t.Logf("%s, seed %d: noise %.2f of %.2f, caught by %v", name, k, v.Noise.Score.Value, v.Noise.Limit, v.Caught())
		}
	}
	t.Logf("%d of %d honest Retrains pass", passed, all)
	assert.GreaterOrEqual(t, float64(passed), 0.95*float64(all))
}

// named is a method of the list: a control that must fail.
func named(name string) unlearn.Method {
	m, err := unlearn.New(name)
	must(err)
	return m
}

func TestAuditsCatchTheAdversaries(t *testing.T) {
	cases := []struct {
		study   string
		cheat   unlearn.Method
		caughts map[string]Side // among others
		misses  []string        // which this cheat is made to pass
	}{
		{"pairs", hide{}, map[string]Side{
			"forget_auc": Remembers, "forget_auc_rows": Remembers, "unseen_auc": Remembers, "mia_auc": Exposed,
			"delta_auc": Remembers, "relearn_steps": Remembers, "reinfer_auc": Remembers, "probe: plain": Remembers,
		}, []string{"recall@20", "ndcg@20"}},
		{"items", hide{}, map[string]Side{
			"recon_auc": Remembers, "unseen_auc": Remembers, "forget_recall@20": Remembers, "relearn_steps": Remembers,
		}, []string{"recall@20", "ndcg@20"}},
		{"users, bpr", hide{}, map[string]Side{"forget_auc": Remembers, "unseen_auc": Remembers, "delta_auc": Remembers}, []string{"recall@20"}},
		{"items, bpr", sink{}, map[string]Side{
			"hidden": Remembers, "recon_auc": Remembers, "unseen_auc": ForgotTooFar,
		}, []string{"recall@20", "ndcg@20", "forget_auc"}},
		{"pairs", named("graph-only"), map[string]Side{"forget_auc_rows": Remembers, "mia_auc": Exposed}, []string{"recall@20"}},
		// Of some twenty items or users no single audit says enough; all together, in the noise score, do.
		{"items", named("graph-only"), nil, []string{"recall@20"}},
		{"users, bpr", named("graph-only"), nil, []string{"recall@20"}},
		{"items, bpr", named("graph-only"), map[string]Side{"recon_auc": Remembers}, []string{"recall@20"}},
		{"pairs", overdo{}, map[string]Side{
			"forget_auc": ForgotTooFar, "forget_auc_rows": ForgotTooFar, "unseen_auc": ForgotTooFar, "mia_auc": Exposed,
			"delta_auc": ForgotTooFar, "relearn_steps": ForgotTooFar, "rebound": Remembers, "probe: plain": ForgotTooFar,
		}, []string{"forget_recall@20"}},
		{"items, bpr", overdo{}, map[string]Side{
			"forget_auc": ForgotTooFar, "unseen_auc": ForgotTooFar, "mia_auc": Exposed, "rebound": Remembers,
		}, []string{"forget_recall@20", "recall@20"}},
	}
	for _, c := range cases {
		t.Run(c.study+" "+c.cheat.Describe().Name, func(t *testing.T) {
			s := studies[c.study]()
			v, err := s.floor.Examine(s.by(t, c.cheat))
			require.NoError(t, err)
			caught := v.Caught()
			t.Logf("noise %.1f of %.1f, caught by %v", v.Noise.Score.Value, v.Noise.Limit, caught)
			assert.False(t, v.Passed)
			assert.False(t, v.Noise.Pass)
			for name, side := range c.caughts {
				assert.Equal(t, side, caught[name], name)
			}
			for _, name := range c.misses {
				assert.NotContains(t, caught, name)
			}
			for _, f := range v.Findings {
				assert.False(t, math.IsNaN(f.Distance) || math.IsInf(f.Distance, 0), f.Audit)
			}
		})
	}
}

func TestSinkNeedsRowsThatRank(t *testing.T) {
	_, err := sink{}.Unlearn(pairs().task)
	assert.ErrorContains(t, err, "lightgcn")
}

func TestJudgeNeedsThreeRetrains(t *testing.T) {
	f := items().floor.Readings
	_, err := Judge(f[0], f[:2])
	assert.ErrorContains(t, err, "needs 3 Retrains")
}

func TestAuditsRepeatBitForBit(t *testing.T) {
	s := items()
	a, err := Readings(s.honest())
	require.NoError(t, err)
	b, err := Readings(s.honest())
	require.NoError(t, err)
	assert.Equal(t, a, b)
}
