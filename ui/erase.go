package ui

import (
	"slices"

	"lethe/ui/text"
)

// Erase is the last part of the Forget section: erasing for real, and which tier the request
// has reached.
type Erase struct{ View }

// Tier is the name of a tier, with when it was reached.
func (c *Erase) Tier(name string) string {
	line := c.T("tier." + name)
	e := &c.S.Erase
	if s, ok := e.Reached[name]; ok {
		return c.T("tier.reached", line, text.Fixed(s, 2))
	}
	switch {
	case name == "hidden" && (e.Tier == "hidden" || e.Job != 0):
		return c.T("tier.now", line)
	case name == "unlearned" && e.Job != 0:
		return c.T("tier.going", line)
	case name == "exact" && e.ExactJob != 0 && e.Progress.Total > 0:
		return c.T("tier.share", line, text.Int(Share(e.Progress)), c.Left(e.Progress))
	case name == "exact" && e.Exact:
		return c.T("tier.idle", line)
	}
	return line
}

// Spoken is the highest tier for those who hear the page, or the way to it; "" before there is one.
func (c *Erase) Spoken() string {
	e := &c.S.Erase
	if e.ExactJob != 0 && e.Progress.Total > 0 {
		return c.T("tier.exact") + ": " + c.Aloud(e.Progress)
	}
	for _, name := range slices.Backward(Tiers) {
		if _, reached := e.Reached[name]; reached {
			return c.Tier(name)
		}
	}
	return ""
}

// TierClass marks what was reached.
func (c *Erase) TierClass(name string) string {
	_, reached := c.S.Erase.Reached[name]
	return Class("tier", true, "is-reached", reached || name == "hidden" && c.S.Erase.Tier != "")
}

// Shown reports whether there is a request on its way, or was.
func (c *Erase) Shown() bool {
	e := &c.S.Erase
	return e.Job != 0 || e.Tier != "" || e.Exact
}

// Why is why nothing can be erased for real now, "" where it can.
func (c *Erase) Why() string {
	switch {
	case c.S.Keep.Known && c.S.Keep.Kept.Where == "":
		return c.Said(c.S.Keep.Kept.Why)
	case !c.S.CanErase() && c.S.Erase.Job == 0 && !c.S.Busy():
		return c.T("erase.choose")
	}
	return ""
}

// Problem is what went wrong, in words.
func (c *Erase) Problem() string {
	if f := c.S.Erase.Failure; f != nil {
		return c.Told(f)
	}
	return c.Said(c.S.Keep.Problem)
}

// ProblemIn is the Tongue of the Problem.
func (c *Erase) ProblemIn() any {
	if f := c.S.Erase.Failure; f != nil {
		return c.ToldIn(f)
	}
	return c.Tongue(c.S.Keep.Problem)
}

// KeptIn is the Tongue of why nothing is kept.
func (v View) KeptIn() any { return v.Tongue(v.S.Keep.Kept.Why) }

// Where is where things are kept, in a sentence.
func (v View) Where() string {
	k := &v.S.Keep.Kept
	switch {
	case !v.S.Keep.Known:
		return ""
	case k.Why != "":
		return v.Said(k.Why)
	case k.Where == "":
		return v.T("keep.nowhere")
	case k.Persistent:
		return v.T("keep.good", text.Bytes(int(k.Used)))
	}
	return v.T("keep.best", text.Bytes(int(k.Used)))
}

// Damage is the sentence about bytes that were found torn or changed.
func (v View) Damage() string {
	if d := v.S.Keep.Kept.Damage; len(d) > 0 {
		return v.T("keep.damage", d[0])
	}
	return ""
}
