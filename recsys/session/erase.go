package session

import (
	"fmt"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
	"lethe/recsys/model"
	"lethe/recsys/unlearn"
)

// mask is what is hidden although the weights still know it: requests on their way.
type mask struct {
	users, items map[int]bool
	visitor      bool
}

func (m *mask) add(f *data.ForgetSet, users int) {
	if m.users == nil {
		m.users, m.items = map[int]bool{}, map[int]bool{}
	}
	for _, u := range f.Users {
		m.users[int(u)] = true
		m.visitor = m.visitor || int(u) >= users
	}
	if f.Kind == data.ForgetItems {
		for _, i := range f.Items {
			m.items[int(i)] = true
		}
	}
}

// maskOpen hides what open intents name: from the first moment after a restart.
func (s *Session) maskOpen() {
	if s.base == nil {
		return
	}
	for _, i := range s.vault.State().Intents {
		if f, err := s.resolve(i.Request, i.Seed, s.current()); err == nil {
			s.mask.add(f, s.base.Users())
		}
	}
}

// Erase forgets for real. Once it is in the journal it is carried out, after a crash as well;
// an error after that says so. Before and after are one state: there is no way back.
func (s *Session) Erase(c api.Erase, obs api.Observer) (api.Erased, error) {
	if err := s.needData(); err != nil {
		return api.Erased{}, err
	}
	if s.vault == nil && !c.Unkept {
		return api.Erased{}, errNoVault
	}
	f, err := s.erasable(c)
	if err != nil {
		return api.Erased{}, err
	}
	if s.vault == nil {
		return s.forgetUnkept(data.Retain(s.base, withoutVisitor(f, s.base.Users())), s.remaining(f)), nil
	}
	if s.vault.State().Data == nil { // the demo, or data that were never kept
		next, err := s.state()
		if err == nil {
			err = s.vault.Replace(next)
		}
		if err != nil {
			return api.Erased{}, keepFailure(err)
		}
	}
	asked := s.opt.Now()
	i, err := s.vault.NewIntent(c.Request, c.Method, c.Seed, asked)
	if err != nil {
		return api.Erased{}, err
	}
	if err := s.vault.Ask(i); err != nil {
		return api.Erased{}, keepFailure(err)
	}
	s.mask.add(f, s.base.Users())
	if err := obs.Tell(api.Progress{Stage: receipt.Hidden, Done: 1, Total: 1}); err != nil {
		return api.Erased{}, err
	}
	issued, err := s.vault.Finish(s.work(obs))
	if err != nil && Failure(err).Code == api.CodeCancelled {
		return api.Erased{}, errPostponed
	}
	return s.erased(issued, err)
}

// errPostponed is what a cancelled erasure says.
var errPostponed = &api.Failure{Code: api.CodeCancelled,
	Message: "Stopped. What was asked is hidden, and is carried out before anything is trained again, at the next start at the latest."}

// Erasable tells why a request cannot be carried out for real, or returns nil.
func (s *Session) Erasable(c api.Erase) error {
	_, err := s.erasable(c)
	return err
}

// erasable refuses, before anything is promised, what could not be carried out.
func (s *Session) erasable(c api.Erase) (*data.ForgetSet, error) {
	f, err := s.resolve(c.Request, c.Seed, s.current())
	if err != nil {
		return nil, err
	}
	method, err := unlearn.New(c.Method)
	if err != nil {
		return nil, unknown("method", c.Method, methodNames())
	}
	if method.Describe().Guarantee == unlearn.Control {
		return nil, &api.Failure{Code: api.CodeUnsupported, Message: "The method " + c.Method + " is a control: it does not forget.", Value: c.Method, Remedy: "Use lethe or retrain."}
	}
	before := s.slots[api.Before]
	if before == nil {
		return f, nil
	}
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, err
	}
	task, _, err := s.task(before, api.Unlearn{Method: c.Method, Request: c.Request, Seed: c.Seed}, be, nil)
	if err != nil {
		return nil, err
	}
	if err := method.Supports(task); err != nil {
		return nil, &api.Failure{Code: api.CodeUnsupported, Message: err.Error(), Value: c.Method}
	}
	return f, nil
}

