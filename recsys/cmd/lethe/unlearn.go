package main

import (
	"fmt"
	"os"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/session"
	"lethe/recsys/unlearn"
)

// methodNames lists the unlearning methods.
func methodNames() []string {
	var names []string
	for _, m := range unlearn.Methods() {
		names = append(names, m.Name)
	}
	return names
}

// knownMethod refuses a method that does not exist, or an option of it.
func knownMethod(name string) error {
	if _, err := unlearn.New(name); err != nil {
		return usageError{err.Error()}
	}
	return nil
}

func runUnlearn(c *console, args []string) error {
	f := c.flags("unlearn", "unlearn -model-file FILE -data DIR|ZIP|demo -method NAME -forget REQUEST | -queue FILE [-o FILE] [-receipt FILE]")
	d := f.data()
	file := f.String("model-file", "", "trained model, from lethe train -o `file`")
	method := f.String("method", "", "one of "+strings.Join(methodNames(), ", "))
	request := f.String("forget", "", "what to forget: users:5% items:5%:core pairs:1% user:ID item:ID pair:USER/ITEM session:USER/N expired:DATE "+
		"creator:NAME licence:NAME category:A/B modality:image@ITEM file:PATH")
	queue := f.String("queue", "", "in place of -forget: serve a `file` of requests of all kinds, in batches")
	batch := f.Int("batch", 256, "`requests` of a queue that are served together; their order does not matter")
	seed := f.Uint64("seed", 0, "seed of the request's choice and of the method")
	out := f.String("o", "", "write the model that has forgotten to this `file`")
	receipt := f.String("receipt", "", "append a signed receipt to this `file`; the journal lies beside it")
	retain := f.String("retain", "", "write the data that remain to this `file`, for lethe verify -data")
	profile := f.profile()
	if err := f.parse(args, "model-file", "data", "method"); err != nil {
		return err
	}
	switch {
	case (*request == "") == (*queue == ""):
		return usageError{"either -forget names a request, or -queue a file of them"}
	case *queue != "" && *receipt != "":
		return usageError{"a receipt is for one request: leave -receipt or -queue out"}
	case *batch < 1:
		return usageError{"-batch is at least 1"}
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	if err := knownMethod(*method); err != nil {
		return err
	}
	if *receipt != "" {
		e := &erasure{c: c, flags: f, receipt: *receipt}
		if err := e.run(*request, *method, *seed); err != nil {
			return err
		}
		return c.result(e.row, describeForget(e.row.Forget)+table([]api.Row{e.row}))
	}
	s, _, err := c.session(d)
	if err != nil {
		return err
	}
	if err := load(s, *file); err != nil {
		return err
	}
	stop, err := profile.start()
	if err != nil {
		return err
	}
	c.progress.begin(*method)
	var row api.Row
	var rows []api.Row
	if *queue != "" {
		rows, err = s.Queue(session.Queue{Method: *method, File: *queue, Batch: *batch, Seed: *seed}, c.progress.observe)
	} else {
		row, err = s.Unlearn(api.Unlearn{Method: *method, Request: *request, Seed: *seed}, c.progress.observe)
	}
	if err := stop(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if err := writeRetained(s, *method, *retain); err != nil {
		return err
	}
	if *out != "" {
		b, err := s.Export(api.Export{Slot: slotOf(*method)})
		if err != nil {
			return err
		}
		if err := os.WriteFile(*out, b, 0o644); err != nil {
			return err
		}
	}
	if *queue != "" {
		text := ""
		for _, r := range rows {
			text += describeForget(r.Forget)
		}
		return c.result(rows, text+table(rows))
	}
	return c.result(row, describeForget(row.Forget)+table([]api.Row{row}))
}

// describeForget says what a request touched.
func describeForget(f api.Forget) string {
	return fmt.Sprintf("%s: %d interactions (%.2f %% of training) of %d users and %d items\n\n", f.Request, f.Pairs, 100*f.Share, f.Users, f.Items)
}
