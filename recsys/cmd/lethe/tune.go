package main

import (
	"fmt"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/session"
	"lethe/recsys/train"
)

// trialKey is what a trial's result depends on.
type trialKey struct {
	Version int       `json:"version"`
	Data    string    `json:"data"`
	Train   api.Train `json:"train"`
	Test    bool      `json:"test,omitempty"` // test rows were ranked
}

func runTune(c *console, args []string) error {
	f := c.flags("tune", "tune -data DIR|ZIP|demo -model NAME [-grid SETTING=VALUE,VALUE;…] [-runs FILE]")
	d, m := f.data(), f.model()
	name := f.String("model", "", "one of "+strings.Join(model.Names(), ", "))
	spec := f.String("grid", "", "`settings` to combine, such as rate=0.001,0.005;reg=0.01,0.1; without it the model's own small grid")
	runs := f.String("runs", "", "keep each result in this `file` and take from it what is there: a search that was stopped goes on")
	if err := f.parse(args, "data", "model"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	base, err := m.train(*name)
	if err != nil {
		return err
	}
	grid := train.DefaultGrid(*name)
	if *spec != "" {
		if grid, err = train.ParseGrid(*spec); err != nil {
			return usageError{"-grid: " + err.Error()}
		}
	}
	j, err := openJournal(*runs)
	if err != nil {
		return err
	}
	defer j.close()
	s, _, err := c.session(d)
	if err != nil {
		return err
	}
	trials, err := c.tune(s, j, base, grid)
	if err != nil {
		return err
	}
	return c.result(trials, describeTrials(*name, *d.path, trials))
}

// tune tries every point of a grid and returns the trials, best first.
func (c *console) tune(s *session.Session, j *journal, base api.Train, grid train.Grid) ([]session.Trial, error) {
	var trials []session.Trial
	for k := range grid.Size() {
		what, name := grid.At(k, base)
		what, err := train.Preset(what) // a trial is remembered by its settings, not by their name
		if err != nil {
			return nil, err
		}
		c.progress.begin(fmt.Sprintf("%d of %d, %s", k+1, grid.Size(), name))
		asked := trialKey{api.Version, s.DataSHA256(), what, false}
		var t session.Trial
		found, err := j.recall(asked, &t)
		if err != nil {
			return nil, err
		}
		if !found {
			if t, err = s.Try(what, c.progress.observe); err != nil {
				return nil, fmt.Errorf("%s: %w", name, err)
			}
			t.Name = name
			if err := j.record(asked, t); err != nil {
				return nil, err
			}
		}
		trials = append(trials, t)
	}
	slices.SortStableFunc(trials, func(a, b session.Trial) int {
		switch x, y := a.Valid["recall@20"], b.Valid["recall@20"]; {
		case x > y:
			return -1
		case x < y:
			return 1
		}
		return 0
	})
	return trials, nil
}

// describeTrials is a table of a search.
func describeTrials(name, path string, trials []session.Trial) string {
	var b strings.Builder
	fmt.Fprintf(&b, "| %s | validation Recall@20 | NDCG@20 | epochs | seconds |\n|---|---|---|---|---|\n", name)
	for _, t := range trials {
		fmt.Fprintf(&b, "| %s | %.4f | %.4f | %d | %.1f |\n", t.Name, t.Valid["recall@20"], t.Valid["ndcg@20"], t.BestEpoch, t.Seconds)
	}
	fmt.Fprintf(&b, "\nlethe train -data %s -model %s -%s\n", path, name, strings.Join(strings.Fields(trials[0].Name), " -"))
	return b.String()
}
