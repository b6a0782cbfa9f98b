package session

import (
	"errors"
	"fmt"
	"io/fs"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// clock is a clock that moves one millisecond whenever it is looked at.
type clock struct{ now time.Time }

func (c *clock) look() time.Time {
	c.now = c.now.Add(time.Millisecond)
	return c.now
}

// line is a scripted port: it holds what the page sends, records what the engine
// posts and when, and hangs up after so many answers.
type line struct {
	t       *testing.T
	clock   *clock
	in      chan api.Message
	answers int // done and failed that are still to come
	out     []api.Message
	at      []time.Time
	onYield func(n int)    // n counts the yields from 1
	after   map[int]func() // what the page does on the answer of a command
	yields  int
}

func newLine(t *testing.T, answers int) *line {
	return &line{t: t, clock: &clock{now: time.Unix(0, 0)}, in: make(chan api.Message, 100), answers: answers}
}

func (l *line) Messages() <-chan api.Message { return l.in }

func (l *line) Post(m api.Message) error {
	l.out, l.at = append(l.out, m), append(l.at, l.clock.now)
	if m.Op == api.OpDone || m.Op == api.OpFailed {
		if next := l.after[m.ID]; next != nil {
			next()
		}
		if l.answers--; l.answers == 0 {
			close(l.in)
		}
	}
	return nil
}

func (l *line) send(id int, op api.Op, head any, body []byte) {
	l.in <- api.NewMessage(id, op, head, body)
}

func (l *line) session() *Session {
	return New(Options{
		Visitor: true, Now: l.clock.look, Backends: []string{"simd"},
		Backend: func(name string) (backend.Backend, error) {
			switch name {
			case "", "simd":
				return simd.New(), nil
			case "broken":
				panic("simd: a test broke it")
			}
			return nil, fmt.Errorf("no backend %q", name)
		},
		Yield: func() {
			l.yields++
			if l.onYield != nil {
				l.onYield(l.yields)
			}
		},
		Demo: func(string) (fs.FS, error) { return catalogue(l.t, tastes()), nil },
	})
}

// answer is the done or failed of a command.
func (l *line) answer(id int) (api.Message, time.Time) {
	var found []int
	for k, m := range l.out {
		if m.ID == id && (m.Op == api.OpDone || m.Op == api.OpFailed) {
			found = append(found, k)
		}
	}
	require.Len(l.t, found, 1, "command %d gets exactly one answer", id)
	return l.out[found[0]], l.at[found[0]]
}

func (l *line) failure(id int) api.Failure {
	m, _ := l.answer(id)
	require.Equal(l.t, api.OpFailed, m.Op, "command %d", id)
	var f api.Failure
	require.NoError(l.t, m.Decode(&f))
	return f
}

func result[R any](l *line, id int) (r R) {
	m, _ := l.answer(id)
	require.Equal(l.t, api.OpDone, m.Op, "command %d: %s", id, m.Head)
	require.NoError(l.t, m.Decode(&r))
	return r
}

// order lists the ids of the answers as they came.
func (l *line) order() (ids []int) {
	for _, m := range l.out {
		if m.Op == api.OpDone || m.Op == api.OpFailed {
			ids = append(ids, m.ID)
		}
	}
	return ids
}

// tastes is a data set of two tastes: 40 users, 30 items; the even users have even
// items, the odd ones odd items.
func tastes() *data.Dataset {
	d := &data.Dataset{Name: "tastes"}
	var train, valid, test []data.Pair
	for i := range 30 {
		d.ItemIDs = append(d.ItemIDs, fmt.Sprintf("i%d", i))
		d.Catalog = append(d.Catalog, data.Item{Title: fmt.Sprintf("Print %d", i), Creator: fmt.Sprintf("creator %d", i%6)})
	}
	for u := range 40 {
		d.UserIDs = append(d.UserIDs, fmt.Sprintf("u%d", u))
		for k := range 9 {
			p := data.Pair{User: int32(u), Item: int32((u%2 + 2*((3*u+k)%15)) % 30)}
			switch k {
			case 7:
				valid = append(valid, p)
			case 8:
				test = append(test, p)
			default:
				train = append(train, p)
			}
		}
	}
	part := func(pairs []data.Pair) *data.Interactions {
		x, err := data.FromPairs(40, 30, pairs)
		if err != nil {
			panic(err)
		}
		return x
	}
	d.Train, d.Valid, d.Test = part(train), part(valid), part(test)
	content := dense.New(30, 2)
	for i := range 30 {
		content.Row(i)[i%2] = 1
	}
	d.Modalities = []data.Modality{{Name: "image", Rows: content}}
	return d
}

func catalogue(t *testing.T, d *data.Dataset) fs.FS {
	list, err := data.WriteCatalog(d, false)
	require.NoError(t, err)
	m := fstest.MapFS{}
	for _, f := range list {
		m[f.Name] = &fstest.MapFile{Data: f.Data}
	}
	return m
}

func training(epochs int) api.Train {
	return api.Train{Model: api.ModelConfig{Name: "lightgcn", Dim: 8}, Train: api.TrainConfig{Seed: 1, Epochs: epochs, Batch: 64, Rate: 0.02, Patience: epochs}}
}

func TestTheEngineSpeaksFirst(t *testing.T) {
	l := newLine(t, 1)
	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	require.NoError(t, l.session().Serve(l))
	assert.Equal(t, api.OpHello, l.out[0].Op)
	var h api.Hello
	require.NoError(t, l.out[0].Decode(&h))
	assert.Equal(t, api.Version, h.Version)
	assert.Contains(t, h.Models, "lightgcn")
	assert.NotEmpty(t, h.Methods)
	o := result[api.Opened](l, 1)
	assert.Equal(t, 40, o.Users, "the visitor is not counted")
	assert.Len(t, o.Catalog, 30)
	assert.Equal(t, 280, o.Train) // 40 users × 7
	assert.Equal(t, []api.Modality{{Name: "image", Dim: 2}}, o.Modalities)
}

func TestRecommendOvertakesAndLikeWaits(t *testing.T) {
	l := newLine(t, 5)
	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	l.send(2, api.OpTrain, training(20), nil)
	l.send(3, api.OpTrain, training(200), nil)
	pushed := 0
	l.onYield = func(int) {
		if ids := l.order(); len(ids) == 2 && pushed == 0 { // the second training runs
			pushed++
			l.send(4, api.OpLike, api.Like{Items: []int{0}}, nil)
			l.send(5, api.OpRecommend, api.Recommend{Slot: api.Before, User: 0, K: 5}, nil)
		}
	}
	require.NoError(t, l.session().Serve(l))
	assert.Equal(t, []int{1, 2, 5, 3, 4}, l.order())
	r := result[api.Ranking](l, 5)
	assert.Len(t, r.Items, 5)
	for _, i := range r.Items {
		assert.Zero(t, i%2, "user 0 likes even items")
	}
}

func TestCancelStopsATrainingQuickly(t *testing.T) {
	l := newLine(t, 4)
	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	l.send(2, api.OpTrain, training(1_000_000), nil)
	l.send(3, api.OpTrain, training(1_000_000), nil)
	var asked time.Time
	l.onYield = func(n int) {
		if n == 3 {
			asked = l.clock.now
			l.send(4, api.OpCancel, api.Cancel{Job: 2}, nil)
		}
		if n == 6 {
			l.answers++
			l.send(5, api.OpCancel, api.Cancel{Job: 3}, nil)
		}
	}
	require.NoError(t, l.session().Serve(l))
	assert.Equal(t, api.CodeCancelled, l.failure(2).Code)
	_, at := l.answer(2)
	assert.LessOrEqual(t, at.Sub(asked), 200*time.Millisecond)
	assert.Equal(t, api.CodeCancelled, l.failure(3).Code)
	assert.Equal(t, []int{1, 4, 2, 5, 3}, l.order())
}

func TestCancelOfAWaitingJob(t *testing.T) {
	l := newLine(t, 4)
	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	l.send(2, api.OpTrain, training(100), nil)
	l.send(3, api.OpTrain, training(1_000_000), nil)
	l.onYield = func(n int) {
		if n == 2 {
			l.send(4, api.OpCancel, api.Cancel{Job: 3}, nil)
		}
	}
	require.NoError(t, l.session().Serve(l))
	assert.Equal(t, []int{1, 3, 4, 2}, l.order())
	assert.Equal(t, api.CodeCancelled, l.failure(3).Code)
	assert.Equal(t, 100, result[api.TrainResult](l, 2).Epochs)
}

func TestAPanicIsAFailureAndTheEngineLivesOn(t *testing.T) {
	l := newLine(t, 4)
	broken := training(5)
	broken.Train.Backend = "broken"
	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	l.send(2, api.OpTrain, training(5), nil)
	l.send(3, api.OpTrain, broken, nil)
	l.after = map[int]func(){3: func() { l.send(4, api.OpRecommend, api.Recommend{Slot: api.Before, User: 1, K: 3}, nil) }}
	require.NoError(t, l.session().Serve(l))
	f := l.failure(3)
	assert.Equal(t, api.CodeInternal, f.Code)
	assert.Contains(t, f.Message, "a test broke it")
	assert.Len(t, result[api.Ranking](l, 4).Items, 3)
}

func TestFailuresKeepTheState(t *testing.T) {
	other := tastes()
	other.UserIDs[0] = "somebody else"
	l := newLine(t, 13)
	s := l.session()
	stranger := newLine(t, 0).session()
	_, err := stranger.OpenDataset(other)
	require.NoError(t, err)
	_, err = stranger.Train(training(1), nil)
	require.NoError(t, err)
	foreign, err := stranger.Export(api.Export{Slot: api.Before})
	require.NoError(t, err)

	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	l.send(2, api.OpTrain, training(5), nil)
	l.send(3, api.OpOpen, api.Open{}, api.PackFiles([]api.File{{Name: "interactions.csv", Data: []byte("user,item\na,\n")}}))
	l.send(4, api.OpOpen, api.Open{}, []byte("garbage"))
	l.send(5, api.OpImport, nil, foreign)
	l.send(6, api.OpImport, nil, []byte("garbage"))
	l.send(7, api.OpLike, api.Like{Items: []int{30}}, nil)
	l.send(8, api.OpTrain, api.Train{Model: api.ModelConfig{Name: "oracle"}}, nil)
	l.send(9, api.OpUnlearn, api.Unlearn{Method: "hypnosis", Request: "user:u0"}, nil)
	l.send(10, api.OpUnlearn, api.Unlearn{Method: "retrain", Request: "user:nobody"}, nil)
	l.send(11, "dance", nil, nil)
	l.in <- api.Message{V: api.Version + 1, ID: 12, Op: api.OpTrain}
	l.after = map[int]func(){12: func() { l.send(13, api.OpRecommend, api.Recommend{Slot: api.Before, User: 39}, nil) }}
	require.NoError(t, s.Serve(l))
	for id, want := range map[int]api.Code{
		3: api.CodeBadInput, 4: api.CodeBadCommand, 5: api.CodeBadInput, 6: api.CodeBadInput, 7: api.CodeBadCommand,
		8: api.CodeBadCommand, 9: api.CodeBadCommand, 10: api.CodeBadInput, 11: api.CodeBadCommand, 12: api.CodeBadCommand,
	} {
		assert.Equal(t, want, l.failure(id).Code, "command %d", id)
	}
	bad := l.failure(3)
	assert.Equal(t, "interactions.csv", bad.File)
	assert.Equal(t, 2, bad.Line)
	assert.NotEmpty(t, bad.Remedy)
	assert.Equal(t, 40, s.Data().Users())
	assert.Len(t, result[api.Ranking](l, 13).Items, 20)
}

func TestCommandsBeforeData(t *testing.T) {
	heads := map[api.Op]any{
		api.OpTrain: training(1), api.OpRecommend: api.Recommend{Slot: api.Before}, api.OpSimilar: api.Similar{Slot: api.Before},
		api.OpLike: api.Like{}, api.OpForgetSet: api.Resolve{Request: "user:u0"}, api.OpUnlearn: api.Unlearn{Method: "retrain"},
		api.OpCompare: api.Compare{}, api.OpExport: api.Export{Slot: api.Before}, api.OpImport: nil,
	}
	l := newLine(t, len(heads))
	ids := map[int]api.Op{}
	for op, head := range heads {
		ids[len(ids)+1] = op
		l.send(len(ids), op, head, nil)
	}
	require.NoError(t, l.session().Serve(l))
	for id, op := range ids {
		assert.Equal(t, api.CodeNotReady, l.failure(id).Code, op)
	}
}

func TestProgressIsCoalescedAndKeepsThePoints(t *testing.T) {
	l := newLine(t, 2)
	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	l.send(2, api.OpTrain, training(300), nil)
	require.NoError(t, l.session().Serve(l))
	var last time.Time
	var count, points, step int
	for k, m := range l.out {
		if m.Op != api.OpProgress || m.ID != 2 {
			continue
		}
		var p api.Progress
		require.NoError(t, m.Decode(&p))
		if count > 0 {
			assert.GreaterOrEqual(t, l.at[k].Sub(last), 100*time.Millisecond)
		}
		last = l.at[k]
		count++
		if p.Point != nil {
			points++
			assert.Greater(t, p.Point.Step, step)
			assert.Greater(t, p.Point.Seconds, 0.0)
			step = p.Point.Step
		}
		if p.Stage == "train" && p.Done > 0 {
			assert.Greater(t, p.SecondsLeft, 0.0)
		}
	}
	assert.Greater(t, count, 5)
	assert.GreaterOrEqual(t, points, count-2, "each report brings the newest point") // not the first, nor that of the last evaluation
	_, end := l.answer(2)
	assert.LessOrEqual(t, count, int(end.Sub(l.at[1])/postEvery)+2)
}

func TestOvertakingChangesNothingInTheTraining(t *testing.T) {
	train := func(disturb bool) string {
		l := newLine(t, 2)
		l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
		l.send(2, api.OpTrain, training(40), nil)
		if disturb {
			l.onYield = func(n int) {
				l.answers++
				l.send(100+n, api.OpRecommend, api.Recommend{Slot: api.Before, User: n}, nil)
			}
		}
		require.NoError(t, l.session().Serve(l))
		require.Greater(t, l.yields, 3)
		return result[api.TrainResult](l, 2).ThetaSHA256
	}
	assert.Equal(t, train(false), train(true))
}

type deaf struct{ *line }

func (deaf) Post(api.Message) error { return errors.New("nobody listens") }

func TestAPortThatFailsEndsServe(t *testing.T) {
	l := newLine(t, 1)
	assert.ErrorContains(t, l.session().Serve(deaf{l}), "nobody listens")
}

func TestHangingUpEndsTheJob(t *testing.T) {
	l := newLine(t, 100)
	l.send(1, api.OpOpen, api.Open{Demo: true}, nil)
	l.send(2, api.OpTrain, training(1_000_000), nil)
	l.onYield = func(n int) {
		if n == 2 {
			close(l.in)
		}
	}
	require.NoError(t, l.session().Serve(l))
	assert.Equal(t, api.CodeCancelled, l.failure(2).Code)
}
