package features

import (
	"math"

	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

const (
	oversample = 16 // extra directions of the range finder
	powerSteps = 6  // its power iterations
)

// table is a matrix seen through its products with vectors, so that one
// decomposition serves sparse weights and centred dense rows.
type table interface {
	size() (rows, cols int)
	mul(y, x []float64)  // y = A·x
	mulT(y, x []float64) // y = Aᵀ·x
}

// svd returns the dim largest singular triples of a, fewer if its rank is
// lower: A ≈ Σ_k sigma[k]·u[k]·v[k]ᵀ, sigma descending. The sign of each pair
// is such that the entry of v with the largest magnitude is positive.
//
// Randomised range finder with power iterations (Halko, Martinsson, Tropp
// 2011, algorithms 4.4 and 5.1): Q spans what A does to random vectors, and
// the small matrix QᵀA is decomposed exactly through its Gram matrix. It costs
// 2·(powerSteps+1) products of A with dim+16 vectors. Where A has no more
// columns or rows than that, the result is exact up to rounding.
func svd(a table, dim int) (u [][]float64, sigma []float64, v [][]float64) {
	rows, cols := a.size()
	k := min(dim+oversample, rows, cols)
	if k == 0 || dim == 0 {
		return nil, nil, nil
	}
	random := rng.New(0).Named("range finder").Stream()
	q, b := vectors(k, rows), vectors(k, cols)
	for _, x := range b {
		for i := range x {
			x[i] = random.Normal()
		}
	}
	for range powerSteps {
		orthonormal(b)
		products(a.mul, q, b)
		orthonormal(q)
		products(a.mulT, b, q)
	}
	orthonormal(b)
	products(a.mul, q, b)
	orthonormal(q)
	products(a.mulT, b, q) // b is (QᵀA)ᵀ

	gram := vectors(k, k)
	for i := range k {
		for j := range i + 1 {
			d := dot(b[i], b[j])
			gram[i][j], gram[j][i] = d, d
		}
	}
	values, w := eigen(gram)
	for n := 0; n < min(dim, k) && values[0] > 0; n++ {
		if values[n] <= 1e-12*values[0] {
			break // beyond the rank: the rounding of the float32 entries
		}
		s := math.Sqrt(values[n])
		un, vn := combine(q, w[n]), combine(b, w[n])
		sign := signOf(vn)
		scale(un, sign)
		scale(vn, sign/s)
		u, sigma, v = append(u, un), append(sigma, s), append(v, vn)
	}
	return u, sigma, v
}

// PCA projects rows on their dim principal components: column k of the result
// has the k-th largest variance and mean zero. The sign of a component is such
// that its largest loading is positive. Columns beyond the rank are zero.
func PCA(rows dense.Matrix, dim int) dense.Matrix {
	u, sigma, _ := svd(newCentred(rows), dim)
	m := dense.New(rows.Rows, dim)
	for k, col := range u {
		for i, x := range col {
			m.Data[i*dim+k] = float32(x * sigma[k])
		}
	}
	return m
}

// sparse is a matrix in CSR: row i has val[ptr[i]:ptr[i+1]] in columns col.
type sparse struct {
	columns int
	ptr     []int
	col     []int
	val     []float32
}

func (m *sparse) size() (int, int) { return len(m.ptr) - 1, m.columns }

func (m *sparse) mul(y, x []float64) {
	for i := range y {
		s := 0.0
		for p := m.ptr[i]; p < m.ptr[i+1]; p++ {
			s += float64(float64(m.val[p]) * x[m.col[p]])
		}
		y[i] = s
	}
}

func (m *sparse) mulT(y, x []float64) {
	clear(y)
	for i, xi := range x {
		for p := m.ptr[i]; p < m.ptr[i+1]; p++ {
			y[m.col[p]] += float64(float64(m.val[p]) * xi)
		}
	}
}

// centred is a dense matrix less its column means.
type centred struct {
	rows, cols int
	data       []float64
}

func newCentred(m dense.Matrix) *centred {
	c := &centred{m.Rows, m.Cols, make([]float64, len(m.Data))}
	mean := make([]float64, m.Cols)
	for i := range m.Rows {
		for j, x := range m.Row(i) {
			mean[j] += float64(x)
		}
	}
	for k, x := range m.Data {
		c.data[k] = float64(x) - mean[k%m.Cols]/float64(m.Rows)
	}
	return c
}

func (c *centred) size() (int, int) { return c.rows, c.cols }

func (c *centred) mul(y, x []float64) {
	for i := range y {
		y[i] = dot(c.data[i*c.cols:(i+1)*c.cols], x)
	}
}

func (c *centred) mulT(y, x []float64) {
	clear(y)
	for i, xi := range x {
		axpy(y, xi, c.data[i*c.cols:(i+1)*c.cols])
	}
}
