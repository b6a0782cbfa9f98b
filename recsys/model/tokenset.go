package model

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/graph"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
)

// tokenset is a model after SETRec: an item is an unordered set of tokens, one learned
// from behaviour (CF) and one per modality; a user has a query for each kind of token.
//
//	s_ui = Σ_k ⟨q_u^k, t_i^k⟩ over the tokens k that item i has
//	q_u^cf, t_i^cf: rows of E* = 1/(L+1)·Σ_{l=0..L} Â^l E      t_i^m = f_i^m W_m + b_m
//	L = Σ −ln σ(s_ui − s_uj) + ½·reg·(‖q_u‖² + ‖t_i‖² + ‖t_j‖²)
//
// Final vectors are queries, or tokens, side by side, so the inner product is that sum.
// Any subset of the tokens is an item: an item without interactions has no CF token and
// is ranked by its content, a revoked modality is a token that is exactly zero, and queries
// of different kinds share no weight, so one channel can be unlearned alone. So that
// a missing token does not throw scores off, training leaves each token of each item of a
// batch out with probability 0.2, without scaling up the others.
//
// Shapes: node.cf (U+I)×d, user.m U×d, project.m F×d, offset.m 1×d; final vectors
// (M+1)·d wide. Cost of a step: LightGCN's where L > 0, and 8·batch·F·d multiply-adds per modality.
// Departures: the tokens train a factorisation end to end instead of conditioning a language
// model; queries are free vectors; no reconstruction loss on the encoders, which are linear; no
// learned weight per channel, which the queries' lengths would absorb.
// Source: Lin et al., "Order-agnostic Identifier for Large Language Model-based Generative
// Recommendation", SIGIR 2025, arXiv 2502.10833.
type tokenset struct {
	cfg          api.ModelConfig
	users, items []uint64
	adjacency    graph.CSR
	content      []content
	// has tells per token, CF first, which items have it; nil: all do.
	has [][]bool
}

func newTokenset(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Reg == 0 {
		cfg.Reg = 0.01
	}
	if err := needContent("tokenset", d); err != nil {
		return nil, err
	}
	m := &tokenset{cfg: cfg, users: data.Keys(d.UserIDs), items: data.Keys(d.ItemIDs), adjacency: graph.Bipartite(d.Train), content: contents(tables(d, cfg), cfg)}
	_, degrees := d.Train.Degrees()
	seen := make([]bool, d.Items())
	for i, n := range degrees {
		seen[i] = n > 0
	}
	m.has = append(m.has, someLack(seen))
	for _, x := range d.Modalities {
		m.has = append(m.has, someLack(x.Has))
	}
	return m, nil
}

// someLack is has, or nil where all have it.
func someLack(has []bool) []bool {
	for _, yes := range has {
		if !yes {
			return has
		}
	}
	return nil
}

func (m *tokenset) Config() api.ModelConfig { return m.cfg }

func (m *tokenset) Specs() []dense.Spec {
	specs := []dense.Spec{{Name: "node.cf", Rows: len(m.users) + len(m.items), Cols: m.cfg.Dim}}
	for _, c := range m.content {
		specs = append(specs, dense.Spec{Name: "user." + c.name, Rows: len(m.users), Cols: m.cfg.Dim})
	}
	return append(specs, projectionSpecs(m.content, m.cfg)...)
}

func (m *tokenset) Init(theta *dense.Params, src rng.Source) {
	initNodes(theta.View("node.cf"), src, m.users, m.items)
	for _, c := range m.content {
		xavierRows(theta.View("user."+c.name), src.Named("user."+c.name), m.users)
	}
	initProjections(theta, m.content, m.cfg, src)
}

// Channels are the tokens: "people" for CF, then the modalities.
func (m *tokenset) Channels() []Channel {
	all := []Channel{{People, 0, m.cfg.Dim}}
	for k, c := range m.content {
		all = append(all, Channel{c.name, (k + 1) * m.cfg.Dim, (k + 2) * m.cfg.Dim})
	}
	return all
}

// smoothed is E*, users and items.
func (m *tokenset) smoothed(t *tape.Tape, node *tape.Node) (users, items *tape.Node) {
	var a *backend.Sparse
	if m.cfg.Layers > 0 {
		s := t.Sparse(m.adjacency)
		a = &s
	}
	final := t.Propagate(a, node, m.cfg.Layers)
	u, n := len(m.users), node.Rows()
	return t.RowRange(final, 0, u), t.RowRange(final, u, n)
}

