package ui

import (
	"strings"

	"lethe/ui/text"
)

// Again offers to repeat what a link says, and says how far that is.
type Again struct{ View }

// Shown reports whether there is something to repeat.
func (c *Again) Shown() bool {
	return c.S.Ready() && (c.S.Repeat.Going || len(c.S.Repeat.Steps) > 0 && !c.S.Busy())
}

// Line names the steps, or the one that runs.
func (c *Again) Line() string {
	r := &c.S.Repeat
	if r.Going {
		at := r.Of - len(r.Steps)
		return c.T("again.going", text.Int(at), text.Int(r.Of), c.step(c.running()))
	}
	var names []string
	for _, step := range r.Steps {
		names = append(names, c.step(step))
	}
	return c.T("again.offer", strings.Join(names, ", "))
}

// running is the step that runs.
func (c *Again) running() string {
	switch {
	case c.S.Train.Job != 0:
		return stepTrain
	case c.S.Look.RelearnJob != 0:
		return stepRelearn
	}
	return stepForget
}

func (c *Again) step(step string) string {
	switch step {
	case stepTrain:
		return c.T("again.train", c.Known("model.", c.S.Link.ModelName()))
	case stepRelearn:
		return c.T("again.race")
	}
	return c.T("again.forget")
}

// Not is the word for not doing it, or for no more of it.
func (c *Again) Not() string {
	if c.S.Repeat.Going {
		return c.T("again.stop")
	}
	return c.T("again.not")
}
