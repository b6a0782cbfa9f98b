package ui

import (
	"cmp"
	"encoding/csv"
	"encoding/json"
	"slices"
	"strconv"
	"strings"

	"github.com/vugu/vugu"

	"lethe/recsys/api"
	"lethe/ui/text"
)

// Lab is the researcher's bench: models, methods, requests and seeds, a table that fills live, its plot, its files, and the
// command that does the same without a browser.
type Lab struct{ View }

// SaveKinds are the files that the lab offers.
var SaveKinds = []string{"csv", "json", "svg", "png"}

// Address is this page with the lab's engine.
func (c *Lab) Address() string {
	l := c.S.Link
	l.Lab, l.Place = true, AtLab
	if len(l.Request) > mostText {
		l.Request = ""
	}
	return l.String()
}

// Models and Methods are what the engine has.
func (c *Lab) Models() []string {
	if h := c.S.Engine.Hello; h != nil {
		return h.Models
	}
	return nil
}

func (c *Lab) Methods() []string {
	var list []string
	if h := c.S.Engine.Hello; h != nil {
		for _, m := range h.Methods {
			if m.Name != string(api.Retrain) { // runs in any case
				list = append(list, m.Name)
			}
		}
	}
	return list
}

// Chosen reports whether a box is ticked; Tick turns it over.
func (c *Lab) Chosen(f LabField, value string) bool {
	if f == LabModels {
		return slices.Contains(c.S.Link.BenchModels(), value)
	}
	return slices.Contains(c.S.Link.BenchMethods(), value)
}

func (c *Lab) Tick(f LabField, value string) { c.Do(Set{f, value, !c.Chosen(f, value)}) }

// Enter reads a field.
func (c *Lab) Enter(f LabField, e vugu.DOMEvent) {
	c.Do(Set{Field: f, Value: strings.TrimSpace(e.PropString("target", "value"))})
}

// Forgets, Seeds and Epochs are the fields' values.
func (c *Lab) Forgets() string { return strings.Join(c.S.Link.BenchForgets(), ",") }

func (c *Lab) Seeds() string {
	var list []string
	for _, n := range c.S.Link.BenchSeeds() {
		list = append(list, strconv.FormatUint(n, 10))
	}
	return strings.Join(list, ",")
}

func (c *Lab) Epochs() string { return strconv.Itoa(c.S.Link.EpochCount()) }

func (c *Lab) SetEpochs(e vugu.DOMEvent) { (&Train{c.View}).SetEpochs(e) }

// GoText says how much work it is.
func (c *Lab) GoText() string { return c.N("lab.go", len(c.S.Link.Plan())) }

// Width is how much of the bench is done, in per cent.
func (c *Lab) Width() int {
	b := &c.S.Bench
	if b.Job == 0 {
		return 0
	}
	return (100*(b.Total-len(b.Steps)) + Share(b.Progress)) / b.Total
}

// Line is the state of the bench in a sentence.
func (c *Lab) Line() string { return c.state(c.S.Bench.Progress) }

// Spoken is the same for those who hear the page, with fewer news.
func (c *Lab) Spoken() string { return c.state(tens(c.S.Bench.Progress)) }

func (c *Lab) state(p api.Progress) string {
	b := &c.S.Bench
	switch {
	case b.Stopping:
		return c.T("stopping")
	case b.Job == 0 && len(b.Rows) > 0:
		return c.N("lab.done", len(b.Rows))
	case b.Job == 0:
		return c.T("lab.idle")
	}
	now := b.Steps[0]
	what := c.T("lab.training", c.Known("model.", now.Model), strconv.FormatUint(now.Seed, 10))
	if now.Method != "" {
		what = c.T("lab.running", now.Method, now.Request, c.Known("model.", now.Model))
	}
	return c.T("lab.step", text.Int(b.Total-len(b.Steps)+1), text.Int(b.Total), what, c.Left(p))
}

// Column is a column of the table. Of gives a number to show and sort by, Text a word.
type Column struct {
	Key, Class, Note string
	Decimals         int
	Of               func(*Result) *float64
	Text             func(*Result) string
}

var columns = []Column{
	{Key: "model", Text: func(r *Result) string { return r.Model }},
	{Key: "method", Text: func(r *Result) string { return r.Method }},
	{Key: "request", Text: func(r *Result) string { return r.Forget.Request }},
	{Key: "seed", Text: func(r *Result) string { return strconv.FormatUint(r.Seed, 10) }},
	{Key: "seconds", Decimals: 2, Of: func(r *Result) *float64 { return r.Seconds }},
	{Key: "times", Decimals: 1, Of: func(r *Result) *float64 {
		if r.Seconds == nil || r.RetrainSeconds == nil || *r.Seconds <= 0 {
			return nil
		}
		x := *r.RetrainSeconds / *r.Seconds
		return &x
	}},
	{Key: "recall", Decimals: 4, Of: func(r *Result) *float64 { return metric(r.Test, "recall@20") }},
	{Key: "auc", Decimals: 3, Of: func(r *Result) *float64 { return r.ForgetAUC }},
	{Key: "rows", Decimals: 3, Of: func(r *Result) *float64 { return r.ForgetAUCRows }},
	{Key: "recon", Decimals: 3, Of: func(r *Result) *float64 { return r.ReconAUC }},
	{Key: "mia", Decimals: 3, Of: func(r *Result) *float64 { return r.MIAAUC }},
	{Key: "worst", Decimals: 4, Of: func(r *Result) *float64 { return r.WorstRetainRecall }},
	{Key: "theta", Text: func(r *Result) string {
		if r.ThetaSHA256 == nil {
			return ""
		}
		return (*r.ThetaSHA256)[:min(12, len(*r.ThetaSHA256))]
	}},
	{Key: "note", Text: func(r *Result) string { return r.Note }},
}

