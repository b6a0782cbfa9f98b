package ui

import (
	"maps"
	"slices"

	"lethe/recsys/api"
)

// Keeping is what stays in the browser when the page is closed.
type Keeping struct {
	Kept     api.Kept
	Known    bool // Kept was told
	Receipts int
	Asked    bool // the browser was asked to keep it for good
	Problem  string
	Wiping   bool // the visitor is asked whether to destroy everything
	Saving   int  // job whose body is to be offered as a file
	SaveAs   string
	Held     bool // page and prints are here: the network is needed no more
}

// hold names the pictures of the catalogue that comes with the page.
func (s *State) hold() Hold {
	var h Hold
	for _, it := range s.Data.Info.Catalog {
		if s.Data.Demo && it.Image != "" {
			h.Images = append(h.Images, DemoURL+it.Image)
		}
	}
	return h
}

// Erasing is a request on its way through the tiers.
type Erasing struct {
	Job, ExactJob int
	Armed         bool // the visitor is asked whether to go on: there is no way back
	Request       string
	Tier          string             // reached: "", hidden, unlearned, exact
	Reached       map[string]float64 // seconds after the request, by tier
	Exact         bool               // the exact tier is still to come
	Progress      api.Progress       // of the training for it
	Receipts      string             // the lines to save
	Failure       *api.Failure
}

// Tiers of erasure, in their order.
var Tiers = []string{"hidden", "unlearned", "exact"}

// Persist asks the browser not to throw away by itself what is kept.
type Persist struct{}

// restore opens what is kept, before anything is shown.
func (s State) restore() (State, []Command) {
	s, _, commands := s.post(api.OpRestore, struct{}{})
	s.Data.Opening, s.Data.Own = true, ""
	return s, commands
}

// restored takes over what was kept, or opens the demo where that is nothing.
func (s State) restored(r api.Restored) (State, []Command) {
	s.Keep.Kept, s.Keep.Known, s.Keep.Receipts, s.Keep.Problem = r.Kept, true, r.Receipts, r.Problem
	if r.Opened == nil {
		return OpenDemo{}.apply(s)
	}
	s, all := s.replaced(*r.Opened)
	s.Erase.Exact = r.Exact
	return s, all
}

// kept hears where things are kept. The browser is asked for permanence once there is
// something to lose.
func (s State) kept(k api.Kept) (State, []Command) {
	s.Keep.Kept, s.Keep.Known = k, true
	if k.Where == "" || k.Why != "" || k.Persistent || s.Keep.Asked {
		return s, nil
	}
	s.Keep.Asked = true
	return s, []Command{Persist{}}
}

// Persisted is the browser's answer.
type Persisted struct{ Yes bool }

func (e Persisted) apply(s State) (State, []Command) {
	s.Keep.Kept.Persistent = e.Yes
	return s, nil
}

// ArmErase asks whether to erase for real; Disarm takes the question back.
type (
	ArmErase struct{}
	Disarm   struct{}
)

func (ArmErase) apply(s State) (State, []Command) {
	s.Erase.Armed = s.CanErase()
	return s, nil
}

func (Disarm) apply(s State) (State, []Command) {
	s.Erase.Armed, s.Keep.Wiping = false, false
	return s, nil
}

// CanErase reports whether there is a request to erase for real and a place that remembers it.
func (s *State) CanErase() bool { return s.CanForget() && s.Keep.Kept.Where != "" && s.Erase.Job == 0 }

// EraseNow erases for real.
type EraseNow struct{}

func (EraseNow) apply(s State) (State, []Command) {
	if !s.Erase.Armed || !s.CanErase() {
		return s, nil
	}
	method := s.Link.MethodName()
	if h := s.Engine.Hello; h != nil && slices.ContainsFunc(h.Methods, func(m api.Method) bool { return m.Name == method && m.Guarantee == "control" }) {
		method = DefaultMethod // a control does not forget
	}
	request := s.Link.Request
	s, job, commands := s.post(api.OpErase, api.Erase{Method: method, Request: request})
	s.Erase = Erasing{Job: job, Request: request}
	s.Link.Did = nil // with what is gone nobody can do it again
	s.Notice = nil
	return s, commands
}

