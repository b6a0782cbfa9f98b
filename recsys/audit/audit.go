// Package audit attacks a released model on behalf of those who asked it to forget.
// What eval reads off a model as it stands is here joined by attacks that compute: training
// it further, training shadows of it, asking for the forgotten in other words. Each has an
// answer only beside Retrain: what Retrain gives away as well was never kept.
//
// The page's engine has the race of race.go; the others, with the statistics that they take, are in every native program
// and in the lab's engine.
package audit

import (
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
	"lethe/recsys/unlearn"
)

// Subject is a released model: weights, the data they are served with, and the request
// it claims to have followed.
type Subject struct {
	Task   *unlearn.Task
	Params *dense.Params
	Bound  *data.Dataset
}

// Released is what a method gave out.
func Released(t *unlearn.Task, r *unlearn.Result) Subject { return Subject{t, r.Params, r.Bound} }

// opened is a subject on a backend.
type opened struct {
	Subject
	net *train.Network
	be  backend.Backend
	src rng.Source
}

func (s Subject) open() (*opened, error) {
	m, err := model.New(s.Task.Model, s.Bound)
	if err != nil {
		return nil, err
	}
	src := s.source()
	if e, ok := m.(model.Epocher); ok {
		e.StartEpoch(s.Task.Backend, 1, src.Named("epoch")) // the attacks that train are short: one graph serves
	}
	return &opened{s, train.NewNetwork(m, s.Params, s.Task.Backend), s.Task.Backend, src}, nil
}

// source is the seed of an audit's own randomness, the same for every subject of a task.
func (s Subject) source() rng.Source { return rng.New(s.Task.Seed).Named("audit") }

func (o *opened) free() { o.net.Free() }

// vectors are the subject's final vectors.
func (o *opened) vectors() (eval.Vectors, error) {
	users, items := o.net.Embed()
	return eval.ReadVectors(o.be, users, items)
}

// heldout are the test pairs that stand beside the request.
func (o *opened) heldout() []data.Pair { return eval.Heldout(o.Task.Forget, o.Task.Data.Test) }

// banned marks items that are offered to nobody.
func (o *opened) banned() []bool { return train.Forgotten(o.Task.Retain) }

// gauge compares pairs of the request with held-out ones.
func (o *opened) gauge(pairs, held []data.Pair) *gauge {
	return &gauge{
		eval.NewGauge(o.be, o.Task.Data, pairs, held, o.banned(), o.net.Final.Users.Cols()), users(pairs), users(held), o.net,
	}
}

// gauge is eval's with users beside the numbers.
type gauge struct {
	*eval.Gauge
	forget, heldout []int32
	net             *train.Network
}

// read is the z of both sides under the network's current weights.
func (g *gauge) read() (reading, error) {
	u, i := g.net.Embed()
	f, h, err := g.Z(u, i)
	return reading{eval.Sample{Value: f, Unit: g.forget}, eval.Sample{Value: h, Unit: g.heldout}}, err
}

// reading is the z of forgotten and of held-out pairs.
type reading struct{ forget, heldout eval.Sample }

func (r reading) auc() api.Estimate { return eval.AUCEstimate(r.forget, r.heldout) }

// less is the difference to an earlier reading of the same pairs.
func (r reading) less(before reading) api.Estimate {
	return eval.AUCDifference(r.forget, r.heldout, before.forget, before.heldout)
}

func users(pairs []data.Pair) []int32 {
	u := make([]int32, len(pairs))
	for k, p := range pairs {
		u[k] = p.User
	}
	return u
}

// truth is pairs as a matrix, and the users who have any.
type truth struct {
	*data.Interactions
	users []int32
}

func newTruth(d *data.Dataset, pairs []data.Pair) (truth, error) {
	x, err := data.FromPairs(d.Users(), d.Items(), pairs)
	if err != nil {
		return truth{}, err
	}
	return truth{x, withRows(x)}, nil
}

// withRows lists the users who have rows in any of some interactions of the same users, ascending.
func withRows(all ...*data.Interactions) []int32 {
	var list []int32
	for u := range all[0].Users {
		if slices.ContainsFunc(all, func(x *data.Interactions) bool { return len(x.Row(u)) > 0 }) {
			list = append(list, int32(u))
		}
	}
	return list
}
