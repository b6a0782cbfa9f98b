package eval

import (
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/lapack"
	"gonum.org/v1/gonum/lapack/lapack64"
)

// Similarity is how alike two models are, as a rule one against Retrain. It is shown
// beside the noise floor and says nothing about forgetting: two Retrains are no more alike than
// Retrain and the original.
type Similarity struct {
	Overlap    api.Estimate `json:"overlap"`    // shared part of the first K, mean over users
	Popularity api.Estimate `json:"popularity"` // Jensen-Shannon divergence, in bits, of who is shown how often
	Rank       api.Estimate `json:"rank"`       // Spearman correlation of all items' scores, mean over sampled users
	Aligned    api.Estimate `json:"aligned"`    // distance of the vectors after the best rotation, 0 to 1
}

// sampledUsers is how many users RankCorrelation looks at in a Similarity.
const sampledUsers = 256

// NewSimilarity compares a model with Retrain by their lists of one length for the same
// users and by their vectors.
func NewSimilarity(model, retrain Lists, v, retrainV Vectors, src rng.Source) Similarity {
	s := src.Named("similarity").Stream()
	var some []int32
	for _, k := range s.Perm(len(model.Users))[:min(sampledUsers, len(model.Users))] {
		some = append(some, model.Users[k])
	}
	out := Similarity{
		Overlap:    Overlap(model, retrain),
		Popularity: PopularityDivergence(model, retrain, v.Items.Rows, Resamples/4, src),
		Rank:       RankCorrelation(v, retrainV, some),
	}
	if v.Users.Cols == retrainV.Users.Cols {
		out.Aligned = AlignedDistance(retrainV, v)
	}
	return out
}

// Lists are the first K items of some users, best first, -1 where items run out.
type Lists struct {
	K     int
	Users []int32
	Items []int32 // len(Users)×K
}

// Lists ranks the listed users.
func (r *Ranker) Lists(users, items backend.Tensor, list []int32, obs api.Observer) (Lists, error) {
	l := Lists{K: r.ids.Cols, Users: list, Items: make([]int32, 0, len(list)*r.ids.Cols)}
	err := r.Each(users, items, list, obs, func(_ int32, top []int32) { l.Items = append(l.Items, top...) })
	return l, err
}

// Row is the list of the k-th user.
func (l Lists) Row(k int) []int32 { return l.Items[k*l.K : (k+1)*l.K] }

// First keeps the first k of every list.
func (l Lists) First(k int) Lists {
	k = min(k, l.K)
	out := Lists{K: k, Users: l.Users, Items: make([]int32, 0, len(l.Users)*k)}
	for n := range l.Users {
		out.Items = append(out.Items, l.Row(n)[:k]...)
	}
	return out
}

// Of keeps the lists of some of the users, both ascending.
func (l Lists) Of(users []int32) Lists {
	out := Lists{K: l.K, Users: users, Items: make([]int32, 0, len(users)*l.K)}
	for k, at := 0, 0; k < len(users); at++ {
		if l.Users[at] == users[k] {
			out.Items = append(out.Items, l.Row(at)...)
			k++
		}
	}
	return out
}

// Overlap is the mean over users of |a ∩ b|/K.
func Overlap(a, b Lists) api.Estimate {
	mustMatch(a, b)
	s := Sample{Value: make([]float64, len(a.Users)), Unit: a.Users}
	for k := range a.Users {
		row, shared := b.Row(k), 0
		for _, i := range a.Row(k) {
			if i >= 0 && slices.Contains(row, i) {
				shared++
			}
		}
		s.Value[k] = float64(shared) / float64(max(a.K, 1))
	}
	return s.Mean()
}

func mustMatch(a, b Lists) {
	if a.K != b.K || !slices.Equal(a.Users, b.Users) {
		panic("eval: lists of different users or lengths")
	}
}

// PopularityDivergence is the Jensen-Shannon divergence, in bits, between the
// distributions of items over all list places of two models: 0 for the same, 1 for nothing in
// common. The interval draws users.
func PopularityDivergence(a, b Lists, items, resamples int, src rng.Source) api.Estimate {
	mustMatch(a, b)
	p, q := make([]float64, items), make([]float64, items)
	count := func(weight []float64) float64 {
		clear(p)
		clear(q)
		for k := range a.Users {
			w := 1.0
			if weight != nil {
				w = weight[k]
			}
			for _, i := range a.Row(k) {
				if i >= 0 {
					p[i] += w
				}
			}
			for _, i := range b.Row(k) {
				if i >= 0 {
					q[i] += w
				}
			}
		}
		return jensenShannon(p, q)
	}
	value := count(nil)
	s := src.Named("popularity").Stream()
	drawn := make([]float64, resamples)
	for r := range drawn {
		drawn[r] = count(drawUnits(&s, len(a.Users)))
	}
	e := percentiles(value, drawn)
	// A resample repeats users and so adds divergence of its own: its spread is right, its
	// place is not.
	return around(value, e.SE)
}

// jensenShannon is ½·KL(p‖m) + ½·KL(q‖m) with m = (p+q)/2, in bits, of two lists of
// counts.
func jensenShannon(p, q []float64) float64 {
	var sp, sq float64
	for k := range p {
		sp, sq = sp+p[k], sq+q[k]
	}
	if sp == 0 || sq == 0 {
		return 0
	}
	sum := 0.0
	for k := range p {
		x, y := p[k]/sp, q[k]/sq
		m := (x + y) / 2
		if x > 0 {
			sum += x * math.Log2(x/m) / 2
		}
		if y > 0 {
			sum += y * math.Log2(y/m) / 2
		}
	}
	return max(sum, 0)
}

