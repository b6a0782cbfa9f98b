package unlearn

import (
	"errors"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// turnback deletes items in closed form. Their rows and edges are gone, but their users' vectors still tell who took them: an
// attacker rebuilds an item from users known to have had it, as the direction that tells them from all, and looks who else lies
// that way. So each holder moves back along the direction that the other holders give away,
//
//	a_u = (Σ + ridge)⁻¹(mean of the other holders − mean of all)        Σ: covariance of users
//	Δe_u = −c·⟨e_u − ē, a_u⟩·M⁻¹a_u/(a_uᵀM⁻¹a_u)                        M: C + mean of x xᵀ over u's retained items x
//
// by the move that costs the scores of all items (C), and those of u's own, least; p_u moves by Δe_u/S_u. It is done in rounds, since
// directions move with the holders, until the attack reads on validation pairs what the retained data alone tell it
// (retained.go). A few items have too few held-out
// holders to stop by: they get as many rounds as larger requests need.
//
// Cost: a round is O(n_u²·d + d²) for each forgotten pair, and the attack; for few items the walk to their holders
// instead, and copying θ. It serves models whose users' vectors are a mean over layers.
type turnback struct {
	*nearby
	mean    []float64           // of all users
	inverse []float64           // of Σ + ridge
	metric  []float64           // C⁻¹
	spread  []float64           // C, its upper triangle
	total   map[int32][]float64 // of each holder's moves
	known   map[int32][]float64 // C⁻¹x by item
	factor  map[int32]blas64.Triangular
	holders map[int32][]int32
	users   map[int32][]float64 // e of the holders, as they move
}

const (
	turnShare   = 0.2 // c
	turnRounds  = 16  // without a reading,
	turnMost    = 24  // and with
	turnRidge   = 0.1 // of Σ, as the attack has it
	turnMove    = 0.5 // how far a holder moves at most, in deviations of the scores
	sampleUsers = 512
)

var errDiverged = errors.New("method lethe: the vectors are not numbers; the model has diverged")

func turnBack(t *Task) (*Result, error) {
	before, err := t.final()
	if err != nil {
		return nil, err
	}
	b := &turnback{nearby: newNearby(t, before), known: map[int32][]float64{}, factor: map[int32]blas64.Triangular{}, holders: map[int32][]int32{}, users: map[int32][]float64{}}
	for _, p := range t.Forget.Pairs {
		b.holders[p.Item] = append(b.holders[p.Item], p.User)
	}
	b.hold(before.Users)
	_, b.metric = momentsOf(before.Items, b.sample)
	b.spread, b.total = slices.Clone(b.metric), map[int32][]float64{}
	if !invertRidged(before.Items.Cols, b.metric, directRidge) {
		return nil, errDiverged
	}
	r := &Result{Params: b.p, Bound: t.Retain}
	if err := resetInto(t, b.p); err != nil {
		return nil, err
	}
	if small(t) {
		return r, b.blind(r, before.Users)
	}
	return r, b.watched(r)
}

// blind makes the usual number of rounds.
func (b *turnback) blind(r *Result, users dense.Matrix) error {
	if err := b.everyone(users); err != nil {
		return err
	}
	for r.Steps < turnRounds {
		if err := b.t.Observe.Tell(api.Progress{Stage: "unlearn", Done: r.Steps, Total: turnRounds}); err != nil {
			return err
		}
		b.round()
		r.Steps++
	}
	return nil
}

// watched stops when the attack reads no more than the retained data alone tell, on validation pairs.
func (b *turnback) watched(r *Result) error {
	t := b.t
	n, err := bind(t.Model, b.p, t.Retain, t.Backend)
	if err != nil {
		return err
	}
	defer n.Free()
	w := newWatch(t)
	defer w.free()
	attack := eval.NewReconstruction(t.Backend, t.Data, t.Forget, t.Data.Valid, n.Final.Users.Cols(), rng.New(t.Seed).Named("defend"))
	rounds, parity := turnMost, 0.5
	if attack == nil {
		rounds = turnRounds
	} else {
		defer attack.Free()
		if parity, err = retainedParity(t, attack, n.Final.Users.Cols()); err != nil {
			return err
		}
	}
	now, f := dense.New(t.Data.Users(), n.Final.Users.Cols()), &floor{}
	for {
		point := api.Point{Step: r.Steps}
		users, items := n.Embed()
		if err := t.Backend.Read(users, now.Data); err != nil {
			return err
		}
		if attack != nil {
			x, err := attack.AUC(users, items, attackDraws)
			if err != nil {
				return err
			}
			point.Gauge = &x
		}
		if err := w.look(n, &point, r); err != nil {
			return err
		}
		if err := f.keep(n, &point); err != nil {
			return err
		}
		r.Curve = append(r.Curve, point)
		if err := t.Observe.Tell(api.Progress{Stage: "unlearn", Done: r.Steps, Total: rounds, Point: &point}); err != nil {
			return err
		}
		if point.Gauge != nil && *point.Gauge <= parity || r.Steps == rounds || f.fell > 0 {
			f.serve(r)
			return nil
		}
		b.hold(now)
		if err := b.everyone(now); err != nil {
			return err
		}
		b.round()
		n.Load(b.p)
		r.Steps++
	}
}

// hold copies the holders' vectors.
func (b *turnback) hold(v dense.Matrix) {
	for _, u := range b.touched {
		x := make([]float64, v.Cols)
		for c, y := range v.Row(int(u)) {
			x[c] = float64(y)
		}
		b.users[u] = x
	}
}

// everyone takes mean and covariance of all users from a sample.
func (b *turnback) everyone(v dense.Matrix) error {
	s := rng.New(b.t.Seed).Named("everyone").Stream()
	some := make([]int32, sampleUsers)
	for k := range some {
		some[k] = int32(s.IntN(v.Rows))
	}
	b.mean, b.inverse = momentsOf(v, some)
	if !invertRidged(v.Cols, b.inverse, turnRidge) {
		return errDiverged
	}
	return nil
}

// round moves every holder once.
func (b *turnback) round() {
	d := len(b.mean)
	move := map[int32][]float64{}
	for _, i := range b.t.Forget.Items {
		us := b.holders[i]
		if len(us) < 2 {
			continue // one alone gives nothing away
		}
		sum := make([]float64, d)
		for _, u := range us {
			add(sum, 1, b.users[u])
		}
		for _, u := range us {
			e, a := b.users[u], make([]float64, d)
			for c := range a {
				a[c] = (sum[c]-e[c])/float64(len(us)-1) - b.mean[c]
			}
			a = product(b.inverse, a)
			z := 0.0
			for c, x := range a {
				z += float64(x * (e[c] - b.mean[c]))
			}
			step := b.cheapest(u, a)
			if along := inner64(a, step); z > 0 && along > 0 {
				if move[u] == nil {
					move[u] = make([]float64, d)
				}
				for c := range step {
					step[c] *= -turnShare * z / along
				}
				// At once: one who had several of the items moves on from where the last one left off, as their directions are alike.
				b.bound(u, step)
				add(e, 1, step)
				add(move[u], 1, step)
			}
		}
	}
	rows := make([]float64, 0, len(b.touched)*d)
	from := 0
	for _, block := range b.blocks {
		for _, u := range b.touched {
			for c := range block.cols {
				x := 0.0
				if m := move[u]; m != nil {
					x = m[from+c] / b.arrives(u)
				}
				rows = append(rows, x)
			}
		}
		from += block.cols
	}
	b.move(rows)
}

// bound shortens a move so that all of a holder's together change scores by turnMove of their deviation at most.
func (b *turnback) bound(u int32, m []float64) {
	all := b.total[u]
	if all == nil {
		all = make([]float64, len(m))
		b.total[u] = all
	}
	e := make([]float64, len(m))
	for c, x := range b.before.Users.Row(int(u)) {
		e[c] = float64(x)
	}
	limit := turnMove * deviation(e, b.spread)
	next := slices.Clone(all)
	add(next, 1, m)
	if far := deviation(next, b.spread); far > limit {
		for c := range m {
			m[c] = next[c]*limit/far - all[c]
		}
	}
	add(all, 1, m)
}

// cheapest is M⁻¹a, by Woodbury's identity from C⁻¹. What does not depend on a is kept for later rounds.
func (b *turnback) cheapest(u int32, a []float64) []float64 {
	items := b.retained(u)
	n, x := len(items), product(b.metric, a)
	f, ok := b.factor[u]
	if !ok {
		f = b.gram(items)
		b.factor[u] = f
	}
	if n == 0 || f.N == 0 {
		return x
	}
	y := make([]float64, n)
	for r, i := range items {
		for c, w := range b.before.Items.Row(int(i)) {
			y[r] += float64(float64(w) * x[c])
		}
	}
	lapack64.Potrs(f, blas64.General{Rows: n, Cols: 1, Stride: 1, Data: y})
	for r, i := range items {
		add(x, -y[r], b.known[i])
	}
	return x
}

// gram is the Cholesky factor of n·I + X·C⁻¹·Xᵀ, empty where there is none.
func (b *turnback) gram(items []int32) blas64.Triangular {
	n := len(items)
	if n == 0 {
		return blas64.Triangular{}
	}
	g := make([]float64, n*n)
	for r, i := range items {
		if b.known[i] == nil {
			row := b.before.Items.Row(int(i))
			v := make([]float64, len(row))
			for c, w := range row {
				v[c] = float64(w)
			}
			b.known[i] = product(b.metric, v)
		}
		for s, j := range items[:r+1] { // the upper triangle
			for c, w := range b.before.Items.Row(int(j)) {
				g[s*n+r] += float64(float64(w) * b.known[i][c])
			}
		}
		g[r*n+r] += float64(n)
	}
	f, ok := lapack64.Potrf(blas64.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: g})
	if !ok {
		return blas64.Triangular{}
	}
	return f
}

