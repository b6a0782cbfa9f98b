package model_test

import (
	"fmt"
	"math"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/graph"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/tape"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// The published equations of every model once more, as plain loops over dual numbers:
// loss and gradient of a first step without tape, backend or kernel. golden_equations_test.go
// has the equations; here is what they are compared with.

const (
	goldenUsers, goldenItems = 4, 5
	goldenDim                = 3
)

// golden is four users, five items and two modalities with neighbour lists of two; item 4
// has no text, item 3 no interactions.
func golden(t *testing.T) *data.Dataset {
	t.Helper()
	x, err := data.FromPairs(goldenUsers, goldenItems, []data.Pair{
		{User: 0, Item: 0}, {User: 0, Item: 1}, {User: 1, Item: 1}, {User: 1, Item: 2}, {User: 1, Item: 4}, {User: 2, Item: 0}, {User: 3, Item: 2}, {User: 3, Item: 4},
	})
	require.NoError(t, err)
	none, err := data.FromPairs(goldenUsers, goldenItems, nil)
	require.NoError(t, err)
	d := &data.Dataset{Name: "golden", UserIDs: []string{"a", "b", "c", "d"}, ItemIDs: []string{"v", "w", "x", "y", "z"}, Train: x, Valid: none, Test: none}
	feature := func(name string, cols int) data.Modality {
		s := rng.New(4).Named(name).Stream()
		m := data.Modality{Name: name, Rows: dense.New(goldenItems, cols)}
		for k := range m.Rows.Data {
			m.Rows.Data[k] = float32(s.Normal())
		}
		return m
	}
	image, text := feature("image", 3), feature("text", 4)
	image.Neighbors = &data.Neighbors{K: 2, ItemID: []int32{0, 2, 1, 0, 2, 3, 3, 2, 4, 1}, Cos: []float32{1, .75, 1, .5, 1, .25, 1, .25, 1, .625}}
	text.Neighbors = &data.Neighbors{K: 2, ItemID: []int32{0, 1, 1, 2, 2, 4, 3, 0, 4, 0}, Cos: []float32{1, .5, 1, .875, 1, .75, 1, .125, 1, .5}}
	text.Has = []bool{true, true, true, true, false}
	d.Modalities = []data.Modality{image, text}
	return d
}

func TestFirstStepsFollowThePublishedEquations(t *testing.T) {
	d := golden(t)
	cfg := api.ModelConfig{Dim: goldenDim, Layers: 2, Reg: 1. / 8, Aux: 1. / 16, Prune: 0.25, Neighbors: 2}
	u, i, j := []int32{0, 1, 3, 2}, []int32{1, 4, 2, 0}, []int32{3, 0, 1, 4}
	w := []float32{.25, .5, .125, .125}
	epoch := rng.New(6)
	type form struct {
		features  string
		trainable bool
	}
	forms := map[string][]form{"vbpr": {{}, {"raw", false}, {"", true}}}
	forms["freedom"], forms["mgcn"], forms["tokenset"] = forms["vbpr"], forms["vbpr"], forms["vbpr"]
	forms["bpr"], forms["lightgcn"] = []form{{}}, []form{{}}
	run := func(name string, f form) {
		t.Run(fmt.Sprint(name, f), func(t *testing.T) {
			cfg.Name, cfg.Features, cfg.Trainable = name, f.features, f.trainable
			m, err := model.New(cfg, d)
			require.NoError(t, err)
			p := dense.NewParams(m.Specs()...)
			for _, s := range p.Specs() { // every weight away from zero, offsets too
				st := rng.New(1).Named(s.Name).Stream()
				for k := range p.View(s.Name).Data {
					p.View(s.Name).Data[k] = float32(0.7 * st.Normal())
				}
			}
			e := &equations{cfg: cfg, d: d, p: p, u: u, i: i, j: j, w: w}
			e.kept = graph.Prune(d.Train, 1-cfg.Prune, epoch.Named("prune"), data.Keys(d.UserIDs), data.Keys(d.ItemIDs))
			require.Equal(t, 6, e.kept.Len())
			wantLoss, want := e.differentiate(losses[name])

			// Constants and graphs are stored in single precision, the rest is float64; what a
			// length's ε = 1e-12 does is below the tolerance.
			ref := reference.New()
			loss, got := firstStep(ref, m, p, epoch, u, i, j, w)
			assert.InDelta(t, wantLoss, ref.Float64(loss)[0], 1e-9)
			assert.InDeltaSlice(t, want, ref.Float64(got), 1e-9)

			fast := simd.New()
			loss, got = firstStep(fast, m, p, epoch, u, i, j, w)
			assert.InDelta(t, wantLoss, host(t, fast, loss).Data[0], 1e-4)
			assert.InDeltaSlice(t, want, host(t, fast, got).Data, 1e-4)
		})
	}
	for _, name := range model.Trained() {
		require.NotEmpty(t, forms[name], name)
		for _, f := range forms[name] {
			run(name, f)
		}
	}
}

// firstStep is loss and gradient of a batch on a backend.
func firstStep(be backend.Backend, m model.Model, p *dense.Params, epoch rng.Source, u, i, j []int32, w []float32) (loss, gradient backend.Tensor) {
	x, g := be.New(1, len(p.Theta)), be.New(1, len(p.Theta))
	be.Write(x, p.Theta)
	tp := tape.New(be)
	b := model.NewBatch(be, len(u))
	node := model.Loss(model.NewRecording(tp, m, leaves(tp, p, x, g)), b)
	tp.Plan(node)
	if e, ok := m.(model.Epocher); ok {
		e.StartEpoch(be, 1, epoch)
	}
	b.Write(be, goldenUsers, goldenItems, u, i, j, w)
	tp.Forward()
	tp.Backward()
	return node.Value, g
}

// number is a dual number: a value and its derivative by the weight in question.
type number struct{ v, d float64 }

func constant(x float64) number { return number{v: x} }

func (a number) plus(b number) number    { return number{a.v + b.v, a.d + b.d} }
func (a number) minus(b number) number   { return number{a.v - b.v, a.d - b.d} }
func (a number) times(b number) number   { return number{a.v * b.v, a.d*b.v + a.v*b.d} }
func (a number) over(b number) number    { return number{a.v / b.v, (a.d*b.v - a.v*b.d) / (b.v * b.v)} }
func (a number) scaled(c float64) number { return number{c * a.v, c * a.d} }

func exp(a number) number { y := math.Exp(a.v); return number{y, y * a.d} }
func log(a number) number { return number{math.Log(a.v), a.d / a.v} }
func root(a number) number {
	y := math.Sqrt(a.v)
	return number{y, a.d / (2 * y)}
}
func tanh(a number) number    { y := math.Tanh(a.v); return number{y, (1 - y*y) * a.d} }
func sigmoid(a number) number { return constant(1).over(constant(1).plus(exp(a.scaled(-1)))) }

// table is a matrix of numbers, a slice per row.
type table [][]number

func newTable(rows, cols int) table {
	t := make(table, rows)
	for r := range t {
		t[r] = make([]number, cols)
	}
	return t
}

func (t table) times(b table) table {
	out := newTable(len(t), len(b[0]))
	for r := range t {
		for c := range b[0] {
			for k := range b {
				out[r][c] = out[r][c].plus(t[r][k].times(b[k][c]))
			}
		}
	}
	return out
}

// each combines two tables of one shape, or a table and one row.
func (t table) each(b table, f func(x, y number) number) table {
	out := newTable(len(t), len(t[0]))
	for r := range t {
		for c := range t[r] {
			out[r][c] = f(t[r][c], b[min(r, len(b)-1)][c])
		}
	}
	return out
}

func (t table) plus(b table) table { return t.each(b, number.plus) }

func (t table) apply(f func(number) number) table {
	return t.each(t, func(x, _ number) number { return f(x) })
}

func (t table) scaled(c float64) table {
	return t.apply(func(x number) number { return x.scaled(c) })
}

// beside puts two tables side by side.
func (t table) beside(b table) table {
	out := make(table, len(t))
	for r := range t {
		out[r] = append(append([]number{}, t[r]...), b[r]...)
	}
	return out
}

func inner(a, b []number) number {
	var s number
	for k := range a {
		s = s.plus(a[k].times(b[k]))
	}
	return s
}

// differentiate is the loss and, by one evaluation per weight, its gradient in the
// layout of θ.
func (e *equations) differentiate(loss func(*equations) number) (float64, []float64) {
	gradient := make([]float64, len(e.p.Theta))
	e.probe = -1
	value := loss(e).v
	for _, s := range e.p.Specs() {
		for k := range s.Rows * s.Cols {
			e.probe = e.p.Offset(s.Name) + k
			gradient[e.probe] = loss(e).d
		}
	}
	return value, gradient
}

// weight is a named weight as a table; the probed number has derivative 1.
func (e *equations) weight(name string) table {
	v, off := e.p.View(name), e.p.Offset(name)
	t := newTable(v.Rows, v.Cols)
	for k, x := range v.Data {
		t[k/v.Cols][k%v.Cols] = number{v: float64(x)}
		if off+k == e.probe {
			t[k/v.Cols][k%v.Cols].d = 1
		}
	}
	return t
}
