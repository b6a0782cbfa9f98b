package ui

import (
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// Atlas is the Map section. The points themselves are drawn by public/map.js on the canvas; everything that is marked on
// them stands in the canvas's attributes.
type Atlas struct{ View }

// Missing says why there is no map, "" where there is one.
func (c *Atlas) Missing() string {
	switch a := &c.S.Atlas; {
	case a.Problem != "":
		return a.Problem
	case len(a.Points.Slots) > 0:
		return ""
	case c.S.Data.Open && !c.S.Ready():
		return c.T("shelf.nomodel")
	}
	return c.T("map.soon")
}

// Has reports whether a slot is on the map.
func (c *Atlas) Has(s api.Slot) bool { return slices.Contains(c.S.Atlas.Points.Slots, s) }

// Together is the map of all slots, side by side.
const Together api.Slot = "all"

// Slot is whose map is shown: the one in the link, and else all that there are.
func (c *Atlas) Slot() api.Slot {
	switch s := api.Slot(c.S.Link.Slot); {
	case c.Has(s):
		return s
	case len(c.S.Atlas.Points.Slots) > 1:
		return Together
	}
	return Slots[0]
}

// Names are what the slots on the map are called.
func (c *Atlas) Names() string {
	var names []string
	for _, s := range c.S.Atlas.Points.Slots {
		names = append(names, c.T("slot."+string(s)))
	}
	return strings.Join(names, "|")
}

func list(items []int) string {
	parts := make([]string, len(items))
	for k, i := range items {
		parts[k] = strconv.Itoa(i)
	}
	return strings.Join(parts, ".")
}

// Likes, Shelf and Gone are the items marked as such.
func (c *Atlas) Likes() string { return list(c.S.Link.Likes) }

func (c *Atlas) Shelf() string { return list(c.S.Shelf.Ranking.Items) }

func (c *Atlas) Gone() string { return list(c.S.Affected()) }

// Summary is the map in a sentence.
func (c *Atlas) Summary() string {
	p := c.S.Atlas.Points
	if len(p.Slots) == 0 {
		return c.Missing()
	}
	return c.T("map.summary", text.Int(p.Items), text.Int(p.Users), text.Int(len(c.S.Link.Likes)), text.Int(len(c.S.Shelf.Ranking.Items)), text.Int(len(c.S.Affected())))
}

// Tip names what is pointed at, or says that something can be.
func (c *Atlas) Tip() string {
	if i := c.S.Atlas.Hover - 1; i >= 0 {
		return c.Title(i)
	}
	return c.T("map.point")
}

// TipMore tells more of it: who made it, how many chose it, where it stands.
func (c *Atlas) TipMore() string {
	i := c.S.Atlas.Hover - 1
	if i < 0 {
		return ""
	}
	var more []string
	if by := c.By(i); by != "" {
		more = append(more, by)
	}
	if n := c.S.Item(i).Count; n > 0 {
		more = append(more, c.N("map.count", n))
	}
	if c.S.Likes(i) {
		more = append(more, c.T("map.liked"))
	}
	if rank := slices.Index(c.S.Shelf.Ranking.Items, i); rank >= 0 {
		more = append(more, c.T("map.rank", text.Int(rank+1)))
	}
	if slices.Contains(c.S.Phase(), i) || c.S.Affects(i) {
		more = append(more, c.T("map.key.gone"))
	}
	return strings.Join(more, " · ")
}

// Open reports whether the table is shown.
func (c *Atlas) Open() bool { return slices.Contains(c.S.Link.Tables, "map") && c.Missing() == "" }

// ItemRow is a line of the table about an item.
type ItemRow struct {
	Item, Head string
	Cells      []string
}

// Rows are the prints that moved most, or lie first where nothing has moved yet.
func (c *Atlas) Rows() []ItemRow {
	var rows []ItemRow
	for _, s := range c.S.Atlas.Shifts(20) {
		x, y, _ := c.S.Atlas.Place(api.Before, s.Item)
		rows = append(rows, ItemRow{strconv.Itoa(s.Item), c.Title(s.Item),
			[]string{c.Num(text.Fixed(x, 2)) + " | " + c.Num(text.Fixed(y, 2)), c.share(s.After), c.share(s.Retrain)}})
	}
	return rows
}

func (c *Atlas) share(x float64) string {
	if x != x {
		return "–"
	}
	return c.Num(text.Percent(x))
}
