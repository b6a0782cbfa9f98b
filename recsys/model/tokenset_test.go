package model_test

import (
	"slices"
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
	"lethe/recsys/tape/tapetest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// tokens is an untrained tokenset of width 4 on d with every weight away from zero.
func tokens(t *testing.T, d *data.Dataset) (model.Model, *dense.Params) {
	t.Helper()
	m, err := model.New(api.ModelConfig{Name: "tokenset", Dim: 4}, d)
	require.NoError(t, err)
	p := dense.NewParams(m.Specs()...)
	for _, s := range p.Specs() { // by name, whatever their order
		st := rng.New(1).Named(s.Name).Stream()
		for k := range p.View(s.Name).Data {
			p.View(s.Name).Data[k] = float32(st.Normal())
		}
	}
	return m, p
}

// leaves gives a recording the weights as nodes inside x, with gradients in g.
func leaves(tp *tape.Tape, p *dense.Params, x, g backend.Tensor) func(string) *tape.Node {
	nodes := map[string]*tape.Node{}
	return func(name string) *tape.Node {
		if nodes[name] == nil {
			v, off := p.View(name), p.Offset(name)
			nodes[name] = tp.Param(x.View(off, v.Rows, v.Cols), g.View(off, v.Rows, v.Cols))
		}
		return nodes[name]
	}
}

// embed is a model's final vectors on the reference backend.
func embed(t *testing.T, m model.Model, p *dense.Params) (users, items dense.Matrix) {
	t.Helper()
	be := reference.New()
	x := be.New(1, len(p.Theta))
	be.Write(x, p.Theta)
	tp := tape.New(be)
	e := m.Record(tp, leaves(tp, p, x, be.New(1, len(p.Theta))), false)
	tp.Forward()
	return host(t, be, e.Users.Value), host(t, be, e.Items.Value)
}

func host(t *testing.T, be backend.Backend, x backend.Tensor) dense.Matrix {
	t.Helper()
	m := dense.New(x.Rows, x.Cols)
	require.NoError(t, be.Read(x, m.Data))
	return m
}

func dot(a, b []float32) float64 {
	sum := 0.0
	for k := range a {
		sum += float64(a[k]) * float64(b[k])
	}
	return sum
}

func TestPartsSumToTheScore(t *testing.T) {
	d := modeltest.Checkerboard(8, 10)
	m, p := tokens(t, d)
	channels := m.(model.Channeled).Channels()
	users, items := embed(t, m, p)
	require.Equal(t, users.Cols, channels[len(channels)-1].To)
	for u := range users.Rows {
		for i := range items.Rows {
			parts := model.Parts(channels, users.Row(u), items.Row(i))
			require.Len(t, parts, 3)
			sum := 0.0
			for k, name := range []string{"people", "image", "text"} {
				assert.Equal(t, name, parts[k].Name)
				assert.NotZero(t, parts[k].Score)
				sum += parts[k].Score
			}
			assert.InDelta(t, dot(users.Row(u), items.Row(i)), sum, 1e-12)
		}
	}
}

func TestAnAbsentTokenContributesExactlyZero(t *testing.T) {
	const item = 3
	d := modeltest.Checkerboard(8, 10)
	whole, p := tokens(t, d)
	_, before := embed(t, whole, p)
	absent := map[string]*data.Dataset{
		"image": func() *data.Dataset {
			e := *d
			e.Modalities = slices.Clone(d.Modalities)
			e.Modalities[0].Has = make([]bool, d.Items()) // its feature rows stay, and do not count
			for i := range e.Modalities[0].Has {
				e.Modalities[0].Has[i] = i != item
			}
			return &e
		}(),
		"people": modeltest.Cold(d, []int32{item}),
		"text":   data.Retain(d, &data.ForgetSet{Kind: data.ForgetModality, Items: []int32{item}, Modality: "text"}),
	}
	for name, e := range absent {
		m, _ := tokens(t, e)
		users, items := embed(t, m, p)
		for _, c := range m.(model.Channeled).Channels() {
			row := items.Row(item)[c.From:c.To]
			if c.Name == name {
				assert.Equal(t, make([]float32, c.To-c.From), row, "%s", name)
				continue
			}
			assert.NotContains(t, row, float32(0), "%s without %s", c.Name, name)
			if c.Name == "people" {
				assert.Equal(t, before.Row(item)[c.From:c.To], row, "the CF token changed without %s", name)
			}
		}
		for u := range users.Rows {
			for _, part := range model.Parts(m.(model.Channeled).Channels(), users.Row(u), items.Row(item)) {
				assert.Equal(t, part.Name == name, part.Score == 0, "%s of user %d without %s", part.Name, u, name)
			}
		}
	}
	gone := data.Retain(d, &data.ForgetSet{Kind: data.ForgetItems, Items: []int32{item}})
	m, _ := tokens(t, gone)
	_, items := embed(t, m, p)
	assert.Equal(t, make([]float32, items.Cols), items.Row(item), "a deleted item still has a token")
}

func TestTokensHaveNoOrder(t *testing.T) {
	d := modeltest.Checkerboard(8, 10)
	turned := *d
	turned.Modalities = []data.Modality{d.Modalities[1], d.Modalities[0]}
	ma, pa := tokens(t, d)
	mb, pb := tokens(t, &turned)
	ua, ia := embed(t, ma, pa)
	ub, ib := embed(t, mb, pb)
	for u := range ua.Rows {
		for i := range ia.Rows {
			assert.InDelta(t, dot(ua.Row(u), ia.Row(i)), dot(ub.Row(u), ib.Row(i)), 1e-5)
		}
	}
}

// dropped records a batch over d and returns, for positives and negatives of a draw,
// which tokens are left out: a row per triple, a bool per channel.
func dropped(t *testing.T, d *data.Dataset, epoch uint64, u, i, j []int32) (positives, negatives [][]bool) {
	t.Helper()
	m, p := tokens(t, d)
	be := reference.New()
	x := be.New(1, len(p.Theta))
	be.Write(x, p.Theta)
	tp := tape.New(be)
	b := model.NewBatch(be, len(u))
	triple := model.NewRecording(tp, m, leaves(tp, p, x, be.New(1, len(p.Theta)))).Triple(b)
	src := rng.New(7).Key(epoch)
	b.Random = &src
	b.Write(be, d.Users(), d.Items(), u, i, j, make([]float32, len(u)))
	tp.Forward()
	read := func(n *tape.Node) [][]bool {
		rows := host(t, be, n.Value)
		out := make([][]bool, rows.Rows)
		for r := range out {
			for _, c := range m.(model.Channeled).Channels() {
				zeros := 0
				for _, v := range rows.Row(r)[c.From:c.To] {
					if v == 0 {
						zeros++
					}
				}
				require.Contains(t, []int{0, c.To - c.From}, zeros, "a token is there or not")
				out[r] = append(out[r], zeros > 0)
			}
		}
		return out
	}
	return read(triple.I), read(triple.J)
}

func TestTokenDropoutFollowsTheFacts(t *testing.T) {
	d := modeltest.Checkerboard(40, 30)
	var u, i, j []int32
	for _, p := range d.Train.Pairs() {
		u, i, j = append(u, p.User), append(i, p.Item), append(j, (p.Item+1)%30)
	}
	positives, negatives := dropped(t, d, 1, u, i, j)
	count := make([]float64, 3)
	for _, side := range [][][]bool{positives, negatives} {
		for _, row := range side {
			for k, out := range row {
				if out {
					count[k]++
				}
			}
		}
	}
	for k, n := range count {
		// Five standard errors of a share of 0.2 among 1,120 draws are 0.06.
		assert.InDelta(t, 0.2, n/float64(2*len(u)), 0.06, "channel %d", k)
	}
	again, _ := dropped(t, d, 1, u, i, j)
	assert.Equal(t, positives, again)
	other, _ := dropped(t, d, 2, u, i, j)
	assert.NotEqual(t, positives, other, "every epoch draws anew")

	// Without the first user the others keep their draws, wherever they stand in a batch.
	cut := int(d.Train.Ptr[1])
	less, _ := dropped(t, d, 1, u[cut:], i[cut:], j[cut:])
	assert.Equal(t, positives[cut:], less)
}

func TestLossUnderTokenDropoutHasTheGradientOfItsFiniteDifferences(t *testing.T) {
	d := modeltest.Checkerboard(8, 10)
	m, p := tokens(t, d)
	src := rng.New(3)
	tapetest.Gradient(t, p.Theta, func(tp *tape.Tape, x, g backend.Tensor) *tape.Node {
		be := tp.Backend()
		b := model.NewBatch(be, 4)
		b.Random = &src
		loss := model.Loss(model.NewRecording(tp, m, leaves(tp, p, x, g)), b)
		b.Write(be, 8, 10, []int32{0, 1, 2, 0}, []int32{2, 3, 4, 0}, []int32{1, 4, 7, 9}, []float32{.3, .2, .5, 0})
		return loss
	})
}
