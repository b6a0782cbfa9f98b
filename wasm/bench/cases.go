//go:build js && wasm

package main

import (
	"fmt"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/graph"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
	"lethe/wasm/webgpu"
)

// Case is something to measure. Peers in JavaScript do the same by its class and numbers.
type Case struct {
	Name  string `json:"name"`
	Class string `json:"class"` // gemm, spmm, topk, step
	Unit  string `json:"unit"`  // of a result's value
	M     int    `json:"m,omitempty"`
	N     int    `json:"n,omitempty"`
	K     int    `json:"k,omitempty"`
	Model string `json:"model,omitempty"`
	shape shape
}

// Result is one measurement: the seconds of one operation or step, and its rate.
type Result struct {
	Name    string  `json:"name"`
	Backend string  `json:"backend"`
	Adapter string  `json:"adapter,omitempty"`
	Seconds float64 `json:"seconds"`
	Value   float64 `json:"value"`
	Unit    string  `json:"unit"`
	// Calls is the share of the time spent in calls from Go to JavaScript.
	Calls float64 `json:"calls,omitempty"`
}

const dim, batch, listed = 64, 2048, 20

func cases() []Case {
	gemm := func(name string, m, n, k int) Case {
		return Case{Name: fmt.Sprintf("GEMM %s %d×%d×%d", name, m, n, k), Class: "gemm", Unit: "GFLOP/s", M: m, N: n, K: k}
	}
	list := []Case{
		gemm("batch", batch, dim, dim),
		gemm("items×F", small.items, dim, 384),
		gemm("users×items", 512, small.items, dim),
		gemm("square", 512, 512, 512),
		gemm("square", 1024, 1024, 1024),
		{Name: "SpMM, graph of the demo", Class: "spmm", Unit: "GB/s", shape: small},
		{Name: "Top 20 of the demo's users", Class: "topk", Unit: "users/s", shape: small},
	}
	for _, m := range []string{"bpr", "lightgcn"} {
		list = append(list, Case{Name: "Training step, " + m, Class: "step", Unit: "steps/s", Model: m, shape: small})
	}
	return list
}

func (c Case) measure(be backend.Backend, d *webgpu.Device) (Result, error) {
	switch c.Class {
	case "gemm":
		return c.gemm(be)
	case "spmm":
		return c.spmm(be)
	case "topk":
		r, _, err := c.topk(be)
		return r, err
	}
	return c.step(be, d)
}

// long is how long a measurement lasts at least; the best of three counts, or of fewer where
// these take more than enough.
const long, enough = 300 * time.Millisecond, 4 * time.Second

// timed returns the seconds of one op. wait returns when all ops are done.
func timed(op func(), wait func() error) (float64, error) {
	op() // compiles kernels
	if err := wait(); err != nil {
		return 0, err
	}
	best, n, begin := 0.0, 1, time.Now()
	for runs := 0; runs < 3 && (runs == 0 || time.Since(begin) < enough); {
		start := time.Now()
		for range n {
			op()
		}
		if err := wait(); err != nil {
			return 0, err
		}
		took := time.Since(start)
		if took < long {
			n *= max(2, min(10, int(long/max(took, time.Millisecond))))
			continue
		}
		if s := took.Seconds() / float64(n); runs == 0 || s < best {
			best = s
		}
		runs++
	}
	return best, nil
}

// waiting reads one number of x, which waits for all that was asked for.
func waiting(be backend.Backend, x backend.Tensor) func() error {
	one := make([]float32, 1)
	return func() error { return be.Read(x.View(0, 1, 1), one) }
}

func (c Case) result(seconds, work float64) Result {
	return Result{Name: c.Name, Seconds: seconds, Value: work / seconds, Unit: c.Unit}
}

func random(be backend.Backend, name string, rows, cols int) backend.Tensor {
	r := rng.New(1).Named(name).Stream()
	x := be.New(rows, cols)
	data := make([]float32, rows*cols)
	for k := range data {
		data[k] = r.Float32() - 0.5
	}
	be.Write(x, data)
	return x
}

