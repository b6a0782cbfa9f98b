package ui

import (
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/api"
)

// Bench is the Lab section: a table of runs, filled while it is looked at.
type Bench struct {
	Steps    []Step // still to be done; the first is under way while Job is set
	Total    int
	Job      int
	Stopping bool
	Progress api.Progress
	Gold     map[string]api.Row // Retrain's rows of the model at hand, by request
	Rows     []Result
	Sort     string // a column's key; "" is the order of the runs
	Down     bool
}

// Step is one job of a bench: a training, or a request unlearned by a method.
type Step struct {
	Model, Method, Request string // no method: train
	Seed                   uint64
}

// Result is a row of the table.
type Result struct {
	api.Row
	Seed uint64 `json:"seed"`
}

// The lab's suggestions where the link is silent.
const (
	DefaultForgets = "users:5%,items:5%,pairs:5%"
	mostSteps      = 500
)

// Set of the lab's form: the field of the link that a checkbox or an input changes.
type Set struct {
	Field LabField
	Value string
	On    bool // for Models and Methods, which are lists
}

// LabField names a field of the lab's form.
type LabField string

// The fields.
const (
	LabModels  LabField = "models"
	LabMethods LabField = "methods"
	LabForgets LabField = "forgets"
	LabSeeds   LabField = "seeds"
)

func (e Set) apply(s State) (State, []Command) {
	if s.Bench.Job != 0 {
		return s, nil
	}
	switch e.Field {
	case LabModels:
		s.Link.Models = with(s.Link.BenchModels(), e.Value, e.On)
	case LabMethods:
		s.Link.Methods = with(s.Link.BenchMethods(), e.Value, e.On)
	case LabForgets:
		s.Link.Forgets = clip(e.Value)
	case LabSeeds:
		s.Link.Seeds = clip(e.Value)
	}
	return s, nil
}

// with is a comma-separated list with or without a value.
func with(list []string, value string, on bool) string {
	list = slices.DeleteFunc(slices.Clone(list), func(v string) bool { return v == value })
	if on {
		list = append(list, value)
	}
	if len(list) == 0 {
		return "-" // none, which is not the same as silence
	}
	return clip(strings.Join(list, ","))
}

func clip(s string) string {
	r := []rune(s)
	return string(r[:min(len(r), mostText)])
}

func parts(s string) []string {
	var list []string
	for _, p := range strings.Split(s, ",") {
		if p = strings.TrimSpace(p); p != "" && p != "-" {
			list = append(list, p)
		}
	}
	return list
}

func or(s, otherwise string) string {
	if s == "" {
		return otherwise
	}
	return s
}

// BenchModels, BenchMethods, BenchForgets and BenchSeeds are the lab's choices.
func (l Link) BenchModels() []string  { return parts(or(l.Models, "bpr")) }
func (l Link) BenchMethods() []string { return parts(or(l.Methods, "lethe,mask-only")) }
func (l Link) BenchForgets() []string { return parts(or(l.Forgets, DefaultForgets)) }
func (l Link) BenchSeeds() []uint64 {
	var list []uint64
	for _, p := range parts(or(l.Seeds, "0")) {
		if n, err := strconv.ParseUint(p, 10, 64); err == nil && !slices.Contains(list, n) {
			list = append(list, n)
		}
	}
	return list
}

// Plan is the steps of a bench: each model once for each seed; each request by Retrain first, then by the methods.
func (l Link) Plan() []Step {
	var steps []Step
	for _, m := range l.BenchModels() {
		for _, seed := range l.BenchSeeds() {
			steps = append(steps, Step{Model: m, Seed: seed})
			for _, r := range l.BenchForgets() {
				steps = append(steps, Step{m, string(api.Retrain), r, seed})
				for _, method := range l.BenchMethods() {
					if method != string(api.Retrain) {
						steps = append(steps, Step{m, method, r, seed})
					}
				}
			}
		}
	}
	return steps[:min(len(steps), mostSteps)]
}

// StartBench fills the table anew.
type StartBench struct{}

func (StartBench) apply(s State) (State, []Command) {
	steps := s.Link.Plan()
	if !s.Data.Open || s.Busy() || len(s.Link.BenchForgets()) == 0 || len(steps) == 0 {
		return s, nil
	}
	s.Bench = Bench{Steps: steps, Total: len(steps), Sort: s.Bench.Sort, Down: s.Bench.Down}
	s.Forget.Unlearn, s.Forget.Retrain, s.Forget.Done = Lane{}, Lane{}, "" // the models that follow are the lab's
	s.Compare, s.Doubt = Comparing{}, Doubting{}
	return s.step()
}

