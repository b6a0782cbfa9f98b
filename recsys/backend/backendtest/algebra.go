package backendtest

import "lethe/recsys/backend"

func testFill(p *pair) {
	for _, n := range sizes {
		m := p.output(0, 1, n)
		p.want.Fill(1.5, m.want)
		p.got.Fill(1.5, m.got)
		p.check(m, exact, "Fill %d", n)
	}
}

// testGemm goes through all shapes, taking turns at transposition and scaling,
// then through all of both for a few.
func testGemm(p *pair) {
	turn := 0
	for _, m := range sizes {
		for _, n := range sizes {
			for _, k := range sizes {
				gemm(p, turn%4, turn/4%len(scaling), m, n, k)
				turn++
			}
		}
	}
	for mode := range 4 {
		for scale := range scaling {
			for _, n := range []int{5, 64, 100} {
				gemm(p, mode, scale, n, n+1, n+2)
			}
		}
	}
	// A long inner index, and a gradient's shape.
	gemm(p, 0, 2, 13, 17, 3000)
	gemm(p, 2, 2, 64, 64, 2048)
}

func gemm(p *pair, mode, scale, m, n, k int) {
	transA, transB, s := mode&1 != 0, mode&2 != 0, scaling[scale]
	shape := func(trans bool, rows, cols int) matrix {
		if trans {
			rows, cols = cols, rows
		}
		return p.random(rows, cols)
	}
	a, b, c := shape(transA, m, k), shape(transB, k, n), p.output(s.beta, m, n)
	p.want.Gemm(transA, transB, s.alpha, a.want, b.want, s.beta, c.want)
	p.got.Gemm(transA, transB, s.alpha, a.got, b.got, s.beta, c.got)
	p.check(c, sums(k), "Gemm %d×%d×%d transposed %v %v, α %g β %g", m, n, k, transA, transB, s.alpha, s.beta)
	p.free(a, b)
}

func testSpMM(p *pair) {
	turn := 0
	for _, rows := range sizes {
		for _, cols := range sizes {
			for _, n := range sizes {
				s := scaling[turn%len(scaling)]
				ws, gs := p.sparse(rows, cols, turn%3 != 0)
				x, z, y := p.random(cols, n), p.random(rows, n), p.output(0, rows, n)
				if turn%5 == 0 { // z is y
					p.free(y)
					y = z
				}
				if s.beta == 0 && turn%2 == 0 { // and need not be there
					z.want, z.got = backend.Tensor{}, backend.Tensor{}
				}
				p.want.SpMM(s.alpha, ws, x.want, s.beta, z.want, y.want)
				p.got.SpMM(s.alpha, gs, x.got, s.beta, z.got, y.got)
				p.check(y, sums(cols), "SpMM %d×%d by %d columns, α %g β %g", rows, cols, n, s.alpha, s.beta)
				p.free(x)
				p.got.FreeSparse(gs)
				turn++
			}
		}
	}
}

func testGather(p *pair) {
	for _, cols := range sizes {
		for _, n := range sizes {
			const rows = 11
			x, y := p.random(rows, cols), p.output(0, n, cols)
			wi, gi := p.index(n, rows)
			p.want.Gather(x.want, wi, y.want)
			p.got.Gather(x.got, gi, y.got)
			p.check(y, exact, "Gather %d rows of %d", n, cols)
			p.free(x)
		}
	}
}

func testScatterAdd(p *pair) {
	for _, cols := range sizes {
		for _, n := range sizes {
			// Fewer rows than numbers: some repeat.
			rows := n/3 + 2
			x, y := p.random(n, cols), p.random(rows, cols)
			wi, gi := p.index(n, rows)
			p.want.ScatterAdd(-0.75, x.want, wi, y.want)
			p.got.ScatterAdd(-0.75, x.got, gi, y.got)
			p.check(y, sums(16), "ScatterAdd %d rows of %d into %d", n, cols, rows)
			p.free(x)
		}
	}
	// An index rewritten shorter counts at its new length.
	y, x := p.random(4, 5), p.random(2, 5)
	wi, gi := p.index(7, 4)
	for be, ix := range map[backend.Backend]*backend.Index{p.want: wi, p.got: gi} {
		be.WriteIndex(ix, 4, []int32{3, 3})
	}
	p.want.ScatterAdd(1, x.want, wi, y.want)
	p.got.ScatterAdd(1, x.got, gi, y.got)
	p.check(y, few, "ScatterAdd by a shortened index")
}

// testOneAllocation gives kernels operands that are views of one allocation,
// 64 elements apart as weights are, without overlap.
func testOneAllocation(p *pair) {
	m := p.random(1, 1024)
	at := func(t backend.Tensor, k, rows, cols int) backend.Tensor { return t.View(64*k, rows, cols) }
	wi, gi := p.indexOf(5, []int32{4, 0, 4})
	for _, side := range []struct {
		be backend.Backend
		t  backend.Tensor
		ix *backend.Index
	}{{p.want, m.want, wi}, {p.got, m.got, gi}} {
		be, t := side.be, side.t
		be.Axpby(0.5, at(t, 0, 5, 7), 1, at(t, 1, 5, 7))
		be.Gemm(false, true, 1, at(t, 1, 5, 7), at(t, 0, 5, 7), 0.5, at(t, 2, 5, 5))
		be.Gather(at(t, 0, 5, 7), side.ix, at(t, 3, 3, 7))
		be.ScatterAdd(1, at(t, 3, 3, 7), side.ix, at(t, 4, 5, 7))
		be.AddRow(at(t, 0, 5, 7), at(t, 5, 1, 7), at(t, 6, 5, 7))
		be.Mul(1, at(t, 0, 5, 7), at(t, 6, 5, 7), 0, at(t, 7, 5, 7))
		be.Unary(backend.Sigmoid, at(t, 7, 5, 7), at(t, 8, 5, 7))
		be.RowDot(1, at(t, 0, 5, 7), at(t, 8, 5, 7), 0, at(t, 9, 5, 1))
		be.ColSum(1, at(t, 8, 5, 7), 0, at(t, 10, 1, 7))
	}
	p.check(m, tolerance{sums(7).abs, 1e-5}, "views of one allocation")
}
