// Package model holds the recommenders. A model declares its weights, how they
// start, and records on a tape how they become final user and item vectors; the
// score of a pair is always the inner product of the two (a bias is one more column).
package model

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/graph"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
)

// Model is one recommender bound to one data set. It holds no weights.
type Model interface {
	// Config is the configuration with every default filled in.
	Config() api.ModelConfig
	// Specs names the weights. A spec whose name is "user" or "item", or begins with
	// that and a dot, has a row per user or item; "node" has a row per user, then one per
	// item. These are the entity rows.
	Specs() []dense.Spec
	// Init sets the starting weights. Each row's stream follows the row's identifier.
	Init(theta *dense.Params, src rng.Source)
	// Record puts the final vectors on a tape. theta gives the node of a weight. With
	// training set it may use what only training sees (a pruned graph, dropout).
	Record(t *tape.Tape, theta func(name string) *tape.Node, training bool) Embedding
}

// Embedding is what a model recorded: final vectors, users×D and items×D.
type Embedding struct {
	Users, Items *tape.Node
	// UserRows and ItemRows are the entities' own weights whose inner product is a score
	// too, as anyone who holds the weights can compute: the rows before graph convolution. The
	// final vectors themselves where there is no graph.
	UserRows, ItemRows *tape.Node
	// Extra records the part of the training loss that is not BPR on the final
	// vectors: regularisers and auxiliary losses on one batch. Nil means none.
	Extra func(b *Batch) *tape.Node
}

// Epocher is a model whose training graph changes every epoch. It needs StartEpoch
// before the first replay.
type Epocher interface {
	// StartEpoch prepares epoch e (from 1) with its own stream.
	StartEpoch(be backend.Backend, e int, src rng.Source)
}

// Sided is a model that convolves items with a graph of their content.
type Sided interface {
	// Side is items×items, its rows of about length one.
	Side() graph.CSR
}

// New binds the model of a configuration to a data set and fills in defaults.
func New(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	make, ok := makers[cfg.Name]
	if !ok {
		return nil, fmt.Errorf("model %q is not known: use one of %v", cfg.Name, Names())
	}
	if cfg.Dim == 0 {
		cfg.Dim = 64
	}
	if cfg.Dim < 1 || cfg.Dim > 1024 {
		return nil, fmt.Errorf("model %s: width %d is outside 1 to 1024", cfg.Name, cfg.Dim)
	}
	if err := checkContent(cfg); err != nil {
		return nil, fmt.Errorf("model %s: %w", cfg.Name, err)
	}
	if cfg.Shards < 0 || cfg.Shards == 1 {
		return nil, fmt.Errorf("model %s: %d shards are no division: use 2 or more, or leave them out", cfg.Name, cfg.Shards)
	}
	if cfg.Adapters < 0 {
		return nil, fmt.Errorf("model %s: %d adapters are below 0", cfg.Name, cfg.Adapters)
	}
	if cfg.Adapters > 0 {
		return newAdapted(cfg, d)
	}
	if cfg.Shards > 1 {
		return newSharded(cfg, d)
	}
	return make(cfg, d)
}

type maker func(api.ModelConfig, *data.Dataset) (Model, error)

var makers = map[string]maker{
	"bpr": newBPR, "vbpr": newVBPR, "lightgcn": newLightGCN, "freedom": newFREEDOM, "mgcn": newMGCN, "tokenset": newTokenset, "ease": newEASE,
}

// Trained lists the models that train by steps, simplest first.
func Trained() []string { return []string{"bpr", "vbpr", "lightgcn", "freedom", "mgcn", "tokenset"} }

// Names lists all models: those that train, then those that are solved for.
func Names() []string { return append(Trained(), "ease") }

// Batch is one training batch on a backend: triples of user, positive and
// negative, a weight each. Padding has weight zero.
type Batch struct {
	U, I, J *backend.Index
	W       backend.Tensor // n×1
	// Random is the source of what a loss draws anew for each step, such as dropout, by
	// user and item. Nil, as at first: nothing is drawn.
	Random *rng.Source
	draws  []func(be backend.Backend, src rng.Source, u, i, j []int32)
}

