package unlearn

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// loop is the one optimiser loop of all gradient methods: each step a forget half
// and a retain half, each with an Adam of its own, and between steps a stop rule that
// switches the forget half off and on.
type loop struct {
	t      *Task
	net    *train.Network
	src    rng.Source
	retain *retainHalf
	forget *forgetHalf // nil: retain steps only
	// reading is the stop rule's measure and parity its target; nil: the forget half
	// never stops. It is asked every so many steps.
	reading func() (float64, error)
	parity  float64
	every   int
	watch   *watch
	spread  float64 // root-mean-square of the entity rows at the start
	extra   extras
}

// rearm is how far above parity the reading must climb to start the forget half again.
const rearm = 0.01

// run makes the steps and returns the weights at the end.
func (l *loop) run(steps int) (*Result, error) {
	r := &Result{Bound: l.t.Retain}
	active := l.forget != nil
	at := api.Progress{Stage: "unlearn", Total: steps}
	look := func() error { return l.t.Observe.Tell(at) }
	l.pause(look)
	for s := 1; s <= steps; s++ {
		at.Done = s - 1
		if err := look(); err != nil {
			return nil, err
		}
		if active {
			if err := l.forgetStep(s); err != nil {
				return nil, err
			}
		}
		if l.retain != nil {
			if err := l.retainStep(); err != nil {
				return nil, err
			}
		}
		l.extra.blend(l)
		r.Steps = s
		if s%l.every != 0 && s != steps {
			continue
		}
		p := api.Point{Step: s}
		if l.reading != nil {
			x, err := l.reading()
			if err != nil {
				return nil, err
			}
			p.Gauge = &x
			if l.forget != nil {
				active = x > l.parity+rearm || active && x > l.parity
			}
		}
		if err := l.watch.look(l.net, &p, r); err != nil {
			return nil, err
		}
		r.Curve = append(r.Curve, p)
		if err := l.t.Observe.Tell(api.Progress{Stage: "unlearn", Done: s, Total: steps, Point: &p}); err != nil {
			return nil, err
		}
	}
	l.extra.serve(l)
	var err error
	r.Params, err = l.net.Params()
	return r, err
}

// begin puts the task's weights, rows of deleted entities reset, on the retain
// set's graph.
func begin(t *Task) (*loop, error) {
	p, err := resetRows(t)
	if err != nil {
		return nil, err
	}
	return beginWith(t, p)
}

// beginWith starts from given weights.
func beginWith(t *Task, p *dense.Params) (*loop, error) {
	m, err := model.New(t.Model, t.Retain)
	if err != nil {
		return nil, err
	}
	src := rng.New(t.Seed).Named("unlearn")
	if e, ok := m.(model.Epocher); ok {
		e.StartEpoch(t.Backend, 1, src.Named("epoch")) // a repair is short: one graph serves all its steps
	}
	return &loop{t: t, net: train.NewNetwork(m, p, t.Backend), src: src, parity: 0.5, every: 3, watch: newWatch(t), spread: spread(p)}, nil
}

// spread is the root-mean-square of the entity rows.
func spread(p *dense.Params) float64 {
	var sum float64
	n := 0
	for _, s := range p.Specs() {
		if train.Entity(s.Name) != "" {
			for _, x := range p.View(s.Name).Data {
				sum += float64(float64(x) * float64(x))
			}
			n += s.Rows * s.Cols
		}
	}
	return math.Sqrt(sum / float64(max(n, 1)))
}

// free gives all backend memory of the loop back.
func (l *loop) free() {
	l.extra.free(l)
	if l.retain != nil {
		l.retain.l.Free()
	}
	if l.forget != nil {
		l.forget.l.Free()
	}
	l.watch.free()
	l.net.Free()
}

// retainHalf trains on the retain set, lazily unless dense is set.
type retainHalf struct {
	l         *train.Learner
	lazy      *train.Lazy
	sampler   *train.Sampler
	u, i, j   []int32
	w         []float32
	items     []int32
	random    rng.Source // of the epoch
	epoch, at int
	steps     int
	d         *data.Dataset
	dense     bool
	before    func(step int) error // runs ahead of each step
	join      func(step int) error // may change the gradient of a dense step
	coreset   *coreset             // repairs on a part of the retain set; nil: all of it
}

// pause has look called within steps too.
func (l *loop) pause(look func() error) {
	if l.retain != nil {
		l.retain.l.Pause(look)
	}
	if l.forget != nil && l.forget.l != nil {
		l.forget.l.Pause(look)
	}
}

func (l *loop) repair(batch int, rate float64) { l.repairWith(batch, rate, model.Loss) }

// repairWith trains another objective than the model's own on retain batches.
func (l *loop) repairWith(batch int, rate float64, objective train.Objective) {
	d := l.t.Retain
	h := &retainHalf{sampler: train.NewSampler(d, l.src.Named("retain")), d: d}
	n := min(batch, max(d.Train.Len(), 1))
	h.l = train.NewLearner(l.net, n, rate, objective)
	h.lazy = train.NewLazy(h.l, d.Users())
	h.u, h.i, h.j, h.w = make([]int32, n), make([]int32, n), make([]int32, n), make([]float32, n)
	h.at = h.sampler.Len()
	l.retain = h
}

func (h *retainHalf) step() error {
	h.steps++
	if h.before != nil {
		if err := h.before(h.steps); err != nil {
			return err
		}
	}
	n, err := h.draw()
	if n == 0 || err != nil {
		return err
	}
	if h.dense && h.join == nil {
		return h.l.Step()
	}
	if err := h.l.Gradient(); err != nil {
		return err
	}
	if h.join != nil {
		if err := h.join(h.steps); err != nil {
			return err
		}
	}
	if h.dense {
		h.l.Apply()
		return nil
	}
	h.items = append(append(h.items[:0], h.i[:n]...), h.j[:n]...)
	h.lazy.Step(h.u[:n], h.items, true)
	return nil
}

