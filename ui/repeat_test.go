package ui

import (
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/recsys/api"
)

// serve answers what the page asks, until it asks nothing more, but for one kind of command, whose last it gives back.
func (d *desk) serve(but api.Op) (last api.Message) {
	for list := d.posted(); len(list) > 0; list = d.posted() {
		for _, m := range list {
			switch m.Op {
			case but:
				last = m
			case api.OpRecommend, api.OpSimilar:
				d.answer(m, ranking(0, 1, 2))
			case api.OpForgetSet:
				d.answer(m, api.Forget{Kind: "items", Pairs: 30, Users: 20, Items: 2, Share: .05})
			case api.OpTrain:
				d.answer(m, api.TrainResult{Model: "bpr"})
			case api.OpUnlearn:
				d.answer(m, row(head[api.Unlearn](d.t, m).Method, 2, 0))
			case api.OpRelearn:
				d.answer(m, relearned(0, 0))
			case api.OpCompare:
				d.answer(m, api.Comparison{})
			default:
				d.answer(m, struct{}{})
			}
		}
	}
	return last
}

// A link says what was done, and no longer does so once something else is chosen.
func TestTheLinkSaysWhatWasDone(t *testing.T) {
	d, _ := raced(t, "?request=creator:Mori")
	d.posted()
	assert.Equal(t, []string{"forget"}, d.s.Link.Did)
	d.do(StartRelearn{})
	assert.Contains(t, d.s.Link.String(), "did=forget.race")
	d.answer(d.only(api.OpRelearn), api.Relearned{})
	assert.Equal(t, []string{"forget", "race"}, d.s.Link.Did)
	assert.False(t, (&Again{View{S: &d.s}}).Shown(), "nobody is offered what they have just done")

	d.do(PickMethod{"finetune"})
	assert.Empty(t, d.s.Link.Did, "it was not done with this method")
	d.do(PickMethod{DefaultMethod}, StartTrain{})
	assert.Equal(t, []string{"train"}, d.s.Link.Did)
	d.do(Like{3})
	assert.Empty(t, d.s.Link.Did, "nor learned with these clicks")
}

func TestWhatFailedWasNotDone(t *testing.T) {
	d := at(t, "?model=bpr")
	d.open(20)
	d.do(StartTrain{})
	d.fail(d.only(api.OpTrain), api.Failure{Code: api.CodeCancelled})
	assert.Empty(t, d.s.Link.Did)
}

func TestStepsOfALink(t *testing.T) {
	for in, want := range map[string][]string{
		"": nil, "train.forget.race": {"train", "forget", "race"}, "train.mask-only": {"train", "mask-only"}, "forget.train": {"forget"},
		"forget.mask-only.forget": {"forget"}, "x.race.y": {"race"},
	} {
		assert.Equal(t, want, steps(in), in)
	}
	assert.NotContains(t, Link{Request: "user:ann", Did: []string{"train", "forget"}}.String(), "forget", "who it was is not in the link")
	l := Link{Tables: []string{"map", "relearn"}, Slot: "after"}
	assert.Equal(t, l, ParseLink(l.String()))
	assert.Empty(t, ParseLink("?tables=x.y&map=z"))
}

// Who opens the link is offered the same steps, which then run one after the other.
func TestRepeat(t *testing.T) {
	d := at(t, "?model=bpr&request=creator:Mori&did=train.forget.race")
	d.open(20)
	again := &Again{View{S: &d.s}}
	assert.True(t, again.Shown())
	assert.Equal(t, "Whoever shared this link had done: train BPR-MF, forget, the relearn race. The same steps give the same numbers here.", again.Line())
	assert.Empty(t, d.posted(), "nothing runs unasked")

	d.do(Repeat{})
	train := d.serve(api.OpTrain)
	assert.Equal(t, "bpr", head[api.Train](t, train).Model.Name)
	assert.Equal(t, "Step 1 of 3: train BPR-MF.", again.Line())
	d.answer(train, api.TrainResult{})
	unlearn := d.serve(api.OpUnlearn)
	assert.Equal(t, "creator:Mori", head[api.Unlearn](t, unlearn).Request)
	assert.Equal(t, "Step 2 of 3: forget.", again.Line())
	d.answer(unlearn, row("lethe", 2, 0))
	race := d.serve(api.OpRelearn)
	assert.Equal(t, "Step 3 of 3: the relearn race.", again.Line())
	assert.Equal(t, []string{"train", "forget", "race"}, d.s.Link.Did)
	d.answer(race, relearned(0, 0))
	assert.False(t, again.Shown())
	assert.Equal(t, []string{"train", "forget", "race"}, d.s.Link.Did)

	d = at(t, "?request=creator:Mori&did=forget.race")
	d.open(20)
	d.do(Repeat{}, NoRepeat{})
	d.serve("")
	assert.NotNil(t, d.s.Forget.Unlearn.Row)
	assert.Nil(t, d.s.Look.Relearned, "no more after this step")

	d = at(t, "?did=race")
	d.open(20)
	d.do(Repeat{})
	assert.Empty(t, d.posted())
	assert.False(t, (&Again{View{S: &d.s}}).Shown(), "what cannot be done here is not done")
}
