package model_test

import (
	"testing"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/model/modeltest"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
	"lethe/recsys/tape/tapetest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestEveryLossHasTheGradientOfItsFiniteDifferences(t *testing.T) {
	d := modeltest.Checkerboard(8, 10)
	for _, name := range model.Trained() {
		t.Run(name, func(t *testing.T) {
			m, err := model.New(api.ModelConfig{Name: name, Dim: 6, Reg: 0.1}, d)
			require.NoError(t, err)
			p := dense.NewParams(m.Specs()...)
			m.Init(p, rng.New(5))
			tapetest.Gradient(t, p.Theta, func(tp *tape.Tape, x, g backend.Tensor) *tape.Node {
				be := tp.Backend()
				if e, ok := m.(model.Epocher); ok {
					e.StartEpoch(be, 1, rng.New(6))
				}
				nodes := map[string]*tape.Node{}
				r := model.NewRecording(tp, m, func(name string) *tape.Node {
					if nodes[name] == nil {
						v := p.View(name)
						off := p.Offset(name)
						nodes[name] = tp.Param(x.View(off, v.Rows, v.Cols), g.View(off, v.Rows, v.Cols))
					}
					return nodes[name]
				})
				b := model.NewBatch(be, 4)
				b.Write(be, 8, 10, []int32{0, 1, 2, 0}, []int32{2, 3, 4, 0}, []int32{1, 4, 7, 9}, []float32{.3, .2, .5, 0})
				return model.Loss(r, b)
			})
		})
	}
}

func TestRowsStartFromTheirIdentifier(t *testing.T) {
	d := modeltest.Checkerboard(8, 10)
	fewer := modeltest.Checkerboard(8, 10)
	fewer.UserIDs[2], fewer.UserIDs[3] = fewer.UserIDs[3], fewer.UserIDs[2]
	for _, name := range model.Trained() {
		a, err := model.New(api.ModelConfig{Name: name, Dim: 4}, d)
		require.NoError(t, err)
		b, err := model.New(api.ModelConfig{Name: name, Dim: 4}, fewer)
		require.NoError(t, err)
		pa, pb := dense.NewParams(a.Specs()...), dense.NewParams(b.Specs()...)
		a.Init(pa, rng.New(1))
		b.Init(pb, rng.New(1))
		view := a.Specs()[0].Name
		assert.Equal(t, pa.View(view).Row(2), pb.View(view).Row(3), name)
		assert.Equal(t, pa.View(view).Row(0), pb.View(view).Row(0), name)
		assert.NotEqual(t, pa.View(view).Row(0), pa.View(view).Row(1), name)
	}
}

func TestUnknownNamesAndMissingFeaturesAreRefused(t *testing.T) {
	d := modeltest.Checkerboard(4, 4)
	_, err := model.New(api.ModelConfig{Name: "nope"}, d)
	assert.ErrorContains(t, err, "bpr")
	_, err = model.New(api.ModelConfig{Name: "bpr", Dim: -1}, d)
	assert.ErrorContains(t, err, "width")
	d.Modalities = nil
	_, err = model.New(api.ModelConfig{Name: "vbpr"}, d)
	assert.ErrorContains(t, err, "features")
}
