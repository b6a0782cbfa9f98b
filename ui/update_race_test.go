package ui

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// second are the messages to the second engine since the last call, and what the others were.
func (d *desk) second() (to []PostSecond, others []Command) {
	for _, c := range d.sent {
		if p, ok := c.(PostSecond); ok {
			to = append(to, p)
		} else {
			others = append(others, c)
		}
	}
	d.sent = nil
	return to, others
}

func (d *desk) fromSecond(id int, op api.Op, head any) {
	d.do(FromSecond{api.NewMessage(id, op, head, nil)})
}

// started is a race whose second engine has its commands: the first engine's job, and the second's two.
func started(t *testing.T) (d *desk, unlearn api.Message, to []PostSecond) {
	d = at(t, "?request=creator:Mori&seed=7")
	d.open(40)
	d.do(Spare{}, Tick{100}, StartForget{})
	sent := d.sent
	p := d.posted()
	require.Len(t, p, 2)
	require.Equal(t, api.OpBackup, p[0].Op, "a copy of what is there before it is unlearned")
	require.Equal(t, api.OpUnlearn, p[1].Op)
	assert.Contains(t, sent, Command(KeepBody{p[0].ID}))
	assert.Equal(t, Waiting, d.s.Forget.Retrain.Phase)
	d.do(Tick{101})
	d.answer(p[0], nil)
	to, _ = d.second()
	require.Len(t, to, 2)
	assert.Equal(t, api.OpAdopt, to[0].Op)
	assert.Equal(t, -p[0].ID, to[0].Ticket)
	assert.Equal(t, api.Unlearn{Method: "retrain", Request: "creator:Mori", Seed: 7}, head[api.Unlearn](t, to[1].Message))
	assert.Zero(t, to[1].Ticket)
	assert.Equal(t, Running, d.s.Forget.Retrain.Phase)
	return d, p[1], to
}

func TestTheRace(t *testing.T) {
	d, unlearn, to := started(t)
	assert.Equal(t, "Side by side, each on an engine of its own.", (&Forget{View{S: &d.s}}).Lanes())
	d.fromSecond(0, api.OpHello, api.Hello{Version: api.Version})
	assert.NotEmpty(t, d.s.Engine.Hello.Methods, "the first engine's word counts")
	d.fromSecond(to[0].ID, api.OpDone, api.Restored{})
	d.progress(unlearn, api.Progress{Stage: "unlearn", Done: 1, Total: 4})
	d.fromSecond(to[1].ID, api.OpProgress, api.Progress{Stage: "retrain", Done: 1, Total: 40})
	for _, l := range []Lane{d.s.Forget.Unlearn, d.s.Forget.Retrain} {
		assert.Equal(t, Running, l.Phase)
		assert.Equal(t, 1, l.Progress.Done)
	}
	assert.Empty(t, d.posted())

	d.do(Tick{103})
	d.answer(unlearn, row("lethe", 1.9, .01))
	p := d.posted()
	require.Len(t, p, 2, "nothing to train in the first engine")
	assert.Equal(t, []api.Op{api.OpCompare, api.OpRecommend}, []api.Op{p[0].Op, p[1].Op})
	assert.True(t, d.s.Busy())

	d.do(Tick{120})
	d.fromSecond(to[1].ID, api.OpDone, row("retrain", 17, 0))
	export, others := d.second()
	require.Len(t, export, 1)
	assert.Equal(t, api.Export{Slot: api.Retrain}, head[api.Export](t, export[0].Message))
	assert.Equal(t, []Command{KeepBody{export[0].ID}}, others)
	assert.Equal(t, 17.0, d.s.Forget.Retrain.Seconds(121), "its clock stands")
	d.fromSecond(export[0].ID, api.OpDone, nil)
	require.Len(t, d.sent, 2)
	over := d.sent[0].(PostFiles)
	assert.Equal(t, -export[0].ID, over.Ticket)
	assert.Equal(t, row("retrain", 17, 0), *head[api.Unlearn](t, over.Message).Row)
	assert.Equal(t, uint64(7), head[api.Unlearn](t, over.Message).Seed)
	assert.Equal(t, EndSecond{}, d.sent[1], "it ends as soon as its result is here")
	d.sent = nil
	assert.True(t, d.s.Busy())

	d.answer(over.Message, row("retrain", 17, 0))
	assert.False(t, d.s.Busy())
	p = d.posted()
	require.Len(t, p, 2)
	assert.Equal(t, []api.Op{api.OpCompare, api.OpSpread}, []api.Op{p[0].Op, p[1].Op}, "as if the first engine had trained")

	d.do(Spare{}, PickMethod{"finetune"}, StartForget{})
	assert.Equal(t, "finetune", head[api.Unlearn](t, d.only(api.OpUnlearn)).Method, "a Retrain of this request is there")
}

