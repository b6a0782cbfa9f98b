package ui

import (
	"github.com/vugu/vugu"

	"lethe/ui/text"
)

// Wall hangs one page of the catalogue and filters it.
type Wall struct{ View }

// Search, Creator and Theme read the filter's fields.
func (c *Wall) Search(e vugu.DOMEvent) {
	v := e.PropString("target", "value")
	c.Do(Filter{Query: &v})
}

func (c *Wall) Creator(e vugu.DOMEvent) {
	v := e.PropString("target", "value")
	c.Do(Filter{Creator: &v})
}

func (c *Wall) Theme(e vugu.DOMEvent) {
	v := e.PropString("target", "value")
	c.Do(Filter{Theme: &v})
}

// Filters reports whether a filter has a choice to offer, or may have one once the
// data are there: nothing moves then.
func (c *Wall) Filters(f []Facet) bool { return len(f) > 1 || !c.S.Data.Open }

// Label is what a print's button is called.
func (c *Wall) Label(i int) string {
	if by := c.By(i); by != "" {
		return c.T("like.by", c.Title(i), by)
	}
	return c.T("like", c.Title(i))
}

// Count says how many prints pass the filter and how many were clicked.
func (c *Wall) Count() string {
	d := &c.S.Data
	if !d.Open {
		return c.T("wall.loading")
	}
	s := c.N("wall.count", len(d.Wall))
	if n := len(d.Info.Catalog); n != len(d.Wall) {
		s = c.T("wall.filtered", text.Int(len(d.Wall)), text.Int(n))
	}
	if n := len(c.S.Link.Likes); n > 0 {
		s += " · " + c.N("wall.liked", n)
	}
	return s
}

// PageOf is "2 of 28".
func (c *Wall) PageOf() string { return c.T("of", text.Int(c.S.Link.Page+1), text.Int(c.S.Pages())) }
