package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// amnesiac subtracts what the request's interactions did to the weights in training:
//
//	θ_u = θ − Σ_t Δ_t        Δ_t = −rate·∇L_t|Df/(√v̂_t + ε)
//
// ∇L_t|Df is the gradient of batch t with all weights of its loss at 0 but those of forgotten pairs, v̂_t
// Adam's second moment then; momentum only spreads Δ_t over later steps.
//
// Where the log lives: nowhere. A log of everyone's row updates would be the most complete record of
// the data in the system, each deletion would have to be taken out of it as well, and on Baby it is 40 MB for
// one vector per interaction and side. Training repeats bit for bit, so the log is made again when it is
// asked for, by training once more up to the kept epoch, and only of the request's updates.
//
// Cost: that training without its evaluations, a hash of θ per epoch, and one more gradient for each batch that holds a forgotten
// pair: no faster than Retrain, which is why it is here for comparison. Guarantee: none; measured. Later
// updates that built on the forgotten ones stay.
// Departures: updates of interactions in the place of whole batches, of which nearly every one holds a
// forgotten pair; the replay (above).
// Source: Graves, Nagisetty, Ganesh, "Amnesiac machine learning", AAAI 2021.
type amnesiac struct{}

func (amnesiac) Describe() api.Method {
	return api.Method{Name: "amnesiac", Guarantee: Approximate, Summary: "subtract the updates that the request made in training, found by repeating it"}
}

func (amnesiac) Supports(t *Task) error {
	if t.Model.Shards > 0 {
		return errSharded("amnesiac")
	}
	return needPairs("amnesiac", t)
}

func (amnesiac) Unlearn(t *Task) (*Result, error) {
	m, err := model.New(t.Model, t.Data)
	if err != nil {
		return nil, err
	}
	cfg := train.Defaults(t.Train)
	src := rng.New(cfg.Seed)
	params := dense.NewParams(m.Specs()...)
	m.Init(params, src.Named("init"))
	n := train.NewNetwork(m, params, t.Backend)
	defer n.Free()
	r := newReplay(t, n, src, cfg)
	defer r.free()
	want := t.Before.SHA256()
	for e := 1; e <= cfg.Epochs; e++ {
		if ep, ok := m.(model.Epocher); ok {
			ep.StartEpoch(t.Backend, e, src.Named("epoch").Key(uint64(e)))
		}
		r.l.Rate = train.RateAt(cfg, e)
		if err := r.epoch(e, cfg.Epochs); err != nil {
			return nil, err
		}
		p, err := n.Params()
		if err != nil {
			return nil, err
		}
		if p.SHA256() != want {
			continue
		}
		less := make([]float32, len(p.Theta))
		if err := t.Backend.Read(r.log, less); err != nil {
			return nil, err
		}
		for k, x := range less {
			p.Theta[k] -= x
		}
		return &Result{Params: p, Bound: t.Retain, Steps: e}, resetInto(t, p)
	}
	return nil, fmt.Errorf("method amnesiac repeats the training of the model, and %d epochs of it never gave the same weights: the model comes from another version, backend or request; use lethe or retrain", cfg.Epochs)
}

// amnesiacReplay trains again and keeps what the forgotten pairs moved.
type amnesiacReplay struct {
	t           *Task
	l           *train.Learner
	sampler     *train.Sampler
	log, others backend.Tensor // 1×len(θ): Σ Δ_t; the gradient of a batch's other pairs
	u, i, j     []int32
	w, masked   []float32
	random      rng.Source
}

func newReplay(t *Task, n *train.Network, src rng.Source, cfg api.TrainConfig) *amnesiacReplay {
	size := min(cfg.Batch, t.Data.Train.Len())
	r := &amnesiacReplay{t: t, l: train.NewLearner(n, size, cfg.Rate, model.Loss), sampler: train.NewSampler(t.Data, src)}
	r.log, r.others = t.Backend.New(1, n.Theta.Cols), t.Backend.New(1, n.Theta.Cols)
	r.u, r.i, r.j, r.w, r.masked = make([]int32, size), make([]int32, size), make([]int32, size), make([]float32, size), make([]float32, size)
	return r
}

func (r *amnesiacReplay) free() {
	r.l.Free()
	r.t.Backend.Free(r.log)
	r.t.Backend.Free(r.others)
}

func (r *amnesiacReplay) epoch(e, epochs int) error {
	be, d := r.t.Backend, r.t.Data
	r.sampler.Start(e)
	r.random = r.sampler.Random(e)
	r.l.Batch.Random = &r.random
	for at := 0; at < r.sampler.Len(); at += len(r.u) {
		if err := r.t.Observe.Tell(api.Progress{Stage: "unlearn", Done: (e-1)*r.sampler.Len() + at, Total: epochs * r.sampler.Len()}); err != nil {
			return err
		}
		n := r.sampler.Batch(e, at, r.u, r.i, r.j, r.w)
		r.l.Batch.Write(be, d.Users(), d.Items(), r.u, r.i, r.j, r.w)
		copy(r.masked, r.w)
		gone := 0
		for k := range n {
			if !r.t.Retain.Train.Has(int(r.u[k]), int(r.i[k])) {
				r.masked[k] = 0
				gone++
			}
		}
		if gone == 0 {
			if err := r.l.Step(); err != nil {
				return err
			}
			continue
		}
		be.Write(r.l.Batch.W, r.masked)
		if err := r.l.Gradient(); err != nil {
			return err
		}
		be.Axpby(1, r.l.Grad, 0, r.others)
		be.Write(r.l.Batch.W, r.w)
		if err := r.l.Step(); err != nil {
			return err
		}
		be.Axpby(1, r.l.Grad, -1, r.others)
		r.l.Share(r.others, r.log)
	}
	return nil
}
