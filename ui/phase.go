package ui

import (
	"slices"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// A phase is some of the visitor's own clicks that must go: those on the prints of one motif, the latest, or any that
// are picked by hand. Its request names the prints by their numbers, as the link names the clicks.

// Group is some of the visitor's clicks, under a name.
type Group struct {
	Name  string // a motif; "" for the latest clicks
	Items []int  // in the order of the clicks
}

// Phases are the groups of clicks to choose from: one for each motif, the most frequent first, and the latest half.
func (s *State) Phases() []Group {
	var of []api.Item
	for _, i := range s.Link.Likes {
		of = append(of, s.Item(i))
	}
	var list []Group
	for _, f := range facets(of, func(it api.Item) []string { return it.Category }) {
		g := Group{Name: f.Name}
		for _, i := range s.Link.Likes {
			if slices.Contains(s.Item(i).Category, f.Name) {
				g.Items = append(g.Items, i)
			}
		}
		list = append(list, g)
	}
	list = list[:min(len(list), mostPhases)]
	if n := len(s.Link.Likes); n > 1 {
		list = append(list, Group{Items: s.Link.Likes[n-n/2:]})
	}
	return list
}

// mostPhases is how many motifs are offered.
const mostPhases = 8

// Phase is the clicks that the request names, nil where it names none.
func (s *State) Phase() []int {
	if kindOf(s.Link.Request) != ForgetPhase {
		return nil
	}
	return numbers(valueOf(s.Link.Request), mostLikes)
}

// recounted asks anew what a request about the visitor touches, after the clicks or the model have changed. A click that
// was taken back cannot be forgotten.
func (s State) recounted() (State, []Command) {
	switch kindOf(s.Link.Request) {
	case ForgetVisitor:
	case ForgetPhase:
		s.Link.Request = phaseOf(slices.DeleteFunc(s.Phase(), func(i int) bool { return !s.Likes(i) }))
	default:
		return s, nil
	}
	return s.resolved()
}

// phaseOf is the request for some clicks, "" for none.
func phaseOf(items []int) string {
	if len(items) == 0 {
		return ""
	}
	return RequestFor(ForgetPhase, list(items))
}

// PhaseNote says what to do with the form.
func (c *Forget) PhaseNote() string {
	if len(c.S.Link.Likes) == 0 {
		return c.T("phase.none")
	}
	return c.T("phase.note")
}

// GroupName is what a group's button says.
func (c *Forget) GroupName(g Group) string {
	if g.Name == "" {
		return c.N("phase.latest", len(g.Items))
	}
	return c.T("facet", text.Clip(g.Name, mostName), text.Int(len(g.Items)))
}

// Chosen reports whether the request is about just these clicks.
func (c *Forget) Chosen(g Group) bool { return c.S.Link.Request == phaseOf(g.Items) }

// Choose asks to forget a group.
func (c *Forget) Choose(g Group) { c.Do(Ask{Request: phaseOf(g.Items)}) }

// In reports whether the request names a click.
func (c *Forget) In(i int) bool { return slices.Contains(c.S.Phase(), i) }

// Toggle takes a click into the request, or out of it.
func (c *Forget) Toggle(i int) {
	var items []int
	for _, k := range c.S.Link.Likes {
		if c.In(k) != (k == i) {
			items = append(items, k)
		}
	}
	c.Do(Ask{Request: phaseOf(items)})
}
