//go:build !js || lab

package audit

import (
	"fmt"
	"math"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
	"lethe/recsys/train"
	"lethe/recsys/unlearn"
)

// Adversaries are providers who cheat, each in a way that some check in use would pass:
// a suite of audits is worth what it catches of them. They are methods like any other and are
// never offered as one.
func Adversaries() []unlearn.Method { return []unlearn.Method{hide{}, sink{}, overdo{}} }

const dishonest = "none: a test double"

// hide changes nothing but what is shown. It passes whoever looks at lists only.
type hide struct{}

func (hide) Describe() api.Method {
	return api.Method{Name: "hide", Guarantee: dishonest, Summary: "filter the lists, keep every weight"}
}

func (hide) Supports(*unlearn.Task) error { return nil }

func (hide) Unlearn(t *unlearn.Task) (*unlearn.Result, error) {
	m, err := unlearn.New("mask-only")
	if err != nil {
		return nil, err
	}
	return m.Unlearn(t)
}

// sink lowers the forgotten items for everyone: each one's row loses a multiple of the
// mean user, which is a bias without the name. Every list is clean, even unfiltered, and every
// user's taste is as it was. It needs a model whose rows are its final vectors.
type sink struct{}

func (sink) Describe() api.Method {
	return api.Method{Name: "sink", Guarantee: dishonest, Summary: "lower the forgotten items for everyone, as a bias would"}
}

func (sink) Supports(t *unlearn.Task) error {
	if t.Before.Offset("user") < 0 || t.Before.Offset("item") < 0 {
		return fmt.Errorf("sink lowers items by their rows, and those of %s are not what it ranks with: use bpr", t.Model.Name)
	}
	return nil
}

// sunk is by how much an item's mean score falls, in lengths of the mean user times
// lengths of the usual one.
const sunk = 10

func (s sink) Unlearn(t *unlearn.Task) (*unlearn.Result, error) {
	if err := s.Supports(t); err != nil {
		return nil, err
	}
	p := t.Before.Clone()
	users, items := p.View("user"), p.View("item")
	d := min(users.Cols, items.Cols) // vbpr: the id half
	mean, spread, length := make([]float64, d), 0.0, 0.0
	for u := range users.Rows {
		for c := range mean {
			x := float64(users.Row(u)[c])
			mean[c] += x / float64(users.Rows)
			spread += x * x / float64(users.Rows)
		}
	}
	for _, x := range mean {
		length += x * x
	}
	if length == 0 {
		return &unlearn.Result{Params: p, Bound: t.Data}, nil
	}
	by := sunk * math.Sqrt(spread/length)
	named := map[int32]bool{}
	for _, x := range t.Forget.Pairs {
		named[x.Item] = true
	}
	for i := range named {
		for c := range mean {
			items.Row(int(i))[c] -= float32(by * mean[c])
		}
	}
	return &unlearn.Result{Params: p, Bound: t.Data}, nil
}

// overdo pushes the forgotten pairs far below what the user never saw, with reverse BPR and no
// stop, and repairs its lists on the retain set. It passes whoever wants forgetting to be low.
type overdo struct{}

func (overdo) Describe() api.Method {
	return api.Method{Name: "overdo", Guarantee: dishonest, Summary: "reverse BPR without a stop: below what was never seen"}
}

func (overdo) Supports(*unlearn.Task) error { return nil }

const (
	overdoSteps = 60
	overdoRate  = 0.02
)

func (overdo) Unlearn(t *unlearn.Task) (*unlearn.Result, error) {
	o, err := Subject{t, t.Before, t.Retain}.open()
	if err != nil {
		return nil, err
	}
	defer o.free()
	if len(t.Forget.Pairs) > 0 {
		push := o.against(t.Forget.Pairs)
		defer push.free()
		repair := train.NewLearner(o.net, min(tunerBatch, t.Retain.Train.Len()), rate(t.Train.Rate), model.Loss)
		defer repair.Free()
		sampler := train.NewSampler(t.Retain, rng.New(t.Seed).Named("overdo"))
		feed := train.NewFeed(sampler, repair, t.Retain)
		for step := range overdoSteps {
			push.next()
			epoch := step/feed.Steps() + 1
			if step%feed.Steps() == 0 {
				sampler.Start(epoch)
			}
			feed.Write(epoch, step%feed.Steps())
			repair.Step()
		}
	}
	p, err := o.net.Params()
	return &unlearn.Result{Params: p, Bound: t.Retain, Steps: overdoSteps}, err
}

// against is a tuner that pushes pairs down.
func (o *opened) against(pairs []data.Pair) *tuner {
	t := o.tuner(pairs, "overdo")
	t.l.Free()
	t.l = train.NewLearner(o.net, len(t.u), overdoRate, func(r *model.Recording, b *model.Batch) *tape.Node {
		x := model.Margin(r.Tape, r.Triple(b))
		return r.Tape.WeightedSum(b.W, r.Tape.Unary(backend.Softplus, x))
	})
	return t
}
