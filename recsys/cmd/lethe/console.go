package main

import (
	"bytes"
	"encoding/json"
	"flag"
	"fmt"
	"io"
	"os"
	"runtime/metrics"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/session"
)

// console is where a command reads its flags and writes what it has to say.
type console struct {
	stdout, stderr io.Writer
	progress       *progress
	json           string
}

func newConsole(stdout, stderr io.Writer) *console {
	return &console{stdout: stdout, stderr: stderr, progress: newProgress(stderr)}
}

// flagSet is a flag set whose mistakes are usage errors.
type flagSet struct {
	*flag.FlagSet
	c     *console
	usage string
}

func (c *console) flags(name, usage string) flagSet {
	f := flag.NewFlagSet(name, flag.ContinueOnError)
	f.SetOutput(io.Discard)
	f.StringVar(&c.json, "json", "", "write the result as JSON to this `file`; - is standard output")
	f.Usage = func() {}
	return flagSet{f, c, usage}
}

// parse reads the flags; every one listed in needed must be there.
func (f flagSet) parse(args []string, needed ...string) error {
	if err := f.Parse(args); err != nil {
		if err == flag.ErrHelp {
			fmt.Fprintf(f.c.stdout, "Usage: lethe %s\n\n", f.usage)
			f.SetOutput(f.c.stdout)
			f.PrintDefaults()
			return err
		}
		return usageError{err.Error()}
	}
	for _, n := range needed {
		if f.Lookup(n).Value.String() == "" {
			return usageError{"-" + n + " is missing"}
		}
	}
	return nil
}

// noArguments refuses words that are not flags.
func (f flagSet) noArguments() error {
	if f.NArg() > 0 {
		return usageError{fmt.Sprintf("%q is not a flag", f.Arg(0))}
	}
	return nil
}

// toStdout tells whether the JSON goes to standard output, so that nothing else may.
func (c *console) toStdout() bool { return c.json == "-" }

// result writes v as JSON where -json says, and the text to standard output unless
// the JSON is there.
func (c *console) result(v any, text string) error {
	c.progress.done()
	if !c.toStdout() {
		fmt.Fprint(c.stdout, text)
	}
	if c.json == "" {
		return nil
	}
	var b bytes.Buffer
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	e.SetIndent("", "  ")
	if err := e.Encode(v); err != nil {
		return fmt.Errorf("encode the result: %w", err)
	}
	if c.toStdout() {
		_, err := c.stdout.Write(b.Bytes())
		return err
	}
	return os.WriteFile(c.json, b.Bytes(), 0o644)
}

// backends makes the backends there are outside a browser.
func backends(name string) (backend.Backend, error) {
	switch name {
	case "", "simd":
		return simd.New(), nil
	case "reference":
		return reference.New(), nil
	}
	return nil, usageError{fmt.Sprintf("backend %q is not one of simd, reference", name)}
}

// sources is the hash of what this program was built from; the Makefile sets it.
var sources string

// session is a session with data open, as the flags say.
func (c *console) session(d dataFlags) (*session.Session, api.Opened, error) {
	s := session.New(session.Options{Now: time.Now, Backend: backends, ReadFile: os.ReadFile, Memory: heap, Sources: sources})
	o, err := d.open(s, c.progress.observe)
	return s, o, err
}

// heap is how many bytes the Go heap holds, garbage not yet collected included.
func heap() int64 {
	sample := []metrics.Sample{{Name: "/memory/classes/heap/objects:bytes"}}
	metrics.Read(sample)
	return int64(sample[0].Value.Uint64())
}

// list splits a comma-separated flag.
func list(s string) []string {
	var out []string
	for part := range strings.SplitSeq(s, ",") {
		if part = strings.TrimSpace(part); part != "" {
			out = append(out, part)
		}
	}
	return out
}