// Whatever ends the race, the lanes end as they should, and the second engine with it.
func TestTheRaceEnds(t *testing.T) {
	lost := api.Failure{Code: api.CodeInternal, Message: "out of memory"}
	for name, c := range map[string]struct {
		do              func(d *desk, unlearn api.Message, to []PostSecond)
		want            []api.Op // to the first engine
		unlearn, retain Phase
	}{
		"the visitor stops the unlearning": {func(d *desk, unlearn api.Message, _ []PostSecond) { d.do(StopLane{unlearn.ID}) }, []api.Op{api.OpCancel}, Running, Cancelled},
		"the visitor stops Retrain":        {func(d *desk, _ api.Message, to []PostSecond) { d.do(StopLane{to[1].ID}) }, nil, Running, Cancelled},
		"the method cannot serve":          {func(d *desk, unlearn api.Message, _ []PostSecond) { d.fail(unlearn, lost) }, nil, Failed, Idle},
		"the second engine does not start": {func(d *desk, _ api.Message, _ []PostSecond) { d.do(SecondBroke{}) }, nil, Running, Waiting},
		"the second engine fails":          {func(d *desk, _ api.Message, to []PostSecond) { d.fromSecond(to[0].ID, api.OpFailed, lost) }, nil, Running, Waiting},
		"the second engine fails last": {func(d *desk, unlearn api.Message, to []PostSecond) {
			d.answer(unlearn, row("lethe", 1, 0))
			d.posted()
			d.fromSecond(to[1].ID, api.OpFailed, lost)
		}, []api.Op{api.OpUnlearn}, Finished, Waiting},
		"the first engine dies": {func(d *desk, _ api.Message, _ []PostSecond) { d.do(Broke{Why: "gone"}) }, nil, Failed, Failed},
		"other data are opened": {func(d *desk, _ api.Message, _ []PostSecond) {
			d.do(OpenDemo{})
			d.answer(d.only(api.OpOpen), opened(20))
		}, []api.Op{api.OpLike}, Idle, Idle},
	} {
		t.Run(name, func(t *testing.T) {
			d, unlearn, to := started(t)
			c.do(d, unlearn, to)
			assert.Contains(t, d.sent, Command(EndSecond{}))
			var ops []api.Op
			for _, m := range d.posted() {
				ops = append(ops, m.Op)
			}
			assert.Equal(t, c.want, ops)
			assert.Equal(t, c.unlearn, d.s.Forget.Unlearn.Phase)
			assert.Equal(t, c.retain, d.s.Forget.Retrain.Phase)
			before := d.s
			d.fromSecond(to[1].ID, api.OpDone, row("retrain", 17, 0))
			d.do(SecondBroke{})
			assert.Empty(t, d.sent, "what comes late changes nothing")
			assert.Equal(t, before.Forget, d.s.Forget)
		})
	}
}

// Where there is no second engine, or no copy to be had, Retrain runs after, in the first.
func TestTheRaceInOneEngine(t *testing.T) {
	d := at(t, "?request=creator:Mori")
	d.open(40)
	d.do(Spare{}, StartForget{})
	p := d.posted()
	d.fail(p[0], api.Failure{Code: api.CodeNotReady, Message: "Nothing is kept here."})
	assert.Empty(t, d.sent)
	assert.Nil(t, d.s.Notice)
	assert.Equal(t, Waiting, d.s.Forget.Retrain.Phase)
	d.answer(p[1], row("lethe", 1, 0))
	p = d.posted()
	require.Len(t, p, 3)
	assert.Equal(t, api.Unlearn{Method: "retrain", Request: "creator:Mori"}, head[api.Unlearn](t, p[2]))
}
