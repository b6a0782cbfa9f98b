package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
)

// modhifi takes dimensions out of the rows of the request's users, those that carry the
// forgotten scores and not the retained ones, without a gradient. A user's centred scores over some
// items are a sum over dimensions, y = Σ_c a_c with a_c = p_uc·(q_ic − q̄_c):
//
//	FS(c) = ⟨y, a_c⟩²/(‖y‖²·‖a_c‖²)                subset fidelity of one dimension
//	out:  c with FS_f(c) − FS_r(c) > t              f: forgotten items, r: retained and sampled ones
//	δ:    argmin ‖y_r − Σ_in δ_c·a_c‖² + ridge·‖δ − 1‖²,  p_uc ← δ_c·p_uc, 0 for those out
//
// Cost: O(items·d²) per touched user. Guarantee: none; measured.
// Departures: own reconstruction of the published score from its abstract; the fit pulls to 1, because a
// user has fewer items than dimensions.
// Source: ModHiFi, 2025.
type modhifi struct{}

func (modhifi) Describe() api.Method {
	return api.Method{Name: "modhifi", Guarantee: Approximate, Summary: "take out the dimensions that carry the request and refit the rest by least squares; no gradient"}
}

func (modhifi) Supports(t *Task) error {
	if err := needPairs("modhifi", t); err != nil {
		return err
	}
	return only("modhifi", t, "a deleted user leaves no row to edit", data.ForgetItems, data.ForgetPairs)
}

const (
	modhifiLead    = 0.1 // t
	modhifiSampled = 64
	modhifiRidge   = 1.0
)

func (modhifi) Unlearn(t *Task) (*Result, error) {
	n, err := open(t, t.Before, t.Data)
	if err != nil {
		return nil, err
	}
	defer n.Free()
	v, err := rawRows(t, n)
	if err != nil {
		return nil, err
	}
	p := t.Before.Clone()
	mean := meanOf(v.Items, nil)
	draw := negatives(t, probeSource(t).Named("fidelity"))
	for at := 0; at < len(t.Forget.Pairs); {
		u := t.Forget.Pairs[at].User
		if err := t.Observe.Tell(api.Progress{Stage: "unlearn", Done: at, Total: len(t.Forget.Pairs)}); err != nil {
			return nil, err
		}
		var gone, kept []int32
		for ; at < len(t.Forget.Pairs) && t.Forget.Pairs[at].User == u; at++ {
			gone = append(gone, t.Forget.Pairs[at].Item)
		}
		kept = append(kept, t.Retain.Train.Row(int(u))...)
		for k := range modhifiSampled {
			if j := draw(pairOf(u, gone[0]), k); j >= 0 {
				kept = append(kept, j)
			}
		}
		delta, err := scales(v, mean, u, gone, kept)
		if err != nil {
			return nil, err
		}
		// The columns of raw rows are those of the users' tables, side by side.
		c := 0
		for _, b := range blocks(p, t.Data.Users()) {
			if b.kind == "user" {
				for k := range b.cols {
					p.Theta[b.row(u)+k] *= float32(delta[c])
					c++
				}
			}
		}
	}
	return &Result{Params: p, Bound: t.Retain, Steps: 1}, resetInto(t, p)
}

// scales are δ of a user, per column of the raw rows.
func scales(v eval.Vectors, mean []float64, u int32, gone, kept []int32) ([]float64, error) {
	d := v.Users.Cols
	parts := func(items []int32) (a [][]float64, y []float64) {
		for _, i := range items {
			row, sum := make([]float64, d), 0.0
			for c, x := range v.Users.Row(int(u)) {
				row[c] = float64(x) * (float64(v.Items.Row(int(i))[c]) - mean[c])
				sum += row[c]
			}
			a, y = append(a, row), append(y, sum)
		}
		return a, y
	}
	af, yf := parts(gone)
	ar, yr := parts(kept)
	ff, fr := fidelity(af, yf, d), fidelity(ar, yr, d)
	delta := make([]float64, d)
	var in []int
	for c := range d {
		if ff[c]-fr[c] <= modhifiLead {
			in = append(in, c)
		}
	}
	if len(in) == d || len(in) == 0 {
		for c := range delta {
			delta[c] = 1
		}
		return delta, nil
	}
	// Normal equations for δ − 1 over the dimensions that stay: what those out carried is to be made up.
	k := len(in)
	g, b, trace := make([]float64, k*k), make([]float64, k), 0.0
	for r := range ar {
		miss := yr[r]
		for _, c := range in {
			miss -= ar[r][c]
		}
		for x, c := range in {
			b[x] += ar[r][c] * miss
			for y := x; y < k; y++ {
				g[x*k+y] += ar[r][c] * ar[r][in[y]]
			}
		}
	}
	for x := range k {
		trace += g[x*k+x]
	}
	for x := range k {
		g[x*k+x] += modhifiRidge*trace/float64(k) + 1e-12
	}
	if !solvePositive(k, g, b) {
		return nil, fmt.Errorf("method modhifi: the scores of user %d are not numbers; the model has diverged", u)
	}
	for x, c := range in {
		delta[c] = 1 + b[x]
	}
	return delta, nil
}

// fidelity is FS of every dimension.
func fidelity(a [][]float64, y []float64, d int) []float64 {
	f, yy := make([]float64, d), 0.0
	for _, x := range y {
		yy += x * x
	}
	for c := range f {
		ya, aa := 0.0, 0.0
		for r := range a {
			ya += y[r] * a[r][c]
			aa += a[r][c] * a[r][c]
		}
		if yy > 0 && aa > 0 {
			f[c] = ya * ya / (yy * aa)
		}
	}
	return f
}
