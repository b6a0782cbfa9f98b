package erase

import (
	"bytes"
	"encoding/binary"
	"encoding/json"
	"fmt"
	"math"
	"strconv"

	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// dataFormat names the layout of EncodeDataset.
const dataFormat = "lethe-data/1"

// shape is what a modality's tensors do not tell.
type shape struct {
	Name string `json:"name"`
	Cols int    `json:"cols"`
	Has  bool   `json:"has"`
	K    int    `json:"k"` // of its neighbour lists; 0 for none
}

// EncodeDataset is a data set as a safetensors file. Unlike the layouts for exchange it also
// holds what was emptied: users and items without an identifier keep their numbers.
func EncodeDataset(d *data.Dataset) ([]byte, error) {
	meta := map[string]string{"format": dataFormat, "name": d.Name}
	var shapes []shape
	var tensors []dense.Tensor
	for _, part := range splits(d) {
		tensors = append(tensors, dense.I32(part.name+".ptr", []int{len(part.x.Ptr)}, part.x.Ptr), dense.I32(part.name+".item", []int{len(part.x.Item)}, part.x.Item))
	}
	for k, m := range d.Modalities {
		s := shape{Name: m.Name, Cols: m.Rows.Cols, Has: m.Has != nil}
		at := "modality." + strconv.Itoa(k)
		tensors = append(tensors, dense.F32(at+".rows", []int{m.Rows.Rows, m.Rows.Cols}, m.Rows.Data))
		if m.Has != nil {
			has := make([]byte, len(m.Has))
			for i, h := range m.Has {
				if h {
					has[i] = 1
				}
			}
			tensors = append(tensors, dense.Tensor{Name: at + ".has", DType: "BOOL", Shape: []int{len(has)}, Data: has})
		}
		if n := m.Neighbors; n != nil {
			s.K = n.K
			tensors = append(tensors, dense.I32(at+".neighbor", []int{len(n.ItemID)}, n.ItemID), dense.F32(at+".cosine", []int{len(n.Cos)}, n.Cos))
		}
		shapes = append(shapes, s)
	}
	for key, v := range map[string]any{"users": d.UserIDs, "items": d.ItemIDs, "modalities": shapes, "catalog": d.Catalog} {
		b, err := json.Marshal(v)
		if err != nil {
			return nil, fmt.Errorf("keep the data: %s: %w", key, err)
		}
		meta[key] = string(b)
	}
	if len(d.Events) > 0 {
		tensors = append(tensors, encodeEvents(d.Events)...)
	}
	var b bytes.Buffer
	if err := dense.EncodeSafetensors(&b, meta, tensors); err != nil {
		return nil, fmt.Errorf("keep the data: %w", err)
	}
	return b.Bytes(), nil
}

type split struct {
	name string
	x    *data.Interactions
}

func splits(d *data.Dataset) []split {
	return []split{{"train", d.Train}, {"valid", d.Valid}, {"test", d.Test}}
}

// broken is the error of a data file that does not hold together.
func broken(format string, args ...any) error {
	return &data.Error{Problem: "the kept data do not hold together (" + fmt.Sprintf(format, args...) + ")", Remedy: "import a copy, or open the data anew"}
}

// DecodeDataset reads what EncodeDataset wrote, and checks every index in it. It needs at most
// a few times the memory of b.
func DecodeDataset(b []byte) (*data.Dataset, error) {
	meta, tensors, err := dense.DecodeSafetensors(b)
	if err != nil {
		return nil, broken("%v", err)
	}
	if meta["format"] != dataFormat {
		return nil, broken("their format is %q, not %s", meta["format"], dataFormat)
	}
	d := &data.Dataset{Name: meta["name"]}
	var shapes []shape
	for key, v := range map[string]any{"users": &d.UserIDs, "items": &d.ItemIDs, "modalities": &shapes, "catalog": &d.Catalog} {
		if err := json.Unmarshal([]byte(meta[key]), v); err != nil {
			return nil, broken("%s: %v", key, err)
		}
	}
	if d.Catalog != nil && len(d.Catalog) != d.Items() {
		return nil, broken("%d items and %d entries of the catalogue", d.Items(), len(d.Catalog))
	}
	byName := map[string]dense.Tensor{}
	for _, t := range tensors {
		byName[t.Name] = t
	}
	for _, part := range []struct {
		name string
		x    **data.Interactions
	}{{"train", &d.Train}, {"valid", &d.Valid}, {"test", &d.Test}} {
		if *part.x, err = decodeInteractions(byName, part.name, d.Users(), d.Items()); err != nil {
			return nil, err
		}
	}
	for k, s := range shapes {
		m, err := decodeModality(byName, "modality."+strconv.Itoa(k), s, d.Items())
		if err != nil {
			return nil, err
		}
		d.Modalities = append(d.Modalities, m)
	}
	d.Events, err = decodeEvents(byName, d.Train)
	return d, err
}

const eventPairs, eventTimes = "event.pair", "event.time"

// encodeEvents are users and items beside times and ends.
func encodeEvents(events []data.Event) []dense.Tensor {
	pairs := make([]int32, 0, 2*len(events))
	times := make([]byte, 0, 16*len(events))
	for _, e := range events {
		pairs = append(pairs, e.User, e.Item)
		times = binary.LittleEndian.AppendUint64(times, math.Float64bits(e.At))
		times = binary.LittleEndian.AppendUint64(times, math.Float64bits(e.Until))
	}
	return []dense.Tensor{dense.I32(eventPairs, []int{len(events), 2}, pairs), {Name: eventTimes, DType: "F64", Shape: []int{len(events), 2}, Data: times}}
}

func decodeEvents(byName map[string]dense.Tensor, train *data.Interactions) ([]data.Event, error) {
	times, ok := byName[eventTimes]
	if !ok {
		return nil, nil
	}
	pairs, err := int32s(byName, eventPairs)
	if err != nil {
		return nil, err
	}
	if times.DType != "F64" || len(times.Data) != 8*len(pairs) || len(pairs)%2 != 0 {
		return nil, broken("%d times of %d interactions", len(times.Data)/16, len(pairs)/2)
	}
	events := make([]data.Event, len(pairs)/2)
	for k := range events {
		e := &events[k]
		e.User, e.Item = pairs[2*k], pairs[2*k+1]
		e.At = math.Float64frombits(binary.LittleEndian.Uint64(times.Data[16*k:]))
		e.Until = math.Float64frombits(binary.LittleEndian.Uint64(times.Data[16*k+8:]))
		last := data.Event{Pair: data.Pair{User: -1}}
		if k > 0 {
			last = events[k-1]
		}
		after := e.User > last.User || e.User == last.User && e.Item > last.Item
		if !after || int(e.User) >= train.Users || e.Item < 0 || !train.Has(int(e.User), int(e.Item)) || e.At-e.At != 0 || e.Until-e.Until != 0 {
			return nil, broken("the time of user %d, item %d", e.User, e.Item)
		}
	}
	return events, nil
}

func int32s(byName map[string]dense.Tensor, name string) ([]int32, error) {
	v, err := byName[name].Int32s()
	if err != nil {
		return nil, broken("%s: %v", name, err)
	}
	return v, nil
}

func decodeInteractions(byName map[string]dense.Tensor, name string, users, items int) (*data.Interactions, error) {
	ptr, err := int32s(byName, name+".ptr")
	if err != nil {
		return nil, err
	}
	item, err := int32s(byName, name+".item")
	if err != nil {
		return nil, err
	}
	x := &data.Interactions{Users: users, Items: items, Ptr: ptr, Item: item}
	if len(ptr) != users+1 || ptr[0] != 0 || int(ptr[users]) != len(item) {
		return nil, broken("%s has the rows of other users", name)
	}
	for u := range users {
		if ptr[u+1] < ptr[u] || int(ptr[u+1]) > len(item) {
			return nil, broken("%s, user %d", name, u)
		}
		for k, i := range x.Row(u) {
			if i < 0 || int(i) >= items || k > 0 && x.Row(u)[k-1] >= i {
				return nil, broken("%s, user %d, item %d", name, u, i)
			}
		}
	}
	return x, nil
}

func decodeModality(byName map[string]dense.Tensor, at string, s shape, items int) (m data.Modality, err error) {
	m.Name = s.Name
	rows := byName[at+".rows"]
	if len(rows.Shape) != 2 || rows.Shape[0] != items || rows.Shape[1] != s.Cols {
		return m, broken("modality %s has shape %v", s.Name, rows.Shape)
	}
	m.Rows = dense.Matrix{Rows: items, Cols: s.Cols}
	if m.Rows.Data, err = rows.Float32s(); err != nil {
		return m, broken("%v", err)
	}
	if s.Has {
		has := byName[at+".has"].Data
		if len(has) != items {
			return m, broken("modality %s: %d marks for %d items", s.Name, len(has), items)
		}
		m.Has = make([]bool, items)
		for i, h := range has {
			m.Has[i] = h != 0
		}
	}
	if s.K == 0 {
		return m, nil
	}
	n := &data.Neighbors{K: s.K}
	if n.ItemID, err = int32s(byName, at+".neighbor"); err != nil {
		return m, err
	}
	if n.Cos, err = byName[at+".cosine"].Float32s(); err != nil {
		return m, broken("%v", err)
	}
	if s.K < 0 || s.K > len(n.ItemID) || len(n.ItemID) != items*s.K || len(n.Cos) != len(n.ItemID) {
		return m, broken("modality %s: %d neighbours of %d items", s.Name, len(n.ItemID), items)
	}
	for _, i := range n.ItemID {
		if i < -1 || int(i) >= items {
			return m, broken("modality %s: neighbour %d", s.Name, i)
		}
	}
	m.Neighbors = n
	return m, nil
}
