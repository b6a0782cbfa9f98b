package main

import (
	"fmt"
	"maps"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/audit"
)

// grid is a table of readings: a line each, with what it asks, Retrain's and every method's.
type grid struct {
	Title string
	Head  []string
	Lines [][]string
}

// besides are the verdict's neighbours, a grid a part.
var besides = map[string]string{
	audit.PartUtility:    "Usefulness, all rows",
	audit.PartSimilarity: "How alike model and Retrain are (says nothing about forgetting; in Retrain's column another seed)",
	audit.PartBystanders: "Those whom the request did not name (± of Retrain: between seeds)",
	audit.PartMembership: "Membership, each attack alone",
	audit.PartSurface:    "Hidden or forgotten",
	audit.PartChannels:   "What each channel keeps",
	audit.PartLevels:     "Reconstruction further up the hierarchy",
	audit.PartRetention:  "Retention: after further training on what remains",
	audit.PartCourse:     "The way there (in Retrain's column what is right)",
	audit.PartShadows:    "An attacker who practised",
}

// gridsOf are a section's measures of all rows, then what stands beside the verdicts.
func gridsOf(s *section) (out []grid) {
	measures := grid{Title: "Measures with standard errors", Head: []string{"measure"}}
	names := map[string]bool{}
	for _, r := range s.Rows {
		if len(r.Estimates) == 0 {
			continue
		}
		title := r.Method
		switch {
		case s.Served && r.Method != "retrain":
			title = fmt.Sprintf("after %d", served(r.Forget))
		case r.Method == "retrain" && r.Note != "":
			title += ", " + r.Note
		}
		measures.Head = append(measures.Head, title)
		for name := range r.Estimates {
			names[name] = true
		}
	}
	for _, name := range slices.Sorted(maps.Keys(names)) {
		line := []string{name}
		for _, r := range s.Rows {
			if len(r.Estimates) == 0 {
				continue
			}
			cell := ""
			if e, ok := r.Estimates[name]; ok {
				cell = plusMinus(e)
			}
			line = append(line, cell)
		}
		measures.Lines = append(measures.Lines, line)
	}
	if len(measures.Lines) > 0 {
		out = append(out, measures)
	}
	for _, part := range audit.Parts {
		if g := gridOf(part, s.Audited); len(g.Lines) > 0 {
			out = append(out, g)
		}
	}
	return out
}

// gridOf has a line for every reading of a part that any row has.
func gridOf(part string, rows []api.Row) grid {
	g := grid{Title: besides[part], Head: []string{"reading", "what it asks", "Retrain"}}
	type key struct {
		name string
		step int
	}
	at := map[key]int{}
	for k, r := range rows {
		g.Head = append(g.Head, r.Method)
		for _, a := range r.Beside {
			if a.Part != part {
				continue
			}
			id := key{a.Name, a.Step}
			if _, ok := at[id]; !ok {
				name := a.Name
				if part == audit.PartRetention || part == audit.PartCourse {
					name += fmt.Sprintf(", step %d", a.Step)
				}
				at[id] = len(g.Lines)
				g.Lines = append(g.Lines, append([]string{name, a.Question, plusMinus(a.Retrain)}, make([]string, len(rows))...))
			}
			g.Lines[at[id]][3+k] = plusMinus(a.Value)
		}
	}
	return g
}

// plusMinus is an estimate and its standard error, where it has one.
func plusMinus(e api.Estimate) string {
	if e.SE == 0 {
		return fmt.Sprintf("%.4g", e.Value)
	}
	return fmt.Sprintf("%.4f ± %.4f", e.Value, e.SE)
}
