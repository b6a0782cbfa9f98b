package simd

import "lethe/recsys/backend"

func (b *Backend) Fill(x float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	b.fill(x, b.Data(y))
}

func (b *Backend) Axpby(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(x, y)
	b.blend(alpha, b.Data(x), beta, b.Data(y))
}

// blend is axpby that does not read y where β is 0.
func (b *Backend) blend(alpha float32, x []float32, beta float32, y []float32) {
	if beta == 0 {
		b.scale(alpha, x, y)
	} else {
		b.axpby(alpha, x, beta, y)
	}
}

func (b *Backend) Mul(alpha float32, x, z backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckLen(x, z, y)
	if beta == 0 {
		b.mul(alpha, b.Data(x), b.Data(z), b.Data(y))
	} else {
		b.mulAdd(alpha, b.Data(x), b.Data(z), beta, b.Data(y))
	}
}

func (b *Backend) RowScale(alpha float32, s, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckColumn(x, s)
	n, from, to := x.Cols, b.Data(x), b.Data(y)
	for r, f := range b.Data(s) {
		b.blend(alpha*f, from[r*n:(r+1)*n], beta, to[r*n:(r+1)*n])
	}
}

func (b *Backend) AddRow(x, row, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckSame(x, y)
	backend.CheckRow(x, row)
	n, from, to, plus := x.Cols, b.Data(x), b.Data(y), b.Data(row)
	for r := range x.Rows {
		b.add(from[r*n:(r+1)*n], plus, to[r*n:(r+1)*n])
	}
}

func (b *Backend) ColSum(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckRow(x, y)
	n, from, sum := x.Cols, b.Data(x), sized(&b.scratch.row, x.Cols)
	clear(sum)
	for r := range x.Rows {
		b.add(sum, from[r*n:(r+1)*n], sum)
	}
	b.blend(alpha, sum, beta, b.Data(y))
}

func (b *Backend) CopyCols(alpha float32, x backend.Tensor, from, n int, beta float32, y backend.Tensor, at int) {
	if b.err != nil {
		return
	}
	backend.CheckCopyCols(x, from, n, y, at)
	vx, vy := b.Data(x), b.Data(y)
	for r := range x.Rows {
		b.blend(alpha, vx[r*x.Cols+from:][:n], beta, vy[r*y.Cols+at:][:n])
	}
}

func fill(x float32, y []float32) {
	for i := range y {
		y[i] = x
	}
}

// scale: y = α·x.
func scale(alpha float32, x, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = alpha * v
	}
}

// axpby: y = α·x + β·y.
func axpby(alpha float32, x []float32, beta float32, y []float32) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] = float32(alpha*v) + float32(beta*y[i])
	}
}

// add: y = a + b.
func add(a, b, y []float32) {
	b, y = b[:len(a)], y[:len(a)]
	for i, v := range a {
		y[i] = v + b[i]
	}
}

// mul: y = (α·a)∘b.
func mul(alpha float32, a, b, y []float32) {
	b, y = b[:len(a)], y[:len(a)]
	for i, v := range a {
		y[i] = float32(alpha*v) * b[i]
	}
}

// mulAdd: y = (α·a)∘b + β·y.
func mulAdd(alpha float32, a, b []float32, beta float32, y []float32) {
	b, y = b[:len(a)], y[:len(a)]
	for i, v := range a {
		y[i] = float32(float32(alpha*v)*b[i]) + float32(beta*y[i])
	}
}
