package ui

import (
	"lethe/ui/text"
)

// Track shows one lane: its clock, how far it is, and the worst moment on the way.
type Track struct {
	View
	Lane  *Lane
	Whose string // after or retrain
}

// Classes tells the lanes and their phases apart.
func (c *Track) Classes() string {
	return Class("lane", true, "lane-"+c.Whose, true, "is-idle", c.Lane.Phase == Idle || c.Lane.Phase == Waiting, "is-done", c.Lane.Phase == Finished)
}

// Title names the lane by its method.
func (c *Track) Title() string {
	if c.Whose == "retrain" {
		return c.T("lane.retrain")
	}
	name := c.Lane.Method
	if name == "" {
		name = c.S.Link.MethodName()
	}
	return c.T("lane.unlearn", c.Known("method.", name))
}

func (c *Track) seconds() float64 { return c.Lane.Seconds(c.S.Now) }

// Clock is the lane's own time.
func (c *Track) Clock() string { return c.Num(text.Clock(c.seconds())) }

// Spoken is the lane's state for those who hear the page, "" before it moves.
func (c *Track) Spoken() string {
	switch c.Lane.Phase {
	case Idle, Waiting:
		return ""
	case Running:
		return c.Title() + ": " + c.Aloud(c.Lane.Progress)
	}
	return c.Title() + ": " + c.Line()
}

// Unit is what the clock counts.
func (c *Track) Unit() string {
	if c.seconds() < 60 {
		return c.T("unit.s")
	}
	return c.T("unit.min")
}

// Width is how far the lane is, in per cent.
func (c *Track) Width() int {
	if c.Lane.Row != nil {
		return 100
	}
	return Share(c.Lane.Progress)
}

// StopText is what the lane's button says.
func (c *Track) StopText() string {
	if c.Lane.Stopping {
		return c.T("stopping")
	}
	return c.T("lane.stop")
}

// Line is the lane's state in a sentence.
func (c *Track) Line() string {
	l := c.Lane
	switch l.Phase {
	case Waiting:
		return c.T("lane.waiting")
	case Running:
		if l.Row != nil { // on its way to the first engine
			return c.T("lane.finished")
		}
		if l.Stopping {
			return c.T("stopping")
		}
		if l.Progress.Total == 0 {
			return c.T("lane.starting")
		}
		return c.T("lane.running", c.Known("stage.", l.Progress.Stage), text.Int(c.step()), c.Left(l.Progress))
	case Finished:
		return c.T("lane.finished")
	case Cancelled:
		return c.T("lane.cancelled")
	case Failed:
		if l.Failure != nil {
			return c.Told(l.Failure)
		}
	}
	return c.T("lane.idle." + c.Whose)
}

// step is the last step, or epoch, that the engine told of.
func (c *Track) step() int {
	if n := len(c.Lane.Curve); n > 0 {
		return c.Lane.Curve[n-1].Step
	}
	return 0
}

// Worst is the lowest validation recall on the way.
func (c *Track) Worst() string {
	if c.Lane.Row != nil && c.Lane.Row.WorstRetainRecall != nil {
		return c.T("lane.worst", text.Fixed(*c.Lane.Row.WorstRetainRecall, 4))
	}
	lowest, at := 0.0, -1
	for _, p := range c.Lane.Curve {
		if v, ok := p.Valid[validMeasure]; ok && c.Whose != "retrain" && (at < 0 || v < lowest) {
			lowest, at = v, p.Step
		}
	}
	if at >= 0 {
		return c.T("lane.worst.at", text.Fixed(lowest, 4), text.Int(at))
	}
	return ""
}
