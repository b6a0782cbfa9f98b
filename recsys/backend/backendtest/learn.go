package backendtest

import (
	"math"

	"lethe/recsys/backend"
)

// step is Adam's third with the usual constants and a decay.
var step = backend.AdamStep{
	Rate: 1e-2, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Decay: 1e-3,
	Correct1: 1 / (1 - 0.9*0.9*0.9), Correct2: 1 / (1 - 0.999*0.999*0.999),
}

// state is Adam's operands: gradient, moments, weights.
type state struct{ g, m, v, theta matrix }

func (p *pair) state(rows, cols int) state {
	v := make([]float32, rows*cols)
	for i := range v {
		v[i] = 0.1 + p.r.Float32()
	}
	return state{p.random(rows, cols), p.random(rows, cols), p.put(rows, cols, v), p.random(rows, cols)}
}

func (s state) check(p *pair, what string, args ...any) {
	p.check(s.m, few, what+": m", args...)
	p.check(s.v, few, what+": v", args...)
	p.check(s.theta, few, what+": θ", args...)
	p.free(s.g)
}

func testAdam(p *pair) {
	for _, n := range sizes {
		s := p.state(1, n)
		p.want.Adam(step, s.g.want, s.m.want, s.v.want, s.theta.want)
		p.got.Adam(step, s.g.got, s.m.got, s.v.got, s.theta.got)
		s.check(p, "Adam %d", n)
	}
}

func testAdamRows(p *pair) {
	for _, cols := range sizes {
		for _, list := range [][]int32{{}, {2}, {4, 0, 3}, {0, 1, 2, 3, 4}} {
			s := p.state(5, cols)
			wi, gi := p.indexOf(5, list)
			p.want.AdamRows(step, wi, s.g.want, s.m.want, s.v.want, s.theta.want)
			p.got.AdamRows(step, gi, s.g.got, s.m.got, s.v.got, s.theta.got)
			s.check(p, "AdamRows %v of %d columns", list, cols)
		}
	}
}

// testBPRStep has many samples of few rows, so that order counts.
func testBPRStep(p *pair) {
	for _, cols := range sizes {
		for _, n := range sizes {
			const nu, ni = 3, 5
			users, items := p.random(nu, cols), p.random(ni, cols)
			u, i, j := make([]int32, n), make([]int32, n), make([]int32, n)
			for k := range u {
				u[k], i[k] = int32(p.r.IntN(nu)), int32(p.r.IntN(ni))
				j[k] = (i[k] + 1 + int32(p.r.IntN(ni-1))) % ni
			}
			wu, gu := p.indexOf(nu, u)
			wi, gi := p.indexOf(ni, i)
			wj, gj := p.indexOf(ni, j)
			p.want.BPRStep(0.05, 0.1, users.want, items.want, wu, wi, wj)
			p.got.BPRStep(0.05, 0.1, users.got, items.got, gu, gi, gj)
			// Hardware's sigmoid, once per sample.
			tol := tolerance{1e-6 * float64(4+n), 1e-5}
			p.check(users, tol, "BPRStep %d samples of %d columns: users", n, cols)
			p.check(items, tol, "BPRStep %d samples of %d columns: items", n, cols)
		}
	}
}

func testTopK(p *pair) {
	turn := 0
	for _, ni := range sizes {
		for _, cols := range sizes {
			for _, k := range []int{0, 1, 5, 50, 257} {
				topK(p, turn, 5, ni, cols, k)
				turn++
			}
		}
	}
	for _, nu := range sizes {
		topK(p, 1, nu, 257, 64, 20)
	}
}

// topK compares one ranking. Where turn is even the numbers are small integers, whose
// sums are exact and often tie: then lists must be equal.
func topK(p *pair, turn, nu, ni, cols, k int) {
	integers := turn%2 == 0
	table := func(rows int) matrix {
		data := make([]float32, rows*cols)
		for i := range data {
			data[i] = 2*p.r.Float32() - 1
			if integers {
				data[i] = float32(p.r.IntN(3) - 1)
			}
		}
		return p.put(rows, cols, data)
	}
	users, items := table(nu), table(ni)
	ws, gs := p.sparse(nu, ni, turn%3 == 0)
	var banned matrix
	if turn%5 != 0 {
		data := make([]float32, ni)
		for i := range data {
			if p.r.IntN(4) == 0 {
				data[i] = float32(1 + p.r.IntN(2))
			}
		}
		banned = p.put(1, ni, data)
	}
	n := 0
	if nu > 0 {
		n = nu + 2 // some twice
	}
	wu, gu := p.index(n, max(nu, 1))
	ids, scores := p.output(0, n, k), p.output(0, n, k)
	p.want.TopK(users.want, wu, items.want, ws, banned.want, ids.want, scores.want)
	p.got.TopK(users.got, gu, items.got, gs, banned.got, ids.got, scores.got)
	what := "TopK %d users, %d items, %d columns, k %d"
	if integers {
		p.check(ids, exact, what+": ids", nu, ni, cols, k)
		p.check(scores, exact, what+": scores", nu, ni, cols, k)
	} else {
		p.checkRanking(ids, scores, sums(cols), what, nu, ni, cols, k)
	}
	p.free(users, items)
}

// checkRanking allows neighbours whose scores differ by less than rounding to change
// places: each rank's score must be right, ranks must descend, and no id comes twice.
// That an id has the score beside it follows where scores are further apart.
func (p *pair) checkRanking(ids, scores matrix, tol tolerance, what string, args ...any) {
	got, want := p.read(ids, what, args...), p.want.Float64(ids.want)
	gs, ws := p.read(scores, what, args...), p.want.Float64(scores.want)
	k := ids.got.Cols
	for i := range got {
		if !tol.allows(float64(gs[i]), ws[i]) {
			p.t.Errorf(what+": score %d is %g, should be %g", append(args, i, gs[i], ws[i])...)
			return
		}
		if i%k > 0 && gs[i] > gs[i-1] {
			p.t.Errorf(what+": score %d is above the one before", append(args, i)...)
			return
		}
		alone := (i%k == 0 || ws[i-1]-ws[i] > 2*tol.abs) && (i%k == k-1 || ws[i]-ws[i+1] > 2*tol.abs)
		if (alone || math.IsInf(ws[i], -1)) && float64(got[i]) != want[i] {
			p.t.Errorf(what+": id %d is %g, should be %g", append(args, i, got[i], want[i])...)
			return
		}
	}
	for from := 0; from < len(got); from += k {
		once := map[float32]bool{}
		for _, id := range got[from : from+k] {
			if id >= 0 && once[id] {
				p.t.Errorf(what+": id %g twice", append(args, id)...)
				return
			}
			once[id] = true
		}
	}
	p.free(ids, scores)
}
