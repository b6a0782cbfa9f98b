package tape

import "lethe/recsys/backend"

// Gather: y[k] = x[ix[k]] for ix.Cap rows. ix is read at each replay and
// must then hold that many numbers. Gathering the same rows again gives the same node.
func (t *Tape) Gather(x *Node, ix *backend.Index) *Node {
	for _, g := range t.gathers {
		if g.x == x && g.ix == ix {
			return g.y
		}
	}
	y := t.gather(x, ix)
	t.gathers = append(t.gathers, gathered{x, ix, y})
	return y
}

type gathered struct {
	x  *Node
	ix *backend.Index
	y  *Node
}

func (t *Tape) gather(x *Node, ix *backend.Index) *Node {
	return t.record(ix.Cap, x.Cols(), []*Node{x},
		func(y *Node) { t.be.Gather(x.Value, ix, y.Value) },
		func(y *Node, beta []float32) {
			if beta[0] == 0 {
				t.be.Fill(0, x.grad)
			}
			t.be.ScatterAdd(1, y.grad, ix, x.grad)
		})
}

// SpMM: y = s·x. st is sᵀ, for the way back; pass s itself when it is symmetric.
// Both are read at each replay, so their owner may exchange them between steps.
func (t *Tape) SpMM(s, st *backend.Sparse, x *Node) *Node {
	return t.record(s.Rows, x.Cols(), []*Node{x},
		func(y *Node) { t.be.SpMM(1, *s, x.Value, 0, y.Value, y.Value) },
		func(y *Node, beta []float32) { t.be.SpMM(1, *st, y.grad, beta[0], x.grad, x.grad) })
}

// Propagate is the mean of x, sx, s²x … s^layers·x for a symmetric s, LightGCN's
// convolution, by Horner's rule: acc ← s·acc + x. The way back is the same map.
func (t *Tape) Propagate(s *backend.Sparse, x *Node, layers int) *Node {
	if layers < 1 {
		return x
	}
	var spare [2]backend.Tensor
	for k := range min(layers-1, 2) {
		spare[k] = t.alloc(x.Rows(), x.Cols())
	}
	scale := 1 / float32(layers+1)
	return t.record(x.Rows(), x.Cols(), []*Node{x},
		func(y *Node) { t.horner(s, x.Value, layers, scale, spare, y.Value) },
		func(y *Node, beta []float32) {
			if beta[0] == 0 {
				t.horner(s, y.grad, layers, scale, spare, x.grad)
				return
			}
			// The forward value has been used by everyone behind it: its memory takes the product.
			t.horner(s, y.grad, layers, scale, spare, y.Value)
			t.be.Axpby(1, y.Value, 1, x.grad)
		})
}

func (t *Tape) horner(s *backend.Sparse, x backend.Tensor, layers int, scale float32, spare [2]backend.Tensor, y backend.Tensor) {
	acc := x
	for k := range layers - 1 {
		t.be.SpMM(1, *s, acc, 1, x, spare[k%2])
		acc = spare[k%2]
	}
	t.be.SpMM(scale, *s, acc, scale, x, y)
}

// MatMul: y = op(a)·op(b), op transposing where asked.
func (t *Tape) MatMul(a, b *Node, transA, transB bool) *Node {
	rows, cols := a.Rows(), b.Cols()
	if transA {
		rows = a.Cols()
	}
	if transB {
		cols = b.Rows()
	}
	return t.record(rows, cols, []*Node{a, b},
		func(y *Node) { t.be.Gemm(transA, transB, 1, a.Value, b.Value, 0, y.Value) },
		func(y *Node, beta []float32) {
			if a.needs {
				if transA { // aᵀ = dy·op(b)ᵀ, so da = op(b)·dyᵀ
					t.be.Gemm(transB, true, 1, b.Value, y.grad, beta[0], a.grad)
				} else {
					t.be.Gemm(false, !transB, 1, y.grad, b.Value, beta[0], a.grad)
				}
			}
			if b.needs {
				if transB {
					t.be.Gemm(true, transA, 1, y.grad, a.Value, beta[1], b.grad)
				} else {
					t.be.Gemm(!transA, false, 1, a.Value, y.grad, beta[1], b.grad)
				}
			}
		})
}

// Combine: y = α·a + β·b.
func (t *Tape) Combine(alpha float32, a *Node, beta float32, b *Node) *Node {
	if a == b {
		panic("tape: Combine of a node with itself")
	}
	return t.record(a.Rows(), a.Cols(), []*Node{a, b},
		func(y *Node) {
			t.be.Axpby(alpha, a.Value, 0, y.Value)
			t.be.Axpby(beta, b.Value, 1, y.Value)
		},
		func(y *Node, first []float32) {
			if a.needs {
				t.be.Axpby(alpha, y.grad, first[0], a.grad)
			}
			if b.needs {
				t.be.Axpby(beta, y.grad, first[1], b.grad)
			}
		})
}

