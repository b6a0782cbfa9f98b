package model

import (
	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
)

// bpr is BPR-MF: matrix factorisation under the BPR loss.
//
//	s_ui = ⟨p_u, q_i⟩        L = Σ −ln σ(s_ui − s_uj) + ½·reg·(‖p_u‖² + ‖q_i‖² + ‖q_j‖²)
//
// Shapes: user U×d, item I×d. Cost of a step: O(batch·d), and O((U+I)·d) for dense Adam.
// Departures: Adam instead of SGD and no item bias, as in the MMRec toolbox.
// Source: Rendle, Freudenthaler, Gantner, Schmidt-Thieme, UAI 2009.
type bpr struct {
	cfg          api.ModelConfig
	users, items []uint64
}

func newBPR(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Reg == 0 {
		cfg.Reg = 0.1
	}
	return &bpr{cfg, data.Keys(d.UserIDs), data.Keys(d.ItemIDs)}, nil
}

func (m *bpr) Config() api.ModelConfig { return m.cfg }

func (m *bpr) Specs() []dense.Spec {
	return []dense.Spec{{Name: "user", Rows: len(m.users), Cols: m.cfg.Dim}, {Name: "item", Rows: len(m.items), Cols: m.cfg.Dim}}
}

func (m *bpr) Init(theta *dense.Params, src rng.Source) {
	xavierRows(theta.View("user"), src.Named("user"), m.users)
	xavierRows(theta.View("item"), src.Named("item"), m.items)
}

func (m *bpr) Record(t *tape.Tape, theta func(string) *tape.Node, _ bool) Embedding {
	users, items := theta("user"), theta("item")
	e := Embedding{Users: users, Items: items, UserRows: users, ItemRows: items}
	e.Extra = func(b *Batch) *tape.Node {
		return l2(t, m.cfg.Reg, b, t.Gather(users, b.U), t.Gather(items, b.I), t.Gather(items, b.J))
	}
	return e
}
