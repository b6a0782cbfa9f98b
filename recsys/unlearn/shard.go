package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// shard trains those shards again from scratch that held the request and keeps the others:
// what training everything again on the retain set gives, bit for bit.
//
// Users and their interactions live in one shard each. An item is a candidate for negatives in every shard,
// and content is in all of them, so that items and modalities take all shards. Which shard a user is in follows
// the identifier and no data.
//
// Cost: the share of the touched shards in a training; for one user of k shards 1/k of it. Guarantee: exact.
// Departures: as of the sharded model (model/sharded.go).
// Sources: SISA, Bourtoule et al., S&P 2021; RecEraser, Chen et al., WWW 2022.
type shard struct{}

func (shard) Describe() api.Method {
	return api.Method{Name: "shard", Guarantee: Exact, Summary: "train the touched shards again, keep the others (SISA, RecEraser)"}
}

func (shard) Supports(t *Task) error {
	if err := needSteps(t); err != nil {
		return err
	}
	if t.Model.Shards < 2 {
		return fmt.Errorf("method shard serves sharded models: train %s with -shards 8, or use lethe or retrain", t.Model.Name)
	}
	return nil
}

func (shard) Unlearn(t *Task) (*Result, error) {
	made, err := model.New(t.Model, t.Retain)
	if err != nil {
		return nil, err
	}
	before, err := model.New(t.Model, t.Data) // who was where, identifiers and all
	if err != nil {
		return nil, err
	}
	m, old := made.(*model.Sharded), before.(*model.Sharded)
	keep := make([]bool, t.Model.Shards)
	if t.Forget.Kind == data.ForgetUsers || t.Forget.Kind == data.ForgetPairs {
		for k := range keep {
			keep[k] = true
		}
		us, _ := touched(t.Forget)
		for _, u := range us {
			keep[old.Shard(u)] = false
		}
	}
	f, err := train.FitShards(m, t.Retain, t.Backend, t.Train, t.Before, keep, t.Observe)
	if err != nil {
		return nil, err
	}
	again := 0
	for _, k := range keep {
		if !k {
			again++
		}
	}
	return &Result{Params: f.Params, Bound: t.Retain, Steps: f.Epochs, Curve: f.Curve, Note: fmt.Sprintf("%d of %d shards were trained again", again, len(keep))}, nil
}
