// Package graph builds the sparse matrices that models convolve with.
package graph

import (
	"math"

	"lethe/recsys/data"
)

// CSR is a sparse matrix on the host. Row r holds columns Col[Ptr[r]:Ptr[r+1]],
// ascending, with the values Val of the same range; Val nil means all ones.
type CSR struct {
	Rows, Cols int
	Ptr, Col   []int32
	Val        []float32
}

// Len is the number of stored entries.
func (m CSR) Len() int { return len(m.Col) }

// Bipartite is the symmetrically normalised adjacency matrix of users and
// items, Â = D^-½ A D^-½ with A = [0 X; Xᵀ 0] (He et al., LightGCN, SIGIR 2020):
// (U+I)×(U+I), users first, no self loops. A node without interactions has an empty row.
func Bipartite(x *data.Interactions) CSR {
	deg := make([]int32, x.Items)
	for _, i := range x.Item {
		deg[i]++
	}
	n := x.Users + x.Items
	m := CSR{Rows: n, Cols: n, Ptr: make([]int32, n+1), Col: make([]int32, 2*x.Len()), Val: make([]float32, 2*x.Len())}
	copy(m.Ptr, x.Ptr)
	for i, d := range deg {
		m.Ptr[x.Users+i+1] = m.Ptr[x.Users+i] + d
	}
	next := append([]int32(nil), m.Ptr[x.Users:]...)
	for u := range x.Users {
		row := x.Row(u)
		for k, i := range row {
			w := float32(1 / math.Sqrt(float64(len(row))*float64(deg[i])))
			e := int(x.Ptr[u]) + k
			m.Col[e], m.Val[e] = int32(x.Users)+i, w
			e = int(next[i])
			m.Col[e], m.Val[e] = int32(u), w
			next[i]++
		}
	}
	return m
}

// Seen is the users×items pattern of x, for masking what a user already has.
func Seen(x *data.Interactions) CSR {
	return CSR{Rows: x.Users, Cols: x.Items, Ptr: x.Ptr, Col: x.Item}
}

// Identity is the n×n matrix that leaves vectors as they are.
func Identity(n int) CSR {
	m := CSR{Rows: n, Cols: n, Ptr: make([]int32, n+1), Col: make([]int32, n), Val: make([]float32, n)}
	for k := range n {
		m.Ptr[k+1], m.Col[k], m.Val[k] = int32(k+1), int32(k), 1
	}
	return m
}

// Transpose returns mᵀ; columns stay ascending.
func (m CSR) Transpose() CSR {
	t := CSR{Rows: m.Cols, Cols: m.Rows, Ptr: make([]int32, m.Cols+1), Col: make([]int32, m.Len())}
	if m.Val != nil {
		t.Val = make([]float32, m.Len())
	}
	for _, c := range m.Col {
		t.Ptr[c+1]++
	}
	for c := range m.Cols {
		t.Ptr[c+1] += t.Ptr[c]
	}
	next := append([]int32(nil), t.Ptr...)
	for r := range m.Rows {
		for e := m.Ptr[r]; e < m.Ptr[r+1]; e++ {
			c := m.Col[e]
			t.Col[next[c]] = int32(r)
			if m.Val != nil {
				t.Val[next[c]] = m.Val[e]
			}
			next[c]++
		}
	}
	return t
}
