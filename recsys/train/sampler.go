// Package train fits a model: batches with negatives, Adam, early stopping.
package train

import (
	"lethe/recsys/data"
	"lethe/recsys/rng"
)

// Sampler draws the batches of an epoch: every interaction once, in an order of
// its own per epoch, with one uniform negative that the user has not seen.
//
// Order and negatives of an interaction follow (seed, epoch, user, item) by
// identifier. Data without some facts give all other facts the same relative order,
// and the same negatives but where a forgotten item was passed over.
type Sampler struct {
	x           *data.Interactions
	userKey     []uint64
	itemKey     []uint64
	candidates  []int32 // items that may be negatives; nil: all
	order, swap []entry
	source      []rng.Source // of a batch's negatives
	negative    rng.Source
	shuffle     rng.Source
	random      rng.Source
}

// entry is an interaction to be sorted: its item is at index.
type entry struct {
	key         uint64
	index, user int32
}

// NewSampler draws from the training interactions of d. Items whose identifier is
// blank were forgotten and are never drawn.
func NewSampler(d *data.Dataset, src rng.Source) *Sampler {
	s := &Sampler{
		x: d.Train, userKey: data.Keys(d.UserIDs), itemKey: data.Keys(d.ItemIDs),
		order: make([]entry, d.Train.Len()), swap: make([]entry, d.Train.Len()),
		negative: src.Named("negative"), shuffle: src.Named("shuffle"),
		random: src.Named("random"),
	}
	for i, id := range d.ItemIDs {
		if id != "" {
			s.candidates = append(s.candidates, int32(i))
		}
	}
	if len(s.candidates) == d.Items() {
		s.candidates = nil
	}
	return s
}

// Len is the number of interactions of an epoch.
func (s *Sampler) Len() int { return len(s.order) }

// Random is the source of what losses draw in epoch e: see model.Batch.
func (s *Sampler) Random(e int) rng.Source { return s.random.Key(uint64(e)) }

// Start shuffles for epoch e.
func (s *Sampler) Start(e int) {
	src := s.shuffle.Key(uint64(e))
	for u := range s.x.Users {
		row := src.Key(s.userKey[u])
		for k := s.x.Ptr[u]; k < s.x.Ptr[u+1]; k++ {
			s.order[k] = entry{row.Key(s.itemKey[s.x.Item[k]]).Bits(), k, int32(u)}
		}
	}
	s.sort()
}

// sort orders by the upper 44 bits of the key, four radix passes of 11 bits.
func (s *Sampler) sort() {
	for shift := 20; shift < 64; shift += 11 {
		var count [2048]int32
		for _, e := range s.order {
			count[e.key>>shift&2047]++
		}
		at := int32(0)
		for d, c := range count {
			count[d], at = at, at+c
		}
		for _, e := range s.order {
			d := e.key >> shift & 2047
			s.swap[count[d]] = e
			count[d]++
		}
		s.order, s.swap = s.swap, s.order
	}
}

// Batch writes the triples from position at of epoch e into u, i, j and weight w,
// and returns how many are real; the rest of the slices is padding with weight zero.
// Each real triple weighs 1/n.
func (s *Sampler) Batch(e, at int, u, i, j []int32, w []float32) int {
	n := min(len(u), len(s.order)-at)
	src := s.negative.Key(uint64(e))
	weight := 1 / float32(n)
	if len(s.source) < n {
		s.source = make([]rng.Source, len(u))
	}
	// Two passes: the first has no branches to guess.
	for k, x := range s.order[at : at+n] {
		u[k], i[k] = x.user, s.x.Item[x.index]
		s.source[k] = src.Key(s.userKey[u[k]]).Key(s.itemKey[i[k]])
	}
	for k := range n {
		st := s.source[k].Stream()
		j[k], w[k] = s.Negative(&st, u[k]), weight
		if j[k] < 0 {
			j[k], w[k] = i[k], 0
		}
	}
	for k := n; k < len(u); k++ {
		u[k], i[k], j[k], w[k] = 0, 0, 0, 0
	}
	return n
}

// Negative draws an item that user u has not seen, or -1 if there is none. It
// rejects seen items; a user who has seen nearly everything is served by counting.
func (s *Sampler) Negative(st *rng.Stream, u int32) int32 {
	row := s.x.Row(int(u))
	n := s.x.Items
	if s.candidates != nil {
		n = len(s.candidates)
	}
	if n == 0 {
		return -1
	}
	for range 64 {
		j := int32(st.IntN(n))
		if s.candidates != nil {
			j = s.candidates[j]
		}
		if !has(row, j) {
			return j
		}
	}
	return s.count(st, row, n)
}

func (s *Sampler) count(st *rng.Stream, row []int32, n int) int32 {
	at := func(k int) int32 {
		if s.candidates != nil {
			return s.candidates[k]
		}
		return int32(k)
	}
	free := 0
	for k := range n {
		if !has(row, at(k)) {
			free++
		}
	}
	if free == 0 {
		return -1
	}
	left := st.IntN(free)
	for k := range n {
		if has(row, at(k)) {
			continue
		}
		if left == 0 {
			return at(k)
		}
		left--
	}
	return -1
}

func has(ascending []int32, x int32) bool {
	lo, n := 0, len(ascending)
	for n > 1 {
		half := n >> 1
		if ascending[lo+half] <= x {
			lo += half
		}
		n -= half
	}
	return n == 1 && ascending[lo] == x
}
