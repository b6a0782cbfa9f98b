package unlearn

import (
	"fmt"
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
	"lethe/recsys/train"

	"gonum.org/v1/gonum/floats"
)

// direct brings forgotten pairs where they belong in closed form, at both levels at once. The row
// of each touched user makes the move that changes everyone else's scores least:
//
//	Δ_u = argmin κ_u·Δᵀ M Δ + Σ_{i of u, retained} w·‖a_i·Δ‖² + ρ·Σ_{i of u, forgotten} (a_i·Δ − t_i)²
//	a_i: ∂z_ui/∂p_u, twice for every item: S_u·(e*_i − m*)/spread* by final vectors, (q_i − m)/spread by raw rows
//	t_i: z^goal − z, by level; the goal is what held-out positives say of such a pair (expect.go)
//	M:   mean square of the change of all items' scores, C + τ²·C*
//
// S_u is how much of a row's move arrives in the final vector: 1 without a graph, else the diagonal of
// the convolution. Moves of other users arrive as well, and a nonlinear model has no constant S_u: so it
// is done in rounds on fresh vectors, Δ_u being the whole move from θ⁰ each time. Since what speaks against a move leaves
// every pair short of its goal, by an amount of its own at each level, the next round aims beyond it by as much
// (aim.go), until both levels stand where they should.
//
// With V the rows a_i times the roots of their weights, Δ = P·Vᵀ(I + V·P·Vᵀ)⁻¹·y, P = (κM)⁻¹: products of
// items with M⁻¹ are shared by all users, and what is left per user is a system of twice their items.
//
// Cost: a round is one forward pass and O(n_u²·d) per touched user with n_u items. Nothing is trained.
const (
	directRounds   = 6   // at most
	directPull     = 1.0 // ρ of final vectors
	directPullRows = 0.5 // and of raw rows, which are easier to move
	directRetained = 24  // retained items of a user that are looked at; together they weigh 1
	directForget   = 64  // forgotten pairs of a user that a round moves, those farthest from their goal
	directHeld     = 4   // held-out positives for each forgotten pair,
	directLeast    = 400 // at least so many
	directMost     = 20000
	directRidge    = 1e-3 // of M, as a share of its mean diagonal
	directMove     = 1.0  // how far a user moves at most, in deviations of the scores
)

// directed is what the rounds of one request share.
type directed struct {
	t       *Task
	held    []data.Pair
	expect  *expectation
	goals   [][]float64 // by level, from the vectors before the first round
	aims    []aim       // by level
	crowd   *crowd
	blocks  []block // of users' rows, whose columns side by side are a raw row
	touched []int32
	first   []int       // of each touched user's forgotten pairs; one more at the end
	moved   [][]float64 // Δ of each touched user
	length  []float64   // and the deviation of their scores at the start
}

func newDirect(t *Task) *directed {
	d := &directed{t: t, held: heldBeside(t)}
	for _, b := range blocks(t.Before, t.Data.Users()) {
		if b.kind == "user" {
			d.blocks = append(d.blocks, b)
		}
	}
	byItem := t.Retain.Train.Transpose()
	d.expect = newExpectation(t.Retain.Train, byItem, t.Forget.Pairs, d.held)
	var us, is []int32
	for k, p := range t.Forget.Pairs {
		if k == 0 || p.User != t.Forget.Pairs[k-1].User {
			d.touched, d.first = append(d.touched, p.User), append(d.first, k)
			is = append(is, d.retained(p.User)...)
		}
		is = append(is, p.Item)
	}
	d.first = append(d.first, len(t.Forget.Pairs))
	near := ascending(slices.Clone(is))
	us = append(us, d.touched...)
	for _, p := range d.held {
		us, is = append(us, p.User), append(is, p.Item)
	}
	d.crowd = newCrowd(t.Backend, t.Data, us, is, train.Forgotten(t.Retain))
	d.crowd.near = near
	d.moved = make([][]float64, len(d.touched))
	return d
}

// heldBeside are the validation positives that stand beside a request, anyone's.
func heldBeside(t *Task) []data.Pair {
	n := min(max(directHeld*len(t.Forget.Pairs), directLeast), directMost)
	return someOf(t, t.Retain.Valid.Pairs(), n, rng.New(t.Seed).Named("held"))
}

// expectedParity is what the gauge of both levels should read once the forgotten pairs are
// where they belong: about a half where held-out positives are like training ones.
func expectedParity(t *Task, n *train.Network) (float64, error) {
	d := newDirect(t)
	defer d.free()
	levels, err := d.read(n)
	if err != nil {
		return 0, err
	}
	sum := 0.0
	for k, l := range levels {
		held := l.z(d.held)
		d.expect.see(l)
		sum += eval.AUC(d.expect.goals(k, l.z(t.Forget.Pairs), held), held) / float64(len(levels))
	}
	return sum, nil
}

