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

// mgcn is MGCN: content purified by behaviour, smoothed over item graphs, fused with
// what each user attends to.
//
//	h_m  = E_I ⊙ σ((F_m W_m + b_m) G_m + g_m)              purifier
//	H_m  = [R̂ S_m h_m ; S_m h_m]                           item view, then its users
//	C    = 1/(L+1)·Σ_l Â^l E                               behaviour view
//	w    = softmax_m q(H_m),  q(x) = tanh(x Q + p) a        attention over modalities
//	Z    = Σ_m w_m H_m        Z_m = (H_m − Z) ⊙ σ(C P_m + p_m)
//	side = (Z + Σ_m Z_m)/(M+1)          E* = C + side
//	L    = BPR + reg·½(‖u‖²+‖i‖²+‖j‖²) + aux·[InfoNCE(side_i, C_i) + InfoNCE(side_u, C_u)]
//
// InfoNCE over the batch by cosine at temperature 0.2. S_m: cosine top-k, symmetrically
// normalised. Shapes: node (U+I)×d, project.m F×d, gate.m and prefer.m d×d with offsets, query d×d,
// attend d×1. Cost of a step: graph products as LightGCN plus R̂ and S_m; gates and attention on
// the batch's rows only, 4·batch²·d multiply-adds for the contrast and twice that backward.
// Departures: features frozen unless the configuration makes them trainable, as they are in the
// authors' code. The published step size falls to 0.96 every 50 epochs: see TrainConfig.Decay.
// Source: Yu, Tan, Lu, Bao, ACM MM 2023, arXiv 2308.03588.
type mgcn struct {
	cfg          api.ModelConfig
	users, items []uint64
	whole        graph.CSR
	forward      graph.CSR
	sides        []graph.CSR
	weights      []float32 // of the modalities, where their graphs are one
	content      []content
}

// temperature of the contrast, as published.
const temperature = 0.2

func newMGCN(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Layers == 0 {
		cfg.Layers = 2
	}
	if cfg.Reg == 0 {
		cfg.Reg = 1e-4
	}
	if cfg.Aux == 0 {
		cfg.Aux = 1e-3
	}
	if cfg.Neighbors == 0 {
		cfg.Neighbors = 10
	}
	if err := needContent("mgcn", d); err != nil {
		return nil, err
	}
	tables := tables(d, cfg)
	m := &mgcn{cfg: cfg, users: data.Keys(d.UserIDs), items: data.Keys(d.ItemIDs), whole: graph.Bipartite(d.Train), forward: graph.Forward(d.Train), content: contents(tables, cfg), weights: modalityWeights(d)}
	for _, x := range tables {
		m.sides = append(m.sides, graph.ItemGraph(x, cfg.Neighbors, false))
	}
	return m, nil
}

func (m *mgcn) Config() api.ModelConfig { return m.cfg }

func (m *mgcn) Specs() []dense.Spec {
	d := m.cfg.Dim
	specs := append([]dense.Spec{{Name: "node", Rows: len(m.users) + len(m.items), Cols: d}}, projectionSpecs(m.content, m.cfg)...)
	for _, c := range m.content {
		for _, name := range []string{"gate.", "prefer."} {
			specs = append(specs, dense.Spec{Name: name + c.name, Rows: d, Cols: d}, dense.Spec{Name: name + "offset." + c.name, Rows: 1, Cols: d})
		}
	}
	return append(specs, dense.Spec{Name: "query", Rows: d, Cols: d}, dense.Spec{Name: "query.offset", Rows: 1, Cols: d}, dense.Spec{Name: "attend", Rows: d, Cols: 1})
}

func (m *mgcn) Init(theta *dense.Params, src rng.Source) {
	initNodes(theta.View("node"), src, m.users, m.items)
	initProjections(theta, m.content, m.cfg, src)
	for _, c := range m.content {
		xavier(theta.View("gate."+c.name), src.Named("gate."+c.name))
		xavier(theta.View("prefer."+c.name), src.Named("prefer."+c.name))
	}
	xavier(theta.View("query"), src.Named("query"))
	xavier(theta.View("attend"), src.Named("attend"))
}

// Side weighs the modalities' graphs as FREEDOM does.
func (m *mgcn) Side() graph.CSR { return graph.Blend(m.weights, m.sides) }

// views are the graph-smoothed tables of all users and items: behaviour, and per
// modality items and users.
type views struct {
	behaviour    *tape.Node
	items, users []*tape.Node
}

