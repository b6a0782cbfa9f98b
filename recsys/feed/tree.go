package feed

import "errors"

// Tree holds every complete subtree of its leaves in memory: 64 bytes and more for each leaf. Its zero value is empty.
type Tree struct {
	nodes map[Node]Hash
	size  int
}

// Size is the number of leaves.
func (t *Tree) Size() int { return t.size }

// Append adds a leaf and what it completes.
func (t *Tree) Append(leaf Hash) {
	if t.nodes == nil {
		t.nodes = map[Node]Hash{}
	}
	t.nodes[Node{0, t.size}] = leaf
	for _, n := range Completed(t.size) {
		t.nodes[n] = Join(t.nodes[Node{n.Level - 1, 2 * n.Index}], t.nodes[Node{n.Level - 1, 2*n.Index + 1}])
	}
	t.size++
}

// Nodes is the tree as Root, Inclusion and Consistency read it.
func (t *Tree) Nodes(list []Node) ([]Hash, error) {
	out := make([]Hash, len(list))
	for k, n := range list {
		h, ok := t.nodes[n]
		if !ok {
			return nil, errors.New("the tree has no such node")
		}
		out[k] = h
	}
	return out, nil
}
