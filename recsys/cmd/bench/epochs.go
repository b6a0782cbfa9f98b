package main

import (
	"bufio"
	"fmt"
	"io"
	"math"
	"os"

	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// The shape of Amazon Baby, 5-core, and the settings of the epoch.
const (
	users, items, pairs = 19445, 7050, 118551
	dim                 = 64
	rate, reg           = 0.05, 0.01
	batch               = 2048
)

// workload is a data set of Baby's shape: every user has some items, whose popularity
// falls as 1/rank.
type workload struct{ d *data.Dataset }

func newWorkload() *workload {
	r := rng.New(1).Named("workload").Stream()
	has := make(map[data.Pair]bool, pairs)
	list := make([]data.Pair, 0, pairs)
	for len(list) < pairs {
		u := len(list)
		if u >= users {
			u = r.IntN(users)
		}
		p := data.Pair{User: int32(u), Item: int32(math.Exp(r.Float64()*math.Log(items))) - 1}
		if !has[p] {
			has[p] = true
			list = append(list, p)
		}
	}
	x, err := data.FromPairs(users, items, list)
	if err != nil {
		panic("bench: the workload's pairs do not form a matrix")
	}
	d := &data.Dataset{Name: "workload", Train: x}
	for u := range users {
		d.UserIDs = append(d.UserIDs, fmt.Sprint("u", u))
	}
	for i := range items {
		d.ItemIDs = append(d.ItemIDs, fmt.Sprint("i", i))
	}
	return &workload{d}
}

// write lists the pairs, a line each.
func (w *workload) write(out io.Writer) error {
	b := bufio.NewWriter(out)
	for _, p := range w.d.Train.Pairs() {
		fmt.Fprintf(b, "%s\t%s\n", w.d.UserIDs[p.User], w.d.ItemIDs[p.Item])
	}
	return b.Flush()
}

// measureEpochs returns the samples per second of an epoch of BPR by stochastic
// gradient descent: shuffling, negatives and updates.
func measureEpochs(w *workload) map[string]float64 {
	out := map[string]float64{}
	for _, be := range []backend.Backend{simd.New(), reference.New()} {
		fmt.Fprintln(os.Stderr, "BPR epoch,", be.Name())
		e := newEpoch(w, be)
		out[be.Name()] = pairs / median(e.run)
	}
	return out
}

// epoch is one pass over a workload.
type epoch struct {
	be           backend.Backend
	sampler      *train.Sampler
	users, items backend.Tensor
	u, i, j      *backend.Index
	hu, hi, hj   []int32
	weight       []float32
	number       int
}

func newEpoch(w *workload, be backend.Backend) *epoch {
	e := &epoch{
		be: be, sampler: train.NewSampler(w.d, rng.New(2)), users: be.New(users, dim), items: be.New(items, dim),
		u: be.NewIndex(batch), i: be.NewIndex(batch), j: be.NewIndex(batch),
		hu: make([]int32, batch), hi: make([]int32, batch), hj: make([]int32, batch), weight: make([]float32, batch),
	}
	for _, t := range []backend.Tensor{e.users, e.items} {
		x := numbers(t.Len(), 3)
		for k := range x {
			x[k] *= 0.01
		}
		be.Write(t, x)
	}
	return e
}

func (e *epoch) run() {
	e.number++
	e.sampler.Start(e.number)
	for at := 0; at < e.sampler.Len(); at += batch {
		n := e.sampler.Batch(e.number, at, e.hu, e.hi, e.hj, e.weight)
		e.be.WriteIndex(e.u, users, e.hu[:n])
		e.be.WriteIndex(e.i, items, e.hi[:n])
		e.be.WriteIndex(e.j, items, e.hj[:n])
		e.be.BPRStep(rate, reg, e.users, e.items, e.u, e.i, e.j)
	}
}
