package ui

import (
	"slices"
	"strings"
)

// What a visitor had done stands in the link, so that whoever opens it can have the same done again, with the same numbers. The steps are
// stepTrain, stepForget or the name of a cheat, and stepRelearn, in this order; each may be missing.
const (
	stepTrain   = "train"
	stepForget  = "forget"
	stepRelearn = "race"
)

// order ranks the steps; 0 is none.
func order(step string) int {
	switch {
	case step == stepTrain:
		return 1
	case step == stepForget || slices.Contains(Cheats, step):
		return 2
	case step == stepRelearn:
		return 3
	}
	return 0
}

// steps reads "train.forget.race" and leaves out what is none, or out of order.
func steps(s string) (list []string) {
	last := 0
	for _, step := range strings.Split(s, ".") {
		if at := order(step); at > last {
			list, last = append(list, step), at
		}
	}
	return list
}

// did notes a step that begins; what stood in its place and after it is so no longer. Whoever does something else than the link says is not
// asked again.
func (s *State) did(step string) {
	s.Link.undid(order(step))
	s.Link.Did = append(s.Link.Did, step)
	if !s.Repeat.Going {
		s.Repeat = Repeating{}
	}
}

// undid takes the steps of an order and those after it out of the link.
func (l *Link) undid(from int) {
	l.Did = slices.DeleteFunc(slices.Clone(l.Did), func(step string) bool { return order(step) >= from })
}

// stillSo takes out of the link what was not done with what it names now.
func (s *State) stillSo(before Link) {
	now := &s.Link
	switch {
	case len(now.Did) == 0:
	case now.Model != before.Model || now.Epochs != before.Epochs || now.Seed != before.Seed || now.Backend != before.Backend || !slices.Equal(now.Likes, before.Likes):
		s.Link.undid(1)
	case now.Request != before.Request || now.Method != before.Method:
		s.Link.undid(2)
	}
}

// Repeating is what a link asks for: the steps that whoever shared it had done.
type Repeating struct {
	Steps []string // to do still; the page offers them, or does them
	Going bool
	Of    int // how many there were
}

// Repeat does what the link says; NoRepeat does not, or stops after the step that runs.
type (
	Repeat   struct{}
	NoRepeat struct{}
)

func (Repeat) apply(s State) (State, []Command) {
	s.Repeat.Going, s.Repeat.Of = true, len(s.Repeat.Steps)
	return s.repeated()
}

func (NoRepeat) apply(s State) (State, []Command) {
	s.Repeat = Repeating{}
	return s, nil
}

// repeated does the next step of the link, once the one before is done and all that follows from it.
func (s State) repeated() (State, []Command) {
	if !s.Repeat.Going || s.Busy() || len(s.Jobs) > 0 {
		return s, nil
	}
	steps := s.Repeat.Steps
	if len(steps) == 0 {
		return NoRepeat{}.apply(s)
	}
	s.Repeat.Steps = steps[1:]
	before := s.LastID
	var all []Command
	switch step := steps[0]; step {
	case stepTrain:
		s, all = StartTrain{}.apply(s)
	case stepForget:
		s, all = StartForget{}.apply(s)
	case stepRelearn:
		s, all = StartRelearn{}.apply(s)
	default:
		s, all = Cheat{step}.apply(s)
	}
	if s.LastID == before { // it cannot be done here
		s.Repeat = Repeating{}
	}
	return s, all
}
