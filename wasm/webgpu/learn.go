//go:build js && wasm

package webgpu

import "lethe/recsys/backend"

func (b *Backend) Adam(step backend.AdamStep, g, m, v, theta backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(theta, g, m, v)
	k := b.d.pipelines.kernel("adam", "adam", "adam_all")
	b.d.pipelines.run(k, groupsOf(theta.Len(), lanes), adamWords(step, theta.Len(), 1, g, m, v, theta),
		of(g), of(m), of(v), of(theta))
}

func (b *Backend) AdamRows(step backend.AdamStep, rows *backend.Index, g, m, v, theta backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(theta, g, m, v)
	n := rows.Len * theta.Cols
	k := b.d.pipelines.kernel("adamrows", "adam", "adam_rows")
	b.d.pipelines.run(k, groupsOf(n, lanes), adamWords(step, n, theta.Cols, g, m, v, theta),
		of(g), of(m), of(v), of(theta), rowsOf(rows, theta).mem.use())
}

// adamWords are the Params of both: n elements, cols to a listed row.
func adamWords(s backend.AdamStep, n, cols int, g, m, v, theta backend.Tensor) words {
	checkRange(g, m, v, theta)
	return words{u(n), u(cols), u(g.Off), u(m.Off), u(v.Off), u(theta.Off),
		f(s.Rate), f(s.Beta1), f(s.Beta2), f(s.Epsilon), f(s.Decay), f(s.Correct1), f(s.Correct2),
		f(1 - s.Beta1), f(1 - s.Beta2)}
}
