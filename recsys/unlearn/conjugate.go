package unlearn

import (
	"gonum.org/v1/gonum/floats"
)

// conjugateGradients solves A·x = b for a symmetric A given by its products, in at most
// steps products, or until the residual is below tolerance·‖b‖. It stops where A turns out not
// to be positive (Steihaug 1983), keeping the x reached by then. It returns ‖b − A·x‖ as well.
func conjugateGradients(product func(v []float64) ([]float64, error), b []float64, steps int, tolerance float64) (x []float64, residual float64, err error) {
	x = make([]float64, len(b))
	r := append([]float64(nil), b...)
	p := append([]float64(nil), b...)
	rr := floats.Dot(r, r)
	goal := tolerance * tolerance * rr
	for range steps {
		if rr <= goal || rr == 0 {
			break
		}
		ap, err := product(p)
		if err != nil {
			return nil, 0, err
		}
		curve := floats.Dot(p, ap)
		if !(curve > 0) {
			break
		}
		alpha := rr / curve
		floats.AddScaled(x, alpha, p)
		floats.AddScaled(r, -alpha, ap)
		next := floats.Dot(r, r)
		floats.AddScaledTo(p, r, next/rr, p)
		rr = next
	}
	return x, floats.Norm(r, 2), nil
}
