//go:build !js || lab

package model

import (
	"fmt"
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
	"lethe/recsys/tape"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Adapted is a collaborative model with licence adapters: content enters through one small linear map per group of
// licensors and modality, solved for after the model is trained, so that a licence takes its adapter along.
//
//	e_i = e*_i + κ/(n_i+κ)·mean over the assets m of i of (f_i^m W_{m,l(i)} + b_{m,l(i)})
//	W_{m,l}, b_{m,l} = argmin Σ_{i of l with m} n_i·‖e*_i − f_i^m W − b‖² + λ‖W‖² + λ‖b‖²
//
// e* are the base model's item vectors, n_i interactions, f rows of length 1, l(i) a hash of i's licence. The base model
// sees no content and an adapter sees its own group's: what is left after a licence, or one asset of one item, goes is, bit for bit,
// what training without it gives (method adapter). The pool over an item's assets is a mean, so an asset that goes is not in
// it and the others are as they were.
//
// Shapes: adapter.m.l (F+1)×d, the last row b. Cost: n_l·F²·d once after training.
// Departures: CLR scales and shifts channels of a frozen backbone by gradient, and ExSSNeT gives tasks disjoint weights; here the
// backbone is the trained CF space and the map is full and solved for, since adapters that train along with each other share what
// they learnt. AttSets pools by learned attention, which would have seen every asset.
// Sources: Ge et al., CLR, CVPR 2023; Liu et al., ExSSNeT, EMNLP 2023; Yang et al., AttSets, IJCV 2020.
type Adapted struct {
	base  Model
	cfg   api.ModelConfig
	group []int // of each item
	part  []data.Modality
	row   []dense.Matrix // of each part: items×(F+1), zero where an item lacks it
	n     []int32
}

const (
	mostAdapters = 64
	adapterRidge = 10
	adapterPrior = 5 // κ
)

func newAdapted(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Adapters > mostAdapters {
		return nil, fmt.Errorf("model %s: %d adapters are more than %d", cfg.Name, cfg.Adapters, mostAdapters)
	}
	if cfg.Name != "bpr" && cfg.Name != "lightgcn" || cfg.Shards > 1 {
		return nil, fmt.Errorf("model %s learns from content or in shards: licence adapters go with bpr and lightgcn", cfg.Name)
	}
	one := cfg
	one.Adapters = 0
	base, err := New(one, d)
	if err != nil {
		return nil, err
	}
	m := &Adapted{base: base, cfg: base.Config(), group: make([]int, d.Items())}
	m.cfg.Adapters = cfg.Adapters
	for i := range d.Catalog {
		m.group[i] = int(rng.HashString(d.Catalog[i].Licence) % uint64(cfg.Adapters))
	}
	_, m.n = d.Train.Degrees()
	for _, x := range d.Modalities {
		if x.Rows.Cols > 0 {
			m.part, m.row = append(m.part, x), append(m.row, unitRows(x))
		}
	}
	if len(m.part) == 0 {
		return nil, needContent("with adapters", &data.Dataset{Name: d.Name})
	}
	return m, nil
}

// unitRows are a modality's rows at length 1, whatever other rows there are, and a 1 behind each.
func unitRows(x data.Modality) dense.Matrix {
	f := x.Rows.Cols
	out := dense.New(x.Rows.Rows, f+1)
	for i := range x.Rows.Rows {
		if x.Has != nil && !x.Has[i] {
			continue
		}
		square := 0.0
		for _, v := range x.Rows.Row(i) {
			square += float64(float64(v) * float64(v))
		}
		row := out.Row(i)
		for c, v := range x.Rows.Row(i) {
			row[c] = float32(float64(v) / max(math.Sqrt(square), 1e-30))
		}
		row[f] = 1
	}
	return out
}

func (m *Adapted) has(p int, i int) bool { return m.part[p].Has == nil || m.part[p].Has[i] }

func (m *Adapted) name(p, g int) string { return fmt.Sprintf("adapter.%s.%d", m.part[p].Name, g) }

// Config is the base model's with the adapters.
func (m *Adapted) Config() api.ModelConfig { return m.cfg }

// Specs are the base model's weights, then the adapters.
func (m *Adapted) Specs() []dense.Spec {
	specs := m.base.Specs()
	for p := range m.part {
		for g := range m.cfg.Adapters {
			specs = append(specs, dense.Spec{Name: m.name(p, g), Rows: m.row[p].Cols, Cols: m.cfg.Dim})
		}
	}
	return specs
}

// Init leaves adapters at zero: content says nothing before Finish.
func (m *Adapted) Init(theta *dense.Params, src rng.Source) { m.base.Init(theta, src) }

// Record trains the base model alone and ranks with the adapters.
func (m *Adapted) Record(t *tape.Tape, theta func(string) *tape.Node, training bool) Embedding {
	e := m.base.Record(t, theta, training)
	if training {
		return e
	}
	for p, rows := range m.row {
		x := t.Matrix(rows)
		for g := range m.cfg.Adapters {
			weight := dense.New(len(m.group), 1)
			for i, l := range m.group {
				if l == g && m.has(p, i) {
					weight.Data[i] = adapterPrior / (float32(m.n[i]) + adapterPrior) / float32(m.assets(i))
				}
			}
			e.Items = t.Combine(1, e.Items, 1, t.RowScale(t.Matrix(weight), t.MatMul(x, theta(m.name(p, g)), false, false)))
		}
	}
	return e
}

// assets is how many parts an item has.
func (m *Adapted) assets(i int) (n int) {
	for p := range m.part {
		if m.has(p, i) {
			n++
		}
	}
	return n
}

// Groups lists the adapters that know of items by a modality.
func (m *Adapted) Groups(items []int32) (groups []bool) {
	groups = make([]bool, m.cfg.Adapters)
	for _, i := range items {
		groups[m.group[i]] = true
	}
	return groups
}

// Base is the model without content, to compute the vectors that adapters are solved from.
func (m *Adapted) Base() Model { return m.base }

// Finish solves for the adapters from the base model's item vectors, items×d. Of a modality ("": all) only those of
// the marked groups (nil: all).
func (m *Adapted) Finish(theta *dense.Params, items dense.Matrix, modality string, groups []bool) error {
	for p := range m.part {
		for g := range m.cfg.Adapters {
			if modality != "" && m.part[p].Name != modality || groups != nil && !groups[g] {
				continue
			}
			if err := m.solve(p, g, items, theta.View(m.name(p, g))); err != nil {
				return err
			}
		}
	}
	return nil
}

func (m *Adapted) solve(p, g int, items, out dense.Matrix) error {
	f, d := m.row[p].Cols, items.Cols
	a := blas64.Symmetric{N: f, Stride: f, Uplo: blas.Upper, Data: make([]float64, f*f)}
	b := blas64.General{Rows: f, Cols: d, Stride: d, Data: make([]float64, f*d)}
	x, y := make([]float64, f), make([]float64, d)
	for i, l := range m.group {
		if l != g || m.n[i] == 0 || !m.has(p, i) {
			continue
		}
		for c, v := range m.row[p].Row(i) {
			x[c] = float64(v)
		}
		for c, v := range items.Row(i) {
			y[c] = float64(v)
		}
		w := float64(m.n[i])
		blas64.Syr(w, blas64.Vector{N: f, Inc: 1, Data: x}, a)
		blas64.Ger(w, blas64.Vector{N: f, Inc: 1, Data: x}, blas64.Vector{N: d, Inc: 1, Data: y}, b)
	}
	for c := range f {
		a.Data[c*f+c] += adapterRidge
	}
	chol, ok := lapack64.Potrf(a)
	if !ok {
		return fmt.Errorf("model %s: the vectors are not numbers; the model has diverged", m.cfg.Name)
	}
	lapack64.Potrs(chol, b)
	for k, v := range b.Data {
		out.Data[k] = float32(v)
	}
	return nil
}
