package ui

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// residue is what is left of the image of print 2: before, in the slot after as beats says, and in Retrain.
func residue(beats float64) api.Residue {
	own := map[api.Slot]api.Trace{api.Before: {Beats: .97, Near: []int{2, 4, 1}}, api.After: {Beats: beats, Near: []int{4, 1, 3}}, api.Retrain: {Beats: .58, Near: []int{1, 4, 0}}}
	return api.Residue{Modality: "image", Item: 2, Items: 1, Own: own, People: map[api.Slot]api.Trace{api.Before: {Beats: .7}, api.After: {Beats: .55}, api.Retrain: {Beats: .541}}}
}

func spread() api.Spread {
	return api.Spread{K: 20, Groups: []api.Group{{Name: "sea", Count: 3, Items: []int{0, 2, 4}}, {Name: "Risograph", Count: 2, Items: []int{1, 3}}},
		Cohorts: []api.Group{{Name: "everyone", Count: 40}, {Name: "touched", Count: 4}},
		Places:  map[api.Slot][][]float64{api.Before: {{.6, .4}, {.5, .5}}, api.After: {{.612, .388}, {.457, .54}}, api.Retrain: {{.611, .389}, {.4599, .5401}}}}
}

// raced has run both lanes, and hands over what was asked for then.
func raced(t *testing.T, link string) (*desk, map[api.Op]api.Message) {
	d := at(t, link)
	d.open(5)
	d.do(StartForget{})
	d.answer(d.only(api.OpUnlearn), row("lethe", 1, 0))
	sent := d.posted()
	for _, m := range sent {
		assert.NotEqual(t, api.OpSpread, m.Op, "Retrain comes first")
	}
	d.answer(sent[2], row("retrain", 9, 0))
	asked := map[api.Op]api.Message{}
	for _, m := range d.posted() {
		asked[m.Op] = m
	}
	return d, asked
}

func TestWhatIsLeftOfAnImage(t *testing.T) {
	d, asked := raced(t, "?request=modality:image@p002")
	require.Contains(t, asked, api.OpResidue)
	c := &Residue{View{S: &d.s}}
	for _, x := range []struct {
		beats float64
		says  string
	}{{.9, "More of it is left"}, {.6, "No more of it is left"}, {.3, "its absence shows"}} {
		d.s.Jobs = []Job{{asked[api.OpResidue].ID, api.OpResidue}}
		d.answer(asked[api.OpResidue], residue(x.beats))
		assert.Contains(t, c.Reading(), x.says)
	}
	assert.Equal(t, "The guess puts 97 of 100 other images behind the right one.", c.Says(c.Sources()[0], api.Before))
	r := residue(.6)
	r.Own[api.Before] = api.Trace{Beats: .6}
	d.s.Look.Residue = &r
	assert.Contains(t, c.Reading(), "never held much", "a model that does not look")
	delete(r.Own, api.Retrain)
	assert.Empty(t, c.Reading())
	assert.Contains(t, c.Says(c.Sources()[0], api.Retrain), "Not there")
	d.s.Compare.Result = &api.Comparison{}
	assert.True(t, strings.Contains(drawn(t, d.s), `id="residue"`))
	d.do(Undo{})
	assert.Nil(t, d.s.Look.Residue)

	_, asked = raced(t, "?request=creator:Mori")
	assert.NotContains(t, asked, api.OpResidue, "no image was withdrawn")
}

