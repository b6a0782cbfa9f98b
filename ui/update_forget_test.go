package ui

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// A phase is some of the visitor's clicks: of one motif, the latest, or picked by hand.
func TestForgettingAPhase(t *testing.T) {
	d := at(t, "?likes=4.1.2.3")
	d.open(6)
	d.do(PickKind{ForgetPhase})
	m := d.only(api.OpForgetSet)
	assert.Equal(t, "visitor:4.1.2.3", head[api.Resolve](t, m).Request, "all four are of the sea")
	d.answer(m, api.Forget{Kind: "pairs", Pairs: 4, Users: 1, Items: 4, Live: 4})
	c := &Forget{View{S: &d.s, Do: d.doAll}}
	assert.Contains(t, c.Touch(), "has not learned from your clicks yet")
	groups := d.s.Phases()
	require.Equal(t, []Group{{"sea", []int{4, 1, 2, 3}}, {"Risograph", []int{1, 3}}, {"", []int{2, 3}}}, groups)
	assert.True(t, c.Chosen(groups[0]))

	c.Choose(groups[1])
	m = d.only(api.OpForgetSet)
	assert.Equal(t, "visitor:1.3", head[api.Resolve](t, m).Request)
	d.answer(m, api.Forget{Kind: "pairs", Pairs: 2, Users: 1, Items: 2, Live: 1, Share: .01})
	assert.Contains(t, c.Touch(), "of all the model learned from. The model has not learned from one of them yet.")
	assert.Equal(t, []int{1, 3}, d.s.Affected(), "the map marks them")
	c.Toggle(4)
	c.Toggle(3)
	assert.Equal(t, "visitor:4.1", d.s.Link.Request)
	assert.Equal(t, ForgetPhase, kindOf(ParseLink(d.s.Link.String()).Request))
	assert.Equal(t, Kind(""), kindOf("phase:1.3"), "that is no request")

	d.posted()
	d.do(Like{4}) // taken back: it cannot be forgotten
	p := d.posted()
	require.Len(t, p, 2)
	assert.Equal(t, "visitor:1", head[api.Resolve](t, p[1]).Request)
	c.Toggle(1)
	assert.Empty(t, d.s.Link.Request)
	assert.Equal(t, ForgetPhase, d.s.Forget.Kind, "the form stays")
	d.do(Unlike{})
	assert.Empty(t, d.s.Phases())
	assert.Contains(t, c.PhaseNote(), "first section")
}

// What was erased for real leaves the clicks; what the model has learned meanwhile is counted anew.
func TestAPhaseIsErased(t *testing.T) {
	d := at(t, "?likes=1.2.3&request=visitor:1.3")
	d.open(6)
	assert.Equal(t, ForgetPhase, d.s.Forget.Kind)
	d.do(StartTrain{})
	d.answer(d.only(api.OpTrain), api.TrainResult{Model: "bpr"})
	asked := false
	for _, m := range d.posted() {
		asked = asked || m.Op == api.OpForgetSet
		d.answer(m, api.Forget{Pairs: 2})
	}
	assert.True(t, asked)
	d.do(ArmErase{}, EraseNow{})
	m := d.only(api.OpErase)
	assert.Equal(t, "visitor:1.3", head[api.Erase](t, m).Request)
	o := opened(6)
	o.Likes = []int{2}
	d.answer(m, api.Erased{Tier: "unlearned", Opened: o})
	assert.Equal(t, []int{2}, d.s.Link.Likes)
	assert.Empty(t, d.s.Link.Request)
}
