package eval

import (
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// Vectors are a model's user and item vectors on the host, users×D and items×D: final
// ones, or the raw rows. The score of a pair is their inner product.
type Vectors struct{ Users, Items dense.Matrix }

// ReadVectors copies vectors from a backend.
func ReadVectors(be backend.Backend, users, items backend.Tensor) (Vectors, error) {
	v := Vectors{dense.New(users.Rows, users.Cols), dense.New(items.Rows, items.Cols)}
	if err := be.Read(users, v.Users.Data); err != nil {
		return Vectors{}, err
	}
	return v, be.Read(items, v.Items.Data)
}

// Upload copies the vectors to a backend; the caller frees both.
func (v Vectors) Upload(be backend.Backend) (users, items backend.Tensor) {
	users, items = be.New(v.Users.Rows, v.Users.Cols), be.New(v.Items.Rows, v.Items.Cols)
	be.Write(users, v.Users.Data)
	be.Write(items, v.Items.Data)
	return users, items
}

// Score is s_ui.
func (v Vectors) Score(p data.Pair) float64 {
	return inner(v.Users.Row(int(p.User)), v.Items.Row(int(p.Item)))
}

// Columns are the columns [from, to) of all vectors: one channel of a model whose
// score is a sum over channels.
func (v Vectors) Columns(from, to int) Vectors {
	cut := func(m dense.Matrix) dense.Matrix {
		out := dense.New(m.Rows, to-from)
		for r := range m.Rows {
			copy(out.Row(r), m.Row(r)[from:to])
		}
		return out
	}
	return Vectors{cut(v.Users), cut(v.Items)}
}

// inner is ⟨a, b⟩ in float64, in four partial sums.
func inner(a, b []float32) float64 {
	var s0, s1, s2, s3 float64
	b = b[:len(a)]
	k := 0
	for ; k+4 <= len(a); k += 4 {
		s0 += float64(a[k]) * float64(b[k])
		s1 += float64(a[k+1]) * float64(b[k+1])
		s2 += float64(a[k+2]) * float64(b[k+2])
		s3 += float64(a[k+3]) * float64(b[k+3])
	}
	for ; k < len(a); k++ {
		s0 += float64(a[k]) * float64(b[k])
	}
	return (s0 + s1) + (s2 + s3)
}
