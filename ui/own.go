package ui

import (
	"strings"

	"lethe/ui/text"
)

// Own is the fifth section: the visitor's own data.
type Own struct{ View }

// Layouts that the engine reads, by their key in the catalogue of words.
var Layouts = []string{"catalogue", "mmrec", "movielens", "recbole"}

// Free reports whether files can be opened now.
func (c *Own) Free() bool {
	return c.S.Engine.Hello != nil && c.S.Engine.Dead == "" && !c.S.Data.Opening && !c.S.Busy()
}

// DropText is what the drop zone says.
func (c *Own) DropText() string {
	switch {
	case c.S.Data.Opening && c.S.Data.Own != "":
		return c.T("data.reading", text.Clip(c.S.Data.Own, mostName))
	case c.S.Busy():
		return c.T("data.busy")
	}
	return c.T("data.drop")
}

// Facts about the open data.
func (c *Own) Facts() []TableRow {
	d := &c.S.Data.Info
	var modalities []string
	for _, m := range d.Modalities {
		modalities = append(modalities, c.T("data.modality", c.Known("modality.", m.Name), text.Int(m.Dim)))
	}
	if modalities == nil {
		modalities = []string{c.T("data.none")}
	}
	return []TableRow{
		{Head: c.T("data.name"), Cells: []string{text.Clip(d.Name, mostName)}},
		{Head: c.T("data.users"), Cells: []string{text.Int(d.Users)}},
		{Head: c.T("data.items"), Cells: []string{text.Int(d.Items)}},
		{Head: c.T("data.split"), Cells: []string{c.T("data.split.of", text.Int(d.Train), text.Int(d.Valid), text.Int(d.Test))}},
		{Head: c.T("data.modalities"), Cells: []string{strings.Join(modalities, ", ")}},
	}
}

const mostWarnings = 8

// Warnings that came with the data, the first few.
func (c *Own) Warnings() []string {
	w := c.S.Data.Info.Warnings
	return w[:min(len(w), mostWarnings)]
}

// MoreWarnings says how many others there are, "" where there are none.
func (c *Own) MoreWarnings() string {
	if n := len(c.S.Data.Info.Warnings) - mostWarnings; n > 0 {
		return c.T("data.more", text.Int(n))
	}
	return ""
}
