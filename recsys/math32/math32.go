// Package math32 has the float32 functions that feed weights: exponential,
// logarithm, sigmoid, softplus and hyperbolic tangent, accurate to a few units
// in the last place.
//
// The standard library's functions have assembly on some platforms and none
// on others, so their last bits differ. These are built from Mul, Add, Div and
// bit operations only, each product rounded before it is added (`float32(x*y)
// + z`, which no compiler may fuse), so every platform computes the same bits.
// NaNs come out as NaN; which NaN is not promised.
//
// The functions named in the plural work on slices, element by element, with
// vector instructions where there are any, and give the bits of the scalar
// ones. There y may be x.
//
// Method and coefficients: Moshier, Cephes Mathematical Library, single
// precision (expf, logf, tanhf).
package math32

import "math"

const (
	log2E = 1.44269504088896341
	// ln 2 in two parts; the upper has 9 bits, so that n·ln2Hi is exact.
	ln2Hi = 0.693359375
	ln2Lo = -2.12194440e-4

	// Above expMax the result is +Inf, below expMin it is 0: clamping there
	// keeps the exponent arithmetic inside its range.
	expMax = 89
	expMin = -104
	// Adding and taking away 1.5·2^23 rounds to the nearest integer, and the
	// low bits of the sum are that integer.
	magic     = 12582912
	magicBits = 0x4b400000

	exp0 = 1.9875691500e-4
	exp1 = 1.3981999507e-3
	exp2 = 8.3334519073e-3
	exp3 = 4.1665795894e-2
	exp4 = 1.6666665459e-1
	exp5 = 5.0000001201e-1
)

// Exp returns e^x.
func Exp(x float32) float32 {
	if x > expMax {
		x = expMax
	}
	if x < expMin {
		x = expMin
	}
	t := float32(x*log2E) + magic
	n := t - magic
	// r = x - n·ln 2, |r| ≤ ln 2 / 2.
	r := x - float32(n*ln2Hi)
	r -= float32(n * ln2Lo)
	p := float32(r*exp0) + exp1
	p = float32(p*r) + exp2
	p = float32(p*r) + exp3
	p = float32(p*r) + exp4
	p = float32(p*r) + exp5
	p = float32(p*float32(r*r)) + r
	p += 1
	// 2^n in two factors, so that subnormal results are rounded only once.
	k := int32(math.Float32bits(t)) - magicBits
	h := k >> 1
	p *= math.Float32frombits(uint32(h+127) << 23)
	return p * math.Float32frombits(uint32(k-h+127)<<23)
}

const (
	minNormal  = 0x1p-126
	scaleUp    = 0x1p23 // lifts subnormals into the normal range
	scaleBits  = 23
	sqrtHalf   = 0x3f3504f3 // bits of √½
	mantissa   = 0x7fffff
	infinity32 = 0x7f800000

	log0 = 7.0376836292e-2
	log1 = -1.1514610310e-1
	log2 = 1.1676998740e-1
	log3 = -1.2420140846e-1
	log4 = 1.4249322787e-1
	log5 = -1.6668057665e-1
	log6 = 2.0000714765e-1
	log7 = -2.4999993993e-1
	log8 = 3.3333331174e-1
)

// Log returns the natural logarithm: -Inf at 0, NaN below.
func Log(x float32) float32 {
	s, shift := x, float32(0)
	if x < minNormal {
		s, shift = x*scaleUp, scaleBits
	}
	// s = 2^e·(1+f) with √½ ≤ 1+f < √2.
	b := int32(math.Float32bits(s)) - sqrtHalf
	e := float32(b>>23) - shift
	f := math.Float32frombits(uint32(b&mantissa+sqrtHalf)) - 1
	z := float32(f * f)
	p := float32(f*log0) + log1
	p = float32(p*f) + log2
	p = float32(p*f) + log3
	p = float32(p*f) + log4
	p = float32(p*f) + log5
	p = float32(p*f) + log6
	p = float32(p*f) + log7
	p = float32(p*f) + log8
	p = float32(float32(p*f) * z)
	p += float32(e * ln2Lo)
	p -= float32(z * 0.5)
	p = f + p
	p += float32(e * ln2Hi)
	inf := math.Float32frombits(infinity32)
	if x == inf {
		p = inf
	}
	if x == 0 {
		p = -inf
	}
	if x < 0 || x != x {
		p = inf - inf
	}
	return p
}

// Sigmoid returns 1/(1+e^-x).
func Sigmoid(x float32) float32 {
	a := x
	if x > 0 {
		a = -x
	}
	e := Exp(a)
	n := e
	if x > 0 {
		n = 1
	}
	return n / (1 + e)
}

// Softplus returns ln(1+e^x) without overflow.
func Softplus(x float32) float32 {
	a, top := x, float32(0)
	if x > 0 {
		a, top = -x, x
	}
	e := Exp(a)
	// ln(1+e): the logarithm of the rounded sum and what rounding lost.
	u := 1 + e
	lost := e - (u - 1)
	return top + (Log(u) + lost/u)
}

const (
	tanhSmall = 0.625 // below, the odd polynomial

	tanh0 = -5.70498872745e-3
	tanh1 = 2.06390887954e-2
	tanh2 = -5.37397155531e-2
	tanh3 = 1.33314422036e-1
	tanh4 = -3.33332819422e-1
)

// Tanh returns the hyperbolic tangent.
func Tanh(x float32) float32 {
	a := x
	if x < 0 {
		a = -x
	}
	if a > tanhSmall {
		y := 1 - 2/(Exp(a+a)+1)
		if x < 0 {
			y = -y
		}
		return y
	}
	z := float32(x * x)
	p := float32(z*tanh0) + tanh1
	p = float32(p*z) + tanh2
	p = float32(p*z) + tanh3
	p = float32(p*z) + tanh4
	return float32(float32(p*z)*x) + x
}
