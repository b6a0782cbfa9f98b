package main

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"net/url"
	"os"
	"strings"

	"lethe/recsys/cmd/disk"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
	"lethe/recsys/sign"
)

// logHead is GET /api/log, and what -seen keeps.
type logHead struct {
	Size      int    `json:"size"`
	Root      string `json:"root"`
	Key       string `json:"key,omitempty"`
	Signature string `json:"signature,omitempty"`
}

// logAudited is the result of lethe log.
type logAudited struct {
	logHead
	Passed bool `json:"passed"`
	// Findings are sentences, for people.
	Findings []string `json:"findings"`
}

// auditor collects what an audit of a log finds.
type auditor struct {
	at     string
	result logAudited
}

func (a *auditor) pass(format string, args ...any) {
	a.result.Findings = append(a.result.Findings, fmt.Sprintf(format, args...))
}

func (a *auditor) fail(format string, args ...any) {
	a.result.Passed = false
	a.pass(format, args...)
}

// runLog audits a deployment's log of receipts: it builds the whole tree again from what is published, looks for given receipts by their
// proofs, and compares with what was seen before.
func runLog(c *console, args []string) error {
	f := c.flags("log", "log -at URL [-receipts FILE] [-key PUBLICKEY] [-seen FILE]")
	at := f.String("at", "", "`address` of the deployment, such as https://example.org")
	receipts := f.String("receipts", "", "`file` of receipts to find in the log")
	key := f.String("key", "", "public `key` that signs the log's heads")
	seen := f.String("seen", "", "`file` that keeps the head between audits, so that a log which was written anew is caught")
	if err := f.parse(args, "at"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	a := &auditor{at: strings.TrimSuffix(*at, "/") + "/api/log"}
	a.result.Passed = true
	if err := a.fetch("", nil, &a.result.logHead); err != nil {
		return err
	}
	if *key != "" {
		a.signed(*key)
	}
	steps := []func() error{func() error { return a.rebuild(c) }, func() error { return a.grew(*seen) }, func() error { return a.find(*receipts) }}
	for _, step := range steps {
		if err := step(); err != nil {
			return err
		}
	}
	if *seen != "" && a.result.Passed {
		b, err := json.Marshal(a.result.logHead)
		if err == nil {
			err = disk.WriteFile(*seen, append(b, '\n'), 0o644)
		}
		if err != nil {
			return err
		}
	}
	if err := c.result(a.result, strings.Join(a.result.Findings, "\n")+"\n"); err != nil {
		return err
	}
	if !a.result.Passed {
		return errors.New("the log is not right")
	}
	return nil
}

// fetch asks a path below /api/log for JSON. v nil: the body as it is.
func (a *auditor) fetch(path string, query url.Values, v any) error {
	b, status, err := a.bytes(path, query)
	if err != nil {
		return err
	}
	if status != http.StatusOK {
		return fmt.Errorf("%s%s answered %d: %s", a.at, path, status, firstLine(b))
	}
	if err := json.Unmarshal(b, v); err != nil {
		return fmt.Errorf("%s%s: %w", a.at, path, err)
	}
	return nil
}

func (a *auditor) bytes(path string, query url.Values) ([]byte, int, error) {
	address := a.at + path
	if len(query) > 0 {
		address += "?" + query.Encode()
	}
	r, err := webClient.Get(address)
	if err != nil {
		return nil, 0, err
	}
	defer r.Body.Close()
	b, err := io.ReadAll(io.LimitReader(r.Body, 1<<20))
	return b, r.StatusCode, err
}

func (a *auditor) signed(key string) {
	h := a.result.logHead
	b, err := receipt.Canonical(logHead{Size: h.Size, Root: h.Root})
	public, kerr := feed.ParseKey(key)
	signature, serr := base64.StdEncoding.Strict().DecodeString(h.Signature)
	ok := false
	if errors.Join(err, kerr, serr) == nil && h.Key == key {
		ok, err = sign.Ed25519.Verify(public, append([]byte("lethe-log-head/1\n"), b...), signature)
	}
	if err != nil || !ok {
		a.fail("The head is not signed by the key %.16s….", key)
		return
	}
	a.pass("The head is signed by the key %.16s….", key)
}

// rebuild reads all entries and compares the root of their tree.
func (a *auditor) rebuild(c *console) error {
	c.progress.begin("log")
	var tree feed.Tree
	for tree.Size() < a.result.Size {
		b, status, err := a.bytes("/entries", url.Values{"from": {fmt.Sprint(tree.Size())}, "limit": {"100"}})
		if err != nil {
			return err
		}
		if status != http.StatusOK {
			break
		}
		for line := range bytes.Lines(b) {
			line = bytes.TrimSuffix(line, []byte("\n"))
			if _, err := feed.DecodePublished(line); err != nil {
				a.fail("Entry %d: %v.", tree.Size(), err)
			}
			if tree.Size() < a.result.Size {
				tree.Append(feed.LeafHash(line))
			}
		}
	}
	if tree.Size() != a.result.Size {
		a.fail("The head counts %d entries, the log gives out %d.", a.result.Size, tree.Size())
		return nil
	}
	root, err := feed.Root(tree.Size(), tree.Nodes)
	if err != nil {
		return err
	}
	if hex.EncodeToString(root[:]) != a.result.Root {
		a.fail("The tree of the %d entries has another root than the head says.", tree.Size())
		return nil
	}
	a.pass("The tree of all %d entries has the root that the head says.", tree.Size())
	return nil
}

// grew compares with the head of an earlier audit.
func (a *auditor) grew(file string) error {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file)
	if errors.Is(err, fs.ErrNotExist) {
		a.pass("This is the first audit: %s keeps the head for the next.", file)
		return nil
	}
	var before logHead
	if err == nil {
		err = json.Unmarshal(b, &before)
	}
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	old, ok := hashOf(before.Root)
	now, also := hashOf(a.result.Root)
	switch {
	case !ok || !also:
		return fmt.Errorf("%s: its root is no hash", file)
	case before.Size > a.result.Size:
		a.fail("The log has shrunk from %d entries to %d.", before.Size, a.result.Size)
	case before.Size == 0:
	default:
		path, err := a.path("/consistency", url.Values{"from": {fmt.Sprint(before.Size)}, "size": {fmt.Sprint(a.result.Size)}}, nil)
		if err != nil {
			return err
		}
		if !feed.VerifyConsistency(before.Size, a.result.Size, old, now, path) {
			a.fail("The log does not begin with the %d entries that were seen before: it was written anew.", before.Size)
			return nil
		}
		a.pass("The log begins with the %d entries that were seen before.", before.Size)
	}
	return nil
}

