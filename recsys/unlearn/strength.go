package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/train"
)

// interpolate is the option strength: weights on the line from the old model to the new,
// θ(λ) = (1 − λ)·θ⁰ + λ·θ_u, λ above 1 going on. Rows that the request resets stay reset: they are not a
// matter of degree. The note tells the barrier, how much the validation Recall@20 of the watched users falls
// below the straight line between the ends, halfway (linear mode connectivity).
func interpolate(t *Task, r *Result, lambda float64) error {
	barrier, err := barrier(t, r)
	if err != nil {
		return err
	}
	p := r.Params.Clone()
	for k, x := range t.Before.Theta {
		p.Theta[k] = float32((1-lambda)*float64(x) + lambda*float64(r.Params.Theta[k]))
	}
	for _, s := range p.Specs() {
		for _, row := range resetOf(t, s.Name) {
			copy(p.View(s.Name).Row(row), r.Params.View(s.Name).Row(row))
		}
	}
	r.Params = p
	r.Note = fmt.Sprintf("strength %g; the barrier between old and new weights is %.4f of Recall@20", lambda, barrier)
	return nil
}

func barrier(t *Task, r *Result) (float64, error) {
	w := newWatch(t)
	if w == nil {
		return 0, nil
	}
	defer w.free()
	n, err := bind(t.Model, t.Before, t.Retain, t.Backend)
	if err != nil {
		return 0, err
	}
	defer n.Free()
	var at [3]float64
	for k := range at {
		p := t.Before.Clone()
		for x, old := range t.Before.Theta {
			p.Theta[x] = old + float32(k)/2*(r.Params.Theta[x]-old)
		}
		n.Load(p)
		var point api.Point
		if err := w.look(n, &point, &Result{}); err != nil {
			return 0, err
		}
		at[k] = point.Valid["recall@20"]
	}
	return max((at[0]+at[2])/2-at[1], 0), nil
}

// filter is the option filter: a pair is pushed only while it stands above its goal by
// the final vectors, so that saturated ones are left alone (the on-policy filter of reinforcement fine-tuning).
type filter struct {
	d     *directed
	n     *train.Network
	goals []float64
	above []bool
}

func newFilter(t *Task, n *train.Network) *filter { return &filter{d: newDirect(t), n: n} }

func (f *filter) look() error {
	levels, err := f.d.read(f.n)
	if err != nil {
		return err
	}
	z := levels[0].z(f.d.t.Forget.Pairs)
	if f.goals == nil {
		f.d.expect.see(levels[0])
		f.goals, f.above = f.d.expect.goals(0, z, levels[0].z(f.d.held)), make([]bool, len(z))
	}
	for k := range z {
		f.above[k] = z[k] > f.goals[k]
	}
	return nil
}

// feed is a forget half's, without the pairs that are down already.
func (f *filter) feed(h *forgetHalf, step int) error {
	if (step-1)%3 == 0 {
		if err := f.look(); err != nil {
			return err
		}
	}
	at := h.at
	if err := drawTriples(h, step); err != nil {
		return err
	}
	for k := range h.w {
		if !f.above[(at+k)%len(h.pairs)] {
			h.w[k] = 0
		}
	}
	h.be.Write(h.batch.W, h.w)
	return nil
}
