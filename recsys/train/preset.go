package train

import (
	"fmt"
	"slices"

	"lethe/recsys/api"
)

// Preset names a set of defaults for models and training.
//
//	paper  the protocol of the MMRec toolbox (Zhou 2023) and each paper's own settings:
//	       Adam at 1e-3, trainable feature tables where the authors' code trains them,
//	       MGCN's falling step size
//	fast   what reaches the best validation Recall@20 in less time; the default
//
// Both keep batches of 2048 with one negative per positive and stop 20 epochs after the best.
const (
	Paper = "paper"
	Fast  = "fast"
)

// Presets lists the names, the default first.
func Presets() []string { return []string{Fast, Paper} }

// Preset fills the zero fields of c that its preset sets; the others keep the defaults
// of models and of training.
func Preset(c api.Train) (api.Train, error) {
	if c.Preset == "" {
		c.Preset = Fast
	}
	if !slices.Contains(Presets(), c.Preset) {
		return c, fmt.Errorf("preset %q is not known: use one of %v", c.Preset, Presets())
	}
	if c.Preset == Paper {
		or(&c.Train.Rate, 1e-3)
		switch c.Model.Name {
		case "freedom":
			c.Model.Trainable = true
		case "mgcn":
			c.Model.Trainable = true
			or(&c.Model.Aux, 1e-3) // of the paper's .001, .01, .1
			or(&c.Train.Decay, 0.96)
		}
	} else if c.Model.Name == "freedom" {
		or(&c.Train.Rate, 2e-3)
		or(&c.Model.Dim, 128)
		or(&c.Model.Prune, 0.9)
		or(&c.Model.Reg, 0.01)
	}
	return c, nil
}

// or sets a zero field.
func or[T int | float64](x *T, otherwise T) {
	if *x == 0 {
		*x = otherwise
	}
}
