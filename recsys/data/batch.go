package data

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"lethe/recsys/rng"
)

// file reads a batch: a CSV file with columns user and item, one request a line, or
// a JSON list of requests or of {"user", "item"}.
func (v *resolver) file(r Request) (*ForgetSet, error) {
	if v.open == nil {
		return nil, &Error{Value: r.Text, Problem: "files cannot be opened here", Remedy: "write the requests themselves"}
	}
	b, err := v.open(r.Name)
	if err != nil {
		return nil, readFailure(r.Name, err)
	}
	set := &ForgetSet{Request: r.Text}
	batch := &batch{resolver: v, file: r.Name}
	batch.each = func(line int, f *ForgetSet) error { return batch.merge(set, line, f) }
	if err := batch.read(b); err != nil {
		return nil, err
	}
	if set.Kind == "" {
		return nil, batch.empty()
	}
	return set, nil
}

// ReadQueue reads a file of requests, of whatever kinds, in the layouts of a batch. It returns one set for each, in
// their order, users and items without their interactions. Names that do not exist are errors, before anything is done.
func ReadQueue(d *Dataset, file string, content []byte, src rng.Source) ([]*ForgetSet, error) {
	var all []*ForgetSet
	b := &batch{resolver: &resolver{d: d, src: src}, file: file}
	b.each = func(_ int, f *ForgetSet) error {
		all = append(all, f)
		return nil
	}
	if err := b.read(content); err != nil {
		return nil, err
	}
	if len(all) == 0 {
		return nil, b.empty()
	}
	return all, nil
}

func (b *batch) empty() error {
	return &Error{File: b.file, Problem: "the file holds no request", Remedy: grammar}
}

// read hands every request of a file to each.
func (b *batch) read(raw []byte) error {
	content, err := text(b.file, raw)
	if err != nil {
		return err
	}
	first, _, _ := strings.Cut(content, "\n")
	switch {
	case strings.HasPrefix(strings.TrimSpace(content), "["):
		return jsonList(b.file, content, b.addEntry)
	case strings.HasPrefix(strings.ToLower(first), "user,") || strings.HasPrefix(strings.ToLower(first), "item,"):
		return b.addTable(content)
	}
	for k, s := range strings.Split(content, "\n") {
		s = strings.TrimSpace(s)
		if n := len(s); n > 1 && s[0] == '"' && s[n-1] == '"' { // a CSV of one column
			s = strings.ReplaceAll(s[1:n-1], `""`, `"`)
		}
		if s == "" || k == 0 && s == "request" {
			continue
		}
		if err := b.add(k+1, s); err != nil {
			return err
		}
	}
	return nil
}

// batch is the requests of a file.
type batch struct {
	*resolver
	file string
	each func(line int, f *ForgetSet) error
}

// batchEntry is an element of a JSON batch.
type batchEntry struct {
	request    string
	user, item jsonID
}

func (e *batchEntry) UnmarshalJSON(b []byte) error {
	if json.Unmarshal(b, &e.request) == nil {
		return nil
	}
	var p struct{ User, Item jsonID }
	if err := json.Unmarshal(b, &p); err != nil || p.User == "" || p.Item == "" {
		return errors.New(`an element is neither a request nor {"user": …, "item": …}`)
	}
	e.user, e.item = p.User, p.Item
	return nil
}

func (b *batch) addEntry(line int, e batchEntry) error {
	if e.user != "" {
		return b.addPair(line, string(e.user), string(e.item))
	}
	return b.add(line, e.request)
}

func (b *batch) addTable(content string) error {
	t, err := csvTable(b.file, content)
	if err != nil {
		return err
	}
	user, err := t.need("user")
	if err != nil {
		return err
	}
	item, err := t.need("item")
	if err != nil {
		return err
	}
	for {
		ok, err := t.next()
		if !ok || err != nil {
			return err
		}
		if err := b.addPair(t.line, t.cell(user), t.cell(item)); err != nil {
			return err
		}
	}
}

func (b *batch) addPair(line int, user, item string) error {
	p, err := b.known(user, item)
	if err == nil {
		err = b.trained(p)
	}
	if err != nil {
		return b.at(line, err)
	}
	return b.each(line, &ForgetSet{Kind: ForgetPairs, Pairs: []Pair{p}, Request: user + "/" + item})
}

func (b *batch) add(line int, s string) error {
	r, err := ParseRequest(s)
	if err == nil && r.Scope == ScopeFile {
		err = &Error{Value: s, Problem: "a file of requests cannot name another", Remedy: "write its requests into one file"}
	}
	if err != nil {
		return b.at(line, err)
	}
	f, err := b.resolve(r)
	if err != nil {
		return b.at(line, err)
	}
	return b.each(line, f)
}

// merge adds a request to the set of its file.
func (b *batch) merge(set *ForgetSet, line int, f *ForgetSet) error {
	if set.Kind == "" {
		set.Kind, set.Modality = f.Kind, f.Modality
	}
	if f.Kind != set.Kind || f.Modality != set.Modality {
		return &Error{File: b.file, Line: line, Value: f.Request,
			Problem: fmt.Sprintf("the request is about %s, those before it about %s", strings.TrimSpace(string(f.Kind)+" "+f.Modality), strings.TrimSpace(string(set.Kind)+" "+set.Modality)),
			Remedy:  "make one file for each kind, or serve it as a queue"}
	}
	set.Users = append(set.Users, f.Users...)
	set.Items = append(set.Items, f.Items...)
	set.Pairs = append(set.Pairs, f.Pairs...)
	return nil
}

// at adds the place in the file to an error.
func (b *batch) at(line int, err error) error {
	var e *Error
	if !errors.As(err, &e) {
		return err
	}
	there := *e
	there.File, there.Line = b.file, line
	return &there
}
