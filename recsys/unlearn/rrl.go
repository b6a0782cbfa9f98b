package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
	"lethe/recsys/train"
)

// rrl pushes forgotten pairs down by reverse BPR while a guard holds what the retain set
// needs:
//
//	L = E_Df[softplus(x)] + ½·(κ/|D_f|)·Σ_k F_k·(θ_k − θ⁰_k)²
//
// F is the diagonal of the empirical Fisher information of the retain set, scaled to mean 1, so
// that weights which many retained pairs lean on hardly move. All weights may move, by Adam.
//
// Cost: gradients of at most 16 batches of the retain set, then its steps, each one pass over
// D_f and over θ. Guarantee: none; measured. No stop rule, as published: how far it goes is set by
// steps and κ. Departures: these two and the scaling of F are inferred; the request's edges, rows and content go first, as for all
// methods.
// Source: recommendation unlearning via reverse learning with a Fisher guard ("RRL"); its
// public re-implementation loses the reversal to a double negation, which TestOneReverseStepLowersTheMargin
// would catch here.
type rrl struct{}

func (rrl) Describe() api.Method {
	return api.Method{Name: "rrl", Guarantee: Approximate, Summary: "reverse BPR with a Fisher guard around what the retain set needs"}
}

func (rrl) Supports(t *Task) error { return needPairs("rrl", t) }

const (
	rrlSteps = 30
	rrlGuard = 1.0 // κ
	rrlPairs = 16 * 2048
)

func (rrl) Unlearn(t *Task) (*Result, error) {
	l, err := beginWith(t, t.Before.Clone())
	if err != nil {
		return nil, err
	}
	defer l.free()
	guard, err := newGuard(t, l.net, rrlGuard)
	if err != nil {
		return nil, err
	}
	defer guard.free()
	l.push(t.Forget.Pairs, forgetBatch, forgetPace*l.spread, func(r *model.Recording, b *model.Batch) *tape.Node {
		return r.Tape.Combine(1, swap(r, b), 1, guard.penalty(r))
	})
	l.forget.dense = true
	r, err := l.run(rrlSteps)
	if err != nil {
		return nil, err
	}
	return r, resetInto(t, r.Params)
}

// guard is a quadratic pull back to where θ started, weighted by Fisher information.
type guard struct {
	be            backend.Backend
	fisher, start backend.Tensor // 1×len(θ)
	layout        *dense.Params
	scale         float32
}

// newGuard measures the Fisher information of a part of the retain set.
func newGuard(t *Task, n *train.Network, kappa float64) (*guard, error) {
	p := newProbe(t, n, someOf(t, t.Retain.Train.Pairs(), rrlPairs, rng.New(t.Seed).Named("guard")), 2048, model.Loss)
	f, err := fisherOf(p, t)
	if err != nil {
		return nil, err
	}
	sum := 0.0
	for _, x := range f {
		sum += float64(x)
	}
	if sum > 0 {
		for k := range f {
			f[k] = float32(float64(f[k]) / sum * float64(len(f)))
		}
	}
	g := &guard{be: t.Backend, layout: t.Before, scale: float32(kappa / 2 / float64(len(t.Forget.Pairs)))}
	g.fisher, g.start = g.be.New(1, len(f)), g.be.New(1, len(f))
	g.be.Write(g.fisher, f)
	g.be.Axpby(1, n.Theta, 0, g.start)
	return g, nil
}

// penalty records ½·(κ/|D_f|)·Σ F·(θ − θ⁰)².
func (g *guard) penalty(r *model.Recording) *tape.Node {
	t := r.Tape
	var sum *tape.Node
	for _, s := range g.layout.Specs() {
		at := g.layout.Offset(s.Name)
		part := func(x backend.Tensor) *tape.Node { return t.Constant(x.View(at, s.Rows, s.Cols)) }
		d := t.Combine(1, r.Theta(s.Name), -1, part(g.start))
		ones := t.Matrix(ones(s.Rows))
		x := t.WeightedSum(ones.Value, t.RowDot(t.Mul(part(g.fisher), d), d))
		if sum == nil {
			sum = x
		} else {
			sum = t.Combine(1, sum, 1, x)
		}
	}
	return t.Scale(g.scale, sum)
}

func ones(n int) dense.Matrix {
	m := dense.New(n, 1)
	for k := range m.Data {
		m.Data[k] = 1
	}
	return m
}

func (g *guard) free() {
	g.be.Free(g.fisher)
	g.be.Free(g.start)
}
