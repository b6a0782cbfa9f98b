package simd

import (
	"lethe/recsys/backend"
	"lethe/recsys/math32"
)

// BPRStep takes runs of samples that share no row: their differences are computed before
// any of their steps, which changes no bit and lets memory and the sigmoid serve many at
// once.
func (b *Backend) BPRStep(rate, reg float32, users, items backend.Tensor, u, i, j *backend.Index) {
	if b.err != nil {
		return
	}
	backend.CheckBPR(users, items, u, i, j)
	n, vu, vi := users.Cols, b.Data(users), b.Data(items)
	user, positive, negative := rows(u, users), rows(i, items), rows(j, items)
	s := &b.scratch.bpr
	for len(user) > 0 {
		run := s.run(user, positive, negative)
		x := s.sigmoid[:]
		for k := range run {
			s.sums = [8]float32{}
			b.bprDot(vu[int(user[k])*n:][:n], vi[int(positive[k])*n:][:n], vi[int(negative[k])*n:][:n], &s.sums)
			x[k] = -sum8(&s.sums)
		}
		math32.Sigmoids(x, x)
		for k := range run {
			b.bprMove(rate*x[k], rate*reg, vu[int(user[k])*n:][:n], vi[int(positive[k])*n:][:n], vi[int(negative[k])*n:][:n])
		}
		user, positive, negative = user[run:], positive[run:], negative[run:]
	}
}

// longestRun is the number of samples taken together at most.
const longestRun = 8

// bprScratch is what a run of samples needs. Rows of a run are marked with its turn; two
// rows may share a mark, which only ends the run.
type bprScratch struct {
	user, item [512]uint32
	turn       uint32
	sums       [8]float32
	sigmoid    [longestRun]float32
}

// run is the number of leading samples no two of which share a row; at least one.
func (m *bprScratch) run(u, i, j []int32) int {
	n := min(len(u), longestRun)
	u, i, j = u[:n], i[:n], j[:n]
	m.turn++
	for k := range u {
		a, b, c := &m.user[u[k]&511], &m.item[i[k]&511], &m.item[j[k]&511]
		if k > 0 && (*a == m.turn || *b == m.turn || *c == m.turn) {
			return k
		}
		*a, *b, *c = m.turn, m.turn, m.turn
	}
	return n
}

// bprDot adds the eight partial sums of ⟨u, i − j⟩ to p.
func bprDot(u, i, j []float32, p *[8]float32) {
	i, j = i[:len(u)], j[:len(u)]
	for c, x := range u {
		p[c&7] += float32(x * (i[c] - j[c]))
	}
}

// bprMove takes the step of length e.
func bprMove(e, decay float32, u, i, j []float32) {
	i, j = i[:len(u)], j[:len(u)]
	for c, x := range u {
		y, z := i[c], j[c]
		u[c] = x + (float32(e*(y-z)) - float32(decay*x))
		i[c] = y + (float32(e*x) - float32(decay*y))
		j[c] = z - (float32(e*x) + float32(decay*z))
	}
}
