package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/model"
	"lethe/recsys/tape"
)

// neggrad is gradient ascent on the forget set, the ablation that shows why the reverse
// loss has to limit itself:
//
//	L = ln σ(x)        slope σ(−x), →1 as x falls without bound
//
// Nothing stops it and nothing repairs. Cost: its steps, each one pass over D_f. Guarantee:
// none. Departures: edges and content of the request are removed first, as for all methods.
// Source: the baseline of Golatkar, Achille, Soatto, CVPR 2020 and of most work since.
type neggrad struct{}

func (neggrad) Describe() api.Method {
	return api.Method{Name: "neggrad", Guarantee: Control, Summary: "gradient ascent on the forget set: the ablation that runs away"}
}

func (neggrad) Supports(t *Task) error { return needPairs("neggrad", t) }

const ascentSteps = 30

func (neggrad) Unlearn(t *Task) (*Result, error) {
	l, err := beginWith(t, t.Before.Clone())
	if err != nil {
		return nil, err
	}
	defer l.free()
	l.push(t.Forget.Pairs, forgetBatch, forgetPace*l.spread, ascent)
	r, err := l.run(ascentSteps)
	if err != nil {
		return nil, err
	}
	return r, resetInto(t, r.Params)
}

// ascent records ln σ(x) = −softplus(−x).
func ascent(r *model.Recording, b *model.Batch) *tape.Node {
	t := r.Tape
	x := t.Scale(-1, model.Margin(t, r.Triple(b)))
	return t.Scale(-1, t.WeightedSum(b.W, t.Unary(backend.Softplus, x)))
}