// draw fills the batch of a step and returns how many triples are real.
func (h *retainHalf) draw() (n int, err error) {
	if research && h.coreset != nil {
		n = h.coreset.batch(h.steps, h.u, h.i, h.j, h.w)
	} else {
		if h.at >= h.sampler.Len() {
			h.epoch++
			h.sampler.Start(h.epoch)
			h.at = 0
			h.random = h.sampler.Random(h.epoch)
			h.l.Batch.Random = &h.random
		}
		n = h.sampler.Batch(h.epoch, h.at, h.u, h.i, h.j, h.w)
		h.at += n
	}
	h.l.Batch.Write(h.l.Net.Backend(), h.d.Users(), h.d.Items(), h.u, h.i, h.j, h.w)
	return n, nil
}

// forgetHalf pushes forgotten pairs down. All of D_f is one batch up to the
// batch's size, beyond that it is cycled.
type forgetHalf struct {
	l        *train.Learner
	batch    *model.Batch
	be       backend.Backend
	lazy     *train.Lazy
	pairs    []data.Pair
	sampler  *train.Sampler
	negative rng.Source
	keys     []uint64
	u, i, j  []int32
	w        []float32
	items    []int32
	at       int
	d        *data.Dataset
	users    bool                                // move user rows only,
	others   bool                                // or the items' only
	dense    bool                                // move all weights
	feed     func(h *forgetHalf, step int) error // fills the batch of a step
}

// push prepares the forget half with an objective. Only entity rows move.
func (l *loop) push(pairs []data.Pair, batch int, rate float64, objective train.Objective) {
	learner := train.NewLearner(l.net, min(batch, max(len(pairs), 1)), rate, objective)
	h := l.triples(pairs, learner.Batch)
	h.l, h.lazy = learner, train.NewLazy(learner, l.t.Data.Users())
	l.forget = h
}

// triples draws forget triples into a batch. Negatives are retained items that the
// user never had, forgotten pairs counted as had.
func (l *loop) triples(pairs []data.Pair, b *model.Batch) *forgetHalf {
	d := *l.t.Data
	d.ItemIDs = l.t.Retain.ItemIDs
	n := b.Size()
	return &forgetHalf{
		batch: b, be: l.net.Backend(), pairs: pairs, d: &d, sampler: train.NewSampler(&d, l.src),
		negative: l.src.Named("forget negative"), keys: data.Keys(l.t.Data.UserIDs),
		u: make([]int32, n), i: make([]int32, n), j: make([]int32, n), w: make([]float32, n), feed: drawTriples,
	}
}

// drawTriples fills the batch of a step with forgotten pairs and fresh negatives.
func drawTriples(h *forgetHalf, step int) error {
	n := len(h.u)
	src := h.negative.Key(uint64(step))
	for k := range n {
		p := h.pairs[(h.at+k)%len(h.pairs)]
		s := src.Key(h.keys[p.User]).Key(uint64(p.Item)).Stream()
		h.u[k], h.i[k], h.w[k] = p.User, p.Item, 1/float32(n)
		h.j[k] = h.sampler.Negative(&s, p.User)
		if h.j[k] < 0 {
			h.j[k], h.w[k] = p.Item, 0
		}
	}
	h.at = (h.at + n) % len(h.pairs)
	h.batch.Write(h.be, h.d.Users(), h.d.Items(), h.u, h.i, h.j, h.w)
	return nil
}

func (h *forgetHalf) step(s int) error {
	if err := h.feed(h, s); err != nil {
		return err
	}
	if h.dense {
		return h.l.Step()
	}
	if err := h.l.Gradient(); err != nil {
		return err
	}
	switch {
	case h.users:
		h.lazy.Step(h.u, nil, false)
	case h.others:
		h.lazy.Step(nil, h.i, false)
	default:
		h.items = append(append(h.items[:0], h.i...), h.j...)
		h.lazy.Step(h.u, h.items, false)
	}
	return nil
}

// watch measures validation Recall@20 of a sample of users on the way.
type watch struct {
	ranker *eval.Ranker
	valid  *data.Interactions
}

// watched is how many users a watch looks at.
const watched = 256

func newWatch(t *Task) *watch {
	src := rng.New(t.Seed).Named("watch")
	keys := data.Keys(t.Retain.UserIDs)
	have := 0
	for u := range t.Retain.Users() {
		if len(t.Retain.Valid.Row(u)) > 0 {
			have++
		}
	}
	if have == 0 {
		return nil
	}
	share := float64(watched) / float64(have)
	some := &data.Interactions{Users: t.Retain.Users(), Items: t.Retain.Items(), Ptr: []int32{0}}
	for u := range t.Retain.Users() {
		s := src.Key(keys[u]).Stream()
		if s.Float64() < share {
			some.Item = append(some.Item, t.Retain.Valid.Row(u)...)
		}
		some.Ptr = append(some.Ptr, int32(len(some.Item)))
	}
	return &watch{eval.NewRanker(t.Backend, t.Retain.Train, train.Forgotten(t.Retain), 20), some}
}

func (w *watch) look(n *train.Network, p *api.Point, r *Result) error {
	if w == nil {
		return nil
	}
	users, items := n.Embed()
	m, err := w.ranker.Metrics(users, items, w.valid, []int{20}, nil)
	if err != nil {
		return err
	}
	p.Valid = m
	if x, ok := m["recall@20"]; ok && (r.WorstRecall == nil || x < *r.WorstRecall) {
		r.WorstRecall = &x
	}
	return nil
}

func (w *watch) free() {
	if w != nil {
		w.ranker.Free()
	}
}
