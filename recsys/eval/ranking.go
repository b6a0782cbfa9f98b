package eval

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/graph"
)

// chunk is how many users are ranked between two calls of an observer: about 30 ms
// in a browser at 7,000 items.
const chunk = 512

// Ranker ranks all items for many users. It masks the interactions it was made with
// and the banned items.
type Ranker struct {
	be          backend.Backend
	seen        backend.Sparse
	banned      backend.Tensor
	users       *backend.Index
	ids, scores backend.Tensor
	buf         []float32
	top         []int32
}

// NewRanker returns a ranker of lists of length k. banned has an entry per item, or is nil.
func NewRanker(be backend.Backend, seen *data.Interactions, banned []bool, k int) *Ranker {
	k = min(k, max(seen.Items, 1))
	r := &Ranker{
		be: be, seen: be.NewSparse(graph.Seen(seen)), users: be.NewIndex(chunk),
		ids: be.New(chunk, k), scores: be.New(chunk, k),
		buf: make([]float32, chunk*k), top: make([]int32, chunk*k),
	}
	if banned != nil {
		r.banned = be.New(1, seen.Items)
		mark := make([]float32, seen.Items)
		for i, b := range banned {
			if b {
				mark[i] = 1
			}
		}
		be.Write(r.banned, mark)
	}
	return r
}

// Free gives the ranker's memory back.
func (r *Ranker) Free() {
	r.be.FreeSparse(r.seen)
	r.be.Free(r.ids)
	r.be.Free(r.scores)
	if r.banned.Mem != nil {
		r.be.Free(r.banned)
	}
}

// Each ranks the listed users and calls visit with each one's list, best first, -1
// where items run out. The list is valid during the call.
func (r *Ranker) Each(users, items backend.Tensor, list []int32, obs api.Observer, visit func(u int32, top []int32)) error {
	k := r.ids.Cols
	for from := 0; from < len(list); from += chunk {
		part := list[from:min(from+chunk, len(list))]
		if err := obs.Tell(api.Progress{Stage: "evaluate", Done: from, Total: len(list)}); err != nil {
			return err
		}
		r.be.WriteIndex(r.users, users.Rows, part)
		ids := r.ids.RowRange(0, len(part))
		r.be.TopK(users, r.users, items, r.seen, r.banned, ids, r.scores.RowRange(0, len(part)))
		if err := r.be.Read(ids, r.buf[:len(part)*k]); err != nil {
			return err
		}
		for n, x := range r.buf[:len(part)*k] {
			r.top[n] = int32(x)
		}
		for n, u := range part {
			visit(u, r.top[n*k:(n+1)*k])
		}
	}
	return nil
}

// Metrics ranks every user who has rows in truth and returns the means over these
// users.
func (r *Ranker) Metrics(users, items backend.Tensor, truth *data.Interactions, cutoffs []int, obs api.Observer) (api.Metrics, error) {
	var list []int32
	for u := range truth.Users {
		if len(truth.Row(u)) > 0 {
			list = append(list, int32(u))
		}
	}
	t := newTally(cutoffs)
	err := r.Each(users, items, list, obs, func(u int32, top []int32) { t.add(top, truth.Row(int(u))) })
	return t.metrics(), err
}
