package train

import (
	"math"

	"lethe/recsys/backend"
	"lethe/recsys/model"
	"lethe/recsys/tape"
)

// Objective records a loss (1×1) over a batch.
type Objective func(r *model.Recording, b *model.Batch) *tape.Node

// Learner is one objective with an optimiser state of its own on a network's
// weights. Several learners may share a network.
type Learner struct {
	Net   *Network
	Batch *model.Batch
	Rate  float64
	Grad  backend.Tensor // of θ after Gradient
	tape  *tape.Tape
	loss  *tape.Node
	m, v  backend.Tensor
	t     int
	total backend.Tensor // Σ of the losses since the last Loss
	n     int
}

// NewLearner records an objective for batches of a size.
func NewLearner(n *Network, size int, rate float64, objective Objective) *Learner {
	be := n.be
	l := &Learner{Net: n, Batch: model.NewBatch(be, size), Rate: rate, tape: tape.New(be)}
	l.Grad = be.New(1, n.Theta.Cols)
	l.m, l.v = be.New(1, n.Theta.Cols), be.New(1, n.Theta.Cols)
	l.total = be.New(1, 1)
	l.loss = objective(model.NewRecording(l.tape, n.Model, n.nodes(l.tape, l.Grad)), l.Batch)
	l.tape.Plan(l.loss)
	return l
}

// Pause has pause called within steps: a step of a large model takes longer than whoever
// cancels waits. An error of its ends the step, which returns it and has moved no weight.
func (l *Learner) Pause(pause func() error) { l.tape.Pause = pause }

// Gradient computes ∂loss/∂θ of the current batch into Grad.
func (l *Learner) Gradient() error {
	if err := l.tape.Forward(); err != nil {
		return err
	}
	if err := l.tape.Backward(); err != nil {
		return err
	}
	l.Net.be.Axpby(1, l.loss.Value, 1, l.total)
	l.n++
	return nil
}

// Adam constants, the defaults of Kingma & Ba.
const (
	beta1, beta2 = 0.9, 0.999
	epsilon      = 1e-8
)

// NextStep advances the optimiser's clock and returns the step's constants.
func (l *Learner) NextStep() backend.AdamStep {
	l.t++
	return backend.AdamStep{
		Rate: float32(l.Rate), Beta1: beta1, Beta2: beta2, Epsilon: epsilon,
		Correct1: float32(1 / (1 - power(beta1, l.t))), Correct2: float32(1 / (1 - power(beta2, l.t))),
	}
}

// power is xⁿ by repeated squaring: multiplications only, the same bits everywhere.
func power(x float64, n int) float64 {
	p := 1.0
	for ; n > 0; n >>= 1 {
		if n&1 == 1 {
			p *= x
		}
		x *= x
	}
	return p
}

// Step is one Adam step on all weights.
func (l *Learner) Step() error {
	if err := l.Gradient(); err != nil {
		return err
	}
	l.Apply()
	return nil
}

// Apply is one Adam step on all weights from the gradient in Grad.
func (l *Learner) Apply() {
	l.Net.be.Adam(l.NextStep(), l.Grad, l.m, l.v, l.Net.Theta)
}

// Share adds to y what a part g of the last step's gradient moved θ by,
// −Rate·g/(√v̂ + ε); momentum only spreads it over later steps.
func (l *Learner) Share(g, y backend.Tensor) {
	be := l.Net.be
	scale, eps := be.New(1, l.v.Cols), be.New(1, l.v.Cols)
	defer be.Free(scale)
	defer be.Free(eps)
	be.Axpby(float32(1/(1-power(beta2, l.t))), l.v, 0, scale)
	be.Unary(backend.Sqrt, scale, scale)
	be.Fill(epsilon, eps)
	be.Axpby(1, eps, 1, scale)
	be.Unary(backend.Reciprocal, scale, scale)
	be.Mul(float32(-l.Rate), scale, g, 1, y)
}

// Loss reads the mean loss of the batches since it was last called: one readback
// for many steps.
func (l *Learner) Loss() (float64, error) {
	var x [1]float32
	if err := l.Net.be.Read(l.total, x[:]); err != nil {
		return 0, err
	}
	mean := float64(x[0]) / float64(max(l.n, 1))
	l.Net.be.Fill(0, l.total)
	l.n = 0
	if math.IsNaN(mean) || math.IsInf(mean, 0) {
		return mean, errDiverged
	}
	return mean, nil
}

// Free gives the learner's memory back, not the network's.
func (l *Learner) Free() {
	l.tape.Free()
	for _, x := range []backend.Tensor{l.Grad, l.m, l.v, l.total, l.Batch.W} {
		l.Net.be.Free(x)
	}
}
