package tape

import "lethe/recsys/backend"

// RowDot: y[r] = ⟨a_r, b_r⟩, rows×1. a may be b: the squared norm of each row.
func (t *Tape) RowDot(a, b *Node) *Node {
	in := []*Node{a, b}
	if a == b {
		in = in[:1]
	}
	return t.record(a.Rows(), 1, in,
		func(y *Node) { t.be.RowDot(1, a.Value, b.Value, 0, y.Value) },
		func(y *Node, beta []float32) {
			if a == b {
				t.be.RowScale(2, y.grad, a.Value, beta[0], a.grad)
				return
			}
			if a.needs {
				t.be.RowScale(1, y.grad, b.Value, beta[0], a.grad)
			}
			if b.needs {
				t.be.RowScale(1, y.grad, a.Value, beta[1], b.grad)
			}
		})
}

// WeightedSum: y = Σ_r w[r]·x[r], 1×1. x and w are n×1; w has no gradient.
func (t *Tape) WeightedSum(w backend.Tensor, x *Node) *Node {
	n := x.Value.Len()
	row := func(v backend.Tensor) backend.Tensor { return v.View(0, 1, n) }
	return t.record(1, 1, []*Node{x},
		func(y *Node) { t.be.RowDot(1, row(w), row(x.Value), 0, y.Value) },
		func(y *Node, beta []float32) { t.be.RowScale(1, y.grad, row(w), beta[0], row(x.grad)) })
}

// RowSoftmax: y_r = softmax(x_r).
func (t *Tape) RowSoftmax(x *Node) *Node {
	dot := t.alloc(x.Rows(), 1)
	prod := t.alloc(x.Rows(), x.Cols())
	return t.record(x.Rows(), x.Cols(), []*Node{x},
		func(y *Node) { t.be.RowSoftmax(x.Value, y.Value) },
		func(y *Node, beta []float32) {
			// dx = y∘dy − ⟨y, dy⟩·y
			t.be.RowDot(1, y.Value, y.grad, 0, dot)
			t.be.RowScale(-1, dot, y.Value, 0, prod)
			t.be.Mul(1, y.Value, y.grad, 1, prod)
			t.be.Axpby(1, prod, beta[0], x.grad)
		})
}

// Normalize divides each row by its Euclidean length, √(Σx²+ε) with ε = 1e-12.
func (t *Tape) Normalize(x *Node) *Node {
	return t.RowScale(t.InverseNorm(x), x)
}

// InverseNorm is 1/√(Σx²+ε) of each row, rows×1.
func (t *Tape) InverseNorm(x *Node) *Node {
	eps := t.alloc(1, 1)
	t.be.Fill(1e-12, eps)
	sq := t.AddRow(t.RowDot(x, x), t.Constant(eps))
	return t.Unary(backend.Reciprocal, t.Unary(backend.Sqrt, sq))
}

// RowLogSumExp: y[r] = ln Σ_c exp(x[r,c]), rows×1, for rows whose entries differ by
// less than 80. It is x[r,0] − ln softmax(x_r)[0], and its way back is one product with the softmax.
func (t *Tape) RowLogSumExp(x *Node) *Node {
	p := t.alloc(x.Rows(), x.Cols())
	return t.record(x.Rows(), 1, []*Node{x},
		func(y *Node) {
			t.be.RowSoftmax(x.Value, p)
			t.be.CopyCols(1, p, 0, 1, 0, y.Value, 0)
			t.be.Unary(backend.Log, y.Value, y.Value)
			t.be.CopyCols(1, x.Value, 0, 1, -1, y.Value, 0)
		},
		func(y *Node, beta []float32) { t.be.RowScale(1, y.grad, p, beta[0], x.grad) })
}
