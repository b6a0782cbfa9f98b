package simd

import "lethe/recsys/backend"

// product is the operands of one SpMM: n columns, and z is y where β is 0.
type product struct {
	*sparse
	alpha, beta float32
	more        bool // β is not 0
	n           int
	x, z, y     []float32
}

// rowsAtOnce is the number of rows after which a loop returns, so that a browser can
// put its optimised version in place.
const rowsAtOnce = 64

func (b *Backend) SpMM(alpha float32, s backend.Sparse, x backend.Tensor, beta float32, z, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSpMM(s, x, beta, z, y)
	if beta == 0 {
		z = y
	}
	p := &b.scratch.product
	*p = product{s.Mem.(*sparse), alpha, beta, beta != 0, x.Cols, b.Data(x), b.Data(z), b.Data(y)}
	for r := 0; r < s.Rows; r += rowsAtOnce {
		b.spmm(p, r, min(r+rowsAtOnce, s.Rows))
	}
	*p = product{}
}

func spmm(p *product, from, to int) { spmmColumns(p, from, to, 0) }

// spmmColumns does columns from first on.
func spmmColumns(p *product, from, to, first int) {
	for r := from; r < to; r++ {
		for c := first; c < p.n; c++ {
			sum := float32(0)
			for k := p.ptr[r]; k < p.ptr[r+1]; k++ {
				sum += float32(p.val[k] * p.x[int(p.col[k])*p.n+c])
			}
			sum = float32(p.alpha * sum)
			if p.more {
				sum += float32(p.beta * p.z[r*p.n+c])
			}
			p.y[r*p.n+c] = sum
		}
	}
}
