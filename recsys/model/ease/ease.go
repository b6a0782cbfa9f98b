// Package ease is EASE, the linear autoencoder in closed form, and its exact unlearning.
//
//	B = argmin ‖X − XB‖² + λ‖B‖²  subject to diag B = 0
//	P = (XᵀX + λI)⁻¹      B = I − P·diag(1/diag P)      s_u = x_u B
//
// A user, an interaction or an item leaves P by an update of low rank (remove.go), after
// which P is what Solve gives on the data that stay, up to rounding. That makes
// EASE the model on which a method that claims to forget exactly can be checked.
//
// Shapes: X users×items, P and B items×items. Cost of Solve: about I³ multiply-adds
// and 8·I² bytes, in place; of an update of rank k: k·I²/2.
// Departures: none.
// Source: Steck, "Embarrassingly Shallow Autoencoders for Sparse Data", WWW 2019.
//
// P is float64 and goes through gonum, whose assembly adds in another order than its
// plain Go: builds with the tag noasm, as those of the Makefile are, agree on the last bits of P,
// and with them on the hash of a file, between amd64 and WebAssembly; arm64 fuses
// multiply-adds and may differ there. Nothing here claims more than Tolerance.
package ease

import (
	"errors"
	"fmt"
	"math"

	"lethe/recsys/data"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Tolerance is how far B after removals may be from B solved anew: the largest
// difference of two entries.
const Tolerance = 1e-9

// Model is a solved EASE.
type Model struct {
	lambda float64
	p      blas64.Symmetric // P, upper triangle
}

var errNotPositive = errors.New("ease: the matrix is not positive definite: these facts are not in the model")

// Solve fits EASE to binary interactions. Lambda is above 0.
func Solve(x *data.Interactions, lambda float64) (*Model, error) {
	if !(lambda > 0) || math.IsInf(lambda, 1) {
		return nil, fmt.Errorf("ease: regularisation %g is not above 0", lambda)
	}
	m := &Model{lambda, blas64.Symmetric{N: x.Items, Stride: max(x.Items, 1), Uplo: blas.Upper, Data: make([]float64, x.Items*x.Items)}}
	if x.Items == 0 {
		return m, nil
	}
	for i := range x.Items {
		m.row(i)[i] = lambda
	}
	for u := range x.Users {
		items := x.Row(u)
		for k, i := range items {
			row := m.row(int(i))
			for _, j := range items[k:] {
				row[j]++
			}
		}
	}
	t, ok := lapack64.Potrf(m.p)
	if !ok {
		return nil, errNotPositive
	}
	m.p, ok = lapack64.Potri(t)
	if !ok {
		return nil, errNotPositive
	}
	return m, nil
}

// Items is the number of items.
func (m *Model) Items() int { return m.p.N }

// Clone returns a copy that shares nothing.
func (m *Model) Clone() *Model {
	c := *m
	c.p.Data = append([]float64(nil), m.p.Data...)
	return &c
}

// row is row i of P's storage; entries before i are not P's.
func (m *Model) row(i int) []float64 { return m.p.Data[i*m.p.Stride : i*m.p.Stride+m.p.N] }

// add adds row i of P to out.
func (m *Model) add(i int, out []float64) {
	for j := range i {
		out[j] += m.p.Data[j*m.p.Stride+i]
	}
	row := m.row(i)
	for j := i; j < m.p.N; j++ {
		out[j] += row[j]
	}
}

// At is B's entry for item i of a user's history and candidate j.
func (m *Model) At(i, j int) float64 {
	if i == j {
		return 0
	}
	return -m.p.Data[min(i, j)*m.p.Stride+max(i, j)] / m.row(j)[j]
}
