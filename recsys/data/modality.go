package data

import (
	"fmt"
	"slices"
	"strings"

	"lethe/recsys/dense"
)

// readModalities reads the feature files of a folder. What precedes the first
// underscore of a file's name is the modality:
//
//	image.npy, image_feat.npy   features, items×F
//	image_feat.npz              the same, the only array in it
//	image_knn10.npz             neighbours: nbr, items×K integers, and cos, items×K
//	image_has.npy               which items have the modality, bool
//
// Files that describe users (user_…) are left alone. Modalities come sorted by
// name and agree in their number of rows.
func readModalities(f folder) ([]Modality, error) {
	byName := map[string]*Modality{}
	for _, file := range f.names {
		stem, isNpy := strings.CutSuffix(file, ".npy")
		stem, isNpz := strings.CutSuffix(stem, ".npz")
		name, rest, _ := strings.Cut(stem, "_")
		if !isNpy && !isNpz || name == "user" || name == "u" {
			continue
		}
		if name == "" {
			return nil, &Error{File: file, Problem: "the file's name does not begin with a modality", Remedy: "rename it, for example to image_feat.npy"}
		}
		m := byName[name]
		if m == nil {
			m = &Modality{Name: name}
			byName[name] = m
		}
		b, err := f.read(file)
		if err != nil {
			return nil, err
		}
		if isNpy {
			err = m.readNpy(file, rest, b)
		} else {
			err = m.readNpz(file, b)
		}
		if err != nil {
			return nil, err
		}
	}
	var all []Modality
	for _, m := range byName {
		all = append(all, *m)
	}
	slices.SortFunc(all, func(a, b Modality) int { return strings.Compare(a.Name, b.Name) })
	for k := range all {
		if err := all[k].complete(); err != nil {
			return nil, err
		}
		if err := all[k].checkRows(all[0].Rows.Rows, "modality "+all[0].Name); err != nil {
			return nil, err
		}
	}
	return all, nil
}

func (m *Modality) readNpy(file, rest string, b []byte) error {
	a, err := parseNpy(file, b)
	if err != nil {
		return err
	}
	if rest == "has" {
		m.Has, err = a.mask()
		return err
	}
	return m.setRows(a)
}

func (m *Modality) readNpz(file string, b []byte) error {
	arrays, err := parseNpz(file, b)
	if err != nil {
		return err
	}
	if nbr, ok := arrays["nbr"]; ok {
		if m.Neighbors != nil {
			return &Error{File: file, Value: m.Name, Problem: "a second file brings neighbours of this modality", Remedy: "keep one of them"}
		}
		m.Neighbors, err = readNeighbors(nbr, arrays["cos"])
		return err
	}
	if len(arrays) != 1 {
		return &Error{File: file, Value: fmt.Sprintf("%d arrays", len(arrays)), Problem: "the file holds neither one array of features nor nbr and cos"}
	}
	for _, a := range arrays { // the only one
		err = m.setRows(a)
	}
	return err
}

func (m *Modality) setRows(a array) error {
	if m.Rows.Data != nil {
		return &Error{File: a.file, Value: m.Name, Problem: "a second file brings features of this modality", Remedy: "keep one of them"}
	}
	var err error
	m.Rows, err = a.matrix()
	return err
}

