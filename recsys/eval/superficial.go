package eval

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

// Hidden or forgotten? A bias of −10 on an item, or a filter, leaves every list clean
// and every taste in place. So the surface is taken away and the forgotten pairs are
// looked at again, against items that the same users never had:
//
//	shown     as served, filters removed
//	centred   less every item's mean score over users: ⟨e_u − ē, e_i⟩
//	refitted  centred, plus the mean score that items of the same popularity have
//
// What is forgotten stays where it was; what is hidden comes back up.
//
// (superficial against essential forgetting: SEFE, Chen et al., ICML 2025)
type Superficial struct {
	Shown    api.Estimate `json:"shown"` // AUC of forgotten against never-seen pairs
	Centred  api.Estimate `json:"centred"`
	Refitted api.Estimate `json:"refitted"`
	// Hidden is how much of the forgotten the surface hid: the larger of Centred and
	// Refitted less Shown, pair by pair. Retrain's own is the reference.
	Hidden api.Estimate `json:"hidden"`
}

// NewSuperficial looks at the forgotten pairs of d, the data before the request, under
// a model's vectors. retain is the data without the request: its item counts are public.
func NewSuperficial(be backend.Backend, d, retain *data.Dataset, forget []data.Pair, v Vectors, src rng.Source) (Superficial, error) {
	var out Superficial
	_, count := retain.Train.Degrees()
	a := NewAttacker(be, d, retain, forget, nil, nil, v.Users.Cols+1, src)
	defer a.Free()
	none := func(v Vectors) Vectors {
		zero := func(int) float32 { return 0 }
		return Vectors{withColumn(v.Users, zero), withColumn(v.Items, zero)}
	}
	var seen [3][2]Sample
	for k, v := range []Vectors{none(v), none(Centred(v)), Refitted(v, count)} {
		users, items := v.Upload(be)
		f, u, err := a.Unseen(users, items)
		be.Free(users)
		be.Free(items)
		if err != nil {
			return out, err
		}
		seen[k] = [2]Sample{f, u}
	}
	out.Shown, out.Centred, out.Refitted = AUCEstimate(seen[0][0], seen[0][1]), AUCEstimate(seen[1][0], seen[1][1]), AUCEstimate(seen[2][0], seen[2][1])
	up := seen[1]
	if out.Refitted.Value > out.Centred.Value {
		up = seen[2]
	}
	out.Hidden = AUCDifference(up[0], up[1], seen[0][0], seen[0][1])
	return out, nil
}

// Centred takes each item's mean score over all users away, by taking the mean user's
// vector from every user's.
func Centred(v Vectors) Vectors {
	out := Vectors{v.Users.Clone(), v.Items}
	mean := meanRow(v.Users)
	for u := range out.Users.Rows {
		for c := range mean {
			out.Users.Row(u)[c] -= float32(mean[c])
		}
	}
	return out
}

// Refitted is Centred with one more column that gives items the mean score of their
// popularity: the line through the mean scores of items that have interactions, over
// ln(1 + count).
func Refitted(v Vectors, count []int32) Vectors {
	mean := meanRow(v.Users)
	x := make([]float64, v.Items.Rows)
	var known, offset []float64
	for i := range x {
		x[i] = math.Log1p(float64(count[i]))
		if count[i] == 0 {
			continue
		}
		y := 0.0
		for c, w := range v.Items.Row(i) {
			y += mean[c] * float64(w)
		}
		known, offset = append(known, x[i]), append(offset, y)
	}
	at, slope := 0.0, 0.0
	if len(known) > 0 {
		at, slope = line(known, offset)
	}
	if math.IsNaN(slope) || math.IsInf(slope, 0) { // all items equally popular
		at, slope = average(offset), 0
	}
	c := Centred(v)
	return Vectors{
		Users: withColumn(c.Users, func(int) float32 { return 1 }),
		Items: withColumn(c.Items, func(i int) float32 { return float32(at + slope*x[i]) }),
	}
}

func withColumn(m dense.Matrix, value func(row int) float32) dense.Matrix {
	out := dense.New(m.Rows, m.Cols+1)
	for r := range m.Rows {
		copy(out.Row(r), m.Row(r))
		out.Row(r)[m.Cols] = value(r)
	}
	return out
}

func meanRow(m dense.Matrix) []float64 {
	mean := make([]float64, m.Cols)
	for r := range m.Rows {
		for c, x := range m.Row(r) {
			mean[c] += float64(x) / float64(m.Rows)
		}
	}
	return mean
}
