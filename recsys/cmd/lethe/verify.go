package main

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/session"
)

func runVerify(c *console, args []string) error {
	f := c.flags("verify", "verify RECEIPT [-data DIR|ZIP|FILE|demo] [-model-file FILE] [-html FILE]")
	d := f.data()
	modelFile := f.String("model-file", "", "audit the model in this `file` as well, which claims to be the receipt's")
	page := f.String("html", "", "write the receipt and what was found as a page to this `file`")
	var file string
	if len(args) > 0 && !strings.HasPrefix(args[0], "-") {
		file, args = args[0], args[1:]
	}
	if err := f.parse(args); err != nil {
		return err
	}
	if file == "" && f.NArg() > 0 {
		file = f.Arg(0)
	} else if err := f.noArguments(); err != nil {
		return err
	}
	if file == "" || f.NArg() > 1 {
		return usageError{"name one receipt"}
	}
	if *modelFile != "" && *d.path == "" {
		return usageError{"-model-file wants -data: an audit measures on them"}
	}
	lines, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	s, err := c.verifier(d)
	if err != nil {
		return err
	}
	var weights []byte
	if *modelFile != "" {
		if weights, err = os.ReadFile(*modelFile); err != nil {
			return err
		}
	}
	c.progress.begin("replay")
	v, err := s.Verify(lines, weights, api.Verify{Replay: *d.path != ""}, c.progress.observe)
	if err != nil {
		return err
	}
	if *page != "" {
		list, _ := receipt.Decode(lines) // what is not one has a page with the findings alone
		if err := os.WriteFile(*page, receipt.Page(list, v.Findings), 0o644); err != nil {
			return err
		}
	}
	text := strings.Join(v.Findings, "\n") + "\n"
	if v.Passed {
		text += "Verified.\n"
	}
	if err := c.result(v, text); err != nil {
		return err
	}
	if !v.Passed {
		return errors.New("the receipt does not hold")
	}
	return nil
}

// verifier is a session with the data, if any: a folder or zip, or the file of what remained.
func (c *console) verifier(d dataFlags) (*session.Session, error) {
	s := session.New(session.Options{Now: time.Now, Backend: backends, ReadFile: os.ReadFile})
	if *d.path == "" {
		return s, nil
	}
	info, err := os.Stat(*d.path)
	if err == nil && !info.IsDir() && !strings.HasSuffix(strings.ToLower(*d.path), ".zip") {
		b, err := os.ReadFile(*d.path)
		if err != nil {
			return nil, err
		}
		if _, err := s.OpenRetained(b); err != nil {
			return nil, fmt.Errorf("%s: %w", *d.path, err)
		}
		return s, nil
	}
	_, err = d.open(s, c.progress.observe)
	return s, err
}
