package main

import (
	"bytes"
	_ "embed"
	"encoding/csv"
	"fmt"
	"math"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	"gonum.org/v1/gonum/stat"

	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/session"
	"lethe/recsys/train"
)

// publishedCSV lists figures of papers: data, model, recall@20, ndcg@20, source.
//
//go:embed published.csv
var publishedCSV []byte

// accuracy is what the seeds of one model on one data set gave.
type accuracy struct {
	Data  string `json:"data"`
	Model string `json:"model"`
	// Preset is told only where there are several.
	Preset string            `json:"preset,omitempty"`
	Runs   []api.TrainResult `json:"runs"`
}

// reportMetrics are the measures of the table, all on test rows.
var reportMetrics = []string{"recall@10", "recall@20", "ndcg@10", "ndcg@20"}

// name is the model, and its preset where there are several.
func (a accuracy) name() string {
	if a.Preset == "" {
		return a.Model
	}
	return a.Model + ", " + a.Preset
}

func runReport(c *console, args []string) error {
	f := c.flags("report", "report -data DIR[,DIR] [-models a,b] [-seeds 3] [-presets a,b] [-runs FILE] [-write README.md] [-plots DIR]")
	d, m := f.data(), f.model()
	models := f.String("models", strings.Join(model.Names(), ","), "comma-separated")
	seeds := f.Int("seeds", 3, "how many `seeds` each model trains with")
	presets := f.String("presets", "", "comma-separated `names` of presets, a row for each; left out, -preset")
	runs := f.String("runs", "", "keep each result in this `file` and take from it what is there: a report that was stopped goes on")
	write := f.String("write", "", "put the table between the marks "+reportBegin+" and "+reportEnd+" of this `file`")
	plots := f.String("plots", "", "draw plots as SVG into this `folder`")
	if err := f.parse(args, "data"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	if *seeds < 1 {
		return usageError{"-seeds is at least 1"}
	}
	j, err := openJournal(*runs)
	if err != nil {
		return err
	}
	defer j.close()
	var all []accuracy
	for _, path := range list(*d.path) {
		one := d
		one.path = &path
		rows, err := c.accuracies(one, m, list(*models), list(*presets), *seeds, j)
		if err != nil {
			return err
		}
		all = append(all, rows...)
	}
	text := accuracyTable(all)
	if *plots != "" {
		if err := drawPlots(*plots, all); err != nil {
			return fmt.Errorf("plots: %w", err)
		}
	}
	if *write != "" {
		if err := replaceReport(*write, text); err != nil {
			return err
		}
	}
	return c.result(all, text)
}

// accuracies trains each model with each preset and seed on one data set.
func (c *console) accuracies(d dataFlags, m modelFlags, models, presets []string, seeds int, j *journal) ([]accuracy, error) {
	s, o, err := c.session(d)
	if err != nil {
		return nil, err
	}
	if len(presets) == 0 {
		presets = []string{*m.preset}
	}
	var out []accuracy
	for _, name := range models {
		for _, preset := range presets {
			one := m
			one.preset = &preset
			what, err := one.train(name)
			if err != nil {
				return nil, err
			}
			if what, err = train.Preset(what); err != nil { // a run is remembered by its settings, not by their name
				return nil, err
			}
			row := accuracy{Data: o.Name, Model: name}
			if len(presets) > 1 {
				row.Preset = preset
			}
			if row.Runs, err = c.runs(s, row, what, seeds, j); err != nil {
				return nil, err
			}
			out = append(out, row)
			if model.Solved(what.Model) {
				break // presets are about training
			}
		}
	}
	return out, nil
}

// runs trains one model with each seed, or takes from the journal what is there.
func (c *console) runs(s *session.Session, row accuracy, what api.Train, seeds int, j *journal) ([]api.TrainResult, error) {
	var out []api.TrainResult
	first := what.Train.Seed
	for k := range seeds {
		what.Train.Seed = first + uint64(k)
		c.progress.begin(fmt.Sprintf("%s, %s, seed %d", row.Data, row.name(), what.Train.Seed))
		asked := trialKey{api.Version, s.DataSHA256(), what, true}
		var r api.TrainResult
		found, err := j.recall(asked, &r)
		if err != nil {
			return nil, err
		}
		if !found {
			runtime.GC() // so that memory in use is that of this training
			if r, err = s.Train(what, c.progress.observe); err != nil {
				return nil, fmt.Errorf("%s, %s: %w", row.Data, row.name(), err)
			}
			if err := j.record(asked, r); err != nil {
				return nil, err
			}
		}
		out = append(out, r)
		if model.Solved(what.Model) {
			break // there is nothing random in it
		}
	}
	return out, nil
}

// over is mean and standard deviation of a figure over the runs; the deviation of a
// single run is 0.
func (a accuracy) over(of func(api.TrainResult) float64) (mean, sd float64) {
	var x []float64
	for _, r := range a.Runs {
		x = append(x, of(r))
	}
	mean, sd = stat.MeanStdDev(x, nil)
	if math.IsNaN(sd) {
		sd = 0
	}
	return mean, sd
}

// megabytes is the mean of the runs' peaks of memory, of those that know it.
func (a accuracy) megabytes() string {
	sum, n := 0.0, 0
	for _, r := range a.Runs {
		if r.PeakBytes != nil {
			sum, n = sum+float64(*r.PeakBytes), n+1
		}
	}
	if n == 0 {
		return ""
	}
	return fmt.Sprintf("%.0f", sum/float64(n)/1e6)
}

// accuracyTable is the rows as Markdown.
func accuracyTable(all []accuracy) string {
	var b strings.Builder
	b.WriteString("| data | model | Recall@10 | Recall@20 | NDCG@10 | NDCG@20 | published R@20 / N@20 | seeds | epochs | seconds | MB |\n|---|---|---|---|---|---|---|---|---|---|---|\n")
	for _, a := range all {
		fmt.Fprintf(&b, "| %s | %s |", a.Data, a.name())
		for _, name := range reportMetrics {
			mean, sd := a.over(func(r api.TrainResult) float64 { return r.Test[name] })
			fmt.Fprintf(&b, " %s", decimals(mean))
			if len(a.Runs) > 1 {
				fmt.Fprintf(&b, " ± %s", decimals(sd))
			}
			b.WriteString(" |")
		}
		epochs, _ := a.over(func(r api.TrainResult) float64 { return float64(r.Epochs) })
		seconds, _ := a.over(func(r api.TrainResult) float64 { return r.Seconds })
		p := ""
		if x, ok := publishedFor(a.Data, a.Model); ok {
			p = x.recall + " / " + x.ndcg
		}
		fmt.Fprintf(&b, " %s | %d | %.0f | %.0f | %s |\n", p, len(a.Runs), epochs, seconds, a.megabytes())
	}
	return b.String()
}

// decimals is a share with four decimals and no leading zero.
func decimals(x float64) string { return strings.TrimPrefix(fmt.Sprintf("%.4f", x), "0") }

// published is a figure from a paper.
type published struct{ recall, ndcg, source string }

func publishedFor(dataset, name string) (published, bool) {
	rows, err := csv.NewReader(bytes.NewReader(publishedCSV)).ReadAll()
	if err != nil {
		panic("lethe: published.csv is not CSV")
	}
	for _, r := range rows[1:] {
		if r[0] == dataset && r[1] == name {
			return published{r[2], r[3], r[4]}, true
		}
	}
	return published{}, false
}

// The report stands between these marks of a Markdown file.
const (
	reportBegin = "<!-- report -->"
	reportEnd   = "<!-- /report -->"
)

// replaceReport puts text between the marks of a file, which is replaced as a whole.
func replaceReport(path, text string) error {
	b, err := os.ReadFile(path)
	if err != nil {
		return err
	}
	before, rest, ok := strings.Cut(string(b), reportBegin)
	_, after, ok2 := strings.Cut(rest, reportEnd)
	if !ok || !ok2 {
		return fmt.Errorf("%s: the marks %s and %s are not there: add them where the table belongs", path, reportBegin, reportEnd)
	}
	tmp, err := os.CreateTemp(filepath.Dir(path), ".report-*")
	if err != nil {
		return err
	}
	defer os.Remove(tmp.Name())
	if _, err := tmp.WriteString(before + reportBegin + "\n" + text + reportEnd + after); err != nil {
		return err
	}
	if err := tmp.Chmod(0o644); err != nil {
		return err
	}
	if err := tmp.Close(); err != nil {
		return err
	}
	return os.Rename(tmp.Name(), path)
}