// erased describes what was issued last.
func (s *Session) erased(issued []receipt.Document, err error) (api.Erased, error) {
	if err != nil {
		return api.Erased{}, keepFailure(err)
	}
	out := api.Erased{Opened: s.describeOpen(), Exact: s.vault.AwaitsExact()}
	if len(issued) > 0 {
		r := issued[len(issued)-1].Receipt
		out.Tier, out.Reached = r.Tier, r.Reached
	}
	if s.erasedRow != nil {
		out.Row, s.erasedRow = s.erasedRow, nil
	}
	out.Published = published(issued)
	b, err := encodeReceipts(issued)
	out.Receipts = string(b)
	return out, err
}

// published is what may be told of receipts, one to a line.
func published(list []receipt.Document) (lines string) {
	for k := range list {
		lines += string(feed.Publish(&list[k])) + "\n"
	}
	return lines
}

func encodeReceipts(list []receipt.Document) ([]byte, error) { return receipt.Encode(list) }

// work is how this session carries erasures out.
func (s *Session) work(obs api.Observer) erase.Work {
	var next *Session
	return erase.Work{
		Now:     s.opt.Now,
		Compute: func(i erase.Intent) (*erase.Outcome, error) { return s.compute(i, obs) },
		Audit: func(o *erase.Outcome, written *erase.State) error {
			var err error
			next, err = s.audit(o, written)
			return err
		},
		Swap: func(*erase.State) {
			row := s.erasedRow
			s.become(next)
			s.erasedRow = row
			s.maskOpen()
		},
	}
}

// compute makes the state without what an intent names.
func (s *Session) compute(i erase.Intent, obs api.Observer) (*erase.Outcome, error) {
	if s.base == nil {
		return nil, fmt.Errorf("the data that the request is about are not here")
	}
	f, err := s.resolve(i.Request, i.Seed, s.current())
	if err != nil {
		return nil, err
	}
	users := s.base.Users()
	salt, err := s.vault.NewSalt()
	if err != nil {
		return nil, err
	}
	o := &erase.Outcome{State: &erase.State{Data: data.Retain(s.base, withoutVisitor(f, users))}, Exact: true}
	o.State.Tombstones = s.vault.State().Tombstones.With(f, s.base, users, salt)
	o.State.Demo = s.vault.State().Demo
	for _, l := range s.remaining(f) {
		o.State.Likes = append(o.State.Likes, s.base.ItemIDs[l])
	}
	o.Draft.Request = receipt.Request{Kind: string(f.Kind), Pairs: len(f.Pairs)}
	o.Draft.Data, o.DataBefore = o.State.Data.SHA256(), s.base.SHA256()
	before := s.slots[api.Before]
	note := ""
	if before == nil {
		note = "no model had learned from the data"
	} else if o.State.Data.Train.Len()+len(o.State.Likes) == 0 {
		note = "nothing remains that a model could learn from: there is none any more"
		o.ThetaBefore = before.params.SHA256()
	}
	if note != "" {
		o.Draft.Method = receipt.Method{Name: "none", Guarantee: unlearn.Exact, Note: note}
		o.Draft.Code, err = s.code("")
		return o, err
	}
	t, err := s.unlearned(before, i, obs)
	if err != nil {
		return nil, err
	}
	if err := s.rebind(t, o.State.Data); err != nil {
		return nil, err
	}
	o.DataBefore, o.ThetaBefore = before.bound.SHA256(), before.params.SHA256()
	if err := s.draft(o, t); err != nil {
		return nil, err
	}
	o.Draft.Method = receipt.Method{Name: t.row.Method, Guarantee: t.row.Guarantee, Note: t.row.Note}
	o.Exact = t.row.Guarantee == unlearn.Exact
	row := t.row.Row
	s.erasedRow = &row
	return o, nil
}

// unlearned runs the intent's method, or takes over what was computed for the same request
// before: the same streams give the same bits.
func (s *Session) unlearned(before *trained, i erase.Intent, obs api.Observer) (*trained, error) {
	for _, slot := range []api.Slot{api.After, api.Retrain} {
		if t := s.slots[slot]; t != nil && t.row != nil && t.row.Method == i.Method && t.request == (request{i.Request, i.Seed}) {
			c := *t
			return &c, nil
		}
	}
	method, err := unlearn.New(i.Method)
	if err != nil {
		return nil, err
	}
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return nil, err
	}
	return s.unlearn(before, method, api.Unlearn{Method: i.Method, Request: i.Request, Seed: i.Seed}, be, obs)
}

