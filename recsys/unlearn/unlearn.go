// Package unlearn makes a trained model forget: one file per method, one table of
// methods. A method gets a task and returns new weights; it never changes its input,
// so before and after come free.
package unlearn

import (
	"fmt"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
)

// Guarantees a method can give.
const (
	Exact       = "exact"       // the distribution of Retrain, bit for bit where stated
	Approximate = "approximate" // measured, not proved
	Control     = "control"     // not meant to forget: shows what the other methods add
)

// Task is a request against a trained model.
type Task struct {
	Model   api.ModelConfig
	Train   api.TrainConfig // how Before was trained; Retrain repeats it
	Before  *dense.Params
	Data    *data.Dataset // as Before was trained on
	Forget  *data.ForgetSet
	Retain  *data.Dataset // Data without Forget
	Backend backend.Backend
	Seed    uint64 // of the method's own randomness
	Observe api.Observer
	// Final is the final vectors of Before on Data, if they are at hand. They are computed
	// where a method needs them and has none.
	Final *eval.Vectors
}

// Result is a model after forgetting.
type Result struct {
	Params *dense.Params
	// Bound is the data set the weights are served with: its graph, its features. The
	// retain set, except for controls that leave the graph as it was.
	Bound *data.Dataset
	Steps int
	Curve []api.Point
	// WorstRecall is the lowest validation Recall@20 met on the way, over the users
	// that the method watched; nil if it watched none.
	WorstRecall *float64
	// Certificate is a certified method's; nil for others.
	Certificate *api.Certificate
	// Note says what a reader of the result should know: why a method was chosen, for one.
	Note string
}

// Method is one way of forgetting.
type Method interface {
	Describe() api.Method
	// Supports says in words why a request cannot be served, or returns nil.
	Supports(t *Task) error
	Unlearn(t *Task) (*Result, error)
}

// needSteps refuses models that no step can change.
func needSteps(t *Task) error {
	if model.Solved(t.Model) {
		return fmt.Errorf("model %s is solved in closed form and takes no steps: use ease or retrain", t.Model.Name)
	}
	if t.Model.Adapters > 0 {
		return fmt.Errorf("model %s has adapters that are solved for and take no steps: use lethe, adapter or retrain", t.Model.Name)
	}
	return nil
}

var methods = slices.Concat(
	[]Method{retrain{}, ease{}, shard{}}, adapters, []Method{auto{}, lethe{}, mmrecun{}},
	compared,
	[]Method{graphOnly{}, maskOnly{}, fineTune{}, neggrad{}},
)

// Methods lists every method, exact ones first.
func Methods() []api.Method {
	var list []api.Method
	for _, m := range methods {
		list = append(list, m.Describe())
	}
	return list
}

// New returns the method of a name. Options follow the name after plus signs.
func New(name string) (Method, error) {
	parts := strings.Split(name, "+")
	var names []string
	for _, m := range methods {
		names = append(names, m.Describe().Name)
		switch {
		case m.Describe().Name != parts[0]:
		case len(parts) == 1:
			return m, nil
		case makers[parts[0]] == nil:
			return nil, fmt.Errorf("unlearning method %s has no options here: leave %q out", parts[0], strings.Join(parts[1:], "+"))
		default:
			return makers[parts[0]](parts[1:])
		}
	}
	return nil, fmt.Errorf("unlearning method %q is not known: use one of %v", name, names)
}
