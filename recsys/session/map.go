package session

import (
	"encoding/binary"
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
)

// mostPoints is how many points a map has; of more users every second, third … is shown.
const mostPoints = 30_000

// Map lays items and users of every filled slot onto one plane: their final vectors, at unit length so that popularity
// does not drown taste, along the two principal directions of all of them together. One plane for all slots makes a
// point's way from before to after mean something. The body has x and y of each point as float32, little-endian, slot
// by slot, items before users; what a slot has forgotten has no place in it: NaN.
func (s *Session) Map() (api.Mapped, []byte, error) {
	before, err := s.slot(api.Before)
	if err != nil {
		return api.Mapped{}, nil, err
	}
	if before.score != nil {
		return api.Mapped{}, nil, &api.Failure{Code: api.CodeUnsupported, Message: "This model has no vectors to draw.", Value: before.model.Name,
			Remedy: "Train another model for a map."}
	}
	items, users := before.items.Rows, before.users.Rows
	step := 1
	for items+users/step > mostPoints && step < users {
		step++
	}
	out := api.Mapped{Items: items, Users: (users + step - 1) / step, Step: step}
	var shown []*trained
	for _, name := range []api.Slot{api.Before, api.After, api.Retrain} {
		if t := s.slots[name]; t != nil && t.score == nil && t.items.Rows == items && t.users.Rows == users && t.items.Cols == before.items.Cols {
			shown = append(shown, t)
			out.Slots = append(out.Slots, name)
		}
	}
	points := out.Items + out.Users
	all := dense.New(points*len(shown), before.items.Cols)
	has := make([]bool, all.Rows)
	for k, t := range shown {
		for i := range points {
			row, at := t.users, (i-items)*step
			if i < items {
				if t.hides(i) || s.mask.items[i] {
					continue
				}
				row, at = t.items, i
			}
			has[k*points+i] = unit(all.Row(k*points+i), row.Row(at))
		}
	}
	plane := model.Principal(data.Modality{Rows: all, Has: has}, 2)
	body := make([]byte, 0, 8*all.Rows)
	for i := range all.Rows {
		xy := [2]float32{float32(math.NaN()), float32(math.NaN())}
		if has[i] {
			copy(xy[:], plane.Row(i))
		}
		for _, v := range xy {
			body = binary.LittleEndian.AppendUint32(body, math.Float32bits(v))
		}
	}
	return out, body, nil
}

// unit writes x at length 1, and reports whether it has a direction.
func unit(to, x []float32) bool {
	n := 0.0
	for _, v := range x {
		n += float64(v) * float64(v)
	}
	if !(n > 0) || math.IsInf(n, 0) {
		return false
	}
	scale := float32(1 / math.Sqrt(n))
	for c, v := range x {
		to[c] = float32(v * scale)
	}
	return true
}
