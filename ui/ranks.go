package ui

import (
	"slices"

	"lethe/recsys/api"
	"lethe/ui/chart"
	"lethe/ui/text"
)

// Ranks draws how places change from before to after to Retrain: a line for each print. The three lists under it
// are its table.
type Ranks struct{ View }

// Stroke is a line between two places; a dot has its place in X1 and Y1.
type Stroke struct{ X1, Y1, X2, Y2 string }

// Way is a print's way through the three lists. A list that lacks it is passed below the last place.
type Way struct {
	Item  int
	Class string
	Lines []Stroke
	Dots  []Stroke
}

// at is where a place of a list lies, in per cent.
func (c *Ranks) at(column, rank int) (x, y string) {
	if rank < 0 {
		rank = CompareSize
	}
	return chart.Percent([]float64{2, 50, 98}[column]), chart.Percent(100 * (float64(rank) + .5) / (CompareSize + 1))
}

// Ways are the prints of all lists, those of before first.
func (c *Ranks) Ways() []Way {
	lists := c.S.Compare.Result.Lists
	var items []int
	for _, s := range Slots {
		for _, i := range lists[s].Items {
			if !slices.Contains(items, i) {
				items = append(items, i)
			}
		}
	}
	var ways []Way
	for _, i := range items {
		w := Way{Item: i}
		rank := make([]int, len(Slots))
		for k, s := range Slots {
			rank[k] = slices.Index(lists[s].Items, i)
			if rank[k] >= 0 {
				x, y := c.at(k, rank[k])
				w.Dots = append(w.Dots, Stroke{X1: x, Y1: y})
			}
		}
		for k := range len(Slots) - 1 {
			if len(lists[Slots[k]].Items) == 0 || len(lists[Slots[k+1]].Items) == 0 || rank[k] < 0 && rank[k+1] < 0 {
				continue
			}
			x1, y1 := c.at(k, rank[k])
			x2, y2 := c.at(k+1, rank[k+1])
			w.Lines = append(w.Lines, Stroke{x1, y1, x2, y2})
		}
		w.Class = Class("way", true, "is-gone", rank[0] >= 0 && rank[1] < 0, "is-new", rank[0] < 0)
		ways = append(ways, w)
	}
	return ways
}

// Summary says how many stayed, left and came.
func (c *Ranks) Summary() string {
	before, after := c.S.Compare.Result.Lists[api.Before].Items, c.S.Compare.Result.Lists[api.After].Items
	stay := 0
	for _, i := range before {
		if slices.Contains(after, i) {
			stay++
		}
	}
	return c.T("ranks.summary", text.Int(stay), text.Int(len(before)-stay), text.Int(len(after)-stay))
}
