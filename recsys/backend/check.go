package backend

// The shapes that kernels demand, checked once for all implementations. A
// mismatch is a programmer error: these panic.

const mismatch = "backend: dimension mismatch"

func must(ok bool) {
	if !ok {
		panic(mismatch)
	}
}

// CheckGemm returns the product's dimensions: c is m×n, the inner index runs over k.
func CheckGemm(transA, transB bool, a, b, c Tensor) (m, n, k int) {
	m, k = a.Rows, a.Cols
	if transA {
		m, k = k, m
	}
	kb, n := b.Rows, b.Cols
	if transB {
		kb, n = n, kb
	}
	must(k == kb && c.Rows == m && c.Cols == n)
	return m, n, k
}

// CheckSpMM checks y = α·s·x + β·z.
func CheckSpMM(s Sparse, x Tensor, beta float32, z, y Tensor) {
	must(x.Rows == s.Cols && y.Rows == s.Rows && x.Cols == y.Cols)
	must(beta == 0 || z.Rows == y.Rows && z.Cols == y.Cols)
}

// CheckGather checks that rows picked from table fit the ix.Len rows of list.
func CheckGather(table Tensor, ix *Index, list Tensor) {
	must(list.Rows == ix.Len && list.Cols == table.Cols)
}

// CheckLen checks elementwise operands, which need equal length only.
func CheckLen(a Tensor, others ...Tensor) {
	for _, t := range others {
		must(t.Len() == a.Len())
	}
}

// CheckSame checks operands of equal shape.
func CheckSame(a Tensor, others ...Tensor) {
	for _, t := range others {
		must(t.Rows == a.Rows && t.Cols == a.Cols)
	}
}

// CheckColumn checks that s has one number for each row of x.
func CheckColumn(x, s Tensor) { must(s.Rows == x.Rows && s.Cols == 1) }

// CheckRow checks that b has one number for each column of x.
func CheckRow(x, b Tensor) { must(b.Rows == 1 && b.Cols == x.Cols) }

// CheckCopyCols checks that n columns fit behind from in x and behind at in y.
func CheckCopyCols(x Tensor, from, n int, y Tensor, at int) {
	must(x.Rows == y.Rows && n >= 0 && from >= 0 && from+n <= x.Cols && at >= 0 && at+n <= y.Cols)
}

// CheckBPR checks the two tables and the three lists of a BPR step.
func CheckBPR(users, items Tensor, u, i, j *Index) {
	must(users.Cols == items.Cols && u.Len == i.Len && u.Len == j.Len)
}

// CheckTopK checks the operands of a ranking.
func CheckTopK(users Tensor, u *Index, items Tensor, seen Sparse, banned, ids, scores Tensor) {
	must(users.Cols == items.Cols && seen.Rows == users.Rows && seen.Cols == items.Rows)
	must(banned.Mem == nil || banned.Rows == 1 && banned.Cols == items.Rows)
	must(ids.Rows == u.Len && scores.Rows == u.Len && ids.Cols == scores.Cols)
}

// CheckCSR panics unless m is a well-formed CSR matrix with ascending columns.
func CheckCSR(m CSR) {
	must(m.Rows >= 0 && m.Cols >= 0 && len(m.Ptr) == m.Rows+1 && m.Ptr[0] == 0)
	must(int(m.Ptr[m.Rows]) == len(m.Col) && (m.Val == nil || len(m.Val) == len(m.Col)))
	for r := range m.Rows {
		must(m.Ptr[r] <= m.Ptr[r+1] && int(m.Ptr[r+1]) <= len(m.Col))
		last := int32(-1)
		for _, c := range m.Col[m.Ptr[r]:m.Ptr[r+1]] {
			must(c > last && int(c) < m.Cols)
			last = c
		}
	}
}

// CheckIndex panics unless src fits ix and every number lies in [0, rows).
func CheckIndex(ix *Index, rows int, src []int32) {
	must(len(src) <= ix.Cap)
	for _, r := range src {
		must(r >= 0 && int(r) < rows)
	}
}
