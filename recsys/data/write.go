package data

import (
	"bytes"
	"encoding/binary"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lethe/recsys/dense"
)

// File is a file's name and content.
type File struct {
	Name string
	Data []byte
}

// WriteCatalog writes a data set in the layout that Load reads as a catalogue:
// catalog.json, interactions.csv with its split, NAME.npy, NAME_has.npy and
// NAME_knn.npz per modality. With half, features and cosines are rounded to
// float16, which halves the files. Equal data gives equal bytes.
//
// Load gives back the same data set, but for its name and for rounding. What the
// layout cannot hold is an error: users without interactions, empty or repeated
// identifiers (as after Retain), modalities with neither features nor neighbours.
func WriteCatalog(d *Dataset, half bool) ([]File, error) {
	catalog, err := writeItems(d)
	if err != nil {
		return nil, err
	}
	inter, err := writeInteractions(d)
	if err != nil {
		return nil, err
	}
	features, err := WriteFeatures(d, half)
	if err != nil {
		return nil, err
	}
	files := append(features, File{"catalog.json", catalog}, File{"interactions.csv", inter})
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// WriteFeatures writes the files of the modalities alone, to lie beside a catalogue whose items have the same order.
func WriteFeatures(d *Dataset, half bool) ([]File, error) {
	files := []File{}
	for k := range d.Modalities {
		m := &d.Modalities[k]
		if m.Name == "" || m.Name == "user" || m.Name == "u" || strings.ContainsAny(m.Name, "_/\\") || m.Rows.Cols == 0 && m.Neighbors == nil {
			return nil, &Error{Value: m.Name, Problem: "the modality cannot be written", Remedy: "give it features and a name without underscore or slash"}
		}
		if m.Rows.Cols > 0 {
			b, err := writeMatrix(m.Rows, half)
			if err != nil {
				return nil, err
			}
			files = append(files, File{m.Name + ".npy", b})
		}
		if m.Has != nil {
			files = append(files, File{m.Name + "_has.npy", writeMask(m.Has)})
		}
		if m.Neighbors != nil {
			b, err := writeNeighbors(m.Neighbors, half)
			if err != nil {
				return nil, err
			}
			files = append(files, File{m.Name + "_knn.npz", b})
		}
	}
	slices.SortFunc(files, func(a, b File) int { return strings.Compare(a.Name, b.Name) })
	return files, nil
}

// writeItems writes one item per line.
func writeItems(d *Dataset) ([]byte, error) {
	if err := checkIDs("item", d.ItemIDs); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	for k, id := range d.ItemIDs {
		b.WriteString(separator(k))
		entry := catalogEntry{ID: jsonID(id)}
		if d.Catalog != nil {
			i := d.Catalog[k]
			entry = catalogEntry{jsonID(id), i.Title, i.Description, i.Creator, i.Licence, i.Category, i.Image}
		}
		if err := e.Encode(entry); err != nil {
			return nil, fmt.Errorf("write catalogue: item %q: %w", id, err)
		}
		b.Truncate(b.Len() - 1) // the encoder's newline
	}
	b.WriteString("\n]\n")
	return b.Bytes(), nil
}

func separator(k int) string {
	if k == 0 {
		return "[\n"
	}
	return ",\n"
}

func writeInteractions(d *Dataset) ([]byte, error) {
	if err := checkIDs("user", d.UserIDs); err != nil {
		return nil, err
	}
	var b bytes.Buffer
	w := csv.NewWriter(&b)
	line := func(cells ...string) {
		if err := w.Write(cells); err != nil {
			panic("data: writing to memory failed")
		}
	}
	number := func(x float64) string { return strconv.FormatFloat(x, 'f', -1, 64) }
	header := []string{"user", "item", "split"}
	if len(d.Events) > 0 {
		header = append(header, "timestamp", "expires")
	}
	line(header...)
	for u, user := range d.UserIDs {
		if len(d.Train.Row(u))+len(d.Valid.Row(u))+len(d.Test.Row(u)) == 0 {
			return nil, &Error{Value: user, Problem: "a user without interactions cannot be written", Remedy: "leave the user out"}
		}
		for _, part := range []struct {
			name string
			x    *Interactions
		}{{"train", d.Train}, {"valid", d.Valid}, {"test", d.Test}} {
			for _, i := range part.x.Row(u) {
				cells := []string{user, d.ItemIDs[i], part.name}
				if len(d.Events) > 0 {
					e := d.event(Pair{int32(u), i})
					end := ""
					if e.Until > 0 {
						end = number(e.Until)
					}
					cells = append(cells, number(e.At), end)
				}
				line(cells...)
			}
		}
	}
	w.Flush()
	return b.Bytes(), nil
}

// checkIDs refuses identifiers that would not come back as they are.
func checkIDs(what string, ids []string) error {
	seen := make(map[string]bool, len(ids))
	for _, id := range ids {
		if id == "" || id != strings.TrimSpace(id) || seen[id] || !utf8.ValidString(id) || strings.ContainsFunc(id, unicode.IsControl) {
			return &Error{Value: id, Problem: "the " + what + "'s identifier is empty, not unique or not plain text", Remedy: "give every " + what + " its own"}
		}
		seen[id] = true
	}
	return nil
}

// npyHeader is version 1.0 of the .npy format: the payload starts at a multiple of 64.
func npyHeader(dtype, shape string) []byte {
	dict := fmt.Sprintf("{'descr': '%s', 'fortran_order': False, 'shape': (%s), }", dtype, shape)
	for (10+len(dict)+1)%64 != 0 {
		dict += " "
	}
	dict += "\n"
	b := append([]byte(npyMagic+"\x01\x00"), byte(len(dict)), byte(len(dict)>>8))
	return append(b, dict...)
}

func writeMatrix(m dense.Matrix, half bool) ([]byte, error) {
	dtype := "<f4"
	if half {
		dtype = "<f2"
	}
	b := npyHeader(dtype, fmt.Sprintf("%d, %d", m.Rows, m.Cols))
	for _, x := range m.Data {
		h := toHalf(x)
		if x-x != 0 || half && h&0x7c00 == 0x7c00 {
			return nil, &Error{Value: fmt.Sprint(x), Problem: "a feature is not finite or too big for float16"}
		}
		if half {
			b = binary.LittleEndian.AppendUint16(b, h)
		} else {
			b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
		}
	}
	return b, nil
}

func writeMask(has []bool) []byte {
	b := npyHeader("|b1", fmt.Sprintf("%d,", len(has)))
	for _, h := range has {
		if h {
			b = append(b, 1)
		} else {
			b = append(b, 0)
		}
	}
	return b
}

func writeNeighbors(n *Neighbors, half bool) ([]byte, error) {
	items := len(n.ItemID) / n.K
	nbr := npyHeader("<i4", fmt.Sprintf("%d, %d", items, n.K))
	for _, i := range n.ItemID {
		nbr = binary.LittleEndian.AppendUint32(nbr, uint32(i))
	}
	cos, err := writeMatrix(dense.Matrix{Rows: items, Cols: n.K, Data: n.Cos}, half)
	if err != nil {
		return nil, err
	}
	var b bytes.Buffer
	err = WriteZip(&b, []File{{"cos.npy", cos}, {"nbr.npy", nbr}})
	return b.Bytes(), err
}