func (m *mgcn) views(t *tape.Tape, theta func(string) *tape.Node) views {
	node := theta("node")
	u, n := len(m.users), node.Rows()
	whole := t.Sparse(m.whole)
	r, rt := t.Sparse(m.forward), t.Sparse(m.forward.Transpose())
	v := views{behaviour: t.Propagate(&whole, node, m.cfg.Layers)}
	ids := t.RowRange(node, u, n)
	for k, c := range m.content {
		gate := m.affine(t, theta, "gate.", c.name, c.project(t, theta, m.cfg, nil))
		pure := t.Mul(ids, t.Unary(backend.Sigmoid, gate))
		s, st := t.Sparse(m.sides[k]), t.Sparse(m.sides[k].Transpose())
		items := t.SpMM(&s, &st, pure)
		v.items = append(v.items, items)
		v.users = append(v.users, t.SpMM(&r, &rt, items))
	}
	return v
}

// affine is x W + b with the weights prefix+name and prefix+offset.+name.
func (m *mgcn) affine(t *tape.Tape, theta func(string) *tape.Node, prefix, name string, x *tape.Node) *tape.Node {
	return t.AddRow(t.MatMul(x, theta(prefix+name), false, false), theta(prefix+"offset."+name))
}

// fuse is side and final vectors of some rows, from their behaviour and modality rows.
func (m *mgcn) fuse(t *tape.Tape, theta func(string) *tape.Node, behaviour *tape.Node, rows []*tape.Node) (side, final *tape.Node) {
	var logits *tape.Node
	for _, h := range rows {
		q := t.Unary(backend.Tanh, t.AddRow(t.MatMul(h, theta("query"), false, false), theta("query.offset")))
		a := t.MatMul(q, theta("attend"), false, false)
		if logits == nil {
			logits = a
		} else {
			logits = t.Concat(logits, a)
		}
	}
	weights := t.RowSoftmax(logits)
	var common *tape.Node
	for k, h := range rows {
		part := t.RowScale(t.Columns(weights, k, 1), h)
		if common == nil {
			common = part
		} else {
			common = t.Combine(1, common, 1, part)
		}
	}
	sum := common
	for k, h := range rows {
		prefer := t.Unary(backend.Sigmoid, m.affine(t, theta, "prefer.", m.content[k].name, behaviour))
		sum = t.Combine(1, sum, 1, t.Mul(prefer, t.Combine(1, h, -1, common)))
	}
	side = t.Scale(1/float32(len(rows)+1), sum)
	return side, t.Combine(1, behaviour, 1, side)
}

func (m *mgcn) Record(t *tape.Tape, theta func(string) *tape.Node, _ bool) Embedding {
	v := m.views(t, theta)
	node := theta("node")
	u, n := len(m.users), node.Rows()
	_, users := m.fuse(t, theta, t.RowRange(v.behaviour, 0, u), v.users)
	_, items := m.fuse(t, theta, t.RowRange(v.behaviour, u, n), v.items)
	return Embedding{Users: users, Items: items, UserRows: t.RowRange(node, 0, u), ItemRows: t.RowRange(node, u, n)}
}

// RecordTriple fuses the batch's rows only; the smoothed tables are shared by batches.
func (m *mgcn) RecordTriple(r *Recording, b *Batch) Triple {
	t := r.Tape
	v := once(r, "views", func() views { return m.views(t, r.Theta) })
	u, n := len(m.users), v.behaviour.Rows()
	users := once(r, "users", func() *tape.Node { return t.RowRange(v.behaviour, 0, u) })
	items := once(r, "items", func() *tape.Node { return t.RowRange(v.behaviour, u, n) })
	at := func(behaviour *tape.Node, rows []*tape.Node, ix *backend.Index) (c, side, final *tape.Node) {
		c = t.Gather(behaviour, ix)
		var picked []*tape.Node
		for _, h := range rows {
			picked = append(picked, t.Gather(h, ix))
		}
		side, final = m.fuse(t, r.Theta, c, picked)
		return c, side, final
	}
	cu, su, fu := at(users, v.users, b.U)
	ci, si, fi := at(items, v.items, b.I)
	_, _, fj := at(items, v.items, b.J)
	x := Triple{U: fu, I: fi, J: fj}
	contrast := t.Combine(1, infoNCE(t, b, si, ci), 1, infoNCE(t, b, su, cu))
	x.Extra = t.Combine(1, l2(t, m.cfg.Reg, b, fu, fi, fj), float32(m.cfg.Aux), contrast)
	return x
}

// infoNCE records the contrast of two views of a batch's rows,
//
//	Σ_k w_k·(ln Σ_l exp(⟨â_k, b̂_l⟩/τ) − ⟨â_k, b̂_k⟩/τ)      â, b̂: rows of length one
//
// Padded rows (w_k = 0) are no anchors.
func infoNCE(t *tape.Tape, b *Batch, x, y *tape.Node) *tape.Node {
	x, y = t.Scale(1/temperature, t.Normalize(x)), t.Normalize(y)
	all := t.RowLogSumExp(t.MatMul(x, y, false, true))
	return t.WeightedSum(b.W, t.Combine(1, all, -1, t.RowDot(x, y)))
}
