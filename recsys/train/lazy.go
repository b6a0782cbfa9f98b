package train

import (
	"slices"
	"strings"

	"lethe/recsys/backend"
	"lethe/recsys/dense"
)

// Lazy moves only the entity rows that a batch names: lazy Adam, which leaves the
// moments of all other rows where they are. Users and items that took no part keep
// their bits.
type Lazy struct {
	l      *Learner
	users  int
	tables []table
	shared []dense.Spec
}

// table is one entity table of θ and the index of its touched rows.
type table struct {
	spec dense.Spec
	rows *backend.Index
	mark []bool
	list []int32
}

// NewLazy prepares lazy steps for a learner. users is the number of users.
func NewLazy(l *Learner, users int) *Lazy {
	z := &Lazy{l: l, users: users}
	for _, s := range l.Net.params.Specs() {
		if Entity(s.Name) == "" {
			z.shared = append(z.shared, s)
			continue
		}
		n := min(s.Rows, 3*l.Batch.Size()+1)
		z.tables = append(z.tables, table{s, l.Net.be.NewIndex(max(n, s.Rows)), make([]bool, s.Rows), make([]int32, 0, n)})
	}
	return z
}

// Entity tells whose rows a weight has: "user", "item", "node" (users, then items), or
// "" for a weight that all share. It is what precedes the first dot of the name.
func Entity(name string) string {
	switch kind, _, _ := strings.Cut(name, "."); kind {
	case "user", "item", "node":
		return kind
	}
	return ""
}

// Step is one Adam step on the rows of the named users and items, from the
// gradient in the learner. Shared weights move only if shared is set.
func (z *Lazy) Step(users, items []int32, shared bool) {
	n := z.l.Net
	step := z.l.NextStep()
	for k := range z.tables {
		t := &z.tables[k]
		switch Entity(t.spec.Name) {
		case "user":
			t.touch(users, 0)
		case "item":
			t.touch(items, 0)
		case "node":
			t.touch(users, 0)
			t.touch(items, int32(z.users))
		}
		slices.Sort(t.list)
		n.be.WriteIndex(t.rows, t.spec.Rows, t.list)
		g, m, v, th := z.views(t.spec)
		n.be.AdamRows(step, t.rows, g, m, v, th)
		for _, r := range t.list {
			t.mark[r] = false
		}
		t.list = t.list[:0]
	}
	if shared {
		for _, s := range z.shared {
			g, m, v, th := z.views(s)
			n.be.Adam(step, g, m, v, th)
		}
	}
}

func (t *table) touch(rows []int32, offset int32) {
	for _, r := range rows {
		if r += offset; !t.mark[r] {
			t.mark[r] = true
			t.list = append(t.list, r)
		}
	}
}

func (z *Lazy) views(s dense.Spec) (g, m, v, theta backend.Tensor) {
	l := z.l
	at := func(x backend.Tensor) backend.Tensor { return x.View(l.Net.params.Offset(s.Name), s.Rows, s.Cols) }
	return at(l.Grad), at(l.m), at(l.v), at(l.Net.Theta)
}
