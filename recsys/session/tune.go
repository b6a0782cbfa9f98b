package session

import (
	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// Trial is one training of a grid search. It has validation measures only.
type Trial struct {
	Name      string      `json:"name"` // the grid's settings
	Train     api.Train   `json:"train"`
	Valid     api.Metrics `json:"valid"`
	Epochs    int         `json:"epochs"`
	BestEpoch int         `json:"best_epoch"`
	Seconds   float64     `json:"seconds"`
}

// Try trains on the open data and looks at validation rows only: test rows are never
// ranked, so that what is chosen by it may be measured on them once.
func (s *Session) Try(c api.Train, obs api.Observer) (Trial, error) {
	if err := s.needData(); err != nil {
		return Trial{}, err
	}
	be, err := s.opt.Backend(c.Train.Backend)
	if err != nil {
		return Trial{}, err
	}
	watch := s.stopwatch()
	c, err = train.Preset(c)
	if err != nil {
		return Trial{}, err
	}
	d := s.current()
	m, err := model.New(c.Model, d)
	if err != nil {
		return Trial{}, err
	}
	f, err := train.Fit(m, d, be, c.Train, watch.observe(obs))
	if err != nil {
		return Trial{}, err
	}
	return Trial{Train: c, Valid: f.Valid, Epochs: f.Epochs, BestEpoch: f.BestEpoch, Seconds: watch.seconds()}, nil
}

// DataSHA256 is the hash of the open data set.
func (s *Session) DataSHA256() string { return s.base.SHA256() }