func TestWhatMovedAlthoughNobodyAsked(t *testing.T) {
	d, asked := raced(t, "?request=creator:Mori")
	d.answer(asked[api.OpSpread], spread())
	c := &Spread{View{S: &d.s}}
	assert.Equal(t, "What moved most: sea, for people whom it touches: −4.3 points. Training again moves it by −4.0. Over all fields the two are 0.1 points apart.", c.Reading())
	assert.Equal(t, []string{"60", "+1.2", "+1.1"}, []string{c.Cell(api.Before, 0, 0), c.Cell(api.After, 0, 0), c.Cell(api.Retrain, 0, 0)})
	assert.Equal(t, []string{"figure heat heat-share-4", "figure heat heat-more-2", "figure heat heat-less-4"}, []string{c.Shade(api.Before, 0, 0), c.Shade(api.After, 0, 0), c.Shade(api.After, 1, 0)})
	d.s.Lang = "de"
	assert.Equal(t, "+1,2", c.Cell(api.After, 0, 0))
	d.s.Lang = "en"
	same := spread()
	same.Places[api.After] = same.Places[api.Before]
	d.s.Look.Spread = &same
	assert.Contains(t, c.Reading(), "Nothing moved")
	delete(same.Places, api.After)
	assert.Empty(t, c.Reading())
	d.do(Hang{"Risograph"})
	assert.Equal(t, []int{1, 3}, d.s.Data.Wall)
	assert.Equal(t, Reveal{"wall"}, d.sent[len(d.sent)-2], "then the address")

	d.s.Jobs = []Job{{asked[api.OpSpread].ID, api.OpSpread}}
	d.s.Look = Looking{}
	d.answer(asked[api.OpSpread], spread())
	assert.Nil(t, d.s.Look.Spread, "an answer to what was asked before")
	d.s.Jobs = []Job{{asked[api.OpSpread].ID, api.OpSpread}}
	d.fail(asked[api.OpSpread], api.Failure{Code: api.CodeUnsupported, Message: "no vectors"})
	assert.Nil(t, d.s.Notice, "what cannot be looked at has no view")
}

// relearned is a race of which After was ahead at the start, and gained more than Retrain, by so much.
func relearned(ahead, faster float64) api.Relearned {
	gain := func(v float64) api.Estimate { return api.Estimate{Value: v, SE: .02} }
	r := api.Relearned{Known: 30, Held: 80, Ahead: gain(ahead), Gain: []api.Estimate{gain(.3 + faster), gain(.3), gain(.35)}}
	for step := range 3 {
		x := float64(step) / 10
		r.Curve = append(r.Curve, api.Point{Step: step, Race: []float64{.5 + ahead + x, .5 + x, .48 + x}})
	}
	return r
}

func TestTheRelearnRace(t *testing.T) {
	d := at(t, "?request=creator:Mori")
	d.open(5)
	c := &Relearn{View{S: &d.s}}
	assert.Contains(t, c.Line(), "Forget something first")
	d.do(StartRelearn{}, StopRelearn{})
	assert.Empty(t, d.posted())

	d, _ = raced(t, "?request=creator:Mori")
	c = &Relearn{View{S: &d.s}}
	assert.Contains(t, c.Line(), "ready")
	d.do(StartRelearn{}, StartRelearn{})
	m := d.only(api.OpRelearn)
	assert.True(t, d.s.Busy())
	assert.False(t, d.s.CanForget())
	d.progress(m, api.Progress{Stage: "relearn", Total: 30, Point: &relearned(0, 0).Curve[0]})
	d.progress(m, api.Progress{Stage: "relearn", Done: 1, Total: 30, Point: &relearned(0, 0).Curve[1]})
	require.Len(t, c.Lines()[2].Points, 2)
	assert.Equal(t, 30.0, c.XMax())
	assert.Contains(t, c.Line(), "Step 1")
	d.do(StopRelearn{}, StopRelearn{})
	assert.Equal(t, m.ID, head[api.Cancel](t, d.only(api.OpCancel)).Job)
	d.fail(m, api.Failure{Code: api.CodeCancelled})
	assert.False(t, d.s.Busy())
	assert.Contains(t, c.Line(), "ready")

	for _, x := range []struct {
		ahead, faster float64
		says          string
	}{{0, 0, "nothing was left"}, {.04, .05, "nothing was left"}, {.2, -.1, "still knows"}, {-.2, .15, "pushed down"}, {-.2, 0, "more than it should"}} {
		d.do(StartRelearn{})
		d.answer(d.only(api.OpRelearn), relearned(x.ahead, x.faster))
		assert.Contains(t, c.Line(), x.says)
		assert.Contains(t, c.Numbers(), "30 clicks were taught, against 80")
		assert.Len(t, c.Lines()[0].Points, 3)
	}
	d.do(StartRelearn{})
	d.fail(d.only(api.OpRelearn), api.Failure{Code: api.CodeUnsupported, Message: "Too few.", Remedy: "Forget more."})
	assert.Equal(t, "Too few. Forget more.", c.Line())
	d.do(StartRelearn{}, Broke{Why: "no memory"})
	assert.False(t, d.s.Busy())
}
