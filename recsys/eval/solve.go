package eval

import (
	"slices"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Positive definite systems by gonum's LAPACK itself: package mat over it would bring
// every decomposition into the browser's program. Matrices are row-major, without gaps.

// cholesky factors a symmetric n×n matrix, of which it reads the upper triangle, as UᵀU in
// place. ok is false if the matrix is not positive definite.
func cholesky(n int, a []float64) (u blas64.Triangular, ok bool) {
	return lapack64.Potrf(symmetric(n, a))
}

// solve is A⁻¹·b for A = UᵀU and every column of b.
func solve(u blas64.Triangular, b []float64) []float64 {
	x := slices.Clone(b)
	cols := len(b) / u.N
	lapack64.Potrs(u, blas64.General{Rows: u.N, Cols: cols, Stride: cols, Data: x})
	return x
}

// inverse is A⁻¹ for A = UᵀU, both triangles of it. It overwrites u.
func inverse(u blas64.Triangular) blas64.General {
	lapack64.Potri(u)
	for a := range u.N {
		for b := range a {
			u.Data[a*u.N+b] = u.Data[b*u.N+a]
		}
	}
	return blas64.General{Rows: u.N, Cols: u.N, Stride: u.N, Data: u.Data}
}

func symmetric(n int, upper []float64) blas64.Symmetric {
	return blas64.Symmetric{N: n, Stride: n, Uplo: blas.Upper, Data: upper}
}

func zeros(rows, cols int) blas64.General {
	return blas64.General{Rows: rows, Cols: cols, Stride: cols, Data: make([]float64, rows*cols)}
}

// plusDiagonal is a + x·I of an n×n matrix.
func plusDiagonal(a []float64, n int, x float64) []float64 {
	b := slices.Clone(a)
	for k := range n {
		b[k*n+k] += x
	}
	return b
}

func trace(a []float64, n int) float64 {
	sum := 0.0
	for k := range n {
		sum += a[k*n+k]
	}
	return sum
}
