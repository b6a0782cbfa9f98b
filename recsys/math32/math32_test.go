package math32

import (
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
)

// ulps is the distance of got from the exact value in units of the last place
// of the float32 nearest to it; subnormals have the unit of the smallest.
func ulps(got float32, want float64) float64 {
	w := float32(want)
	switch {
	case math.IsNaN(want):
		if got != got {
			return 0
		}
		return math.Inf(1)
	case math.IsInf(float64(w), 0) || math.IsInf(float64(got), 0):
		if got == w {
			return 0
		}
		return math.Inf(1)
	}
	_, e := math.Frexp(float64(w))
	return math.Abs(float64(got)-want) / math.Ldexp(1, max(e-24, -149))
}

func softplus64(x float64) float64 {
	if x > 0 {
		return x + math.Log1p(math.Exp(-x))
	}
	return math.Log1p(math.Exp(x))
}

func sigmoid64(x float64) float64 {
	if x < 0 {
		return math.Exp(x) / (1 + math.Exp(x))
	}
	return 1 / (1 + math.Exp(-x))
}

var functions = []struct {
	name  string
	f     func(float32) float32
	exact func(float64) float64
	limit float64 // ulp
}{
	{"Exp", Exp, math.Exp, 1.5},
	{"Log", Log, math.Log, 1.5},
	{"Sigmoid", Sigmoid, sigmoid64, 3},
	{"Softplus", Softplus, softplus64, 3},
	{"Tanh", Tanh, math.Tanh, 2},
}

// Every 1021st of all 2^32 bit patterns (a prime, so that mantissas vary), which
// covers subnormals, both infinities' neighbourhoods and NaNs, and a dense sweep where
// the functions bend.
func TestAccuracyOverTheWholeRange(t *testing.T) {
	for _, c := range functions {
		worst, at := 0.0, float32(0)
		try := func(x float32) {
			if u := ulps(c.f(x), c.exact(float64(x))); u > worst {
				worst, at = u, x
			}
		}
		for b := uint64(0); b < 1<<32; b += 1021 {
			try(math.Float32frombits(uint32(b)))
		}
		for i := -1_000_000; i <= 1_000_000; i++ {
			try(float32(i) * 1.1e-4)
		}
		assert.LessOrEqual(t, worst, c.limit, "%s(%g)", c.name, at)
		t.Logf("%s: %.2f ulp at %g", c.name, worst, at)
	}
}

func TestEdges(t *testing.T) {
	inf := float32(math.Inf(1))
	nan := float32(math.NaN())
	for _, c := range []struct {
		name    string
		f       func(float32) float32
		x, want float32
	}{
		{"exp", Exp, 0, 1},
		{"exp", Exp, inf, inf},
		{"exp", Exp, -inf, 0},
		{"exp", Exp, 88.8, inf},                 // ln of the largest float32 is 88.7228
		{"exp", Exp, -103.9, 0x1p-149},          // the smallest subnormal; ln of its half is -103.972
		{"exp", Exp, -104, 0},                   //
		{"exp", Exp, nan, nan},                  //
		{"log", Log, 1, 0},                      //
		{"log", Log, 0, -inf},                   //
		{"log", Log, -1, nan},                   //
		{"log", Log, -inf, nan},                 //
		{"log", Log, inf, inf},                  //
		{"log", Log, nan, nan},                  //
		{"log", Log, 0x1p-149, -149 * math.Ln2}, //
		{"sigmoid", Sigmoid, 0, 0.5},            //
		{"sigmoid", Sigmoid, inf, 1},            //
		{"sigmoid", Sigmoid, -inf, 0},           //
		{"sigmoid", Sigmoid, nan, nan},          //
		{"softplus", Softplus, 0, math.Ln2},     //
		{"softplus", Softplus, inf, inf},        //
		{"softplus", Softplus, -inf, 0},         //
		{"softplus", Softplus, 1000, 1000},      //
		{"softplus", Softplus, nan, nan},        //
		{"tanh", Tanh, 0, 0},                    //
		{"tanh", Tanh, inf, 1},                  //
		{"tanh", Tanh, -inf, -1},                //
		{"tanh", Tanh, nan, nan},                //
		{"tanh", Tanh, 1e-30, 1e-30},            //
		{"tanh", Tanh, float32(-1e-40), -1e-40}, // subnormal
	} {
		got := c.f(c.x)
		if c.want != c.want {
			assert.True(t, got != got, "%s(%g) = %g", c.name, c.x, got)
			continue
		}
		assert.Equal(t, c.want, got, "%s(%g)", c.name, c.x)
	}
}

var slices = []func(x, y []float32){Exps, Logs, Sigmoids, Softpluses, Tanhs}

// Every 4099th bit pattern, a prime, in slices of awkward length.
func TestSlicesHaveTheBitsOfScalars(t *testing.T) {
	const n = 2*1024 + 8 + 3
	x, y := make([]float32, n), make([]float32, n)
	for k, c := range functions {
		b := uint64(0)
		for b < 1<<32 {
			for i := range x {
				x[i] = math.Float32frombits(uint32(b))
				b += 4099
			}
			slices[k](x, y)
			for i, v := range x {
				want := c.f(v)
				if math.Float32bits(y[i]) != math.Float32bits(want) && (want == want || y[i] == y[i]) {
					t.Fatalf("%s(%g) is %g in a slice, %g alone", c.name, v, y[i], want)
				}
			}
		}
		slices[k](x, x)
		for i := range x {
			if math.Float32bits(x[i]) != math.Float32bits(y[i]) {
				t.Fatalf("%s in place is %g, elsewhere %g", c.name, x[i], y[i])
			}
		}
	}
}

func TestSlicesAllocateNothing(t *testing.T) {
	x := make([]float32, 3000)
	for k, c := range functions {
		assert.Zero(t, testing.AllocsPerRun(10, func() { slices[k](x, x) }), c.name)
	}
}

func BenchmarkSlices(b *testing.B) {
	x, y := make([]float32, 8192), make([]float32, 8192)
	for i := range x {
		x[i] = float32(i) * 0.001
	}
	for k, c := range functions {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				slices[k](x, y)
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/float64(len(x)), "ns/element")
		})
	}
}
