package model

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
)

// vbpr is VBPR: matrix factorisation with a content half.
//
//	item_i = [γ_i ; f_i W + b]     s_ui = ⟨p_u, item_i⟩     f_i: all modalities side by side
//	L = Σ −ln σ(s_ui − s_uj) + ½·reg·(‖p_u‖² + ‖γ_i‖² + ‖γ_j‖²) + ½·aux·(‖f_i W + b‖² + ‖f_j W + b‖²)
//
// Shapes: user U×2d, item I×d, project F×d, offset 1×d. Cost of a step: 8·batch·F·d
// multiply-adds for the projection and its gradient.
// Departures: visual bias and item bias left out and Adam instead of SGD, as in the MMRec
// toolbox; feature rows enter with a root-mean-square norm
// of 1 but where they are to be raw. The paper shrinks W. The
// toolbox shrinks f_i W per item by the same weight as γ_i, and then content, being no cheaper
// than an embedding, has nothing to add. Here content is shrunk per item with a weight of
// its own, half of γ's: what content can say is said by content.
// Source: He, McAuley, AAAI 2016.
type vbpr struct {
	cfg          api.ModelConfig
	users, items []uint64
	content      content
}

func newVBPR(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Reg == 0 {
		cfg.Reg = 0.1
	}
	if cfg.Aux == 0 {
		cfg.Aux = 0.05
	}
	if err := needContent("vbpr", d); err != nil {
		return nil, err
	}
	m := &vbpr{cfg, data.Keys(d.UserIDs), data.Keys(d.ItemIDs), content{"all", concat(contents(tables(d, cfg), cfg))}}
	if cfg.Features != raw {
		norm := float32(1 / math.Sqrt(float64(m.content.rows.Cols)))
		for k := range m.content.rows.Data {
			m.content.rows.Data[k] *= norm
		}
	}
	return m, nil
}

func (m *vbpr) Config() api.ModelConfig { return m.cfg }

func (m *vbpr) Specs() []dense.Spec {
	d := m.cfg.Dim
	specs := []dense.Spec{{Name: "user", Rows: len(m.users), Cols: 2 * d}, {Name: "item", Rows: len(m.items), Cols: d}}
	return append(specs, projectionSpecs([]content{m.content}, m.cfg)...)
}

func (m *vbpr) Init(theta *dense.Params, src rng.Source) {
	xavierRows(theta.View("user"), src.Named("user"), m.users)
	xavierRows(theta.View("item"), src.Named("item"), m.items)
	initProjections(theta, []content{m.content}, m.cfg, src)
}

func (m *vbpr) Record(t *tape.Tape, theta func(string) *tape.Node, _ bool) Embedding {
	users := theta("user")
	items := t.Concat(theta("item"), m.content.project(t, theta, m.cfg, nil))
	return Embedding{Users: users, Items: items, UserRows: users, ItemRows: items}
}

// RecordTriple projects the features of the batch's items only.
func (m *vbpr) RecordTriple(r *Recording, b *Batch) Triple {
	t := r.Tape
	gi, gj := t.Gather(r.Theta("item"), b.I), t.Gather(r.Theta("item"), b.J)
	ci, cj := m.content.project(t, r.Theta, m.cfg, b.I), m.content.project(t, r.Theta, m.cfg, b.J)
	x := Triple{U: t.Gather(r.Theta("user"), b.U), I: t.Concat(gi, ci), J: t.Concat(gj, cj)}
	x.Extra = t.Combine(1, l2(t, m.cfg.Reg, b, x.U, gi, gj), 1, l2(t, m.cfg.Aux, b, ci, cj))
	return x
}
