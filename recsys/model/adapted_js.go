//go:build js && !lab

package model

import (
	"errors"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// Adapted is not in the page's engine: see adapted.go.
type Adapted struct{ Model }

func newAdapted(api.ModelConfig, *data.Dataset) (Model, error) {
	return nil, errors.New("models with licence adapters are in lab.wasm and in the command line")
}

// Base is never called here.
func (m *Adapted) Base() Model { return m.Model }

// Finish is never called here.
func (m *Adapted) Finish(*dense.Params, dense.Matrix, string, []bool) error { return nil }

// Groups is never called here.
func (m *Adapted) Groups([]int32) []bool { return nil }
