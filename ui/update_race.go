package ui

import (
	"slices"

	"lethe/recsys/api"
)

// Racing is the second engine, in which Retrain runs while the first unlearns. It gets data, clicks and the trained
// model from the first, hands its own model back, and ends. The zero value races nobody: Retrain runs after, in the first.
type Racing struct {
	Spare bool        // one waits to be started
	Asked api.Unlearn // what it was asked for
	// Jobs: Copy is the first engine's, of all that the second needs; the others are the second's, 0 while it does not run.
	Copy, Adopt, Train, Export int
}

// The second engine.
type (
	// Spare says that a second engine can be started.
	Spare struct{}
	// FromSecond is a message of the second engine.
	FromSecond struct{ api.Message }
	// SecondBroke says that the second engine cannot be started, or died.
	SecondBroke struct{}

	// PostSecond sends a message to the second engine, with the bytes under a ticket, if any.
	PostSecond struct {
		api.Message
		Ticket int
	}
	// KeepBody has the host hold the body of a job's answer, so that it need not pass through the page's memory. Its ticket
	// is the job's number below 0. Of an earlier job nothing is held any more.
	KeepBody struct{ Job int }
	// EndSecond ends the second engine and has another wait.
	EndSecond struct{}
)

func (Spare) apply(s State) (State, []Command) {
	s.Race.Spare = true
	return s, nil
}

func (SecondBroke) apply(s State) (State, []Command) {
	s.Race.Spare = false
	return s.alone()
}

func (e FromSecond) apply(s State) (State, []Command) {
	switch e.ID {
	case 0:
		return s, nil // what it introduces itself with
	case s.Race.Adopt, s.Race.Train, s.Race.Export:
	default:
		return s, nil // of a race that is over
	}
	switch e.Op {
	case api.OpProgress:
		return FromEngine(e).progress(s)
	case api.OpFailed:
		return s.alone()
	case api.OpDone:
		switch e.ID {
		case s.Race.Train:
			var r api.Row
			if err := e.Decode(&r); err != nil {
				return s.alone()
			}
			s.Forget.Retrain.Row = &r
			s, export := s.second(api.OpExport, api.Export{Slot: api.Retrain}, 0)
			s.Race.Export = s.LastID
			return s, append([]Command{KeepBody{s.LastID}}, export)
		case s.Race.Export:
			return s.handedOver()
		}
	}
	return s, nil
}

// race asks the first engine for what the second needs, where there is one and Retrain is to come.
func (s State) race() (State, []Command) {
	if !s.Race.Spare || s.Forget.Retrain.Phase != Waiting {
		return s, nil
	}
	s, job, commands := s.post(api.OpBackup, struct{}{})
	s.Race.Copy = job
	return s, append([]Command{KeepBody{job}}, commands...)
}

// copied starts the second engine with the answer.
func (s State) copied() (State, []Command) {
	s.Race.Asked = api.Unlearn{Method: string(api.Retrain), Request: s.Forget.Done, Seed: uint64(s.Link.Seed)}
	s, adopt := s.second(api.OpAdopt, struct{}{}, -s.Race.Copy)
	s.Race.Adopt, s.Race.Copy, s.Race.Spare = s.LastID, 0, false
	s, train := s.second(api.OpUnlearn, s.Race.Asked, 0)
	s.Race.Train = s.LastID
	s.Forget.Retrain = Lane{Method: s.Race.Asked.Method, Job: s.LastID, Phase: Running, Began: s.Now, Progress: api.Progress{SecondsLeft: -1}}
	return s, []Command{adopt, train}
}

// second sends a command to the second engine. Its jobs are not the first engine's.
func (s State) second(op api.Op, head any, ticket int) (State, Command) {
	s.LastID++
	return s, PostSecond{Message: api.NewMessage(s.LastID, op, head, nil), Ticket: ticket}
}

// handedOver puts the second engine's result into the first, where everything goes on as if it had been made there.
func (s State) handedOver() (State, []Command) {
	result := s.Race.Asked
	result.Row = s.Forget.Retrain.Row
	s.LastID++
	s.Jobs = append(slices.Clone(s.Jobs), Job{ID: s.LastID, Op: api.OpUnlearn})
	s.Forget.Retrain.Job = s.LastID
	post := PostFiles{Message: api.NewMessage(s.LastID, api.OpUnlearn, result, nil), Ticket: -s.Race.Export}
	s, end := s.raced()
	return s, append([]Command{post}, end...)
}

// alone lets Retrain run in the first engine after all, where a race is on.
func (s State) alone() (State, []Command) {
	if !s.Race.on() {
		return s, nil
	}
	s, all := s.raced()
	s.Forget.Retrain = Lane{Method: string(api.Retrain), Phase: Waiting}
	if s.Forget.Unlearn.Phase != Finished { // its end starts it
		return s, all
	}
	s, more := s.retrain()
	return s, append(all, more...)
}

// stopped ends the race, and with it Retrain's lane.
func (s State) stopped() (State, []Command) {
	if !s.Race.on() {
		return s, nil
	}
	s, all := s.raced()
	s.ended(&s.Forget.Retrain, Cancelled)
	return s, all
}

// raced ends the second engine, if it runs.
func (s State) raced() (State, []Command) {
	runs := s.Race.Train != 0
	s.Race = Racing{Spare: s.Race.Spare}
	if !runs {
		return s, nil
	}
	return s, []Command{EndSecond{}}
}

// on reports whether the second engine runs, or is about to.
func (r Racing) on() bool { return r.Copy != 0 || r.Train != 0 }
