package session

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/eval"
	"lethe/recsys/unlearn"
)

// Bench asks for a table: every model under every request by every method.
type Bench struct {
	Models   []api.Train
	Methods  []string
	Requests []string
	Golds    int    // seeds of Retrain; at least 1
	Seed     uint64 // of the requests' choices and of the methods
	// Extra are methods that are on no list, found by name before those that are.
	Extra []unlearn.Method
	// Recall and Record keep rows that are dear to compute: Recall decodes the row of a
	// question into v and tells whether there is one. Nil: nothing is kept.
	Recall func(asked, v any) (bool, error)
	Record func(asked, v any) error
	// Audit prepares to examine results of one task beside Retrains of several seeds. Nil:
	// no audits. Audited says what they are: rows of others are not taken for theirs.
	Audit   func(t *unlearn.Task, retrains []*unlearn.Result) (Examine, error)
	Audited string
}

// Examine audits what a method gave out, and what to show beside.
type Examine func(m unlearn.Method, r *unlearn.Result) (audits, beside []api.Audit, err error)

// Bench trains each model once, retrains it for each request with as many seeds as
// asked for, and runs the methods. It returns their rows and, apart from them, those
// of the original models and of Retrain. begin is told what comes next.
//
// A method that cannot serve a request has a row with a note and no figures. Rows that
// Recall knows are not computed again, nor is what only they needed.
func (s *Session) Bench(b Bench, begin func(label string), obs api.Observer) (rows, references []api.Row, err error) {
	if err := s.needData(); err != nil {
		return nil, nil, err
	}
	hash, shared := s.DataSHA256(), &standing{}
	for _, m := range b.Models {
		for _, request := range b.Requests {
			g := &group{s: s, b: b, m: m, request: request, begin: begin, obs: obs, data: hash, standing: shared}
			if err := g.run(); err != nil {
				return nil, nil, fmt.Errorf("%s, %s: %w", m.Model.Name, request, err)
			}
			rows, references = append(rows, g.rows...), append(references, g.references...)
		}
	}
	return rows, references, nil
}

// group is the rows of one model and one request.
type group struct {
	s       *Session
	b       Bench
	m       api.Train
	request string
	begin   func(label string)
	obs     api.Observer

	rows, references []api.Row
	golds            []api.Row
	retrains         []*unlearn.Result // nil where their rows were recalled
	examine          Examine
	data             string // its hash
	*standing
}

// standing is the model that is trained, for groups that share it.
type standing struct {
	model *trained
	asked api.Train
}

// rowKey is what a row answers.
type rowKey struct {
	Version int       `json:"version"`
	Data    string    `json:"data"`
	Train   api.Train `json:"train"`
	Request string    `json:"request"`
	Seed    uint64    `json:"seed"`
	Method  string    `json:"method"`
	Gold    uint64    `json:"gold,omitempty"`  // seeds after the model's own
	Golds   int       `json:"golds,omitempty"` // that it was audited against
	Audited string    `json:"audited,omitempty"`
}

func (g *group) label(what string) {
	g.begin(g.m.Model.Name + ", " + g.request + ", " + what)
}

// recalled returns the row of a question, computing and recording it if it is new.
func (g *group) recalled(k rowKey, compute func() (api.Row, error)) (row api.Row, err error) {
	k.Version, k.Data, k.Train, k.Request, k.Seed = api.Version, g.data, g.m, g.request, g.b.Seed
	if g.b.Recall != nil {
		if found, err := g.b.Recall(k, &row); found || err != nil {
			return row, err
		}
	}
	if row, err = compute(); err != nil {
		return row, err
	}
	if g.b.Record != nil {
		err = g.b.Record(k, row)
	}
	return row, err
}

func (g *group) run() error {
	g.retrains = make([]*unlearn.Result, g.b.Golds)
	for k := range g.b.Golds {
		row, err := g.recalled(rowKey{Method: "retrain", Gold: uint64(k)}, func() (api.Row, error) { return g.retrain(k) })
		if err != nil {
			return err
		}
		row.CompareWith(g.first(row))
		g.golds = append(g.golds, row)
	}
	original, err := g.recalled(rowKey{Method: "original"}, g.original)
	if err != nil {
		return err
	}
	original.CompareWith(g.golds[0])
	noise := &noise{g.golds}
	for _, row := range append([]api.Row{original}, g.golds...) {
		if row, err = noise.score(row); err != nil {
			return err
		}
		g.references = append(g.references, row)
	}
	for _, method := range g.b.Methods {
		row := g.golds[0]
		if method != "retrain" {
			k := rowKey{Method: method}
			if g.b.Audit != nil {
				k.Golds, k.Audited = g.b.Golds, g.b.Audited
			}
			if row, err = g.recalled(k, func() (api.Row, error) { return g.method(method) }); err != nil {
				return err
			}
			row.CompareWith(g.golds[0])
		}
		if row.ThetaSHA256 != nil {
			if row, err = noise.score(row); err != nil {
				return err
			}
		}
		g.rows = append(g.rows, row)
	}
	return nil
}