// exactlyErased is api.Erased without the catalogue, which the exact tier leaves as it is: to decode it would take as long as a task may.
type exactlyErased struct {
	api.Erased
	Opened struct {
		Trained *api.TrainResult `json:"trained"`
	} `json:"opened"`
}

// erasedFrom takes over the state after an erasure, or after the exact tier.
func (e FromEngine) erasedFrom(s State, job Job) (State, []Command) {
	var few exactlyErased
	r := &few.Erased
	var err error
	if job.Op == api.OpExact {
		err = e.Decode(&few)
	} else {
		err = e.Decode(r)
	}
	if err != nil {
		return e.failed(s, job)
	}
	request := s.Erase.Request
	s.Erase.Exact = r.Exact
	if job.Op == api.OpExact {
		s.Erase.ExactJob = 0
	} else {
		s.Erase.Job = 0
	}
	if r.Tier == "" { // the training stepped aside for another command
		return s, nil
	}
	s.Erase.Tier, s.Erase.Failure = r.Tier, nil
	reached := maps.Clone(s.Erase.Reached)
	if reached == nil {
		reached = map[string]float64{}
	}
	maps.Copy(reached, r.Reached)
	s.Erase.Reached = reached
	s.Erase.Receipts += r.Receipts
	s.Keep.Receipts++
	if job.Op == api.OpExact {
		if t := few.Opened.Trained; t != nil {
			s.Train.Result = t
		}
		return s.ranked()
	}
	s.Link.Request = "" // the address names it no longer
	switch kindOf(request) {
	case ForgetVisitor:
		s.Link.Likes = nil
	case ForgetPhase:
		gone := numbers(valueOf(request), mostLikes)
		s.Link.Likes = slices.DeleteFunc(slices.Clone(s.Link.Likes), func(i int) bool { return slices.Contains(gone, i) })
	}
	keep := s.Erase
	s, all := s.replaced(r.Opened)
	s.Erase = keep
	return s, all
}

// exactly goes on with the exact tier whenever nothing else is to be done. The engine steps
// aside for every command.
func (s State) exactly() (State, []Command) {
	if !s.Erase.Exact || s.Erase.ExactJob != 0 || s.Erase.Job != 0 || !s.Data.Open || s.Busy() {
		return s, nil
	}
	s, job, commands := s.post(api.OpExact, struct{}{})
	s.Erase.ExactJob = job
	return s, commands
}

// SaveReceipt offers what was issued last as a file, with its opening.
type SaveReceipt struct{}

func (SaveReceipt) apply(s State) (State, []Command) {
	if s.Erase.Receipts == "" {
		return s, nil
	}
	return s, []Command{Save{Name: "receipt.jsonl", Body: []byte(s.Erase.Receipts)}}
}

// SaveAll offers everything that is kept, or all receipts, as a file.
type SaveAll struct{ Receipts bool }

func (e SaveAll) apply(s State) (State, []Command) {
	op, name := api.OpBackup, "lethe-backup.zip"
	if e.Receipts {
		op, name = api.OpReceipts, "receipts.jsonl"
	}
	s, job, commands := s.post(op, struct{}{})
	s.Keep.Saving, s.Keep.SaveAs = job, name
	return s, commands
}

// Wipe destroys everything that is kept; asked once, it asks back.
type Wipe struct{}

func (Wipe) apply(s State) (State, []Command) {
	if !s.Keep.Wiping {
		s.Keep.Wiping = true
		return s, nil
	}
	s.Keep.Wiping = false
	s, _, commands := s.post(api.OpWipe, struct{}{})
	return s, commands
}

// wiped begins anew with the demo.
func (s State) wiped() (State, []Command) {
	s.Erase, s.Keep.Receipts = Erasing{}, 0
	s.Link = Link{Place: s.Link.Place}
	s.Data.Open, s.Theme = false, ""
	s, all := OpenDemo{}.apply(s)
	return s, append(all, Paint{})
}
