package ui

import (
	"encoding/json"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

func head[T any](t *testing.T, m api.Message) T {
	t.Helper()
	var v T
	require.NoError(t, m.Decode(&v))
	return v
}

func TestFirstVisit(t *testing.T) {
	d := at(t, "")
	d.arrive()
	open := d.only(api.OpOpen)
	assert.Equal(t, api.Open{Demo: true, DemoURL: "demo/"}, head[api.Open](t, open))
	assert.True(t, d.s.Data.Opening)

	d.answer(open, opened(80))
	p := d.posted()
	require.Len(t, p, 2)
	assert.Equal(t, api.Like{Items: []int{}}, head[api.Like](t, p[0]))
	assert.Equal(t, api.Recommend{Slot: api.Before, User: -1, K: ShelfSize}, head[api.Recommend](t, p[1]))
	assert.Equal(t, PageSize, len(d.s.WallPage()))
	assert.Equal(t, 3, d.s.Pages())
	assert.Equal(t, []Facet{{"Ada & Sons", 40}, {"Mori", 40}}, d.s.Data.Creators)
	assert.Equal(t, []Facet{{"sea", 80}, {"Risograph", 40}}, d.s.Data.Themes)

	d.answer(p[0], struct{}{})
	d.answer(p[1], ranking(4, 5))
	assert.Empty(t, d.posted())
	assert.Equal(t, []int{4, 5}, d.s.Shelf.Ranking.Items)
	assert.Empty(t, d.s.Jobs)
}

// Until the engine is there, clicks are ranked by the table that came before it.
func TestFirstClicks(t *testing.T) {
	d := at(t, "")
	d.do(Like{3})
	assert.Contains(t, d.sent, Command(RankFirst{Likes: []int{3}}))
	served := d.s.Shelf.Ranking.Items
	catalog := opened(80).Catalog
	d.do(First{Likes: []int{7}, Catalog: catalog, Ranking: ranking(1)})
	assert.Equal(t, served, d.s.Shelf.Ranking.Items, "an answer to other clicks")
	d.do(First{Likes: []int{3}, Catalog: catalog, Ranking: ranking(60, 70)})
	assert.Equal(t, []int{60, 70}, d.s.Shelf.Ranking.Items)
	assert.Equal(t, served, d.s.Shelf.Before, "moves are shown against what was there")
	assert.Equal(t, catalog[60].ID, d.s.Item(60).ID)
	assert.Contains(t, drawn(t, d.s), "From your one click.")
	assert.Len(t, d.s.WallPage(), PageSize)

	d.arrive()
	d.answer(d.only(api.OpOpen), opened(80))
	assert.Equal(t, []int{60, 70}, d.s.Shelf.Ranking.Items, "it stays until the engine has ranked")
	d.do(First{Likes: []int{3}, Catalog: catalog, Ranking: ranking(1)})
	assert.Equal(t, []int{60, 70}, d.s.Shelf.Ranking.Items, "what comes late is not wanted")
}

// The address says what was liked, which request is open and whose neighbours are
// shown; a reload must find its way back to all of it.
func TestLinkIsRestored(t *testing.T) {
	d := at(t, "?likes=3.999.5&similar=2&request=creator:Mori&creator=Mori#forget")
	d.arrive()
	d.answer(d.only(api.OpOpen), opened(80))
	var ops []api.Op
	for _, m := range d.posted() {
		ops = append(ops, m.Op)
		if m.Op == api.OpLike {
			assert.Equal(t, []int{3, 5}, head[api.Like](t, m).Items, "the catalogue has no item 999")
		}
	}
	assert.Equal(t, []api.Op{api.OpLike, api.OpRecommend, api.OpForgetSet, api.OpSimilar}, ops)
	assert.Len(t, d.s.Data.Wall, 40, "the filter holds")
	assert.Equal(t, ForgetCreator, d.s.Forget.Kind)
}

func TestLike(t *testing.T) {
	d := at(t, "")
	d.open(40)
	d.sent = nil
	d.do(Like{7}, Like{3}, Like{7}, Like{9})
	assert.Equal(t, []int{3, 9}, d.s.Link.Likes)
	assert.Contains(t, d.sent, Command(Visit{URL: "?likes=3.9", New: true}))
	p := d.posted()
	require.Len(t, p, 5, "the first click is ranked at once, the others when their answer is there")
	require.Equal(t, api.OpRecommend, p[1].Op)
	likes := []api.Message{p[0], p[2], p[3], p[4]}
	for _, m := range likes[:3] {
		d.answer(m, struct{}{})
		assert.Empty(t, d.posted(), "only the last click is worth a ranking")
	}
	d.answer(likes[3], struct{}{})
	last := d.only(api.OpRecommend)
	d.answer(p[1], ranking(30, 31))
	assert.Equal(t, []int{0, 1, 2}, d.s.Shelf.Ranking.Items, "a late answer changes nothing")
	d.answer(last, ranking(2, 0, 8))
	assert.Equal(t, []int{2, 0, 8}, d.s.Shelf.Ranking.Items)
	assert.Equal(t, 2, d.s.Shelf.Clicks)

	for rank, want := range []struct {
		by    int
		isNew bool
	}{{2, false}, {-1, false}, {0, true}} { // before: 0, 1, 2
		by, isNew := d.s.Shelf.Move(rank)
		assert.Equal(t, want.by, by)
		assert.Equal(t, want.isNew, isNew)
	}
}

func TestFilter(t *testing.T) {
	d := at(t, "")
	d.open(7000)
	for _, c := range []struct {
		name string
		e    Filter
		want int
	}{
		{"a word", Filter{Query: ptr("print 12")}, 0},
		{"nothing", Filter{Query: ptr("no such")}, 0},
		{"creator", Filter{Query: ptr(""), Creator: ptr("Mori")}, 3500},
		{"theme too", Filter{Theme: ptr("Risograph")}, 3500},
		{"creator has none in it", Filter{Creator: ptr("Ada & Sons")}, 0},
		{"all", Filter{Creator: ptr(""), Theme: ptr("")}, 7000},
		{"words in any order, any case", Filter{Query: ptr("MORI  p0001")}, 0},
		{"id", Filter{Query: ptr("ada p100")}, 0},
	} {
		want := c.want
		if c.e.Query != nil && *c.e.Query != "" { // the plain definition
			want = 0
			for i := range 7000 {
				switch *c.e.Query {
				case "print 12":
					if slices.Contains([]int{12}, i) || containsNumber(i, "12") {
						want++
					}
				case "ada p100":
					if i%2 == 0 && (i == 100 || i/10 == 100) {
						want++
					}
				}
			}
		}
		d.do(Turn{Page: 3})
		d.do(c.e)
		assert.Equal(t, want, len(d.s.Data.Wall), c.name)
		assert.Zero(t, d.s.Link.Page, "a new filter starts at its first page")
		assert.LessOrEqual(t, len(d.s.WallPage()), PageSize)
	}
}

func containsNumber(i int, digits string) bool {
	b, _ := json.Marshal(i)
	return slices.ContainsFunc([]int{0, 1, 2, 3}, func(k int) bool { return k+2 <= len(b) && string(b[k:k+2]) == digits })
}

func TestTurn(t *testing.T) {
	d := at(t, "?page=99")
	d.open(80)
	assert.Zero(t, d.s.Link.Page, "no such page")
	d.do(Turn{2})
	assert.Equal(t, 8, len(d.s.WallPage()), "80 = 36 + 36 + 8")
	d.do(Turn{9})
	assert.Equal(t, 2, d.s.Link.Page)
	d.do(Turn{-1})
	assert.Zero(t, d.s.Link.Page)
}

func TestTrain(t *testing.T) {
	d := at(t, "?model=bpr&epochs=5")
	d.open(40)
	d.posted()
	d.do(Tick{10}, StartTrain{}, StartTrain{})
	m := d.only(api.OpTrain)
	assert.Equal(t, api.Train{Model: api.ModelConfig{Name: "bpr"}, Train: api.TrainConfig{Epochs: 5}}, head[api.Train](t, m))
	for i, p := range points(3) {
		d.progress(m, api.Progress{Stage: "train", Done: 29 * (i + 1), Total: 29 * 5, SecondsLeft: 2, Point: &p})
	}
	assert.Len(t, d.s.Train.Curve, 3)
	assert.Equal(t, 60, Share(d.s.Train.Progress))
	assert.Equal(t, "Epoch 3 of 5, about 2 seconds left.", (&Train{View{S: &d.s}}).Line())
	assert.True(t, d.s.Busy())

	d.answer(m, api.TrainResult{Model: "bpr", Epochs: 5, BestEpoch: 4, Curve: points(5)})
	assert.False(t, d.s.Busy())
	assert.False(t, d.s.Train.Snapshot)
	assert.Len(t, d.s.Train.Curve, 5, "the result has every epoch, progress only some")
	d.only(api.OpRecommend)
}

func TestStopTrain(t *testing.T) {
	d := at(t, "")
	d.open(40)
	before := d.s.Train.Result
	d.do(StopTrain{})
	assert.Empty(t, d.posted(), "nothing to stop")
	d.do(StartTrain{})
	m := d.only(api.OpTrain)
	d.do(StopTrain{}, StopTrain{})
	stop := d.only(api.OpCancel)
	assert.Equal(t, m.ID, head[api.Cancel](t, stop).Job)
	assert.True(t, d.s.Train.Stopping)
	d.answer(stop, struct{}{})
	d.fail(m, api.Failure{Code: api.CodeCancelled, Message: "cancelled"})
	assert.False(t, d.s.Busy())
	assert.True(t, d.s.Train.Stopped)
	assert.Nil(t, d.s.Notice, "stopping is no mishap")
	assert.Same(t, before, d.s.Train.Result)
	d.progress(m, api.Progress{Done: 3, Point: &api.Point{Step: 3}})
	assert.Empty(t, d.s.Train.Curve, "late progress counts no more")
}

func TestForget(t *testing.T) {
	d := at(t, "?request=creator:Mori")
	d.open(40)
	require.True(t, d.s.CanForget())
	d.do(Tick{100}, StartForget{})
	unlearn := d.only(api.OpUnlearn)
	assert.Equal(t, api.Unlearn{Method: "lethe", Request: "creator:Mori"}, head[api.Unlearn](t, unlearn))
	assert.Equal(t, Running, d.s.Forget.Unlearn.Phase)
	assert.Equal(t, Waiting, d.s.Forget.Retrain.Phase)

	d.do(Tick{101})
	d.progress(unlearn, api.Progress{Stage: "unlearn", Done: 1, Total: 4, Point: &api.Point{Step: 1, Gauge: ptr(.7)}})
	d.do(Tick{102}, Came{Link{Request: "user:1"}}) // the address changes meanwhile
	d.posted()
	d.answer(unlearn, row("lethe", 1.9, .01))
	assert.Equal(t, Finished, d.s.Forget.Unlearn.Phase)
	assert.InDelta(t, 2, d.s.Forget.Unlearn.Took, 1e-9)
	p := d.posted()
	require.Len(t, p, 3)
	assert.Equal(t, api.Compare{User: -1, K: CompareSize}, head[api.Compare](t, p[0]), "measured before the machine is busy again")
	assert.Equal(t, api.After, head[api.Recommend](t, p[1]).Slot, "the shelf is ranked by the model that forgot")
	assert.Equal(t, api.Unlearn{Method: "retrain", Request: "creator:Mori"}, head[api.Unlearn](t, p[2]))
	assert.True(t, d.s.Busy())

	d.do(Tick{103})
	d.progress(p[2], api.Progress{Stage: "retrain", Done: 1, Total: 40})
	assert.Equal(t, Running, d.s.Forget.Retrain.Phase)
	assert.Equal(t, 103.0, d.s.Forget.Retrain.Began, "each clock has the machine to itself")
	d.do(Tick{120})
	d.answer(p[2], row("retrain", 17, 0))
	assert.False(t, d.s.Busy())
	assert.Equal(t, "8.9 times faster than training again.", (&Forget{View{S: &d.s}}).Speed(), "17 against 1.9, the engine's own times")
	last := d.posted()
	require.Len(t, last, 2)
	assert.Equal(t, api.OpSpread, last[1].Op, "and a closer look")
	second := last[0]
	d.answer(p[0], api.Comparison{Forget: api.Forget{Request: "late"}})
	assert.Nil(t, d.s.Compare.Result, "an older comparison comes too late")
	d.answer(second, api.Comparison{Forget: api.Forget{Request: "creator:Mori"}})
	require.NotNil(t, d.s.Compare.Result)

	d.do(CompareFor{User: 17})
	assert.Equal(t, 17, head[api.Compare](t, d.only(api.OpCompare)).User)
	assert.Equal(t, "17", (&Compare{View{S: &d.s}}).User())
	d.do(CompareFor{User: -1})
	assert.Equal(t, -1, head[api.Compare](t, d.only(api.OpCompare)).User)
}

func TestLanesEnd(t *testing.T) {
	d := at(t, "?request=creator:Mori&method=finetune")
	d.open(40)
	d.do(StartForget{})
	d.fail(d.only(api.OpUnlearn), api.Failure{Code: api.CodeUnsupported, Message: "the method cannot serve this request", Remedy: "choose another"})
	assert.Equal(t, Failed, d.s.Forget.Unlearn.Phase)
	assert.Equal(t, Idle, d.s.Forget.Retrain.Phase, "nothing to race against")
	assert.Empty(t, d.posted())
	assert.True(t, d.s.CanForget(), "it can be tried again")

	d.do(PickMethod{"lethe"}, StartForget{})
	unlearn := d.only(api.OpUnlearn)
	d.do(StopLane{unlearn.ID}, StopLane{unlearn.ID}, StopLane{999})
	assert.Equal(t, unlearn.ID, head[api.Cancel](t, d.only(api.OpCancel)).Job)
	d.fail(unlearn, api.Failure{Code: api.CodeCancelled})
	assert.Equal(t, Cancelled, d.s.Forget.Unlearn.Phase)
	assert.False(t, d.s.Busy())

	d.do(StartForget{})
	d.answer(d.only(api.OpUnlearn), row("lethe", 1, 0))
	retrain := d.posted()[2]
	d.do(StopLane{retrain.ID})
	d.fail(retrain, api.Failure{Code: api.CodeCancelled})
	assert.Equal(t, Cancelled, d.s.Forget.Retrain.Phase)
	assert.Equal(t, Finished, d.s.Forget.Unlearn.Phase, "what was forgotten stays forgotten")
	assert.False(t, d.s.Busy())
}

func TestForgetNeedsAnAnsweredDryRun(t *testing.T) {
	d := at(t, "")
	d.open(40)
	assert.False(t, d.s.CanForget())
	d.do(PickKind{ForgetUser})
	assert.Equal(t, "user:u0001", d.s.Link.Request)
	first := d.only(api.OpForgetSet)
	d.do(Ask{"user:17"})
	second := d.only(api.OpForgetSet)
	d.answer(first, api.Forget{Pairs: 99})
	assert.Nil(t, d.s.Forget.Touch, "the answer to another question")
	d.fail(second, api.Failure{Code: api.CodeBadInput, Message: "there is no user 17"})
	require.NotNil(t, d.s.Forget.Problem)
	assert.False(t, d.s.CanForget())
	d.do(Ask{"user:3"})
	d.answer(d.only(api.OpForgetSet), api.Forget{Pairs: 4})
	assert.True(t, d.s.CanForget())
	assert.Nil(t, d.s.Forget.Problem)
}

func TestTrainingAnewMakesForgettingHistory(t *testing.T) {
	d := at(t, "?request=creator:Mori")
	d.open(40)
	d.do(StartForget{})
	d.answer(d.only(api.OpUnlearn), row("lethe", 1, 0))
	for _, m := range d.posted() {
		switch m.Op {
		case api.OpCompare:
			d.answer(m, api.Comparison{})
		case api.OpUnlearn:
			d.answer(m, row("retrain", 1, 0))
			d.answer(d.posted()[0], api.Comparison{})
		}
	}
	require.NotNil(t, d.s.Compare.Result)
	require.Equal(t, api.After, d.s.Serving())
	d.do(StartTrain{})
	d.answer(d.only(api.OpTrain), api.TrainResult{Model: "lightgcn"})
	assert.Equal(t, Lane{}, d.s.Forget.Unlearn)
	assert.Nil(t, d.s.Compare.Result)
	assert.Equal(t, api.Before, d.s.Serving())
}

func TestBrokenFileKeepsEverything(t *testing.T) {
	d := at(t, "")
	d.open(40)
	d.do(Like{5})
	for _, m := range d.posted() {
		d.answer(m, ranking(6))
	}
	before := d.s
	d.do(OpenFiles{Names: []string{"shop/interactions.csv", "shop/catalog.csv"}, Bytes: 900, Ticket: 3})
	require.Len(t, d.sent, 1)
	post := d.sent[0].(PostFiles)
	assert.Equal(t, 3, post.Ticket)
	assert.Equal(t, "shop", head[api.Open](t, post.Message).Name)
	d.fail(post.Message, api.Failure{Code: api.CodeBadInput, Message: "the rating is not a number", File: "interactions.csv", Line: 7, Value: "four", Remedy: "write a number"})
	require.NotNil(t, d.s.Notice)
	assert.Equal(t, AtData, d.s.Notice.Place)
	assert.Equal(t, 7, d.s.Notice.Failure.Line)
	assert.Equal(t, before.Data, d.s.Data)
	assert.Equal(t, before.Link, d.s.Link)
	assert.Equal(t, before.Shelf, d.s.Shelf)
	d.do(Dismiss{})
	assert.Nil(t, d.s.Notice)

	d.posted()
	d.do(OpenFiles{Names: []string{"a.csv"}, Problem: "NotReadableError: permission"})
	require.NotNil(t, d.s.Notice)
	assert.Empty(t, d.posted())
}

func TestFilesThatComeEarlyAreOpenedNext(t *testing.T) {
	d := at(t, "")
	early := OpenFiles{Names: []string{"shop/interactions.csv"}, Ticket: 3}
	d.do(early)
	assert.Empty(t, d.sent, "nobody is there to open them")
	d.arrive()
	d.answer(d.only(api.OpOpen), opened(40))
	k := slices.IndexFunc(d.sent, func(c Command) bool { _, ok := c.(PostFiles); return ok })
	require.GreaterOrEqual(t, k, 0, "%v", d.sent)
	assert.Equal(t, early.Ticket, d.sent[k].(PostFiles).Ticket)
	assert.Nil(t, d.s.Engine.Held)
}

func TestOwnData(t *testing.T) {
	d := at(t, "")
	d.open(40)
	d.do(Like{5}, PickKind{ForgetCreator})
	d.posted()
	d.do(OpenFiles{Names: []string{"baby.inter"}, Ticket: 1})
	m := d.only(api.OpOpen)
	d.answer(m, api.Opened{Name: "baby", Users: 19445, Items: 7050, Train: 118551})
	assert.Len(t, d.s.Data.Info.Catalog, 7050, "items without a catalogue have numbers")
	assert.Equal(t, "7", d.s.Item(7).ID)
	assert.False(t, d.s.Data.Demo)
	assert.Empty(t, d.s.Link.Likes, "numbers of another catalogue mean nothing here")
	assert.Empty(t, d.s.Link.Request)
	assert.False(t, d.s.Ready())
	assert.NotContains(t, (&Forget{View{S: &d.s}}).Kinds(), ForgetCreator)
}

func TestEngineDies(t *testing.T) {
	d := at(t, "?request=creator:Mori")
	d.open(40)
	d.do(StartForget{})
	d.answer(d.only(api.OpUnlearn), row("lethe", 1, 0))
	d.do(Broke{Why: "out of memory"})
	assert.Equal(t, "out of memory", d.s.Engine.Dead)
	assert.False(t, d.s.Busy())
	assert.Equal(t, Failed, d.s.Forget.Retrain.Phase)
	assert.False(t, (&Own{View{S: &d.s}}).Free())
}

func TestScrollingReplacesTheAddress(t *testing.T) {
	d := at(t, "")
	d.open(40)
	d.sent = nil
	d.do(Scrolled{AtForget})
	assert.Equal(t, []Command{Visit{URL: "#forget"}}, d.sent)
	d.sent = nil
	d.do(Scrolled{AtForget}, Scrolled{AtTaste})
	assert.Equal(t, []Command{Visit{URL: ""}}, d.sent, "the first section is the plain address")
	d.sent = nil
	d.do(Came{ParseLink("?likes=4#train")})
	assert.Equal(t, []int{4}, d.s.Link.Likes)
	assert.Equal(t, AtTrain, d.s.Link.Place)
	for _, c := range d.sent {
		_, visits := c.(Visit)
		assert.False(t, visits, "the address is there already")
	}
}

// Apply never changes a state that it was given, whatever happens in whatever order.
func TestApplyIsPure(t *testing.T) {
	r := rand.New(rand.NewPCG(1, 2))
	d := at(t, "?request=creator:Mori")
	d.open(80)
	for range 250 {
		events := []Event{Like{r.IntN(80)}, Like{r.IntN(80)}, Unlike{}, Near{r.IntN(80)}, Near{-1}, Turn{r.IntN(4)}, Filter{Query: ptr("Print")}, Filter{Creator: ptr("Mori")},
			PickModel{"bpr"}, SetEpochs{r.IntN(2000)}, StartTrain{}, StopTrain{}, PickKind{Kinds[r.IntN(len(Kinds))]}, Ask{"user:1"}, PickMethod{"mmrecun"}, AllMethods{},
			StartForget{}, StopLane{d.s.LastID}, CompareFor{r.IntN(3) - 1}, ShowTable{"loss"}, Repeat{}, NoRepeat{}, StartRelearn{}, SwitchTheme{}, Dismiss{}, Tick{d.s.Now + .1}, Scrolled{AtTrain}, Came{Link{Likes: []int{1}}},
			OpenFiles{Names: []string{"x"}, Ticket: 1}, OpenDemo{}}
		if n := len(d.s.Jobs); n > 0 {
			j := d.s.Jobs[r.IntN(n)]
			var result any = struct{}{}
			switch j.Op {
			case api.OpOpen:
				result = opened(80)
			case api.OpRecommend, api.OpSimilar:
				result = ranking(r.IntN(80), r.IntN(80))
			case api.OpTrain:
				result = api.TrainResult{Model: "bpr", Curve: points(4)}
			case api.OpUnlearn:
				result = row("lethe", 1, .02)
			case api.OpForgetSet:
				result = api.Forget{Pairs: 5, Items: 1}
			case api.OpCompare:
				result = api.Comparison{Rows: map[api.Slot]api.Row{api.Before: row("", 1, .2)}, Lists: map[api.Slot]api.Ranking{api.Before: ranking(1, 2)}}
			}
			done := FromEngine{api.NewMessage(j.ID, api.OpDone, result, nil)}
			events = append(events, done, done, done, FromEngine{api.NewMessage(j.ID, api.OpFailed, api.Failure{Code: api.CodeCancelled}, nil)},
				FromEngine{api.NewMessage(j.ID, api.OpProgress, api.Progress{Done: 1, Total: 9, Point: &api.Point{Step: 1, Gauge: ptr(.6)}}, nil)})
		}
		e := events[r.IntN(len(events))]
		given := d.s
		before, err := json.Marshal(given)
		require.NoError(t, err)
		d.do(e)
		after, err := json.Marshal(given)
		require.NoError(t, err)
		require.Equal(t, string(before), string(after), "%T changed its input", e)
		drawn(t, d.s) // and every state can be drawn
	}
}

func TestLinkRoundTrip(t *testing.T) {
	for _, l := range []Link{
		{}, {Place: AtData}, {Likes: []int{0, 7, 3}},
		{Query: "a b&c=d#e?%", Creator: "Inês / 日本", Theme: "sea", Page: 2, Similar: 1, Model: "bpr", Epochs: 7, Request: "creator:Ada & Sons", Method: "mmrecun", User: 18, Place: AtForget},
	} {
		assert.Equal(t, l, ParseLink(l.String()), l.String())
	}
	assert.Equal(t, "", Link{}.String())
	assert.Equal(t, "?user=17", Link{User: 18}.String())
	for _, hostile := range []string{"?likes=1.1.x.-4.99999999999999999999", "?%zz", "#nowhere", "?epochs=-1&page=1e9&user=-2", "?likes=" + string(make([]byte, 5000)), "?a=1&&&="} {
		l := ParseLink(hostile)
		assert.Equal(t, l, ParseLink(l.String()), "%q", hostile)
	}
	assert.Equal(t, []int{1}, ParseLink("?likes=1.1.x.-4").Likes)
}

// TestTheLossOfTheDeviceIsTold in the middle of a training, which goes on.
func TestTheLossOfTheDeviceIsTold(t *testing.T) {
	d := at(t, "?backend=webgpu")
	d.open(20)
	d.do(StartTrain{})
	m := d.only(api.OpTrain)
	assert.Equal(t, "webgpu", head[api.Train](t, m).Train.Backend)
	d.do(FromEngine{api.NewMessage(0, api.OpComputes, api.Computes{Backend: "webgpu", Why: api.WhyAsked, Adapter: "A card"}, nil)})
	foot := &Foot{View{S: &d.s}}
	assert.Equal(t, "Computing with webgpu on A card, as the address asks.", foot.Computes())
	d.progress(m, api.Progress{Stage: "train", Done: 1, Total: 9})
	d.do(FromEngine{api.NewMessage(0, api.OpComputes, api.Computes{Backend: "simd", Why: api.WhyLost, Message: "webgpu: the device was lost"}, nil)})
	require.NotNil(t, d.s.Notice)
	assert.Equal(t, AtTrain, d.s.Notice.Place)
	assert.Contains(t, d.s.Notice.Failure.Message, "goes on with simd")
	assert.Equal(t, m.ID, d.s.Train.Job, "the training is still on")
}

// The full list leads on to the lab, whose engine has more methods; in the lab it does not.
func TestTheLabIsALink(t *testing.T) {
	d := at(t, "?likes=3")
	d.open(20)
	assert.NotContains(t, drawn(t, d.s), "to-lab")
	d.do(AllMethods{})
	f := &Forget{View: View{S: &d.s}}
	assert.Equal(t, "?lab=1&likes=3#forget", f.Lab())
	assert.Contains(t, drawn(t, d.s), "to-lab")
	d = at(t, f.Lab())
	d.open(20)
	d.do(AllMethods{})
	assert.NotContains(t, drawn(t, d.s), "to-lab")
	assert.Equal(t, f.Lab(), d.s.Link.String())
}

// A ranking is told apart from the list that came with the page even where the browser's clock did not move meanwhile.
func TestARankingWithoutATime(t *testing.T) {
	d := at(t, "")
	shelf := &Ranked{View: View{S: &d.s}}
	assert.Empty(t, shelf.Took())
	d.open(20)
	d.do(Unlike{})
	for _, m := range d.posted() {
		if m.Op == api.OpRecommend {
			d.answer(m, api.Ranking{Items: []int{3, 1}})
		}
	}
	assert.Equal(t, "Ranked in less than 0.1 ms.", shelf.Took())
}
