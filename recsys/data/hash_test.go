package data

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/recsys/dense"
)

// Whatever a model could learn from changes the hash; what it cannot does not.
func TestSHA256(t *testing.T) {
	sample := func() *Dataset {
		return &Dataset{
			Name: "a", UserIDs: []string{"u", "v"}, ItemIDs: []string{"i", "j", "k"},
			Train: mustFromPairs(2, 3, []Pair{{0, 0}, {1, 1}}), Valid: mustFromPairs(2, 3, []Pair{{0, 1}}), Test: mustFromPairs(2, 3, []Pair{{1, 2}}),
			Modalities: []Modality{{Name: "image", Rows: dense.Matrix{Rows: 3, Cols: 1, Data: []float32{1, 2, 3}}, Has: []bool{true, true, false},
				Neighbors: &Neighbors{K: 1, ItemID: []int32{1, 0, 0}, Cos: []float32{1, 1, 0.5}}}},
			Catalog: []Item{{}, {}, {}},
		}
	}
	want := sample().SHA256()
	assert.Len(t, want, 64)
	assert.Equal(t, want, sample().SHA256())
	for name, change := range map[string]func(d *Dataset){
		"name":      func(d *Dataset) { d.Name = "b" },
		"catalogue": func(d *Dataset) { d.Catalog[0].Title = "x" },
	} {
		d := sample()
		change(d)
		assert.Equal(t, want, d.SHA256(), name)
	}
	seen := map[string]string{want: "the sample"}
	for name, change := range map[string]func(d *Dataset){
		"user":            func(d *Dataset) { d.UserIDs[0] = "w" },
		"item":            func(d *Dataset) { d.ItemIDs[2] = "" },
		"split of ids":    func(d *Dataset) { d.UserIDs = []string{"uv", ""} },
		"train":           func(d *Dataset) { d.Train = mustFromPairs(2, 3, []Pair{{0, 0}, {1, 0}}) },
		"train and valid": func(d *Dataset) { d.Train, d.Valid = d.Valid, d.Train },
		"valid":           func(d *Dataset) { d.Valid = mustFromPairs(2, 3, nil) },
		"test":            func(d *Dataset) { d.Test = mustFromPairs(2, 3, []Pair{{0, 2}}) },
		"modality's name": func(d *Dataset) { d.Modalities[0].Name = "text" },
		"feature":         func(d *Dataset) { d.Modalities[0].Rows.Data[1] = -2 },
		"shape":           func(d *Dataset) { d.Modalities[0].Rows.Cols, d.Modalities[0].Rows.Rows = 3, 1 },
		"has":             func(d *Dataset) { d.Modalities[0].Has[2] = true },
		"has at all":      func(d *Dataset) { d.Modalities[0].Has = nil },
		"neighbour":       func(d *Dataset) { d.Modalities[0].Neighbors.ItemID[0] = 2 },
		"cosine":          func(d *Dataset) { d.Modalities[0].Neighbors.Cos[2] = 0.25 },
		"no neighbours":   func(d *Dataset) { d.Modalities[0].Neighbors = nil },
		"no modality":     func(d *Dataset) { d.Modalities = nil },
	} {
		d := sample()
		change(d)
		h := d.SHA256()
		assert.Empty(t, seen[h], "%s has the hash of", name)
		seen[h] = name
	}
}
