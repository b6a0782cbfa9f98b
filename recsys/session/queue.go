package session

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
	"lethe/recsys/unlearn"
)

// Queue asks that the model of slot Before serves a file of requests of all kinds, in batches.
type Queue struct {
	Method string
	File   string // read with the session's ReadFile
	Batch  int    // requests
	Seed   uint64
}

// Queue puts the result into slot After and returns a row per kind of request, measured on the final model
// against all requests of that kind. Seconds are those of the whole queue.
func (s *Session) Queue(q Queue, obs api.Observer) ([]api.Row, error) {
	before, err := s.slot(api.Before)
	if err != nil {
		return nil, err
	}
	method, err := unlearn.New(q.Method)
	if err != nil {
		return nil, unknown("method", q.Method, methodNames())
	}
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, err
	}
	content, err := s.opt.ReadFile(q.File)
	if err != nil {
		return nil, &data.Error{File: q.File, Problem: "the file cannot be read (" + err.Error() + ")", Remedy: "name a file of requests, one a line"}
	}
	watch := s.stopwatch()
	requests, err := data.ReadQueue(before.bound, q.File, content, rng.New(q.Seed))
	if err != nil {
		return nil, err
	}
	sets, again := unlearn.Queue(before.bound, requests, q.Batch)
	task := &unlearn.Task{
		Model: before.model, Train: before.config, Before: before.params, Data: before.bound,
		Backend: be, Seed: q.Seed, Observe: obs, Final: &eval.Vectors{Users: before.users, Items: before.items},
	}
	end, left := before.params, before.bound
	err = unlearn.Sequence(task, method, sets, func(_ int, p *dense.Params, d *data.Dataset) error {
		end, left = p, d
		return nil
	})
	if err != nil {
		return nil, err
	}
	seconds := watch.seconds()
	t := &trained{
		model: before.model, config: before.config, params: end, bound: left, result: before.result,
		visitor: before.visitor, request: request{q.File, q.Seed},
	}
	t.result.Seconds, t.result.ThetaSHA256 = seconds, end.SHA256()
	if err := t.serve(be); err != nil {
		return nil, err
	}
	var rows []api.Row
	for _, set := range kinds(before.bound, sets) {
		one := *task
		one.Forget, one.Retain = set, left
		row, err := measure(&one, t, method.Describe())
		if err != nil {
			return nil, err
		}
		row.Forget, row.Seconds = describe(set, before.bound), &seconds
		row.Note = fmt.Sprintf("%d requests in %d sets, %d of which had nothing left to do", len(requests), len(sets), again) +
			asksForRetrain(before.result.Valid["recall@20"], row.Valid["recall@20"])
		rows, t.row, t.forget = append(rows, row.Row), row, set
	}
	s.slots[api.After] = t
	delete(s.slots, api.Retrain)
	return rows, nil
}

// kinds joins sets by what they are about.
func kinds(d *data.Dataset, sets []*data.ForgetSet) []*data.ForgetSet {
	by := map[string][]*data.ForgetSet{}
	var names []string
	for _, f := range sets {
		name := string(f.Kind) + f.Modality
		if by[name] == nil {
			names = append(names, name)
		}
		by[name] = append(by[name], f)
	}
	var out []*data.ForgetSet
	for _, n := range names {
		set := unlearn.Join(d, by[n])
		set.Modality, set.Request = by[n][0].Modality, fmt.Sprintf("%s of a queue", set.Kind)
		out = append(out, set)
	}
	return out
}
