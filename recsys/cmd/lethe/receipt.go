package main

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/cmd/disk"
	"lethe/recsys/erase"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/session"
)

// erasure is lethe unlearn with a receipt: the transaction of package erase on files. Its
// journal lies in a folder beside the receipt; what a crash left open there is finished first.
type erasure struct {
	c       *console
	flags   flagSet // of the command line, kept with the intent
	receipt string
	row     api.Row
	// ready is a session in which an intent's files are open already.
	ready *session.Session
	of    string
}

// kept are the flags by which a request is carried out again.
var kept = []string{"data", "min-rating", "core", "by-time", "merge-duplicates", "split-seed", "model-file", "o", "retain"}

func (e *erasure) run(request, method string, seed uint64) error {
	if e.flags.Lookup("o").Value.String() == "" {
		return usageError{"a receipt wants -o: the file of the model that has forgotten; it may be that of -model-file"}
	}
	out, closed, err := disk.Open(e.receipt + ".journal")
	if err != nil {
		return err
	}
	defer closed()
	v, err := erase.OpenVault(out)
	if err != nil {
		return err
	}
	for _, d := range v.Damage() {
		fmt.Fprintf(e.c.stderr, "%s: %s; the last good state is used\n", e.receipt+".journal", d)
	}
	if v.Busy() {
		fmt.Fprintln(e.c.stderr, "finishing what was begun before")
	}
	if v.Busy() || len(v.State().Receipts) > 0 { // the last step, the receipt's file, may be missing
		if err := e.finish(v); err != nil {
			return err
		}
	}
	i, err := v.NewIntent(request, method, seed, time.Now())
	if err != nil {
		return err
	}
	i.Args = map[string]string{}
	for _, name := range kept {
		i.Args[name] = e.flags.Lookup(name).Value.String()
	}
	for _, name := range []string{"data", "model-file", "o", "retain"} { // the next start may be elsewhere
		if p := i.Args[name]; p != "" && p != "demo" {
			if i.Args[name], err = filepath.Abs(p); err != nil {
				return err
			}
		}
	}
	if err := e.check(i); err != nil {
		return err
	}
	if err := v.Ask(i); err != nil {
		return err
	}
	return e.finish(v)
}

// finish carries out what is open and writes its receipts.
func (e *erasure) finish(v *erase.Vault) error {
	issued, err := v.Finish(erase.Work{Now: time.Now, Compute: e.compute, Audit: e.audit, Swap: func(*erase.State) {}, Deliver: e.deliver})
	if werr := e.write(v.State().Receipts, issued); err == nil {
		err = werr
	}
	if err != nil {
		return err
	}
	return v.Replace(&erase.State{}) // the model is where it belongs
}

// check refuses, before anything is promised, what could not be carried out.
func (e *erasure) check(i erase.Intent) error {
	var err error
	if e.ready, err = e.open(i); err != nil {
		return err
	}
	e.of = i.ID
	return e.ready.Erasable(api.Erase{Method: i.Method, Request: i.Request, Seed: i.Seed})
}

// open reads an intent's data and model.
func (e *erasure) open(i erase.Intent) (*session.Session, error) {
	f := e.c.flags("unlearn", "")
	d := f.data()
	for _, name := range kept {
		if l := f.Lookup(name); l != nil {
			if err := l.Value.Set(i.Args[name]); err != nil {
				return nil, fmt.Errorf("the journal's -%s: %w", name, err)
			}
		}
	}
	s, _, err := e.c.session(d)
	if err == nil {
		err = load(s, i.Args["model-file"])
	}
	return s, err
}

// compute does what the intent says, from its own flags: they may be of an earlier command.
func (e *erasure) compute(i erase.Intent) (*erase.Outcome, error) {
	s := e.ready
	if e.of != i.ID {
		var err error
		if s, err = e.open(i); err != nil {
			return nil, fmt.Errorf("%w; to give this request up, delete the folder %s.journal", err, e.receipt)
		}
	}
	e.c.progress.begin(i.Method)
	o, row, err := s.Outcome(api.Unlearn{Method: i.Method, Request: i.Request, Seed: i.Seed}, e.c.progress.observe)
	if err != nil {
		return nil, err
	}
	e.row = row
	return o, writeRetained(s, i.Method, i.Args["retain"])
}

// slotOf is where a method leaves its model.
func slotOf(method string) api.Slot {
	if method == "retrain" {
		return api.Retrain
	}
	return api.After
}

// writeRetained writes the data that remain, if somebody asked for them.
func writeRetained(s *session.Session, method, path string) error {
	if path == "" {
		return nil
	}
	b, err := s.Retained(slotOf(method))
	if err != nil {
		return err
	}
	return disk.WriteFile(path, b, 0o644)
}

// audit reads the new model's hash off the bytes that were written.
func (e *erasure) audit(o *erase.Outcome, written *erase.State) error {
	if !bytes.Equal(written.Model, o.State.Model) || !strings.Contains(string(written.Model), o.Draft.Theta) {
		return errors.New("the model in the journal is not the one that was measured")
	}
	return nil
}

// deliver puts the new model in its place. The old one's bytes, where it is the same file, go first:
// the new ones are in the journal already.
func (e *erasure) deliver(p erase.Pending, s *erase.State) error {
	path := p.Args["o"]
	if old, err := os.ReadFile(path); err == nil && !bytes.Equal(old, s.Model) {
		if err := disk.Shred(path); err != nil {
			return err
		}
	}
	return disk.WriteFile(path, s.Model, 0o644)
}

// write brings the receipt's file up to the journal: lines that are there stay as they are,
// with their openings.
func (e *erasure) write(chain, issued []receipt.Document) error {
	there := map[string]receipt.Document{}
	b, err := os.ReadFile(e.receipt)
	if err != nil && !errors.Is(err, fs.ErrNotExist) {
		return err
	}
	if err == nil {
		list, err := receipt.Decode(b)
		if err != nil {
			return fmt.Errorf("%s: %w; name another file, or move this one away", e.receipt, err)
		}
		for _, d := range list {
			there[d.Hash()] = d
		}
	}
	for _, d := range issued {
		there[d.Hash()] = d
	}
	lines := make([]receipt.Document, len(chain))
	for k, d := range chain {
		lines[k] = d
		if known, ok := there[d.Hash()]; ok {
			lines[k] = known
		}
		delete(there, d.Hash())
	}
	if len(there) > 0 {
		return fmt.Errorf("%s holds receipts of another journal; name another file", e.receipt)
	}
	if b, err = receipt.Encode(lines); err != nil {
		return err
	}
	return disk.WriteFile(e.receipt, b, 0o644)
}
