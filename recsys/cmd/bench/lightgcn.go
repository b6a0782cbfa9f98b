package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/graph"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

const layers = 3 // of LightGCN, its default

// graphEpoch is an epoch of LightGCN and what bounds it.
type graphEpoch struct {
	Seconds float64 `json:"seconds"` // of training: sampling, steps, all
	Ranking float64 `json:"ranking"` // seconds to rank every user for early stopping
	Steps   int     `json:"steps"`
	Parts   []part  `json:"parts"` // of a step
	// Measured rates of this machine: multiply-adds and reads from the nearest cache, numbers
	// streamed through memory, and rows of a table of embeddings fetched in random order.
	GFLOPS, Stream, Fetch float64
}

// part is the kernels of one kind in a step.
type part struct {
	Name           string
	Flops          float64 // of a step
	Stream, Random float64 // bytes of a step, in order and by random row
	Seconds        float64 // measured, alone
}

// bound is the least time of a part on a machine of these rates, and what sets it.
func (e graphEpoch) bound(p part) (seconds float64, by string) {
	compute, memory := p.Flops/e.GFLOPS/1e9, p.Stream/e.Stream/1e9+p.Random/e.Fetch/1e9
	if compute > memory {
		return compute, "arithmetic"
	}
	return memory, "memory"
}

func measureLightGCN(w *workload) *graphEpoch {
	fmt.Fprintln(os.Stderr, "LightGCN epoch")
	be := simd.New()
	m, err := model.New(api.ModelConfig{Name: "lightgcn", Layers: layers}, w.d)
	if err != nil {
		panic("bench: " + err.Error())
	}
	src := rng.New(1)
	p := dense.NewParams(m.Specs()...)
	m.Init(p, src)
	net := train.NewNetwork(m, p, be)
	defer net.Free()
	l := train.NewLearner(net, batch, 1e-3, model.Loss)
	defer l.Free()
	feed := train.NewFeed(train.NewSampler(w.d, src), l, w.d)
	out := &graphEpoch{Steps: feed.Steps(), GFLOPS: peak(be), Stream: stream(be), Fetch: fetch(be)}
	number := 0
	out.Seconds = median(func() {
		number++
		if _, err := feed.Epoch(number, number, nil); err != nil {
			panic("bench: " + err.Error())
		}
	})
	r := eval.NewRanker(be, w.d.Train, nil, 20)
	defer r.Free()
	u, i := net.Embed()
	truth := everybody()
	out.Ranking = median(func() {
		if _, err := r.Metrics(u, i, truth, []int{20}, nil); err != nil {
			panic("bench: " + err.Error())
		}
	})
	out.Parts = measureParts(be, w)
	return out
}

// everybody gives each user one row, so that all are ranked.
func everybody() *data.Interactions {
	var pairs []data.Pair
	for u := range users {
		pairs = append(pairs, data.Pair{User: int32(u), Item: int32(u % items)})
	}
	x, err := data.FromPairs(users, items, pairs)
	if err != nil {
		panic("bench: " + err.Error())
	}
	return x
}

// peak is what a product does whose operands stay in the first cache: billions of
// additions and multiplications a second.
func peak(be backend.Backend) float64 {
	const n = 64
	x, y, z := be.New(n, n), be.New(n, n), be.New(n, n)
	be.Write(x, numbers(n*n, 1))
	be.Write(y, numbers(n*n, 2))
	return 2 * n * n * n / 1e9 / median(func() { be.Gemm(false, false, 1, x, y, 0, z) })
}

// stream is billions of bytes a second of y += x over vectors as large as all weights.
func stream(be backend.Backend) float64 {
	n := (users + items) * dim
	x, y := be.New(1, n), be.New(1, n)
	be.Write(x, numbers(n, 1))
	return 12 * float64(n) / 1e9 / median(func() { be.Axpby(1, x, 1, y) })
}

// fetch is billions of bytes a second of rows of the weights, drawn evenly, fetched and summed
// in registers. A graph's popular rows stay in the caches, so its products may be a little faster.
func fetch(be backend.Backend) float64 {
	const rows, each = 4096, 64
	m := graph.CSR{Rows: rows, Cols: users + items, Ptr: []int32{0}}
	s := rng.New(4).Stream()
	for range rows {
		var list []int32
		for range each {
			list = append(list, int32(s.IntN(m.Cols)))
		}
		slices.Sort(list)
		m.Col = append(m.Col, slices.Compact(list)...)
		m.Ptr = append(m.Ptr, int32(len(m.Col)))
	}
	m.Val = numbers(len(m.Col), 5)
	x, y := be.New(m.Cols, dim), be.New(rows, dim)
	be.Write(x, numbers(x.Len(), 1))
	a := be.NewSparse(m)
	return float64(len(m.Col)) * dim * 4 / 1e9 / median(func() { be.SpMM(1, a, x, 0, y, y) })
}

