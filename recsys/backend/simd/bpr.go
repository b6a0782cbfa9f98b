package simd

import (
	"lethe/recsys/backend"
	"lethe/recsys/math32"
)

func (b *Backend) BPRStep(rate, reg float32, users, items backend.Tensor, u, i, j *backend.Index) {
	if b.err != nil {
		return
	}
	backend.CheckBPR(users, items, u, i, j)
	n, vu, vi := users.Cols, b.Data(users), b.Data(items)
	positive, negative := rows(i, items), rows(j, items)
	for k, r := range rows(u, users) {
		b.bpr(rate, rate*reg, vu[int(r)*n:][:n], vi[int(positive[k])*n:][:n], vi[int(negative[k])*n:][:n])
	}
}

// bpr is one sample: decay is rate·reg.
func bpr(rate, decay float32, u, i, j []float32) {
	i, j = i[:len(u)], j[:len(u)]
	var p [8]float32
	for c, x := range u {
		p[c&7] += float32(x * (i[c] - j[c]))
	}
	bprMove(rate*math32.Sigmoid(-sum8(&p)), decay, u, i, j)
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
