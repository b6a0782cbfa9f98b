package simd

import "lethe/recsys/backend"

func (b *Backend) Gather(x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckGather(x, ix, y)
	n, from, to := x.Cols, b.Data(x), b.Data(y)
	for k, r := range rows(ix, x) {
		copy(to[k*n:(k+1)*n], from[int(r)*n:])
	}
}

func (b *Backend) ScatterAdd(alpha float32, x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckGather(y, ix, x)
	n, from, to := x.Cols, b.Data(x), b.Data(y)
	for k, r := range rows(ix, y) {
		b.axpby(alpha, from[k*n:(k+1)*n], 1, to[int(r)*n:][:n])
	}
}

func (b *Backend) RowDot(alpha float32, x, z backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(x, z)
	backend.CheckColumn(x, y)
	n, vx, vz, vy := x.Cols, b.Data(x), b.Data(z), b.Data(y)
	for r := range vy {
		s := float32(alpha * b.dot(vx[r*n:(r+1)*n], vz[r*n:(r+1)*n]))
		if beta != 0 {
			s += float32(beta * vy[r])
		}
		vy[r] = s
	}
}

// dot sums in eight parts: see RowDot in package backend.
func dot(a, b []float32) float32 {
	var p [8]float32
	b = b[:len(a)]
	for i, v := range a {
		p[i&7] += float32(v * b[i])
	}
	return sum8(&p)
}

func sum8(p *[8]float32) float32 {
	return ((p[0] + p[4]) + (p[2] + p[6])) + ((p[1] + p[5]) + (p[3] + p[7]))
}
