package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/tape"
)

// flat learns to give a neutral answer in place of the forgotten one, from the forget
// set alone. For a forgotten (u, i) the template e is a sibling of i of about the same popularity
// that u never had, and P is the softmax over i, e and eight sampled items:
//
//	L = g*-form of an f-divergence between template and forgotten answer
//	tv       −½·tanh(P_e) + ½·tanh(P_i)
//	kl       −P_e + exp(P_i − 1)
//	pearson  −P_e + P_i + P_i²/4
//	js       softplus(−P_e) + P_i + softplus(−P_i)
//
// No retained interaction is read by a step: for owners who may not touch the rest. The slope is
// P·(1−P), near zero where a pair is learnt hard, so margins are divided by their mean.
//
// Cost: a step is one pass over D_f. Guarantee: none; measured. It stops two-sided at parity with
// held-out positives like lethe; run to the end it destroys the lists.
// Departures: the stop; the template of a language model is "I don't know", here it is the sibling.
// Source: Wang et al., "LLM unlearning via loss adjustment with only forget data", ICLR 2025.
type flat struct{ divergence string }

func (f flat) Describe() api.Method {
	name := "flat"
	if f.divergence != "" {
		name += "+" + f.divergence
	}
	return api.Method{Name: name, Guarantee: Approximate, Summary: "prefer a sibling as template over the forgotten item, from forget data only"}
}

func (flat) Supports(t *Task) error { return needPairs("flat", t) }

const (
	flatSteps   = 40
	flatSampled = 8
)

func (f flat) Unlearn(t *Task) (*Result, error) {
	l, err := beginWith(t, t.Before.Clone())
	if err != nil {
		return nil, err
	}
	defer l.free()
	temperature, err := meanMargin(t, l.net)
	if err != nil {
		return nil, err
	}
	g := &template{siblings: newSiblings(t), data: t.Data}
	l.push(t.Forget.Pairs, forgetBatch, forgetPace*l.spread, func(r *model.Recording, b *model.Batch) *tape.Node {
		return f.objective(r, g.batches(t.Backend, b), float32(temperature))
	})
	l.forget.users = true
	l.forget.feed = g.draw
	stop, err := l.stopAtParity()
	if err != nil {
		return nil, err
	}
	defer stop()
	r, err := l.run(flatSteps)
	if err != nil {
		return nil, err
	}
	return r, resetInto(t, r.Params)
}

// template draws the answers beside a forgotten one.
type template struct {
	*siblings
	data *data.Dataset
	all  []*model.Batch // the first is the half's own: I forgotten, J template; the others hold two sampled items each
}

func (g *template) batches(be backend.Backend, first *model.Batch) []*model.Batch {
	g.all = []*model.Batch{first}
	for range flatSampled / 2 {
		g.all = append(g.all, model.NewBatch(be, first.Size()))
	}
	return g.all
}

// draw fills a step's batches.
func (g *template) draw(h *forgetHalf, step int) error {
	at := h.at
	if err := drawTriples(h, step); err != nil {
		return err
	}
	src := h.negative.Named("sampled").Key(uint64(step))
	for k := range h.u {
		p := h.pairs[(at+k)%len(h.pairs)]
		s := src.Key(h.keys[p.User]).Key(uint64(p.Item)).Stream()
		if near := g.near(p.Item, 4, unseen(g.data, p.User)); len(near) > 0 {
			h.j[k] = near[s.IntN(len(near))]
		}
	}
	h.batch.Write(h.be, h.d.Users(), h.d.Items(), h.u, h.i, h.j, h.w)
	i, j := make([]int32, len(h.u)), make([]int32, len(h.u))
	for n, b := range g.all[1:] {
		for k, u := range h.u {
			s := src.Key(uint64(n)).Key(h.keys[u]).Key(uint64(h.i[k])).Stream()
			i[k], j[k] = max(h.sampler.Negative(&s, u), 0), max(h.sampler.Negative(&s, u), 0)
		}
		b.Write(h.be, h.d.Users(), h.d.Items(), h.u, i, j, h.w)
	}
	return nil
}

// objective records the divergence over a step's batches.
func (f flat) objective(r *model.Recording, all []*model.Batch, temperature float32) *tape.Node {
	t := r.Tape
	var scores *tape.Node
	for _, b := range all {
		x := r.Triple(b)
		for _, item := range []*tape.Node{x.I, x.J} {
			s := t.Scale(1/temperature, t.RowDot(x.U, item))
			if scores == nil {
				scores = s
			} else {
				scores = t.Concat(scores, s)
			}
		}
	}
	p := t.RowSoftmax(scores)
	gone, kept := t.Columns(p, 0, 1), t.Columns(p, 1, 1)
	return t.WeightedSum(all[0].W, f.diverge(t, kept, gone))
}

func (f flat) diverge(t *tape.Tape, kept, gone *tape.Node) *tape.Node {
	switch f.divergence {
	case "", "tv":
		return t.Combine(-0.5, t.Unary(backend.Tanh, kept), 0.5, t.Unary(backend.Tanh, gone))
	case "kl":
		// exp(P − 1) = e⁻¹·exp(P)
		return t.Combine(-1, kept, 0.36787944, t.Unary(backend.Exp, gone))
	case "pearson":
		return t.Combine(1, t.Combine(-1, kept, 1, gone), 0.25, t.Unary(backend.Square, gone))
	case "js":
		soft := func(x *tape.Node) *tape.Node { return t.Unary(backend.Softplus, t.Scale(-1, x)) }
		return t.Combine(1, soft(kept), 1, t.Combine(1, gone, 1, soft(gone)))
	}
	panic("unlearn: divergence unchecked")
}

// divergences are the options of flat.
var divergences = []string{"tv", "kl", "pearson", "js"}

func newFlat(options []string) (Method, error) {
	if len(options) == 0 {
		return flat{}, nil
	}
	for _, d := range divergences {
		if len(options) == 1 && options[0] == d {
			return flat{d}, nil
		}
	}
	return nil, fmt.Errorf("method flat has one option, its divergence: %v", divergences)
}
