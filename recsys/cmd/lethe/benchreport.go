package main

import (
	"bytes"
	"fmt"
	"html/template"
	"os"
	"path/filepath"
	"strings"

	"lethe/recsys/api"
)

// section is the rows of one model and one request in a report.
type section struct {
	Model, Request string
	Forget         api.Forget
	Rows           []api.Row // references first
	Audited        []api.Row
	Served         bool // the rows are those of a sequence
	Figures        []figure
	Grids          []grid
}

// evidence is what no report can show, and says.
const evidence = "A report shows what was computed and measured. It cannot prove from weights alone that a model has forgotten."

// writeBenchReport writes sections as HTML, or as Markdown with its plots beside it, by the
// file's ending.
func writeBenchReport(file, data string, sections []*section) (err error) {
	for _, s := range sections {
		if s.Figures, err = figures(s); err != nil {
			return err
		}
		s.Grids = gridsOf(s)
	}
	var b bytes.Buffer
	switch filepath.Ext(file) {
	case ".html":
		err = benchPage.Execute(&b, map[string]any{"Data": data, "Sections": sections, "Evidence": evidence, "Legend": strings.TrimSpace(legend)})
	case ".md":
		err = benchMarkdown(&b, file, data, sections)
	default:
		err = fmt.Errorf("%s ends neither in .html nor in .md: a report is one or the other", file)
	}
	if err != nil {
		return err
	}
	return os.WriteFile(file, b.Bytes(), 0o644)
}

func sectionsOf(references, rows []api.Row) []*section {
	var all []*section
	for _, r := range grouped(references, rows) {
		if n := len(all); n == 0 || all[n-1].Model != r.Model || all[n-1].Request != r.Forget.Request {
			all = append(all, &section{Model: r.Model, Request: r.Forget.Request, Forget: r.Forget})
		}
		s := all[len(all)-1]
		s.Rows = append(s.Rows, r)
		if len(r.Audits) > 0 {
			s.Audited = append(s.Audited, r)
		}
	}
	return all
}

// caughtBy lists the audits that caught a row, with the side.
func caughtBy(r api.Row) string {
	var list []string
	for _, a := range r.Audits {
		if a.Caught {
			list = append(list, a.Name+" ("+a.Side+")")
		}
	}
	if len(list) == 0 {
		return "nothing"
	}
	return strings.Join(list, ", ")
}

func benchMarkdown(b *bytes.Buffer, file, data string, sections []*section) error {
	fmt.Fprintf(b, "# Forgetting on %s\n\n%s\n", data, evidence)
	for k, s := range sections {
		fmt.Fprintf(b, "\n## %s, %s\n\n%s%s", s.Model, s.Request, describeForget(s.Forget), table(s.Rows))
		for _, f := range s.Figures {
			plot := fmt.Sprintf("%s-%d-%s.svg", strings.TrimSuffix(filepath.Base(file), ".md"), k+1, f.Name)
			if err := os.WriteFile(filepath.Join(filepath.Dir(file), plot), []byte(f.SVG), 0o644); err != nil {
				return err
			}
			fmt.Fprintf(b, "\n![%s](%s)\n", f.Caption, plot)
		}
		if len(s.Audited) > 0 {
			fmt.Fprintf(b, "\n### Which audit caught which\n\n| method | caught by |\n| --- | --- |\n")
		}
		for _, r := range s.Audited {
			fmt.Fprintf(b, "| %s | %s |\n", r.Method, caughtBy(r))
		}
		for _, r := range s.Audited {
			fmt.Fprintf(b, "\n<details><summary>%s</summary>\n\n| audit | question | value | ± | Retrain | ± | distance | side |\n| --- | --- | --- | --- | --- | --- | --- | --- |\n", r.Method)
			for _, a := range r.Audits {
				fmt.Fprintf(b, "| %s | %s | %.4f | %.4f | %.4f | %.4f | %+.1f | %s |\n", a.Name, a.Question, a.Value.Value, a.Value.SE, a.Retrain.Value, a.Retrain.SE, a.Distance, a.Side)
			}
			fmt.Fprint(b, "\n</details>\n")
		}
		for _, g := range s.Grids {
			fmt.Fprintf(b, "\n<details><summary>%s</summary>\n\n| %s |\n|%s\n", g.Title, strings.Join(g.Head, " | "), strings.Repeat(" --- |", len(g.Head)))
			for _, l := range g.Lines {
				fmt.Fprintf(b, "| %s |\n", strings.Join(l, " | "))
			}
			fmt.Fprint(b, "\n</details>\n")
		}
	}
	fmt.Fprint(b, legend)
	return nil
}

