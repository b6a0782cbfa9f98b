package model_test

import (
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// equations is one batch of one model, written down as in the papers.
type equations struct {
	cfg     api.ModelConfig
	d       *data.Dataset
	kept    *data.Interactions // of FREEDOM's pruned graph
	p       *dense.Params
	u, i, j []int32
	w       []float32
	probe   int // place in θ by which is differentiated; -1: none
}

// losses has the training loss of each model.
var losses = map[string]func(*equations) number{
	"bpr": (*equations).bpr, "vbpr": (*equations).vbpr, "lightgcn": (*equations).lightgcn,
	"freedom": (*equations).freedom, "mgcn": (*equations).mgcn, "tokenset": (*equations).tokenset,
}

// single rounds as a constant that is stored in single precision is rounded.
func single(x float64) float64 { return float64(float32(x)) }

// ranking is Σ w·(−ln σ(⟨u, i⟩ − ⟨u, j⟩)) over the batch.
func (e *equations) ranking(users, items table) number {
	var sum number
	for k := range e.u {
		u := users[e.u[k]]
		x := inner(u, items[e.i[k]]).minus(inner(u, items[e.j[k]]))
		sum = sum.plus(log(sigmoid(x)).scaled(-float64(e.w[k])))
	}
	return sum
}

// ridge is ½·reg·Σ w·(‖u‖² + ‖i‖² + ‖j‖²).
func (e *equations) ridge(users, items table) number {
	var sum number
	for k := range e.u {
		for _, row := range [][]number{users[e.u[k]], items[e.i[k]], items[e.j[k]]} {
			sum = sum.plus(inner(row, row).scaled(float64(e.w[k]) * e.cfg.Reg / 2))
		}
	}
	return sum
}

// Rendle et al. 2009.
func (e *equations) bpr() number {
	users, items := e.weight("user"), e.weight("item")
	return e.ranking(users, items).plus(e.ridge(users, items))
}

// He, McAuley 2016: all modalities in one projection, whose rows have a mean square norm of 1.
func (e *equations) vbpr() number {
	f := e.allFeatures()
	users, own := e.weight("user"), e.weight("item")
	content := f.times(e.weight("project.all")).plus(e.weight("offset.all"))
	loss := e.ranking(users, own.beside(content)).plus(e.ridge(users, own))
	for k := range e.u {
		for _, row := range [][]number{content[e.i[k]], content[e.j[k]]} {
			loss = loss.plus(inner(row, row).scaled(float64(e.w[k]) * e.cfg.Aux / 2))
		}
	}
	return loss
}

// allFeatures is both modalities side by side.
func (e *equations) allFeatures() table {
	if e.cfg.Trainable {
		return e.weight("item.feature.all")
	}
	f := e.features(0).beside(e.features(1))
	if e.cfg.Features == "raw" {
		return f
	}
	norm := single(1 / math.Sqrt(float64(len(f[0]))))
	for _, row := range f {
		for c := range row {
			row[c] = constant(single(row[c].v * norm))
		}
	}
	return f
}

// features is a modality with a mean square of 1 over the items that have it, or raw, 0 for
// others; or the weights that began as it.
func (e *equations) features(modality int) table {
	m := e.d.Modalities[modality]
	if e.cfg.Trainable {
		return e.weight("item.feature." + m.Name)
	}
	has := func(i int) bool { return m.Has == nil || m.Has[i] }
	var square, n float64
	for i := range goldenItems {
		for _, x := range m.Rows.Row(i) {
			if has(i) {
				square, n = square+float64(x)*float64(x), n+1
			}
		}
	}
	scale := single(1 / math.Sqrt(square/n))
	if e.cfg.Features == "raw" {
		scale = 1
	}
	t := newTable(goldenItems, m.Rows.Cols)
	for i := range t {
		for c, x := range m.Rows.Row(i) {
			if has(i) {
				t[i][c] = constant(single(float64(x) * scale))
			}
		}
	}
	return t
}

func (e *equations) projected(modality int) table {
	name := e.d.Modalities[modality].Name
	return e.features(modality).times(e.weight("project." + name)).plus(e.weight("offset." + name))
}

// adjacency is D^-½AD^-½ of the graph of users and items, users first.
func adjacency(x *data.Interactions) [][]float64 {
	n := goldenUsers + goldenItems
	a, degree := make([][]float64, n), make([]float64, n)
	for r := range a {
		a[r] = make([]float64, n)
	}
	for _, p := range x.Pairs() {
		u, i := int(p.User), goldenUsers+int(p.Item)
		a[u][i], a[i][u] = 1, 1
		degree[u]++
		degree[i]++
	}
	return normalised(a, degree)
}

func normalised(a [][]float64, degree []float64) [][]float64 {
	for r := range a {
		for c := range a[r] {
			if a[r][c] != 0 {
				a[r][c] = single(a[r][c] / math.Sqrt(degree[r]*degree[c]))
			}
		}
	}
	return a
}

func product(a [][]float64, x table) table {
	out := newTable(len(a), len(x[0]))
	for r := range a {
		for k, w := range a[r] {
			for c := range x[k] {
				out[r][c] = out[r][c].plus(x[k][c].scaled(w))
			}
		}
	}
	return out
}

// smooth is the mean of x, Âx, … Â^L x.
func (e *equations) smooth(a [][]float64, x table) table {
	sum, power := x, x
	for range e.cfg.Layers {
		power = product(a, power)
		sum = sum.plus(power)
	}
	return sum.scaled(single(1 / float64(e.cfg.Layers+1)))
}

// He et al. 2020. The ridge is on the embeddings of layer 0.
func (e *equations) lightgcn() number {
	node := e.weight("node")
	final := e.smooth(adjacency(e.d.Train), node)
	return e.ranking(final[:goldenUsers], final[goldenUsers:]).plus(e.ridge(node[:goldenUsers], node[goldenUsers:]))
}

// itemGraph is the neighbour lists of a modality, weighed 1 or by cosine, normalised.
// Neither end of an edge lacks the modality.
func (e *equations) itemGraph(modality int, binary bool) [][]float64 {
	m := e.d.Modalities[modality]
	a, degree := make([][]float64, goldenItems), make([]float64, goldenItems)
	for i := range a {
		a[i] = make([]float64, goldenItems)
		ids, cos := m.Neighbors.Row(i)
		for k, to := range ids {
			if m.Has != nil && (!m.Has[i] || !m.Has[to]) {
				continue
			}
			a[i][to] = 1
			if !binary {
				a[i][to] = float64(cos[k])
			}
			degree[i] += a[i][to]
		}
	}
	return normalised(a, degree)
}

// Zhou, Shen 2023: a pruned user-item graph, a frozen item graph of 0.1 image and 0.9
// text, and one more ranking loss per modality.
func (e *equations) freedom() number {
	image, text := e.itemGraph(0, true), e.itemGraph(1, true)
	blend := make([][]float64, goldenItems)
	for r := range blend {
		blend[r] = make([]float64, goldenItems)
		for c := range blend[r] {
			blend[r][c] = single(single(single(0.1)*image[r][c]) + single(single(0.9)*text[r][c]))
		}
	}
	node := e.weight("node")
	final := e.smooth(adjacency(e.kept), node)
	users, items := final[:goldenUsers], final[goldenUsers:].plus(product(blend, node[goldenUsers:]))
	loss := e.ranking(users, items).plus(e.ridge(node[:goldenUsers], node[goldenUsers:]))
	for k := range e.d.Modalities {
		loss = loss.plus(e.ranking(users, e.projected(k)).scaled(e.cfg.Aux))
	}
	return loss
}

// Yu et al. 2023.
func (e *equations) mgcn() number {
	node := e.weight("node")
	behaviour := e.smooth(adjacency(e.d.Train), node)
	names := []string{e.d.Modalities[0].Name, e.d.Modalities[1].Name}
	var views []table // H_m: users, then items
	for k, name := range names {
		gate := e.projected(k).times(e.weight("gate." + name)).plus(e.weight("gate.offset." + name)).apply(sigmoid)
		pure := node[goldenUsers:].each(gate, number.times)
		items := product(e.itemGraph(k, false), pure)
		var users [][]float64
		for _, row := range adjacency(e.d.Train)[:goldenUsers] {
			users = append(users, row[goldenUsers:])
		}
		views = append(views, append(product(users, items), items...))
	}
	// Attention over the modalities of each row.
	common := newTable(len(node), goldenDim)
	for r := range common {
		var score [2]number
		var total number
		for k, h := range views {
			hidden := table{h[r]}.times(e.weight("query")).plus(e.weight("query.offset")).apply(tanh)
			score[k] = exp(hidden.times(e.weight("attend"))[0][0])
			total = total.plus(score[k])
		}
		for k, h := range views {
			for c := range common[r] {
				common[r][c] = common[r][c].plus(h[r][c].times(score[k].over(total)))
			}
		}
	}
	side := common
	for k, h := range views {
		prefer := behaviour.times(e.weight("prefer." + names[k])).plus(e.weight("prefer.offset." + names[k])).apply(sigmoid)
		side = side.plus(h.each(common, number.minus).each(prefer, number.times))
	}
	side = side.scaled(single(1.0 / 3))
	final := behaviour.plus(side)
	loss := e.ranking(final[:goldenUsers], final[goldenUsers:]).plus(e.ridge(final[:goldenUsers], final[goldenUsers:]))
	contrast := e.contrast(side[goldenUsers:], behaviour[goldenUsers:], e.i).plus(e.contrast(side[:goldenUsers], behaviour[:goldenUsers], e.u))
	return loss.plus(contrast.scaled(e.cfg.Aux))
}

// contrast is InfoNCE between two views of the listed rows, by cosine at temperature 0.2.
func (e *equations) contrast(a, b table, rows []int32) number {
	cosine := func(x, y []number) number { return inner(x, y).over(root(inner(x, x).times(inner(y, y)))) }
	var sum number
	for k, r := range rows {
		var total number
		for _, s := range rows {
			total = total.plus(exp(cosine(a[r], b[s]).scaled(5)))
		}
		sum = sum.plus(log(total).minus(cosine(a[r], b[r]).scaled(5)).scaled(float64(e.w[k])))
	}
	return sum
}

// After SETRec: the sum over tokens that an item has; item 3 has no CF token, item 4 no
// text.
func (e *equations) tokenset() number {
	final := e.smooth(adjacency(e.d.Train), e.weight("node.cf"))
	users, items := final[:goldenUsers], final[goldenUsers:].scaled(1)
	items[3] = make([]number, goldenDim)
	for k, m := range e.d.Modalities {
		token := e.projected(k)
		if m.Name == "text" {
			token[4] = make([]number, goldenDim)
		}
		users, items = users.beside(e.weight("user."+m.Name)), items.beside(token)
	}
	return e.ranking(users, items).plus(e.ridge(users, items))
}
