package graph

import (
	"math"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// Nearest returns for each item its k nearest by cosine, best first, ties to the
// smaller id, the item itself among them. Items that lack the modality or have a zero
// vector are nobody's neighbour and have themselves only. Cost: O(I²·F).
func Nearest(m data.Modality, k int) *data.Neighbors {
	n := m.Rows.Rows
	k = min(k, n)
	unit := normalised(m)
	out := &data.Neighbors{K: k, ItemID: make([]int32, n*k), Cos: make([]float32, n*k)}
	filled := make([]int, n) // of each item's list; -1: the item is not there
	for i := range n {
		for c := range k {
			out.ItemID[i*k+c] = int32(i)
		}
		if absent(m, i) {
			filled[i] = -1
		}
	}
	p, score := make(panel, m.Rows.Cols), new([panelWidth]float32)
	for from := 0; from < n; from += panelWidth {
		to := min(from+panelWidth, n)
		p.fill(unit, from, to)
		for i := range n {
			if filled[i] < 0 {
				continue
			}
			products(p, unit.Row(i), score)
			filled[i] = offer(m, score[:to-from], from, filled[i], out.ItemID[i*k:(i+1)*k], out.Cos[i*k:(i+1)*k])
		}
	}
	return out
}

// panel is a few items' features side by side, a row per feature: it stays in the nearest
// cache while everybody's products with it are made.
type panel [][panelWidth]float32

const panelWidth = 32

func (p panel) fill(x dense.Matrix, from, to int) {
	clear(p)
	for j := from; j < to; j++ {
		for c, v := range x.Row(j) {
			p[c][j-from] = v
		}
	}
}

// products fills score[j] with ⟨a, x_j⟩ over a panel, in ascending features: the same bits everywhere.
var products = productsScalar

func productsScalar(p panel, a []float32, score *[panelWidth]float32) {
	clear(score[:])
	p = p[:len(a)]
	for c, v := range a {
		row := &p[c]
		for j := range row {
			score[j] += float32(v * row[j])
		}
	}
}

// normalised is the features with rows of length one.
func normalised(m data.Modality) dense.Matrix {
	unit := m.Rows.Clone()
	for i := range unit.Rows {
		row := unit.Row(i)
		var sum float64
		for _, x := range row {
			sum += float64(float64(x) * float64(x))
		}
		if sum > 0 {
			inv := float32(1 / math.Sqrt(sum))
			for c := range row {
				row[c] *= inv
			}
		}
	}
	return unit
}

func absent(m data.Modality, i int) bool {
	if m.Has != nil && !m.Has[i] {
		return true
	}
	return !slices.ContainsFunc(m.Rows.Row(i), func(x float32) bool { return x != 0 })
}

// offer puts the scores of the items from first on, whose lists hold n so far, into ids and cos, best
// first, and returns how many these hold then.
func offer(m data.Modality, score []float32, first, n int, ids []int32, cos []float32) int {
	for j, s := range score {
		if n == len(ids) && s <= cos[n-1] || m.Has != nil && !m.Has[first+j] {
			continue
		}
		if n < len(ids) {
			n++
		}
		c := n - 1
		for ; c > 0 && cos[c-1] < s; c-- {
			ids[c], cos[c] = ids[c-1], cos[c-1]
		}
		ids[c], cos[c] = int32(first+j), s
	}
	return n
}

// ItemGraph is the item-item graph of a modality from its k nearest neighbours: those
// that came with the data where there are at least k, else computed.
//
// binary: every edge weighs 1 before normalising, else its cosine (negative ones are
// dropped). Normalised as d_i^-½ w_ij d_j^-½ with d the row sums. With exactly k binary
// edges per row this is 1/k, FREEDOM's matrix; with cosines it is MGCN's.
func ItemGraph(m data.Modality, k int, binary bool) CSR {
	nb := m.Neighbors
	if nb == nil || nb.K < k {
		nb = Nearest(m, k)
	}
	n := m.Rows.Rows
	type edge struct {
		to int32
		w  float32
	}
	rows := make([][]edge, n)
	degree := make([]float64, n)
	total := 0
	for i := range n {
		for c := range k {
			to, w := nb.ItemID[i*nb.K+c], nb.Cos[i*nb.K+c]
			if to < 0 || w <= 0 && int(to) != i || m.Has != nil && (!m.Has[i] || !m.Has[to]) {
				continue
			}
			if binary {
				w = 1
			}
			rows[i] = append(rows[i], edge{to, w})
			degree[i] += float64(w)
		}
		slices.SortFunc(rows[i], func(a, b edge) int { return int(a.to - b.to) })
		rows[i] = slices.CompactFunc(rows[i], func(a, b edge) bool { return a.to == b.to })
		total += len(rows[i])
	}
	g := CSR{Rows: n, Cols: n, Ptr: make([]int32, 1, n+1), Col: make([]int32, 0, total), Val: make([]float32, 0, total)}
	for i, row := range rows {
		for _, e := range row {
			d := degree[i] * degree[e.to]
			if d <= 0 {
				continue
			}
			g.Col = append(g.Col, e.to)
			g.Val = append(g.Val, float32(float64(e.w)/math.Sqrt(d)))
		}
		g.Ptr = append(g.Ptr, int32(len(g.Col)))
	}
	return g
}

// Blend is Σ weight_k·m_k for matrices of one shape.
func Blend(weights []float32, ms []CSR) CSR {
	out := CSR{Rows: ms[0].Rows, Cols: ms[0].Cols, Ptr: []int32{0}}
	sum := make([]float32, out.Cols)
	mark := make([]bool, out.Cols)
	var cols []int32
	for r := range out.Rows {
		cols = cols[:0]
		for k, m := range ms {
			for e := m.Ptr[r]; e < m.Ptr[r+1]; e++ {
				c := m.Col[e]
				if !mark[c] {
					mark[c], sum[c] = true, 0
					cols = append(cols, c)
				}
				sum[c] += float32(weights[k] * m.Val[e])
			}
		}
		slices.Sort(cols)
		for _, c := range cols {
			out.Col, out.Val = append(out.Col, c), append(out.Val, sum[c])
			mark[c] = false
		}
		out.Ptr = append(out.Ptr, int32(len(out.Col)))
	}
	return out
}

// Forward is the users×items half of the normalised bipartite graph: R̂ with
// r̂_ui = 1/√(d_u·d_i).
func Forward(x *data.Interactions) CSR {
	full := Bipartite(x)
	m := CSR{Rows: x.Users, Cols: x.Items, Ptr: full.Ptr[:x.Users+1], Val: full.Val[:x.Len()]}
	m.Col = make([]int32, x.Len())
	copy(m.Col, x.Item)
	return m
}
