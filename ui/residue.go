package ui

import (
	"slices"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Residue shows what is left of an image that was withdrawn: what a stranger guesses of it from the model, before, after
// and trained again.
type Residue struct{ View }

// The gap to Retrain, in places out of a hundred, that is worth a word: one print is one draw of chance.
const residueGap = 10

// Source is a vector that the image is read off, with its guesses.
type Source struct {
	Key    string
	Traces map[api.Slot]api.Trace
}

// Sources are the print's own vector and the people who chose it.
func (c *Residue) Sources() []Source {
	r := c.S.Look.Residue
	return slices.DeleteFunc([]Source{{"own", r.Own}, {"people", r.People}}, func(s Source) bool { return len(s.Traces) == 0 })
}

// Behind is how many of a hundred other images the guess puts behind the right one.
func (c *Residue) Behind(s Source, slot api.Slot) int { return int(100*s.Traces[slot].Beats + .5) }

// Width is the bar of a guess.
func (c *Residue) Width(s Source, slot api.Slot) string {
	return chart.Number(100 * s.Traces[slot].Beats)
}

// Says is a guess in words.
func (c *Residue) Says(s Source, slot api.Slot) string {
	if _, ok := s.Traces[slot]; !ok {
		return c.T("slot.empty")
	}
	return c.T("residue.behind", text.Int(c.Behind(s, slot)))
}

// Near are the prints whose images the guess from the print's own vector is most like.
func (c *Residue) Near(slot api.Slot) []int { return c.S.Look.Residue.Own[slot].Near }

// Reading says what it comes to.
func (c *Residue) Reading() string {
	own := Source{"own", c.S.Look.Residue.Own}
	_, after := own.Traces[api.After]
	_, retrain := own.Traces[api.Retrain]
	if !after || !retrain {
		return ""
	}
	before, gap := c.Behind(own, api.Before)-c.Behind(own, api.Retrain), c.Behind(own, api.After)-c.Behind(own, api.Retrain)
	switch {
	case gap > residueGap:
		return c.T("residue.left")
	case gap < -residueGap:
		return c.T("residue.over")
	case before <= residueGap:
		return c.T("residue.never")
	}
	return c.T("residue.gone")
}

// Open reports whether the table is shown.
func (c *Residue) Open() bool { return slices.Contains(c.S.Link.Tables, "residue") }

// Cell is a figure of the table.
func (c *Residue) Cell(s Source, slot api.Slot) string {
	if t, ok := s.Traces[slot]; ok {
		return c.Num(text.Fixed(t.Beats, 3))
	}
	return "–"
}
