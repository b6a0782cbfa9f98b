package train

import (
	"errors"
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/rng"
)

var errDiverged = errors.New("training diverged: the loss is not a number; use a smaller step size")

// Defaults fills the zero fields of a configuration.
func Defaults(c api.TrainConfig) api.TrainConfig {
	if c.Epochs == 0 {
		c.Epochs = 1000
	}
	if c.Batch == 0 {
		c.Batch = 2048
	}
	if c.Rate == 0 {
		c.Rate = 0.005
	}
	if c.Decay == 0 {
		c.Decay = 1
	}
	if c.Patience == 0 {
		c.Patience = 20
	}
	return c
}

// Fitted is a trained model.
type Fitted struct {
	Params            *dense.Params
	Epochs, BestEpoch int
	Valid             api.Metrics // of the kept weights
	Curve             []api.Point
}

// stopMetric is what early stopping watches.
const stopMetric = "recall@20"

// Fit trains a model from scratch on d.Train and keeps the weights of the epoch
// with the best validation Recall@20. Without validation rows it runs all epochs and
// keeps the last. Only validation rows are looked at, never test rows. A model that can be
// solved for is.
func Fit(m model.Model, d *data.Dataset, be backend.Backend, cfg api.TrainConfig, obs api.Observer) (*Fitted, error) {
	return FitFrom(nil, nil, m, d, be, cfg, obs)
}

// FitFrom is Fit that goes on from a checkpoint of the same training (nil: from the start).
// After every epoch but the last, each is told how to take one, if it wants to.
func FitFrom(from *Checkpoint, each func(take func() (*Checkpoint, error)) error,
	m model.Model, d *data.Dataset, be backend.Backend, cfg api.TrainConfig, obs api.Observer) (*Fitted, error) {
	cfg = Defaults(cfg)
	if d.Train.Len() == 0 {
		return nil, fmt.Errorf("data set %q has no training interactions: nothing to learn from", d.Name)
	}
	if s, ok := m.(model.Solver); ok {
		return solve(s, d, obs)
	}
	if s, ok := m.(*model.Sharded); ok {
		return FitShards(s, d, be, cfg, nil, nil, obs)
	}
	src := rng.New(cfg.Seed)
	params := dense.NewParams(m.Specs()...)
	m.Init(params, src.Named("init"))
	net := NewNetwork(m, params, be)
	defer net.Free()
	l := NewLearner(net, min(cfg.Batch, d.Train.Len()), cfg.Rate, model.Loss)
	defer l.Free()
	out := &Fitted{}
	if from != nil {
		if err := l.resume(from); err != nil {
			return nil, err
		}
		*out = from.Fitted
	}
	f, err := fit(out, each, net, l, d, src, cfg, obs)
	if a, ok := m.(*model.Adapted); ok && err == nil {
		err = Finish(a, f.Params, be, "", nil)
	}
	return f, err
}

// Finish solves for the adapters of a trained model: of one modality ("": all), of the marked groups (nil: all).
func Finish(m *model.Adapted, p *dense.Params, be backend.Backend, modality string, groups []bool) error {
	net := NewNetwork(m.Base(), p, be)
	defer net.Free()
	_, items := net.Embed()
	v := dense.New(items.Rows, items.Cols)
	if err := be.Read(items, v.Data); err != nil {
		return err
	}
	return m.Finish(p, v, modality, groups)
}

// fit goes on from what out says.
func fit(out *Fitted, each func(take func() (*Checkpoint, error)) error,
	net *Network, l *Learner, d *data.Dataset, src rng.Source, cfg api.TrainConfig, obs api.Observer) (*Fitted, error) {
	ranker := eval.NewRanker(net.be, d.Train, Forgotten(d), 20)
	defer ranker.Free()
	feed := NewFeed(NewSampler(d, src), l, d)
	best := -1.0
	if score, ok := out.Valid[stopMetric]; ok {
		best = score
	}
	for e := out.Epochs + 1; e <= cfg.Epochs; e++ {
		l.Rate = RateAt(cfg, e)
		if ep, ok := net.Model.(model.Epocher); ok {
			ep.StartEpoch(net.be, e, src.Named("epoch").Key(uint64(e)))
		}
		loss, err := feed.Epoch(e, cfg.Epochs, obs)
		if err != nil {
			return nil, err
		}
		at := api.Progress{Stage: "train", Done: e * feed.Steps(), Total: cfg.Epochs * feed.Steps()}
		users, items, err := net.embed(func() error { return obs.Tell(at) })
		if err != nil {
			return nil, err
		}
		valid, err := ranker.Metrics(users, items, d.Valid, []int{20}, obs)
		if err != nil {
			return nil, err
		}
		p := api.Point{Step: e, Loss: loss, Valid: valid}
		out.Curve = append(out.Curve, p)
		out.Epochs = e
		if score, ok := valid[stopMetric]; !ok || score > best {
			best = score
			out.BestEpoch, out.Valid = e, valid
			if out.Params, err = net.Params(); err != nil {
				return nil, err
			}
		}
		at.Point = &p
		if err := obs.Tell(at); err != nil {
			return nil, err
		}
		if e-out.BestEpoch >= cfg.Patience {
			break
		}
		if each != nil && e < cfg.Epochs {
			if err := each(func() (*Checkpoint, error) { return l.checkpoint(out) }); err != nil {
				return nil, err
			}
		}
	}
	return out, nil
}

