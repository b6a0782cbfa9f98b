package unlearn

import (
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
	"lethe/recsys/train"
)

// Item deletion, the users' side. Rows and edges of the items are gone, but their
// users' vectors still tell who took them: an attacker who knows some rebuilds a vector a_i
// and ranks the rest. So the users are unlearned against exactly these vectors, rebuilt
// every few steps since a fixed target only moves the trace elsewhere:
//
//	L_f = mean over forgotten (u, i) of softplus(⟨e_u − e_u', a_i⟩)      u' a random user
//
// gradients to the rows of u only. It stops when the attack, with other draws and
// validation pairs, reads parity.

const (
	itemSteps   = 40
	refit       = 2 // steps between two rebuilds
	itemPace    = 0.03
	attackDraws = 2
)

func forgetItems(t *Task, o options) (*Result, error) {
	l, err := begin(t)
	if err != nil {
		return nil, err
	}
	defer l.free()
	if t.Retain.Train.Len() > 0 {
		l.repair(retainBatch, retainPace*l.spread)
	}
	dim := l.net.Final.Users.Cols()
	attack := eval.NewReconstruction(t.Backend, t.Data, t.Forget, t.Data.Valid, dim, rng.New(t.Seed).Named("defend"))
	if attack == nil {
		if err := l.apply(o, userSteps); err != nil {
			return nil, err
		}
		return l.run(userSteps)
	}
	defer attack.Free()
	a := &attacker{attack: attack, net: l.net, src: l.src.Named("bystander"), users: t.Data.Users()}
	a.vectors = t.Backend.New(len(attack.Entities()), dim)
	defer t.Backend.Free(a.vectors)
	l.push(t.Forget.Pairs, len(t.Forget.Pairs), itemPace*l.spread, a.objective)
	l.forget.feed = a.draw
	l.forget.users = true
	l.reading = func() (float64, error) {
		users, items := l.net.Embed()
		return attack.AUC(users, items, attackDraws)
	}
	if err := l.apply(o, itemSteps); err != nil {
		return nil, err
	}
	return l.run(itemSteps)
}

// attacker supplies the forget half with rebuilt vectors and the pairs they expose.
type attacker struct {
	attack  *eval.Reconstruction
	net     *train.Network
	src     rng.Source
	users   int
	vectors backend.Tensor
	pairs   []data.Pair // user, row of vectors
	err     error
}

// objective: the batch's I counts rows of the attacker's vectors, J are bystanders.
func (a *attacker) objective(r *model.Recording, b *model.Batch) *tape.Node {
	t, users := r.Tape, r.Full().Users
	diff := t.Combine(1, t.Gather(users, b.U), -1, t.Gather(users, b.J))
	x := t.RowDot(diff, t.Gather(t.Constant(a.vectors), b.I))
	return t.WeightedSum(b.W, t.Unary(backend.Softplus, x))
}

// rebuild attacks the model as it is and lists the exposed pairs.
func (a *attacker) rebuild(draw int) error {
	users, items := a.net.Embed()
	v, known, err := a.attack.Vectors(users, items, draw)
	if err != nil {
		return err
	}
	a.write(v)
	a.pairs = a.pairs[:0]
	for k := range known {
		for _, u := range a.attack.Unknown(k, known[k]) {
			a.pairs = append(a.pairs, data.Pair{User: u, Item: int32(k)})
		}
	}
	return nil
}

func (a *attacker) write(v dense.Matrix) { a.net.Backend().Write(a.vectors, v.Data) }

// draw fills a batch for a step.
func (a *attacker) draw(h *forgetHalf, step int) error {
	if (step-1)%refit == 0 {
		if err := a.rebuild(step); err != nil {
			return err
		}
	}
	s := a.src.Key(uint64(step)).Stream()
	n := min(len(h.u), len(a.pairs))
	for k := range h.u {
		if k >= n {
			h.u[k], h.i[k], h.j[k], h.w[k] = h.u[0], 0, h.u[0], 0
			continue
		}
		h.u[k], h.i[k], h.w[k] = a.pairs[k].User, a.pairs[k].Item, 1/float32(n)
		h.j[k] = int32(s.IntN(a.users))
	}
	be := h.l.Net.Backend()
	be.WriteIndex(h.l.Batch.U, a.users, h.u)
	be.WriteIndex(h.l.Batch.I, a.vectors.Rows, h.i)
	be.WriteIndex(h.l.Batch.J, a.users, h.j)
	be.Write(h.l.Batch.W, h.w)
	return nil
}