func (d *directed) free() { d.t.Backend.Free(d.crowd.weight) }

// retained is at most directRetained of a user's retained items, evenly spaced.
func (d *directed) retained(u int32) []int32 {
	row := d.t.Retain.Train.Row(int(u))
	if len(row) <= directRetained {
		return row
	}
	some := make([]int32, directRetained)
	for k := range some {
		some[k] = row[k*len(row)/directRetained]
	}
	return some
}

// arrives is S_u.
func (d *directed) arrives(u int32) float64 {
	l := d.t.Model.Layers
	if l == 0 {
		return 1
	}
	s, row := 1.0, d.t.Retain.Train.Row(int(u))
	if l > 1 {
		for _, i := range row {
			s += 1 / (float64(len(row)) * float64(d.expect.count(i)))
		}
	}
	return s / float64(l+1)
}

// place is where the weights are: on a backend, or near the request.
type place interface {
	levels() ([]*level, error)
	// move adds to the rows of the touched users, block by block.
	move(move []float64)
}

// onBackend is a network with all its vectors.
type onBackend struct {
	d *directed
	n *train.Network
}

func (o onBackend) levels() ([]*level, error) { return o.d.read(o.n) }

func (o onBackend) move(move []float64) {
	r := newReach(o.d.t.Backend, o.d.t.Before, o.d.t.Data.Users(), o.d.touched, nil)
	defer r.free()
	r.add(1, move, o.n.Theta)
}

// run makes the rounds and looks at lists after each.
func (d *directed) run(at place, look func(p *api.Point) error, r *Result) error {
	for round := 0; ; round++ {
		levels, err := at.levels()
		if err != nil {
			return err
		}
		now, gauge, there := make([][]float64, len(levels)), 0.0, true
		for k, l := range levels {
			held := l.z(d.held)
			now[k] = l.z(d.t.Forget.Pairs)
			gauge += eval.AUC(now[k], held) / float64(len(levels))
			if round == 0 {
				d.expect.see(l)
				d.goals, d.aims = append(d.goals, d.expect.goals(k, now[k], held)), append(d.aims, make(aim, len(now[k])))
				there = false
				continue
			}
			goals := d.goals[k]
			if d.expect.ranks == nil { // held-out pairs have moved with their users
				d.expect.see(l)
				goals = d.expect.goals(k, now[k], held)
			}
			there = d.aims[k].adjust(now[k], held, goals) && there
		}
		point := api.Point{Step: round, Gauge: &gauge}
		if look != nil {
			if err := look(&point); err != nil {
				return err
			}
		}
		r.Curve, r.Steps = append(r.Curve, point), round
		if err := d.t.Observe.Tell(api.Progress{Stage: "unlearn", Done: round, Total: directRounds, Point: &point}); err != nil {
			return err
		}
		if there || round == directRounds {
			return nil
		}
		if err := d.round(at, levels, now); err != nil {
			return err
		}
	}
}

// read is the levels of a network: raw rows last.
func (d *directed) read(n *train.Network) (levels []*level, err error) {
	users, items := n.Embed()
	add := func(users, items backend.Tensor) {
		if err == nil {
			var l *level
			l, err = d.crowd.read(d.t.Backend, users, items)
			levels = append(levels, l)
		}
	}
	add(users, items)
	if n.Final.UserRows != n.Final.Users {
		add(n.Final.UserRows.Value, n.Final.ItemRows.Value)
	}
	return levels, err
}

// round moves every touched user.
func (d *directed) round(at place, levels []*level, now [][]float64) error {
	products, err := d.metric(levels)
	if err != nil {
		return err
	}
	width := levels[0].users.Cols
	move := make([]float64, len(d.touched)*width)
	for k, u := range d.touched {
		s := &system{d: d, u: u, levels: levels, products: products, before: d.moved[k]}
		if len(levels) > 1 {
			s.scale = d.arrives(u)
		}
		s.fill(d.first[k], d.first[k+1], now)
		delta, ok := s.solve()
		if !ok {
			return fmt.Errorf("method lethe: the scores of user %d are not numbers; the model has diverged", u)
		}
		d.bound(k, delta, levels[len(levels)-1])
		change := slices.Clone(delta)
		for c, x := range d.moved[k] {
			change[c] -= x
		}
		d.moved[k] = delta
		start, from := 0, 0
		for _, b := range d.blocks {
			copy(move[start+k*b.cols:start+(k+1)*b.cols], change[from:])
			start, from = start+len(d.touched)*b.cols, from+b.cols
		}
	}
	at.move(move)
	return nil
}

