package session

import (
	"errors"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/erase"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/model"
	"lethe/recsys/train"
	"lethe/recsys/unlearn"
)

// Exact trains again on what remains, for the requests that wait for it, and swaps the model
// in. It goes on from its last checkpoint, and can be cancelled at any time. Where another
// command waits it steps aside after the epoch, and its result has no tier: call it again.
func (s *Session) Exact(obs api.Observer) (api.Erased, error) {
	if s.vault == nil || !s.vault.AwaitsExact() {
		return api.Erased{}, &api.Failure{Code: api.CodeNotReady, Message: "No request waits for the exact tier."}
	}
	before, err := s.slot(api.Before)
	if err != nil {
		return api.Erased{}, err
	}
	t, err := s.trainAgain(before, obs)
	if err == errStepsAside {
		return api.Erased{Opened: s.describeOpen(), Exact: true}, nil
	}
	if err != nil {
		return api.Erased{}, err
	}
	state, err := s.state()
	if err != nil {
		return api.Erased{}, err
	}
	o := &erase.Outcome{State: state, Exact: true}
	if err := s.draft(o, t); err != nil {
		return api.Erased{}, err
	}
	o.Draft.Method = receipt.Method{Name: "retrain", Guarantee: unlearn.Exact}
	w := s.work(obs)
	return s.erased(s.vault.Exact(o, w))
}

// checkpointEvery is how much work at most is lost when the page is closed.
const checkpointEvery = 10 * time.Second

// resume is where a training stepped aside.
type resume struct {
	key string
	at  *train.Checkpoint
}

var errStepsAside = errors.New("another command waits")

// trainAgain is Retrain with checkpoints.
func (s *Session) trainAgain(before *trained, obs api.Observer) (*trained, error) {
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, err
	}
	m, err := model.New(before.model, before.bound)
	if err != nil {
		return nil, err
	}
	key := before.bound.SHA256() + " " + before.params.SHA256()
	var from *train.Checkpoint
	if r := s.resume; r != nil && r.key == key {
		from = r.at
	} else if b := s.vault.State().Training; b != nil {
		if from, err = train.DecodeCheckpoint(b, key, m.Specs()); err != nil {
			from = nil // a checkpoint saves time and nothing else
		}
	}
	kept := s.opt.Now()
	each := func(take func() (*train.Checkpoint, error)) error {
		aside := s.waiting != nil && s.waiting()
		now := s.opt.Now()
		if !aside && now.Sub(kept) < checkpointEvery {
			return nil
		}
		kept = now
		c, err := take()
		if err != nil {
			return err
		}
		if aside {
			s.resume = &resume{key, c}
			return errStepsAside
		}
		b, err := c.Encode(key)
		if err != nil {
			return err
		}
		return s.vault.Checkpoint(b)
	}
	watch := s.stopwatch()
	f, err := train.FitFrom(from, each, m, before.bound, be, before.config, watch.observe(exactly(obs)))
	if err != nil {
		return nil, err
	}
	t := &trained{model: before.model, config: before.config, params: f.Params, bound: before.bound, visitor: before.visitor, result: before.result}
	t.result.Epochs, t.result.BestEpoch, t.result.Seconds = f.Epochs, f.BestEpoch, watch.seconds()
	t.result.ThetaSHA256 = f.Params.SHA256()
	if err := t.serve(be); err != nil {
		return nil, err
	}
	if t.result.Valid, err = t.metrics(be, t.bound.Train, t.bound.Valid, obs); err != nil {
		return nil, err
	}
	t.result.Test, err = t.metrics(be, t.bound.Train, t.bound.Test, obs)
	return t, err
}

// exactly names the stage.
func exactly(obs api.Observer) api.Observer {
	return func(p api.Progress) error {
		if p.Stage == "train" {
			p.Stage = receipt.Exact
		}
		return obs.Tell(p)
	}
}