// step sends the first of the steps that are left; after the last one the shelf goes by the model trained last.
func (s State) step() (State, []Command) {
	b := &s.Bench
	b.Job, b.Progress = 0, api.Progress{SecondsLeft: -1}
	if len(b.Steps) == 0 {
		s.Atlas.Stale = true
		return s.ranked()
	}
	var commands []Command
	now := b.Steps[0]
	if now.Method == "" {
		b.Gold = map[string]api.Row{}
		s, s.Bench.Job, commands = s.post(api.OpTrain, api.Train{Model: api.ModelConfig{Name: now.Model},
			Train: api.TrainConfig{Epochs: s.Link.EpochCount(), Seed: now.Seed, Backend: s.Link.Backend}, Visitorless: true})
	} else {
		s, s.Bench.Job, commands = s.post(api.OpUnlearn, api.Unlearn{Method: now.Method, Request: now.Request, Seed: now.Seed})
	}
	return s, commands
}

// benched takes over a step's result and goes on.
func (e FromEngine) benched(s State) (State, []Command) {
	now := s.Bench.Steps[0]
	var f *api.Failure
	if e.Op == api.OpFailed {
		f = &api.Failure{}
		if err := e.Decode(f); err != nil {
			f = &api.Failure{Code: api.CodeInternal, Message: err.Error()}
		}
	}
	s.Bench.Steps = s.Bench.Steps[1:]
	switch {
	case f != nil && f.Code == api.CodeCancelled:
		s.Bench.Steps, s.Bench.Stopping = nil, false
		return s.step()
	case f != nil && now.Method == "": // without a model there is nothing to unlearn
		s.Bench.Steps = after(s.Bench.Steps, now)
		s.Bench.Rows = append(slices.Clip(s.Bench.Rows), Result{api.Row{Model: now.Model, Method: "train", Note: What(f)}, now.Seed})
	case f != nil:
		s.Bench.Rows = append(slices.Clip(s.Bench.Rows), Result{api.Row{Model: now.Model, Method: now.Method,
			Forget: api.Forget{Request: now.Request}, Note: What(f)}, now.Seed})
	case now.Method == "":
		var r api.TrainResult
		if err := e.Decode(&r); err == nil {
			s.Train.Result, s.Train.Snapshot, s.Train.Curve = &r, false, r.Curve
		}
	default:
		var r api.Row
		if err := e.Decode(&r); err != nil {
			r.Note = err.Error()
		}
		r.Model, r.Method, r.Forget.Request = now.Model, now.Method, now.Request
		if now.Method == string(api.Retrain) {
			s.Bench.Gold[now.Request] = r
		}
		if gold, ok := s.Bench.Gold[now.Request]; ok {
			r.CompareWith(gold)
		}
		s.Bench.Rows = append(slices.Clip(s.Bench.Rows), Result{r, now.Seed})
	}
	return s.step()
}

// after leaves out the steps that need the training of a step that failed.
func after(steps []Step, failed Step) []Step {
	for len(steps) > 0 && steps[0].Method != "" {
		steps = steps[1:]
	}
	return steps
}

// StopBench cancels what runs and leaves out the rest. The rows stay.
type StopBench struct{}

func (StopBench) apply(s State) (State, []Command) {
	if s.Bench.Job == 0 || s.Bench.Stopping {
		return s, nil
	}
	s.Bench.Stopping = true
	return s.cancel(s.Bench.Job)
}

// SortBy sorts the table by a column: up, down, and back to the order of the runs.
type SortBy struct{ Column string }

func (e SortBy) apply(s State) (State, []Command) {
	switch {
	case s.Bench.Sort != e.Column:
		s.Bench.Sort, s.Bench.Down = e.Column, false
	case !s.Bench.Down:
		s.Bench.Down = true
	default:
		s.Bench.Sort, s.Bench.Down = "", false
	}
	return s, nil
}

// SaveBench offers the table: csv, json, or its plot as svg or png.
type SaveBench struct{ Kind string }

// SavePicture offers an SVG as a PNG.
type SavePicture struct{ Name, SVG string }

func (e SaveBench) apply(s State) (State, []Command) {
	if len(s.Bench.Rows) == 0 {
		return s, nil
	}
	name := "lethe-bench." + e.Kind
	switch e.Kind {
	case "csv":
		return s, []Command{Save{name, []byte(benchCSV(s.Bench.Rows))}}
	case "json":
		return s, []Command{Save{name, benchJSON(s.Bench.Rows)}}
	case "svg":
		return s, []Command{Save{name, []byte(benchSVG(&s))}}
	case "png":
		return s, []Command{SavePicture{name, benchSVG(&s)}}
	}
	return s, nil
}
