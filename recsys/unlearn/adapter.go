package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// adapter takes content out of a model with licence adapters: it solves again for the adapters that have seen the content,
// on what remains, and keeps all else, which never saw any.
//
// Cost: n·F²·d for the items of a group. Guarantee: exact, bit for bit what training without the content gives; for the
// content, and the interactions stay.
// Departures, sources: model/adapted.go.
type adapter struct{}

func (adapter) Describe() api.Method {
	return api.Method{Name: "adapter", Guarantee: Exact, Summary: "solve again for the licence adapters that saw the content (CLR, ExSSNeT, AttSets)"}
}

func (adapter) Supports(t *Task) error {
	switch {
	case model.Solved(t.Model):
		return needSteps(t)
	case t.Model.Adapters == 0:
		return fmt.Errorf("method adapter serves models with licence adapters: train bpr or lightgcn with -adapters 8, or use lethe or retrain")
	case t.Forget.Kind != data.ForgetModality:
		return fmt.Errorf("method adapter takes content out, as in modality:image@licence:NAME; use lethe or retrain for %s", t.Forget.Kind)
	}
	return nil
}

func (adapter) Unlearn(t *Task) (*Result, error) {
	m, err := adapted(t)
	if err != nil {
		return nil, err
	}
	r := &Result{Params: t.Before.Clone(), Bound: t.Retain, Steps: 1}
	groups := m.Groups(t.Forget.Items)
	n := 0
	for _, yes := range groups {
		if yes {
			n++
		}
	}
	r.Note = fmt.Sprintf("%d of %d adapters were solved for again", n, len(groups))
	return r, train.Finish(m, r.Params, t.Backend, t.Forget.Modality, groups)
}

// adapted is the model of a task with adapters, on what remains.
func adapted(t *Task) (*model.Adapted, error) {
	m, err := model.New(t.Model, t.Retain)
	if err != nil {
		return nil, err
	}
	return m.(*model.Adapted), nil
}

// readapt solves for all adapters of a result, whose item vectors have moved.
func readapt(t *Task, r *Result) error {
	m, err := adapted(t)
	if err != nil {
		return err
	}
	return train.Finish(m, r.Params, t.Backend, "", nil)
}
