package unlearn

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// maskOnly changes nothing but what is shown: old weights, old graph, forgotten items
// hidden: θ' = θ₀ on D. Whoever holds the weights holds everything. Cost, guarantee: none.
type maskOnly struct{}

func (maskOnly) Describe() api.Method {
	return api.Method{Name: "mask-only", Guarantee: Control, Summary: "hide forgotten items from lists, change no weight"}
}

func (maskOnly) Supports(*Task) error { return nil }

func (maskOnly) Unlearn(t *Task) (*Result, error) {
	return &Result{Params: t.Before.Clone(), Bound: t.Data}, nil
}

// graphOnly removes the forgotten edges and content and resets the rows of deleted
// users and items; nothing is trained: θ' = θ₀ but for those rows, on D_r. Cost: building the graph. Guarantee: none.
type graphOnly struct{}

func (graphOnly) Describe() api.Method {
	return api.Method{Name: "graph-only", Guarantee: Control, Summary: "remove edges and rows, train nothing"}
}

func (graphOnly) Supports(*Task) error { return nil }

func (graphOnly) Unlearn(t *Task) (*Result, error) {
	p, err := resetRows(t)
	return &Result{Params: p, Bound: t.Retain}, err
}

// fineTune goes on training on the retain set after graph-only, by L = E_Dr[−ln σ(x)]. Cost: its steps. Guarantee: none.
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

// resetInto is resetRows on weights that have changed already. A row is drawn as models
// draw it, Xavier uniform from the stream of its identifier, without making the model: what is reset
// is often one row of thousands.
func resetInto(t *Task, p *dense.Params) error {
	src := rng.New(t.Seed).Named("reset")
	for _, b := range blocks(p, t.Data.Users()) {
		ids, offset, stream := t.Data.ItemIDs, 0, b.name
		if b.kind == "user" {
			ids = t.Data.UserIDs
		}
		if b.node != "" { // both halves of a table of nodes have the streams of tables of their own
			stream = b.kind
			if b.kind == "item" {
				offset = t.Data.Users()
			}
		}
		bound := float32(math.Sqrt(6 / float64(b.rows()+b.cols)))
		name := b.name
		if b.node != "" {
			name = b.node
		}
		if model.Feature(name) {
			continue
		}
		for _, r := range resetOf(t, name) {
			if r -= offset; r < 0 || r >= b.rows() {
				continue
			}
			row := p.Theta[b.row(int32(r)) : b.row(int32(r))+b.cols]
			s := src.Named(stream).Key(rng.HashString(ids[r])).Stream()
			for c := range row {
				row[c] = (2*s.Float32() - 1) * bound
			}
		}
	}
	return resetFeatures(t, p)
}

// resetFeatures gives rows that began as features what the retain set still has of them.
func resetFeatures(t *Task, p *dense.Params) error {
	for _, s := range p.Specs() {
		rows := resetOf(t, s.Name)
		if !model.Feature(s.Name) || len(rows) == 0 {
			continue
		}
		m, err := model.New(t.Model, t.Retain)
		if err != nil {
			return err
		}
		fresh := dense.NewParams(m.Specs()...)
		m.Init(fresh, rng.New(t.Seed).Named("reset"))
		for _, r := range rows {
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
