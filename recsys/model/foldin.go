package model

import (
	"lethe/recsys/dense"
	"lethe/recsys/rank"
)

// Folder gives a vector to a user whom no training has seen, from the items they like;
// none give a vector that scores everything 0.
type Folder interface {
	User(liked []int32) []float32
}

// NewFolder is the model's own way to fold users in where it has one, else rank.FoldIn on its
// final item vectors. Items marked in hidden (nil: none) are not part of the catalogue.
func NewFolder(m Model, items dense.Matrix, hidden []bool) Folder {
	if f, ok := m.(Folder); ok {
		return f
	}
	return rank.NewFoldIn(items, hidden)
}
