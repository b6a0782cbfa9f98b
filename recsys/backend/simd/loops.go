package simd

import "lethe/recsys/backend"

// loops are the inner loops of the kernels. There is a scalar set, which
// states the arithmetic, and where there are vectors another with the same bits. Slices
// of one call have equal length unless a loop says otherwise.
type loops struct {
	// elementwise.go
	fill    func(x float32, y []float32)
	scale   func(alpha float32, x, y []float32)
	axpby   func(alpha float32, x []float32, beta float32, y []float32)
	add     func(a, b, y []float32)
	mul     func(alpha float32, a, b, y []float32)
	mulAdd  func(alpha float32, a, b []float32, beta float32, y []float32)
	unary   func(f backend.UnaryOp, x, y []float32)
	grad    func(f backend.UnaryOp, x, y, dy, dx []float32)
	largest func(x []float32) float32
	total   func(x []float32) float32
	shift   func(x []float32, by float32, y []float32)
	divide  func(by float32, y []float32)
	dot     func(a, b []float32) float32

	adam    func(s backend.AdamStep, g, m, v, theta []float32)
	bprDot  func(u, i, j []float32, p *[8]float32)
	bprMove func(e, decay float32, u, i, j []float32)
	spmm    func(p *product, from, to int)

	// gemm.go
	tiles  func(a []cell, b []panel, t []tile, more bool)
	finish func(alpha float32, t []tile, beta float32, c []float32, stride int)
	pack   func(dst []cell, a []float32, outer, inner int)
	above  func(t *tile, threshold *[tileRows]float32) uint
}

var scalar = loops{
	fill:    fill,
	scale:   scale,
	axpby:   axpby,
	add:     add,
	mul:     mul,
	mulAdd:  mulAdd,
	unary:   unary,
	grad:    grad,
	largest: largest,
	total:   total,
	shift:   shift,
	divide:  divide,
	dot:     dot,
	adam:    adam,
	bprDot:  bprDot,
	bprMove: bprMove,
	spmm:    spmm,
	tiles:   multiply,
	finish:  finish,
	pack:    pack,
	above:   above,
}

// scratch is memory that kernels reuse from call to call.
type scratch struct {
	row     []float32 // column sums; sigmoids
	product product
	tiles   []tile
	cells   []cell
	panels  []panel
	ranking ranking
	bpr     bprScratch
}

// sized returns *s with n elements of any content, grown if need be.
func sized[T any](s *[]T, n int) []T {
	if cap(*s) < n {
		*s = make([]T, n)
	}
	return (*s)[:n]
}
