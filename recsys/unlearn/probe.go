package unlearn

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// probe reads gradients of an objective over a fixed list of pairs, each with one fixed
// negative, without moving a weight. Every batch, the last one too, counts its triples with
// 1/batch, so that gradients of two lists compare.
type probe struct {
	l       *train.Learner
	d       *data.Dataset
	u, i, j []int32 // of the list, padded to whole batches
	w       []float32
	n       int // pairs
}

// open puts weights on a backend with a data set's graph, ready for gradients. A model
// that prunes its graph each epoch gets one graph: what follows is shorter than an epoch.
func open(t *Task, p *dense.Params, d *data.Dataset) (*train.Network, error) {
	m, err := model.New(t.Model, d)
	if err != nil {
		return nil, err
	}
	if e, ok := m.(model.Epocher); ok {
		e.StartEpoch(t.Backend, 1, rng.New(t.Seed).Named("unlearn").Named("epoch"))
	}
	return train.NewNetwork(m, p, t.Backend), nil
}

// newProbe prepares gradients over pairs on a network. Negatives are retained items that
// the user never had, the same for equal pairs of one task.
func newProbe(t *Task, n *train.Network, pairs []data.Pair, batch int, objective train.Objective) *probe {
	batch = max(min(batch, len(pairs)), 1)
	size := (len(pairs) + batch - 1) / batch * batch
	p := &probe{l: train.NewLearner(n, batch, 0, objective), d: t.Data, n: len(pairs)}
	p.u, p.i, p.j, p.w = make([]int32, size), make([]int32, size), make([]int32, size), make([]float32, size)
	draw := negatives(t, rng.New(t.Seed).Named("probe"))
	for k, x := range pairs {
		p.u[k], p.i[k], p.j[k] = x.User, x.Item, draw(x, 0)
		if p.j[k] < 0 {
			p.j[k] = x.Item
		} else {
			p.w[k] = 1 / float32(batch)
		}
	}
	return p
}

// negatives draws retained items that a user never had, forgotten pairs counted as had:
// the kth for a pair, the same whenever it is asked for; -1 if the user has everything.
func negatives(t *Task, src rng.Source) func(p data.Pair, k int) int32 {
	d := *t.Data
	d.ItemIDs = t.Retain.ItemIDs
	s := train.NewSampler(&d, src)
	keys, itemKeys := data.Keys(t.Data.UserIDs), data.Keys(t.Data.ItemIDs)
	return func(p data.Pair, k int) int32 {
		stream := src.Key(uint64(k)).Key(keys[p.User]).Key(itemKeys[p.Item]).Stream()
		return s.Negative(&stream, p.User)
	}
}

// each computes the gradient of every batch; visit finds it in p.l.Grad.
func (p *probe) each(obs api.Observer, visit func() error) error {
	n := p.l.Batch.Size()
	for at := 0; at < len(p.u); at += n {
		if err := obs.Tell(api.Progress{Stage: "unlearn", Done: at, Total: len(p.u)}); err != nil {
			return err
		}
		p.l.Batch.Write(p.l.Net.Backend(), p.d.Users(), p.d.Items(), p.u[at:at+n], p.i[at:at+n], p.j[at:at+n], p.w[at:at+n])
		if err := p.l.Gradient(); err != nil {
			return err
		}
		if err := visit(); err != nil {
			return err
		}
	}
	return nil
}

// sum adds the gradients of all batches, times scale, to g, which has θ's shape.
func (p *probe) sum(obs api.Observer, scale float32, g backend.Tensor) error {
	return p.each(obs, func() error {
		p.l.Net.Backend().Axpby(scale, p.l.Grad, 1, g)
		return nil
	})
}

// fisher is the diagonal of the empirical Fisher information, the squared gradients of
// all batches summed, in θ's layout. The caller frees it.
func (p *probe) fisher(obs api.Observer) (backend.Tensor, error) {
	be := p.l.Net.Backend()
	f := be.New(1, p.l.Grad.Cols)
	return f, p.each(obs, func() error {
		be.Mul(1, p.l.Grad, p.l.Grad, 1, f)
		return nil
	})
}

func (p *probe) free() { p.l.Free() }

// someOf is at most n of the pairs, chosen by identifier, in their order.
func someOf(t *Task, pairs []data.Pair, n int, src rng.Source) []data.Pair {
	if len(pairs) <= n {
		return pairs
	}
	users, items := data.Keys(t.Data.UserIDs), data.Keys(t.Data.ItemIDs)
	below := uint64(float64(n) / float64(len(pairs)) * (1 << 53))
	var some []data.Pair
	for _, p := range pairs {
		if src.Key(users[p.User]).Key(items[p.Item]).Bits()>>11 < below {
			some = append(some, p)
		}
	}
	return some
}

// norm is the Euclidean length of a tensor, its rows summed in float64.
func norm(be backend.Backend, x backend.Tensor) (float64, error) {
	y := be.New(x.Rows, 1)
	defer be.Free(y)
	be.RowDot(1, x, x, 0, y)
	h := make([]float32, x.Rows)
	if err := be.Read(y, h); err != nil {
		return 0, err
	}
	sum := 0.0
	for _, v := range h {
		sum += float64(v)
	}
	return math.Sqrt(sum), nil
}
