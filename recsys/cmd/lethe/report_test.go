package main

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
)

func TestReportWritesTableAndPlots(t *testing.T) {
	dir, out := shop(t), t.TempDir()
	in := func(name string) string { return filepath.Join(out, name) }
	require.NoError(t, os.WriteFile(in("README.md"), []byte("above\n<!-- report -->\nold\n<!-- /report -->\nbelow\n"), 0o644))
	args := []string{"report", "-data", dir, "-models", "bpr,ease", "-seeds", "2", "-dim", "8", "-epochs", "3",
		"-runs", in("runs"), "-write", in("README.md"), "-plots", in("plots"), "-json", in("r.json")}
	status, stdout, stderr := lethe(args...)
	require.Equal(t, exitDone, status, stderr)
	rows := readJSON[[]accuracy](t, in("r.json"))
	require.Len(t, rows, 2)
	assert.Len(t, rows[0].Runs, 2)
	assert.NotEqual(t, rows[0].Runs[0].ThetaSHA256, rows[0].Runs[1].ThetaSHA256)
	assert.Len(t, rows[1].Runs, 1, "a closed form has no seeds")
	readme, err := os.ReadFile(in("README.md"))
	require.NoError(t, err)
	assert.Equal(t, "above\n<!-- report -->\n"+stdout+"<!-- /report -->\nbelow\n", string(readme))
	for _, name := range []string{"accuracy", "learning"} {
		b, err := os.ReadFile(in("plots/" + name + "-" + rows[0].Data + ".svg"))
		require.NoError(t, err)
		assert.Contains(t, string(b), "<svg")
	}
	status, again, stderr := lethe(args...)
	require.Equal(t, exitDone, status, stderr)
	assert.Equal(t, stdout, again, "seconds included: nothing was trained again")

	require.NoError(t, os.WriteFile(in("README.md"), []byte("no marks"), 0o644))
	status, _, stderr = lethe(args...)
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, "the marks <!-- report --> and <!-- /report --> are not there")
}

func TestReportComparesPresets(t *testing.T) {
	dir, out := shop(t), t.TempDir()
	runs := filepath.Join(out, "runs")
	status, stdout, stderr := lethe("report", "-data", dir, "-models", "bpr,ease", "-presets", "paper,fast", "-seeds", "1", "-dim", "8", "-epochs", "2", "-runs", runs)
	require.Equal(t, exitDone, status, stderr)
	for _, name := range []string{"bpr, paper", "bpr, fast", "ease"} {
		assert.Contains(t, stdout, "| "+name)
	}
	assert.NotContains(t, stdout, "ease, fast")
	b, err := os.ReadFile(runs)
	require.NoError(t, err)
	assert.Equal(t, 3, bytes.Count(b, []byte("\n")))
	// What a preset says may as well be said by hand.
	status, _, stderr = lethe("report", "-data", dir, "-models", "bpr", "-preset", "paper", "-rate", "0.001", "-seeds", "1", "-dim", "8", "-epochs", "2", "-runs", runs)
	require.Equal(t, exitDone, status, stderr)
	again, err := os.ReadFile(runs)
	require.NoError(t, err)
	assert.Equal(t, b, again)
}

func TestAccuracyTable(t *testing.T) {
	run := func(recall float64) api.TrainResult {
		return api.TrainResult{Epochs: 10, Seconds: 5, Test: api.Metrics{"recall@10": recall / 2, "recall@20": recall, "ndcg@10": 0.01, "ndcg@20": 0.02}}
	}
	known := run(0.06)
	known.PeakBytes = new(int64)
	*known.PeakBytes = 7e6
	assert.Contains(t, accuracyTable([]accuracy{{Data: "baby", Model: "bpr", Runs: []api.TrainResult{run(0.06), known}}}), "| 5 | 7 |")
	got := accuracyTable([]accuracy{{Data: "baby", Model: "bpr", Runs: []api.TrainResult{run(0.06), run(0.08)}}})
	// The deviation of .06 and .08 is .02/√2 = .0141.
	assert.Contains(t, got, "| baby | bpr | .0350 ± .0071 | .0700 ± .0141 | .0100 ± .0000 | .0200 ± .0000 | .0575 / .0249 | 2 | 10 | 5 |  |")
}
