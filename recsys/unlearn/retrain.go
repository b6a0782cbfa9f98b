package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// retrain trains from scratch on the retain set with the streams of the first
// training, by identifier: the same experiment minus the forgotten facts.
//
//	θ' = Fit(D_r, seed)
//
// Cost: a full training. Guarantee: exact, and bit for bit reproducible. Departures: none.
type retrain struct{}

func (retrain) Describe() api.Method {
	return api.Method{Name: "retrain", Guarantee: Exact, Summary: "train again from scratch without the forgotten data"}
}

func (retrain) Supports(*Task) error { return nil }

func (retrain) Unlearn(t *Task) (*Result, error) {
	m, err := model.New(t.Model, t.Retain)
	if err != nil {
		return nil, err
	}
	f, err := train.Fit(m, t.Retain, t.Backend, t.Train, t.Observe)
	if err != nil {
		return nil, err
	}
	return &Result{Params: f.Params, Bound: t.Retain, Steps: f.Epochs, Curve: f.Curve}, nil
}
