package unlearn

import (
	"lethe/recsys/backend"
	"lethe/recsys/model"
	"lethe/recsys/tape"
	"lethe/recsys/train"
)

// Reverse BPR on forget triples (u, i, j), x = s_ui − s_uj. Minimising each of the
// three lowers x; only the last two limit themselves.
//
//	ascent    L = ln σ(x)                       slope σ(−x), →1 as x falls without bound
//	swap      L = −ln σ(−x) = softplus(x)       slope σ(x), →0 as x falls
//	anchored  L = (2/β)·softplus(β(x − x₀))     slope 2σ(β(x − x₀)); x₀: the triple under the old model
//
// (swap: Sinha, Mandal, Kankanhalli, AAAI 2025; anchored: the form of NPO, Zhang et al., COLM 2024)

// swap records softplus(x).
func swap(r *model.Recording, b *model.Batch) *tape.Node {
	t := r.Tape
	return t.WeightedSum(b.W, t.Unary(backend.Softplus, model.Margin(t, r.Triple(b))))
}

// hardened is x against the worst vectors within eps of their length, in closed form for inner
// products: x + eps·‖u‖·‖i − j‖ (AdvUnlearn, Zhang et al., NeurIPS 2024). 0: x itself.
func hardened(t *tape.Tape, x model.Triple, eps float64) *tape.Node {
	margin := model.Margin(t, x)
	if eps == 0 {
		return margin
	}
	length := func(n *tape.Node) *tape.Node { return t.Unary(backend.Reciprocal, t.InverseNorm(n)) }
	return t.Combine(1, margin, float32(eps), t.Mul(length(x.U), length(t.Combine(1, x.I, -1, x.J))))
}

// hardSwap is swap on hardened margins.
func hardSwap(eps float64) train.Objective {
	return func(r *model.Recording, b *model.Batch) *tape.Node {
		t := r.Tape
		return t.WeightedSum(b.W, t.Unary(backend.Softplus, hardened(t, r.Triple(b), eps)))
	}
}

// anchored returns the objective with a strength β against frozen final vectors, on
// margins hardened by eps.
func anchored(beta float32, old frozen, eps float64) train.Objective {
	return func(r *model.Recording, b *model.Batch) *tape.Node {
		t := r.Tape
		users, items := t.Constant(old.users), t.Constant(old.items)
		before := model.Triple{U: t.Gather(users, b.U), I: t.Gather(items, b.I), J: t.Gather(items, b.J)}
		x := t.Scale(beta, t.Combine(1, hardened(t, r.Triple(b), eps), -1, model.Margin(t, before)))
		return t.Scale(2/beta, t.WeightedSum(b.W, t.Unary(backend.Softplus, x)))
	}
}

// frozen are final vectors that no longer change.
type frozen struct {
	be           backend.Backend
	users, items backend.Tensor
}

// freeze copies the current final vectors of a network.
func freeze(n *train.Network) frozen {
	be := n.Backend()
	users, items := n.Embed()
	f := frozen{be, be.New(users.Rows, users.Cols), be.New(items.Rows, items.Cols)}
	be.Axpby(1, users, 0, f.users)
	be.Axpby(1, items, 0, f.items)
	return f
}

func (f frozen) free() {
	f.be.Free(f.users)
	f.be.Free(f.items)
}
