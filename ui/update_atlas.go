package ui

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// Mapping is the Map section: where items and users lie in each slot's model.
type Mapping struct {
	Job     int
	Seen    bool // the section was in view: maps are made for whoever looks
	Stale   bool // the models have changed since
	Points  api.Mapped
	XY      []byte // as api.Mapped describes
	Hover   int    // item pointed at, from 1
	Problem string
}

// DrawMap hands the points to whatever draws them.
type DrawMap struct {
	Points api.Mapped
	XY     []byte
}

// Hover points at an item of the map; below 0 at none. It changes the map's caption and nothing else.
type Hover struct{ Item int }

func (e Hover) apply(s State) (State, []Command) {
	s.Atlas.Hover = max(e.Item+1, 0)
	caption := Atlas{View{S: &s}}
	return s, []Command{Caption{caption.Tip(), caption.TipMore()}}
}

// Caption writes what Hover has changed in place: a rendering of the whole page for each move of a pointer would cost
// the map its frames.
type Caption struct{ Tip, More string }

// ShowSlot chooses whose map is shown; "" is all, side by side.
type ShowSlot struct{ Slot api.Slot }

func (e ShowSlot) apply(s State) (State, []Command) {
	s.Link.Slot = string(e.Slot)
	return s, nil
}

// mapped asks for the map, if anybody has looked and the models have changed.
func (s State) mapped() (State, []Command) {
	if !s.Atlas.Seen || !s.Atlas.Stale || !s.Ready() || s.Atlas.Job != 0 {
		return s, nil
	}
	s, job, commands := s.post(api.OpMap, struct{}{})
	s.Atlas.Job, s.Atlas.Stale = job, false
	return s, commands
}

// placed takes over a map.
func (e FromEngine) placed(s State) (State, []Command) {
	s.Atlas.Job = 0
	var p api.Mapped
	if err := e.Decode(&p); err != nil || len(e.Body) != 8*len(p.Slots)*(p.Items+p.Users) {
		s.Atlas.Problem = text.Of(s.Lang, "map.broken")
		return s, nil
	}
	s.Atlas.Points, s.Atlas.XY, s.Atlas.Problem = p, e.Body, ""
	return s, []Command{DrawMap{p, e.Body}}
}

// Place is where an item lies in a slot; ok is false where it has no place.
func (m *Mapping) Place(slot api.Slot, item int) (x, y float64, ok bool) {
	k := slices.Index(m.Points.Slots, slot)
	if k < 0 || item < 0 || item >= m.Points.Items {
		return 0, 0, false
	}
	at := 8 * (k*(m.Points.Items+m.Points.Users) + item)
	number := func(b []byte) float64 { return float64(math.Float32frombits(binary.LittleEndian.Uint32(b))) }
	x, y = number(m.XY[at:]), number(m.XY[at+4:])
	return x, y, !math.IsNaN(x) && !math.IsNaN(y)
}

// Shift is how far an item has moved from before to after and to Retrain, as shares of the map's width; NaN
// where it has no place.
type Shift struct {
	Item           int
	After, Retrain float64
}

// Shifts are the items that moved most, the farthest first.
func (m *Mapping) Shifts(n int) []Shift {
	lo, hi := math.Inf(1), math.Inf(-1)
	for i := range m.Points.Items {
		if x, _, ok := m.Place(api.Before, i); ok {
			lo, hi = min(lo, x), max(hi, x)
		}
	}
	far := func(slot api.Slot, i int) float64 {
		x0, y0, was := m.Place(api.Before, i)
		x1, y1, is := m.Place(slot, i)
		if !was || !is || hi <= lo {
			return math.NaN()
		}
		return math.Hypot(x1-x0, y1-y0) / (hi - lo)
	}
	all := make([]Shift, m.Points.Items)
	for i := range all {
		all[i] = Shift{i, far(api.After, i), far(api.Retrain, i)}
	}
	known := func(s Shift) float64 {
		if math.IsNaN(s.After) {
			if math.IsNaN(s.Retrain) {
				return -1
			}
			return s.Retrain
		}
		return s.After
	}
	slices.SortStableFunc(all, func(a, b Shift) int { return cmp.Compare(known(b), known(a)) })
	return all[:min(n, len(all))]
}
