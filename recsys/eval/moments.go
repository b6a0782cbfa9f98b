package eval

import (
	"math"

	"gonum.org/v1/gonum/floats"
)

// What gonum's stat computes, to the bit. Package stat imports mat, which would bring its
// encoders into the browser's program; the tests compare with it.

func average(x []float64) float64 { return floats.Sum(x) / float64(len(x)) }

// meanStdDev is the mean and the sample standard deviation, by the corrected two-pass
// algorithm (Chan, Golub, LeVeque, The American Statistician 1983, equation 1.7).
func meanStdDev(x []float64) (m, sd float64) {
	m = average(x)
	return m, math.Sqrt(covariance(x, x, m, m))
}

// covariance is that of samples with means mx and my.
func covariance(x, y []float64, mx, my float64) float64 {
	var sum, dx, dy float64
	for k := range x {
		a, b := x[k]-mx, y[k]-my
		sum += a * b
		dx += a
		dy += b
	}
	return (sum - dx*dy/float64(len(x))) / float64(len(x)-1)
}

// quantile interpolates linearly between the ordered values x, of which there is one at
// least.
func quantile(p float64, x []float64) float64 {
	if floats.HasNaN(x) {
		return math.NaN()
	}
	at := p * float64(len(x))
	k := int(math.Ceil(at)) - 1
	if k < 1 {
		return x[0]
	}
	t := float64(k+1) - at
	return t*x[k-1] + (1-t)*x[k]
}

// line is the least squares fit y = at + slope·x.
func line(x, y []float64) (at, slope float64) {
	mx, my := average(x), average(y)
	slope = covariance(x, y, mx, my) / covariance(x, x, mx, mx)
	return my - slope*mx, slope
}