// RankCorrelation is the Spearman correlation between two models' scores of all items,
// mean over the listed users.
func RankCorrelation(a, b Vectors, users []int32) api.Estimate {
	s := Sample{Value: make([]float64, len(users)), Unit: users}
	x, y := make([]float64, a.Items.Rows), make([]float64, b.Items.Rows)
	for k, u := range users {
		for i := range x {
			x[i] = inner(a.Users.Row(int(u)), a.Items.Row(i))
			y[i] = inner(b.Users.Row(int(u)), b.Items.Row(i))
		}
		s.Value[k] = correlation(midranks(x), midranks(y))
	}
	return s.Mean()
}

// midranks are the ranks of values from 1, ties sharing their mean.
func midranks(x []float64) []float64 {
	all := sorted(Sample{Value: x}, Sample{})
	rank := make([]float64, len(x))
	for from := 0; from < len(all); {
		to, _, _ := tie(all, from)
		for _, m := range all[from:to] {
			rank[m.at] = float64(from+to+1) / 2
		}
		from = to
	}
	return rank
}

// correlation is Pearson's; 0 where a side is constant.
func correlation(x, y []float64) float64 {
	var sx, sy, xx, yy, xy float64
	n := float64(len(x))
	for k := range x {
		sx, sy = sx+x[k], sy+y[k]
	}
	for k := range x {
		a, b := x[k]-sx/n, y[k]-sy/n
		xx, yy, xy = xx+a*a, yy+b*b, xy+a*b
	}
	if xx == 0 || yy == 0 {
		return 0
	}
	return xy / math.Sqrt(xx*yy)
}

// AlignedDistance is how far two models' vectors are apart once the second is rotated
// and scaled to fit the first as well as it can: all scores of a model stay the same when users and
// items turn together, so nothing else of a distance means anything.
//
//	dist² = min_{Q orthogonal, c} ‖A − c·B·Q‖²/‖A‖² = 1 − (Σσ)²/(‖A‖²·‖B‖²)     σ: singular values of BᵀA
//
// A and B are users and items one below the other. The standard error draws rows with
// the rotation fixed.
//
// (orthogonal Procrustes: Schönemann, Psychometrika 1966)
func AlignedDistance(a, b Vectors) api.Estimate {
	if a.Users.Cols != b.Users.Cols {
		panic("eval: vectors of different width")
	}
	d := a.Users.Cols
	cross := zeros(d, d)
	na := addCross(cross, b.Users, a.Users) + addCross(cross, b.Items, a.Items)
	if na == 0 {
		return api.Estimate{}
	}
	q, sigma, ok := nearestOrthogonal(cross)
	if !ok {
		return api.Estimate{}
	}
	nb := squares(b.Users) + squares(b.Items)
	c := 0.0
	if nb > 0 {
		c = sigma / nb
	}
	value := math.Sqrt(max(1-c*sigma/na, 0))
	// dist² is a ratio of sums over rows; the influence of a row on it is (e − dist²·w)/Σw.
	s := Sample{}
	for _, part := range []struct{ a, b dense.Matrix }{{a.Users, b.Users}, {a.Items, b.Items}} {
		for r := range part.a.Rows {
			e, w := residual(part.a.Row(r), part.b.Row(r), q, c)
			s.Value = append(s.Value, (e-value*value*w)/na)
			s.Unit = append(s.Unit, int32(len(s.Unit)))
		}
	}
	se := clusterError(s)
	if value > 0 {
		se /= 2 * value
	}
	return around(value, se)
}

// nearestOrthogonal is UVᵀ of a square m = UΣVᵀ, and the sum of Σ. It overwrites m.
func nearestOrthogonal(m blas64.General) (q blas64.General, sigma float64, ok bool) {
	n := m.Rows
	u, vt, s := zeros(n, n), zeros(n, n), make([]float64, n)
	work := make([]float64, 1)
	lapack64.Gesvd(lapack.SVDAll, lapack.SVDAll, m, u, vt, s, work, -1) // asks for the workspace
	work = make([]float64, int(work[0]))
	if !lapack64.Gesvd(lapack.SVDAll, lapack.SVDAll, m, u, vt, s, work, len(work)) {
		return q, 0, false
	}
	q = zeros(n, n)
	blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, u, vt, 0, q)
	for _, x := range s {
		sigma += x
	}
	return q, sigma, true
}

// addCross adds bᵀa to cross and returns ‖a‖².
func addCross(cross blas64.General, b, a dense.Matrix) float64 {
	total := 0.0
	for r := range a.Rows {
		x := a.Row(r)
		for p, w := range b.Row(r) {
			line := cross.Data[p*cross.Stride : p*cross.Stride+len(x)]
			for c, y := range x {
				line[c] += float64(w) * float64(y)
			}
		}
		total += inner(x, x)
	}
	return total
}

func squares(m dense.Matrix) float64 { return inner(m.Data, m.Data) }

// residual is ‖a − c·b·Q‖² and ‖a‖² of one row.
func residual(a, b []float32, q blas64.General, c float64) (e, w float64) {
	fit := make([]float64, len(a))
	for p, x := range b {
		for k, y := range q.Data[p*q.Stride : p*q.Stride+len(a)] {
			fit[k] += c * float64(x) * y
		}
	}
	for k, x := range a {
		d := float64(x) - fit[k]
		e += d * d
		w += float64(x) * float64(x)
	}
	return e, w
}
