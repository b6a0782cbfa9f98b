package unlearn

import (
	"math"

	"lethe/recsys/data"
	"lethe/recsys/model"

	"gonum.org/v1/gonum/floats"
)

// geometry is the option gu, geometric disentanglement: the forget half's realised step Δ₀ is
// replaced by the nearest one that raises no protected loss, to first order:
//
//	Δ* = argmin ½‖Δ − Δ₀‖²_M   s.t.  GᵀΔ ≤ 0        M = diag(√v̂ + ε), Adam_f's
//	K = GᵀM⁻¹G,  Δ* = Δ₀ − M⁻¹Gλ,  λ ≥ 0,  λ_c·(GᵀΔ*)_c = 0
//
// Columns of G: the gradients of the last seven retain batches, and of the protected cohort, the
// retained pairs of the request's siblings. Only the rows that the forget half moves are corrected, so
// that a request writes nowhere else; the guarantee is for these gradients and that part of θ.
//
// Source: geometric-disentanglement unlearning (GU), the authors' corrected form on the step.
type geometry struct {
	l       *loop
	reach   *reach
	recent  [][]float64 // gradients over the reach, newest last
	cohort  *probe
	sibling []float64
}

const (
	guRecent  = 7
	guCohort  = 2048
	guRefresh = 5
)

func newGeometry(l *loop) *geometry {
	us, is := touched(l.t.Forget)
	if l.forget.users {
		is = nil
	}
	if l.forget.others {
		us = nil
	}
	g := &geometry{l: l, reach: newReach(l.t.Backend, l.t.Before, l.t.Data.Users(), us, is)}
	if pairs := cohort(l.t); len(pairs) > 0 {
		g.cohort = newProbe(l.t, l.net, pairs, guCohort, model.Loss)
	}
	return g
}

// cohort is what the request may harm most: retained pairs of its siblings in the hierarchy of requests, or
// of items as popular as its own where nothing stands beside it.
func cohort(t *Task) []data.Pair {
	some := probeSource(t).Named("cohort")
	if pairs := data.Beside(t.Data, t.Forget); len(pairs) > 0 {
		return someOf(t, pairs, guCohort, some)
	}
	near := newSiblings(t)
	_, is := touched(t.Forget)
	var list []int32
	for _, i := range is {
		list = append(list, near.near(i, 4, func(int32) bool { return false })...)
	}
	item := marked(t.Data.Items(), list)
	var pairs []data.Pair
	for _, p := range t.Retain.Train.Pairs() {
		if item[p.Item] {
			pairs = append(pairs, p)
		}
	}
	return someOf(t, pairs, guCohort, some)
}

func (g *geometry) free() {
	g.reach.free()
	if g.cohort != nil {
		g.cohort.free()
	}
}

// step runs a forget step and corrects it.
func (g *geometry) step(step int) error {
	be, net := g.l.t.Backend, g.l.net
	if g.cohort != nil && (step-1)%guRefresh == 0 {
		sum := be.New(1, net.Theta.Cols)
		err := g.cohort.sum(nil, 1, sum)
		if err == nil {
			g.sibling, err = g.reach.gather(sum)
		}
		be.Free(sum)
		if err != nil {
			return err
		}
	}
	before, err := g.reach.gather(net.Theta)
	if err != nil {
		return err
	}
	if err := g.l.forget.step(step); err != nil {
		return err
	}
	delta, err := g.reach.gather(net.Theta)
	if err != nil {
		return err
	}
	floats.Sub(delta, before)
	columns := g.recent
	if g.sibling != nil {
		columns = append([][]float64{g.sibling}, columns...)
	}
	if len(columns) == 0 {
		return nil
	}
	metric, err := g.metric()
	if err != nil {
		return err
	}
	change := disentangle(delta, columns, metric)
	if change != nil {
		g.reach.add(1, change, net.Theta)
	}
	return nil
}

// metric is the diagonal of M⁻¹ over the reach, no entry above a hundred times the mean:
// coordinates that have hardly met a gradient say nothing about curvature.
func (g *geometry) metric() ([]float64, error) {
	be, l := g.l.t.Backend, g.l.forget.l
	one, share := be.New(1, l.Grad.Cols), be.New(1, l.Grad.Cols)
	defer be.Free(one)
	defer be.Free(share)
	be.Fill(1, one)
	l.Share(one, share)
	m, err := g.reach.gather(share)
	if err != nil || len(m) == 0 {
		return m, err
	}
	finite, n := 0.0, 0.0
	for k := range m {
		m[k] = -m[k] / l.Rate
		if m[k] < 1e7 {
			finite, n = finite+m[k], n+1
		}
	}
	most := 100 * finite / max(n, 1)
	for k := range m {
		m[k] = min(m[k], most)
	}
	return m, nil
}

// remember keeps the retain half's last gradient.
func (g *geometry) remember() error {
	v, err := g.reach.gather(g.l.retain.l.Grad)
	if err != nil {
		return err
	}
	g.recent = append(g.recent, v)
	if len(g.recent) > guRecent {
		g.recent = g.recent[1:]
	}
	return nil
}

// disentangle is Δ* − Δ₀ for the columns of G and the diagonal of M⁻¹, nil where Δ₀ is
// allowed as it is. The multipliers come from coordinate descent on the dual, at most nine variables.
func disentangle(delta []float64, columns [][]float64, inverse []float64) []float64 {
	n := len(columns)
	unit := make([][]float64, n) // columns of length one in the metric: stale batches differ in scale
	k, c := make([]float64, n*n), make([]float64, n)
	feasible := true
	for a, g := range columns {
		square := 0.0
		for x, v := range g {
			square += v * v * inverse[x]
		}
		unit[a] = make([]float64, len(g))
		if square > 0 {
			floats.AddScaled(unit[a], 1/math.Sqrt(square), g)
		}
		c[a] = floats.Dot(unit[a], delta)
		feasible = feasible && c[a] <= 0
	}
	if feasible {
		return nil
	}
	for a := range n {
		for b := range n {
			for x, v := range unit[a] {
				k[a*n+b] += v * inverse[x] * unit[b][x]
			}
		}
		k[a*n+a] += 1e-9
	}
	lambda := make([]float64, n)
	for range 500 {
		moved := 0.0
		for a := range n {
			left := c[a]
			for b := range n {
				left -= k[a*n+b] * lambda[b]
			}
			next := max(lambda[a]+left/k[a*n+a], 0)
			moved = max(moved, math.Abs(next-lambda[a]))
			lambda[a] = next
		}
		if moved < 1e-12 {
			break
		}
	}
	change := make([]float64, len(delta))
	for a, l := range lambda {
		for x, v := range unit[a] {
			change[x] -= l * v * inverse[x]
		}
	}
	return change
}
