package ui

import (
	"math"
	"strings"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Ranked is the shelf: what the model would show the visitor next, and why; or
// what it holds to be close to one print.
type Ranked struct{ View }

// Near reports whether the shelf shows a print's neighbours.
func (c *Ranked) Near() bool { return c.S.Link.Similar > 0 }

// Heading names the shelf.
func (c *Ranked) Heading() string {
	if c.Near() {
		return c.T("shelf.near", c.Title(c.S.Link.Similar-1))
	}
	return c.T("shelf.title")
}

// Note says what the shelf goes by.
func (c *Ranked) Note() string {
	switch s := c.S; {
	case !s.Data.Open && len(s.Shelf.Ranking.Items) > 0 && len(s.Link.Likes) == 0:
		return c.T("shelf.first")
	case !s.Data.Open && s.Shelf.Clicks > 0 && s.Shelf.Clicks == len(s.Link.Likes):
		return c.N("shelf.by", s.Shelf.Clicks)
	case !s.Data.Open:
		return c.T("shelf.waiting")
	case !s.Ready():
		return c.T("shelf.nomodel")
	case s.Shelf.Stale && s.Busy():
		return c.T("shelf.busy")
	case c.Near():
		return c.T("shelf.near.note")
	case s.Shelf.ByForgot:
		return c.T("shelf.forgot")
	case s.Shelf.Clicks == 0:
		return c.T("shelf.start")
	default:
		return c.N("shelf.by", s.Shelf.Clicks)
	}
}

// Took says how long the engine took to rank, "" for a list that came before it. Browsers' clocks are too coarse for a tenth of a millisecond.
func (c *Ranked) Took() string {
	r := c.ranking()
	switch {
	case len(r.Items) == 0 || c.S.Shelf.Turn == 0 || !c.S.Data.Open:
		return ""
	case r.Millis < 0.05:
		return c.T("shelf.took.less")
	}
	return c.T("shelf.took", text.Fixed(r.Millis, 1))
}

func (c *Ranked) ranking() *api.Ranking {
	if c.Near() {
		return &c.S.Shelf.Similar
	}
	return &c.S.Shelf.Ranking
}

// Items is the ranking, best first.
func (c *Ranked) Items() []int { return c.ranking().Items }

// ListClass changes with every ranking, so that its arrival can be seen.
func (c *Ranked) ListClass() string {
	return Class("shelf-list", true, "turn-a", c.S.Shelf.Turn%2 == 0, "turn-b", c.S.Shelf.Turn%2 == 1)
}

// WouldGo reports whether the open request would take an item away.
func (c *Ranked) WouldGo(i int) bool {
	return c.S.Forget.Unlearn.Phase != Finished && c.S.Affects(i)
}

// RecClass marks it.
func (c *Ranked) RecClass(i int) string { return Class("rec", true, "is-going", c.WouldGo(i)) }

// Label is what a print's button is called.
func (c *Ranked) Label(i int) string { return c.T("like", c.Title(i)) }

// MoveText says how far a print rose or fell, "" where it stayed.
func (c *Ranked) MoveText(rank int) string {
	if c.Near() {
		return ""
	}
	switch by, isNew := c.S.Shelf.Move(rank); {
	case isNew:
		return c.T("move.new")
	case by > 0:
		return c.T("move.up", text.Int(by))
	case by < 0:
		return c.T("move.down", text.Int(-by))
	}
	return ""
}

// MoveClass goes with MoveText.
func (c *Ranked) MoveClass(rank int) string {
	by, isNew := 0, false
	if !c.Near() {
		by, isNew = c.S.Shelf.Move(rank)
	}
	return Class("move", true, "up", by > 0, "down", by < 0, "new", isNew)
}

// Reason is one part of a score as a bar.
type Reason struct {
	Name, Width, Class string
}

// HasWhy reports whether the score of a rank has parts.
func (c *Ranked) HasWhy(rank int) bool {
	r := c.ranking()
	return rank < len(r.Why) && len(r.Why[rank]) > 1
}

// Why is the parts of a score, on one scale for the whole shelf.
func (c *Ranked) Why(rank int) []Reason {
	r := c.ranking()
	most := 0.0
	for _, parts := range r.Why {
		for _, p := range parts {
			most = max(most, math.Abs(p.Score))
		}
	}
	var list []Reason
	for _, p := range r.Why[rank] {
		w := 0.0
		if most > 0 {
			w = max(1, 100*math.Abs(p.Score)/most)
		}
		list = append(list, Reason{c.Known("why.", p.Name), chart.Number(w), Class("against", p.Score < 0)})
	}
	return list
}

// WhyText says the same in words, for those who hear the page.
func (c *Ranked) WhyText(rank int) string {
	total := 0.0
	for _, p := range c.ranking().Why[rank] {
		total += math.Abs(p.Score)
	}
	var words []string
	for _, p := range c.ranking().Why[rank] {
		share := 0.0
		if total > 0 {
			share = p.Score / total
		}
		words = append(words, c.Known("why.", p.Name)+" "+c.Num(text.Percent(share)))
	}
	return c.T("why.label", strings.Join(words, ", "))
}
