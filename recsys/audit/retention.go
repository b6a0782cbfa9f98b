//go:build !js || lab

package audit

import (
	"lethe/recsys/api"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// Retained is a point of the retention curve: the subject after more steps of ordinary
// training on the retain set. What was pushed down only can climb back by itself.
type Retained struct {
	Steps   int
	AUC     api.Estimate // forgotten against held-out pairs
	Rebound api.Estimate // AUC less that of no steps, pair by pair
	Recall  api.Estimate // share of forgotten pairs in the user's first 20, nothing hidden
}

// RetentionSteps are the usual points of the curve.
var RetentionSteps = []int{0, 10, 30, 100}

// Retention trains a subject on and measures it at the given steps, ascending. ok is
// false where the request leaves nothing to compare or nothing to train on.
//
// (rebound: after the retention probe of the human memory literature, recognition, recall and retention side by side)
func Retention(s Subject, steps []int) (curve []Retained, ok bool, err error) {
	o, err := s.open()
	if err != nil {
		return nil, false, err
	}
	defer o.free()
	held := o.heldout()
	if len(held) == 0 || len(s.Task.Forget.Pairs) == 0 || s.Task.Retain.Train.Len() == 0 {
		return nil, false, nil
	}
	g := o.gauge(s.Task.Forget.Pairs, held)
	defer g.Free()
	d := s.Task.Retain
	l := train.NewLearner(o.net, min(tunerBatch, d.Train.Len()), rate(s.Task.Train.Rate), model.Loss)
	defer l.Free()
	sampler := train.NewSampler(d, o.src.Named("retention"))
	feed := train.NewFeed(sampler, l, d)
	recall, err := newRecall(o)
	if err != nil {
		return nil, false, err
	}
	defer recall.free()
	var start reading
	done := 0
	for k, want := range steps {
		for ; done < want; done++ {
			epoch := done/feed.Steps() + 1
			if done%feed.Steps() == 0 {
				sampler.Start(epoch)
			}
			feed.Write(epoch, done%feed.Steps())
			l.Step()
		}
		x, err := g.read()
		if err != nil {
			return nil, false, err
		}
		if k == 0 {
			start = x
		}
		p := Retained{Steps: want, AUC: x.auc(), Rebound: x.less(start)}
		if p.Recall, err = recall.read(); err != nil {
			return nil, false, err
		}
		curve = append(curve, p)
	}
	return curve, true, nil
}

// recall is the share of forgotten pairs in unfiltered lists.
type recall struct {
	o      *opened
	ranker *eval.Ranker
	gone   truth
}

func newRecall(o *opened) (*recall, error) {
	gone, err := newTruth(o.Task.Data, o.Task.Forget.Pairs)
	return &recall{o, eval.NewRanker(o.be, o.Task.Retain.Train, nil, 20), gone}, err
}

func (r *recall) free() { r.ranker.Free() }

func (r *recall) read() (api.Estimate, error) {
	u, i := r.o.net.Embed()
	l, err := r.ranker.Lists(u, i, r.gone.users, nil)
	return l.Recall(r.gone.Interactions).Mean(), err
}