// measureParts times the kernels of a step one kind at a time and counts their work.
func measureParts(be backend.Backend, w *workload) []part {
	n := float64((users + items) * dim)
	edges := 2.0 * pairs * dim
	x, y, g, m, v := be.New(users+items, dim), be.New(users+items, dim), be.New(users+items, dim), be.New(users+items, dim), be.New(users+items, dim)
	be.Write(x, numbers(x.Len(), 1))
	be.Write(g, numbers(x.Len(), 2))
	a := be.NewSparse(graph.Bipartite(w.d.Train))
	ix := be.NewIndex(3 * batch)
	rows := make([]int32, 3*batch)
	s := rng.New(3).Stream()
	for k := range rows {
		rows[k] = int32(s.IntN(users + items))
	}
	be.WriteIndex(ix, users+items, rows)
	b := be.New(3*batch, dim)
	adam := backend.AdamStep{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Correct1: 1, Correct2: 1}
	sampler := train.NewSampler(w.d, rng.New(2))
	sampler.Start(1)
	hu, hi, hj, weight := make([]int32, batch), make([]int32, batch), make([]int32, batch), make([]float32, batch)
	return []part{
		// Reads an index and a value per edge, and x and z and writes y per row.
		{"graph products", 2 * layers * 2 * edges, 2 * layers * (2*pairs*8 + 3*4*n), 2 * layers * 4 * edges,
			2 * layers * median(func() { be.SpMM(1, a, x, 1, g, y) })},
		// Reads and writes θ, m and v, reads g.
		{"Adam", 12 * n, 7 * 4 * n, 0, median(func() { be.Adam(adam, g, m, v, x) })},
		// The gradients of final vectors and of θ.
		{"zeroing gradients", 0, 2 * 4 * n, 0, 2 * median(func() { be.Fill(0, g) })},
		{"sum of two gradients", n, 3 * 4 * n, 0, median(func() { be.Axpby(1, y, 1, g) })},
		// Final vectors and own rows of users, positives and negatives, forward and back.
		{"rows of the batch", 2 * 6 * batch * dim, 2 * 6 * 4 * batch * dim, 2 * 6 * 4 * batch * dim,
			2 * median(func() { be.Gather(x, ix, b); be.ScatterAdd(1, b, ix, g) })},
		{"sampling", 0, 16 * batch, 0, median(func() { sampler.Batch(1, 0, hu, hi, hj, weight) })},
	}
}

// roofline prints epochs and, for each platform, what bounds a step.
func roofline(all []results) string {
	var b strings.Builder
	fmt.Fprintf(&b, "\n| LightGCN epoch, %d layers, batches of %d | training, s | ranking every user, s | a step, ms | its bound, ms |\n|---|---|---|---|---|\n", layers, batch)
	for _, r := range all {
		e := r.LightGCN
		least := 0.0
		for _, p := range e.Parts {
			s, _ := e.bound(p)
			least += s
		}
		fmt.Fprintf(&b, "| %s | %.2f | %.2f | %.1f | %.1f |\n", r.Platform, e.Seconds, e.Ranking, 1e3*e.Seconds/float64(e.Steps), 1e3*least)
	}
	for _, r := range all {
		e := r.LightGCN
		fmt.Fprintf(&b, "\n%s: %.1f GFLOP/s from the first cache, %.1f GB/s in order, %.1f GB/s by random row\n\n| part of a step | MFLOP | MB in order | MB by random row | bound, ms | bound by | measured alone, ms |\n|---|---|---|---|---|---|---|\n", r.Platform, e.GFLOPS, e.Stream, e.Fetch)
		for _, p := range e.Parts {
			s, by := e.bound(p)
			fmt.Fprintf(&b, "| %s | %.1f | %.1f | %.1f | %.2f | %s | %.2f |\n", p.Name, p.Flops/1e6, p.Stream/1e6, p.Random/1e6, 1e3*s, by, 1e3*p.Seconds)
		}
	}
	return b.String()
}