// NewBatch has room for n triples.
func NewBatch(be backend.Backend, n int) *Batch {
	return &Batch{U: be.NewIndex(n), I: be.NewIndex(n), J: be.NewIndex(n), W: be.New(n, 1)}
}

// Size is the number of triples, padding included.
func (b *Batch) Size() int { return b.U.Cap }

// Write uploads the triples; all four slices have the batch's size.
func (b *Batch) Write(be backend.Backend, users, items int, u, i, j []int32, w []float32) {
	be.WriteIndex(b.U, users, u)
	be.WriteIndex(b.I, items, i)
	be.WriteIndex(b.J, items, j)
	be.Write(b.W, w)
	if b.Random != nil {
		for _, draw := range b.draws {
			draw(be, *b.Random, u, i, j)
		}
	}
}

// OnWrite registers what is drawn for the triples of each Write while Random is set.
func (b *Batch) OnWrite(draw func(be backend.Backend, src rng.Source, u, i, j []int32)) {
	b.draws = append(b.draws, draw)
}

// Triple is what a loss needs of a model: the final vectors of a batch's users,
// positives and negatives, n×D each, and the part of the training loss that is not BPR
// (nil: none).
type Triple struct {
	U, I, J *tape.Node
	Extra   *tape.Node
}

// Batcher is a model that can record the vectors of a batch without those of everybody
// else.
type Batcher interface {
	RecordTriple(r *Recording, b *Batch) Triple
}

// Recording is a model on a tape, recorded as far as losses ask for it.
type Recording struct {
	Tape  *tape.Tape
	Theta func(name string) *tape.Node
	model Model
	full  *Embedding
	memo  map[string]any
}

// NewRecording prepares to record a model for training.
func NewRecording(t *tape.Tape, m Model, theta func(string) *tape.Node) *Recording {
	return &Recording{Tape: t, Theta: theta, model: m, memo: map[string]any{}}
}

// Full is everybody's final vectors.
func (r *Recording) Full() Embedding {
	if r.full == nil {
		e := r.model.Record(r.Tape, r.Theta, true)
		r.full = &e
	}
	return *r.full
}

// once records a part that several batches share.
func once[T any](r *Recording, name string, record func() T) T {
	if x, ok := r.memo[name]; ok {
		return x.(T)
	}
	x := record()
	r.memo[name] = x
	return x
}

// Triple records a batch.
func (r *Recording) Triple(b *Batch) Triple {
	if m, ok := r.model.(Batcher); ok {
		return m.RecordTriple(r, b)
	}
	e := r.Full()
	x := Triple{U: r.Tape.Gather(e.Users, b.U), I: r.Tape.Gather(e.Items, b.I), J: r.Tape.Gather(e.Items, b.J)}
	if e.Extra != nil {
		x.Extra = e.Extra(b)
	}
	return x
}

// Margin records x = s_ui − s_uj for each triple, n×1.
func Margin(t *tape.Tape, x Triple) *tape.Node {
	return t.RowDot(x.U, t.Combine(1, x.I, -1, x.J))
}

// BPR records the Bayesian personalised ranking loss (Rendle et al., UAI 2009)
//
//	L = Σ_k w_k·(−ln σ(x_k)) = Σ_k w_k·softplus(−x_k)
func BPR(t *tape.Tape, x Triple, b *Batch) *tape.Node {
	return t.WeightedSum(b.W, t.Unary(backend.Softplus, t.Scale(-1, Margin(t, x))))
}

// l2 records ½·reg·Σ_k w_k·(‖a_k‖² + …) over rows gathered for a batch.
func l2(t *tape.Tape, reg float64, b *Batch, rows ...*tape.Node) *tape.Node {
	sum := t.RowDot(rows[0], rows[0])
	for _, r := range rows[1:] {
		sum = t.Combine(1, sum, 1, t.RowDot(r, r))
	}
	return t.Scale(float32(reg/2), t.WeightedSum(b.W, sum))
}

// Loss records the whole training loss of a batch: BPR and the model's extras.
func Loss(r *Recording, b *Batch) *tape.Node {
	x := r.Triple(b)
	loss := BPR(r.Tape, x, b)
	if x.Extra != nil {
		loss = r.Tape.Combine(1, loss, 1, x.Extra)
	}
	return loss
}
