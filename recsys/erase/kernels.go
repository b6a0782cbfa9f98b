package erase

import (
	"encoding/binary"
	"encoding/hex"
	"math"

	"lethe/recsys/backend"
	"lethe/recsys/digest"
	"lethe/recsys/rng"
)

// Kernels is what a backend's kernels make of fixed numbers, as the first sixteen digits of a
// SHA-256 each. Backends with equal hashes compute the same bits.
func Kernels(be backend.Backend) (map[string]string, error) {
	k := &kernels{be: be, out: map[string]string{}}
	k.run()
	return k.out, k.err
}

type kernels struct {
	be   backend.Backend
	out  map[string]string
	err  error
	mine []backend.Tensor
}

// some are fixed numbers between -1 and 1, a stream for each name.
func (k *kernels) some(name string, rows, cols int) backend.Tensor {
	s := rng.New(1).Named(name).Stream()
	v := make([]float32, rows*cols)
	for i := range v {
		v[i] = 2*s.Float32() - 1
	}
	t := k.be.New(rows, cols)
	k.be.Write(t, v)
	k.mine = append(k.mine, t)
	return t
}

// keep hashes a result.
func (k *kernels) keep(name string, t backend.Tensor) {
	v := make([]float32, t.Len())
	if err := k.be.Read(t, v); err != nil {
		if k.err == nil {
			k.err = err
		}
		return
	}
	b := make([]byte, 0, 4*len(v))
	for _, x := range v {
		b = binary.LittleEndian.AppendUint32(b, math.Float32bits(x))
	}
	h := digest.Sum(b)
	k.out[name] = hex.EncodeToString(h[:8])
}

func (k *kernels) run() {
	be := k.be
	const n, d = 67, 37 // no multiples of any vector's length
	a, b := k.some("a", n, d), k.some("b", n, d)
	y := func() backend.Tensor { return k.some("y", n, d) }

	c := k.some("c", n, n)
	be.Gemm(false, true, 0.5, a, b, 0.25, c)
	k.keep("gemm", c)
	for f, name := range map[backend.UnaryOp]string{backend.Sigmoid: "sigmoid", backend.Softplus: "softplus", backend.Tanh: "tanh", backend.Exp: "exp"} {
		x := y()
		be.Unary(f, a, x)
		k.keep(name, x)
	}
	x := y()
	be.Unary(backend.Square, a, x)
	be.Unary(backend.Log, x, x)
	k.keep("log", x)
	x = k.some("y", n, 1)
	be.RowDot(0.5, a, b, 0.25, x)
	k.keep("rowdot", x)
	x = y()
	be.RowSoftmax(a, x)
	k.keep("softmax", x)
	x = k.some("y", 1, d)
	be.ColSum(0.5, a, 0.25, x)
	k.keep("colsum", x)
	x = y()
	be.Mul(0.5, a, b, 0.25, x)
	be.Axpby(0.5, a, 0.25, x)
	k.keep("axpby", x)

	rows := make([]int32, n)
	ptr, col, val := make([]int32, n+1), make([]int32, 0, 3*n), make([]float32, 0, 3*n)
	s := rng.New(1).Named("rows").Stream()
	for r := range n {
		rows[r] = int32(s.IntN(n))
		at := int32(s.IntN(n - 3))
		for e := range int32(3) {
			col, val = append(col, at+e), append(val, s.Float32())
		}
		ptr[r+1] = int32(len(col))
	}
	ix := be.NewIndex(n)
	be.WriteIndex(ix, n, rows)
	x = y()
	be.ScatterAdd(0.5, a, ix, x)
	k.keep("scatteradd", x)
	sparse := be.NewSparse(backend.CSR{Rows: n, Cols: n, Ptr: ptr, Col: col, Val: val})
	x = y()
	be.SpMM(0.5, sparse, a, 0.25, x, x)
	k.keep("spmm", x)
	be.FreeSparse(sparse)
	x, v := y(), k.some("v", n, d)
	be.Unary(backend.Square, v, v)
	be.Adam(backend.AdamStep{Rate: 0.01, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Correct1: 10, Correct2: 1000}, a, b, v, x)
	k.keep("adam", x)
	for _, t := range k.mine {
		be.Free(t)
	}
}
