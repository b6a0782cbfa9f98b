package session

import (
	"encoding/json"
	"errors"
	"fmt"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/unlearn"
)

func TestBenchMeasuresBesideRetrain(t *testing.T) {
	s := newLine(t, 0).session()
	s.opt.Visitor = false
	_, err := s.OpenDataset(tastes())
	require.NoError(t, err)
	var labels []string
	b := Bench{Models: []api.Train{training(20)}, Methods: []string{"mask-only", "retrain", "lethe"}, Requests: []string{"pairs:10%", "users:10%"}, Golds: 3}
	rows, references, err := s.Bench(b, func(l string) { labels = append(labels, l) }, nil)
	require.NoError(t, err)
	require.Len(t, rows, 6)
	assert.Equal(t, "lightgcn", labels[0])
	assert.Len(t, labels, 1+2*(3+1+2), "one training; per request three Retrains, the original and two methods")
	for k, r := range rows {
		assert.Equal(t, b.Methods[k%3], r.Method)
		assert.Equal(t, b.Requests[k/3], r.Forget.Request)
		require.NotNil(t, r.RetrainSeconds)
		assert.Greater(t, *r.RetrainSeconds, 0.0)
		assert.NotEmpty(t, r.RetrainTest)
		require.NotNil(t, r.NoiseScore)
	}
	assert.Equal(t, rows[1].Test, rows[1].RetrainTest)
	assert.Equal(t, *rows[1].Seconds, *rows[0].RetrainSeconds, "all methods stand beside the same Retrain")

	// The original and three Retrains per request.
	require.Len(t, references, 8)
	assert.Equal(t, "original", references[0].Method)
	assert.Equal(t, *references[1].NoiseScore, *rows[1].NoiseScore, "Retrain is scored against its other seeds wherever it stands")
	assert.NotEqual(t, *references[1].ThetaSHA256, *references[2].ThetaSHA256, "another seed is another Retrain")
}

func TestNoiseNeedsThreeSeeds(t *testing.T) {
	n := &noise{golds: make([]api.Row, 2)}
	r, err := n.score(api.Row{})
	require.NoError(t, err)
	assert.Nil(t, r.NoiseScore)
}

func TestABenchGoesOnWhereItWasStopped(t *testing.T) {
	kept := map[string][]byte{}
	encode := func(x any) []byte {
		b, err := json.Marshal(x)
		require.NoError(t, err)
		return b
	}
	var labels []string
	stop := errors.New("killed")
	bench := func(most int, audited bool) ([]api.Row, error) {
		s := newLine(t, 0).session()
		s.opt.Visitor = false
		_, err := s.OpenDataset(tastes())
		require.NoError(t, err)
		labels = nil
		b := Bench{Models: []api.Train{training(10)}, Methods: []string{"mask-only", "lethe", "newton-user"}, Requests: []string{"pairs:10%"}, Golds: 3,
			Recall: func(asked, v any) (bool, error) {
				x, ok := kept[string(encode(asked))]
				if !ok {
					return false, nil
				}
				return true, json.Unmarshal(x, v)
			},
			Record: func(asked, v any) error {
				if len(kept) == most {
					return stop
				}
				kept[string(encode(asked))] = encode(v)
				return nil
			}}
		if audited {
			b.Audit = func(_ *unlearn.Task, retrains []*unlearn.Result) (Examine, error) {
				require.Len(t, retrains, 3)
				for _, r := range retrains {
					require.NotNil(t, r)
				}
				return func(m unlearn.Method, r *unlearn.Result) (audits, beside []api.Audit, err error) {
					return []api.Audit{{Name: "test"}}, []api.Audit{{Name: m.Describe().Name, Step: len(r.Curve)}}, nil
				}, nil
			}
		}
		rows, _, err := s.Bench(b, func(l string) { labels = append(labels, l) }, nil)
		return rows, err
	}
	_, err := bench(2, false)
	require.ErrorIs(t, err, stop)
	assert.Len(t, kept, 2, "two Retrains")
	rows, err := bench(100, false)
	require.NoError(t, err)
	assert.Equal(t, "lightgcn", labels[0], "the model is trained again")
	assert.Len(t, labels, 1+1+1+3, "and one Retrain, the original and the methods run")
	assert.Contains(t, rows[2].Note, "bpr, vbpr")
	again, err := bench(100, false)
	require.NoError(t, err)
	assert.Empty(t, labels, "nothing is left to do")
	assert.Equal(t, rows, again)
	// Audits ask another question: methods and Retrains run again, the original does not.
	audited, err := bench(100, true)
	require.NoError(t, err)
	assert.Equal(t, "test", audited[0].Audits[0].Name)
	assert.Equal(t, "mask-only", audited[0].Beside[0].Name)
	assert.Positive(t, audited[1].Beside[0].Step, "the curve of its steps is there")
	assert.Equal(t, *rows[1].ThetaSHA256, *audited[1].ThetaSHA256)
}

func TestASequenceIsMeasuredOnTheWay(t *testing.T) {
	s := newLine(t, 0).session()
	s.opt.Visitor = false
	_, err := s.OpenDataset(tastes())
	require.NoError(t, err)
	rows, err := s.Sequence(Sequence{Train: training(20), Method: "lethe", Request: "pairs:10%", Length: 5, Golds: 3}, func(string) {}, nil)
	require.NoError(t, err)
	require.Len(t, rows, 4+3, "after 1, 2, 4 and 5 requests, and three Retrains")
	for k, n := range []int{1, 2, 4, 5} {
		assert.Equal(t, n, rows[k].Forget.Pairs)
		assert.Contains(t, rows[k].Note, fmt.Sprintf("after %d requests", n))
	}
	assert.Contains(t, rows[3].Note, "reverse order")
	require.NotNil(t, rows[3].NoiseScore)
	assert.GreaterOrEqual(t, *rows[3].Seconds, *rows[2].Seconds)
	assert.Equal(t, "retrain", rows[4].Method)
	for _, r := range rows {
		assert.NotContains(t, r.Note, "asks for a Retrain")
	}
	_, err = s.OpenDataset(modeltest.Taste(300, 200, 15, 4))
	require.NoError(t, err)
	worn, err := s.Sequence(Sequence{Train: training(20), Method: "neggrad", Request: "users:20%", Length: 8}, func(string) {}, nil)
	require.NoError(t, err)
	assert.NotContains(t, worn[0].Note, "asks for a Retrain")
	assert.Contains(t, worn[3].Note, "asks for a Retrain", "the method that wears out: %v of %v", worn[3].Valid["recall@20"], worn[0].Valid["recall@20"])
	_, err = s.Sequence(Sequence{Train: training(5), Method: "ease", Request: "pairs:10%", Length: 2}, func(string) {}, nil)
	assert.ErrorContains(t, err, "model ease only")
}
