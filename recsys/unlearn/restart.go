package unlearn

import (
	"fmt"
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/graph"
	"lethe/recsys/math32"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// restart trains the model again on the retain set, from a start that is nearly there:
//
//	rows    the retained interactions' spectrum (train.Spectrum), scaled to where BPR is least for a batch
//	        and shrunk, since the spectrum knows the batch's pairs; all else as a training starts
//	steps   Adam on the model's own loss, its step size falling to zero over two epochs, FREEDOM's over four
//
// No weight depends on what is forgotten, whatever the request: there is nothing in them that an audit could
// find. It is no Retrain, whose distribution is that of the long training, so that its guarantee is what is
// measured: how close it comes. Models with a graph of content have two starts, of which a trial of a few steps
// takes the one with the better validation Recall@20 of the retain set.
//
// Serves models with a graph convolution: two epochs without one are too few (BPR on Baby .055, Retrain .074).
//
// Cost: two of Retrain's epochs, four of FREEDOM's, the spectrum, and the trials.
// Departures: Lethe's own; the settings were chosen on validation rows of the data sets in RATIONALE.md.
type restart struct{}

func (restart) Describe() api.Method {
	return api.Method{Name: "restart", Guarantee: Approximate, Summary: "train again without the forgotten data for two epochs, from the spectrum of the retained"}
}

func (restart) Supports(t *Task) error {
	if err := needSteps(t); err != nil {
		return err
	}
	if restartEpochs[t.Model.Name] == 0 {
		return fmt.Errorf("method restart starts models that smooth rows over the graph of interactions, lightgcn, freedom and mgcn, and %s does not: use lethe or retrain", t.Model.Name)
	}
	if t.Retain.Train.Len() == 0 {
		return fmt.Errorf("method restart learns from what is retained, and nothing is: use lethe")
	}
	return nil
}

// beginning is one way to start.
type beginning struct {
	train.Spectrum
	shrink float64 // of the scale that is best for a batch
	rate   float64 // of the first step
}

// Models of interactions alone have one start, and another for deleted items: these stand at zero in final vectors, where
// everyone's scores lie about it only once popularity weighs less and the steps more. Models with a graph of content have two:
// which suits a data set, validation rows tell after trialSteps.
var (
	ofInteractions = beginning{train.Spectrum{Tau: 0.05, Power: 2}, 0.12, 0.03}
	withoutItems   = beginning{train.Spectrum{Tau: 0.05, Power: 1}, 0.1, 0.04}
	ofContent      = []beginning{
		{train.Spectrum{Tau: 0.05, Power: 2, Content: 0.2}, 0.35, 0.03},
		{train.Spectrum{Tau: 0.5, Power: 2, Content: 0.4}, 0.65, 0.015},
	}
)

// restartEpochs are how many epochs a model takes; FREEDOM learns from a fifth of the edges at a time.
var restartEpochs = map[string]int{"lightgcn": 2, "freedom": 4, "mgcn": 2}

const (
	restartSteps = 60 // at least: small data make short epochs
	restartLooks = 5
	trialSteps   = 20
)

func (restart) Unlearn(t *Task) (*Result, error) {
	m, err := model.New(t.Model, t.Retain)
	if err != nil {
		return nil, err
	}
	r := &restarting{Task: t, model: m, src: rng.New(t.Train.Seed), cfg: train.Defaults(t.Train)}
	from := []beginning{ofInteractions}
	if t.Forget.Kind == data.ForgetItems {
		from[0] = withoutItems
	}
	if s, ok := m.(model.Sided); ok {
		r.side = s.Side()
		from = ofContent
	}
	n := min(r.cfg.Batch, t.Retain.Train.Len())
	r.steps = max(restartEpochs[t.Model.Name]*((t.Retain.Train.Len()+n-1)/n), restartSteps)
	best := from[0]
	if len(from) > 1 && t.Retain.Valid.Len() > 0 {
		if best, err = r.try(from); err != nil {
			return nil, err
		}
	}
	out := &Result{Bound: t.Retain, Steps: r.steps}
	return out, r.run(best, r.steps, out, func(n *train.Network) (err error) {
		out.Params, err = n.Params()
		return err
	})
}

// restarting is the work of one task.
type restarting struct {
	*Task
	model model.Model
	cfg   api.TrainConfig
	src   rng.Source
	side  graph.CSR // between items; no entries: none
	steps int
	done  int // steps of trials
	tried int
}

// try is the beginning with the best validation Recall@20 after a few steps.
func (r *restarting) try(from []beginning) (best beginning, err error) {
	ranker := eval.NewRanker(r.Backend, r.Retain.Train, train.Forgotten(r.Retain), 20)
	defer ranker.Free()
	top := -1.0
	r.tried = len(from) * min(trialSteps, r.steps)
	for _, b := range from {
		err := r.run(b, min(trialSteps, r.steps), nil, func(n *train.Network) error {
			users, items := n.Embed()
			m, err := ranker.Metrics(users, items, r.Retain.Valid, []int{20}, r.Observe)
			if m["recall@20"] > top {
				top, best = m["recall@20"], b
			}
			return err
		})
		if err != nil {
			return best, err
		}
		r.done += min(trialSteps, r.steps)
	}
	return best, nil
}

// run takes the first steps of a training from b and hands over the network. out, unless nil, gets the curve.
func (r *restarting) run(b beginning, steps int, out *Result, use func(*train.Network) error) error {
	n, err := r.begin(b)
	if err != nil {
		return err
	}
	defer n.Free()
	l := train.NewLearner(n, min(r.cfg.Batch, r.Retain.Train.Len()), b.rate, model.Loss)
	defer l.Free()
	feed := train.NewFeed(train.NewSampler(r.Retain, r.src), l, r.Retain)
	at := api.Progress{Stage: "unlearn", Total: r.tried + r.steps}
	l.Pause(func() error { return r.Observe.Tell(at) })
	var w *watch
	if out != nil {
		w = newWatch(r.Task)
		defer w.free()
	}
	for s := range steps {
		at.Done = r.done + s
		if err := r.Observe.Tell(at); err != nil {
			return err
		}
		e, k := s/feed.Steps()+1, s%feed.Steps()
		if k == 0 {
			if ep, ok := n.Model.(model.Epocher); ok {
				ep.StartEpoch(r.Backend, e, r.src.Named("epoch").Key(uint64(e)))
			}
			feed.Start(e)
		}
		l.Rate = b.rate * float64(r.steps-s) / float64(r.steps)
		feed.Write(e, k)
		if err := l.Step(); err != nil {
			return err
		}
		if out == nil || (s+1)*restartLooks/r.steps == s*restartLooks/r.steps {
			continue
		}
		p := api.Point{Step: s + 1}
		if p.Loss, err = l.Loss(); err != nil {
			return err
		}
		if err := w.look(n, &p, out); err != nil {
			return err
		}
		out.Curve = append(out.Curve, p)
		at.Done++
		at.Point = &p
		if err := r.Observe.Tell(at); err != nil {
			return err
		}
		at.Point = nil
	}
	return use(n)
}

// begin is the network before the first step.
func (r *restarting) begin(b beginning) (*train.Network, error) {
	p := dense.NewParams(r.model.Specs()...)
	r.model.Init(p, r.src.Named("init"))
	node := p.View("node")
	u, v, err := b.Rows(r.Retain.Train, r.side, node.Cols, r.Backend, r.src)
	if err != nil {
		return nil, err
	}
	rows := slices.Concat(u.Data, v.Data)
	put := func(f float64) {
		for k, x := range rows { // whoever has nothing retained starts from zeros
			node.Data[k] = float32(f) * x
		}
	}
	unit := spread(p) * math.Sqrt(float64(len(rows))/squares(rows)) // to the size of an untrained model's
	put(unit)
	n := train.NewNetwork(r.model, p, r.Backend)
	k, err := r.scale(n)
	if err != nil {
		n.Free()
		return nil, err
	}
	put(unit * k * b.shrink)
	n.Load(p)
	return n, nil
}

// scale is the factor of the entity rows with the least BPR over a sample of interactions, taking final vectors
// to grow as the rows do.
func (r *restarting) scale(n *train.Network) (float64, error) {
	ut, it := n.Embed()
	users, items := dense.New(ut.Rows, ut.Cols), dense.New(it.Rows, it.Cols)
	if err := r.Backend.Read(ut, users.Data); err != nil {
		return 0, err
	}
	if err := r.Backend.Read(it, items.Data); err != nil {
		return 0, err
	}
	s := train.NewSampler(r.Retain, r.src.Named("scale"))
	s.Start(1)
	size := min(scaleSample, s.Len())
	us, is, js, ws := make([]int32, size), make([]int32, size), make([]int32, size), make([]float32, size)
	s.Batch(1, 0, us, is, js, ws)
	margins := make([]float64, size)
	for k := range margins {
		a, x, y := users.Row(int(us[k])), items.Row(int(is[k])), items.Row(int(js[k]))
		for c := range a {
			margins[k] += float64(float64(a[c]) * float64(x[c]-y[c]))
		}
	}
	best, least := 1.0, math.Inf(1)
	for f := 1.0 / 64; f <= 64; f *= scaleStep {
		loss := 0.0
		for _, x := range margins {
			loss += float64(math32.Softplus(float32(-f * f * x)))
		}
		if loss < least {
			best, least = f, loss
		}
	}
	return best, nil
}

const (
	scaleSample = 8192
	scaleStep   = 1.0905077326652577 // an eighth of an octave
)

func squares(xs []float32) (sum float64) {
	for _, x := range xs {
		sum += float64(float64(x) * float64(x))
	}
	return sum
}
