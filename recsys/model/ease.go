package model

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model/ease"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
)

// Solver is a model whose weights are solved for instead of trained: no gradient leads to
// them, so methods that take steps do not apply.
type Solver interface {
	Model
	// Solve gives the weights that belong to the data set.
	Solve() (*dense.Params, error)
	// Scorer is the final vectors' products without multiplying them out: it writes the
	// scores of all items for a user.
	Scorer(p *dense.Params) func(user int, out []float32)
}

// Solved tells whether a configuration's model is a Solver.
func Solved(cfg api.ModelConfig) bool { return cfg.Name == "ease" }

// easeModel is EASE as a model: see package ease for equations and cost.
//
//	user vector: their row of X      item vector: its column of B      s_ui = ⟨x_u, b_i⟩
//
// Reg is λ. Shapes: final vectors are as wide as there are items. That is what makes a
// user exactly their history: nothing of one is stored but in P.
type easeModel struct {
	cfg api.ModelConfig
	x   *data.Interactions
}

// easeReg is λ where the configuration names none.
const easeReg = 100

func newEASE(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Reg == 0 {
		cfg.Reg = easeReg
	}
	if cfg.Reg < 0 {
		return nil, fmt.Errorf("model ease: regularisation %g is below 0", cfg.Reg)
	}
	cfg.Dim = 0 // as wide as the catalogue
	return &easeModel{cfg, d.Train}, nil
}

func (m *easeModel) Config() api.ModelConfig { return m.cfg }

func (m *easeModel) Specs() []dense.Spec { return ease.Specs(m.x.Items) }

// Init leaves the weights at zero: see Solve.
func (m *easeModel) Init(*dense.Params, rng.Source) {}

func (m *easeModel) Record(t *tape.Tape, theta func(string) *tape.Node, _ bool) Embedding {
	users := dense.New(m.x.Users, m.x.Items)
	for u := range m.x.Users {
		for _, i := range m.x.Row(u) {
			users.Row(u)[i] = 1
		}
	}
	n, items := t.Matrix(users), theta(ease.Weight)
	return Embedding{Users: n, Items: items, UserRows: n, ItemRows: items}
}

func (m *easeModel) Solve() (*dense.Params, error) {
	s, err := ease.Solve(m.x, m.cfg.Reg)
	if err != nil {
		return nil, err
	}
	return s.Params(), nil
}

func (m *easeModel) Scorer(p *dense.Params) func(int, []float32) {
	b := ease.B(p.View(ease.Weight))
	return func(u int, out []float32) { ease.Scores(b, m.x.Row(u), out) }
}

// User folds in: a stranger's vector is their history, as everybody's.
func (m *easeModel) User(liked []int32) []float32 {
	x := make([]float32, m.x.Items)
	for _, i := range liked {
		x[i] = 1
	}
	return x
}
