package session

import (
	"fmt"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
	"lethe/recsys/train"
	"lethe/recsys/unlearn"
)

// Sequence asks what many small requests one after another do: the parts of Request, at most
// Length, each on the result of the one before.
type Sequence struct {
	Train   api.Train
	Method  string
	Request string
	Length  int
	Seed    uint64
	Golds   int
}

// retrainBelow is the share of its first validation Recall@20 below which a model that has
// served a sequence asks for a Retrain.
const retrainBelow = 0.98

// asksForRetrain is what a model says that has become less useful on the way, and nothing of others.
func asksForRetrain(first, now float64) string {
	if now >= retrainBelow*first {
		return ""
	}
	return fmt.Sprintf("; asks for a Retrain, validation Recall@20 is down to %.0f %%", 100*now/first)
}

// Sequence measures after 1, 2, 4 … requests, each row against all requests so far, then the same
// requests in reverse, and last Retrain without all of them. Seconds of a row are those of its requests in all.
func (s *Session) Sequence(q Sequence, begin func(label string), obs api.Observer) (rows []api.Row, err error) {
	method, err := unlearn.New(q.Method)
	if err != nil {
		return nil, unknown("method", q.Method, methodNames())
	}
	begin(q.Train.Model.Name)
	if _, err := s.Train(q.Train, obs); err != nil {
		return nil, err
	}
	before := s.slots[api.Before]
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, err
	}
	task, _, err := s.task(before, api.Unlearn{Request: q.Request, Seed: q.Seed}, be, obs)
	if err != nil {
		return nil, err
	}
	units, err := unlearn.Units(task.Data, task.Forget, rng.New(q.Seed).Named("sequence"))
	if err != nil {
		return nil, err
	}
	units = units[:min(q.Length, len(units))]
	whole := unlearn.Join(task.Data, units)
	x := &sequence{s: s, before: before, be: be, task: task, method: method, obs: obs}

	begin(fmt.Sprintf("%s, %d requests by %s", q.Train.Model.Name, len(units), q.Method))
	last, err := x.run(units, true)
	if err != nil {
		return nil, err
	}
	reversed := slices.Clone(units)
	slices.Reverse(reversed)
	begin(fmt.Sprintf("%s, the same in reverse", q.Train.Model.Name))
	back, err := x.run(reversed, false)
	if err != nil {
		return nil, err
	}
	overlap, err := x.overlap(last, back, data.Retain(task.Data, whole))
	if err != nil {
		return nil, err
	}
	end := &x.rows[len(x.rows)-1]
	end.Note += fmt.Sprintf("; lists overlap %.3f with those of the reverse order", overlap)
	golds := []api.Row{}
	for k := range q.Golds {
		begin(fmt.Sprintf("%s, retrain without all, seed %d", q.Train.Model.Name, before.config.Seed+uint64(k)))
		gold, err := x.retrain(whole, uint64(k))
		if err != nil {
			return nil, err
		}
		golds = append(golds, gold)
	}
	if len(golds) > 0 {
		end.CompareWith(golds[0])
		if *end, err = (&noise{golds}).score(*end); err != nil {
			return nil, err
		}
	}
	return append(x.rows, golds...), nil
}

// sequence is the state of one.
type sequence struct {
	s      *Session
	before *trained
	be     backend.Backend
	task   *unlearn.Task
	method unlearn.Method
	obs    api.Observer
	rows   []api.Row
	first  float64 // validation Recall@20 after the first request
}

// run serves requests in order; measured runs leave rows.
func (x *sequence) run(units []*data.ForgetSet, measured bool) (*dense.Params, error) {
	var end *dense.Params
	watch := x.s.stopwatch()
	spent := 0.0 // on measuring
	err := unlearn.Sequence(x.task, x.method, units, func(n int, p *dense.Params, retain *data.Dataset) error {
		end = p
		if !measured {
			return nil
		}
		seconds := watch.seconds() - spent
		row, err := x.measure(units[:n], p, retain)
		if err != nil {
			return err
		}
		row.Seconds = &seconds
		row.Note = fmt.Sprintf("after %d requests", n)
		if recall, ok := row.Valid["recall@20"]; ok {
			if x.first == 0 {
				x.first = recall
			}
			row.Note += asksForRetrain(x.first, recall)
		}
		x.rows = append(x.rows, row)
		spent = watch.seconds() - seconds
		return nil
	})
	return end, err
}

// measure evaluates weights against all requests so far.
func (x *sequence) measure(units []*data.ForgetSet, p *dense.Params, retain *data.Dataset) (api.Row, error) {
	t := *x.task
	t.Forget = unlearn.Join(t.Data, units)
	t.Retain = retain
	m, err := unlearn.Measure(&t, p, retain)
	if err != nil {
		return api.Row{}, err
	}
	d := x.method.Describe()
	sha := p.SHA256()
	row := api.Row{Model: x.before.model.Name, Method: d.Name, Guarantee: d.Guarantee, Forget: describe(t.Forget, t.Data), ThetaSHA256: &sha}
	m.Fill(&row)
	return row, nil
}

// overlap is that of two models' lists of 20.
func (x *sequence) overlap(a, b *dense.Params, retain *data.Dataset) (float64, error) {
	lists := func(p *dense.Params) (eval.Lists, error) {
		t := trained{model: x.before.model, params: p, bound: retain, visitor: -1}
		if err := t.serve(x.be); err != nil {
			return eval.Lists{}, err
		}
		v := eval.Vectors{Users: t.users, Items: t.items}
		users, items := v.Upload(x.be)
		defer x.be.Free(users)
		defer x.be.Free(items)
		r := eval.NewRanker(x.be, retain.Train, train.Forgotten(retain), 20)
		defer r.Free()
		var list []int32
		for u := range retain.Users() {
			if len(retain.Train.Row(u)) > 0 {
				list = append(list, int32(u))
			}
		}
		return r.Lists(users, items, list, x.obs)
	}
	la, err := lists(a)
	if err != nil {
		return 0, err
	}
	lb, err := lists(b)
	return eval.Overlap(la, lb).Value, err
}

// retrain is Retrain without all requests, under another seed.
func (x *sequence) retrain(whole *data.ForgetSet, more uint64) (api.Row, error) {
	t := *x.task
	t.Forget, t.Retain = whole, data.Retain(x.task.Data, whole)
	t.Train.Seed += more
	m, err := unlearn.New("retrain")
	if err != nil {
		return api.Row{}, err
	}
	watch := x.s.stopwatch()
	r, err := m.Unlearn(&t)
	if err != nil {
		return api.Row{}, err
	}
	seconds := watch.seconds()
	got, err := unlearn.Measure(&t, r.Params, r.Bound)
	if err != nil {
		return api.Row{}, err
	}
	sha := r.Params.SHA256()
	row := api.Row{Model: x.before.model.Name, Method: "retrain", Guarantee: unlearn.Exact, Forget: describe(whole, t.Data), Seconds: &seconds, ThetaSHA256: &sha}
	got.Fill(&row)
	if more > 0 {
		row.Note = fmt.Sprintf("seed %d", t.Train.Seed)
	}
	return row, nil
}
