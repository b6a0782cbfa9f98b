// Package tape records a static graph of tensor operations once and replays
// it, forward and backward, many times.
//
// Recording allocates every tensor; a replay allocates nothing, which is what
// lets a step be a fixed list of kernels on every backend. Each operation
// keeps its forward and its backward side by side (ops.go, reductions.go).
package tape

import (
	"slices"

	"lethe/recsys/backend"
	"lethe/recsys/dense"
)

// Node is the result of an operation, or a leaf.
type Node struct {
	Value backend.Tensor
	grad  backend.Tensor
	// parent and off make this node rows of another one: value and gradient live inside the parent's.
	parent *Node
	off    int

	leaf    bool // gradient memory is the caller's
	needs   bool // a gradient flows through this node
	written bool // while backward is planned: has some operation written the gradient?
	filled  bool // the gradient is zeroed before the backward list
}

// Rows and Cols are the shape of the value.
func (n *Node) Rows() int { return n.Value.Rows }

// Cols is the number of columns of the value.
func (n *Node) Cols() int { return n.Value.Cols }

// op is one recorded operation. backward adds to the gradients of in; beta[k] is
// 0 where it is the first to write in[k]'s gradient and 1 where it adds.
type op struct {
	out      *Node
	in       []*Node
	forward  func()
	backward func(beta []float32)
	beta     []float32
	live     bool
	size     int // numbers read and written by forward
}

// pauseEvery is how many numbers operations read and write between two pauses: about a
// millisecond natively and a few in a browser. Products of matrices count as what they read and write.
const pauseEvery = 1 << 20

// Tape is a list of operations on one backend.
type Tape struct {
	// Pause, where set, is called within a replay now and then. Its error ends the replay,
	// which returns it; the values on the tape are then worth nothing.
	Pause   func() error
	be      backend.Backend
	work    int // numbers read and written since the last pause
	ops     []*op
	gathers []gathered
	shared  map[string]*Node
	loss    *Node
	fill    []*Node
	own     []backend.Tensor
	sparse  []backend.Sparse
}

// New returns an empty tape.
func New(be backend.Backend) *Tape { return &Tape{be: be} }

// Backend is where the tape's tensors live.
func (t *Tape) Backend() backend.Backend { return t.be }

// Param is a leaf whose value and gradient live in the caller's tensors. The
// gradient is zeroed by each Backward.
func (t *Tape) Param(value, grad backend.Tensor) *Node {
	return &Node{Value: value, grad: grad, leaf: true, needs: true}
}

// Constant is a leaf without gradient.
func (t *Tape) Constant(value backend.Tensor) *Node {
	return &Node{Value: value, leaf: true}
}

// RowRange is rows [from, to) of n, without copying.
func (t *Tape) RowRange(n *Node, from, to int) *Node {
	return &Node{
		Value:  n.Value.RowRange(from, to),
		parent: n, off: from * n.Cols(), needs: n.needs,
	}
}

// record appends an operation with a new output.
func (t *Tape) record(rows, cols int, in []*Node, forward func(out *Node), backward func(out *Node, beta []float32)) *Node {
	if t.loss != nil {
		panic("tape: recording after Plan")
	}
	out := &Node{Value: t.alloc(rows, cols)}
	for _, n := range in {
		out.needs = out.needs || n.needs
	}
	t.ops = append(t.ops, &op{
		out: out, in: in,
		forward:  func() { forward(out) },
		backward: func(beta []float32) { backward(out, beta) },
		size:     size(out, in),
	})
	return out
}

func size(out *Node, in []*Node) int {
	n := out.Value.Len()
	for _, x := range in {
		n += x.Value.Len()
	}
	return n
}

func (t *Tape) alloc(rows, cols int) backend.Tensor {
	x := t.be.New(rows, cols)
	t.own = append(t.own, x)
	return x
}

// root is the node that owns n's gradient memory.
func (n *Node) root() *Node {
	for n.parent != nil {
		n = n.parent
	}
	return n
}

