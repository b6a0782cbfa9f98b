package ui

import (
	"math"
	"strings"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// Spread is the heat map of what nobody asked for: which parts of the catalogue take how many places of whose lists,
// before, and how that moved by forgetting and by training again. Each cell holds its number.
type Spread struct{ View }

// The steps of the shades: a change in percentage points, and a share in per cent.
var (
	changeSteps = []float64{.25, 1, 2, 4}
	shareSteps  = []float64{5, 10, 20, 40}
)

func (c *Spread) x() *api.Spread { return c.S.Look.Spread }

// Unit says what is counted.
func (c *Spread) Unit() string { return c.T("spread.unit", text.Int(c.x().K)) }

// Has reports whether a slot was looked at.
func (c *Spread) Has(slot api.Slot) bool { return len(c.x().Places[slot]) > 0 }

// Caption says what a slot's numbers are.
func (c *Spread) Caption(slot api.Slot) string {
	if slot == api.Before {
		return c.T("spread.share")
	}
	return c.T("spread.change")
}

// percent is a cell's value: a share in per cent before, and else the change since, in percentage points.
func (c *Spread) percent(slot api.Slot, cohort, group int) float64 {
	v := c.x().Places[slot][cohort][group]
	if slot != api.Before {
		v -= c.x().Places[api.Before][cohort][group]
	}
	return 100 * v
}

// Cell is a value as text: a share, or a change with its sign.
func (c *Spread) Cell(slot api.Slot, cohort, group int) string {
	v := c.percent(slot, cohort, group)
	if slot == api.Before {
		return c.Num(text.Fixed(v, 0))
	}
	return c.Num(c.signed(v))
}

func (c *Spread) signed(v float64) string {
	s := text.Fixed(v, 1)
	if v > 0 && s != text.Fixed(0, 1) {
		return "+" + s
	}
	return s
}

// Shade is a cell's class: how much, and which way.
func (c *Spread) Shade(slot api.Slot, cohort, group int) string {
	v := c.percent(slot, cohort, group)
	steps, name := changeSteps, "more"
	switch {
	case slot == api.Before:
		steps, name = shareSteps, "share"
	case v < 0:
		name = "less"
	}
	level := 0
	for _, s := range steps {
		if math.Abs(v) >= s {
			level++
		}
	}
	return "figure heat heat-" + name + "-" + text.Int(level)
}

// GroupName is what a part of the catalogue is called, CohortName a part of the people.
func (c *Spread) GroupName(g api.Group) string {
	if n, is := strings.CutPrefix(g.Name, popular); is {
		return c.T("spread.popularity", n)
	}
	return text.Clip(g.Name, mostName)
}

const popular = "popularity "

// OnWall reports whether the wall can show a part of the catalogue.
func (c *Spread) OnWall(g api.Group) bool { return !strings.HasPrefix(g.Name, popular) }

func (c *Spread) CohortName(g api.Group) string { return c.Known("cohort.", g.Name) }

// CohortNote says who they are, and how many.
func (c *Spread) CohortNote(g api.Group) string { return c.T("cohort.note."+g.Name, text.Int(g.Count)) }

// Items are those of a group, as the page's script reads them.
func (c *Spread) Items(g api.Group) string {
	return strings.ReplaceAll(list(g.Items), ".", " ")
}

// Reading says what moved most, how training again moved it, and how far the two are apart.
func (c *Spread) Reading() string {
	if !c.Has(api.After) || !c.Has(api.Before) {
		return ""
	}
	most, at, apart, n := -1.0, [2]int{}, 0.0, 0
	for k := range c.x().Cohorts {
		for g := range c.x().Groups {
			v := c.percent(api.After, k, g)
			if math.Abs(v) > most {
				most, at = math.Abs(v), [2]int{k, g}
			}
			if c.Has(api.Retrain) {
				apart += math.Abs(v - c.percent(api.Retrain, k, g))
			}
			n++
		}
	}
	if n == 0 {
		return ""
	}
	if most < .05 {
		return c.T("spread.still")
	}
	group, cohort := c.GroupName(c.x().Groups[at[1]]), c.T("cohort.for."+c.x().Cohorts[at[0]].Name)
	s := c.T("spread.most", group, cohort, c.signed(c.percent(api.After, at[0], at[1])))
	if c.Has(api.Retrain) {
		s += " " + c.T("spread.retrain", c.signed(c.percent(api.Retrain, at[0], at[1])), text.Fixed(apart/float64(n), 1))
	}
	return s
}
