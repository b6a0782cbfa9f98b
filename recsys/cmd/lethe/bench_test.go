package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/audit"
)

func TestBenchReportsWhichAuditCaughtWhich(t *testing.T) {
	dir, out := shop(t), t.TempDir()
	in := func(name string) string { return filepath.Join(out, name) }
	args := []string{"bench", "-data", dir, "-models", "bpr", "-methods", "mask-only,lethe", "-forget", "pairs:20%", "-dim", "8", "-epochs", "30", "-rate", "0.02",
		"-audits", "-adversaries", "-shadows", "4", "-runs", in("runs"), "-json", in("bench.json")}
	status, first, stderr := lethe(append(args, "-report", in("report.html"))...)
	require.Equal(t, exitDone, status, stderr)
	rows := readJSON[struct{ Rows []api.Row }](t, in("bench.json")).Rows
	require.Len(t, rows, 2+3, "the adversaries are among the methods")
	for _, r := range rows {
		assert.NotEmpty(t, r.Audits, r.Method)
		require.NotNil(t, r.NoiseScore, r.Method)
		require.NotNil(t, r.WorstRetainRecall, r.Method)
		require.NotNil(t, r.MIAAUC, r.Method)
		parts := map[string]bool{}
		for _, a := range r.Beside {
			parts[a.Part] = true
		}
		for _, part := range audit.Parts {
			steps := part == audit.PartCourse && r.Method != "lethe"
			assert.Equal(t, part != audit.PartChannels && part != audit.PartLevels && !steps, parts[part], "%s, %s", r.Method, part)
		}
	}
	page, err := os.ReadFile(in("report.html"))
	require.NoError(t, err)
	for _, want := range []string{"<svg", "Which audit caught which", "<td>hide</td>", "<td>overdo</td>", "cannot prove", "Measures with standard errors", "forget_auc", " ± ", "A-IGF", "AUC, step 100", "PrivLeak", "test map@50", "Jensen-Shannon",
		"practised on 4 models", "worst-case score, step", "<th>aligned</th>"} {
		assert.Contains(t, string(page), want)
	}
	// A second run takes every row from the file, byte for byte.
	runs, err := os.ReadFile(in("runs"))
	require.NoError(t, err)
	status, second, stderr := lethe(append(args, "-report", in("report.md"))...)
	require.Equal(t, exitDone, status, stderr)
	assert.Equal(t, first, second)
	again, err := os.ReadFile(in("runs"))
	require.NoError(t, err)
	assert.Equal(t, runs, again)
	text, err := os.ReadFile(in("report.md"))
	require.NoError(t, err)
	assert.Contains(t, string(text), "| A-IGF |")
	for _, plot := range []string{"forgetting", "retention", "bystanders", "course"} {
		assert.Contains(t, string(text), "report-1-"+plot+".svg")
		svg, err := os.ReadFile(in("report-1-" + plot + ".svg"))
		require.NoError(t, err)
		assert.True(t, strings.HasPrefix(string(svg), "<svg"))
	}
}

func TestBenchReportsWithoutAudits(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.md")
	status, _, stderr := lethe("bench", "-data", shop(t), "-models", "bpr", "-methods", "mask-only", "-forget", "items:20%", "-dim", "8", "-epochs", "3", "-golds", "1", "-report", file)
	require.Equal(t, exitDone, status, stderr)
	text, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Contains(t, string(text), "Measures with standard errors")
	assert.NotContains(t, string(text), "Which audit")
}

func TestASequenceIsReported(t *testing.T) {
	file := filepath.Join(t.TempDir(), "report.html")
	status, out, stderr := lethe("bench", "-data", shop(t), "-models", "bpr", "-methods", "lethe", "-forget", "pairs:20%", "-dim", "8", "-epochs", "10", "-rate", "0.02", "-sequence", "5", "-report", file)
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, out, "after 4 requests")
	page, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.Equal(t, 1, strings.Count(string(page), "<svg"))
	for _, want := range []string{"Requests one after another", "<th>after 5</th>", "retrain, seed 2", "reverse order"} {
		assert.Contains(t, string(page), want)
	}
}

func TestBenchRefuses(t *testing.T) {
	base := []string{"bench", "-data", shop(t), "-models", "bpr", "-methods", "all", "-forget", "pairs:5%", "-epochs", "1"}
	for _, c := range []struct {
		more []string
		says string
	}{
		{[]string{"-audits", "-golds", "2"}, "-audits needs 3"},
		{[]string{"-adversaries"}, "add -audits"},
		{[]string{"-shadows", "4"}, "goes with -audits"},
		{[]string{"-audits", "-shadows", "2"}, "4 or more"},
		{[]string{"-report", "table.txt"}, ".html or in .md"},
		{[]string{"-methods", "lethe+speed"}, "no option"},
	} {
		status, _, stderr := lethe(append(base[:len(base):len(base)], c.more...)...)
		assert.Equal(t, exitUsage, status)
		assert.Contains(t, stderr, c.says)
	}
}
