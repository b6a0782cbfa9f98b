package simd

import "lethe/recsys/backend"

func (b *Backend) Adam(step backend.AdamStep, g, m, v, theta backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(theta, g, m, v)
	b.adam(step, b.Data(g), b.Data(m), b.Data(v), b.Data(theta))
}

func (b *Backend) AdamRows(step backend.AdamStep, ix *backend.Index, g, m, v, theta backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(theta, g, m, v)
	n, vg, vm, vv, vt := theta.Cols, b.Data(g), b.Data(m), b.Data(v), b.Data(theta)
	for _, r := range rows(ix, theta) {
		from, to := int(r)*n, (int(r)+1)*n
		b.adam(step, vg[from:to], vm[from:to], vv[from:to], vt[from:to])
	}
}

func adam(s backend.AdamStep, grad, m, v, theta []float32) {
	c1, c2 := 1-s.Beta1, 1-s.Beta2
	grad, m, v = grad[:len(theta)], m[:len(theta)], v[:len(theta)]
	for i, x := range theta {
		g := grad[i] + float32(s.Decay*x)
		mi := float32(s.Beta1*m[i]) + float32(c1*g)
		vi := float32(s.Beta2*v[i]) + float32(c2*float32(g*g))
		m[i], v[i] = mi, vi
		theta[i] = x - float32(s.Rate*float32(mi*s.Correct1))/(sqrt(float32(vi*s.Correct2))+s.Epsilon)
	}
}