// presence is 1 for items that have token k and 0 for others, items×1; nil: all have it.
func (m *tokenset) presence(t *tape.Tape, k int) *tape.Node {
	if m.has[k] == nil {
		return nil
	}
	x := dense.New(len(m.items), 1)
	for i, yes := range m.has[k] {
		if yes {
			x.Data[i] = 1
		}
	}
	return t.Shared("presence."+m.Channels()[k].Name, x)
}

func (m *tokenset) Record(t *tape.Tape, theta func(string) *tape.Node, _ bool) Embedding {
	node := theta("node.cf")
	users, items := m.smoothed(t, node)
	e := Embedding{Users: users, Items: items, UserRows: t.RowRange(node, 0, len(m.users)), ItemRows: t.RowRange(node, len(m.users), node.Rows())}
	if p := m.presence(t, 0); p != nil {
		e.Items = t.RowScale(p, items)
	}
	for k, c := range m.content {
		token := c.project(t, theta, m.cfg, nil)
		if p := m.presence(t, k+1); p != nil {
			token = t.RowScale(p, token)
		}
		query := theta("user." + c.name)
		e.Users, e.Items = t.Concat(e.Users, query), t.Concat(e.Items, token)
		e.UserRows, e.ItemRows = t.Concat(e.UserRows, query), t.Concat(e.ItemRows, token)
	}
	return e
}

// RecordTriple encodes the batch's items only, with token dropout.
func (m *tokenset) RecordTriple(r *Recording, b *Batch) Triple {
	t := r.Tape
	type halves struct{ users, items *tape.Node }
	cf := once(r, "cf", func() halves {
		users, items := m.smoothed(t, r.Theta("node.cf"))
		return halves{users, items}
	})
	keepI, keepJ := m.dropout(t, b)
	token := func(k int, ix *backend.Index, keep []*tape.Node, row *tape.Node) *tape.Node {
		here := keep[k]
		if p := m.presence(t, k); p != nil {
			here = t.Mul(t.Gather(p, ix), here)
		}
		return t.RowScale(here, row)
	}
	x := Triple{
		U: t.Gather(cf.users, b.U),
		I: token(0, b.I, keepI, t.Gather(cf.items, b.I)),
		J: token(0, b.J, keepJ, t.Gather(cf.items, b.J)),
	}
	for k, c := range m.content {
		x.U = t.Concat(x.U, t.Gather(r.Theta("user."+c.name), b.U))
		x.I = t.Concat(x.I, token(k+1, b.I, keepI, c.project(t, r.Theta, m.cfg, b.I)))
		x.J = t.Concat(x.J, token(k+1, b.J, keepJ, c.project(t, r.Theta, m.cfg, b.J)))
	}
	x.Extra = l2(t, m.cfg.Reg, b, x.U, x.I, x.J)
	return x
}

// dropout is a column of ones and zeros per token for the positives and the negatives
// of a batch, drawn anew by each Write. A token's fate follows user, item and token by
// identifier, so that facts which are taken out of the data change nobody else's.
func (m *tokenset) dropout(t *tape.Tape, b *Batch) (positives, negatives []*tape.Node) {
	host := make([]float32, b.Size())
	for k := range host {
		host[k] = 1
	}
	for range m.has {
		positives = append(positives, t.Matrix(dense.Matrix{Rows: len(host), Cols: 1, Data: host}))
		negatives = append(negatives, t.Matrix(dense.Matrix{Rows: len(host), Cols: 1, Data: host}))
	}
	channels := m.Channels()
	b.OnWrite(func(be backend.Backend, step rng.Source, u, i, j []int32) {
		for k, c := range channels {
			src := step.Named("token").Named(c.Name)
			draw := func(items []int32, keep *tape.Node) {
				for x, item := range items {
					host[x] = 1
					if src.Key(m.users[u[x]]).Key(m.items[item]).Bits()>>11 < dropBelow {
						host[x] = 0
					}
				}
				be.Write(keep.Value, host)
			}
			draw(i, positives[k])
			draw(j, negatives[k])
		}
	})
	return positives, negatives
}

// dropBelow is the dropout, 0.2, as a share of the 2⁵³ values of a draw.
const dropBelow = uint64(1<<53) / 5
