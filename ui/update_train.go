package ui

import (
	"slices"

	"lethe/recsys/api"
)

// PickModel chooses what to train.
type PickModel struct{ Name string }

func (e PickModel) apply(s State) (State, []Command) {
	s.Link.Model = e.Name
	if e.Name == DefaultModel {
		s.Link.Model = ""
	}
	return s, nil
}

// SetEpochs chooses for how long.
type SetEpochs struct{ N int }

func (e SetEpochs) apply(s State) (State, []Command) {
	s.Link.Epochs = max(1, min(e.N, MostEpochs))
	if s.Link.Epochs == DefaultEpochs {
		s.Link.Epochs = 0
	}
	return s, nil
}

// StartTrain trains.
type StartTrain struct{}

func (StartTrain) apply(s State) (State, []Command) {
	if !s.Data.Open || s.Busy() {
		return s, nil
	}
	epochs := s.Link.EpochCount()
	s, job, commands := s.post(api.OpTrain, api.Train{
		Model: api.ModelConfig{Name: s.Link.ModelName()},
		Train: api.TrainConfig{Epochs: epochs, Seed: uint64(s.Link.Seed), Backend: s.Link.Backend},
	})
	s.Train = Training{Job: job, Began: s.Now, Epochs: epochs, Result: s.Train.Result, Snapshot: s.Train.Snapshot,
		Progress: api.Progress{Stage: "train", SecondsLeft: -1}}
	s.Notice = nil
	s.did(stepTrain)
	return s, commands
}

// StopTrain cancels the training.
type StopTrain struct{}

func (StopTrain) apply(s State) (State, []Command) {
	if s.Train.Job == 0 || s.Train.Stopping {
		return s, nil
	}
	s.Train.Stopping = true
	return s.cancel(s.Train.Job)
}

// trained takes over a new model: what the old one had forgotten is history.
func (s State) trained(r api.TrainResult, snapshot bool) (State, []Command) {
	s.Train.Job, s.Train.Stopping = 0, false
	s.Train.Result, s.Train.Snapshot = &r, snapshot
	if len(r.Curve) > 0 {
		s.Train.Curve = r.Curve
	}
	s.Forget.Unlearn, s.Forget.Retrain, s.Forget.Done = Lane{}, Lane{}, ""
	s.Compare, s.Look, s.Doubt = Comparing{}, Looking{}, Doubting{}
	s.Atlas.Stale = true
	s, all := s.ranked()
	s, more := s.similar()
	s, again := s.recounted()
	return s, slices.Concat(all, more, again)
}