// Columns are those that some row fills.
func (c *Lab) Columns() []Column {
	var list []Column
	for _, k := range columns {
		if slices.ContainsFunc(c.S.Bench.Rows, func(r Result) bool { return k.Of != nil && k.Of(&r) != nil || k.Text != nil && k.Text(&r) != "" }) {
			if k.Of != nil {
				k.Class = "figure"
			}
			k.Note = c.Known("lab.note.", k.Key)
			list = append(list, k)
		}
	}
	return list
}

// HeadOf is a column's name with the direction it is sorted in.
func (c *Lab) HeadOf(key string) string {
	name := c.T("lab.column." + key)
	switch {
	case c.S.Bench.Sort != key:
		return name
	case c.S.Bench.Down:
		return name + " ↓"
	}
	return name + " ↑"
}

// Sorted is a column's aria-sort.
func (c *Lab) Sorted(key string) any {
	switch {
	case c.S.Bench.Sort != key:
		return nil
	case c.S.Bench.Down:
		return "descending"
	}
	return "ascending"
}

// Rows is the table in the order asked for; what has no number comes last.
func (c *Lab) Rows() []TableRow {
	rows := slices.Clone(c.S.Bench.Rows)
	for _, k := range columns {
		if k.Key != c.S.Bench.Sort {
			continue
		}
		slices.SortStableFunc(rows, func(a, b Result) int {
			by := 0
			if k.Of == nil {
				by = cmp.Compare(k.Text(&a), k.Text(&b))
			} else if x, y := k.Of(&a), k.Of(&b); x == nil || y == nil {
				if x != nil {
					return -1
				} else if y != nil {
					return 1
				}
				return 0
			} else {
				by = cmp.Compare(*x, *y)
			}
			if c.S.Bench.Down {
				return -by
			}
			return by
		})
	}
	var list []TableRow
	for _, r := range rows {
		var row TableRow
		for _, k := range c.Columns() {
			cell := ""
			if k.Of != nil {
				cell = c.Num(text.Maybe(k.Of(&r), k.Decimals))
			} else {
				cell = k.Text(&r)
			}
			if k.Key == "note" && cell != "" {
				row.Tongue = c.Tongue(cell)
				cell = c.Said(cell)
			}
			row.Cells = append(row.Cells, text.Clip(cell, mostName))
		}
		list = append(list, row)
	}
	return list
}

// SaveText names a file.
func (c *Lab) SaveText(kind string) string { return strings.ToUpper(kind) }

// Plot is the table as a picture.
func (c *Lab) Plot() vugu.HTML { return vugu.HTML(benchSVG(c.S)) }

// Command repeats the bench on a command line, a line for each seed.
func (c *Lab) Command() string {
	l := c.S.Link
	data := "demo"
	if !c.S.Data.Demo {
		data = c.S.Data.Info.Name
	}
	var lines []string
	for _, seed := range l.BenchSeeds() {
		lines = append(lines, "lethe bench -data "+quoted(data)+" -models "+quoted(strings.Join(l.BenchModels(), ","))+" -methods "+
			quoted(strings.Join(append([]string{string(api.Retrain)}, l.BenchMethods()...), ","))+" -forget "+quoted(c.Forgets())+
			" -golds 1 -seed "+strconv.FormatUint(seed, 10)+" -epochs "+c.Epochs())
	}
	return strings.Join(lines, "\n")
}

// quoted is an argument as a shell reads it.
func quoted(s string) string {
	if s != "" && strings.Trim(s, "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_.,:/%+=@") == "" {
		return s
	}
	return "'" + strings.ReplaceAll(s, "'", `'\''`) + "'"
}

// benchCSV has a line for each row, with full numbers and English names.
func benchCSV(rows []Result) string {
	var b strings.Builder
	w := csv.NewWriter(&b)
	w.UseCRLF = true // RFC 4180
	var names []string
	for _, k := range columns {
		names = append(names, k.Key)
	}
	w.Write(names)
	for _, r := range rows {
		var cells []string
		for _, k := range columns {
			cell := ""
			if k.Of == nil {
				cell = harmless(k.Text(&r))
			} else if x := k.Of(&r); x != nil {
				cell = strconv.FormatFloat(*x, 'g', -1, 64)
			}
			cells = append(cells, cell)
		}
		w.Write(cells)
	}
	w.Flush() // into memory: it cannot fail
	return b.String()
}

// harmless keeps a spreadsheet from reading text as a formula (OWASP, CSV injection).
func harmless(s string) string {
	if s != "" && strings.ContainsRune("=+-@\t\r", rune(s[0])) {
		return "'" + s
	}
	return s
}

// benchJSON is the rows as lethe bench -json writes them, each with its seed.
func benchJSON(rows []Result) []byte {
	b, err := json.MarshalIndent(rows, "", "  ")
	if err != nil {
		panic("ui: rows do not encode")
	}
	return append(b, '\n')
}
