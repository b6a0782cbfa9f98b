package ui

import (
	"encoding/binary"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// plane is a map's body: the same places in every slot, but for the moves.
func plane(p api.Mapped, move func(slot, point int) (dx, dy float64)) []byte {
	var b []byte
	for k := range p.Slots {
		for i := range p.Items + p.Users {
			dx, dy := move(k, i)
			for _, v := range []float64{float64(i) + dx, dy} {
				b = binary.LittleEndian.AppendUint32(b, math.Float32bits(float32(v)))
			}
		}
	}
	return b
}

func (d *desk) place(m api.Message, p api.Mapped, body []byte) {
	d.do(FromEngine{api.NewMessage(m.ID, api.OpDone, p, body)})
}

// The map is made for whoever looks, once for each state of the models.
func TestMapIsMadeForWhoeverLooks(t *testing.T) {
	d := at(t, "?request=creator:Mori")
	d.open(5)
	d.do(Scrolled{AtForget})
	assert.Empty(t, d.posted())
	d.do(Scrolled{AtMap})
	m := d.only(api.OpMap)
	d.do(Scrolled{AtMap})
	assert.Empty(t, d.posted(), "once")
	one := api.Mapped{Slots: []api.Slot{api.Before}, Items: 5, Users: 2, Step: 1}
	body := plane(one, func(int, int) (float64, float64) { return 0, 0 })
	d.place(m, one, body)
	require.Len(t, d.sent, 1)
	assert.Equal(t, DrawMap{one, body}, d.sent[0])
	d.sent = nil
	assert.Equal(t, []int{1, 3}, d.s.Affected())

	d.do(StartForget{})
	unlearn := d.only(api.OpUnlearn)
	d.answer(unlearn, row("lethe", 2, .01))
	var retrain api.Message
	for _, m := range d.posted() {
		assert.NotEqual(t, api.OpMap, m.Op, "Retrain goes first")
		if m.Op == api.OpUnlearn {
			retrain = m
		}
	}
	d.answer(retrain, row("retrain", 9, 0))
	asked := 0
	for _, m := range d.posted() {
		if m.Op == api.OpMap {
			asked++
			all := api.Mapped{Slots: Slots, Items: 5, Users: 2, Step: 1}
			d.place(m, all, plane(all, func(slot, i int) (float64, float64) {
				switch {
				case slot == 1 && i == 2:
					return 0, 2
				case slot > 0 && i == 1:
					return math.NaN(), 0
				}
				return 0, 0
			}))
		}
	}
	assert.Equal(t, 1, asked)
	c := &Atlas{View{S: &d.s}}
	assert.Equal(t, Together, c.Slot(), "side by side, unless one is asked for")
	assert.Equal(t, "Before|After|Trained again", c.Names())
	d.do(ShowSlot{api.After})
	assert.Equal(t, api.After, c.Slot())
	assert.Contains(t, d.s.Link.String(), "map=after")
	d.do(ShowSlot{})
	shifts := d.s.Atlas.Shifts(3)
	assert.Equal(t, Shift{2, .5, 0}, shifts[0])
	_, _, ok := d.s.Atlas.Place(api.After, 1)
	assert.False(t, ok, "what is forgotten has no place")
	d.do(Hover{2})
	assert.Contains(t, d.sent, Command(Caption{c.Tip(), c.TipMore()}))
	assert.Equal(t, "Print 2", c.Tip())
	assert.Contains(t, c.TipMore(), "number 3 on your shelf")
	d.place(api.Message{}, api.Mapped{}, nil)
}

func TestABrokenMapIsTold(t *testing.T) {
	d := at(t, "")
	d.open(5)
	d.do(Scrolled{AtMap})
	for _, c := range d.s.Jobs {
		d.do(FromEngine{api.NewMessage(c.ID, api.OpDone, api.Mapped{Slots: []api.Slot{api.Before}, Items: 5}, []byte{1})})
	}
	assert.Contains(t, (&Atlas{View{S: &d.s}}).Missing(), "broken")
}

// Unlearning is a trial until it is committed: undone, everything is as it was.
func TestUndo(t *testing.T) {
	d := at(t, "?request=creator:Mori")
	d.open(5)
	assert.True(t, (&Ranked{View{S: &d.s}}).WouldGo(1))
	assert.False(t, (&Ranked{View{S: &d.s}}).WouldGo(2))
	assert.Contains(t, (&Forget{View{S: &d.s}}).Touch(), "takes 1 of 3")
	assert.False(t, d.s.CanUndo())
	d.do(Undo{}, StartForget{})
	unlearn := d.only(api.OpUnlearn)
	assert.False(t, d.s.CanUndo(), "a running job is stopped, not undone")
	d.answer(unlearn, row("lethe", 2, .01))
	for _, m := range d.posted() {
		if m.Op == api.OpUnlearn {
			d.answer(m, row("retrain", 9, 0))
		}
	}
	d.posted()
	require.True(t, d.s.CanUndo())
	assert.Equal(t, api.After, d.s.Serving())
	d.do(Undo{})
	assert.Equal(t, api.Before, head[api.Recommend](t, d.only(api.OpRecommend)).Slot)
	assert.Nil(t, d.s.Compare.Result)
	assert.Equal(t, Forgetting{Kind: ForgetCreator, Touch: d.s.Forget.Touch, Resolve: d.s.Forget.Resolve}, d.s.Forget)
	assert.False(t, d.s.CanUndo())
	assert.True(t, d.s.CanForget(), "and it can be done again")
}
