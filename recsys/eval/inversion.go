package eval

import (
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Inversion is the attack on a revoked feature: can it be read off the model? A ridge
// regression predicts the revoked rows from what the model says of each item, and R² over
// items it was not fitted on tells how much of them is left. Retrain is the reference: users who
// like an item tell something of it without any feature.
type Inversion struct {
	CoUsers api.Estimate `json:"co_users"` // from the mean vector of the item's users
	Items   api.Estimate `json:"items"`    // from the item's own vector
}

// MinInversion is how many revoked items an inversion needs: with fewer in each of five
// folds R² says nothing.
const MinInversion = 25

// NewInversion attacks the rows of a modality of d, the data before the request, for the
// listed items, with their training users there. ok is false for fewer than MinInversion items.
//
//	R² = 1 − Σ‖x − x̂‖²/Σ‖x − x̄‖²      x̄, x̂ from the other folds
func NewInversion(v Vectors, d *data.Dataset, modality string, items []int32, src rng.Source) (inv Inversion, ok bool) {
	m := d.Modality(modality)
	if m == nil {
		return inv, false
	}
	columns := d.Train.Transpose()
	var own, liked, target []([]float32)
	var list []int32
	for _, i := range items {
		users := columns.Row(int(i))
		if m.Has != nil && !m.Has[i] || len(users) == 0 {
			continue
		}
		list = append(list, i)
		target = append(target, m.Rows.Row(int(i)))
		own = append(own, v.Items.Row(int(i)))
		liked = append(liked, meanOf(v.Users, users))
	}
	if len(list) < MinInversion {
		return inv, false
	}
	fold := make([]int, len(list))
	s := src.Named("inversion").Stream()
	for at, k := range s.Perm(len(list)) {
		fold[k] = at % folds
	}
	inv.CoUsers = explained(liked, target, list, fold)
	inv.Items = explained(own, target, list, fold)
	return inv, true
}

// Likers gives an item's mean vector of the users who have it in columns, items×users; nil where nobody has.
func (v Vectors) Likers(columns *data.Interactions) func(item int) []float32 {
	return func(i int) []float32 {
		if users := columns.Row(i); len(users) > 0 {
			return meanOf(v.Users, users)
		}
		return nil
	}
}

func meanOf(m dense.Matrix, rows []int32) []float32 {
	mean := make([]float32, m.Cols)
	for _, r := range rows {
		for c, x := range m.Row(int(r)) {
			mean[c] += x / float32(len(rows))
		}
	}
	return mean
}

// explained is the cross-validated R² of ridge regressions from x to y; the standard
// error draws items.
func explained(x, y [][]float32, items []int32, fold []int) api.Estimate {
	lost, total := make([]float64, len(x)), make([]float64, len(x))
	for f := range folds {
		var train, test []int
		for k := range fold {
			if fold[k] == f {
				test = append(test, k)
			} else {
				train = append(train, k)
			}
		}
		r := fitRidge(x, y, train)
		for _, k := range test {
			guess := r.predict(x[k])
			for c, w := range y[k] {
				e, b := float64(w)-guess[c], float64(w)-r.meanY[c]
				lost[k] += e * e
				total[k] += b * b
			}
		}
	}
	var e, t float64
	for k := range lost {
		e, t = e+lost[k], t+total[k]
	}
	if t == 0 {
		return api.Estimate{}
	}
	s := Sample{Unit: items}
	for k := range lost {
		s.Value = append(s.Value, (e/t*total[k]-lost[k])/t)
	}
	return around(1-e/t, clusterError(s))
}

// ridge predicts y = ȳ + (x − x̄)·W.
type ridge struct {
	meanX, meanY []float64
	w            []float64 // len(meanX)×len(meanY)
}

// fitRidge chooses the penalty by generalised cross-validation:
//
//	W_λ = (XᵀX + λI)⁻¹XᵀY      GCV(λ) = ‖Y − XW_λ‖²/(n − 1 − tr (XᵀX + λI)⁻¹XᵀX)²
//
// (Golub, Heath, Wahba, Technometrics 1979)
func fitRidge(x, y [][]float32, rows []int) ridge {
	r := ridge{meanX: meanRows(x, rows), meanY: meanRows(y, rows)}
	p, q := len(r.meanX), len(r.meanY)
	cx, cy := centredRows(x, rows, r.meanX), centredRows(y, rows, r.meanY)
	gram, xy := zeros(p, p), zeros(p, q)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, cx, cx, 0, gram)
	blas64.Gemm(blas.Trans, blas.NoTrans, 1, cx, cy, 0, xy)
	lambda := penalty(gram, xy, floats.Dot(cy.Data, cy.Data), len(rows))
	if u, ok := cholesky(p, plusDiagonal(gram.Data, p, lambda)); ok {
		r.w = solve(u, xy.Data)
	} else {
		r.w = make([]float64, p*q)
	}
	return r
}

// penalty minimises GCV over half powers of ten times the mean eigenvalue of G = XᵀX. With
// C = XᵀY and A = G + λI it needs no W:
//
//	‖Y − XW‖² = ‖Y‖² − tr A⁻¹CCᵀ − λ·tr A⁻²CCᵀ      tr A⁻¹G = p − λ·tr A⁻¹
func penalty(gram, c blas64.General, whole float64, n int) float64 {
	p := gram.Rows
	power, square := zeros(p, p), zeros(p, p)
	blas64.Gemm(blas.NoTrans, blas.Trans, 1, c, c, 0, power)
	mean := trace(gram.Data, p) / float64(p)
	best, least := 1.0, math.Inf(1)
	for e := -6; e <= 8; e++ {
		lambda := (mean + 1e-12) * math.Sqrt(math.Pow10(e)) // not Pow, which differs between platforms
		u, ok := cholesky(p, plusDiagonal(gram.Data, p, lambda))
		if !ok {
			continue
		}
		inv := inverse(u)
		free := float64(n-1-p) + lambda*trace(inv.Data, p)
		if free < 1 {
			continue
		}
		blas64.Gemm(blas.NoTrans, blas.NoTrans, 1, inv, inv, 0, square)
		rss := whole - floats.Dot(inv.Data, power.Data) - lambda*floats.Dot(square.Data, power.Data)
		if gcv := max(rss, 0) / (free * free); gcv < least {
			best, least = lambda, gcv
		}
	}
	return best
}

func (r ridge) predict(x []float32) []float64 {
	out := slices.Clone(r.meanY)
	for a, v := range x {
		floats.AddScaled(out, float64(v)-r.meanX[a], r.w[a*len(out):(a+1)*len(out)])
	}
	return out
}

func meanRows(x [][]float32, rows []int) []float64 {
	mean := make([]float64, len(x[0]))
	for _, k := range rows {
		for c, v := range x[k] {
			mean[c] += float64(v) / float64(len(rows))
		}
	}
	return mean
}

func centredRows(x [][]float32, rows []int, mean []float64) blas64.General {
	m := zeros(len(rows), len(mean))
	for at, k := range rows {
		for c, v := range x[k] {
			m.Data[at*m.Stride+c] = float64(v) - mean[c]
		}
	}
	return m
}
