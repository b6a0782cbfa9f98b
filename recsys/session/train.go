package session

import (
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// Train fits a model to the open data, the visitor's clicks with it, into slot
// Before. The other slots belonged to the old model and are emptied.
func (s *Session) Train(c api.Train, obs api.Observer) (api.TrainResult, error) {
	if err := s.needData(); err != nil {
		return api.TrainResult{}, err
	}
	if !slices.Contains(model.Names(), c.Model.Name) {
		return api.TrainResult{}, unknown("model", c.Model.Name, model.Names())
	}
	if err := s.settle(obs); err != nil {
		return api.TrainResult{}, err
	}
	d := s.current()
	if c.Visitorless {
		d = s.base
	}
	if c.Train.Backend == "" && s.opt.Choose != nil {
		c.Train.Backend = s.opt.Choose(c.Model, c.Train, d)
	}
	be, err := s.opt.Backend(c.Train.Backend)
	if err != nil {
		return api.TrainResult{}, err
	}
	t, err := s.fit(c, d, be, obs)
	if err != nil {
		return api.TrainResult{}, err
	}
	s.slots = map[api.Slot]*trained{api.Before: t}
	s.keep()
	return t.result, nil
}

// fit trains on d and measures on its validation and test rows.
func (s *Session) fit(c api.Train, d *data.Dataset, be backend.Backend, obs api.Observer) (*trained, error) {
	watch := s.stopwatch()
	c, err := train.Preset(c)
	if err != nil {
		return nil, err
	}
	m, err := model.New(c.Model, d)
	if err != nil {
		return nil, err
	}
	config := train.Defaults(c.Train)
	config.Backend = be.Name()
	f, err := train.Fit(m, d, be, config, watch.observe(obs))
	if err != nil {
		return nil, err
	}
	t := &trained{model: m.Config(), config: config, params: f.Params, bound: d, visitor: s.visitorOf(d)}
	t.result = api.TrainResult{
		Model: t.model.Name, Data: d.Name, Seed: config.Seed, Epochs: f.Epochs, BestEpoch: f.BestEpoch,
		Seconds: watch.seconds(), Backend: be.Name(), PeakBytes: watch.peakBytes(), ThetaSHA256: f.Params.SHA256(), Curve: watch.stamp(f.Curve),
	}
	if err := t.serve(be); err != nil {
		return nil, err
	}
	t.result.Valid, err = t.metrics(be, d.Train, d.Valid, obs)
	if err != nil {
		return nil, err
	}
	t.result.Test, err = t.metrics(be, d.Train, d.Test, obs)
	return t, err
}

// visitorOf is the visitor's row in a data set made by current, or -1.
func (s *Session) visitorOf(d *data.Dataset) int {
	if d.Users() > s.base.Users() {
		return d.Users() - 1
	}
	return -1
}

// metrics ranks the users who have rows in truth, with their rows in seen and the
// hidden items masked.
func (t *trained) metrics(be backend.Backend, seen, truth *data.Interactions, obs api.Observer) (api.Metrics, error) {
	if t.score != nil {
		return eval.ScoreMetrics(t.score, seen, truth, t.hidden, eval.Cutoffs, obs)
	}
	r := eval.NewRanker(be, seen, t.hidden, slices.Max(eval.Cutoffs))
	defer r.Free()
	users, items := be.New(t.users.Rows, t.users.Cols), be.New(t.items.Rows, t.items.Cols)
	defer be.Free(users)
	defer be.Free(items)
	be.Write(users, t.users.Data)
	be.Write(items, t.items.Data)
	return r.Metrics(users, items, truth, eval.Cutoffs, obs)
}
