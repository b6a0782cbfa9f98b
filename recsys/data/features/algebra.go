package features

import (
	"math"
	"slices"
)

// Vectors in float64. Every product is converted before it is added, which
// forbids fusing, and every sum has one order.

// vectors returns n zero vectors of a length.
func vectors(n, length int) [][]float64 {
	all := make([]float64, n*length)
	v := make([][]float64, n)
	for i := range v {
		v[i] = all[i*length : (i+1)*length : (i+1)*length]
	}
	return v
}

func products(f func(y, x []float64), y, x [][]float64) {
	for i := range x {
		f(y[i], x[i])
	}
}

// dot is the inner product, in four partial sums.
func dot(x, y []float64) float64 {
	var s0, s1, s2, s3 float64
	n := len(x) &^ 3
	y = y[:len(x)]
	for i := 0; i < n; i += 4 {
		s0 += float64(x[i] * y[i])
		s1 += float64(x[i+1] * y[i+1])
		s2 += float64(x[i+2] * y[i+2])
		s3 += float64(x[i+3] * y[i+3])
	}
	for i := n; i < len(x); i++ {
		s0 += float64(x[i] * y[i])
	}
	return (s0 + s1) + (s2 + s3)
}

// axpy adds a·x to y.
func axpy(y []float64, a float64, x []float64) {
	y = y[:len(x)]
	for i, v := range x {
		y[i] += float64(a * v)
	}
}

func scale(x []float64, a float64) {
	for i := range x {
		x[i] *= a
	}
}

// combine is Σ_i w[i]·v[i].
func combine(v [][]float64, w []float64) []float64 {
	y := make([]float64, len(v[0]))
	for i, x := range v {
		axpy(y, w[i], x)
	}
	return y
}

// signOf is the sign of the entry with the largest magnitude, the first of equals.
func signOf(x []float64) float64 {
	best, sign := 0.0, 1.0
	for _, v := range x {
		if m := math.Abs(v); m > best {
			best, sign = m, math.Copysign(1, v)
		}
	}
	return sign
}

// orthonormal makes vectors orthogonal and of length 1 by modified
// Gram-Schmidt, done twice against rounding. A vector that depends on those
// before it becomes zero.
func orthonormal(v [][]float64) {
	for i, x := range v {
		before := math.Sqrt(dot(x, x))
		for range 2 {
			for _, q := range v[:i] {
				axpy(x, -dot(q, x), q)
			}
		}
		length := math.Sqrt(dot(x, x))
		if length <= 1e-12*before || length == 0 {
			clear(x)
			continue
		}
		scale(x, 1/length)
	}
}

// eigen returns the eigenvalues of a symmetric matrix, descending, and their
// eigenvectors w[k], by cyclic Jacobi rotations (Golub and Van Loan, Matrix
// Computations, 8.5). It overwrites a.
func eigen(a [][]float64) (values []float64, w [][]float64) {
	n := len(a)
	vec := vectors(n, n) // row k: eigenvector k
	trace := 0.0
	for i := range n {
		vec[i][i] = 1
		trace += math.Abs(a[i][i])
	}
	const sweeps = 40 // eight are usual
	for range sweeps {
		off := 0.0
		for i := range n {
			off += dot(a[i][:i], a[i][:i])
		}
		if off <= 1e-30*trace*trace {
			break
		}
		for p := range n {
			for q := p + 1; q < n; q++ {
				rotate(a, vec, p, q)
			}
		}
	}
	order := make([]int, n)
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(i, j int) int {
		switch {
		case a[i][i] > a[j][j]:
			return -1
		case a[i][i] < a[j][j]:
			return 1
		}
		return 0
	})
	for _, i := range order {
		values, w = append(values, a[i][i]), append(w, vec[i])
	}
	return values, w
}

// rotate makes a[p][q] zero and turns the vectors along.
func rotate(a, vec [][]float64, p, q int) {
	apq := a[p][q]
	if apq == 0 {
		return
	}
	theta := (a[q][q] - a[p][p]) / (2 * apq)
	t := 1 / (math.Abs(theta) + math.Sqrt(float64(theta*theta)+1))
	if theta < 0 {
		t = -t
	}
	c := 1 / math.Sqrt(float64(t*t)+1)
	s := t * c
	for k := range a {
		if k == p || k == q {
			continue
		}
		akp, akq := a[k][p], a[k][q]
		x, y := float64(c*akp)-float64(s*akq), float64(s*akp)+float64(c*akq)
		a[k][p], a[p][k], a[k][q], a[q][k] = x, x, y, y
	}
	a[p][p] -= float64(t * apq)
	a[q][q] += float64(t * apq)
	a[p][q], a[q][p] = 0, 0
	vp, vq := vec[p], vec[q]
	for k := range vp {
		x, y := vp[k], vq[k]
		vp[k], vq[k] = float64(c*x)-float64(s*y), float64(s*x)+float64(c*y)
	}
}

// scaleToUnit gives a row length 1, unless it is zero.
func scaleToUnit(x []float32) {
	s := 0.0
	for _, v := range x {
		s += float64(float64(v) * float64(v))
	}
	if s == 0 {
		return
	}
	s = math.Sqrt(s)
	for i, v := range x {
		x[i] = float32(float64(v) / s)
	}
}
