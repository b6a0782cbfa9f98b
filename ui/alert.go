package ui

import (
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"lethe/recsys/api"
	"lethe/ui/text"
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

// Said is a message of the engine as a sentence in the visitor's language, or in English where nobody has translated it.
func (v View) Said(message string) string {
	said, _ := text.Said(v.S.Lang, message)
	return Sentence(said)
}

// Tongue is the value of the attribute lang where one of these messages is not in the visitor's language; nil, which leaves the attribute
// out, where all are.
func (v View) Tongue(messages ...string) any {
	for _, m := range messages {
		if _, in := text.Said(v.S.Lang, m); m != "" && in != v.S.Lang {
			return in
		}
	}
	return nil
}

// Told is a failure in words, with what to do.
func (v View) Told(f *api.Failure) string {
	return strings.TrimSpace(v.Said(What(f)) + " " + v.Said(f.Remedy))
}

// ToldIn is the Tongue of a failure, which may be nil.
func (v View) ToldIn(f *api.Failure) any {
	if f == nil {
		return nil
	}
	return v.Tongue(What(f), f.Remedy)
}

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
