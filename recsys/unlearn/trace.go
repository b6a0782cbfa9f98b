package unlearn

import (
	"math"
	"slices"

	"lethe/recsys/backend"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/train"
)

// causalTrace finds where a request is stored, the first stage of SHA256 (selective amnesia
// by localising, freezing, adapting): each block of θ is corrupted by putting its column mean in every row, and
// what that takes off the gap between forgotten and held-out pairs, z(D_f) − z(held), is the block's effect.
// The second stage updates the fewest blocks that hold most of the effect and freezes the rest for the
// forget half.
func causalTrace(t *Task, n *train.Network) (all []block, effect []float64, err error) {
	d := newDirect(t)
	defer d.free()
	gap := func() (float64, error) {
		levels, err := d.read(n)
		if err != nil {
			return 0, err
		}
		f, h := levels[0].z(t.Forget.Pairs), levels[0].z(d.held)
		return eval.AUC(f, h), nil
	}
	whole, err := gap()
	if err != nil {
		return nil, nil, err
	}
	p, err := n.Params()
	if err != nil {
		return nil, nil, err
	}
	defer n.Load(p)
	all = blocks(p, t.Data.Users())
	for _, b := range all {
		c := p.Clone()
		mean := meanOf(dense.Matrix{Rows: b.rows(), Cols: b.cols, Data: p.Theta[b.from:b.to]}, nil)
		for k := b.from; k < b.to; k++ {
			c.Theta[k] = float32(mean[(k-b.from)%b.cols])
		}
		n.Load(c)
		x, err := gap()
		if err != nil {
			return nil, nil, err
		}
		// Nearer to a half is less to tell, whichever side.
		effect = append(effect, math.Abs(whole-0.5)-math.Abs(x-0.5))
	}
	return all, effect, nil
}

// stored is the fewest blocks with traceShare of the positive effect; all if there is none.
func stored(all []block, effect []float64) []block {
	order, total := make([]int, len(all)), 0.0
	for k := range order {
		order[k] = k
		total += max(effect[k], 0)
	}
	if total == 0 {
		return all
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case effect[a] > effect[b]:
			return -1
		case effect[a] < effect[b]:
			return 1
		}
		return 0
	})
	var live []block
	sum := 0.0
	for _, k := range order {
		if sum >= traceShare*total || effect[k] <= 0 {
			break
		}
		live, sum = append(live, all[k]), sum+effect[k]
	}
	return live
}

const traceShare = 0.8

// pinned runs a step and puts every block back that may not move, to the bit.
func pinned(be backend.Backend, theta backend.Tensor, all, live []block, step func() error) error {
	keep := be.New(1, theta.Cols)
	defer be.Free(keep)
	be.Axpby(1, theta, 0, keep)
	if err := step(); err != nil {
		return err
	}
	for _, b := range all {
		if !slices.Contains(live, b) {
			be.Axpby(1, keep.View(b.from, b.rows(), b.cols), 0, theta.View(b.from, b.rows(), b.cols))
		}
	}
	return nil
}

// mostDrifted is the block that is farthest from the old weights, ‖θ − θ⁰‖/√n: what
// FPF repairs alone.
func mostDrifted(t *Task, n *train.Network) (block, error) {
	p, err := n.Params()
	if err != nil {
		return block{}, err
	}
	var worst block
	far := -1.0
	for _, b := range blocks(p, t.Data.Users()) {
		sum := 0.0
		for k := b.from; k < b.to; k++ {
			d := float64(p.Theta[k]) - float64(t.Before.Theta[k])
			sum += d * d
		}
		if x := math.Sqrt(sum / float64(max(b.to-b.from, 1))); x > far {
			worst, far = b, x
		}
	}
	return worst, nil
}
