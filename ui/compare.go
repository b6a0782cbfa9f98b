package ui

import (
	"slices"
	"strconv"
	"strings"

	"github.com/vugu/vugu"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// Compare is the fourth section: before, after and Retrain side by side.
type Compare struct{ View }

// Slots in the order they are shown, everywhere the same.
var Slots = []api.Slot{api.Before, api.After, api.Retrain}

// Empty says why there is nothing to compare yet.
func (c *Compare) Empty() string {
	if c.S.Forget.Done != "" && c.S.Busy() || c.S.waits(api.OpCompare) {
		return c.T("compare.soon")
	}
	return c.T("compare.none")
}

// User is the number in the field, "" for the visitor.
func (c *Compare) User() string {
	if c.S.Link.User == 0 {
		return ""
	}
	return strconv.Itoa(c.S.Link.User - 1)
}

// SetUser reads the field; what is no user's number means the visitor.
func (c *Compare) SetUser(e vugu.DOMEvent) {
	n, err := strconv.Atoi(strings.TrimSpace(e.PropString("target", "value")))
	if err != nil || n < 0 || n >= c.S.Data.Info.Users {
		n = -1
	}
	c.Do(CompareFor{User: n})
}

// UserLabel says which users there are.
func (c *Compare) UserLabel() string {
	return c.T("compare.user", text.Int(max(c.S.Data.Info.Users-1, 0)))
}

// Whose says whose lists these are.
func (c *Compare) Whose() string {
	if c.S.Link.User == 0 {
		return c.T("compare.yours")
	}
	return c.T("compare.theirs", c.User())
}

// List is a slot's ranking.
func (c *Compare) List(s api.Slot) []int { return c.S.Compare.Result.Lists[s].Items }

// ColumnNote says what a slot is, or that it is not there.
func (c *Compare) ColumnNote(s api.Slot) string {
	if len(c.List(s)) == 0 {
		return c.T("slot.empty")
	}
	return c.T("slot.note." + string(s))
}

// Move is how an entry's rank differs from before.
func (c *Compare) Move(s api.Slot, k int) string {
	if s == api.Before {
		after := c.List(api.After)
		switch item := c.List(s)[k]; {
		case c.forgotten(item):
			return c.T("move.gone")
		case len(after) > 0 && !slices.Contains(after, item):
			return c.T("move.left")
		}
		return ""
	}
	switch was := slices.Index(c.List(api.Before), c.List(s)[k]); {
	case was < 0:
		return c.T("move.new")
	case was > k:
		return c.T("move.up", text.Int(was-k))
	case was < k:
		return c.T("move.down", text.Int(k-was))
	}
	return c.T("move.same")
}

// EntryClass marks what is gone after, and what is new.
func (c *Compare) EntryClass(s api.Slot, item int) string {
	fresh := s != api.Before && !slices.Contains(c.List(api.Before), item)
	return Class("entry", true, "is-gone", s == api.Before && c.forgotten(item), "is-new", fresh)
}

// forgotten reports whether an item itself is what had to go.
func (c *Compare) forgotten(item int) bool {
	request := c.S.Compare.Result.Forget.Request
	switch kindOf(request) {
	case ForgetItem:
		return c.S.Item(item).ID == valueOf(request)
	case ForgetCreator:
		return c.S.Item(item).Creator == valueOf(request)
	}
	return false
}

// Touched are users whom the request touches, to look at.
func (c *Compare) Touched() []int { return c.S.Compare.Result.Forget.Touched }

// Caption says what was forgotten.
func (c *Compare) Caption() string {
	f := c.S.Compare.Result.Forget
	what := text.Clip(f.Request, mostText)
	if k := kindOf(f.Request); k != "" {
		what = c.T("forgot."+string(k), text.Clip(valueOf(f.Request), mostText))
	}
	return c.T("compare.caption", what, text.Int(f.Pairs), text.Percent(f.Share))
}

// Measures are those that some model has.
func (c *Compare) Measures() []Measure {
	return slices.DeleteFunc(slices.Clone(measures), func(m Measure) bool {
		return !slices.ContainsFunc(Slots, func(s api.Slot) bool { return cell(m, c.S.Compare.Result.Rows, s) != nil })
	})
}

// Cell is a figure of the table.
func (c *Compare) Cell(m Measure, s api.Slot) string {
	return c.Num(text.Maybe(cell(m, c.S.Compare.Result.Rows, s), m.Decimals))
}
