// Package rank is what a ranking is made of: a visitor's vector from clicks, a score, the best of a list; and a Table, which ranks
// while the engine is still on its way. It is small enough for the page's own program.
package rank

import (
	"bytes"
	"encoding/json"
	"fmt"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/dense"
)

// Table ranks as a trained model does for a visitor whom it was not trained with: by folding in.
type Table struct {
	Items   dense.Matrix // I×D, final vectors
	Mean    []float32    // D, the mean user, who clicked nothing
	Catalog []api.Item   // I, what a list shows of them
	fold    *FoldIn
}

// The tensors of a table's file; its metadata holds the catalogue as JSON.
const (
	itemsTensor = "items"
	meanTensor  = "mean"
	catalogKey  = "catalog"
)

// Rank lists at most k items that are not among the likes, numbers of items, best first. Numbers outside the catalogue are no likes.
func (t *Table) Rank(likes []int, k int) api.Ranking {
	var seen []int32
	for _, i := range likes {
		if i >= 0 && i < t.Items.Rows {
			seen = append(seen, int32(i))
		}
	}
	slices.Sort(seen)
	seen = slices.Compact(seen)
	vector := t.Mean
	if len(seen) > 0 {
		if t.fold == nil {
			t.fold = NewFoldIn(t.Items, nil)
		}
		vector = t.fold.User(seen)
	}
	top := NewTop(k, t.Items.Rows)
	for i := range t.Items.Rows {
		if _, had := slices.BinarySearch(seen, int32(i)); !had {
			top.Add(i, Dot(vector, t.Items.Row(i)))
		}
	}
	return top.Ranking()
}

// Encode is the table as a safetensors file.
func (t *Table) Encode() ([]byte, error) {
	catalog, err := json.Marshal(t.Catalog)
	if err != nil {
		return nil, fmt.Errorf("write a table: %w", err)
	}
	var b bytes.Buffer
	err = dense.EncodeSafetensors(&b, map[string]string{catalogKey: string(catalog)}, []dense.Tensor{
		dense.F32(itemsTensor, []int{t.Items.Rows, t.Items.Cols}, t.Items.Data), dense.F32(meanTensor, []int{len(t.Mean)}, t.Mean)})
	return b.Bytes(), err
}

// Decode reads what Encode wrote.
func Decode(b []byte) (*Table, error) {
	meta, tensors, err := dense.DecodeSafetensors(b)
	if err != nil {
		return nil, fmt.Errorf("read a table: %w", err)
	}
	var t Table
	if err := json.Unmarshal([]byte(meta[catalogKey]), &t.Catalog); err != nil {
		return nil, fmt.Errorf("read a table: its catalogue: %w", err)
	}
	for _, x := range tensors {
		values, err := x.Float32s()
		switch {
		case err != nil:
			return nil, fmt.Errorf("read a table: %w", err)
		case x.Name == itemsTensor && len(x.Shape) == 2:
			t.Items = dense.Matrix{Rows: x.Shape[0], Cols: x.Shape[1], Data: values}
		case x.Name == meanTensor:
			t.Mean = values
		}
	}
	if t.Items.Rows == 0 || t.Items.Rows != len(t.Catalog) || t.Items.Cols != len(t.Mean) {
		return nil, fmt.Errorf("read a table: %d×%d vectors of items and %d items in the catalogue, %d values of the mean user",
			t.Items.Rows, t.Items.Cols, len(t.Catalog), len(t.Mean))
	}
	return &t, nil
}
