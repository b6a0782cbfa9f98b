package ui

import (
	"cmp"
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// FromEngine is a message of the engine.
type FromEngine struct{ api.Message }

func (e FromEngine) apply(s State) (State, []Command) {
	switch e.Op {
	case api.OpHello:
		return e.hello(s)
	case api.OpProgress:
		return e.progress(s)
	case api.OpComputes:
		return e.computes(s), nil
	case api.OpDone, api.OpFailed:
		i := slices.IndexFunc(s.Jobs, func(j Job) bool { return j.ID == e.ID })
		if i < 0 {
			return s, nil // an answer to a page that was here before
		}
		job := s.Jobs[i]
		s.Jobs = slices.Delete(slices.Clone(s.Jobs), i, i+1)
		if job.ID == s.Bench.Job {
			return e.benched(s)
		}
		var all []Command
		if e.Op == api.OpFailed {
			s, all = e.failed(s, job)
		} else {
			s, all = e.done(s, job)
		}
		s, more := s.exactly()
		s, next := s.repeated()
		return s, slices.Concat(all, more, next)
	case api.OpKept:
		var k api.Kept
		if err := e.Decode(&k); err != nil {
			return s, nil
		}
		return s.kept(k)
	}
	return s, nil
}

// hello opens what is kept, or the demo catalogue: the page shows something before it is asked.
func (e FromEngine) hello(s State) (State, []Command) {
	var h api.Hello
	if err := e.Decode(&h); err != nil {
		s.Engine.Dead = err.Error()
		return s, nil
	}
	s.Engine.Hello = &h
	if s.Data.Open || s.Data.Opening {
		return s, nil
	}
	return s.restore()
}

// computes takes over what the engine computes with. The loss of a device in the middle
// of a job is told beside the job, too.
func (e FromEngine) computes(s State) State {
	var c api.Computes
	if err := e.Decode(&c); err != nil {
		return s
	}
	s.Engine.Computes = &c
	if c.Why == api.WhyLost {
		at := AtTrain
		if s.Train.Job == 0 && s.Busy() {
			at = AtForget
		}
		s = s.noticed(at, api.Failure{Code: api.CodeDevice, Message: text.Of(s.Lang, "computes.lost", c.Backend)})
	}
	return s
}

func (e FromEngine) progress(s State) (State, []Command) {
	var p api.Progress
	if err := e.Decode(&p); err != nil {
		return s, nil
	}
	if e.ID == s.Train.Job {
		s.Train.Progress = p
		s.Train.Curve = grown(s.Train.Curve, p.Point)
		return s, nil
	}
	switch e.ID {
	case s.Bench.Job:
		s.Bench.Progress = p
		return s, nil
	case s.Erase.Job:
		if p.Stage == Tiers[0] {
			s.Erase.Tier = Tiers[0]
		}
		return s, nil
	case s.Erase.ExactJob:
		s.Erase.Progress = p
		return s, nil
	case s.Look.RelearnJob:
		s.Look.Progress, s.Look.Race = p, grown(s.Look.Race, p.Point)
		return s, nil
	}
	if l := s.Forget.laneOf(e.ID); l != nil {
		if l.Phase == Waiting {
			l.Phase, l.Began = Running, s.Now
		}
		l.Progress = p
		l.Curve = grown(l.Curve, p.Point)
	}
	return s, nil
}

// grown is the curve with one more point.
func grown(curve []api.Point, p *api.Point) []api.Point {
	if p == nil {
		return curve
	}
	return append(slices.Clip(curve), *p)
}

func (e FromEngine) done(s State, job Job) (State, []Command) {
	switch job.Op {
	case api.OpOpen:
		var o api.Opened
		if err := e.Decode(&o); err != nil {
			return s.noticed(AtData, api.Failure{Code: api.CodeInternal, Message: err.Error()}), nil
		}
		return s.opened(o)
	case api.OpRestore:
		var r api.Restored
		if err := e.Decode(&r); err != nil {
			return e.failed(s, job)
		}
		return s.restored(r)
	case api.OpErase, api.OpExact:
		return e.erasedFrom(s, job)
	case api.OpBackup, api.OpReceipts:
		if job.ID == s.Race.Copy {
			return s.copied()
		}
		if job.ID == s.Keep.Saving {
			return s, []Command{Save{Name: s.Keep.SaveAs, Body: e.Body}}
		}
	case api.OpWipe:
		return s.wiped()
	case api.OpLike:
		if !s.Shelf.Stale || s.waits(api.OpLike) { // asked for already, or a later click is on its way
			return s, nil
		}
		s.Shelf.Stale = false
		return s.ranked()
	case api.OpRecommend, api.OpSimilar:
		var r api.Ranking
		if err := e.Decode(&r); err != nil {
			return s, nil
		}
		switch job.ID {
		case s.Shelf.Job:
			s.Shelf.Before, s.Shelf.Ranking = s.Shelf.Ranking.Items, r
			s.Shelf.Turn++
			s.Shelf.Clicks = s.Shelf.Asked
			s, all := s.mapped()
			if s.Shelf.Turn == 1 { // the first of these data: the line is free now
				all = append(all, s.hold())
			}
			return s, all
		case s.Shelf.SimJob:
			s.Shelf.Similar = r
		}
	case api.OpMap:
		return e.placed(s)
	case api.OpResidue, api.OpSpread:
		return e.found(s, job)
	case api.OpRelearn:
		return e.relearned(s, job)
	case api.OpVerify:
		return e.verified(s, job)
	case api.OpTrain:
		var r api.TrainResult
		if err := e.Decode(&r); err != nil {
			return e.failed(s, job)
		}
		return s.trained(r, false)
	case api.OpForgetSet:
		var f api.Forget
		if err := e.Decode(&f); err == nil && job.ID == s.Forget.Resolve {
			s.Forget.Touch = &f
		}
	case api.OpUnlearn:
		return e.forgotten(s, job)
	case api.OpCompare:
		var c api.Comparison
		if err := e.Decode(&c); err == nil && job.ID == s.Compare.Job {
			s.Compare.Result = &c
		}
	}
	return s, nil
}

// forgotten ends a lane with its measures.
func (e FromEngine) forgotten(s State, job Job) (State, []Command) {
	var r api.Row
	l := s.Forget.laneOf(job.ID)
	if err := e.Decode(&r); err != nil || l == nil {
		return s, nil
	}
	l.Row = &r
	unlearned := l == &s.Forget.Unlearn
	s.ended(l, Finished)
	s.Atlas.Stale = true
	s, all := s.compared()
	if unlearned {
		s, more := s.ranked()
		if s.Forget.Retrain.Job != 0 { // a second engine is at it
			return s, slices.Concat(all, more)
		}
		if s.Forget.Retrain.Phase == Finished {
			s, look := s.looked()
			s, last := s.mapped()
			return s, slices.Concat(all, more, look, last)
		}
		s, last := s.retrain()
		return s, slices.Concat(all, more, last)
	}
	s, look := s.looked()
	s, more := s.mapped()
	return s, slices.Concat(all, look, more)
}

func (e FromEngine) failed(s State, job Job) (State, []Command) {
	var f api.Failure
	if err := e.Decode(&f); err != nil {
		f = api.Failure{Code: api.CodeInternal, Message: err.Error()}
	}
	switch job.Op {
	case api.OpRestore: // the demo is there in any case
		s.Keep.Problem = What(&f)
		return OpenDemo{}.apply(s)
	case api.OpErase:
		s.Erase.Job, s.Erase.Failure = 0, &f
		return s, []Command{Reveal{"erase-problem"}}
	case api.OpExact:
		s.Erase.ExactJob = 0
		s.Erase.Exact = s.Erase.Exact && f.Code == api.CodeCancelled
		return s, nil
	case api.OpBackup, api.OpReceipts, api.OpWipe:
		if job.ID == s.Race.Copy {
			return s.alone()
		}
		return s.noticed(AtData, f), []Command{Reveal{"notice-" + string(AtData)}}
	case api.OpOpen:
		s.Data.Opening, s.Data.Own = false, ""
		if f.Code != api.CodeCancelled {
			s = s.noticed(AtData, f)
		}
		return s, []Command{Reveal{"notice-" + string(AtData)}}
	case api.OpTrain:
		s.Train.Job, s.Train.Stopping = 0, false
		s.Link.Did, s.Repeat = nil, Repeating{}
		if f.Code == api.CodeCancelled {
			s.Train.Stopped = true
			return s, nil
		}
		return s.noticed(AtTrain, f), nil
	case api.OpUnlearn:
		var all []Command
		if l := s.Forget.laneOf(job.ID); l != nil {
			l.Failure, l.Row = &f, nil
			s.Repeat = Repeating{}
			if l == &s.Forget.Unlearn {
				s.Link.undid(order(stepForget))
			}
			phase := Failed
			if f.Code == api.CodeCancelled {
				phase = Cancelled
			}
			s.ended(l, phase)
			if s.Race.on() || s.Forget.Retrain.Phase == Waiting { // nothing to race against
				s, all = s.raced()
				s.Forget.Retrain = Lane{}
			}
		}
		s, more := s.looked()
		return s, append(all, more...)
	case api.OpForgetSet:
		if job.ID == s.Forget.Resolve {
			s.Forget.Problem = &f
		}
		return s, nil
	case api.OpCompare:
		return s.noticed(AtCompare, f), nil
	case api.OpVerify:
		return FromEngine{api.NewMessage(job.ID, api.OpDone, api.Verified{Findings: []string{What(&f)}}, nil)}.verified(s, job)
	case api.OpRelearn:
		return e.relearned(s, job)
	case api.OpMap:
		s.Atlas.Job, s.Atlas.Problem = 0, What(&f)
		return s, nil
	case api.OpCancel, api.OpSimilar, api.OpResidue, api.OpSpread:
		return s, nil // the job was over already; nothing is lost
	}
	if f.Code == api.CodeCancelled || f.Code == api.CodeNotReady {
		return s, nil
	}
	return s.noticed(AtTaste, f), nil
}

func (s State) noticed(at Place, f api.Failure) State {
	s.Notice = &Notice{Place: at, Failure: f}
	return s
}

// OpenDemo opens the catalogue that comes with the page.
type OpenDemo struct{}

// DemoURL is where the demo catalogue lies, seen from the page.
const DemoURL = "demo/"

func (OpenDemo) apply(s State) (State, []Command) {
	s, _, commands := s.post(api.OpOpen, api.Open{Demo: true, DemoURL: DemoURL})
	s.Data.Opening, s.Data.Own = true, ""
	s.Notice = nil
	return s, commands
}

// OpenFiles opens what a visitor dropped or picked.
type OpenFiles struct {
	Names   []string
	Bytes   int
	Ticket  int
	Problem string // why they could not be read
}

// starting tells whether the page's own first data are still to come.
func (s State) starting() bool { return s.Engine.Hello == nil || s.Data.Opening && !s.Data.Open }

func (e OpenFiles) apply(s State) (State, []Command) {
	if len(e.Names) == 0 || s.Engine.Dead != "" {
		return s, nil
	}
	if s.starting() {
		s.Engine.Held = &e
		return s, nil
	}
	if e.Problem != "" {
		return s.noticed(AtData, api.Failure{Code: api.CodeBadInput, Message: e.Problem, File: e.Names[0]}), []Command{Reveal{"notice-" + string(AtData)}}
	}
	name, _, _ := strings.Cut(e.Names[0], "/")
	s.LastID++
	s.Jobs = append(slices.Clone(s.Jobs), Job{ID: s.LastID, Op: api.OpOpen})
	s.Data.Opening, s.Data.Own = true, name
	s.Notice = nil
	m := api.NewMessage(s.LastID, api.OpOpen, api.Open{Name: name}, nil)
	return s, []Command{PostFiles{Message: m, Ticket: e.Ticket}}
}

// opened takes over another data set. The link's wishes stay where they can.
func (s State) opened(o api.Opened) (State, []Command) {
	if s.Data.Open { // numbers of another catalogue mean nothing here
		s.Link = Link{Place: s.Link.Place}
	}
	s.Erase = Erasing{}
	return s.replaced(o)
}

// replaced takes over the data, whose numbers mean what they meant.
func (s State) replaced(o api.Opened) (State, []Command) {
	if len(s.Link.Likes) == 0 {
		s.Link.Likes = o.Likes
	}
	if len(o.Catalog) == 0 { // interactions only: the items have numbers and no faces
		o.Catalog = make([]api.Item, o.Items)
		for i := range o.Catalog {
			o.Catalog[i].ID = strconv.Itoa(i)
		}
	}
	wasOpen, before := s.Data.Open, s
	was := func(i int) string { return before.Item(i).ID }
	s.Data = Data{Open: true, Demo: o.Demo, Info: o}
	s.Data.Creators = facets(o.Catalog, func(it api.Item) []string { return []string{it.Creator} })
	s.Data.Themes = facets(o.Catalog, func(it api.Item) []string { return it.Category })
	shelf := Shelf{}
	if shown := s.Shelf; !wasOpen && shown.Clicks == len(s.Link.Likes) && !slices.ContainsFunc(shown.Ranking.Items, func(i int) bool { return s.Item(i).ID != was(i) }) {
		shelf.Ranking.Items, shelf.Clicks = shown.Ranking.Items, shown.Clicks // what is shown is what will be answered
	}
	s.Shelf, s.Train, s.Forget, s.Compare, s.Look = shelf, Training{}, Forgetting{}, Comparing{}, Looking{}
	s.Doubt, s.Bench = Doubting{}, Bench{}
	s, end := s.raced()
	s.Atlas = Mapping{Seen: s.Atlas.Seen || s.Link.Place == AtMap, Stale: true}
	s.Link.Likes = s.validLikes(s.Link.Likes)
	s.Forget.Kind = kindOf(s.Link.Request)
	s = s.filtered(false)
	if o.Trained != nil {
		s.Train.Result, s.Train.Snapshot = o.Trained, true
		s.Train.Curve = o.Trained.Curve
	}
	s, all := s.liked()
	s, more := s.resolved()
	s, near := s.similar()
	return s, slices.Concat(end, all, more, near)
}

// mostFacets is how many choices a filter offers; the search finds the others.
const mostFacets = 120

// facets counts the values of the items, the most frequent first.
func facets(items []api.Item, values func(api.Item) []string) []Facet {
	count := map[string]int{}
	for _, it := range items {
		for _, v := range values(it) {
			if v != "" && len(v) <= mostText { // longer ones are no names
				count[v]++
			}
		}
	}
	all := make([]Facet, 0, len(count))
	for v, n := range count {
		all = append(all, Facet{v, n})
	}
	slices.SortFunc(all, func(a, b Facet) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Name, b.Name))
	})
	return all[:min(len(all), mostFacets)]
}
