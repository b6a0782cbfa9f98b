package feed

import (
	"errors"
	"math/bits"

	"lethe/recsys/digest"
)

// Hash is a node of a Merkle tree: SHA-256.
type Hash [digest.Size]byte

// Node names a complete subtree: the one of leaves [index·2^level, (index+1)·2^level). It never changes once its leaves are there.
type Node struct{ Level, Index int }

// LeafHash is the hash of a leaf's content (RFC 6962, 2.1).
func LeafHash(content []byte) Hash {
	h := digest.New()
	h.Write([]byte{0})
	h.Write(content)
	return Hash(h.Sum(nil))
}

// Join is the hash of two subtrees side by side.
func Join(left, right Hash) Hash {
	h := digest.New()
	h.Write([]byte{1})
	h.Write(left[:])
	h.Write(right[:])
	return Hash(h.Sum(nil))
}

// Completed lists the subtrees above the leaves that are complete once leaf n is there and were not before, from below.
func Completed(n int) []Node {
	var out []Node
	for level := 1; (n+1)&(1<<level-1) == 0 && 1<<level <= n+1; level++ {
		out = append(out, Node{level, n >> level})
	}
	return out
}

// Nodes gives the hashes of complete subtrees, in the order asked for.
type Nodes func(list []Node) ([]Hash, error)

// span is a range of leaves [lo, hi).
type span struct{ lo, hi int }

// split is the largest power of two below n ≥ 2 (k in RFC 6962).
func split(n int) int { return 1 << (bits.Len(uint(n-1)) - 1) }

// cover cuts a span that begins at a multiple of a power of two at least as long into complete subtrees, from the left.
func (s span) cover() []Node {
	var out []Node
	for lo := s.lo; lo < s.hi; {
		level := bits.Len(uint(s.hi-lo)) - 1
		out = append(out, Node{level, lo >> level})
		lo += 1 << level
	}
	return out
}

// roots returns the hash of each span, with one question to nodes.
func roots(spans []span, nodes Nodes) ([]Hash, error) {
	var all []Node
	for _, s := range spans {
		all = append(all, s.cover()...)
	}
	known, err := nodes(all)
	if err != nil {
		return nil, err
	}
	if len(known) != len(all) {
		return nil, errors.New("the log lacks nodes of its tree")
	}
	out := make([]Hash, len(spans))
	for k, s := range spans {
		part := known[:len(s.cover())]
		known = known[len(part):]
		out[k] = part[len(part)-1]
		for i := len(part) - 2; i >= 0; i-- {
			out[k] = Join(part[i], out[k])
		}
	}
	return out, nil
}

// Root is the hash of the tree of the first n leaves.
func Root(n int, nodes Nodes) (Hash, error) {
	if n == 0 {
		return digest.Sum(nil), nil
	}
	r, err := roots([]span{{0, n}}, nodes)
	if err != nil {
		return Hash{}, err
	}
	return r[0], nil
}

// Inclusion is the audit path of leaf m in the tree of the first n, from the leaf up (RFC 6962, 2.1.1). It needs 0 ≤ m < n.
func Inclusion(m, n int, nodes Nodes) ([]Hash, error) {
	if m < 0 || m >= n {
		panic("feed: no such leaf")
	}
	var path []span
	for lo, hi := 0, n; hi-lo > 1; {
		k := lo + split(hi-lo)
		if m < k {
			path, hi = append(path, span{k, hi}), k
		} else {
			path, lo = append(path, span{lo, k}), k
		}
	}
	return upward(path, nodes)
}

// Consistency shows that the tree of the first m leaves is the beginning of that of the first n (RFC 6962, 2.1.2). It needs 0 < m ≤ n.
func Consistency(m, n int, nodes Nodes) ([]Hash, error) {
	if m < 1 || m > n {
		panic("feed: no such tree")
	}
	var path []span
	lo, hi, whole := 0, n, true // whole: the old tree is this subtree, and its root is known
	for m < hi {
		k := lo + split(hi-lo)
		if m <= k {
			path, hi = append(path, span{k, hi}), k
		} else {
			path, lo, whole = append(path, span{lo, k}), k, false
		}
	}
	if !whole {
		path = append(path, span{lo, hi})
	}
	return upward(path, nodes)
}

// upward is the hashes of spans in reverse.
func upward(path []span, nodes Nodes) ([]Hash, error) {
	if len(path) == 0 {
		return nil, nil
	}
	for i, j := 0, len(path)-1; i < j; i, j = i+1, j-1 {
		path[i], path[j] = path[j], path[i]
	}
	return roots(path, nodes)
}

// VerifyInclusion tells whether a path leads from leaf m to the root of the tree of the first n (RFC 9162, 2.1.3.2).
func VerifyInclusion(leaf Hash, m, n int, path []Hash, root Hash) bool {
	if m < 0 || m >= n {
		return false
	}
	at, last, r := m, n-1, leaf
	for _, p := range path {
		if last == 0 {
			return false
		}
		if at&1 == 1 || at == last {
			r = Join(p, r)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			r = Join(r, p)
		}
		at, last = at>>1, last>>1
	}
	return last == 0 && r == root
}

// VerifyConsistency tells whether a proof shows that a tree of m leaves with one root began the tree of n with another
// (RFC 9162, 2.1.4.2).
func VerifyConsistency(m, n int, before, after Hash, path []Hash) bool {
	if m < 1 || m > n {
		return false
	}
	if m == n {
		return len(path) == 0 && before == after
	}
	if m&(m-1) == 0 {
		path = append([]Hash{before}, path...)
	}
	if len(path) == 0 {
		return false
	}
	at, last := m-1, n-1
	for at&1 == 1 {
		at, last = at>>1, last>>1
	}
	old, whole := path[0], path[0]
	for _, p := range path[1:] {
		if last == 0 {
			return false
		}
		if at&1 == 1 || at == last {
			old, whole = Join(p, old), Join(p, whole)
			for at&1 == 0 && at != 0 {
				at, last = at>>1, last>>1
			}
		} else {
			whole = Join(whole, p)
		}
		at, last = at>>1, last>>1
	}
	return last == 0 && old == before && whole == after
}
