package unlearn

import (
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
)

// stopAtParity makes the loop's stop rule the one for its request: the reconstruction
// attack where items go, the gauge at both levels elsewhere, on validation pairs. Where a request
// leaves nothing to compare the loop runs its steps. The returned function frees it.
func (l *loop) stopAtParity() (free func(), err error) {
	t := l.t
	if t.Forget.Kind == data.ForgetItems {
		attack := eval.NewReconstruction(t.Backend, t.Data, t.Forget, t.Data.Valid, l.net.Final.Users.Cols(), rng.New(t.Seed).Named("defend"))
		if attack == nil {
			return func() {}, nil
		}
		if l.parity, err = retainedParity(t, attack, l.net.Final.Users.Cols()); err != nil {
			attack.Free()
			return nil, err
		}
		l.reading = func() (float64, error) {
			users, items := l.net.Embed()
			return attack.AUC(users, items, attackDraws)
		}
		return attack.Free, nil
	}
	if t.Retain.Valid.Len() == 0 || len(t.Forget.Pairs) == 0 {
		return func() {}, nil
	}
	if l.parity, err = expectedParity(t, l.net); err != nil {
		return nil, err
	}
	g := newBothLevels(t, l.net)
	l.reading = g.reading
	return g.free, nil
}