// Scale: y = α·x.
func (t *Tape) Scale(alpha float32, x *Node) *Node {
	return t.record(x.Rows(), x.Cols(), []*Node{x},
		func(y *Node) { t.be.Axpby(alpha, x.Value, 0, y.Value) },
		func(y *Node, beta []float32) { t.be.Axpby(alpha, y.grad, beta[0], x.grad) })
}

// Mul: y = a∘b, elementwise.
func (t *Tape) Mul(a, b *Node) *Node {
	if a == b {
		return t.Unary(backend.Square, a)
	}
	return t.record(a.Rows(), a.Cols(), []*Node{a, b},
		func(y *Node) { t.be.Mul(1, a.Value, b.Value, 0, y.Value) },
		func(y *Node, beta []float32) {
			if a.needs {
				t.be.Mul(1, y.grad, b.Value, beta[0], a.grad)
			}
			if b.needs {
				t.be.Mul(1, y.grad, a.Value, beta[1], b.grad)
			}
		})
}

// Unary: y = f(x), elementwise.
func (t *Tape) Unary(f backend.UnaryOp, x *Node) *Node {
	return t.record(x.Rows(), x.Cols(), []*Node{x},
		func(y *Node) { t.be.Unary(f, x.Value, y.Value) },
		func(y *Node, beta []float32) {
			if beta[0] == 0 {
				t.be.Fill(0, x.grad)
			}
			t.be.UnaryGrad(f, x.Value, y.Value, y.grad, x.grad)
		})
}

// AddRow: y_r = x_r + b, b 1×cols.
func (t *Tape) AddRow(x, b *Node) *Node {
	return t.record(x.Rows(), x.Cols(), []*Node{x, b},
		func(y *Node) { t.be.AddRow(x.Value, b.Value, y.Value) },
		func(y *Node, beta []float32) {
			if x.needs {
				t.be.Axpby(1, y.grad, beta[0], x.grad)
			}
			if b.needs {
				t.be.ColSum(1, y.grad, beta[1], b.grad)
			}
		})
}

// RowScale: y_r = s[r]·x_r, s rows×1.
func (t *Tape) RowScale(s, x *Node) *Node {
	return t.record(x.Rows(), x.Cols(), []*Node{s, x},
		func(y *Node) { t.be.RowScale(1, s.Value, x.Value, 0, y.Value) },
		func(y *Node, beta []float32) {
			if s.needs {
				t.be.RowDot(1, y.grad, x.Value, beta[0], s.grad)
			}
			if x.needs {
				t.be.RowScale(1, s.Value, y.grad, beta[1], x.grad)
			}
		})
}

// Concat puts the columns of a and b side by side.
func (t *Tape) Concat(a, b *Node) *Node {
	return t.record(a.Rows(), a.Cols()+b.Cols(), []*Node{a, b},
		func(y *Node) {
			t.be.CopyCols(1, a.Value, 0, a.Cols(), 0, y.Value, 0)
			t.be.CopyCols(1, b.Value, 0, b.Cols(), 0, y.Value, a.Cols())
		},
		func(y *Node, beta []float32) {
			if a.needs {
				t.be.CopyCols(1, y.grad, 0, a.Cols(), beta[0], a.grad, 0)
			}
			if b.needs {
				t.be.CopyCols(1, y.grad, a.Cols(), b.Cols(), beta[1], b.grad, 0)
			}
		})
}

// Stack puts the rows of b below those of a; both have the same columns.
func (t *Tape) Stack(a, b *Node) *Node {
	split := a.Rows()
	return t.record(split+b.Rows(), a.Cols(), []*Node{a, b},
		func(y *Node) {
			t.be.Axpby(1, a.Value, 0, y.Value.RowRange(0, split))
			t.be.Axpby(1, b.Value, 0, y.Value.RowRange(split, y.Rows()))
		},
		func(y *Node, beta []float32) {
			if a.needs {
				t.be.Axpby(1, y.grad.RowRange(0, split), beta[0], a.grad)
			}
			if b.needs {
				t.be.Axpby(1, y.grad.RowRange(split, y.Rows()), beta[1], b.grad)
			}
		})
}

// Columns is columns [from, from+n) of x.
func (t *Tape) Columns(x *Node, from, n int) *Node {
	return t.record(x.Rows(), n, []*Node{x},
		func(y *Node) { t.be.CopyCols(1, x.Value, from, n, 0, y.Value, 0) },
		func(y *Node, beta []float32) {
			if beta[0] == 0 {
				t.be.Fill(0, x.grad)
			}
			t.be.CopyCols(1, y.grad, 0, n, 1, x.grad, from)
		})
}