// Plan fixes the loss (1×1) and allocates gradients for what it depends on.
// Operations the loss does not need no longer run.
func (t *Tape) Plan(loss *Node) {
	if loss.Value.Len() != 1 || !loss.needs {
		panic("tape: the loss is one number that depends on a parameter")
	}
	t.loss = loss
	t.gradient(loss)
	loss.written = true
	reaches := map[*Node]bool{loss: true}
	for k := len(t.ops) - 1; k >= 0; k-- {
		o := t.ops[k]
		if !reaches[o.out] || !o.out.needs {
			continue
		}
		o.live = true
		o.beta = make([]float32, len(o.in))
		for i, n := range o.in {
			if !n.needs {
				continue
			}
			r := n.root()
			// Rows of a node, leaves and nodes that are read as rows start
			// from zero; everything else is written by its first user.
			if n != r || r.leaf {
				t.zeroFirst(r)
			}
			t.gradient(n)
			if r.written {
				o.beta[i] = 1
			}
			r.written = true
			reaches[n], reaches[r] = true, true
		}
	}
	t.checkFirstWriters()
	t.dropUnused()
}

// checkFirstWriters makes every write to a zeroed gradient an addition: a node read
// whole by one operation and as rows by another is zeroed only once the second is
// met.
func (t *Tape) checkFirstWriters() {
	for _, o := range t.ops {
		for i, n := range o.in {
			if o.live && n.root().filled {
				o.beta[i] = 1
			}
		}
	}
}

// dropUnused leaves only the operations whose result the loss needs.
func (t *Tape) dropUnused() {
	used := map[*Node]bool{t.loss: true}
	var keep []*op
	for k := len(t.ops) - 1; k >= 0; k-- {
		o := t.ops[k]
		if !used[o.out] {
			continue
		}
		for _, n := range o.in {
			used[n], used[n.root()] = true, true
		}
		keep = append(keep, o)
	}
	slices.Reverse(keep)
	t.ops = keep
}

func (t *Tape) zeroFirst(r *Node) {
	if !r.filled {
		t.gradient(r)
		r.filled, r.written = true, true
		t.fill = append(t.fill, r)
	}
}

// gradient gives a node its gradient memory.
func (t *Tape) gradient(n *Node) {
	switch {
	case n.grad.Mem != nil:
	case n.parent != nil:
		t.gradient(n.parent)
		n.grad = n.parent.grad.View(n.off, n.Rows(), n.Cols())
	default:
		n.grad = t.alloc(n.Rows(), n.Cols())
	}
}

// Forward runs all operations in order.
func (t *Tape) Forward() error {
	for _, o := range t.ops {
		if err := t.pause(o); err != nil {
			return err
		}
		o.forward()
	}
	return nil
}

// Backward runs after Forward and leaves ∂loss/∂θ in the parameters' gradients.
func (t *Tape) Backward() error {
	if t.loss == nil {
		panic("tape: Backward before Plan")
	}
	for _, n := range t.fill {
		t.be.Fill(0, n.grad)
	}
	t.be.Fill(1, t.loss.grad)
	for k := len(t.ops) - 1; k >= 0; k-- {
		if o := t.ops[k]; o.live {
			if err := t.pause(o); err != nil {
				return err
			}
			o.backward(o.beta)
		}
	}
	return nil
}

// pause calls Pause if enough was done since the last call.
func (t *Tape) pause(next *op) error {
	if t.work += next.size; t.Pause == nil || t.work < pauseEvery {
		return nil
	}
	t.work = 0
	return t.Pause()
}

// Grad is where Backward leaves the gradient of a node that the loss depends on.
func (n *Node) Grad() backend.Tensor { return n.grad }

// Free gives back all memory the tape allocated.
func (t *Tape) Free() {
	for _, x := range t.own {
		t.be.Free(x)
	}
	for _, s := range t.sparse {
		t.be.FreeSparse(s)
	}
	t.own, t.sparse, t.ops, t.gathers = nil, nil, nil, nil
}

// Sparse uploads a sparse matrix that lives as long as the tape.
func (t *Tape) Sparse(m backend.CSR) backend.Sparse {
	s := t.be.NewSparse(m)
	t.sparse = append(t.sparse, s)
	return s
}

// Shared uploads a constant once per name.
func (t *Tape) Shared(name string, m dense.Matrix) *Node {
	if n, ok := t.shared[name]; ok {
		return n
	}
	if t.shared == nil {
		t.shared = map[string]*Node{}
	}
	t.shared[name] = t.Matrix(m)
	return t.shared[name]
}

// Matrix uploads a constant.
func (t *Tape) Matrix(m dense.Matrix) *Node {
	x := t.alloc(m.Rows, m.Cols)
	t.be.Write(x, m.Data)
	return t.Constant(x)
}
