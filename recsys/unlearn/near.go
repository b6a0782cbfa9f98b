package unlearn

import (
	"math"
	"slices"
	"sort"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// Small requests are forgotten near where they are: nothing is computed for the whole graph, no
// model is put on a backend, and only the rows of the request's users move. What the closed form (direct.go) needs
// is found on the host:
//
//	e*_u after the edges are gone  by walking the L hops around u, degrees of the retain set
//	other final vectors            as before the request: a few edges among thousands do not move them
//	mean and covariance of items   over 512 of them
//
// Cost: the neighbourhood of the request, O((400 held-out + 512)·d²) for the goals, and copying θ; the walk of
// L hops is bounded by the graph. It serves models whose users' vectors are a mean over layers (bpr,
// vbpr, lightgcn, freedom).
type nearby struct {
	*directed
	p      *dense.Params // θ as it changes
	byItem *data.Interactions
	before eval.Vectors // final vectors before the request
	rows   eval.Vectors // raw rows; their users' part is p's
	sample []int32      // of offered items
	kept   []*level     // of the last round: only the touched users' vectors change
}

const (
	smallPairs  = 64
	smallShare  = 0.001 // of the training interactions
	sampleItems = 512
)

// small tells whether a request is so small that a pass over the data would be most of its cost.
func small(t *Task) bool {
	n := len(t.Forget.Pairs)
	return n <= smallPairs && float64(n) <= smallShare*float64(t.Data.Train.Len())
}

// walkable tells whether a model's users can be found by walking.
func walkable(t *Task) bool {
	if t.Model.Shards > 0 {
		return false
	}
	switch t.Model.Name {
	case "bpr", "vbpr", "lightgcn", "freedom":
		return true
	}
	return false
}

// forgetNear is directly for small requests.
func forgetNear(t *Task) (*Result, error) {
	before, err := t.final()
	if err != nil {
		return nil, err
	}
	n := newNearby(t, before)
	n.rank()
	r := &Result{Params: n.p, Bound: t.Retain}
	return r, n.run(n, nil, r)
}

// nearPeers is how many training pairs a small request is ranked among.
const nearPeers = 256

// rank finds how the pairs stood among training pairs before the request. Were each put on the median of what is expected of
// it, for lack of others to be ranked with, a thousand small requests would leave a thousand pairs there, for anyone to see.
func (n *nearby) rank() {
	t := n.t
	var peers []data.Pair
	s, all := rng.New(t.Seed).Named("peers").Stream(), t.Retain.Train
	for range nearPeers {
		at := s.IntN(max(all.Len(), 1))
		u := sort.Search(len(all.Ptr), func(k int) bool { return int(all.Ptr[k]) > at }) // the first row that ends behind it
		peers = append(peers, data.Pair{User: int32(u - 1), Item: all.Item[at]})
	}
	c := *n.crowd
	for _, p := range append(slices.Clone(peers), t.Forget.Pairs...) {
		c.users, c.items = append(c.users, p.User), append(c.items, p.Item)
	}
	c.users, c.items, c.userSlot, c.itemAt = ascending(slices.Clone(c.users)), ascending(slices.Clone(c.items)), map[int32]int{}, map[int32]int{}
	for k, u := range c.users {
		c.userSlot[u] = k
	}
	for k, i := range c.items {
		c.itemAt[i] = k
	}
	both := []eval.Vectors{n.before}
	if t.Before.Offset("node") >= 0 {
		both = append(both, n.rows)
	}
	for _, v := range both {
		l := n.level(&c, v)
		l.spreads(c.users)
		n.expect.rankAmong(l.z(t.Forget.Pairs), peers, l.z(peers))
	}
}

func newNearby(t *Task, before eval.Vectors) *nearby {
	n := &nearby{directed: newDirect(t), p: t.Before.Clone(), before: before, rows: before, sample: sampled(t)}
	n.free() // the crowd is read on the host
	n.byItem = n.expect.byItem
	if t.Before.Offset("node") >= 0 {
		node, u := n.p.View("node"), t.Data.Users()
		split := u * node.Cols
		n.rows = eval.Vectors{
			Users: dense.Matrix{Rows: u, Cols: node.Cols, Data: node.Data[:split]},
			Items: dense.Matrix{Rows: node.Rows - u, Cols: node.Cols, Data: node.Data[split:]},
		}
	}
	return n
}

// final is the final vectors of the model before the request: those that the task brings, or
// computed.
func (t *Task) final() (eval.Vectors, error) {
	if t.Final != nil {
		return *t.Final, nil
	}
	n, err := bind(t.Model, t.Before, t.Data, t.Backend)
	if err != nil {
		return eval.Vectors{}, err
	}
	defer n.Free()
	return finalVectors(t, n)
}

// sampled is at most 512 offered items.
func sampled(t *Task) []int32 {
	hidden := train.Forgotten(t.Retain)
	s := rng.New(t.Seed).Named("offered").Stream()
	var list []int32
	for range 2 * sampleItems {
		if i := int32(s.IntN(t.Data.Items())); len(list) < sampleItems && (hidden == nil || !hidden[i]) {
			list = append(list, i)
		}
	}
	return list
}

// levels are the final vectors and, where they differ, the raw rows.
func (n *nearby) levels() ([]*level, error) {
	if n.kept == nil {
		n.kept = n.found()
	}
	return n.kept, nil
}

// found computes them.
func (n *nearby) found() []*level {
	final := n.level(n.crowd, n.before)
	if n.t.Before.Offset("node") < 0 {
		// Rows are final vectors.
		for k, u := range n.crowd.users {
			copy(final.users.Row(k), n.p.View("user").Row(int(u)))
		}
		final.spreads(n.crowd.users)
		return []*level{final}
	}
	w := &walk{n: n, known: map[hop][]float64{}}
	for _, u := range n.touched {
		for c, x := range w.mean(int(u)) {
			final.users.Row(final.userSlot[u])[c] = float32(x)
		}
	}
	final.spreads(n.crowd.users)
	raw := n.level(n.crowd, n.rows)
	raw.spreads(n.crowd.users)
	return []*level{final, raw}
}

// level copies a crowd's vectors and takes mean and covariance from the sample.
func (n *nearby) level(crowd *crowd, v eval.Vectors) *level {
	d := v.Items.Cols
	l := &level{crowd: crowd, users: dense.New(len(crowd.users), d), items: dense.New(len(crowd.items), d), spread: make([]float64, len(crowd.users)), cov: make([]float64, d*d)}
	mean := meanOf(v.Items, n.sample)
	x := make([]float64, d)
	for _, i := range n.sample {
		for c, y := range v.Items.Row(int(i)) {
			x[c] = float64(y) - mean[c]
		}
		addSquare(1/float64(len(n.sample)), x, l.cov)
	}
	for a := range d {
		for b := range a {
			l.cov[a*d+b] = l.cov[b*d+a]
		}
	}
	for k, u := range crowd.users {
		copy(l.users.Row(k), v.Users.Row(int(u)))
	}
	for k, i := range crowd.items {
		for c, y := range v.Items.Row(int(i)) {
			l.items.Row(k)[c] = float32(float64(y) - mean[c])
		}
	}
	return l
}

// spreads computes √(e_uᵀ C e_u) of some users.
func (l *level) spreads(users []int32) {
	d := l.users.Cols
	for _, u := range users {
		k := l.userSlot[u]
		sum, row := 0.0, l.users.Row(k)
		for a := range d {
			part := 0.0
			for b, x := range row {
				part += float64(l.cov[a*d+b] * float64(x))
			}
			sum += float64(part * float64(row[a]))
		}
		l.spread[k] = math.Sqrt(max(sum, 1e-30))
	}
}

// move adds to the rows of the touched users, and to what is known of their vectors.
func (n *nearby) move(move []float64) {
	at, from := 0, 0
	for _, b := range n.blocks {
		for _, u := range n.touched {
			row := n.p.Theta[b.row(u) : b.row(u)+b.cols]
			for c := range row {
				row[c] += float32(move[at+c])
			}
			for k, l := range n.kept {
				arrives := 1.0
				if k == 0 && len(n.kept) > 1 {
					arrives = n.arrives(u)
				}
				known := l.users.Row(l.userSlot[u])[from : from+b.cols]
				for c := range known {
					known[c] += float32(arrives * move[at+c])
				}
			}
			at += b.cols
		}
		from += b.cols
	}
	for _, l := range n.kept {
		l.spreads(n.touched)
	}
}

// walk computes a node's layers from its neighbours', each once.
type walk struct {
	n     *nearby
	known map[hop][]float64
}

// hop is a layer of a node; users come first.
type hop struct{ node, layer int }

// mean is e* of a node: the mean over layers 0..L.
func (w *walk) mean(node int) []float64 {
	l := w.n.t.Model.Layers
	out := make([]float64, w.n.rows.Users.Cols)
	for k := range l + 1 {
		for c, x := range w.layer(node, k) {
			out[c] += x / float64(l+1)
		}
	}
	return out
}

// layer is (Âᵏ E)_node.
func (w *walk) layer(node, k int) []float64 {
	users := w.n.rows.Users.Rows
	if k == 0 {
		row := w.n.rows.Users
		if node >= users {
			row, node = w.n.rows.Items, node-users
		}
		out := make([]float64, row.Cols)
		for c, x := range row.Row(node) {
			out[c] = float64(x)
		}
		return out
	}
	if x, ok := w.known[hop{node, k}]; ok {
		return x
	}
	near, back, offset := w.n.t.Retain.Train, w.n.byItem, users
	id := node
	if node >= users {
		near, back, offset, id = back, near, 0, node-users
	}
	out, row := make([]float64, w.n.rows.Users.Cols), near.Row(id)
	for _, o := range row {
		weight := 1 / math.Sqrt(float64(len(row))*float64(len(back.Row(int(o)))))
		for c, x := range w.layer(int(o)+offset, k-1) {
			out[c] += float64(weight * x)
		}
	}
	w.known[hop{node, k}] = out
	return out
}
