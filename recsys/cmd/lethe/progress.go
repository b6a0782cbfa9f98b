package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"

	"lethe/recsys/api"
)

// progress tells on standard error how far a job is: one line that is rewritten on
// a terminal, a line every ten seconds elsewhere, nothing for jobs under a second.
type progress struct {
	w        io.Writer
	terminal bool
	label    string // what the job is part of
	start    time.Time
	stage    string
	last     time.Time
	open     bool // a line without its end is on the terminal
	point    *api.Point
}

func newProgress(w io.Writer) *progress {
	p := &progress{w: w}
	if f, ok := w.(*os.File); ok {
		info, err := f.Stat()
		p.terminal = err == nil && info.Mode()&os.ModeCharDevice != 0
	}
	return p
}

// begin names the job that follows.
func (p *progress) begin(label string) {
	p.done()
	p.label, p.stage = label, ""
}

// observe is the api.Observer of a job. The evaluations inside a training are part of it.
func (p *progress) observe(x api.Progress) error {
	now := time.Now()
	if x.Stage == "evaluate" && p.stage != "" {
		return nil
	}
	if p.stage != x.Stage {
		p.stage, p.start, p.last, p.point = x.Stage, now, now, nil
	}
	if x.Point != nil {
		p.point = x.Point
	}
	every := 10 * time.Second
	if p.terminal {
		every = 200 * time.Millisecond
	}
	if now.Sub(p.start) < time.Second || now.Sub(p.last) < every {
		return nil
	}
	p.last = now
	p.print(x, now.Sub(p.start))
	return nil
}

func (p *progress) print(x api.Progress, elapsed time.Duration) {
	line := strings.TrimSpace(p.label + " " + x.Stage)
	if x.Total > 0 {
		line += fmt.Sprintf(" %d of %d", x.Done, x.Total)
	}
	if x.Done > 0 && x.Total > 0 {
		left := time.Duration(float64(elapsed) * float64(x.Total-x.Done) / float64(x.Done))
		line += fmt.Sprintf(", at most %v left", left.Round(time.Second))
	}
	if q := p.point; q != nil {
		line += fmt.Sprintf(", %d: loss %.4f", q.Step, q.Loss)
		if r, ok := q.Valid["recall@20"]; ok {
			line += fmt.Sprintf(", validation Recall@20 %.4f", r)
		}
	}
	if p.terminal {
		fmt.Fprintf(p.w, "\r\x1b[K%s", line)
		p.open = true
		return
	}
	fmt.Fprintln(p.w, line)
}

// done clears the line.
func (p *progress) done() {
	if p.open {
		fmt.Fprint(p.w, "\r\x1b[K")
		p.open = false
	}
}
