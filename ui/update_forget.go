package ui

import (
	"slices"

	"lethe/recsys/api"
)

// PickKind chooses which kind of thing to forget.
type PickKind struct{ Kind Kind }

func (e PickKind) apply(s State) (State, []Command) {
	s.Forget.Kind = e.Kind
	value := ""
	switch e.Kind {
	case ForgetVisitor:
		value = "-"
	case ForgetPhase:
		if all := s.Phases(); len(all) > 0 {
			value = list(all[0].Items)
		}
	case ForgetCreator:
		if len(s.Data.Creators) > 0 {
			value = s.Data.Creators[0].Name
		}
	case ForgetUser:
		if ids := s.Data.Info.UserIDs; len(ids) > 0 {
			value = ids[0]
		}
	case ForgetItem, ForgetImage:
		if n := len(s.Link.Likes); n > 0 {
			value = s.Item(s.Link.Likes[n-1]).ID
		} else if len(s.Data.Wall) > 0 {
			value = s.Item(s.Data.Wall[0]).ID
		}
	}
	s.Link.Request = ""
	if value != "" {
		s.Link.Request = RequestFor(e.Kind, value)
	}
	return s.resolved()
}

// Ask names what to forget, in the grammar of the command line.
type Ask struct{ Request string }

func (e Ask) apply(s State) (State, []Command) {
	if e.Request == s.Link.Request {
		return s, nil
	}
	s.Link.Request = e.Request
	if e.Request != "" { // an empty field stays where it is
		s.Forget.Kind = kindOf(e.Request)
	}
	return s.resolved()
}

// resolved asks what the request would touch.
func (s State) resolved() (State, []Command) {
	s.Forget.Touch, s.Forget.Problem, s.Forget.Resolve = nil, nil, 0
	if !s.Data.Open || s.Link.Request == "" {
		return s, nil
	}
	s, job, commands := s.post(api.OpForgetSet, api.Resolve{Request: s.Link.Request, Seed: uint64(s.Link.Seed)})
	s.Forget.Resolve = job
	return s, commands
}

// PickMethod chooses how to forget.
type PickMethod struct{ Name string }

func (e PickMethod) apply(s State) (State, []Command) {
	s.Link.Method = e.Name
	if e.Name == DefaultMethod {
		s.Link.Method = ""
	}
	return s, nil
}

// AllMethods shows every method, or the short list.
type AllMethods struct{}

func (AllMethods) apply(s State) (State, []Command) {
	s.Forget.AllShown = !s.Forget.AllShown
	return s, nil
}

// StartForget runs the method, then measures. Meanwhile a second engine trains again; where there is none, the first
// does so after.
type StartForget struct{}

func (StartForget) apply(s State) (State, []Command) {
	if !s.CanForget() {
		return s, nil
	}
	return s.forget(s.Link.MethodName())
}

// forget starts the lanes with a method. A Retrain of the same request is not run again.
func (s State) forget(method string) (State, []Command) {
	s.Compare, s.Look, s.Doubt.Cheat = Comparing{}, Looking{}, ""
	s.Notice = nil
	if s.did(stepForget); slices.Contains(Cheats, method) && method != s.Link.MethodName() {
		s.did(method)
	}
	s.Forget.Unlearn = Lane{}
	if s.Forget.Done != s.Link.Request || s.Forget.Retrain.Phase != Finished || method == string(api.Retrain) {
		s.Forget.Retrain = Lane{Method: string(api.Retrain), Phase: Waiting}
	}
	s.Forget.Done = s.Link.Request
	if method == string(api.Retrain) {
		return s.retrain()
	}
	s, copied := s.race()
	s, job, commands := s.post(api.OpUnlearn, api.Unlearn{Method: method, Request: s.Forget.Done, Seed: uint64(s.Link.Seed)})
	s.Forget.Unlearn = Lane{Method: method, Job: job, Phase: Running, Began: s.Now, Progress: api.Progress{SecondsLeft: -1}}
	return s, append(copied, commands...)
}

// Undo goes back to the model as it was trained. What was unlearned so far was a trial on a copy; only EraseNow commits.
type Undo struct{}

func (Undo) apply(s State) (State, []Command) {
	if !s.CanUndo() {
		return s, nil
	}
	s.Forget.Unlearn, s.Forget.Retrain, s.Forget.Done = Lane{}, Lane{}, ""
	s.Compare, s.Look = Comparing{}, Looking{}
	s.Link.undid(order(stepForget))
	s, all := s.ranked()
	s, more := s.similar()
	return s, append(all, more...)
}

// CanUndo reports whether something was unlearned on trial.
func (s *State) CanUndo() bool {
	return !s.Busy() && (s.Forget.Unlearn.Phase == Finished || s.Forget.Retrain.Phase == Finished)
}

// retrain sends the second lane's command. Its clock starts with its first progress.
func (s State) retrain() (State, []Command) {
	s, job, commands := s.post(api.OpUnlearn, api.Unlearn{Method: string(api.Retrain), Request: s.Forget.Done, Seed: uint64(s.Link.Seed)})
	s.Forget.Retrain = Lane{Method: string(api.Retrain), Job: job, Phase: Waiting, Began: s.Now, Progress: api.Progress{SecondsLeft: -1}}
	return s, commands
}

// CanForget reports whether the request is understood and the engine free.
func (s *State) CanForget() bool {
	return s.Ready() && !s.Busy() && s.Forget.Touch != nil && s.Forget.Touch.Pairs+s.Forget.Touch.Items > 0
}

// laneOf is the lane that a job runs in, nil where it runs in none.
func (f *Forgetting) laneOf(job int) *Lane {
	switch job {
	case 0:
	case f.Unlearn.Job:
		return &f.Unlearn
	case f.Retrain.Job:
		return &f.Retrain
	}
	return nil
}

// StopLane cancels a lane.
type StopLane struct{ Job int }

func (e StopLane) apply(s State) (State, []Command) {
	l := s.Forget.laneOf(e.Job)
	if l == nil || l.Stopping {
		return s, nil
	}
	if e.Job == s.Race.Train {
		return s.stopped()
	}
	l.Stopping = true
	var all []Command
	if e.Job == s.Forget.Unlearn.Job { // the race stops with it
		s, all = s.stopped()
	}
	s, more := s.cancel(e.Job)
	return s, append(all, more...)
}

// ended closes a lane.
func (s *State) ended(l *Lane, phase Phase) {
	l.Phase, l.Job, l.Stopping = phase, 0, false
	l.Took = s.Now - l.Began
}

// CompareFor chooses whose lists are compared; below 0 the visitor's.
type CompareFor struct{ User int }

func (e CompareFor) apply(s State) (State, []Command) {
	s.Link.User = max(e.User+1, 0)
	return s.compared()
}

// compared asks for the comparison, once there is something to compare.
func (s State) compared() (State, []Command) {
	if s.Forget.Unlearn.Phase != Finished && s.Forget.Retrain.Phase != Finished {
		return s, nil
	}
	user := s.Link.User - 1
	s, job, commands := s.post(api.OpCompare, api.Compare{User: user, K: CompareSize})
	s.Compare.Job = job
	return s, commands
}