// RateAt is the step size of epoch e, from 1, of a configuration without zero fields.
func RateAt(cfg api.TrainConfig, e int) float64 {
	return cfg.Rate * power(root(cfg.Decay, decayEpochs), e-1)
}

// decayEpochs is how long the step size takes to fall to TrainConfig.Decay of itself.
const decayEpochs = 50

// root is the n-th root of x in (0, 1], by Newton's method from above: the same bits everywhere,
// which math.Pow does not promise.
func root(x float64, n int) float64 {
	y := 1.0
	for range 200 {
		p := power(y, n-1)
		y -= (float64(p*y) - x) / (float64(n) * p)
	}
	return y
}

// solve fits a model in closed form, which counts as one epoch.
func solve(m model.Solver, d *data.Dataset, obs api.Observer) (*Fitted, error) {
	if err := obs.Tell(api.Progress{Stage: "train", Total: 1}); err != nil {
		return nil, err
	}
	params, err := m.Solve()
	if err != nil {
		return nil, err
	}
	valid, err := eval.ScoreMetrics(m.Scorer(params), d.Train, d.Valid, Forgotten(d), []int{20}, obs)
	if err != nil {
		return nil, err
	}
	p := api.Point{Step: 1, Valid: valid}
	f := &Fitted{Params: params, Epochs: 1, BestEpoch: 1, Valid: valid, Curve: []api.Point{p}}
	return f, obs.Tell(api.Progress{Stage: "train", Done: 1, Total: 1, Point: &p})
}

// Forgotten marks the items whose identifier is blank: they are in no list. Nil if
// there is none.
func Forgotten(d *data.Dataset) []bool {
	var mark []bool
	for i, id := range d.ItemIDs {
		if id == "" {
			if mark == nil {
				mark = make([]bool, d.Items())
			}
			mark[i] = true
		}
	}
	return mark
}

// Feed runs a learner over the batches of a sampler.
type Feed struct {
	s            *Sampler
	l            *Learner
	users, items int
	u, i, j      []int32
	w            []float32
	random       rng.Source // of the epoch
}

// NewFeed connects a sampler to a learner.
func NewFeed(s *Sampler, l *Learner, d *data.Dataset) *Feed {
	n := l.Batch.Size()
	return &Feed{s: s, l: l, users: d.Users(), items: d.Items(), u: make([]int32, n), i: make([]int32, n), j: make([]int32, n), w: make([]float32, n)}
}

// Steps is the number of steps of an epoch.
func (f *Feed) Steps() int { return (f.s.Len() + len(f.u) - 1) / len(f.u) }

// Start starts epoch e.
func (f *Feed) Start(e int) { f.s.Start(e) }

// Write puts batch k of epoch e on the backend; the caller has started the epoch.
func (f *Feed) Write(e, k int) {
	f.s.Batch(e, k*len(f.u), f.u, f.i, f.j, f.w)
	f.random = f.s.Random(e)
	f.l.Batch.Random = &f.random
	f.l.Batch.Write(f.l.Net.be, f.users, f.items, f.u, f.i, f.j, f.w)
}

// Epoch runs epoch e and returns the mean loss of its batches.
func (f *Feed) Epoch(e, epochs int, obs api.Observer) (float64, error) {
	f.s.Start(e)
	p := api.Progress{Stage: "train", Total: epochs * f.Steps()}
	look := func() error { return obs.Tell(p) }
	f.l.Pause(look)
	defer f.l.Pause(nil)
	for k := range f.Steps() {
		p.Done = (e-1)*f.Steps() + k
		if err := look(); err != nil {
			return 0, err
		}
		f.Write(e, k)
		if err := f.l.Step(); err != nil {
			return 0, err
		}
	}
	return f.l.Loss()
}