// rebind gives an unlearned model the data set that is kept. It is the one the model was made
// for, but that a visitor who was forgotten is the visitor again, without clicks.
func (s *Session) rebind(t *trained, base *data.Dataset) error {
	bound := base
	if t.visitor >= 0 {
		bound = withVisitor(base, t.bound.Train.Row(t.visitor))
	}
	if bound.Users() != t.bound.Users() || !slices.Equal(bound.Train.Ptr, t.bound.Train.Ptr) || !slices.Equal(bound.Train.Item, t.bound.Train.Item) {
		return fmt.Errorf("the method left a model that is bound to other data than those that remain")
	}
	t.bound = bound
	return nil
}

// draft fills in what a receipt says of a model, and the model itself.
func (s *Session) draft(o *erase.Outcome, t *trained) error {
	var err error
	f := model.File{Model: t.model, Train: t.config, Result: t.result, Data: t.bound.SHA256(), Params: t.params}
	if t.visitor >= 0 {
		f.Visitor = []string{}
		for _, i := range t.bound.Train.Row(t.visitor) {
			f.Visitor = append(f.Visitor, t.bound.ItemIDs[i])
		}
	}
	if o.State.Model, err = f.Encode(); err != nil {
		return err
	}
	d := &o.Draft
	d.Data, d.Theta = f.Data, t.params.SHA256()
	d.Model, d.Train = t.model, t.config
	d.Train.Seed, d.Seeds.Train = 0, fmt.Sprint(t.config.Seed)
	d.Audits = map[string]receipt.Audit{}
	if t.row != nil {
		for name, e := range t.row.Estimates {
			d.Audits[name] = receipt.Audit{Value: e.Value, Low: e.Low, High: e.High}
		}
	}
	d.Code, err = s.code(t.config.Backend)
	return err
}

// code says what computes here.
func (s *Session) code(name string) (receipt.Code, error) {
	c := receipt.Code{Version: model.Release, Sources: s.opt.Sources, Backend: name, Kernels: map[string]string{}}
	be, err := s.opt.Backend(name)
	if err != nil {
		return c, err
	}
	c.Backend = be.Name()
	c.Kernels, err = erase.Kernels(be)
	return c, err
}

// withoutVisitor is a forget set of the data without the visitor.
func withoutVisitor(f *data.ForgetSet, users int) *data.ForgetSet {
	g := *f
	g.Users = slices.DeleteFunc(slices.Clone(f.Users), func(u int32) bool { return int(u) >= users })
	g.Pairs = slices.DeleteFunc(slices.Clone(f.Pairs), func(p data.Pair) bool { return int(p.User) >= users })
	return &g
}

// remaining are the visitor's clicks that a request leaves.
func (s *Session) remaining(f *data.ForgetSet) []int32 {
	visitor := int32(s.base.Users())
	return slices.DeleteFunc(slices.Clone(s.likes), func(i int32) bool {
		switch f.Kind {
		case data.ForgetUsers:
			return slices.Contains(f.Users, visitor)
		case data.ForgetItems:
			return slices.Contains(f.Items, i)
		}
		return slices.Contains(f.Pairs, data.Pair{User: visitor, Item: i})
	})
}

// audit looks at what was read back from the files: the hashes must be those of the draft, and
// nothing of what was erased may be in it. It returns the session that it makes.
func (s *Session) audit(o *erase.Outcome, written *erase.State) (*Session, error) {
	if written.Data == nil {
		return nil, fmt.Errorf("audit: the data are not in the new generation")
	}
	if _, left := written.Tombstones.Apply(written.Data); left > 0 {
		return nil, fmt.Errorf("audit: %d entries that were to be erased are still in the data", left)
	}
	next, err := s.loaded(written)
	if err != nil {
		return nil, fmt.Errorf("audit: %w", err)
	}
	if t := next.slots[api.Before]; o.Draft.Theta != "" {
		if t == nil || t.params.SHA256() != o.Draft.Theta || t.bound.SHA256() != o.Draft.Data {
			return nil, fmt.Errorf("audit: the model in the new generation is not the one that was measured")
		}
	}
	return next, nil
}

// settle finishes what is open before anything learns from the data or replaces them.
func (s *Session) settle(obs api.Observer) error {
	if s.vault == nil || !s.vault.Busy() {
		return nil
	}
	if _, err := s.vault.Finish(s.work(obs)); err != nil {
		return keepFailure(err)
	}
	return nil
}
