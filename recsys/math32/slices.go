package math32

// loop applies a function to each element of x.
type loop func(x, y []float32)

// The scalar loops; builds and processors with vectors replace them.
var (
	exps       loop = each(Exp)
	logs       loop = each(Log)
	sigmoids   loop = each(Sigmoid)
	softpluses loop = each(Softplus)
	tanhs      loop = each(Tanh)
)

// Exps sets y = Exp(x).
func Exps(x, y []float32) { exps(x, y) }

// Logs sets y = Log(x).
func Logs(x, y []float32) { logs(x, y) }

// Sigmoids sets y = Sigmoid(x).
func Sigmoids(x, y []float32) { sigmoids(x, y) }

// Softpluses sets y = Softplus(x).
func Softpluses(x, y []float32) { softpluses(x, y) }

// Tanhs sets y = Tanh(x).
func Tanhs(x, y []float32) { tanhs(x, y) }

func each(f func(float32) float32) loop {
	return func(x, y []float32) {
		y = y[:len(x)]
		for i, v := range x {
			y[i] = f(v)
		}
	}
}
