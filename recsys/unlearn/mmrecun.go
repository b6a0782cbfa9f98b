package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/tape"
)

// mmrecun stays as close to MMRecUn as is known: forward BPR on the retain set and
// reverse BPR on the forget set, one loss, one Adam on all weights.
//
//	L = α·E_Dr[−ln σ(x)] + (1−α)·E_Df[−ln σ(−x)] + the model's own regularisers
//
// Forget batches are cycled beside retain batches, both from one forward pass; the
// graph is rebuilt without the forgotten edges; the optimiser starts fresh.
// Cost: one epoch over the retain set. Guarantee: none; measured.
// Departures: α, the number of epochs and the batch of the forget set are not printed in
// what could be read of the paper and are chosen here; deleted rows are not reset.
// Source: Sinha, Mandal, Kankanhalli, AAAI 2025, arXiv 2405.15328.
type mmrecun struct{ options }

func (m mmrecun) Describe() api.Method {
	return api.Method{Name: "mmrecun" + m.text, Guarantee: Approximate, Summary: "reverse BPR on the forget set beside BPR on the retain set, one optimiser (the paper)"}
}

func (m mmrecun) Supports(t *Task) error {
	if err := needSteps(t); err != nil {
		return err
	}
	return m.options.serve("mmrecun", t)
}

const (
	paperAlpha = 0.5
	paperBatch = 2048
)

func (m mmrecun) Unlearn(t *Task) (*Result, error) {
	l, err := beginWith(t, t.Before.Clone())
	if err != nil {
		return nil, err
	}
	defer l.free()
	var forget *model.Batch
	joint := func(r *model.Recording, b *model.Batch) *tape.Node {
		loss := model.Loss(r, b)
		if len(t.Forget.Pairs) == 0 {
			return loss
		}
		forget = model.NewBatch(t.Backend, min(paperBatch, len(t.Forget.Pairs)))
		return r.Tape.Combine(paperAlpha, loss, 1-paperAlpha, hardSwap(m.adv)(r, forget))
	}
	rate := t.Train.Rate
	if rate == 0 {
		rate = 0.001
	}
	l.repairWith(paperBatch, rate, joint)
	l.retain.dense = true
	if forget != nil {
		h := l.triples(t.Forget.Pairs, forget)
		if research && m.filter {
			h.feed = newFilter(t, l.net).feed
		}
		l.retain.before = func(step int) error { return h.feed(h, step) }
	}
	steps := (t.Retain.Train.Len() + paperBatch - 1) / paperBatch
	l.every = max(steps/10, 1)
	if err := l.apply(m.options, steps); err != nil {
		return nil, err
	}
	r, err := l.run(steps)
	if err != nil || !research || m.strength == 0 || m.strength == 1 {
		return r, err
	}
	return r, interpolate(t, r, m.strength)
}
