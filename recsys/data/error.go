package data

import (
	"fmt"
	"io/fs"
	"strings"
	"unicode/utf8"
)

// Error says what is wrong with data that somebody brought: where it is, the
// offending value, the problem, and what to do about it. Fields may be empty and
// Line 0 where they do not apply; lines count from 1.
type Error struct {
	File    string
	Line    int
	Value   string
	Problem string
	Remedy  string
}

// Error is one sentence: ratings.csv, line 12: the rating is not a number:
// "four"; write it in digits.
func (e *Error) Error() string {
	var b strings.Builder
	if e.File != "" {
		b.WriteString(e.File)
		if e.Line > 0 {
			fmt.Fprintf(&b, ", line %d", e.Line)
		}
		b.WriteString(": ")
	}
	b.WriteString(e.Problem)
	if e.Value != "" {
		fmt.Fprintf(&b, ": %q", shorten(e.Value))
	}
	if e.Remedy != "" {
		b.WriteString("; " + e.Remedy)
	}
	return b.String()
}

// shorten cuts a value to what fits into a sentence.
func shorten(s string) string {
	const most = 60
	if len(s) <= most {
		return s
	}
	cut := most
	for cut > 0 && !utf8.RuneStart(s[cut]) {
		cut--
	}
	return s[:cut] + "…"
}

// readFailure turns a failure to read a file into an Error.
func readFailure(file string, err error) *Error {
	if err == fs.ErrNotExist {
		return &Error{File: file, Problem: "the file is missing"}
	}
	return &Error{File: file, Problem: "the file cannot be read (" + err.Error() + ")",
		Remedy: "it may be damaged or cut short: fetch it again"}
}
