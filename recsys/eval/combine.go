package eval

import (
	"math"

	"lethe/recsys/rng"

	"gonum.org/v1/gonum/floats"
)

// combine is an attack made of several: logistic regression over their scores and their
// squares, which learns the direction as well, so that a forgotten pair that stands out
// for being too low counts as much as one that is too high. Each pair's decision value comes
// from a fit without the pair's fold; all pairs of a unit are in one fold.
//
//	w = argmin Σ_k c_k·ln(1 + e^{−y_k(b + ⟨w,x_k⟩)}) + ½·‖w‖²     y = +1 forgotten, −1 held out
//
// c are the pairs' weights, scaled so that both classes have half of them; x has mean 0 and deviation 1 over all pairs,
// and the decision value leaves b out: no fold is shifted against another. Under the null the
// AUC of the decision values is 0.5 in expectation. Its standard error by AUCEstimate leaves
// out that the fit varies too: on small samples it is up to a quarter too small.
func combine(levels []Scores, src rng.Source) (forget, heldout Sample) {
	s := levels[0]
	n, m := len(s.ForgetUser), len(s.HeldoutUser)
	forget = Sample{make([]float64, n), s.ForgetUser, s.ForgetWeight}
	heldout = Sample{make([]float64, m), s.HeldoutUser, s.HeldoutWeight}
	x := features(levels, n, m)
	cost := make([]float64, n+m)
	for k := range cost {
		if k < n {
			cost[k] = forget.weight(k)
		} else {
			cost[k] = heldout.weight(k - n)
		}
	}
	fold := make([]int, n+m)
	src = src.Named("fold")
	for k := range fold {
		u := uint64(0)
		if k < n {
			u = uint64(s.ForgetUser[k])
		} else {
			u = uint64(s.HeldoutUser[k-n])
		}
		fold[k] = int(src.Key(u).Bits() % folds)
	}
	for f := range folds {
		w := logistic(x, n, cost, func(k int) bool { return fold[k] != f })
		for k := range fold {
			if fold[k] != f {
				continue
			}
			value := 0.0
			for c, v := range w {
				value += v * x[k][c]
			}
			if k < n {
				forget.Value[k] = value
			} else {
				heldout.Value[k-n] = value
			}
		}
	}
	return forget, heldout
}

// folds of every cross-validation.
const folds = 5

// features are the standardised attack scores of all levels and their squares, a row
// per pair.
func features(levels []Scores, n, m int) [][]float64 {
	width := 2 * len(levels) * len(Attacks)
	flat := make([]float64, (n+m)*width)
	x := make([][]float64, n+m)
	for k := range x {
		x[k] = flat[k*width : (k+1)*width]
	}
	c := 0
	for _, s := range levels {
		for a := range Attacks {
			for k := range x {
				if k < n {
					x[k][c] = s.Forget[a][k]
				} else {
					x[k][c] = s.Heldout[a][k-n]
				}
			}
			standardise(x, c)
			for k := range x {
				x[k][c+1] = x[k][c] * x[k][c]
			}
			standardise(x, c+1)
			c += 2
		}
	}
	return x
}

// standardise gives column c mean 0 and deviation 1, or zeros if it is constant.
func standardise(x [][]float64, c int) {
	var sum, square float64
	for _, r := range x {
		sum += r[c]
		square += r[c] * r[c]
	}
	n := float64(max(len(x), 1))
	mean := sum / n
	sd := math.Sqrt(max(square/n-mean*mean, 0))
	for _, r := range x {
		r[c] -= mean
		if sd > 0 {
			r[c] /= sd
		}
	}
}

const (
	newtonSteps = 12
	newtonDone  = 1e-6
)

// logistic fits w on the rows that use says, the first n of which are of class +1, by
// Newton steps, and returns it without the intercept.
func logistic(x [][]float64, n int, weight []float64, use func(k int) bool) []float64 {
	d := len(x[0]) + 1 // the last column is the intercept
	var sum [2]float64
	rows := 0
	for k := range x {
		if use(k) {
			sum[class(k, n)] += weight[k]
			rows++
		}
	}
	w := make([]float64, d)
	if sum[0] == 0 || sum[1] == 0 {
		return w[:d-1]
	}
	cost := [2]float64{float64(rows) / 2 / sum[0], float64(rows) / 2 / sum[1]}
	row, grad := make([]float64, d), make([]float64, d)
	hess := make([]float64, d*d)
	for range newtonSteps {
		for c := range d {
			grad[c] = -w[c]
		}
		grad[d-1] = 0
		clear(hess)
		for c := range d - 1 {
			hess[c*d+c] = 1
		}
		hess[d*d-1] = 1e-9
		for k := range x {
			if use(k) {
				copy(row, x[k])
				row[d-1] = 1
				accumulate(row, w, class(k, n), weight[k]*cost[class(k, n)], grad, hess)
			}
		}
		u, ok := cholesky(d, hess)
		if !ok {
			break
		}
		step := solve(u, grad)
		floats.Add(w, step)
		if floats.Norm(step, math.Inf(1)) < newtonDone {
			break
		}
	}
	return w[:d-1]
}

// class is 1 for a forgotten pair, 0 for a held-out one.
func class(k, n int) int {
	if k < n {
		return 1
	}
	return 0
}

// accumulate adds one row to the gradient of the log-likelihood and to the upper
// triangle of its negative Hessian.
func accumulate(row, w []float64, class int, cost float64, grad, hess []float64) {
	s := 0.0
	for c, x := range row {
		s += x * w[c]
	}
	p := 1 / (1 + math.Exp(-s))
	e, h := cost*(float64(class)-p), cost*p*(1-p)
	d := len(row)
	for a, x := range row {
		grad[a] += e * x
		hx, line := h*x, hess[a*d:(a+1)*d]
		for b := a; b < d; b++ {
			line[b] += hx * row[b]
		}
	}
}
