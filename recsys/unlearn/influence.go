package unlearn

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"

	"gonum.org/v1/gonum/floats"
)

// influence takes the request out by one Newton step of the retain loss:
//
//	θ_u = θ + (H + λI)⁻¹·g        H = ∇²L_r(θ; G_r)
//	g = Σ_Df ∇ℓ(θ; G) + Σ_near [∇ℓ(θ; G) − ∇ℓ(θ; G_r)]
//
// The second sum is the spill-over of IFRU: retained pairs near the request have another loss
// once the edges are gone (G, G_r: the graph before and after); without a graph it is zero. Only rows
// within reach move: users and items of the request and, after SCIF, for users who leave also the
// users who share their items, the collaborators. H·v is a central difference of gradients.
//
// Cost: 2 gradients of at most 4 batches of 8192 near pairs per conjugate-gradient step.
// Guarantee: none; measured. BPR is not convex: the solver stops at the first direction of negative
// curvature.
// Departures: near pairs beyond 32,768 are sampled and weighed up; λ is a tenth of the curvature along
// g; a row moves by at most its own length.
// Sources: Li et al., "Selective and collaborative influence function for efficient recommendation
// unlearning" (SCIF), 2023; Zhang et al., "Recommendation unlearning via influence function" (IFRU), 2023.
type influence struct{}

func (influence) Describe() api.Method {
	return api.Method{Name: "influence", Guarantee: Approximate, Summary: "one Newton step by influence functions on the rows within reach (SCIF for users, IFRU with spill-over for graphs)"}
}

func (influence) Supports(t *Task) error {
	if err := needPairs("influence", t); err != nil {
		return err
	}
	if t.Retain.Train.Len() == 0 {
		return errNothingRetained("influence")
	}
	return nil
}

const (
	influenceSteps = 10
	influencePairs = 4 * 8192
	influenceBatch = 8192
	influenceDamp  = 0.1
)

func (influence) Unlearn(t *Task) (*Result, error) {
	us, is := touched(t.Forget)
	near := nearPairs(t, us, is)
	n, err := open(t, t.Before, t.Retain)
	if err != nil {
		return nil, err
	}
	defer n.Free()
	if t.Forget.Kind == data.ForgetUsers {
		us = collaborators(near, us)
	}
	r := newReach(t.Backend, t.Before, t.Data.Users(), us, is)
	defer r.free()
	c := &curvature{t: t, r: r, theta: n.Theta, scale: 1}
	if some := someOf(t, near, influencePairs, rng.New(t.Seed).Named("near")); len(some) > 0 {
		c.scale = float64(len(near)) / float64(len(some))
		c.probe = newProbe(t, n, some, influenceBatch, model.Loss)
		defer c.probe.free()
	}
	g, err := c.removed(n)
	if err != nil {
		return nil, err
	}
	steps := 0
	if c.probe != nil && floats.Norm(g, 2) > 0 {
		var step []float64
		if step, err = c.solve(g, &steps); err != nil {
			return nil, err
		}
		if err := c.move(step); err != nil {
			return nil, err
		}
	}
	p, err := n.Params()
	if err != nil {
		return nil, err
	}
	return &Result{Params: p, Bound: t.Retain, Steps: steps}, resetInto(t, p)
}

// nearPairs are the retained interactions of the touched users and of the touched items.
func nearPairs(t *Task, us, is []int32) []data.Pair {
	user, item := marked(t.Data.Users(), us), marked(t.Data.Items(), is)
	var list []data.Pair
	for _, p := range t.Retain.Train.Pairs() {
		if user[p.User] || item[p.Item] {
			list = append(list, p)
		}
	}
	return list
}

func marked(n int, list []int32) []bool {
	m := make([]bool, n)
	for _, k := range list {
		m[k] = true
	}
	return m
}

// collaborators adds the users of near pairs.
func collaborators(near []data.Pair, us []int32) []int32 {
	for _, p := range near {
		us = append(us, p.User)
	}
	return ascending(us)
}

