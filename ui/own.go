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
		{c.T("data.name"), []string{text.Clip(d.Name, mostName)}},
		{c.T("data.users"), []string{text.Int(d.Users)}},
		{c.T("data.items"), []string{text.Int(d.Items)}},
		{c.T("data.split"), []string{c.T("data.split.of", text.Int(d.Train), text.Int(d.Valid), text.Int(d.Test))}},
		{c.T("data.modalities"), []string{strings.Join(modalities, ", ")}},
	}
}

const mostWarnings = 8

// Warnings that came with the data, the first few.
func (c *Own) Warnings() []string {
	w := c.S.Data.Info.Warnings
	if len(w) > mostWarnings {
		w = append(w[:mostWarnings:mostWarnings], c.T("data.more", text.Int(len(w)-mostWarnings)))
	}
	return w
}