// path asks for a proof.
func (a *auditor) path(kind string, query url.Values, place *int) ([]feed.Hash, error) {
	var p struct {
		Place int
		Path  []string
	}
	if err := a.fetch(kind, query, &p); err != nil {
		return nil, err
	}
	if place != nil {
		*place = p.Place
	}
	out := make([]feed.Hash, len(p.Path))
	for k, s := range p.Path {
		h, ok := hashOf(s)
		if !ok {
			return nil, fmt.Errorf("%s%s: %q is no hash", a.at, kind, s)
		}
		out[k] = h
	}
	return out, nil
}

func hashOf(s string) (feed.Hash, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(feed.Hash{}) {
		return feed.Hash{}, false
	}
	return feed.Hash(b), true
}

// find looks for receipts by their proofs.
func (a *auditor) find(file string) error {
	if file == "" {
		return nil
	}
	b, err := os.ReadFile(file)
	if err != nil {
		return err
	}
	list, err := receipt.Decode(b)
	if err != nil {
		return fmt.Errorf("%s: %w", file, err)
	}
	root, _ := hashOf(a.result.Root)
	for k := range list {
		leaf := feed.LeafHash(feed.Publish(&list[k]))
		place := 0
		query := url.Values{"id": {hex.EncodeToString(leaf[:])}, "size": {fmt.Sprint(a.result.Size)}}
		if _, status, err := a.bytes("/proof", query); err != nil {
			return err
		} else if status == http.StatusNotFound {
			a.fail("Receipt %d is not in the log.", list[k].Receipt.Serial)
			continue
		}
		path, err := a.path("/proof", query, &place)
		if err != nil {
			return err
		}
		if !feed.VerifyInclusion(leaf, place, a.result.Size, path, root) {
			a.fail("The proof for receipt %d does not lead to the root.", list[k].Receipt.Serial)
			continue
		}
		a.pass("Receipt %d is entry %d of the log, and its proof leads to the root.", list[k].Receipt.Serial, place)
	}
	return nil
}
