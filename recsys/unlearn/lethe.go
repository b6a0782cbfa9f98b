package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/train"
)

// lethe routes a request to what works for its kind.
//
//	interactions  remove edges; move the users' rows in closed form so that forgotten pairs stand
//	              where held-out positives do, in final vectors and raw rows at once (direct.go)
//	modality      remove the content and its edges, reset and refit the holders' preferences of that
//	              channel where a model has them, a few retain steps (modality.go)
//	users, items  reset rows, remove edges, then unlearn the other side, which still tells who took part,
//	              against the vectors that an attacker would rebuild: of items in closed form (turnback.go),
//	              else by gradient (items.go); no reverse BPR on the deleted, which would mark them for
//	              anyone to see
//
// With the option steps, or one that works on steps, interactions are forgotten by gradient: anchored
// reverse BPR on D_f, which moves the users' rows, beside BPR on retain batches, two lazy Adams; it
// stops two-sided where the closed form would put the pairs, on the mean of final vectors and raw rows.
//
// Cost: direct.go's; a step is one forget and one retain batch, and a stop test O(I·d²).
// Departures: this is Lethe's own recipe on the base of MMRecUn's reverse BPR.
type lethe struct{ options }

func (m lethe) Describe() api.Method {
	return api.Method{Name: "lethe" + m.text, Guarantee: Approximate, Summary: "routed by request: anchored reverse BPR with a two-sided stop, row reset, or attacker-guided unlearning"}
}

func (m lethe) Supports(t *Task) error {
	if err := needSteps(t); err != nil && t.Model.Adapters == 0 {
		return err // adapters are solved for again in the end
	}
	if t.Forget.Kind == data.ForgetPairs && t.Retain.Valid.Len() == 0 {
		return fmt.Errorf("method lethe puts forgotten interactions where held-out ones stand, and data set %q has no validation rows: split it with some, or use retrain", t.Data.Name)
	}
	return m.options.serve("lethe", t)
}

// Step counts and sizes of the recipe. Adam moves a coordinate by about its step size
// whatever the gradient, so paces are step sizes as a share of the root-mean-square of the
// entity rows: a model trained to larger rows is moved as far, in its own measure.
const (
	interactionSteps = 40
	userSteps        = 10
	retainBatch      = 8192
	forgetBatch      = 8192
	forgetPace       = 0.06
	retainPace       = 0.02
	anchor           = 1
)

func (m lethe) Unlearn(t *Task) (*Result, error) {
	if research && t.Model.Adapters > 0 && t.Forget.Kind == data.ForgetModality {
		return adapter{}.Unlearn(t)
	}
	r, err := m.unlearn(t)
	if research && err == nil && t.Model.Adapters > 0 {
		err = readapt(t, r)
	}
	if err != nil || !research || m.strength == 0 || m.strength == 1 {
		return r, err
	}
	return r, interpolate(t, r, m.strength)
}

func (m lethe) unlearn(t *Task) (*Result, error) {
	switch t.Forget.Kind {
	case data.ForgetUsers:
		if small(t) && !m.bySteps() {
			return graphOnly{}.Unlearn(t) // nobody else's vector has to learn that one is gone
		}
		return forgetEntities(t, m.options, userSteps)
	case data.ForgetModality:
		return forgetModality(t, m.options)
	case data.ForgetItems:
		if turnable(t) && !m.bySteps() {
			return turnBack(t)
		}
		return forgetEntities(t, m.options, userSteps)
	}
	if m.bySteps() {
		return forgetPairs(t, m.options)
	}
	if small(t) && walkable(t) {
		return forgetNear(t)
	}
	return directly(t)
}

// repairing resets, removes and takes retain steps only.
func repairing(t *Task, steps int, o options) (*Result, error) {
	l, err := begin(t)
	if err != nil {
		return nil, err
	}
	defer l.free()
	if t.Retain.Train.Len() > 0 {
		l.repair(retainBatch, retainPace*l.spread)
	}
	if err := l.apply(o, steps); err != nil {
		return nil, err
	}
	return l.run(steps)
}

func forgetPairs(t *Task, o options) (*Result, error) {
	l, err := begin(t)
	if err != nil {
		return nil, err
	}
	defer l.free()
	old, err := original(t)
	if err != nil {
		return nil, err
	}
	defer old.free()
	l.push(t.Forget.Pairs, forgetBatch, forgetPace*l.spread, anchored(anchor, old, o.adv))
	// An item's row that gives way lowers ⟨p_u, q_i⟩ and leaves what the graph brings to u from
	// the item's other users: the raw rows would pass parity long before the final vectors reach it.
	l.forget.users = true
	if t.Retain.Train.Len() > 0 {
		l.repair(retainBatch, retainPace*l.spread)
	}
	if l.parity, err = expectedParity(t, l.net); err != nil {
		return nil, err
	}
	g := newBothLevels(t, l.net)
	defer g.free()
	l.reading = g.reading
	if err := l.apply(o, interactionSteps); err != nil {
		return nil, err
	}
	return l.run(interactionSteps)
}

// original is the final vectors of the model as it was.
func original(t *Task) (frozen, error) {
	n, err := bind(t.Model, t.Before, t.Data, t.Backend)
	if err != nil {
		return frozen{}, err
	}
	defer n.Free()
	return freeze(n), nil
}

// bothLevels reads the gauge at the level of final vectors and of raw rows, on
// validation positives.
type bothLevels struct {
	net         *train.Network
	final, rows *eval.Gauge
}

func newBothLevels(t *Task, n *train.Network) *bothLevels {
	held := heldBeside(t)
	banned := train.Forgotten(t.Retain)
	b := &bothLevels{net: n, final: eval.NewGauge(t.Backend, t.Data, t.Forget.Pairs, held, banned, n.Final.Users.Cols())}
	if n.Final.UserRows != n.Final.Users {
		b.rows = eval.NewGauge(t.Backend, t.Data, t.Forget.Pairs, held, banned, n.Final.UserRows.Cols())
	}
	return b
}

func (b *bothLevels) reading() (float64, error) {
	users, items := b.net.Embed()
	x, err := b.final.AUC(users, items)
	if err != nil || b.rows == nil {
		return x, err
	}
	y, err := b.rows.AUC(b.net.Final.UserRows.Value, b.net.Final.ItemRows.Value)
	return (x + y) / 2, err
}

func (b *bothLevels) free() {
	b.final.Free()
	if b.rows != nil {
		b.rows.Free()
	}
}

// directly forgets interactions in closed form.
func directly(t *Task) (*Result, error) {
	n, err := bind(t.Model, t.Before, t.Retain, t.Backend)
	if err != nil {
		return nil, err
	}
	defer n.Free()
	d := newDirect(t)
	defer d.free()
	w := newWatch(t)
	defer w.free()
	r := &Result{Bound: t.Retain}
	f := &floor{}
	look := func(p *api.Point) error {
		if err := w.look(n, p, r); err != nil {
			return err
		}
		return f.keep(n, p)
	}
	if err := d.run(onBackend{d, n}, look, r); err != nil {
		return nil, err
	}
	f.serve(r)
	return r, nil
}