// curvature multiplies with the Hessian of the near retained pairs' loss.
type curvature struct {
	t     *Task
	r     *reach
	probe *probe
	theta backend.Tensor
	scale float64 // of sampled near pairs to all
	damp  float64
}

// gradient is the sum of a probe's pairs' gradients over the reach.
func (c *curvature) gradient(p *probe) ([]float64, error) {
	be := c.t.Backend
	g := be.New(1, p.l.Grad.Cols)
	defer be.Free(g)
	if err := p.sum(c.t.Observe, float32(p.l.Batch.Size()), g); err != nil {
		return nil, err
	}
	return c.r.gather(g)
}

// removed is g, what the request's absence changes in the gradient.
func (c *curvature) removed(after *train.Network) ([]float64, error) {
	t := c.t
	old, err := open(t, t.Before, t.Data)
	if err != nil {
		return nil, err
	}
	defer old.Free()
	gone := newProbe(t, old, t.Forget.Pairs, influenceBatch, model.Loss)
	defer gone.free()
	g, err := c.gradient(gone)
	if err != nil || c.probe == nil || after.Final.UserRows == after.Final.Users {
		return g, err
	}
	before := newProbe(t, old, pairsOf(c.probe), influenceBatch, model.Loss)
	defer before.free()
	was, err := c.gradient(before)
	if err != nil {
		return nil, err
	}
	is, err := c.gradient(c.probe)
	if err != nil {
		return nil, err
	}
	floats.AddScaled(g, c.scale, was)
	floats.AddScaled(g, -c.scale, is)
	return g, nil
}

func pairsOf(p *probe) []data.Pair {
	list := make([]data.Pair, p.n)
	for k := range list {
		list[k] = data.Pair{User: p.u[k], Item: p.i[k]}
	}
	return list
}

// product is (H + λI)·v by a central difference; θ is put back to the bit.
func (c *curvature) product(v []float64) ([]float64, error) {
	length := floats.Norm(v, 2)
	if length == 0 {
		return make([]float64, len(v)), nil
	}
	be := c.t.Backend
	keep := be.New(1, c.theta.Cols)
	defer be.Free(keep)
	be.Axpby(1, c.theta, 0, keep)
	// Each coordinate moves by about a hundredth of the rows' spread.
	eps := 0.01 * spread(c.t.Before) * math.Sqrt(float64(len(v))) / length
	c.r.add(eps, v, c.theta)
	up, err := c.gradient(c.probe)
	if err != nil {
		return nil, err
	}
	be.Axpby(1, keep, 0, c.theta)
	c.r.add(-eps, v, c.theta)
	down, err := c.gradient(c.probe)
	if err != nil {
		return nil, err
	}
	be.Axpby(1, keep, 0, c.theta)
	for k := range up {
		up[k] = (up[k]-down[k])/(2*eps)*c.scale + c.damp*v[k]
	}
	return up, nil
}

func (c *curvature) solve(g []float64, steps *int) ([]float64, error) {
	first, err := c.product(g)
	if err != nil {
		return nil, err
	}
	c.damp = influenceDamp * math.Abs(floats.Dot(g, first)) / floats.Dot(g, g)
	x, _, err := conjugateGradients(func(v []float64) ([]float64, error) {
		*steps++
		return c.product(v)
	}, g, influenceSteps, 0.01)
	return x, err
}

// move adds the step, each row's part no longer than the row.
func (c *curvature) move(step []float64) error {
	rows, err := c.r.gather(c.theta)
	if err != nil {
		return err
	}
	at := 0
	for _, p := range c.r.parts {
		for range len(p.h) / p.cols {
			s, row := step[at:at+p.cols], floats.Norm(rows[at:at+p.cols], 2)
			if n := floats.Norm(s, 2); n > row {
				floats.Scale(row/n, s)
			}
			at += p.cols
		}
	}
	c.r.add(1, step, c.theta)
	return nil
}
