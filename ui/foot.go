package ui

import "strings"

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