// readNeighbors reads and checks nbr and cos. A list may end early: with -1 from
// there on, or with the item itself, both at cosine 0.
func readNeighbors(nbr, cos array) (*Neighbors, error) {
	if cos.file == "" {
		return nil, &Error{File: nbr.file, Problem: "there is no array cos beside nbr", Remedy: "save the cosines too"}
	}
	ids, err := nbr.indices()
	if err != nil {
		return nil, err
	}
	c, err := cos.matrix()
	if err != nil {
		return nil, err
	}
	if !slices.Equal(nbr.shape, cos.shape) {
		return nil, &Error{File: cos.file, Value: fmt.Sprint(cos.shape), Problem: fmt.Sprintf("the shape differs from that of nbr, %v", nbr.shape)}
	}
	n := &Neighbors{nbr.shape[1], ids, c.Data}
	seen := make([]int, c.Rows) // row+1 that listed the item last
	for r := range c.Rows {
		row, cosines := n.Row(r)
		for k, i := range row {
			problem := ""
			switch {
			case cosines[k] == 0 && (i == -1 || int(i) == r):
				continue // the list has ended
			case i < 0 || int(i) >= c.Rows:
				problem = "names an item that does not exist"
			case cosines[k] < -1.01 || cosines[k] > 1.01: // float16 rounds
				problem = "has a cosine outside -1..1"
			case k > 0 && (row[k-1] == -1 || cosines[k] > cosines[k-1]):
				problem = "is not ordered by falling cosine"
			case seen[i] == r+1:
				problem = "names an item twice"
			}
			if problem != "" {
				return nil, &Error{File: nbr.file, Value: fmt.Sprintf("%d (%v)", i, cosines[k]),
					Problem: fmt.Sprintf("row %d %s", r, problem), Remedy: "list distinct items from 0, best first"}
			}
			seen[i] = r + 1
		}
	}
	return n, nil
}

// Row returns the neighbours of item i and their cosines. Do not write to them.
func (n *Neighbors) Row(i int) ([]int32, []float32) {
	return n.ItemID[i*n.K : (i+1)*n.K], n.Cos[i*n.K : (i+1)*n.K]
}

// complete fills what the files left open and checks that they agree.
func (m *Modality) complete() error {
	if m.Neighbors != nil {
		items := len(m.Neighbors.ItemID) / m.Neighbors.K
		if m.Rows.Data == nil {
			m.Rows = dense.New(items, 0)
		} else if items != m.Rows.Rows {
			return &Error{Value: fmt.Sprintf("%d and %d rows", items, m.Rows.Rows),
				Problem: "neighbours and features of modality " + m.Name + " have different numbers of items"}
		}
	}
	if m.Has != nil && len(m.Has) != m.Rows.Rows {
		return &Error{File: m.Name + "_has.npy", Value: fmt.Sprint(len(m.Has)),
			Problem: fmt.Sprintf("the mask has another number of items than the features, %d", m.Rows.Rows)}
	}
	return nil
}

// checkRows compares the number of rows with what it should be according to whom.
func (m *Modality) checkRows(items int, whom string) error {
	if m.Rows.Rows == items {
		return nil
	}
	return &Error{Value: fmt.Sprintf("%d rows", m.Rows.Rows),
		Problem: fmt.Sprintf("the features of modality %s have another number of rows than %s has items, %d", m.Name, whom, items),
		Remedy:  "bring one row per item, in the same order"}
}

// pick keeps the items with a new number.
func (m Modality) pick(number []int32) Modality {
	out := Modality{Name: m.Name, Has: pick(m.Has, number)}
	for i, n := range number {
		if n >= 0 {
			out.Rows.Data = append(out.Rows.Data, m.Rows.Row(i)...)
			out.Rows.Rows++
		}
	}
	out.Rows.Cols = m.Rows.Cols
	if m.Neighbors == nil {
		return out
	}
	out.Neighbors = &Neighbors{K: m.Neighbors.K}
	for i, n := range number {
		if n < 0 {
			continue
		}
		kept := 0
		ids, cos := m.Neighbors.Row(i)
		for k, j := range ids {
			if j >= 0 && number[j] >= 0 {
				out.Neighbors.ItemID = append(out.Neighbors.ItemID, number[j])
				out.Neighbors.Cos = append(out.Neighbors.Cos, cos[k])
				kept++
			}
		}
		for ; kept < m.Neighbors.K; kept++ {
			out.Neighbors.ItemID = append(out.Neighbors.ItemID, -1)
			out.Neighbors.Cos = append(out.Neighbors.Cos, 0)
		}
	}
	return out
}
