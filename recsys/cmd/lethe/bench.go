package main

import (
	"fmt"
	"path/filepath"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/audit"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/session"
	"lethe/recsys/unlearn"
)

func runBench(c *console, args []string) error {
	f := c.flags("bench", "bench -data DIR|ZIP|demo -models a,b -methods x,y -forget REQUEST[,REQUEST] [-golds N] [-seed N] [-epochs N] [-runs FILE] [-audits] [-shadows N] [-report FILE]")
	d, m := f.data(), f.model()
	models := f.String("models", "", "comma-separated, out of "+strings.Join(model.Names(), ","))
	methods := f.String("methods", "", "comma-separated, out of "+strings.Join(methodNames(), ",")+"; all stands for every one of them")
	requests := f.String("forget", "", "comma-separated `requests`")
	golds := f.Int("golds", eval.MinRetrains, "how many `seeds` of Retrain; from 3 on they give a noise score")
	runs := f.String("runs", "", "keep each row in this `file` and take from it what is there: a benchmark that was stopped goes on")
	audits := f.Bool("audits", false, "put every method to every audit, beside Retrain: takes longer")
	adversaries := f.Bool("adversaries", false, "add providers who cheat, to see which audit catches them; with -audits")
	shadows := f.Int("shadows", 0, fmt.Sprintf("an attacker who practises on this `number` of models, each trained for it, per method, from %d on; with -audits, for requests of interactions", audit.MinShadows))
	report := f.String("report", "", "write a report with plots and audits to this `file`, .html or .md")
	sequence := f.Int("sequence", 0, "serve up to this `number` of parts of each request one after another, measured after 1, 2, 4 …")
	profile := f.profile()
	if err := f.parse(args, "data", "models", "methods", "forget"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	switch {
	case *golds < 1:
		return usageError{"-golds is at least 1"}
	case *audits && *golds < eval.MinRetrains:
		return usageError{fmt.Sprintf("-audits needs %d seeds of Retrain: leave -golds at %d or above", eval.MinRetrains, eval.MinRetrains)}
	case *sequence < 0:
		return usageError{"-sequence is not negative"}
	case *sequence > 0 && (*audits || *runs != ""):
		return usageError{"-sequence makes a table of its own: leave -audits and -runs out"}
	case *adversaries && !*audits:
		return usageError{"-adversaries are there for audits to catch: add -audits"}
	case *shadows != 0 && (!*audits || *shadows < audit.MinShadows):
		return usageError{fmt.Sprintf("-shadows is %d or more, and goes with -audits", audit.MinShadows)}
	case *report != "" && filepath.Ext(*report) != ".html" && filepath.Ext(*report) != ".md":
		return usageError{"-report ends in .html or in .md"}
	}
	if *methods == "all" {
		*methods = strings.Join(methodNames(), ",")
	}
	spec := session.Bench{Methods: list(*methods), Requests: list(*requests), Golds: *golds, Seed: *m.seed}
	for _, name := range spec.Methods {
		if err := knownMethod(name); err != nil {
			return err
		}
	}
	if *audits {
		spec.Audit, spec.Audited = examiner(*shadows), fmt.Sprintf("beside, %d shadows", *shadows)
	}
	if *adversaries {
		spec.Extra = audit.Adversaries()
		for _, a := range spec.Extra {
			spec.Methods = append(spec.Methods, a.Describe().Name)
		}
	}
	for _, name := range list(*models) {
		what, err := m.train(name)
		if err != nil {
			return err
		}
		spec.Models = append(spec.Models, what)
	}
	s, o, err := c.session(d)
	if err != nil {
		return err
	}
	if *sequence > 0 {
		return c.sequences(s, o, spec, *sequence, *report)
	}
	j, err := openJournal(*runs)
	if err != nil {
		return err
	}
	defer j.close()
	spec.Recall, spec.Record = j.recall, j.record
	stop, err := profile.start()
	if err != nil {
		return err
	}
	rows, references, err := s.Bench(spec, c.progress.begin, c.progress.observe)
	if err := stop(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if *report != "" {
		if err := writeBenchReport(*report, o.Name, sectionsOf(references, rows)); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("%s: %d users, %d items, %d training interactions\n\n%s%s", o.Name, o.Users, o.Items, o.Train,
		table(grouped(references, rows)), legend)
	return c.result(struct {
		Rows []api.Row `json:"rows"`
	}{rows}, text)
}

// sequences runs every model, request and method as a sequence.
func (c *console) sequences(s *session.Session, o api.Opened, spec session.Bench, length int, report string) error {
	var rows []api.Row
	var sections []*section
	for _, m := range spec.Models {
		for _, request := range spec.Requests {
			for _, method := range spec.Methods {
				r, err := s.Sequence(session.Sequence{Train: m, Method: method, Request: request, Length: length, Seed: spec.Seed, Golds: spec.Golds}, c.progress.begin, c.progress.observe)
				if err != nil {
					return fmt.Errorf("%s, %s, %s: %w", m.Model.Name, request, method, err)
				}
				rows = append(rows, r...)
				sections = append(sections, &section{Model: m.Model.Name, Request: request, Forget: r[len(r)-1].Forget, Rows: r, Served: true})
			}
		}
	}
	if report != "" {
		if err := writeBenchReport(report, o.Name, sections); err != nil {
			return err
		}
	}
	text := fmt.Sprintf("%s: %d users, %d items, %d training interactions\n\n%s%s", o.Name, o.Users, o.Items, o.Train, table(rows), legend)
	return c.result(struct {
		Rows []api.Row `json:"rows"`
	}{rows}, text)
}

// examiner puts results to every audit beside Retrains.
func examiner(shadows int) func(*unlearn.Task, []*unlearn.Result) (session.Examine, error) {
	return func(t *unlearn.Task, retrains []*unlearn.Result) (session.Examine, error) {
		var subjects []audit.Subject
		for _, r := range retrains {
			subjects = append(subjects, audit.Released(t, r))
		}
		floor, err := audit.NewFloor(subjects)
		if err != nil {
			return nil, err
		}
		return func(m unlearn.Method, r *unlearn.Result) ([]api.Audit, []api.Audit, error) {
			v, beside, err := floor.ExamineBeside(audit.Released(t, r), m, r.Curve, shadows)
			if err != nil {
				return nil, nil, err
			}
			return findings(v), beside, nil
		}, nil
	}
}

// findings are a verdict's, then its probes.
func findings(v *audit.Verdict) (out []api.Audit) {
	for _, f := range v.Findings {
		out = append(out, api.Audit{Name: f.Audit, Question: f.Question, Value: f.Value, Retrain: f.Retrain, Distance: f.Distance, Side: string(f.Side), Caught: f.Caught})
	}
	for _, p := range v.Probes {
		a := api.Audit{Name: "probe: " + p.Name, Question: p.Asks, Value: p.Ratio, Retrain: api.Estimate{Value: 1, Low: 1, High: 1}, Side: string(audit.Right), Caught: !p.Pass}
		if p.Ratio.SE > 0 {
			a.Distance = (p.Ratio.Value - 1) / p.Ratio.SE
		}
		if !p.Pass {
			a.Side = string(v.Caught()[a.Name])
		}
		out = append(out, a)
	}
	return out
}

// grouped puts the rows of a model and a request below their references, Retrain
// once.
func grouped(references, rows []api.Row) []api.Row {
	type group struct{ model, request string }
	of := func(r api.Row) group { return group{r.Model, r.Forget.Request} }
	var out []api.Row
	for k, r := range references {
		out = append(out, r)
		if k+1 < len(references) && of(references[k+1]) == of(r) {
			continue
		}
		for _, x := range rows {
			if of(x) == of(r) && x.Method != "retrain" {
				out = append(out, x)
			}
		}
	}
	return out
}
