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

// Deletion of items, the users' side. Rows and edges of the items are gone, but their
// users' vectors still tell who took them: an attacker who knows some rebuilds a vector a_i
// and ranks the rest. So the users are unlearned against exactly these vectors, rebuilt
// every few steps since a fixed target only moves the trace elsewhere:
//
//	L_f = mean over forgotten (u, i) of softplus(⟨e_u − e_u', a_i⟩)      u' a random user
//
// gradients to the rows of u only. It stops when the attack, with other draws and
// validation pairs, reads what the retained data alone tell (retained.go).
//
// Deletion of users is the same with the sides exchanged: items tell who had them.

const (
	itemSteps   = 40
	slightSteps = 9     // of a request up to slightShare of the interactions: it leaves nothing to repair, and too
	slightShare = 0.005 // few held-out pairs to stop by
	refit       = 2     // steps between two rebuilds
	itemPace    = 0.03
	attackDraws = 2
)

// forgetEntities deletes items or users; without anything to attack, idle steps repair.
func forgetEntities(t *Task, o options, idle int) (*Result, error) {
	l, err := begin(t)
	if err != nil {
		return nil, err
	}
	defer l.free()
	slight := float64(len(t.Forget.Pairs)) <= slightShare*float64(t.Data.Train.Len())
	if t.Retain.Train.Len() > 0 && !slight {
		l.repair(retainBatch, retainPace*l.spread)
	}
	dim := l.net.Final.Users.Cols()
	attack := eval.NewReconstruction(t.Backend, t.Data, t.Forget, t.Data.Valid, dim, rng.New(t.Seed).Named("defend"))
	if attack == nil {
		if err := l.apply(o, idle); err != nil {
			return nil, err
		}
		return l.run(idle)
	}
	defer attack.Free()
	a := &attacker{attack: attack, net: l.net, src: l.src.Named("bystander"), byUser: t.Forget.Kind == data.ForgetUsers, users: t.Data.Users(), items: t.Data.Items()}
	if !slight {
		if l.parity, err = retainedParity(t, attack, dim); err != nil {
			return nil, err
		}
	}
	a.vectors = t.Backend.New(len(attack.Entities()), dim)
	defer t.Backend.Free(a.vectors)
	l.push(t.Forget.Pairs, len(t.Forget.Pairs), itemPace*l.spread, a.objective)
	l.forget.feed = a.draw
	l.forget.users, l.forget.others = !a.byUser, a.byUser
	l.reading = func() (float64, error) {
		users, items := l.net.Embed()
		return attack.AUC(users, items, attackDraws)
	}
	steps := itemSteps
	if slight {
		steps = slightSteps
	}
	if err := l.apply(o, steps); err != nil {
		return nil, err
	}
	return l.run(steps)
}

// attacker supplies the forget half with rebuilt vectors and the pairs they expose.
type attacker struct {
	attack       *eval.Reconstruction
	net          *train.Network
	src          rng.Source
	byUser       bool // users are deleted: it is items that tell
	users, items int
	vectors      backend.Tensor
	pairs        []exposed
}

// exposed is one of those that tell of an entity, and the row of vectors rebuilt for it.
type exposed struct{ who, vector int32 }

// objective: J are bystanders, and the side that is deleted counts rows of the attacker's vectors.
func (a *attacker) objective(r *model.Recording, b *model.Batch) *tape.Node {
	t := r.Tape
	rows, who, vector := r.Full().Users, b.U, b.I
	if a.byUser {
		rows, who, vector = r.Full().Items, b.I, b.U
	}
	diff := t.Combine(1, t.Gather(rows, who), -1, t.Gather(rows, b.J))
	x := t.RowDot(diff, t.Gather(t.Constant(a.vectors), vector))
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
		for _, who := range a.attack.Unknown(k, known[k]) {
			a.pairs = append(a.pairs, exposed{who, int32(k)})
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
	be, b := h.l.Net.Backend(), h.l.Batch
	who, vector, whoIx, vectorIx, all := h.u, h.i, b.U, b.I, a.users
	if a.byUser {
		who, vector, whoIx, vectorIx, all = h.i, h.u, b.I, b.U, a.items
	}
	for k := range who {
		if k >= n {
			who[k], vector[k], h.j[k], h.w[k] = who[0], 0, who[0], 0
			continue
		}
		who[k], vector[k], h.w[k] = a.pairs[k].who, a.pairs[k].vector, 1/float32(n)
		h.j[k] = int32(s.IntN(all))
	}
	be.WriteIndex(whoIx, all, who)
	be.WriteIndex(vectorIx, a.vectors.Rows, vector)
	be.WriteIndex(b.J, all, h.j)
	be.Write(b.W, h.w)
	return nil
}