// momentsOf are mean and covariance of some rows.
func momentsOf(v dense.Matrix, some []int32) (mean, cov []float64) {
	d := v.Cols
	mean, cov = meanOf(v, some), make([]float64, d*d)
	x := make([]float64, d)
	for _, i := range some {
		for c, y := range v.Row(int(i)) {
			x[c] = float64(y) - mean[c]
		}
		addSquare(1/float64(len(some)), x, cov)
	}
	return mean, cov
}

// invertRidged is (A + ridge)⁻¹ in place, the ridge being a share of the mean diagonal.
func invertRidged(d int, a []float64, share float64) (ok bool) {
	trace := 0.0
	for c := range d {
		trace += a[c*d+c]
	}
	for c := range d {
		a[c*d+c] += share*trace/float64(d) + 1e-30
	}
	return invertPositive(d, a)
}

func add(y []float64, scale float64, x []float64) {
	for c, v := range x {
		y[c] += float64(scale * v)
	}
}

func product(m, x []float64) []float64 {
	y := make([]float64, len(x))
	for r := range y {
		y[r] = inner64(m[r*len(x):(r+1)*len(x)], x)
	}
	return y
}

func inner64(a, b []float64) (s float64) {
	for c, x := range a {
		s += float64(x * b[c])
	}
	return s
}

// turnable tells whether a request is for turnBack.
func turnable(t *Task) bool {
	return walkable(t) && len(t.Forget.Pairs) > 0 && t.Retain.Train.Len() > 0
}
