package data

import (
	"encoding/csv"
	"errors"
	"io"
	"math"
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"
)

// text checks and normalises a text file: UTF-8, with or without byte order mark.
func text(file string, b []byte) (string, error) {
	s := string(b)
	if strings.HasPrefix(s, "\xff\xfe") || strings.HasPrefix(s, "\xfe\xff") {
		return "", &Error{File: file, Line: 1, Problem: "the file is UTF-16", Remedy: "save it as UTF-8"}
	}
	if !utf8.ValidString(s) {
		at := 0
		for at < len(s) {
			r, n := utf8.DecodeRuneInString(s[at:])
			if r == utf8.RuneError && n == 1 {
				break
			}
			at += n
		}
		return "", &Error{File: file, Line: 1 + strings.Count(s[:at], "\n"), Value: strconv.Quote(s[at : at+1]),
			Problem: "the file is not UTF-8", Remedy: "save it as UTF-8"}
	}
	return strings.TrimPrefix(s, "\ufeff"), nil
}

// latin1 decodes ISO 8859-1, in which older MovieLens files are written.
func latin1(b []byte) string {
	if utf8.Valid(b) {
		return string(b)
	}
	r := make([]rune, len(b))
	for k, c := range b {
		r[k] = rune(c)
	}
	return string(r)
}

// table reads a text table line by line. After next, fields holds the cells of
// the line, valid until the following call.
type table struct {
	file   string
	fields []string
	line   int
	width  int // cells per line

	header []string
	rest   string // what is left of a plain table
	sep    string
	quoted *csv.Reader // instead, for CSV
}

// plainTable has cells without quotes, separated by sep. With header given the
// file has none of its own.
func plainTable(file, content, sep string, header ...string) (*table, error) {
	t := &table{file: file, rest: content, sep: sep}
	if len(header) > 0 {
		t.header, t.width = header, len(header)
		return t, nil
	}
	return t, t.readHeader()
}

// csvTable has cells as RFC 4180 has them, separated by commas, or by the
// semicolons or tabs that spreadsheets write in some countries.
func csvTable(file, content string) (*table, error) {
	first, _, _ := strings.Cut(content, "\n")
	t := &table{file: file, quoted: csv.NewReader(strings.NewReader(content))}
	for _, sep := range ";\t" {
		if strings.ContainsRune(first, sep) && !strings.ContainsRune(first, ',') {
			t.quoted.Comma = sep
		}
	}
	t.quoted.FieldsPerRecord = -1 // next says it better
	t.quoted.ReuseRecord = true
	return t, t.readHeader()
}

func (t *table) readHeader() error {
	ok, err := t.next()
	if err != nil {
		return err
	}
	if !ok {
		return &Error{File: t.file, Problem: "the file is empty", Remedy: "its first line names the columns"}
	}
	t.header = slices.Clone(t.fields)
	for k, name := range t.header {
		t.header[k] = strings.TrimSpace(name)
	}
	t.width = len(t.header)
	return nil
}

// next moves to the next line that is not empty.
func (t *table) next() (bool, error) {
	if t.quoted != nil {
		return t.nextCSV()
	}
	for t.rest != "" {
		var s string
		s, t.rest, _ = strings.Cut(t.rest, "\n")
		t.line++
		s = strings.TrimSuffix(s, "\r")
		if s == "" {
			continue
		}
		t.fields = t.fields[:0]
		for {
			cell, after, more := strings.Cut(s, t.sep)
			t.fields = append(t.fields, cell)
			if !more {
				break
			}
			s = after
		}
		return true, t.checkWidth()
	}
	return false, nil
}

func (t *table) nextCSV() (bool, error) {
	cells, err := t.quoted.Read()
	if err == io.EOF {
		return false, nil
	}
	if err != nil {
		var p *csv.ParseError
		if errors.As(err, &p) {
			return false, &Error{File: t.file, Line: p.Line, Problem: "the quotes do not match",
				Remedy: `put cells with commas, quotes or line ends in quotes, and double the quotes inside`}
		}
		return false, readFailure(t.file, err)
	}
	t.line, _ = t.quoted.FieldPos(0)
	t.fields = cells
	return true, t.checkWidth()
}

