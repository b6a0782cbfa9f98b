package reference

import (
	"math"
	"slices"

	"lethe/recsys/backend"
)

func (b *Backend) Adam(step backend.AdamStep, g, m, v, theta backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(theta, g, m, v)
	adam(step, b.Float64(g), b.Float64(m), b.Float64(v), b.Float64(theta))
}

func (b *Backend) AdamRows(step backend.AdamStep, ix *backend.Index, g, m, v, theta backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(theta, g, m, v)
	for _, r := range rows(ix) {
		adam(step, b.row(g, int(r)), b.row(m, int(r)), b.row(v, int(r)), b.row(theta, int(r)))
	}
}

func adam(s backend.AdamStep, grad, m, v, theta []float64) {
	b1, b2 := float64(s.Beta1), float64(s.Beta2)
	for i := range theta {
		g := grad[i] + float64(s.Decay)*theta[i]
		m[i] = b1*m[i] + (1-b1)*g
		v[i] = b2*v[i] + (1-b2)*g*g
		theta[i] -= float64(s.Rate) * m[i] * float64(s.Correct1) /
			(math.Sqrt(v[i]*float64(s.Correct2)) + float64(s.Epsilon))
	}
}

func (b *Backend) BPRStep(rate, reg float32, users, items backend.Tensor, u, i, j *backend.Index) {
	if b.err != nil {
		return
	}
	backend.CheckBPR(users, items, u, i, j)
	positive, negative := rows(i), rows(j)
	decay := float64(rate) * float64(reg)
	for k, r := range rows(u) {
		pu, pi, pj := b.row(users, int(r)), b.row(items, int(positive[k])), b.row(items, int(negative[k]))
		e := float64(rate) * sigmoid(dot(pu, pj)-dot(pu, pi))
		for c := range pu {
			x, y, z := pu[c], pi[c], pj[c]
			pu[c] += e*(y-z) - decay*x
			pi[c] += e*x - decay*y
			pj[c] -= e*x + decay*z
		}
	}
}

func (b *Backend) TopK(users backend.Tensor, u *backend.Index, items backend.Tensor, seen backend.Sparse, banned backend.Tensor, ids, scores backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckTopK(users, u, items, seen, banned, ids, scores)
	type candidate struct {
		id    int
		score float64
	}
	left := seen.Mem.(*sparse)
	var list []candidate
	for k, r := range rows(u) {
		list = list[:0]
		for id := range items.Rows {
			if banned.Mem != nil && b.Float64(banned)[id] != 0 {
				continue
			}
			if slices.Contains(left.col[left.ptr[r]:left.ptr[r+1]], int32(id)) {
				continue
			}
			s := dot(b.row(users, int(r)), b.row(items, id))
			if s > math.Inf(-1) {
				list = append(list, candidate{id, s})
			}
		}
		slices.SortStableFunc(list, func(x, y candidate) int {
			switch {
			case x.score > y.score:
				return -1
			case x.score < y.score:
				return 1
			}
			return 0
		})
		to, score := b.row(ids, k), b.row(scores, k)
		for c := range to {
			to[c], score[c] = -1, math.Inf(-1)
			if c < len(list) {
				to[c], score[c] = float64(list[c].id), list[c].score
			}
		}
	}
}
