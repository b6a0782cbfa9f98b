package backendtest

import "lethe/recsys/backend"

func testAxpby(p *pair) {
	for _, n := range sizes {
		for _, s := range scaling {
			x, y := p.random(n, 1), p.output(s.beta, 1, n)
			p.want.Axpby(s.alpha, x.want, s.beta, y.want)
			p.got.Axpby(s.alpha, x.got, s.beta, y.got)
			p.check(y, few, "Axpby %d, α %g β %g", n, s.alpha, s.beta)
			p.free(x)
		}
	}
}

func testMul(p *pair) {
	for _, n := range sizes {
		for _, s := range scaling {
			for alias := range 4 {
				a, b, y := p.random(1, n), p.random(1, n), p.output(s.beta, 1, n)
				if alias&1 != 0 {
					a = y
				}
				if alias&2 != 0 {
					b = y
				}
				if alias != 0 && s.beta == 0 {
					y = p.random(1, n) // read after all
					if alias&1 != 0 {
						a = y
					}
					if alias&2 != 0 {
						b = y
					}
				}
				p.want.Mul(s.alpha, a.want, b.want, s.beta, y.want)
				p.got.Mul(s.alpha, a.got, b.got, s.beta, y.got)
				p.check(y, few, "Mul %d, α %g β %g, y is a or b: %02b", n, s.alpha, s.beta, alias)
			}
		}
	}
}

// domain gives arguments in [-1, 1) turned into what a function is defined for,
// with large ones where it saturates.
func domain(f backend.UnaryOp, x float32, i int) float32 {
	switch f {
	case backend.Log, backend.Sqrt:
		return 0.01 + 4*(x+1)
	case backend.Reciprocal:
		if x < 0 {
			return x - 0.1
		}
		return x + 0.1
	case backend.Exp:
		return 40 * x
	case backend.Sigmoid, backend.Softplus, backend.Tanh:
		return x * []float32{1, 10, 80, 300}[i%4]
	}
	return 4 * x
}

// inexact is for functions that hardware approximates.
var inexact = tolerance{4e-7, 1e-5}

func (p *pair) arguments(f backend.UnaryOp, n int) matrix {
	data := make([]float32, n)
	for i := range data {
		data[i] = domain(f, 2*p.r.Float32()-1, i)
	}
	return p.put(1, n, data)
}

func testUnary(p *pair) {
	for f := range backend.UnaryOps {
		for _, n := range sizes {
			x, y := p.arguments(f, n), p.output(0, 1, n)
			p.want.Unary(f, x.want, y.want)
			p.got.Unary(f, x.got, y.got)
			p.check(y, inexact, "Unary %d of %d", f, n)
			p.want.Unary(f, x.want, x.want)
			p.got.Unary(f, x.got, x.got)
			p.check(x, inexact, "Unary %d of %d in place", f, n)
		}
	}
	for _, f := range []backend.UnaryOp{backend.Sigmoid, backend.Exp} {
		// Relative accuracy where the result is small.
		x := p.put(1, 3, []float32{-10, -30, -60})
		p.want.Unary(f, x.want, x.want)
		p.got.Unary(f, x.got, x.got)
		p.check(x, tolerance{0, 2e-5}, "Unary %d, small result", f)
	}
}

func testUnaryGrad(p *pair) {
	for f := range backend.UnaryOps {
		for _, n := range sizes {
			x, dy, dx := p.arguments(f, n), p.random(1, n), p.random(1, n)
			y := p.output(0, 1, n)
			p.want.Unary(f, x.want, y.want)
			p.got.Unary(f, x.got, y.got)
			p.want.UnaryGrad(f, x.want, y.want, dy.want, dx.want)
			p.got.UnaryGrad(f, x.got, y.got, dy.got, dx.got)
			p.check(dx, tolerance{1e-5, 2e-5}, "UnaryGrad %d of %d", f, n)
			p.free(x, y, dy)
		}
	}
}

