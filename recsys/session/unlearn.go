package session

import (
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/unlearn"
)

// Resolve tells what a request would touch.
func (s *Session) Resolve(c api.Resolve) (api.Forget, error) {
	if err := s.needData(); err != nil {
		return api.Forget{}, err
	}
	d := s.current()
	f, err := s.resolve(c.Request, c.Seed, d)
	if err != nil {
		return api.Forget{}, err
	}
	out := describe(f, d)
	if before := s.slots[api.Before]; before != nil {
		for _, p := range f.Pairs {
			if int(p.User) == s.base.Users() && !(before.visitor >= 0 && before.bound.Train.Has(before.visitor, int(p.Item))) {
				out.Live++
			}
		}
	}
	return out, nil
}

// resolve finds what a request means in a data set.
func (s *Session) resolve(request string, seed uint64, d *data.Dataset) (*data.ForgetSet, error) {
	if name, items, some := strings.Cut(request, ":"); name == visitorRequest {
		return s.ofVisitor(request, items, some, d)
	}
	open := s.opt.ReadFile
	if strings.HasPrefix(request, "[") { // a list of requests in JSON, as takedowns ask in one
		list := request
		request, open = "file:requests", func(string) ([]byte, error) { return []byte(list), nil }
	}
	r, err := data.ParseRequest(request)
	if err != nil {
		return nil, err
	}
	return r.Resolve(d, rng.New(seed), open)
}

// describe counts what a forget set touches.
func describe(f *data.ForgetSet, d *data.Dataset) api.Forget {
	users, items := slices.Clone(f.Users), slices.Clone(f.Items)
	for _, p := range f.Pairs {
		users, items = append(users, p.User), append(items, p.Item)
	}
	slices.Sort(users)
	slices.Sort(items)
	out := api.Forget{Request: f.Request, Kind: string(f.Kind), Pairs: len(f.Pairs),
		Users: len(slices.Compact(users)), Items: len(slices.Compact(items))}
	if n := d.Train.Len(); n > 0 {
		out.Share = float64(len(f.Pairs)) / float64(n)
	}
	return out
}

// Unlearn runs a method on slot Before and puts the result into slot After, or into
// slot Retrain for the method retrain. Of the two, a slot that belongs to another
// request is emptied.
func (s *Session) Unlearn(c api.Unlearn, obs api.Observer) (api.Row, error) {
	before, err := s.slot(api.Before)
	if err != nil {
		return api.Row{}, err
	}
	method, err := unlearn.New(c.Method)
	if err != nil {
		return api.Row{}, unknown("method", c.Method, methodNames())
	}
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return api.Row{}, err
	}
	t, err := s.unlearn(before, method, c, be, obs)
	if err != nil {
		return api.Row{}, err
	}
	slot, other := api.After, api.Retrain
	if c.Method == "retrain" {
		slot, other = other, slot
	}
	if o := s.slots[other]; o != nil && (o.request != t.request) {
		delete(s.slots, other)
	}
	s.slots[slot] = t
	if gold := s.slots[api.Retrain]; gold != nil {
		t.row.compareWith(gold)
	}
	return t.row.Row, nil
}

func methodNames() []string {
	var names []string
	for _, m := range unlearn.Methods() {
		names = append(names, m.Name)
	}
	return names
}

