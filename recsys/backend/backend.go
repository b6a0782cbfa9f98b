// Package backend is the interface between models and the hardware: float32
// matrices in some memory, and the kernels that work on them.
//
// Implementations: reference (obvious loops with float64 storage and sums, the
// oracle of the conformance suite and of gradient checks), simd (the default
// everywhere, the same bits on every platform) and, in the browser, webgpu.
// All pass backendtest.
//
// Kernels enqueue and return nothing. The first failure is sticky: later
// kernels do nothing and Read returns it. Dimension mismatches are programmer
// errors and panic. Unless a kernel says otherwise, its output may not overlap
// its inputs; they may be different views of one allocation.
//
// Promises about sums, on every backend of one machine: a kernel that adds
// several terms into one element adds them in a fixed order, so a run repeats
// bit for bit. The simd backend promises more: the order named in each
// comment, without fused multiply-add, so its bits are the same native and
// wasm, vector and scalar.
package backend

import "lethe/recsys/graph"

// Memory is one allocation of a backend.
type Memory interface{}

// Tensor is a row-major rows×cols matrix inside one allocation. It is a
// handle: copying it copies no numbers.
type Tensor struct {
	Mem        Memory
	Off        int // in elements from the allocation's start
	Rows, Cols int
}

// Len is the number of elements.
func (t Tensor) Len() int { return t.Rows * t.Cols }

// View is the rows×cols matrix that starts off elements into t.
func (t Tensor) View(off, rows, cols int) Tensor {
	if off < 0 || rows < 0 || cols < 0 || off+rows*cols > t.Len() {
		panic("backend: view outside its tensor")
	}
	return Tensor{t.Mem, t.Off + off, rows, cols}
}

// RowRange is rows [from, to) of t.
func (t Tensor) RowRange(from, to int) Tensor {
	return t.View(from*t.Cols, to-from, t.Cols)
}

// Index is a list of row numbers on the backend, with room for Cap of them.
// Kernels use the first Len.
type Index struct {
	Mem      Memory
	Len, Cap int
}

// Sparse is a CSR matrix on the backend.
type Sparse struct {
	Mem           Memory
	Rows, Cols, N int // N stored entries
}

// CSR is a sparse matrix on the host.
type CSR = graph.CSR

// AdamStep carries the constants of one Adam step (Kingma & Ba 2015), t from 1:
//
//	g = G + Decay·θ
//	m = β1·m + (1-β1)·g      v = β2·v + (1-β2)·g²
//	θ -= Rate·m/(1-β1^t) / (√(v/(1-β2^t)) + Epsilon)
//
// Correct1 and Correct2 are 1/(1-β1^t) and 1/(1-β2^t), computed once per step.
type AdamStep struct {
	Rate, Beta1, Beta2, Epsilon, Decay float32
	Correct1, Correct2                 float32
}

// UnaryOp names an elementwise function.
type UnaryOp uint8

// The elementwise functions. Grad is given the input x, the output y and dy.
const (
	Identity UnaryOp = iota
	Sigmoid          // 1/(1+e^-x)
	Softplus         // ln(1+e^x), stable; its slope is Sigmoid
	Tanh
	Exp
	Log
	Square
	Sqrt
	Reciprocal
	LeakyReLU // slope 0.01 below zero
	UnaryOps  // how many there are
)