func (c Case) gemm(be backend.Backend) (Result, error) {
	x, y, z := random(be, "a", c.M, c.K), random(be, "b", c.K, c.N), be.New(c.M, c.N)
	s, err := timed(func() { be.Gemm(false, false, 1, x, y, 0, z) }, waiting(be, z))
	return c.result(s, 2e-9*float64(c.M)*float64(c.N)*float64(c.K)), err
}

// spmm counts the bytes that a product must bring: of each entry its column, value and
// row of x, and each row of y.
func (c Case) spmm(be backend.Backend) (Result, error) {
	a := graph.Bipartite(dataset(c.shape).Train)
	s := be.NewSparse(a)
	defer be.FreeSparse(s)
	x, y := random(be, "x", a.Cols, dim), be.New(a.Rows, dim)
	sec, err := timed(func() { be.SpMM(1, s, x, 0, y, y) }, waiting(be, y))
	return c.result(sec, 1e-9*float64(len(a.Col)*(8+4*dim)+a.Rows*4*dim)), err
}

// topk returns the items of all lists too.
func (c Case) topk(be backend.Backend) (Result, []float32, error) {
	d := dataset(c.shape)
	users, items := random(be, "users", c.shape.users, dim), random(be, "items", c.shape.items, dim)
	seen := be.NewSparse(graph.Seen(d.Train))
	defer be.FreeSparse(seen)
	all := make([]int32, c.shape.users)
	for k := range all {
		all[k] = int32(k)
	}
	ix := be.NewIndex(len(all))
	be.WriteIndex(ix, len(all), all)
	ids, scores := be.New(len(all), listed), be.New(len(all), listed)
	s, err := timed(func() { be.TopK(users, ix, items, seen, backend.Tensor{}, ids, scores) }, waiting(be, ids))
	if err != nil {
		return Result{}, nil, err
	}
	lists := make([]float32, ids.Len())
	return c.result(s, float64(len(all))), lists, be.Read(ids, lists)
}

// trainer is a model being trained.
type trainer struct {
	feed  *train.Feed
	order *train.Sampler
	net   *train.Network
	l     *train.Learner
	epoch int
	step  int
}

func newTrainer(be backend.Backend, name string, d *data.Dataset) (*trainer, error) {
	m, err := model.New(api.ModelConfig{Name: name, Dim: dim}, d)
	if err != nil {
		return nil, err
	}
	src := rng.New(1)
	params := dense.NewParams(m.Specs()...)
	m.Init(params, src.Named("init"))
	net := train.NewNetwork(m, params, be)
	l := train.NewLearner(net, batch, 0.001, model.Loss)
	order := train.NewSampler(d, src)
	return &trainer{net: net, l: l, order: order, feed: train.NewFeed(order, l, d)}, nil
}

// next does one step of the current epoch.
func (t *trainer) next() {
	if t.step%t.feed.Steps() == 0 {
		t.epoch++
		if e, ok := t.net.Model.(model.Epocher); ok {
			e.StartEpoch(t.net.Backend(), t.epoch, rng.New(1).Named("epoch").Key(uint64(t.epoch)))
		}
		t.order.Start(t.epoch)
	}
	t.feed.Write(t.epoch, t.step%t.feed.Steps())
	t.l.Step()
	t.step++
}

func (t *trainer) wait() error {
	_, err := t.l.Loss()
	return err
}

func (t *trainer) free() {
	t.l.Free()
	t.net.Free()
}

func (c Case) step(be backend.Backend, d *webgpu.Device) (Result, error) {
	t, err := newTrainer(be, c.Model, dataset(c.shape))
	if err != nil {
		return Result{}, err
	}
	defer t.free()
	var before webgpu.Stats
	if d != nil {
		before = d.Stats()
	}
	start := time.Now()
	s, err := timed(t.next, t.wait)
	r := c.result(s, 1)
	if d != nil {
		r.Calls = (d.Stats().Calls - before.Calls).Seconds() / time.Since(start).Seconds()
	}
	return r, err
}
