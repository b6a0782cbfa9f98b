package ui

import (
	"strings"

	"lethe/ui/text"
)

// Foot says where everything happens, and on what.
type Foot struct{ View }

// Engine is the engine's own description.
func (c *Foot) Engine() string {
	h := c.S.Engine.Hello
	if h == nil {
		return ""
	}
	simd := "foot.scalar"
	if h.SIMD {
		simd = "foot.simd"
	}
	return c.T("foot.engine", c.T(simd), strings.Join(h.Backends, ", "))
}

// Computes says which backend computes and why, "" before the first job.
func (c *Foot) Computes() string {
	x := c.S.Engine.Computes
	if x == nil {
		return ""
	}
	return c.T("computes."+string(x.Why), x.Backend, text.Fixed(x.Times, 1), x.Adapter)
}
