package main

import (
	"fmt"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/session"
)

func runBench(c *console, args []string) error {
	f := c.flags("bench", "bench -data DIR|ZIP|demo -models a,b -methods x,y -forget REQUEST[,REQUEST] [-golds N] [-seed N] [-epochs N]")
	d, m := f.data(), f.model()
	models := f.String("models", "", "comma-separated, out of "+strings.Join(model.Names(), ","))
	methods := f.String("methods", "", "comma-separated, out of "+strings.Join(methodNames(), ","))
	requests := f.String("forget", "", "comma-separated `requests`")
	golds := f.Int("golds", 1, "how many `seeds` of Retrain; from 3 on they give a noise score")
	profile := f.profile()
	if err := f.parse(args, "data", "models", "methods", "forget"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	if *golds < 1 {
		return usageError{"-golds is at least 1"}
	}
	spec := session.Bench{Methods: list(*methods), Requests: list(*requests), Golds: *golds, Seed: *m.seed}
	for _, name := range spec.Methods {
		if err := knownMethod(name); err != nil {
			return err
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
	text := fmt.Sprintf("%s: %d users, %d items, %d training interactions\n\n%s%s", o.Name, o.Users, o.Items, o.Train,
		table(grouped(references, rows)), legend)
	return c.result(struct {
		Rows []api.Row `json:"rows"`
	}{rows}, text)
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