// first is the Retrain that others are compared with.
func (g *group) first(row api.Row) api.Row {
	if len(g.golds) > 0 {
		return g.golds[0]
	}
	return row
}

// before is the trained model, trained once for all requests.
func (g *group) before() (*trained, error) {
	if g.model != nil && g.asked == g.m {
		return g.model, nil
	}
	g.begin(g.m.Model.Name)
	if _, err := g.s.Train(g.m, g.obs); err != nil {
		return nil, err
	}
	g.model, g.asked = g.s.slots[api.Before], g.m
	return g.model, nil
}

// retrain is Retrain under the kth seed: what chance alone does.
func (g *group) retrain(k int) (api.Row, error) {
	t, r, err := g.forget("retrain", k)
	if err != nil {
		return api.Row{}, err
	}
	g.retrains[k] = r
	if k > 0 {
		t.row.Note = fmt.Sprintf("seed %d", t.config.Seed)
	}
	return t.row.Row, nil
}

// forget runs a method on the trained model, as if its seed had been more.
func (g *group) forget(method string, more int) (*trained, *unlearn.Result, error) {
	before, err := g.before()
	if err != nil {
		return nil, nil, err
	}
	what := method
	if more > 0 {
		what = fmt.Sprintf("%s, seed %d", method, before.config.Seed+uint64(more))
	}
	g.label(what)
	be, err := g.s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, nil, err
	}
	m, err := g.find(method)
	if err != nil {
		return nil, nil, err
	}
	other := *before
	other.config.Seed += uint64(more)
	t, err := g.s.unlearn(&other, m, api.Unlearn{Method: method, Request: g.request, Seed: g.b.Seed}, be, g.obs)
	if err != nil {
		return nil, nil, err
	}
	return t, &unlearn.Result{Params: t.params, Bound: t.bound, Curve: t.result.Curve}, nil
}

func (g *group) find(method string) (unlearn.Method, error) {
	for _, m := range g.b.Extra {
		if m.Describe().Name == method {
			return m, nil
		}
	}
	return unlearn.New(method)
}

func (g *group) original() (api.Row, error) {
	before, err := g.before()
	if err != nil {
		return api.Row{}, err
	}
	g.label("original")
	task, err := g.task(before)
	if err != nil {
		return api.Row{}, err
	}
	row, err := measure(task, before, api.Method{Name: "original"})
	if err != nil {
		return api.Row{}, err
	}
	row.Forget = g.golds[0].Forget
	return row.Row, nil
}

func (g *group) task(before *trained) (*unlearn.Task, error) {
	be, err := g.s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, err
	}
	t, _, err := g.s.task(before, api.Unlearn{Request: g.request, Seed: g.b.Seed}, be, g.obs)
	return t, err
}

// method is the row of a method; one that cannot serve the request has a note only.
func (g *group) method(name string) (api.Row, error) {
	t, r, err := g.forget(name, 0)
	if err != nil && Failure(err).Code == api.CodeUnsupported {
		m, findErr := g.find(name)
		if findErr != nil {
			return api.Row{}, findErr
		}
		return api.Row{Model: g.m.Model.Name, Method: name, Guarantee: m.Describe().Guarantee, Forget: g.golds[0].Forget, Note: err.Error()}, nil
	}
	if err != nil {
		return api.Row{}, err
	}
	if g.b.Audit == nil {
		return t.row.Row, nil
	}
	if err := g.prepare(); err != nil {
		return api.Row{}, err
	}
	m, err := g.find(name)
	if err != nil {
		return api.Row{}, err
	}
	g.label(name + ", audits")
	t.row.Audits, t.row.Beside, err = g.examine(m, r)
	return t.row.Row, err
}

// prepare audits the Retrains, training those again whose rows were recalled.
func (g *group) prepare() error {
	if g.examine != nil {
		return nil
	}
	for k, r := range g.retrains {
		if r != nil {
			continue
		}
		var err error
		if _, g.retrains[k], err = g.forget("retrain", k); err != nil {
			return err
		}
	}
	before, err := g.before()
	if err != nil {
		return err
	}
	t, err := g.task(before)
	if err != nil {
		return err
	}
	g.label("audits of Retrain")
	g.examine, err = g.b.Audit(t, g.retrains)
	return err
}

// noise scores rows against the seeds of Retrain.
type noise struct{ golds []api.Row }

// score fills in the noise score of a row; a seed of Retrain is compared with the
// others. Fewer seeds than a noise floor needs give none.
func (n *noise) score(r api.Row) (api.Row, error) {
	if len(n.golds) < eval.MinRetrains {
		return r, nil
	}
	golds := make([]api.Estimates, len(n.golds))
	for k, g := range n.golds {
		golds[k] = g.Estimates
	}
	out, err := eval.NewNoise(r.Estimates, golds)
	if err != nil {
		return r, err
	}
	score := out.Score.Value
	for k, g := range n.golds {
		if r.Method == "retrain" && *g.ThetaSHA256 == *r.ThetaSHA256 {
			score = out.Retrain[k]
		}
	}
	r.NoiseScore, r.NoiseLimit = &score, &out.Limit
	return r, nil
}
