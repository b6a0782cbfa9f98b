package unlearn

import (
	"fmt"
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// chip edits the rows of the request's users without a gradient. Every forgotten item is a
// node of the hierarchy, and the users of its siblings tell what is not specific to it:
//
//	dir_i = (μ_i − μ_siblings(i))/‖·‖        μ: mean row of the users of these items
//	Q: orthonormal basis of the dirs' span, 95 % of their energy
//	v ← v − (Q Qᵀ(v − v̄))_S                  v̄: mean row of all users
//	S: the tenth of the dimensions in which the request's users differ most from the others
//
// Cost: the users of request and siblings once, and a d×d decomposition per table. Guarantee:
// none; measured. What tells a request apart is spread over more directions than a handful: it is an
// explainable comparison, not the eraser.
// Departures: rows of users in the place of activations, since the weights behind them would hit
// every item; siblings are the items of the category, or of about the same popularity.
// Source: CHIP of MedForget, 2025.
type chip struct{}

func (chip) Describe() api.Method {
	return api.Method{Name: "chip", Guarantee: Approximate, Summary: "project the request's users off the directions that tell it from its siblings; no gradient"}
}

func (chip) Supports(t *Task) error {
	if err := needPairs("chip", t); err != nil {
		return err
	}
	return only("chip", t, "a deleted user leaves no row to edit", data.ForgetItems, data.ForgetPairs)
}

const (
	chipSiblings = 20
	chipEnergy   = 0.95
	chipShare    = 0.1
)

func (chip) Unlearn(t *Task) (*Result, error) {
	p := t.Before.Clone()
	us, is := touched(t.Forget)
	byItem := t.Data.Train.Transpose()
	near := newSiblings(t)
	for _, b := range blocks(p, t.Data.Users()) {
		if b.kind != "user" {
			continue
		}
		if err := t.Observe.Tell(api.Progress{Stage: "unlearn", Done: b.from, Total: len(p.Theta)}); err != nil {
			return nil, err
		}
		rows := dense.Matrix{Rows: b.rows(), Cols: b.cols, Data: t.Before.Theta[b.from:b.to]}
		dirs := directions(rows, is, byItem, near)
		if len(dirs) == 0 {
			continue
		}
		q, err := basis(dirs, b.cols)
		if err != nil {
			return nil, err
		}
		mean := meanOf(rows, nil)
		dims := distinct(rows, us, mean)
		for _, u := range us {
			project(p.Theta[b.row(u):b.row(u)+b.cols], mean, q, dims)
		}
	}
	return &Result{Params: p, Bound: t.Retain, Steps: 1}, resetInto(t, p)
}

// directions are the unit vectors from the siblings' users to each item's.
func directions(rows dense.Matrix, items []int32, byItem *data.Interactions, near *siblings) (dirs [][]float64) {
	for _, i := range items {
		own := byItem.Row(int(i))
		var others []int32
		for _, j := range near.near(i, chipSiblings, func(int32) bool { return false }) {
			others = append(others, byItem.Row(int(j))...)
		}
		others = slices.DeleteFunc(ascending(others), func(u int32) bool { _, mine := slices.BinarySearch(own, u); return mine })
		if len(own) == 0 || len(others) == 0 {
			continue
		}
		d, m := meanOf(rows, own), meanOf(rows, others)
		length := 0.0
		for c := range d {
			d[c] -= m[c]
			length += d[c] * d[c]
		}
		if length > 0 {
			for c := range d {
				d[c] /= math.Sqrt(length)
			}
			dirs = append(dirs, d)
		}
	}
	return dirs
}

// basis is orthonormal directions that hold 95 % of the energy of unit vectors, the
// strongest first: eigenvectors of their Gram matrix over dimensions.
func basis(dirs [][]float64, d int) ([][]float64, error) {
	a := make([]float64, d*d)
	for _, x := range dirs {
		for i := range d {
			for j := i; j < d; j++ {
				a[i*d+j] += x[i] * x[j]
			}
		}
	}
	w, work := make([]float64, d), make([]float64, max(3*d, 1))
	if !lapack64.Syev('V', blas64.Symmetric{N: d, Stride: d, Uplo: blas.Upper, Data: a}, w, work, len(work)) {
		return nil, fmt.Errorf("method chip: the directions have no eigenvectors; the model has diverged")
	}
	var q [][]float64
	total, sum := 0.0, 0.0
	for _, x := range w {
		total += max(x, 0)
	}
	for k := d - 1; k >= 0 && sum < chipEnergy*total; k-- {
		v := make([]float64, d)
		for c := range v {
			v[c] = a[c*d+k]
		}
		q = append(q, v)
		sum += max(w[k], 0)
	}
	return q, nil
}

// distinct marks the dimensions in which the users' mean activity differs most from
// everyone's, |mean|v_u| − mean|v||.
func distinct(rows dense.Matrix, users []int32, mean []float64) []bool {
	activity := func(list []int32) []float64 {
		m := make([]float64, rows.Cols)
		for _, u := range list {
			for c, x := range rows.Row(int(u)) {
				m[c] += math.Abs(float64(x)-mean[c]) / float64(len(list))
			}
		}
		return m
	}
	all := make([]int32, rows.Rows)
	for u := range all {
		all[u] = int32(u)
	}
	a, b := activity(users), activity(all)
	order := make([]int, rows.Cols)
	for c := range order {
		order[c] = c
		a[c] -= b[c]
	}
	slices.SortStableFunc(order, func(x, y int) int {
		switch {
		case a[x] > a[y]:
			return -1
		case a[x] < a[y]:
			return 1
		}
		return 0
	})
	mark := make([]bool, rows.Cols)
	for _, c := range order[:max(int(math.Ceil(chipShare*float64(rows.Cols))), 1)] {
		mark[c] = true
	}
	return mark
}

// project takes the part of v − mean along q off the marked dimensions.
func project(v []float32, mean []float64, q [][]float64, dims []bool) {
	less := make([]float64, len(v))
	for _, d := range q {
		along := 0.0
		for c, x := range v {
			along += d[c] * (float64(x) - mean[c])
		}
		for c := range less {
			less[c] += along * d[c]
		}
	}
	for c := range v {
		if dims[c] {
			v[c] -= float32(less[c])
		}
	}
}

// meanOf is the mean of the listed rows, of all where list is nil.
func meanOf(m dense.Matrix, list []int32) []float64 {
	mean := make([]float64, m.Cols)
	add := func(r, n int) {
		for c, x := range m.Row(r) {
			mean[c] += float64(x) / float64(n)
		}
	}
	if list == nil {
		for r := range m.Rows {
			add(r, m.Rows)
		}
	}
	for _, r := range list {
		add(int(r), len(list))
	}
	return mean
}