// Backend is memory and kernels. It is used by one goroutine at a time.
type Backend interface {
	// Name is "reference", "simd" or "webgpu".
	Name() string

	// New returns a zero matrix. Zero sizes are allowed everywhere.
	New(rows, cols int) Tensor
	// Write copies t.Len() numbers in.
	Write(t Tensor, src []float32)
	// Read waits for all kernels, copies t.Len() numbers out and returns the
	// first failure since the backend was made.
	Read(t Tensor, dst []float32) error
	// Free gives an allocation back; views of it are dead.
	Free(t Tensor)

	// NewIndex has room for capacity row numbers; WriteIndex sets its content
	// and Len. rows is the exclusive upper bound that every number obeys.
	NewIndex(capacity int) *Index
	WriteIndex(ix *Index, rows int, src []int32)
	// NewSparse uploads a CSR matrix.
	NewSparse(m CSR) Sparse
	FreeSparse(s Sparse)

	// Fill sets every element of y to x.
	Fill(x float32, y Tensor)
	// Gemm: c = α·op(a)·op(b) + β·c, op transposing where asked. With β = 0 the old
	// c is not read. Each element adds its products in ascending inner index.
	Gemm(transA, transB bool, alpha float32, a, b Tensor, beta float32, c Tensor)
	// SpMM: y = α·s·x + β·z. z may be y itself; with β = 0 z is not read. Each
	// row adds its terms in storage order, starting from zero.
	SpMM(alpha float32, s Sparse, x Tensor, beta float32, z, y Tensor)
	// Gather: y[k] = x[ix[k]], y has ix.Len rows.
	Gather(x Tensor, ix *Index, y Tensor)
	// ScatterAdd: y[ix[k]] += α·x[k], k ascending.
	ScatterAdd(alpha float32, x Tensor, ix *Index, y Tensor)
	// Axpby: y = α·x + β·y, elementwise; with β = 0 y is not read. Shapes need equal Len only.
	Axpby(alpha float32, x Tensor, beta float32, y Tensor)
	// Mul: y = (α·a)∘b + β·y, elementwise; y may be a or b.
	Mul(alpha float32, a, b Tensor, beta float32, y Tensor)
	// Unary: y = f(x), elementwise; y may be x.
	Unary(f UnaryOp, x, y Tensor)
	// UnaryGrad: dx += f'(x)·dy, given y = f(x).
	UnaryGrad(f UnaryOp, x, y, dy, dx Tensor)
	// RowDot: y[r] = α·⟨a_r, b_r⟩ + β·y[r]; y is rows×1. Eight partial sums over
	// columns k ≡ 0..7 (mod 8), added as ((0+4)+(2+6))+((1+5)+(3+7)).
	RowDot(alpha float32, a, b Tensor, beta float32, y Tensor)
	// RowScale: y_r = (α·s[r])·x_r + β·y_r; s is rows×1; y may be x.
	RowScale(alpha float32, s, x Tensor, beta float32, y Tensor)
	// AddRow: y_r = x_r + b for every row; b is 1×cols; y may be x.
	AddRow(x, b, y Tensor)
	// ColSum: y = α·Σ_r x_r + β·y, rows ascending; y is 1×cols.
	ColSum(alpha float32, x Tensor, beta float32, y Tensor)
	// CopyCols: y[:, at:at+n] = α·x[:, from:from+n] + β·y[:, at:at+n].
	CopyCols(alpha float32, x Tensor, from, n int, beta float32, y Tensor, at int)
	// RowSoftmax: y_r = softmax(x_r), stable; y may be x. The exponentials add up in
	// the eight parts of RowDot.
	RowSoftmax(x, y Tensor)
	// Adam does one step on all of θ; g, m and v have its shape.
	Adam(step AdamStep, g, m, v, theta Tensor)
	// AdamRows does the step on the listed rows only (lazy Adam); g has θ's shape and
	// rows are distinct.
	AdamRows(step AdamStep, rows *Index, g, m, v, theta Tensor)
	// BPRStep is plain SGD on BPR (Rendle et al. 2009), one sample after another
	// in order: with x = ⟨u, i-j⟩ and e = rate·σ(-x), u += e(i-j) - rate·reg·u, i += e·u -
	// rate·reg·i, j -= e·u + rate·reg·j, right sides all old. ⟨u, i-j⟩ adds up in the eight parts of
	// RowDot. i and j of a sample differ.
	BPRStep(rate, reg float32, users, items Tensor, u, i, j *Index)
	// TopK ranks all items for each listed user by ⟨users[u], items[i]⟩, leaving
	// out row u of seen (columns ascending, values ignored) and every item whose entry
	// in banned (1×items, nil Mem for none) is not 0. ids and scores have u.Len rows and k
	// columns: best first, ties to the smaller id, -1 and -Inf where items run out. ids holds the
	// numbers as float32 (exact below 2^24). Products add up in ascending column; an item whose
	// score is NaN or -Inf is never listed.
	TopK(users Tensor, u *Index, items Tensor, seen Sparse, banned Tensor, ids, scores Tensor)
}
