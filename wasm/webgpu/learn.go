//go:build js && wasm

package webgpu

import (
	"math"
	"slices"

	"lethe/recsys/backend"
	"lethe/wasm/jsutil"
)

func (b *Backend) Adam(step backend.AdamStep, g, m, v, theta backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckLen(theta, g, m, v)
	if n := b.pieces(theta.Len(), g, m, v, theta); n < theta.Len() {
		for at := 0; at < theta.Len(); at += n {
			b.Adam(step, piece(g, at, n), piece(m, at, n), piece(v, at, n), piece(theta, at, n))
		}
		return
	}
	b.near(&g, &m, &v, &theta)
	w := width(theta.Len(), g, m, v, theta)
	n := theta.Len() / w
	k := b.d.pipelines.kernel("adam", w, "adam", "adam_all")
	b.d.pipelines.run(k, groupsOf(n, lanes), adamWords(step, w, n, 1, g, m, v, theta),
		of(g), of(m), of(v), of(theta))
}

func (b *Backend) AdamRows(step backend.AdamStep, rows *backend.Index, g, m, v, theta backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckSame(theta, g, m, v)
	ix := rowsOf(rows, theta).mem
	for first, many := 0, b.pieces(theta.Rows, g, m, v, theta); first < theta.Rows; first += many {
		b.adamRows(step, rows.Len, ix, first, rowPiece(g, first, many), rowPiece(m, first, many), rowPiece(v, first, many), rowPiece(theta, first, many))
	}
}

// adamRows does the listed rows that lie in a piece of the tables, from first on.
func (b *Backend) adamRows(step backend.AdamStep, listed int, rows *block, first int, g, m, v, theta backend.Tensor) {
	b.near(&g, &m, &v, &theta)
	w := width(theta.Cols, g, m, v, theta)
	n := listed * theta.Cols / w
	p := adamWords(step, w, n, theta.Cols/w, g, m, v, theta)
	p[13], p[14] = u(first), u(theta.Rows)
	k := b.d.pipelines.kernel("adamrows", w, "adam", "adam_rows")
	b.d.pipelines.run(k, groupsOf(n, lanes), p, of(g), of(m), of(v), of(theta), rows.use())
}

// adamWords are the Params of both: n groups of w elements, cols to a listed row. AdamRows
// adds the rows that are bound.
func adamWords(s backend.AdamStep, w, n, cols int, g, m, v, theta backend.Tensor) words {
	checkRange(g, m, v, theta)
	return words{u(n), u(cols), u(g.Off / w), u(m.Off / w), u(v.Off / w), u(theta.Off / w),
		f(s.Rate), f(s.Beta1), f(s.Beta2), f(s.Epsilon), f(s.Decay), f(s.Correct1), f(s.Correct2)}
}

// bprSamples is how many samples a workgroup of BPRStep takes at once.
const bprSamples = 16

// smallLevel bounds the levels that one workgroup does alone, with others of the kind.
const smallLevel = 4 * bprSamples

func (b *Backend) BPRStep(rate, reg float32, users, items backend.Tensor, who, i, j *backend.Index) {
	if b.failed() != nil {
		return
	}
	backend.CheckBPR(users, items, who, i, j)
	checkRange(users, items)
	b.near(&users, &items)
	p := &b.plan
	p.make(rowsOf(who, users).rows, rowsOf(i, items).rows, rowsOf(j, items).rows, users.Rows, items.Rows)
	if len(p.starts) < 2 || users.Cols == 0 {
		return
	}
	if size := 4 * len(p.list); p.mem == nil || p.mem.buffer.bytes < size || !p.mem.valid() {
		if p.mem != nil {
			b.release(p.mem)
		}
		p.mem = b.allocate(size)
	}
	plan := p.mem.use()
	b.d.buffers.write(plan, 0, jsutil.Raw(p.list))
	levels, starts := len(p.starts)-1, len(p.list)-len(p.starts)
	for level := 0; level < levels; {
		end, groups := level+1, 1
		if n := p.starts[end] - p.starts[level]; n > smallLevel {
			groups = groupsOf(int(n), bprSamples)
		} else {
			for end < levels && p.starts[end+1]-p.starts[end] <= smallLevel {
				end++
			}
		}
		b.run("bprstep", 1, groups,
			words{u(users.Cols), u(users.Off), u(items.Off), u(starts), u(level), u(end), f(rate), f(rate * reg)},
			plan, of(users), of(items))
		level = end
	}
}

// plan orders the samples of a BPRStep by level.
type plan struct {
	list         []int32 // u, i, j of each sample by level, then starts
	starts       []int32 // of the levels, and the end of the last
	level        []int32 // of each sample
	users, items []int32 // the level after which a row is free; zero between calls
	mem          *block
}

