package main

import (
	"fmt"
	"strings"

	"lethe/recsys/api"
)

// column is one column of the Markdown table.
type column struct {
	title string
	cell  func(r api.Row) string
}

// What cannot be read off its title stands in the legend.
var columns = []column{
	{"model", func(r api.Row) string { return r.Model }},
	{"request", func(r api.Row) string { return r.Forget.Request }},
	{"method", func(r api.Row) string { return r.Method }},
	{"guarantee", func(r api.Row) string { return r.Guarantee }},
	{"seconds", func(r api.Row) string { return number(r.Seconds, 2) }},
	{"× faster", func(r api.Row) string {
		if r.Seconds == nil || r.RetrainSeconds == nil || *r.Seconds <= 0 {
			return ""
		}
		return fmt.Sprintf("%.1f", *r.RetrainSeconds / *r.Seconds)
	}},
	{"Recall@20", func(r api.Row) string { return metric(r.Test, "recall@20") }},
	{"NDCG@20", func(r api.Row) string { return metric(r.Test, "ndcg@20") }},
	{"of Retrain", func(r api.Row) string {
		gold := r.RetrainTest["recall@20"]
		if gold == 0 || len(r.Test) == 0 {
			return ""
		}
		return fmt.Sprintf("%.3f", r.Test["recall@20"]/gold)
	}},
	{"forget R@20", func(r api.Row) string { return number(r.ForgetRecall, 4) }},
	{"AUC", func(r api.Row) string { return number(r.ForgetAUC, 3) }},
	{"AUC rows", func(r api.Row) string { return number(r.ForgetAUCRows, 3) }},
	{"recon", func(r api.Row) string { return number(r.ReconAUC, 3) }},
	{"MIA", func(r api.Row) string { return number(r.MIAAUC, 3) }},
	{"noise", func(r api.Row) string {
		if r.NoiseScore == nil || r.NoiseLimit == nil {
			return number(r.NoiseScore, 2)
		}
		mark := "✗"
		if *r.NoiseScore <= *r.NoiseLimit {
			mark = "✓"
		}
		return fmt.Sprintf("%.2f %s", *r.NoiseScore, mark)
	}},
	{"overlap", likeness("overlap@20")},
	{"JS", likeness("popularity")},
	{"ρ", likeness("rank correlation")},
	{"aligned", likeness("aligned distance")},
	{"ε", func(r api.Row) string {
		if r.Certificate == nil {
			return ""
		}
		return fmt.Sprintf("%.3g (δ %.0e, residual %.2g)", r.Certificate.Epsilon, r.Certificate.Delta, r.Certificate.Residual)
	}},
	{"caught by", func(r api.Row) string {
		if len(r.Audits) == 0 {
			return ""
		}
		return caughtBy(r)
	}},
	{"worst R@20", func(r api.Row) string { return number(r.WorstRetainRecall, 4) }},
	{"MB", func(r api.Row) string {
		if r.PeakBytes == nil {
			return ""
		}
		return fmt.Sprintf("%.0f", float64(*r.PeakBytes)/1e6)
	}},
	{"note", func(r api.Row) string { return r.Note }},
}

// table is the rows as Markdown. Columns that no row fills are left out.
func table(rows []api.Row) string {
	var shown []column
	for _, c := range columns {
		for _, r := range rows {
			if c.cell(r) != "" {
				shown = append(shown, c)
				break
			}
		}
	}
	var b strings.Builder
	line := func(cell func(c column) string) {
		for _, c := range shown {
			b.WriteString("| " + strings.ReplaceAll(cell(c), "|", "\\|") + " ")
		}
		b.WriteString("|\n")
	}
	line(func(c column) string { return c.title })
	line(func(column) string { return "---" })
	for _, r := range rows {
		line(func(c column) string { return c.cell(r) })
	}
	return b.String()
}

// legend explains the columns.
const legend = `
Recall, NDCG: test rows of the retain set. × faster, of Retrain: against Retrain in the same run. forget R@20: forgotten pairs among
the first 20, nothing hidden. AUC: forgotten against held-out positives by final vectors, AUC rows by raw weights; Retrain's value is
right, above it remembers, below it forgot too much. recon: reconstruction attack on deleted users or items. MIA: all membership
attacks together. noise: distance from Retrain in Retrain's own deviations, ✓ where it is not above the 95th percentile of Retrain's own. overlap, JS, ρ, aligned: likeness
to Retrain by lists of 20, by who is shown how often, by the order of all items, by vectors; they say nothing about forgetting. ε: of a certified method. worst R@20: lowest validation recall on the way. MB: highest heap use.
`

func number(x *float64, digits int) string {
	if x == nil {
		return ""
	}
	return fmt.Sprintf("%.*f", digits, *x)
}

func metric(m api.Metrics, name string) string {
	x, ok := m[name]
	if !ok {
		return ""
	}
	return fmt.Sprintf("%.4f", x)
}
