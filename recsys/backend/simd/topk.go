package simd

import (
	"math"
	"slices"

	"lethe/recsys/backend"
)

// groupsAtOnce is how many groups of tileRows users, 36 in all, pass a panel of items
// before the next is read: for 64 columns both fit the first-level cache.
const groupsAtOnce = 36 / tileRows

// ranking is what the steps of one TopK share.
type ranking struct {
	k, items int
	seen     *sparse
	banned   []float32 // nil: none
	lists    [groupsAtOnce * tileRows]list
	least    [groupsAtOnce][tileRows]float32 // the k-th best scores so far
	heap     []candidate
	cells    []cell
	tiles    [groupsAtOnce]tile
}

// candidate is a score and an item in one number that is larger if the item
// ranks higher: the bits of the score, ordered as integers, above those of the negated
// id. (No score is -0, which is below +0 here: sums start from +0.)
type candidate uint64

func candidateOf(score float32, id int32) candidate {
	b := math.Float32bits(score)
	b ^= uint32(int32(b)>>31) | 1<<31
	return candidate(b)<<32 | candidate(^uint32(id))
}

func (c candidate) id() int32 { return int32(^uint32(c)) }

func (c candidate) score() float32 {
	b := uint32(c >> 32)
	return math.Float32frombits(b ^ (^uint32(int32(b)>>31) | 1<<31))
}

// list is the best items of one user so far: a heap with the worst on top.
// seen is the part of the user's row of seen that is still ahead.
type list struct {
	heap []candidate
	seen []int32
}

// TopK scores tiles of users by items with the loop of Gemm and never holds
// more than one tile of scores. A tile whose scores are all below their users'
// k-th best is dropped after one comparison.
func (b *Backend) TopK(users backend.Tensor, u *backend.Index, items backend.Tensor, seen backend.Sparse, banned backend.Tensor, ids, scores backend.Tensor) {
	if b.err != nil {
		return
	}
	backend.CheckTopK(users, u, items, seen, banned, ids, scores)
	r, d := &b.scratch.ranking, users.Cols
	r.k, r.items, r.seen, r.banned = ids.Cols, items.Rows, seen.Mem.(*sparse), nil
	if banned.Mem != nil {
		r.banned = b.Data(banned)
	}
	r.cells, r.heap = sized(&r.cells, groupsAtOnce*d), sized(&r.heap, len(r.lists)*r.k)
	panels := sized(&b.scratch.panels, (items.Rows+tileCols-1)/tileCols*d)
	packColumns(panels, matrix{b.Data(items), d, 1}, 0, items.Rows, d)
	left, vu, vid, vscore := rows(u, users), b.Data(users), b.Data(ids), b.Data(scores)
	for len(left) > 0 && r.k > 0 {
		n := min(len(r.lists), len(left))
		b.rank(r, left[:n], vu, d, panels)
		for i := range r.lists[:n] {
			r.lists[i].write(vid[i*r.k:][:r.k], vscore[i*r.k:][:r.k])
		}
		left, vid, vscore = left[n:], vid[n*r.k:], vscore[n*r.k:]
	}
	r.seen, r.banned = nil, nil
}

// rank fills the lists of some users.
func (b *Backend) rank(r *ranking, users []int32, vu []float32, d int, panels []panel) {
	for i, u := range users {
		r.lists[i] = list{r.heap[i*r.k:][:0:r.k], r.seen.col[r.seen.ptr[u]:r.seen.ptr[u+1]]}
		group, lane := i/tileRows, i%tileRows
		r.least[group][lane] = float32(math.Inf(-1))
		packLane(r.cells[group*d:][:d], vu[int(u)*d:][:d], lane)
	}
	groups := (len(users) + tileRows - 1) / tileRows
	for i := len(users); i < groups*tileRows; i++ { // nobody: no score is above
		r.least[i/tileRows][i%tileRows] = float32(math.Inf(1))
	}
	for first := 0; first < r.items; first += tileCols {
		items := panels[first/tileCols*d:][:d]
		b.tiles(r.cells, items, r.tiles[:groups], false)
		for group := range groups {
			t := &r.tiles[group]
			set := b.above(t, &r.least[group])
			for lane := 0; set != 0; lane, set = lane+1, set>>1 {
				if set&1 != 0 {
					l := &r.lists[group*tileRows+lane]
					r.least[group][lane] = r.offer(l, first, (*panel)(t[lane*tileCols:]), r.least[group][lane])
				}
			}
		}
	}
}

// offer takes the scores of items first, first+1 … above least into l and
// returns the new k-th best score, -Inf as long as there are fewer than k.
func (r *ranking) offer(l *list, first int, scores *panel, least float32) float32 {
	for j, s := range scores[:min(tileCols, r.items-first)] {
		id := int32(first + j)
		if !(s > least) || r.banned != nil && r.banned[id] != 0 {
			continue
		}
		for len(l.seen) > 0 && l.seen[0] < id {
			l.seen = l.seen[1:]
		}
		if len(l.seen) > 0 && l.seen[0] == id {
			continue
		}
		if len(l.heap) < r.k {
			l.push(candidateOf(s, id))
		} else {
			l.replace(candidateOf(s, id))
		}
		if len(l.heap) == r.k {
			least = l.heap[0].score()
		}
	}
	return least
}

// push adds c to a heap with room.
func (l *list) push(c candidate) {
	at := len(l.heap)
	l.heap = append(l.heap, c)
	for at > 0 {
		up := (at - 1) / 2
		if l.heap[up] < c {
			break
		}
		l.heap[at] = l.heap[up]
		at = up
	}
	l.heap[at] = c
}

// replace puts c in place of the worst.
func (l *list) replace(c candidate) {
	heap, at := l.heap, 0
	for {
		down := 2*at + 1
		if down >= len(heap) {
			break
		}
		if down+1 < len(heap) && heap[down+1] < heap[down] {
			down++
		}
		if c < heap[down] {
			break
		}
		heap[at] = heap[down]
		at = down
	}
	heap[at] = c
}

// write sorts the list into a row of ids and scores, best first.
func (l *list) write(ids, scores []float32) {
	slices.Sort(l.heap)
	for c := range ids {
		ids[c], scores[c] = -1, float32(math.Inf(-1))
		if n := len(l.heap) - 1 - c; n >= 0 {
			ids[c], scores[c] = float32(l.heap[n].id()), l.heap[n].score()
		}
	}
}

// above has bit r set if row r of a tile has a score above threshold[r].
func above(t *tile, threshold *[tileRows]float32) uint {
	set := uint(0)
	for r, least := range threshold {
		for _, s := range t[r*tileCols:][:tileCols] {
			if s > least {
				set |= 1 << r
				break
			}
		}
	}
	return set
}
