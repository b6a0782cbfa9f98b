package main

import (
	"fmt"
	"os"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/rng"
)

// product is op(a)·op(b) with op(a) m×k and op(b) k×n.
type product struct {
	name           string
	transA, transB bool
	m, n, k        int
}

// products are those that models make on Baby: batches of 2048, 7,050 items with 128
// features, rows of 64.
var products = []product{
	{"batch × weights", false, false, 2048, 64, 64},
	{"features × weights", false, false, items, 64, 128},
	{"its gradient", true, false, 128, 64, items},
	{"Gram matrix of items", true, false, 64, 64, items},
	{"512 users × items", false, true, 512, items, 64},
	{"in-batch contrast", false, true, 2048, 2048, 64},
}

func (p product) flops() float64 { return 2 * float64(p.m) * float64(p.n) * float64(p.k) }

// shapes are rows and columns of a and b as stored.
func (p product) shapes() (ar, ac, br, bc int) {
	ar, ac, br, bc = p.m, p.k, p.k, p.n
	if p.transA {
		ar, ac = ac, ar
	}
	if p.transB {
		br, bc = bc, br
	}
	return ar, ac, br, bc
}

func numbers(n int, seed uint64) []float32 {
	s := rng.New(seed).Named("bench").Stream()
	x := make([]float32, n)
	for k := range x {
		x[k] = 2*s.Float32() - 1
	}
	return x
}

// measureProducts returns GFLOP/s by implementation and shape.
func measureProducts() map[string]float64 {
	out := map[string]float64{}
	for _, p := range products {
		fmt.Fprintln(os.Stderr, p.name)
		ar, ac, br, bc := p.shapes()
		a, b := numbers(ar*ac, 1), numbers(br*bc, 2)
		for _, be := range []backend.Backend{simd.New(), reference.New()} {
			x, y, z := be.New(ar, ac), be.New(br, bc), be.New(p.m, p.n)
			be.Write(x, a)
			be.Write(y, b)
			out[be.Name()+"/"+p.name] = p.flops() / 1e9 / median(func() { be.Gemm(p.transA, p.transB, 1, x, y, 0, z) })
		}
		op := map[bool]blas.Transpose{false: blas.NoTrans, true: blas.Trans}
		x := blas32.General{Rows: ar, Cols: ac, Stride: ac, Data: a}
		y := blas32.General{Rows: br, Cols: bc, Stride: bc, Data: b}
		z := blas32.General{Rows: p.m, Cols: p.n, Stride: p.n, Data: make([]float32, p.m*p.n)}
		out["gonum/"+p.name] = p.flops() / 1e9 / median(func() { blas32.Gemm(op[p.transA], op[p.transB], 1, x, y, 0, z) })
	}
	return out
}