// unlearn makes the model of before forget a request, and measures it.
func (s *Session) unlearn(before *trained, method unlearn.Method, c api.Unlearn, be backend.Backend, obs api.Observer) (*trained, error) {
	watch := s.stopwatch()
	task, whole, err := s.task(before, c, be, watch.observe(obs))
	if err != nil {
		return nil, err
	}
	if err := method.Supports(task); err != nil {
		return nil, &api.Failure{Code: api.CodeUnsupported, Message: err.Error(), Value: c.Method}
	}
	var r *unlearn.Result
	note := ""
	switch kind := task.Forget.Kind; {
	case c.Row != nil:
		r, err = takeOver(c.File, task.Retain)
	case len(task.Forget.Pairs) == 0 && (kind == data.ForgetUsers || kind == data.ForgetPairs):
		// Nothing of it was ever trained on: the weights are those of Retrain already. Not so for items: those without interactions were
		// negatives, and their content was seen.
		r = &unlearn.Result{Params: before.params, Bound: task.Retain}
		note = "the model was never trained on these facts: they were dropped, and no weight had to change"
	default:
		r, err = method.Unlearn(task)
	}
	if err != nil {
		return nil, err
	}
	t := &trained{
		model: before.model, config: before.config, params: r.Params, bound: r.Bound, result: before.result,
		visitor: before.visitor, forget: whole, request: request{c.Request, c.Seed},
	}
	seconds, peak := watch.seconds(), watch.peakBytes()
	t.result.Seconds, t.result.Curve = seconds, watch.stamp(r.Curve)
	t.result.ThetaSHA256 = r.Params.SHA256()
	if err := t.serve(be); err != nil {
		return nil, err
	}
	if c.Row != nil {
		t.row, t.result.Valid, t.result.Test = &measured{*c.Row}, c.Row.Valid, c.Row.Test
		return t, nil
	}
	task.Observe = obs
	row, err := measure(task, t, method.Describe())
	if err != nil {
		return nil, err
	}
	row.Forget = describe(whole, before.bound)
	if r.WorstRecall == nil { // nothing lies on the way of a method without steps
		if x, ok := row.Valid["recall@20"]; ok {
			r.WorstRecall = &x
		}
	}
	if note == "" {
		note = r.Note
	}
	row.Certificate = r.Certificate
	row.Seconds, row.PeakBytes, row.WorstRetainRecall, row.Note = &seconds, peak, r.WorstRecall, note
	t.row = row
	t.result.Valid, t.result.Test = row.Valid, row.Test
	return t, nil
}

// takeOver is what another engine made of the same request. The file's weights belong to what the request leaves of these
// data, and to no others.
func takeOver(file []byte, retain *data.Dataset) (*unlearn.Result, error) {
	h, err := model.DecodeHeader(file)
	if err != nil {
		return nil, err
	}
	_, params, err := h.Bind(retain)
	return &unlearn.Result{Params: params, Bound: retain}, err
}

// request is what was asked: equal requests forget the same.
type request struct {
	text string
	seed uint64
}

// task is a request against a trained model. whole is the request with what only the
// visitor's live clicks hold; the task forgets what the model was trained on.
func (s *Session) task(before *trained, c api.Unlearn, be backend.Backend, obs api.Observer) (t *unlearn.Task, whole *data.ForgetSet, err error) {
	d := before.bound
	live := d
	if before.visitor >= 0 {
		live = s.withLikes(d, before.visitor)
	}
	if whole, err = s.resolve(c.Request, c.Seed, live); err != nil {
		return nil, nil, err
	}
	trainedOn := *whole
	trainedOn.Pairs = nil
	for _, p := range whole.Pairs {
		if d.Train.Has(int(p.User), int(p.Item)) {
			trainedOn.Pairs = append(trainedOn.Pairs, p)
		}
	}
	retain := data.Retain(d, &trainedOn)
	return &unlearn.Task{
		Model: before.model, Train: before.config, Before: before.params, Data: d, Forget: &trainedOn, Retain: retain,
		Backend: be, Seed: c.Seed, Observe: obs, Final: &eval.Vectors{Users: before.users, Items: before.items},
	}, whole, nil
}

// withLikes is d with the visitor's live clicks added to the visitor's row.
func (s *Session) withLikes(d *data.Dataset, visitor int) *data.Dataset {
	row := append(slices.Clone(d.Train.Row(visitor)), s.likes...)
	slices.Sort(row)
	e := *d
	last := int(d.Train.Ptr[visitor]) // the visitor is the last user
	base := &data.Interactions{Users: visitor, Items: d.Items(), Ptr: d.Train.Ptr[:visitor+1], Item: d.Train.Item[:last]}
	e.Train = withRow(base, slices.Compact(row))
	return &e
}

// measured is a row of the benchmark as a slot keeps it.
type measured struct{ api.Row }

// measure evaluates a model against a request, the same way for every slot.
func measure(task *unlearn.Task, t *trained, method api.Method) (*measured, error) {
	m, err := unlearn.Measure(task, t.params, t.bound)
	if err != nil {
		return nil, err
	}
	sha := t.result.ThetaSHA256
	row := api.Row{Model: t.model.Name, Method: method.Name, Guarantee: method.Guarantee, ThetaSHA256: &sha}
	m.Fill(&row)
	return &measured{row}, nil
}

// compareWith fills in Retrain's side.
func (m *measured) compareWith(gold *trained) { m.CompareWith(gold.row.Row) }
