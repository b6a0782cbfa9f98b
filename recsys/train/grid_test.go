package train

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/model"
)

func TestGridVisitsEveryCombinationOnce(t *testing.T) {
	g, err := ParseGrid("rate=0.001,0.005; layers=1,2,3")
	require.NoError(t, err)
	require.Equal(t, 6, g.Size())
	seen := map[string]bool{}
	for k := range g.Size() {
		c, name := g.At(k, api.Train{Model: api.ModelConfig{Name: "lightgcn", Reg: 0.5}})
		seen[name] = true
		assert.Equal(t, 0.5, c.Model.Reg, "what the grid does not name stays")
		if k == 4 {
			assert.Equal(t, "rate=0.005 layers=2", name)
			assert.Equal(t, 0.005, c.Train.Rate)
			assert.Equal(t, 2, c.Model.Layers)
		}
	}
	assert.Len(t, seen, 6)
}

func TestEveryDefaultGridIsAGridThatParses(t *testing.T) {
	for _, name := range model.Names() {
		g := DefaultGrid(name)
		for k := range g.Size() {
			_, label := g.At(k, api.Train{})
			assert.NotEmpty(t, label, name)
		}
		assert.LessOrEqual(t, g.Size(), 12, name)
	}
}

func TestParseGridSaysWhatIsWrong(t *testing.T) {
	for s, want := range map[string]string{
		"":                  `"" is not SETTING=VALUE,VALUE with one of the settings aux, batch, decay, dim, layers, neighbors, prune, rate, reg`,
		"speed=1":           `"speed=1" is not SETTING=VALUE,VALUE with one of the settings aux, batch, decay, dim, layers, neighbors, prune, rate, reg`,
		"rate":              `"rate" is not SETTING=VALUE,VALUE with one of the settings aux, batch, decay, dim, layers, neighbors, prune, rate, reg`,
		"rate=1,x":          `rate: "x" is not a number above 0`,
		"rate=NaN":          `rate: "NaN" is not a number above 0`,
		"rate=-1":           `rate: "-1" is not a number above 0`,
		"layers=1.5":        `layers: 1.5 is not a whole number`,
		"rate=1;rate=2":     `the setting rate is there twice: list its values after one another`,
		"rate=1;reg=1,Inf":  `reg: "Inf" is not a number above 0`,
		"rate=1;reg=1;;aux": `"" is not SETTING=VALUE,VALUE with one of the settings aux, batch, decay, dim, layers, neighbors, prune, rate, reg`,
	} {
		_, err := ParseGrid(s)
		assert.EqualError(t, err, want, s)
	}
}

func FuzzParseGrid(f *testing.F) {
	f.Add("rate=0.001,0.005;reg=0.01,0.1")
	f.Fuzz(func(t *testing.T, s string) {
		if g, err := ParseGrid(s); err == nil {
			_, _ = g.At(g.Size()-1, api.Train{})
		}
	})
}
