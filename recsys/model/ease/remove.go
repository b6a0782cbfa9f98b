package ease

import (
	"slices"

	"lethe/recsys/data"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Removal. All three kinds come down to P ± YᵀY with a thin Y:
//
//	rows x_a join (sign +) or leave (sign −) XᵀX:
//	    V = X P,  K = I ± V Xᵀ = UᵀU,  Y = U⁻ᵀV,  P' = P ∓ YᵀY          (Woodbury)
//	    for one user who leaves: P' = P + (Px)(Px)ᵀ/(1 − xᵀPx)
//	items F leave:
//	    P_FF = UᵀU,  Y = U⁻ᵀP_F,  P'_rr = P_rr − YᵀY                   (Schur complement)
//	    and the rows of F become those of items that nobody has: P'_FF = I/λ
//
// A user who loses some interactions leaves with the old row and joins with the new one,
// an update of rank 2 however many they lose. Joining comes first: the matrix in between
// is then further from singular.

// block is how many rows one update takes at most: Y then stays in cache.
const block = 64

// Replace turns the model of before into that of after, which has the same users and
// items, from the rows that differ; from scratch where these are half as many as there
// are items.
func (m *Model) Replace(before, after *data.Interactions) error {
	if before.Users != after.Users || before.Items != m.p.N || after.Items != m.p.N {
		panic("ease: dimension mismatch")
	}
	changed := 0
	for u := range before.Users {
		if !slices.Equal(before.Row(u), after.Row(u)) {
			changed++
		}
	}
	if 2*changed > m.p.N { // as much work as solving anew
		anew, err := Solve(after, m.lambda)
		if err == nil {
			*m = *anew
		}
		return err
	}
	var joins, leaves [][]int32
	flush := func() error {
		if err := m.rows(1, joins); err != nil {
			return err
		}
		err := m.rows(-1, leaves)
		joins, leaves = joins[:0], leaves[:0]
		return err
	}
	for u := range before.Users {
		x, y := before.Row(u), after.Row(u)
		if slices.Equal(x, y) {
			continue
		}
		if len(y) > 0 {
			joins = append(joins, y)
		}
		if len(x) > 0 {
			leaves = append(leaves, x)
		}
		if max(len(joins), len(leaves)) == block {
			if err := flush(); err != nil {
				return err
			}
		}
	}
	return flush()
}

// rows lets users join or leave.
func (m *Model) rows(sign float64, x [][]int32) error {
	if len(x) == 0 {
		return nil
	}
	v := thin(len(x), m.p.N)
	for a, items := range x {
		for _, i := range items {
			m.add(int(i), v.Data[a*v.Stride:(a+1)*v.Stride])
		}
	}
	k := square(len(x))
	for a := range x {
		k.Data[a*k.Stride+a] = 1
		for b := a; b < len(x); b++ {
			for _, i := range x[b] {
				k.Data[a*k.Stride+b] += sign * v.Data[a*v.Stride+int(i)]
			}
		}
	}
	return m.update(-sign, k, v)
}

// RemoveItems takes items and all their interactions out. The items keep their numbers
// and are what they would be had nobody ever had them.
func (m *Model) RemoveItems(items []int32) error {
	for part := range slices.Chunk(items, block) {
		v, k := thin(len(part), m.p.N), square(len(part))
		for a, i := range part {
			row := v.Data[a*v.Stride : (a+1)*v.Stride]
			m.add(int(i), row)
			for b := a; b < len(part); b++ {
				k.Data[a*k.Stride+b] = row[part[b]]
			}
		}
		if err := m.update(-1, k, v); err != nil {
			return err
		}
		for _, i := range part {
			for j := range int(i) {
				m.p.Data[j*m.p.Stride+int(i)] = 0
			}
			row := m.row(int(i))
			clear(row[i:])
			row[i] = 1 / m.lambda
		}
	}
	return nil
}

// update is P += sign·Vᵀ K⁻¹ V for a positive definite K. It overwrites K and V.
func (m *Model) update(sign float64, k blas64.Symmetric, v blas64.General) error {
	u, ok := lapack64.Potrf(k)
	if !ok {
		return errNotPositive
	}
	blas64.Trsm(blas.Left, blas.Trans, 1, u, v)
	blas64.Syrk(blas.Trans, sign, v, 1, m.p)
	return nil
}

func thin(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
}

func square(n int) blas64.Symmetric {
	return blas64.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: make([]float64, n*n)}
}
