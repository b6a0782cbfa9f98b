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
}

// Bench trains each model once, retrains it for each request with as many seeds as
// asked for, and runs the methods. It returns their rows and, apart from them, those
// of the original models and of Retrain. begin is told what comes next.
//
// A method that cannot serve a request has a row with a note and no figures.
func (s *Session) Bench(b Bench, begin func(label string), obs api.Observer) (rows, references []api.Row, err error) {
	for _, m := range b.Models {
		begin(m.Model.Name)
		if _, err := s.Train(m, obs); err != nil {
			return nil, nil, err
		}
		for _, request := range b.Requests {
			r, ref, err := s.benchRequest(b, m, request, begin, obs)
			if err != nil {
				return nil, nil, fmt.Errorf("%s, %s: %w", m.Model.Name, request, err)
			}
			rows, references = append(rows, r...), append(references, ref...)
		}
	}
	return rows, references, nil
}

func (s *Session) benchRequest(b Bench, m api.Train, request string, begin func(string), obs api.Observer) (rows, references []api.Row, err error) {
	label := m.Model.Name + ", " + request + ", "
	run := func(method string) (api.Row, error) {
		begin(label + method)
		return s.Unlearn(api.Unlearn{Method: method, Request: request, Seed: b.Seed}, obs)
	}
	gold, err := run("retrain")
	if err != nil {
		return nil, nil, err
	}
	before := s.slots[api.Before]
	if err := s.measureBefore(before, s.slots[api.Retrain], obs); err != nil {
		return nil, nil, err
	}
	before.row.compareWith(s.slots[api.Retrain])
	noise := &noise{golds: []api.Row{gold}}
	for k := 1; k < b.Golds; k++ {
		begin(fmt.Sprintf("%sretrain, seed %d", label, before.config.Seed+uint64(k)))
		again, err := s.retrainWithSeed(before, api.Unlearn{Method: "retrain", Request: request, Seed: b.Seed}, uint64(k), obs)
		if err != nil {
			return nil, nil, err
		}
		noise.golds = append(noise.golds, again)
	}
	for _, row := range append([]api.Row{before.row.Row}, noise.golds...) {
		if row, err = noise.score(row); err != nil {
			return nil, nil, err
		}
		references = append(references, row)
	}
	for _, method := range b.Methods {
		row := gold
		if method != "retrain" {
			if row, err = run(method); err != nil && Failure(err).Code == api.CodeUnsupported {
				row, err = s.unserved(before, method, gold, err), nil
			}
			if err != nil {
				return nil, nil, err
			}
		}
		if row.ThetaSHA256 != nil {
			if row, err = noise.score(row); err != nil {
				return nil, nil, err
			}
		}
		rows = append(rows, row)
	}
	return rows, references, nil
}

// retrainWithSeed is Retrain under another seed: what chance alone does.
func (s *Session) retrainWithSeed(before *trained, c api.Unlearn, more uint64, obs api.Observer) (api.Row, error) {
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return api.Row{}, err
	}
	method, err := unlearn.New(c.Method)
	if err != nil {
		return api.Row{}, err
	}
	other := *before
	other.config.Seed += more
	t, err := s.unlearn(&other, method, c, be, obs)
	if err != nil {
		return api.Row{}, err
	}
	t.row.compareWith(s.slots[api.Retrain])
	t.row.Note = fmt.Sprintf("seed %d", other.config.Seed)
	return t.row.Row, nil
}

// unserved is the row of a method that cannot serve a request.
func (s *Session) unserved(before *trained, method string, gold api.Row, why error) api.Row {
	row := &measured{api.Row{Model: before.model.Name, Method: method, Forget: gold.Forget, Note: why.Error()}}
	for _, m := range unlearn.Methods() {
		if m.Name == method {
			row.Guarantee = m.Guarantee
		}
	}
	row.compareWith(s.slots[api.Retrain])
	return row.Row
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
	r.NoiseScore = &score
	return r, nil
}
