package model

import (
	"math"

	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// xavierRows fills each row from its own stream with the Xavier uniform
// distribution (Glorot & Bengio 2010), bound √(6/(rows+cols)). keys has a key per row.
func xavierRows(m dense.Matrix, src rng.Source, keys []uint64) {
	fillRows(m, src, keys, float32(math.Sqrt(6/float64(m.Rows+m.Cols))))
}

func fillRows(m dense.Matrix, src rng.Source, keys []uint64, bound float32) {
	for r := range m.Rows {
		s := src.Key(keys[r]).Stream()
		row := m.Row(r)
		for c := range row {
			row[c] = (2*s.Float32() - 1) * bound
		}
	}
}

// xavier fills a shared matrix from one stream.
func xavier(m dense.Matrix, src rng.Source) {
	bound := float32(math.Sqrt(6 / float64(m.Rows+m.Cols)))
	s := src.Stream()
	for k := range m.Data {
		m.Data[k] = (2*s.Float32() - 1) * bound
	}
}
