package failover

import "lethe/recsys/backend"

// Every kernel is a step of the log. What it is given stays as it is; the handles lead
// to one backend or the other.

func (b *Backend) Fill(x float32, y backend.Tensor) {
	b.do(func() { b.on.Fill(x, b.use(y)) }, y)
}

func (b *Backend) Gemm(transA, transB bool, alpha float32, x, z backend.Tensor, beta float32, c backend.Tensor) {
	b.do(func() { b.on.Gemm(transA, transB, alpha, b.use(x), b.use(z), beta, b.use(c)) }, c)
}

func (b *Backend) SpMM(alpha float32, s backend.Sparse, x backend.Tensor, beta float32, z, y backend.Tensor) {
	b.do(func() { b.on.SpMM(alpha, b.useSparse(s), b.use(x), beta, b.use(z), b.use(y)) }, y)
}

func (b *Backend) Gather(x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	b.do(func() { b.on.Gather(b.use(x), b.useIndex(ix), b.use(y)) }, y)
}

func (b *Backend) ScatterAdd(alpha float32, x backend.Tensor, ix *backend.Index, y backend.Tensor) {
	b.do(func() { b.on.ScatterAdd(alpha, b.use(x), b.useIndex(ix), b.use(y)) }, y)
}

func (b *Backend) Axpby(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	b.do(func() { b.on.Axpby(alpha, b.use(x), beta, b.use(y)) }, y)
}

func (b *Backend) Mul(alpha float32, x, z backend.Tensor, beta float32, y backend.Tensor) {
	b.do(func() { b.on.Mul(alpha, b.use(x), b.use(z), beta, b.use(y)) }, y)
}

func (b *Backend) Unary(f backend.UnaryOp, x, y backend.Tensor) {
	b.do(func() { b.on.Unary(f, b.use(x), b.use(y)) }, y)
}

func (b *Backend) UnaryGrad(f backend.UnaryOp, x, y, dy, dx backend.Tensor) {
	b.do(func() { b.on.UnaryGrad(f, b.use(x), b.use(y), b.use(dy), b.use(dx)) }, dx)
}

func (b *Backend) RowDot(alpha float32, x, z backend.Tensor, beta float32, y backend.Tensor) {
	b.do(func() { b.on.RowDot(alpha, b.use(x), b.use(z), beta, b.use(y)) }, y)
}

func (b *Backend) RowScale(alpha float32, s, x backend.Tensor, beta float32, y backend.Tensor) {
	b.do(func() { b.on.RowScale(alpha, b.use(s), b.use(x), beta, b.use(y)) }, y)
}

func (b *Backend) AddRow(x, z, y backend.Tensor) {
	b.do(func() { b.on.AddRow(b.use(x), b.use(z), b.use(y)) }, y)
}

func (b *Backend) ColSum(alpha float32, x backend.Tensor, beta float32, y backend.Tensor) {
	b.do(func() { b.on.ColSum(alpha, b.use(x), beta, b.use(y)) }, y)
}

func (b *Backend) CopyCols(alpha float32, x backend.Tensor, from, n int, beta float32, y backend.Tensor, at int) {
	b.do(func() { b.on.CopyCols(alpha, b.use(x), from, n, beta, b.use(y), at) }, y)
}

func (b *Backend) RowSoftmax(x, y backend.Tensor) {
	b.do(func() { b.on.RowSoftmax(b.use(x), b.use(y)) }, y)
}

func (b *Backend) Adam(step backend.AdamStep, g, m, v, theta backend.Tensor) {
	b.do(func() { b.on.Adam(step, b.use(g), b.use(m), b.use(v), b.use(theta)) }, m, v, theta)
}

func (b *Backend) AdamRows(step backend.AdamStep, rows *backend.Index, g, m, v, theta backend.Tensor) {
	b.do(func() { b.on.AdamRows(step, b.useIndex(rows), b.use(g), b.use(m), b.use(v), b.use(theta)) }, m, v, theta)
}

func (b *Backend) BPRStep(rate, reg float32, users, items backend.Tensor, u, i, j *backend.Index) {
	b.do(func() {
		b.on.BPRStep(rate, reg, b.use(users), b.use(items), b.useIndex(u), b.useIndex(i), b.useIndex(j))
	}, users, items)
}

func (b *Backend) TopK(users backend.Tensor, u *backend.Index, items backend.Tensor, seen backend.Sparse, banned backend.Tensor, ids, scores backend.Tensor) {
	b.do(func() {
		b.on.TopK(b.use(users), b.useIndex(u), b.use(items), b.useSparse(seen), b.use(banned), b.use(ids), b.use(scores))
	}, ids, scores)
}
