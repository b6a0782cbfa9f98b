package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// maskOnly changes nothing but what is shown: old weights, old graph, forgotten items
// hidden. Whoever holds the weights holds everything. Cost: none.
type maskOnly struct{}

func (maskOnly) Describe() api.Method {
	return api.Method{Name: "mask-only", Guarantee: Control, Summary: "hide forgotten items from lists, change no weight"}
}

func (maskOnly) Supports(*Task) error { return nil }

func (maskOnly) Unlearn(t *Task) (*Result, error) {
	return &Result{Params: t.Before.Clone(), Bound: t.Data}, nil
}

// graphOnly removes the forgotten edges and content and resets the rows of deleted
// users and items; nothing is trained. Cost: building the graph.
type graphOnly struct{}

func (graphOnly) Describe() api.Method {
	return api.Method{Name: "graph-only", Guarantee: Control, Summary: "remove edges and rows, train nothing"}
}

func (graphOnly) Supports(*Task) error { return nil }

func (graphOnly) Unlearn(t *Task) (*Result, error) {
	p, err := resetRows(t)
	return &Result{Params: p, Bound: t.Retain}, err
}

// fineTune goes on training on the retain set after graph-only. Cost: its steps.
type fineTune struct{}

func (fineTune) Describe() api.Method {
	return api.Method{Name: "fine-tune", Guarantee: Control, Summary: "remove edges and rows, then train on the retain set only"}
}

func (fineTune) Supports(t *Task) error { return needSteps(t) }

func (fineTune) Unlearn(t *Task) (*Result, error) {
	return repairing(t, interactionSteps, options{})
}

// resetRows gives deleted users and items fresh rows: what an untrained row is under
// another seed, which says nothing about the old one. Rows that begin as features, where
// these are trained, begin as what the retain set still has of them.
func resetRows(t *Task) (*dense.Params, error) {
	p := t.Before.Clone()
	return p, resetInto(t, p)
}

// resetInto is resetRows on weights that have changed already.
func resetInto(t *Task, p *dense.Params) error {
	// The streams follow identifiers, which the retain set has no more of the deleted.
	d := *t.Retain
	d.UserIDs, d.ItemIDs = t.Data.UserIDs, t.Data.ItemIDs
	m, err := model.New(t.Model, &d)
	if err != nil {
		return err
	}
	fresh := dense.NewParams(m.Specs()...)
	m.Init(fresh, rng.New(t.Seed).Named("reset"))
	for _, s := range m.Specs() {
		for _, r := range resetOf(t, s.Name) {
			copy(p.View(s.Name).Row(r), fresh.View(s.Name).Row(r))
		}
	}
	return nil
}

// resetOf lists the rows of a weight that a request resets.
func resetOf(t *Task, name string) (rows []int) {
	kind := train.Entity(name)
	add := func(offset int, list []int32) {
		for _, r := range list {
			rows = append(rows, offset+int(r))
		}
	}
	if kind == "user" || kind == "node" {
		add(0, t.Forget.Users)
	}
	if t.Forget.Modality != "" && !model.Feature(name) {
		return rows
	}
	switch kind {
	case "item":
		add(0, t.Forget.Items)
	case "node":
		add(t.Data.Users(), t.Forget.Items)
	}
	return rows
}
