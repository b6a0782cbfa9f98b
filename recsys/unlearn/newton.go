package unlearn

import (
	"fmt"
	"math"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"

	"gonum.org/v1/gonum/floats"
)

// newtonUser removes interactions from the users' tower with a certificate. With the items
// frozen each touched user is a regularised logistic regression of their own, in d dimensions:
//
//	L_u(p; D) = Σ_{(u,i) in D} mean_j softplus(−⟨p, q_i − q_j⟩) + ½·λ·|D_u|·‖p‖² + ⟨b_u, p⟩      b_u ~ N(0, σ²)
//	p⁰ = argmin L_u(·; D)          p' = p⁰ + (∇²L_u(p⁰; D_r))⁻¹·∇ΣDf ℓ(p⁰)        r_u = ‖∇L_u(p'; D_r)‖
//
// A step of Newton's method leaves the gradient r_u, which the noise b_u hides: whoever sees p'
// cannot tell it from the minimiser over D_r beyond (ε, δ), ε = r_u·√(2·ln(1.5/δ))/σ (Guo et al., theorem 3).
// The certificate is for the vectors of the touched users given the items, which learnt from the
// request and stay: what they still tell is measured, not certified. Nor is it for who holds the old model.
//
// Cost: about ten Newton steps of O(pairs·d² + d³) per touched user, none over other data.
// Guarantee: certified (ε, δ) for the users' tower; ε, δ and the largest residual are reported.
// Departures: touched users are first brought to their own minimum p⁰, where training stops early; a
// bound measured for each user in the place of the worst case.
// math.Exp has other last bits on some processors, and so has θ.
// Source: Guo, Goldstein, Hannun, van der Maaten, ICML 2020.
type newtonUser struct{}

// Certified methods have a bound on what the result can tell.
const Certified = "certified"

func (newtonUser) Describe() api.Method {
	return api.Method{Name: "newton-user", Guarantee: Certified, Summary: "Newton removal from the users' tower with items frozen: (ε, δ) and its residual"}
}

func (newtonUser) Supports(t *Task) error {
	if err := needPairs("newton-user", t); err != nil {
		return err
	}
	if t.Model.Shards > 0 {
		return errSharded("newton-user")
	}
	if t.Model.Name != "bpr" && t.Model.Name != "vbpr" {
		return fmt.Errorf("method newton-user serves models whose users' rows are their final vectors (bpr, vbpr); in %s a user's vector mixes the rows of others: use lethe", t.Model.Name)
	}
	return only("newton-user", t, "items are frozen", data.ForgetUsers, data.ForgetPairs)
}

const (
	newtonDelta     = 1e-5 // δ
	newtonSigma     = 0.1  // σ, against gradients of about the number of a user's interactions
	newtonNegatives = 8
	newtonSteps     = 30
	newtonTolerance = 1e-9
)

func (newtonUser) Unlearn(t *Task) (*Result, error) {
	n, err := open(t, t.Before, t.Data)
	if err != nil {
		return nil, err
	}
	defer n.Free()
	v, err := finalVectors(t, n)
	if err != nil {
		return nil, err
	}
	p := t.Before.Clone()
	r := &Result{Params: p, Bound: t.Retain, Steps: 1, Certificate: &api.Certificate{Delta: newtonDelta, Scope: "vectors of the touched users, items frozen"}}
	keys := data.Keys(t.Data.UserIDs)
	noise := rng.New(t.Train.Seed).Named("perturbation")
	us, _ := touched(t.Forget)
	for k, u := range us {
		if err := t.Observe.Tell(api.Progress{Stage: "unlearn", Done: k, Total: len(us)}); err != nil {
			return nil, err
		}
		if len(t.Retain.Train.Row(int(u))) == 0 {
			continue // nothing is left of them: the row is reset below, which is exact
		}
		s := noise.Key(keys[u]).Stream()
		residual, err := newTower(t, v, u, &s).remove(p.View("user").Row(int(u)))
		if err != nil {
			return nil, err
		}
		r.Certificate.Residual = max(r.Certificate.Residual, residual)
	}
	r.Certificate.Epsilon = r.Certificate.Residual * math.Sqrt(2*math.Log(1.5/newtonDelta)) / newtonSigma
	return r, resetEmptied(t, p)
}

// resetEmptied resets the rows that a request deletes and those of users of whom nothing
// is retained.
func resetEmptied(t *Task, p *dense.Params) error {
	gone := *t
	forget := *t.Forget
	us, _ := touched(t.Forget)
	for _, u := range us {
		if len(t.Retain.Train.Row(int(u))) == 0 {
			forget.Users = append(forget.Users[:len(forget.Users):len(forget.Users)], u)
		}
	}
	forget.Users = ascending(forget.Users)
	gone.Forget = &forget
	return resetInto(&gone, p)
}