// make puts each sample into the first level behind those of earlier samples that have a
// row of its own.
func (p *plan) make(u, i, j []int32, users, items int) {
	p.users, p.items = grown(p.users, users), grown(p.items, items)
	p.level, p.starts = p.level[:0], append(p.starts[:0], 0)
	for k := range u {
		at := max(p.users[u[k]], p.items[i[k]], p.items[j[k]])
		p.level = append(p.level, at)
		p.users[u[k]], p.items[i[k]], p.items[j[k]] = at+1, at+1, at+1
		for int(at)+1 >= len(p.starts) {
			p.starts = append(p.starts, 0)
		}
		p.starts[at+1]++
	}
	for at := 1; at < len(p.starts); at++ {
		p.starts[at] += p.starts[at-1]
	}
	p.list = slices.Grow(p.list[:0], 3*len(u)+len(p.starts))[:3*len(u)]
	next := slices.Clone(p.starts)
	for k, at := range p.level {
		copy(p.list[3*next[at]:], []int32{u[k], i[k], j[k]})
		next[at]++
		p.users[u[k]], p.items[i[k]], p.items[j[k]] = 0, 0, 0
	}
	p.list = append(p.list, p.starts...)
}

// grown is x with at least n elements, the new ones zero.
func grown(x []int32, n int) []int32 {
	if len(x) < n {
		return append(x, make([]int32, n-len(x))...)
	}
	return x
}

// topUsers is how many users a workgroup of TopK takes, and topPass how many ranks a
// pass fills.
const topUsers, topPass = 8, 64

func (b *Backend) TopK(users backend.Tensor, who *backend.Index, items backend.Tensor, seen backend.Sparse, banned backend.Tensor, ids, scores backend.Tensor) {
	if b.failed() != nil {
		return
	}
	backend.CheckTopK(users, who, items, seen, banned, ids, scores)
	checkRange(users, items, ids, scores)
	index := rowsOf(who, users)
	lists, many := b.pieces(ids.Rows, ids, scores), b.pieces(items.Rows, items)
	rows, gathered := users, b.pieces(users.Rows, users) < users.Rows
	if gathered {
		lists = min(lists, b.half()/users.Cols)
		rows = b.New(min(lists, ids.Rows), users.Cols)
		defer b.Free(rows)
	}
	for place := 0; place < ids.Rows; place += lists {
		r := ranking{index, place, seen.Mem.(*sparse), rows, rowPiece(ids, place, lists), rowPiece(scores, place, lists), gathered}
		if gathered {
			b.gather(users, index, place, rows.RowRange(0, r.ids.Rows))
		}
		for rank := 0; rank < ids.Cols; rank += topPass {
			for item := 0; item == 0 || item < items.Rows; item += many {
				mask := banned
				if banned.Mem != nil {
					mask = piece(banned, item, many)
				}
				b.topK(r, rowPiece(items, item, many), item, mask, rank)
			}
		}
	}
}

// ranking is the lists that one dispatch of TopK works on: those of the users in an index from
// a place on, whose vectors are rows of users by number or, gathered, in order.
type ranking struct {
	index              *index
	place              int
	seen               *sparse
	users, ids, scores backend.Tensor
	gathered           bool
}

// topK offers items, the first of which has number item, for the ranks from first on.
func (b *Backend) topK(r ranking, items backend.Tensor, item int, banned backend.Tensor, first int) {
	users, ids, scores := r.users, r.ids, r.scores
	b.near(&users, &items, &banned, &ids, &scores)
	w := width(users.Cols, users, items)
	for _, t := range []backend.Tensor{users, items} {
		w = min(apart(w, t, ids), apart(w, t, scores))
	}
	mask, masked := scores, false // bound, never read
	if banned.Mem != nil {
		mask, masked = banned, true
		w = apart(w, banned, users, items)
	}
	name, table, at := "topk", of(items), items.Off/w
	if b.halve != nil {
		name, table, at = "topk_half", b.halve(items, w), 0
	}
	b.run(name, w, groupsOf(ids.Rows, topUsers),
		words{u(ids.Rows), u(items.Rows), u(items.Cols / w), u(ids.Cols), u(users.Off / w), u(at), u(mask.Off),
			u(ids.Off), u(scores.Off), u(first), flag(masked), f(float32(math.Inf(-1))), u(r.place), flag(r.gathered), u(item), flag(item > 0)},
		r.index.mem.use(), of(users), table, r.seen.ptr.use(), r.seen.col.use(), of(mask), of(ids), of(scores))
}
