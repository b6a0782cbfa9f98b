package data

import "math"

// userFit measures for each row of a matrix how well its columns go together in
// the eyes of everyone else: the mean cosine between two of the row's columns, the
// row's own entries left out of the columns:
//
//	fit(u) = 1/(n(n-1)) Σ_{i≠j ∈ row u} |C_i ∩ C_j \ u| / √(|C_i \ u|·|C_j \ u|)
//
// A user whose clicks nobody shares, bought or made at random, has fit 0. Rows of
// fewer than two entries say nothing and get +Inf. Cost: the sum of squared
// column lengths, because with s_v = Σ 1/√|C_i \ u| over the items shared with v, and
// q_v the same of the squares, the double sum is Σ_{v≠u} s_v² - q_v.
func userFit(x *Interactions) []float64 {
	columns := x.Transpose()
	shared := newShared(x.Users)
	fit := make([]float64, x.Users)
	for u := range fit {
		n := len(x.Row(u))
		if fit[u] = math.Inf(1); n < 2 {
			continue
		}
		shared.collect(x, columns, u)
		total := 0.0
		for _, v := range shared.users {
			total += float64(shared.s[v]*shared.s[v]) - shared.q[v]
		}
		fit[u] = total / (float64(n) * float64(n-1))
	}
	return fit
}

// pairFit is userFit taken apart: for each interaction the mean cosine between its
// item and the user's others, in storage order.
func pairFit(x *Interactions) []float64 {
	columns := x.Transpose()
	shared := newShared(x.Users)
	fit := make([]float64, x.Len())
	for u := range x.Users {
		n := len(x.Row(u))
		if n >= 2 {
			shared.collect(x, columns, u)
		}
		for k := x.Ptr[u]; k < x.Ptr[u+1]; k++ {
			if fit[k] = math.Inf(1); n < 2 {
				continue
			}
			column := columns.Row(int(x.Item[k]))
			w := weightWithoutOne(len(column))
			total := 0.0
			for _, v := range column {
				if int(v) != u {
					total += float64(w * (shared.s[v] - w))
				}
			}
			fit[k] = total / float64(n-1)
		}
	}
	return fit
}

// shared holds s_v and q_v for the users v that share items with one user.
type shared struct {
	users []int32
	s, q  []float64
}

func newShared(users int) *shared {
	return &shared{s: make([]float64, users), q: make([]float64, users)}
}

func (h *shared) collect(x, columns *Interactions, u int) {
	for _, v := range h.users {
		h.s[v], h.q[v] = 0, 0
	}
	h.users = h.users[:0]
	for _, i := range x.Row(u) {
		column := columns.Row(int(i))
		w := weightWithoutOne(len(column))
		for _, v := range column {
			if int(v) == u {
				continue
			}
			if h.s[v] == 0 {
				h.users = append(h.users, v)
			}
			h.s[v] += w
			h.q[v] += float64(w * w)
		}
	}
}

// weightWithoutOne is 1/√(n-1), the weight in a cosine of a column of n from which
// one is left out.
func weightWithoutOne(n int) float64 {
	if n < 2 {
		return 0
	}
	return 1 / math.Sqrt(float64(n-1))
}
