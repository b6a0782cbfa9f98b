package ui

// Kept is what stays in this browser, and the ways to take it along or destroy it.
type Kept struct{ View }

// WipeText is on the button that destroys.
func (c *Kept) WipeText() string {
	if c.S.Keep.Wiping {
		return c.T("keep.wipe.sure")
	}
	return c.T("keep.wipe")
}

// Can reports whether there is something to save or destroy.
func (c *Kept) Can() bool { return c.S.Data.Open && c.S.Keep.Kept.Where != "" && !c.S.Busy() }