// tower is one user's regression. x holds q_i − q_j of all their pairs, forgotten last.
type tower struct {
	d          int
	x          [][]float64
	kept       int // rows of x that are retained
	ridge      [2]float64
	b, p       []float64
	grad, hess []float64
}

func newTower(t *Task, v eval.Vectors, u int32, s *rng.Stream) *tower {
	d := v.Users.Cols
	w := &tower{d: d, b: make([]float64, d), p: make([]float64, d), grad: make([]float64, d), hess: make([]float64, d*d)}
	draw := negatives(t, probeSource(t).Named("tower"))
	add := func(i int32) {
		for k := range newtonNegatives {
			j := draw(pairOf(u, i), k)
			if j < 0 {
				continue
			}
			row := make([]float64, d)
			for c := range row {
				row[c] = float64(v.Items.Row(int(i))[c]) - float64(v.Items.Row(int(j))[c])
			}
			w.x = append(w.x, row)
		}
	}
	retained := t.Retain.Train.Row(int(u))
	for _, i := range retained {
		add(i)
	}
	w.kept = len(w.x)
	for _, i := range t.Data.Train.Row(int(u)) {
		if !t.Retain.Train.Has(int(u), int(i)) {
			add(i)
		}
	}
	w.ridge = [2]float64{t.Model.Reg * float64(len(t.Data.Train.Row(int(u)))), t.Model.Reg * float64(len(retained))}
	for c := range w.b {
		w.b[c] = newtonSigma * s.Normal()
		w.p[c] = float64(v.Users.Row(int(u))[c])
	}
	return w
}

// evaluate computes value, gradient and, upper triangle, Hessian over the first n rows.
func (w *tower) evaluate(p []float64, n int, ridge float64) float64 {
	clear(w.hess)
	value := ridge/2*floats.Dot(p, p) + floats.Dot(w.b, p)
	for c := range w.grad {
		w.grad[c] = ridge*p[c] + w.b[c]
		w.hess[c*w.d+c] = ridge
	}
	for _, x := range w.x[:n] {
		m := floats.Dot(p, x)
		s := 1 / (1 + math.Exp(m)) // σ(−m)
		value += (math.Log1p(math.Exp(-math.Abs(m))) + max(-m, 0)) / newtonNegatives
		floats.AddScaled(w.grad, -s/newtonNegatives, x)
		addSquare(s*(1-s)/newtonNegatives, x, w.hess)
	}
	return value
}

// newton is −H⁻¹·g of the last evaluation.
func (w *tower) newton() ([]float64, error) {
	step := make([]float64, w.d)
	floats.AddScaled(step, -1, w.grad)
	if !solvePositive(w.d, w.hess, step) {
		return nil, fmt.Errorf("method newton-user: a user's Hessian is not positive; the model has diverged or its regularisation is 0")
	}
	return step, nil
}

// minimise brings p to the minimum over all rows, by damped Newton steps.
func (w *tower) minimise(p []float64, n int, ridge float64) error {
	for range newtonSteps {
		value := w.evaluate(p, n, ridge)
		if floats.Norm(w.grad, 2) < newtonTolerance {
			return nil
		}
		slope := append([]float64(nil), w.grad...)
		step, err := w.newton()
		if err != nil {
			return err
		}
		for size := 1.0; ; size /= 2 {
			next := append([]float64(nil), p...)
			floats.AddScaled(next, size, step)
			if w.evaluate(next, n, ridge) <= value+1e-4*size*floats.Dot(slope, step) || size < 1e-6 {
				copy(p, next)
				break
			}
		}
	}
	return nil
}

// remove writes p' and returns the residual.
func (w *tower) remove(row []float32) (residual float64, err error) {
	if err := w.minimise(w.p, len(w.x), w.ridge[0]); err != nil {
		return 0, err
	}
	// At p⁰ the gradient of the whole is 0, so that of the rest is less the request's: one Newton step.
	w.evaluate(w.p, w.kept, w.ridge[1])
	step, err := w.newton()
	if err != nil {
		return 0, err
	}
	floats.Add(w.p, step)
	for c := range row {
		row[c] = float32(w.p[c])
		w.p[c] = float64(row[c])
	}
	w.evaluate(w.p, w.kept, w.ridge[1])
	return floats.Norm(w.grad, 2), nil
}
