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

// freedom is FREEDOM: a frozen item-item graph beside a pruned user-item graph.
//
//	E* = 1/(L+1)·Σ_{l=0..L} Â_ρ^l E       Â_ρ: degree-pruned in training, whole in ranking
//	item_i = e*_i + (S E_I)_i             S = Σ_m w_m S_m, top-k cosine, row-normalised, frozen
//	L = BPR(u, item) + aux·Σ_m BPR(u, F_m W_m + b_m) + ½·reg·(‖e_u‖² + ‖e_i‖² + ‖e_j‖²)     (rows of E)
//
// Shapes: node (U+I)×d, project.m F_m×d, offset.m 1×d. Cost of a step: LightGCN's on the
// pruned graph, k·I·d for S, and 4·batch·F·d per modality.
// Departures: features are frozen unless the configuration makes them trainable, as they are in
// the authors' code; the modality graphs weigh 0.1 to 0.9 for image and text as published and
// evenly where other modalities are at hand; one layer of item-item convolution; an L2 weight,
// which the paper does not have (0).
// Source: Zhou, Shen, ACM MM 2023, arXiv 2211.06924.
type freedom struct {
	cfg          api.ModelConfig
	users, items []uint64
	train        *data.Interactions
	whole, side  graph.CSR
	content      []content
	pruned       *backend.Sparse // of the current epoch; belongs to one training
}

func newFREEDOM(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Layers == 0 {
		cfg.Layers = 2
	}
	if cfg.Aux == 0 {
		cfg.Aux = 1e-3
	}
	if cfg.Prune == 0 {
		cfg.Prune = 0.8
	}
	if cfg.Prune < 0 || cfg.Prune >= 1 {
		return nil, fmt.Errorf("model freedom: pruning %g of the edges is outside 0 to 1", cfg.Prune)
	}
	if cfg.Neighbors == 0 {
		cfg.Neighbors = 10
	}
	if err := needContent("freedom", d); err != nil {
		return nil, err
	}
	tables := tables(d, cfg)
	m := &freedom{cfg: cfg, users: data.Keys(d.UserIDs), items: data.Keys(d.ItemIDs), train: d.Train, whole: graph.Bipartite(d.Train), content: contents(tables, cfg)}
	var sides []graph.CSR
	for _, x := range tables {
		sides = append(sides, graph.ItemGraph(x, cfg.Neighbors, true))
	}
	m.side = graph.Blend(modalityWeights(d), sides)
	return m, nil
}

// modalityWeights is 0.1 for image and 0.9 for text as FREEDOM has it, else even.
func modalityWeights(d *data.Dataset) []float32 {
	w := make([]float32, len(d.Modalities))
	pair := len(w) == 2 && d.Modality("image") != nil && d.Modality("text") != nil
	for k, m := range d.Modalities {
		w[k] = 1 / float32(len(w))
		if pair {
			w[k] = map[string]float32{"image": 0.1, "text": 0.9}[m.Name]
		}
	}
	return w
}

func (m *freedom) Config() api.ModelConfig { return m.cfg }

func (m *freedom) Specs() []dense.Spec {
	specs := []dense.Spec{{Name: "node", Rows: len(m.users) + len(m.items), Cols: m.cfg.Dim}}
	return append(specs, projectionSpecs(m.content, m.cfg)...)
}

func (m *freedom) Init(theta *dense.Params, src rng.Source) {
	initNodes(theta.View("node"), src, m.users, m.items)
	initProjections(theta, m.content, m.cfg, src)
}

// Side is S.
func (m *freedom) Side() graph.CSR { return m.side }

// StartEpoch draws the epoch's pruned graph.
func (m *freedom) StartEpoch(be backend.Backend, e int, src rng.Source) {
	kept := graph.Prune(m.train, 1-m.cfg.Prune, src.Named("prune"), m.users, m.items)
	if m.pruned == nil {
		m.pruned = new(backend.Sparse)
	} else if m.pruned.Mem != nil {
		be.FreeSparse(*m.pruned)
	}
	*m.pruned = be.NewSparse(graph.Bipartite(kept))
}

func (m *freedom) Record(t *tape.Tape, theta func(string) *tape.Node, training bool) Embedding {
	node := theta("node")
	u, n := len(m.users), node.Rows()
	side, sideT := t.Sparse(m.side), t.Sparse(m.side.Transpose())
	ids := t.RowRange(node, u, n)
	var final *tape.Node
	if training {
		if m.pruned == nil {
			m.pruned = new(backend.Sparse)
		}
		final = t.Propagate(m.pruned, node, m.cfg.Layers)
	} else {
		whole := t.Sparse(m.whole)
		final = t.Propagate(&whole, node, m.cfg.Layers)
	}
	e := Embedding{
		Users: t.RowRange(final, 0, u), UserRows: t.RowRange(node, 0, u), ItemRows: ids,
		Items: t.Combine(1, t.RowRange(final, u, n), 1, t.SpMM(&side, &sideT, ids)),
	}
	e.Extra = func(b *Batch) *tape.Node {
		users := t.Gather(e.Users, b.U)
		var sum *tape.Node
		for _, c := range m.content {
			x := Triple{U: users, I: c.project(t, theta, m.cfg, b.I), J: c.project(t, theta, m.cfg, b.J)}
			loss := BPR(t, x, b)
			if sum == nil {
				sum = loss
			} else {
				sum = t.Combine(1, sum, 1, loss)
			}
		}
		sum = t.Scale(float32(m.cfg.Aux), sum)
		if m.cfg.Reg == 0 {
			return sum
		}
		return t.Combine(1, sum, 1, l2(t, m.cfg.Reg, b, t.Gather(e.UserRows, b.U), t.Gather(e.ItemRows, b.I), t.Gather(e.ItemRows, b.J)))
	}
	return e
}