func (t *table) checkWidth() error {
	if t.header == nil || len(t.fields) == t.width {
		return nil
	}
	return &Error{File: t.file, Line: t.line, Value: strings.Join(t.fields, " "),
		Problem: "the line has " + strconv.Itoa(len(t.fields)) + " cells where the header has " + strconv.Itoa(t.width),
		Remedy:  "give every line the same columns"}
}

// column is the number of the first column with one of the names, letter case
// aside, or -1. It is called once per file from twenty places.
//
//go:noinline
func (t *table) column(names ...string) int {
	for _, n := range names {
		if k := slices.IndexFunc(t.header, func(h string) bool { return strings.EqualFold(h, n) }); k >= 0 {
			return k
		}
	}
	return -1
}

// need is column for columns that must be there.
func (t *table) need(names ...string) (int, error) {
	k := t.column(names...)
	if k < 0 {
		return 0, &Error{File: t.file, Line: 1, Value: strings.Join(t.header, " "), Problem: "there is no column " + names[0],
			Remedy: "name the columns in the first line"}
	}
	return k, nil
}

// cell is the trimmed cell of a column, or "" for column -1.
//
//go:noinline
func (t *table) cell(col int) string {
	if col < 0 {
		return ""
	}
	return strings.TrimSpace(t.fields[col])
}

// id is the cell of a column that must not be empty.
func (t *table) id(col int) (string, error) {
	if s := t.cell(col); s != "" {
		return s, nil
	}
	return "", &Error{File: t.file, Line: t.line, Problem: "the " + t.header[col] + " is empty", Remedy: "give it an identifier"}
}

// integer reads a whole number of a column, in [0, most].
func (t *table) integer(col int, most int64) (int64, error) {
	s := t.cell(col)
	n, err := strconv.ParseInt(s, 10, 64)
	if err == nil && 0 <= n && n <= most {
		return n, nil
	}
	fail := &Error{File: t.file, Line: t.line, Value: s}
	switch {
	case strings.HasPrefix(s, "-") && (err == nil || errors.Is(err, strconv.ErrRange)):
		fail.Problem, fail.Remedy = "the "+t.header[col]+" is negative", "count from 0"
	case err == nil || errors.Is(err, strconv.ErrRange):
		fail.Problem = "the " + t.header[col] + " is too big"
		fail.Remedy = "the largest allowed is " + strconv.FormatInt(most, 10)
	default:
		fail.Problem, fail.Remedy = "the "+t.header[col]+" is not a whole number", "write it in digits"
	}
	return 0, fail
}

// number reads a finite number of a column.
func (t *table) number(col int) (float64, error) {
	x, err := strconv.ParseFloat(t.cell(col), 64)
	if err != nil || math.IsNaN(x) || math.IsInf(x, 0) {
		return 0, &Error{File: t.file, Line: t.line, Value: t.cell(col), Problem: "the " + t.header[col] + " is not a finite number",
			Remedy: "write it in digits, such as 4.5"}
	}
	return x, nil
}

// time is the number of a column, in whatever unit the file has; only the order
// counts. Column -1 is 0 for everyone.
func (t *table) time(col int) (float64, error) {
	if col < 0 {
		return 0, nil
	}
	return t.number(col)
}

// end is the time until which a line may be used: a day or seconds since 1970, 0 for none.
func (t *table) end(col int) (float64, error) {
	if col < 0 || t.cell(col) == "" {
		return 0, nil
	}
	if x, ok := parseTime(t.cell(col)); ok {
		return x, nil
	}
	return 0, badEnd(t.file, t.line, t.cell(col))
}

func badEnd(file string, line int, value string) error {
	return &Error{File: file, Line: line, Value: value, Problem: "the end is neither a day nor seconds since 1970", Remedy: "write 2026-12-31, or nothing"}
}
