package ui

import (
	"math"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Relearn is the race at learning again: who relearns a handful of the forgotten faster than a model that never knew, or
// faster than something new, remembers.
type Relearn struct{ View }

// Runners of the race in their order, and the classes of their lines.
var runners = []string{"after", "retrain", "unseen"}

// Lines are the runners' curves so far.
func (c *Relearn) Lines() []Line {
	lines := make([]Line, len(runners))
	for k, name := range runners {
		lines[k] = Line{Name: c.T("runner." + name), Class: name}
		for _, p := range c.S.Look.Race {
			if k < len(p.Race) {
				lines[k].Points = append(lines[k].Points, chart.XY{X: float64(p.Step), Y: p.Race[k]})
			}
		}
	}
	return lines
}

// Level is the value that tells nothing.
func (c *Relearn) Level() *float64 {
	half := .5
	return &half
}

// XMax is where the race ends.
func (c *Relearn) XMax() float64 { return float64(max(c.S.Look.Progress.Total, 1)) }

// Line says how the race stands, or why there is none.
func (c *Relearn) Line() string {
	l := &c.S.Look
	switch {
	case l.RelearnJob != 0 && l.RelearnStopping:
		return c.T("stopping")
	case l.RelearnJob != 0 && len(l.Race) == 0:
		return c.T("lane.starting")
	case l.RelearnJob != 0:
		return c.T("relearn.running", text.Int(l.Race[len(l.Race)-1].Step), c.Left(l.Progress))
	case l.Problem != nil:
		return c.Told(l.Problem)
	case l.Relearned != nil:
		return c.Verdict()
	case !c.S.CanRelearn():
		return c.T("relearn.none")
	}
	return c.T("relearn.ready")
}

// Spoken is the race for those who hear the page, "" before there is one.
func (c *Relearn) Spoken() string {
	switch l := &c.S.Look; {
	case l.RelearnJob != 0:
		return c.Aloud(l.Progress)
	case l.Relearned != nil:
		return c.Verdict()
	}
	return ""
}

// Verdict says who remembers: whoever is ahead from the start, or gains more than Retrain does, by more than chance
// explains.
func (c *Relearn) Verdict() string {
	r := c.S.Look.Relearned
	if len(r.Gain) < len(runners) {
		return ""
	}
	faster, chance := r.Gain[0].Value-r.Gain[1].Value, atOnce*math.Hypot(r.Gain[0].SE, r.Gain[1].SE)
	switch {
	case r.Ahead.Value > atOnce*r.Ahead.SE && r.Ahead.Value > gaugeGood:
		return c.T("relearn.ahead")
	case faster > chance && faster > gaugeGood:
		return c.T("relearn.faster")
	case r.Ahead.Value < -atOnce*r.Ahead.SE && r.Ahead.Value < -gaugeGood:
		return c.T("relearn.behind")
	}
	return c.T("relearn.even")
}

// Numbers are what the verdict stands on.
func (c *Relearn) Numbers() string {
	r := c.S.Look.Relearned
	if r == nil || len(r.Gain) < len(runners) {
		return ""
	}
	gain := func(k int) string {
		return c.Num(text.Fixed(r.Gain[k].Value, 2)) + "\u00a0±\u00a0" + c.Num(text.Fixed(r.Gain[k].SE, 2))
	}
	return c.T("relearn.numbers", text.Int(r.Known), text.Int(r.Held), gain(0), gain(1), gain(2), c.Num(text.Fixed(r.Ahead.Value, 2))+"\u00a0±\u00a0"+c.Num(text.Fixed(r.Ahead.SE, 2)))
}

// CanRelearn reports whether both models are there and the engine is free.
func (s *State) CanRelearn() bool {
	return !s.Busy() && s.Forget.Unlearn.Phase == Finished && s.Forget.Retrain.Phase == Finished
}

// StartRelearn runs the race; StopRelearn ends it.
type (
	StartRelearn struct{}
	StopRelearn  struct{}
)

func (StartRelearn) apply(s State) (State, []Command) {
	if !s.CanRelearn() {
		return s, nil
	}
	s, job, commands := s.post(api.OpRelearn, struct{}{})
	s.Look.RelearnJob, s.Look.Race, s.Look.Relearned, s.Look.Problem = job, nil, nil, nil
	s.Look.Progress = api.Progress{SecondsLeft: -1}
	s.did(stepRelearn)
	return s, commands
}

func (StopRelearn) apply(s State) (State, []Command) {
	if s.Look.RelearnJob == 0 || s.Look.RelearnStopping {
		return s, nil
	}
	s.Look.RelearnStopping = true
	return s.cancel(s.Look.RelearnJob)
}

// relearned ends the race.
func (e FromEngine) relearned(s State, job Job) (State, []Command) {
	if job.ID != s.Look.RelearnJob {
		return s, nil
	}
	s.Look.RelearnJob, s.Look.RelearnStopping = 0, false
	if e.Op == api.OpFailed {
		s.Link.undid(order(stepRelearn))
		s.Repeat = Repeating{}
		var f api.Failure
		if err := e.Decode(&f); err == nil && f.Code != api.CodeCancelled {
			s.Look.Problem = &f
		}
		return s, nil
	}
	var r api.Relearned
	if err := e.Decode(&r); err == nil {
		s.Look.Relearned, s.Look.Race = &r, r.Curve
	}
	return s, nil
}