// cells are a row's cells in the order of titles.
func cells(rows []api.Row) (out [][]string) {
	for k, line := range strings.Split(strings.TrimSpace(table(rows)), "\n") {
		if k == 1 {
			continue
		}
		var row []string
		line = strings.ReplaceAll(strings.Trim(line, "| "), "\\|", "\x00")
		for _, c := range strings.Split(line, "|") {
			row = append(row, strings.ReplaceAll(strings.TrimSpace(c), "\x00", "|"))
		}
		out = append(out, row)
	}
	return out
}

var benchPage = template.Must(template.New("report").Funcs(template.FuncMap{"cells": cells, "caught": caughtBy, "describe": describeForget,
	"f4": func(x float64) string { return fmt.Sprintf("%.4f", x) }, "f1": func(x float64) string { return fmt.Sprintf("%+.1f", x) }}).Parse(`<!doctype html>
<html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>Forgetting on {{.Data}}</title>
<style>
body{font:16px/1.5 system-ui,sans-serif;max-width:78rem;margin:2rem auto;padding:0 1rem}
table{border-collapse:collapse;font-size:.85rem;display:block;overflow-x:auto;margin:1rem 0}
td,th{padding:.2rem .6rem;border-bottom:1px solid #ccc;text-align:right;white-space:nowrap}
td:first-child,th:first-child,.left td{text-align:left}
.caught{color:#a00;font-weight:600}
svg{max-width:100%;height:auto}
figure{margin:1rem 0}
</style>
<h1>Forgetting on {{.Data}}</h1><p>{{.Evidence}}</p>
{{range .Sections}}<h2>{{.Model}}, {{.Request}}</h2><p>{{describe .Forget}}</p>
<table>{{range $k, $row := cells .Rows}}<tr>{{range $row}}{{if eq $k 0}}<th>{{.}}</th>{{else}}<td>{{.}}</td>{{end}}{{end}}</tr>{{end}}</table>
{{range .Figures}}<figure>{{.SVG}}<figcaption>{{.Caption}}</figcaption></figure>{{end}}
{{if .Audited}}<h3>Which audit caught which</h3><table class="left"><tr><th>method</th><th>caught by</th></tr>{{range .Audited}}<tr><td>{{.Method}}</td><td>{{caught .}}</td></tr>{{end}}</table>
{{range .Audited}}<details><summary>{{.Method}}</summary><table class="left"><tr><th>audit</th><th>question</th><th>value</th><th>±</th><th>Retrain</th><th>±</th><th>distance</th><th>side</th></tr>
{{range .Audits}}<tr{{if .Caught}} class="caught"{{end}}><td>{{.Name}}</td><td>{{.Question}}</td><td>{{f4 .Value.Value}}</td><td>{{f4 .Value.SE}}</td><td>{{f4 .Retrain.Value}}</td><td>{{f4 .Retrain.SE}}</td><td>{{f1 .Distance}}</td><td>{{.Side}}</td></tr>{{end}}</table></details>{{end}}{{end}}
{{range .Grids}}<details><summary>{{.Title}}</summary><table class="left"><tr>{{range .Head}}<th>{{.}}</th>{{end}}</tr>
{{range .Lines}}<tr>{{range .}}<td>{{.}}</td>{{end}}</tr>{{end}}</table></details>
{{end}}{{end}}<p>{{.Legend}}</p></html>
`))
