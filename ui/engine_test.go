package ui

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

// desk is a page with a scripted engine: it keeps the commands that Apply gives and
// answers them when told to.
type desk struct {
	t    *testing.T
	s    State
	sent []Command
}

func at(t *testing.T, link string) *desk { return &desk{t: t, s: New(ParseLink(link))} }

func (d *desk) do(events ...Event) {
	for _, e := range events {
		var c []Command
		d.s, c = Apply(d.s, e)
		d.sent = append(d.sent, c...)
	}
}

// posted are the messages sent since the last call.
func (d *desk) posted() []api.Message {
	var all []api.Message
	for _, c := range d.sent {
		switch c := c.(type) {
		case Post:
			all = append(all, c.Message)
		case PostFiles:
			all = append(all, c.Message)
		}
	}
	d.sent = nil
	return all
}

// only is the one message sent since the last call, with the wanted op.
func (d *desk) only(op api.Op) api.Message {
	d.t.Helper()
	p := d.posted()
	require.Len(d.t, p, 1)
	require.Equal(d.t, op, p[0].Op)
	return p[0]
}

func (d *desk) answer(m api.Message, head any) {
	d.do(FromEngine{api.NewMessage(m.ID, api.OpDone, head, nil)})
}

func (d *desk) fail(m api.Message, f api.Failure) {
	d.do(FromEngine{api.NewMessage(m.ID, api.OpFailed, f, nil)})
}

func (d *desk) progress(m api.Message, p api.Progress) {
	d.do(FromEngine{api.NewMessage(m.ID, api.OpProgress, p, nil)})
}

func (d *desk) hello() {
	d.do(FromEngine{api.NewMessage(0, api.OpHello, api.Hello{Version: api.Version, SIMD: true, Backends: []string{"simd", "reference"},
		Models: []string{"bpr", "lightgcn"},
		Methods: []api.Method{{Name: "retrain", Guarantee: "exact", Summary: "from scratch"}, {Name: "finetune", Guarantee: "control", Summary: "retained clicks only"},
			{Name: "mmrecun", Guarantee: "approximate"}, {Name: "lethe", Guarantee: "approximate"}}}, nil)})
}

// arrive is a first visit: the engine has spoken, and nothing is kept.
func (d *desk) arrive() {
	d.t.Helper()
	d.hello()
	d.answer(d.only(api.OpRestore), api.Restored{Kept: api.Kept{Where: "opfs", Used: 12e6}})
}

// open brings the page to an open catalogue of n items with a trained model and a
// shelf, as a visitor first meets it.
func (d *desk) open(n int) {
	d.t.Helper()
	d.arrive()
	d.answer(d.only(api.OpOpen), opened(n))
	for _, m := range d.posted() {
		switch m.Op {
		case api.OpLike:
			d.answer(m, struct{}{})
		case api.OpRecommend:
			d.answer(m, ranking(0, 1, 2))
		case api.OpForgetSet:
			d.answer(m, api.Forget{Kind: "items", Pairs: 30, Users: 20, Items: 2, Share: .05})
		}
	}
	require.Empty(d.t, d.s.Jobs)
	require.Len(d.t, d.sent, 1, "the first ranking is there: the pictures may follow")
	require.Len(d.t, d.sent[0].(Hold).Images, n)
	d.sent = nil
}

func opened(n int) api.Opened {
	o := api.Opened{Name: "small", Demo: true, Users: 40, Items: n, Train: 600, Valid: 80, Test: 80, UserIDs: []string{"u0001", "u0002"},
		Modalities: []api.Modality{{Name: "image", Dim: 64}, {Name: "text", Dim: 128}},
		Trained:    &api.TrainResult{Model: "lightgcn", Epochs: 30, BestEpoch: 20, Seconds: 4, Test: api.Metrics{"recall@20": .1987}, Curve: points(3)}}
	for i := range n {
		o.Catalog = append(o.Catalog, api.Item{ID: fmt.Sprintf("p%03d", i), Title: fmt.Sprintf("Print %d", i), Creator: []string{"Ada & Sons", "Mori"}[i%2],
			Category: []string{"sea", "Risograph"}[:1+i%2], Image: fmt.Sprintf("prints/%04d.jpg", i), Count: 10})
	}
	return o
}

func points(n int) []api.Point {
	var c []api.Point
	for e := 1; e <= n; e++ {
		c = append(c, api.Point{Step: e, Loss: .7 / float64(e), Valid: api.Metrics{"recall@20": .1 + .02*float64(e)}})
	}
	return c
}

// ranking lists items with a score of three parts each.
func ranking(items ...int) api.Ranking {
	r := api.Ranking{Items: items, Millis: 2.5}
	for k := range items {
		r.Scores = append(r.Scores, 2-float64(k)/2)
		r.Why = append(r.Why, []api.Part{{Name: "people", Score: 1.5 - float64(k)}, {Name: "image", Score: .5}, {Name: "text", Score: .25}})
	}
	return r
}

func ptr[T any](v T) *T { return &v }

// row is a measured model; x moves its gauges.
func row(method string, seconds, x float64) api.Row {
	return api.Row{Method: method, Forget: api.Forget{Kind: "items", Request: "creator:Mori", Pairs: 30, Share: .05}, Seconds: ptr(seconds),
		Test:      api.Metrics{"recall@20": .2 - x/10, "ndcg@20": .11},
		ForgetAUC: ptr(.5 + x), ReconAUC: ptr(.5 + x), ForgetRecall: ptr(.02 + x/10)}
}
