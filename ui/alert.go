package ui

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lethe/recsys/api"
)

// Alert says what went wrong, where, what to do, and that nothing was lost.
type Alert struct {
	View
	Notice *Notice
}

// HasPlace reports whether the failure names a file, a line or a value.
func (c *Alert) HasPlace() bool {
	f := c.Notice.Failure
	return f.File != "" || f.Line > 0 || f.Value != ""
}

// Remedy is the advice as a sentence.
func (c *Alert) Remedy() string { return Sentence(c.Notice.Failure.Remedy) }

// What is the failure's sentence without what is shown beside it: the file and the
// line before it, the value and the remedy behind it.
func What(f *api.Failure) string {
	s := f.Message
	if f.Remedy != "" {
		s = strings.TrimSuffix(strings.TrimSuffix(s, f.Remedy), "; ")
	}
	if f.File != "" {
		s = strings.TrimPrefix(s, f.File)
		if f.Line > 0 {
			s = strings.TrimPrefix(s, ", line "+strconv.Itoa(f.Line))
		}
		s = strings.TrimPrefix(s, ": ")
	}
	if f.Value != "" {
		s = strings.TrimSuffix(s, ": "+strconv.Quote(f.Value))
	}
	return Sentence(s)
}

// Sentence gives a phrase its capital and its full stop.
func Sentence(s string) string {
	s = strings.TrimSpace(s)
	if s == "" {
		return s
	}
	r, n := utf8.DecodeRuneInString(s)
	s = string(unicode.ToUpper(r)) + s[n:]
	if !strings.ContainsAny(s[len(s)-1:], ".!?") {
		s += "."
	}
	return s
}
