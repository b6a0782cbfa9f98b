package reference

import (
	"math"

	"lethe/recsys/backend"
)

func (b *Backend) Fill(x float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	for i, d := 0, b.Float64(y); i < len(d); i++ {
		d[i] = float64(x)
	}
}

func (b *Backend) Gemm(transA, transB bool, alpha float32, ta, tb backend.Tensor, beta float32, tc backend.Tensor) {
	if b.err != nil {
		return
	}
	m, n, k := backend.CheckGemm(transA, transB, ta, tb, tc)
	x, y, c := b.Float64(ta), b.Float64(tb), b.Float64(tc)
	// Strides over the outer and the inner index.
	xo, xi, yo, yi := k, 1, 1, n
	if transA {
		xo, xi = 1, m
	}
	if transB {
		yo, yi = k, 1
	}
	for i := range m {
		for j := range n {
			sum := 0.0
			for l := range k {
				sum += x[i*xo+l*xi] * y[j*yo+l*yi]
			}
			c[i*n+j] = blend(float64(alpha)*sum, beta, &c[i*n+j])
		}
	}
}

func (b *Backend) SpMM(alpha float32, s backend.Sparse, x backend.Tensor, beta float32, z, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSpMM(s, x, beta, z, y)
	if beta == 0 {
		z = y
	}
	m, sum := s.Mem.(*sparse), make([]float64, x.Cols)
	for r := range s.Rows {
		clear(sum)
		for k := m.ptr[r]; k < m.ptr[r+1]; k++ {
			for c, v := range b.row(x, int(m.col[k])) {
				sum[c] += m.val[k] * v
			}
		}
		zr, yr := b.row(z, r), b.row(y, r)
		for c := range yr {
			yr[c] = blend(float64(alpha)*sum[c], beta, &zr[c])
		}
	}
}

func (b *Backend) Gather(x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckGather(x, ix, y)
	for k, r := range rows(ix) {
		copy(b.row(y, k), b.row(x, int(r)))
	}
}

func (b *Backend) ScatterAdd(alpha float32, x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckGather(y, ix, x)
	for k, r := range rows(ix) {
		to := b.row(y, int(r))
		for c, v := range b.row(x, k) {
			to[c] += float64(alpha) * v
		}
	}
}

func (b *Backend) Axpby(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(x, y)
	d := b.Float64(y)
	for i, v := range b.Float64(x) {
		d[i] = blend(float64(alpha)*v, beta, &d[i])
	}
}

func (b *Backend) Mul(alpha float32, ta, tb backend.Tensor, beta float32, ty backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(ta, tb, ty)
	x, y := b.Float64(tb), b.Float64(ty)
	for i, v := range b.Float64(ta) {
		y[i] = blend(float64(alpha)*v*x[i], beta, &y[i])
	}
}

func (b *Backend) RowDot(alpha float32, ta, tb backend.Tensor, beta float32, ty backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(ta, tb)
	backend.CheckColumn(ta, ty)
	y := b.Float64(ty)
	for r := range y {
		y[r] = blend(float64(alpha)*dot(b.row(ta, r), b.row(tb, r)), beta, &y[r])
	}
}

func dot(a, b []float64) float64 {
	sum := 0.0
	for i, v := range a {
		sum += v * b[i]
	}
	return sum
}

func (b *Backend) RowScale(alpha float32, s, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckColumn(x, s)
	for r, f := range b.Float64(s) {
		d := b.row(y, r)
		for c, v := range b.row(x, r) {
			d[c] = blend(float64(alpha)*f*v, beta, &d[c])
		}
	}
}

func (b *Backend) AddRow(x, tb, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckRow(x, tb)
	add := b.Float64(tb)
	for r := range x.Rows {
		d := b.row(y, r)
		for c, v := range b.row(x, r) {
			d[c] = v + add[c]
		}
	}
}

func (b *Backend) ColSum(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckRow(x, y)
	d := b.Float64(y)
	for c := range d {
		sum := 0.0
		for r := range x.Rows {
			sum += b.row(x, r)[c]
		}
		d[c] = blend(float64(alpha)*sum, beta, &d[c])
	}
}

func (b *Backend) CopyCols(alpha float32, x backend.Tensor, from, n int, beta float32, y backend.Tensor, at int) {
	if b.err != nil {
		return
	}
	backend.CheckCopyCols(x, from, n, y, at)
	for r := range x.Rows {
		d := b.row(y, r)[at : at+n]
		for c, v := range b.row(x, r)[from : from+n] {
			d[c] = blend(float64(alpha)*v, beta, &d[c])
		}
	}
}

func (b *Backend) RowSoftmax(x, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(x, y)
	if x.Cols == 0 {
		return
	}
	for r := range x.Rows {
		from, to := b.row(x, r), b.row(y, r)
		top, sum := math.Inf(-1), 0.0
		for _, v := range from {
			top = math.Max(top, v)
		}
		for c, v := range from {
			to[c] = math.Exp(v - top)
			sum += to[c]
		}
		for c := range to {
			to[c] /= sum
		}
	}
}
