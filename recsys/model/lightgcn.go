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

// lightgcn is LightGCN: embeddings smoothed over the user-item graph.
//
//	E* = 1/(L+1)·Σ_{l=0..L} Â^l E      Â = D^-½ A D^-½      s_ui = ⟨e*_u, e*_i⟩
//	L = Σ −ln σ(s_ui − s_uj) + ½·reg·(‖e_u‖² + ‖e_i‖² + ‖e_j‖²)     (rows of E, before smoothing)
//
// Shapes: node (U+I)×d. Cost of a step: 2L products with Â, 4·L·|D|·d multiply-adds.
// Departures: none known; Horner's rule for the sum.
// Source: He, Deng, Wang, Li, Zhang, Wang, SIGIR 2020.
type lightgcn struct {
	cfg          api.ModelConfig
	users, items []uint64
	adjacency    graph.CSR
}

func newLightGCN(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Layers == 0 {
		cfg.Layers = 3
	}
	if cfg.Reg == 0 {
		cfg.Reg = 3e-3
	}
	return &lightgcn{cfg, data.Keys(d.UserIDs), data.Keys(d.ItemIDs), graph.Bipartite(d.Train)}, nil
}

func (m *lightgcn) Config() api.ModelConfig { return m.cfg }

func (m *lightgcn) Specs() []dense.Spec {
	return []dense.Spec{{Name: "node", Rows: len(m.users) + len(m.items), Cols: m.cfg.Dim}}
}

func (m *lightgcn) Init(theta *dense.Params, src rng.Source) {
	initNodes(theta.View("node"), src, m.users, m.items)
}

// initNodes gives users and items of one table the Xavier bounds of a table of
// their own.
func initNodes(node dense.Matrix, src rng.Source, users, items []uint64) {
	split := len(users) * node.Cols
	xavierRows(dense.Matrix{Rows: len(users), Cols: node.Cols, Data: node.Data[:split]}, src.Named("user"), users)
	xavierRows(dense.Matrix{Rows: len(items), Cols: node.Cols, Data: node.Data[split:]}, src.Named("item"), items)
}

func (m *lightgcn) Record(t *tape.Tape, theta func(string) *tape.Node, _ bool) Embedding {
	node := theta("node")
	var a *backend.Sparse
	if m.cfg.Layers > 0 {
		s := t.Sparse(m.adjacency)
		a = &s
	}
	final := t.Propagate(a, node, m.cfg.Layers)
	u, n := len(m.users), node.Rows()
	e := Embedding{
		Users: t.RowRange(final, 0, u), Items: t.RowRange(final, u, n),
		UserRows: t.RowRange(node, 0, u), ItemRows: t.RowRange(node, u, n),
	}
	e.Extra = func(b *Batch) *tape.Node {
		return l2(t, m.cfg.Reg, b, t.Gather(e.UserRows, b.U), t.Gather(e.ItemRows, b.I), t.Gather(e.ItemRows, b.J))
	}
	return e
}