// bound shortens a move to what changes scores by directMove of their deviation at most. Equations that contradict each
// other, as those of users with little left may, would drive a row without end, and the graph carries it to everyone.
func (d *directed) bound(k int, delta []float64, raw *level) {
	if d.length == nil {
		d.length = make([]float64, len(d.touched))
	}
	if d.length[k] == 0 {
		d.length[k] = raw.spread[raw.userSlot[d.touched[k]]]
	}
	if far := deviation(delta, raw.cov); far > directMove*d.length[k] {
		floats.Scale(directMove*d.length[k]/far, delta)
	}
}

// deviation is √(xᵀ C x), of C the upper triangle.
func deviation(x, c []float64) float64 {
	d, sum := len(x), 0.0
	for r, v := range x {
		for s, w := range x {
			sum += float64(float64(v*w) * c[min(r, s)*d+max(r, s)])
		}
	}
	return math.Sqrt(max(sum, 0))
}

// metric is every item's row times M⁻¹, by level.
func (d *directed) metric(levels []*level) (products []dense.Matrix, err error) {
	raw := levels[len(levels)-1]
	m := slices.Clone(raw.cov)
	if len(levels) > 1 {
		sum := 0.0
		for _, u := range d.touched {
			at := raw.userSlot[u]
			x := d.arrives(u) * raw.spread[at] / levels[0].spread[at]
			sum += x * x
		}
		tau := sum / float64(len(d.touched))
		for k, x := range levels[0].cov {
			m[k] += tau * x
		}
	}
	width, trace := raw.items.Cols, 0.0
	for c := range width {
		trace += m[c*width+c]
	}
	for c := range width {
		m[c*width+c] += directRidge*trace/float64(width) + 1e-30
	}
	if !invertPositive(width, m) {
		return nil, fmt.Errorf("method lethe: the items' vectors are not numbers; the model has diverged")
	}
	for _, l := range levels {
		p, err := l.times(m)
		if err != nil {
			return nil, err
		}
		products = append(products, p)
	}
	return products, nil
}

// system is the equations of one user.
type system struct {
	d        *directed
	u        int32
	levels   []*level
	products []dense.Matrix
	scale    float64   // S_u, for the first of two levels
	before   []float64 // Δ of the rounds so far; nil for none
	rows     []equation
}

// equation is one row of V: weight·vector of an item at a level, and its y.
type equation struct {
	level, item int // item: its place in the crowd
	weight, y   float64
}

func (s *system) fill(from, to int, now [][]float64) {
	at := s.levels[0].userSlot[s.u]
	retained := s.d.retained(s.u)
	pairs := make([]int, 0, to-from)
	for e := from; e < to; e++ {
		pairs = append(pairs, e)
	}
	if len(pairs) > directForget {
		far := func(e int) float64 {
			x := 0.0
			for k := range s.levels {
				x = max(x, math.Abs(s.d.goals[k][e]-now[k][e]))
			}
			return x
		}
		slices.SortStableFunc(pairs, func(a, b int) int {
			switch x, y := far(a), far(b); {
			case x > y:
				return -1
			case x < y:
				return 1
			}
			return 0
		})
		pairs = pairs[:directForget]
	}
	for k, l := range s.levels {
		unit := 1 / l.spread[at]
		if k == 0 && len(s.levels) > 1 {
			unit *= s.scale
		}
		pull := math.Sqrt(directPull)
		if k == 1 {
			pull = math.Sqrt(directPullRows)
		}
		for _, i := range retained {
			s.rows = append(s.rows, equation{k, l.itemAt[i], unit / math.Sqrt(float64(len(retained))), 0})
		}
		for _, e := range pairs {
			i := l.itemAt[s.d.t.Forget.Pairs[e].Item]
			goal := s.d.goals[k][e] + s.d.aims[k][e] - now[k][e]
			for c, x := range l.items.Row(i) {
				if s.before != nil {
					goal += unit * float64(x) * s.before[c]
				}
			}
			s.rows = append(s.rows, equation{k, i, unit * pull, goal * pull})
		}
	}
}

// solve is P·Vᵀ(I + V·P·Vᵀ)⁻¹·y.
func (s *system) solve() (delta []float64, ok bool) {
	raw := s.levels[len(s.levels)-1]
	spread := raw.spread[raw.userSlot[s.u]]
	over := spread * spread // 1/κ
	n := len(s.rows)
	g, y := make([]float64, n*n), make([]float64, n)
	for a, p := range s.rows {
		y[a] = p.y
		for b := a; b < n; b++ {
			q := s.rows[b]
			g[a*n+b] = over * p.weight * q.weight * inner(s.levels[p.level].items.Row(p.item), s.products[q.level].Row(q.item))
		}
		g[a*n+a]++
	}
	if !solvePositive(n, g, y) {
		return nil, false
	}
	delta = make([]float64, raw.items.Cols)
	for a, p := range s.rows {
		for c, x := range s.products[p.level].Row(p.item) {
			delta[c] += over * p.weight * y[a] * float64(x)
		}
	}
	return delta, true
}
