package ui

import "lethe/recsys/api"

// Looking is what the engine found on a closer look, once both lanes are done.
type Looking struct {
	ResidueJob, SpreadJob int
	Residue               *api.Residue
	Spread                *api.Spread

	RelearnJob      int // the race on its way
	RelearnStopping bool
	Progress        api.Progress
	Race            []api.Point
	Relearned       *api.Relearned
	Problem         *api.Failure // why there is no race
}

// looked asks for a closer look at what forgetting did.
func (s State) looked() (State, []Command) {
	if s.Busy() || s.Forget.Unlearn.Phase != Finished && s.Forget.Retrain.Phase != Finished {
		return s, nil
	}
	s.Look = Looking{}
	s, job, all := s.post(api.OpSpread, struct{}{})
	s.Look.SpreadJob = job
	if kindOf(s.Forget.Done) == ForgetImage {
		var more []Command
		s, job, more = s.post(api.OpResidue, struct{}{})
		s.Look.ResidueJob = job
		all = append(all, more...)
	}
	return s, all
}

// found takes over what was asked for last. What cannot be looked at has no view.
func (e FromEngine) found(s State, job Job) (State, []Command) {
	switch job.ID {
	case s.Look.ResidueJob:
		var r api.Residue
		if err := e.Decode(&r); err == nil {
			s.Look.Residue = &r
		}
	case s.Look.SpreadJob:
		var x api.Spread
		if err := e.Decode(&x); err == nil {
			s.Look.Spread = &x
		}
	}
	return s, nil
}

// Hang shows a part of the catalogue on the wall.
type Hang struct{ Theme string }

func (e Hang) apply(s State) (State, []Command) {
	none := ""
	s, all := Filter{Query: &none, Creator: &none, Theme: &e.Theme}.apply(s)
	return s, append(all, Reveal{"wall"})
}