func testRowDot(p *pair) {
	eachShape(func(rows, cols int) {
		for _, s := range scaling {
			a, b, y := p.random(rows, cols), p.random(rows, cols), p.output(s.beta, rows, 1)
			p.want.RowDot(s.alpha, a.want, b.want, s.beta, y.want)
			p.got.RowDot(s.alpha, a.got, b.got, s.beta, y.got)
			p.check(y, sums(cols), "RowDot %d×%d, α %g β %g", rows, cols, s.alpha, s.beta)
			p.free(a, b)
		}
	})
}

func testRowScale(p *pair) {
	eachShape(func(rows, cols int) {
		for _, s := range scaling {
			f, x, y := p.random(rows, 1), p.random(rows, cols), p.output(s.beta, rows, cols)
			p.want.RowScale(s.alpha, f.want, x.want, s.beta, y.want)
			p.got.RowScale(s.alpha, f.got, x.got, s.beta, y.got)
			p.check(y, few, "RowScale %d×%d, α %g β %g", rows, cols, s.alpha, s.beta)
			p.want.RowScale(s.alpha, f.want, x.want, s.beta, x.want)
			p.got.RowScale(s.alpha, f.got, x.got, s.beta, x.got)
			p.check(x, few, "RowScale %d×%d in place, α %g β %g", rows, cols, s.alpha, s.beta)
			p.free(f)
		}
	})
}

func testAddRow(p *pair) {
	eachShape(func(rows, cols int) {
		x, b, y := p.random(rows, cols), p.random(1, cols), p.output(0, rows, cols)
		p.want.AddRow(x.want, b.want, y.want)
		p.got.AddRow(x.got, b.got, y.got)
		p.check(y, few, "AddRow %d×%d", rows, cols)
		p.want.AddRow(x.want, b.want, x.want)
		p.got.AddRow(x.got, b.got, x.got)
		p.check(x, few, "AddRow %d×%d in place", rows, cols)
		p.free(b)
	})
}

func testColSum(p *pair) {
	eachShape(func(rows, cols int) {
		for _, s := range scaling {
			x, y := p.random(rows, cols), p.output(s.beta, 1, cols)
			p.want.ColSum(s.alpha, x.want, s.beta, y.want)
			p.got.ColSum(s.alpha, x.got, s.beta, y.got)
			p.check(y, sums(rows), "ColSum %d×%d, α %g β %g", rows, cols, s.alpha, s.beta)
			p.free(x)
		}
	})
}

func testCopyCols(p *pair) {
	eachShape(func(rows, n int) {
		for _, s := range scaling {
			x, y := p.random(rows, n+3), p.random(rows, n+6)
			p.want.CopyCols(s.alpha, x.want, 2, n, s.beta, y.want, 5)
			p.got.CopyCols(s.alpha, x.got, 2, n, s.beta, y.got, 5)
			p.check(y, few, "CopyCols %d×%d, α %g β %g", rows, n, s.alpha, s.beta)
			p.free(x)
		}
	})
	// β = 0 does not read, and the other columns keep their numbers.
	x, y := p.random(3, 5), p.output(0, 3, 5)
	p.want.CopyCols(1, x.want, 0, 5, 0, y.want, 0)
	p.got.CopyCols(1, x.got, 0, 5, 0, y.got, 0)
	p.check(y, exact, "CopyCols of all columns over NaN")
}

func testRowSoftmax(p *pair) {
	eachShape(func(rows, cols int) {
		data := make([]float32, rows*cols)
		for i := range data {
			data[i] = 200 * p.r.Float32() // e^200 overflows
			if i%3 == 0 {
				data[i] = 198 + p.r.Float32()
			}
		}
		x, y := p.put(rows, cols, data), p.output(0, rows, cols)
		p.want.RowSoftmax(x.want, y.want)
		p.got.RowSoftmax(x.got, y.got)
		p.check(y, inexact, "RowSoftmax %d×%d", rows, cols)
		p.want.RowSoftmax(x.want, x.want)
		p.got.RowSoftmax(x.got, x.got)
		p.check(x, inexact, "RowSoftmax %d×%d in place", rows, cols)
	})
}

func eachShape(f func(rows, cols int)) {
	for _, rows := range sizes {
		for _, cols := range sizes {
			f(rows, cols)
		}
	}
}
