package ui

import (
	"slices"

	"lethe/ui/text"
)

// Rail leads to the sections and says how the engine is.
type Rail struct{ View }

// Current marks the section in view; nil leaves the attribute out.
func (c *Rail) Current(p Place) any {
	if at := c.S.Link.Place; at == p || at == "" && p == Places[0] {
		return "true"
	}
	return nil
}

// OtherLang is the language that the button goes to.
func (c View) OtherLang() string {
	i := slices.Index(text.Languages, c.S.Lang)
	return text.Languages[(i+1)%len(text.Languages)]
}

// ThemeName is the colour scheme in force.
func (c View) ThemeName() string {
	if c.S.Theme == "" {
		return "system"
	}
	return c.S.Theme
}

// Status is one line about the engine and the data.
func (c *Rail) Status() string {
	switch s := c.S; {
	case s.Engine.Dead != "":
		return c.T("status.dead")
	case s.Engine.Hello == nil:
		return c.T("status.waking")
	case s.Data.Opening:
		return c.T("status.opening")
	case !s.Data.Open:
		return c.T("status.empty")
	case s.Train.Job != 0:
		return c.T("status.training", text.Int(Share(s.Train.Progress)))
	case s.Busy():
		return c.T("status.forgetting")
	default:
		return c.T("status.idle", text.Int(s.Data.Info.Items), text.Int(s.Data.Info.Users))
	}
}
