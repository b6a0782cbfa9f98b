package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/session"
)

func TestTuneGoesOnWhereItWasStopped(t *testing.T) {
	dir, out := shop(t), t.TempDir()
	runs, result := filepath.Join(out, "runs"), filepath.Join(out, "r.json")
	args := []string{"tune", "-data", dir, "-model", "bpr", "-dim", "8", "-epochs", "3", "-grid", "rate=0.001,0.02;reg=0.01,0.1", "-runs", runs, "-json", result}
	status, stdout, stderr := lethe(args...)
	require.Equal(t, exitDone, status, stderr)
	first := readJSON[[]session.Trial](t, result)
	require.Len(t, first, 4)
	for k, trial := range first {
		assert.Contains(t, trial.Valid, "recall@20")
		assert.Equal(t, 3, trial.Epochs)
		if k > 0 {
			assert.LessOrEqual(t, trial.Valid["recall@20"], first[k-1].Valid["recall@20"])
		}
	}
	assert.Contains(t, stdout, "lethe train -data "+dir+" -model bpr -rate=")

	// Killed while the third line was written: two stay, two are tried again.
	b, err := os.ReadFile(runs)
	require.NoError(t, err)
	lines := strings.SplitAfter(string(b), "\n")
	require.NoError(t, os.WriteFile(runs, []byte(lines[0]+lines[1]+lines[2][:20]), 0o644))
	status, _, stderr = lethe(args...)
	require.Equal(t, exitDone, status, stderr)
	again := readJSON[[]session.Trial](t, result)
	kept := 0
	for k := range first {
		assert.Equal(t, first[k].Valid, again[k].Valid)
		if first[k].Seconds == again[k].Seconds {
			kept++
		}
	}
	assert.Equal(t, 2, kept, "the results on the two whole lines are taken over, seconds and all")

	require.NoError(t, os.WriteFile(runs, []byte(lines[0]+"nonsense\n"), 0o644))
	status, _, stderr = lethe(args...)
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, "line 2 is not a result that lethe wrote")
}

func TestTuneRefusesWhatIsNoGrid(t *testing.T) {
	status, _, stderr := lethe("tune", "-data", "demo", "-model", "bpr", "-grid", "speed=1")
	assert.Equal(t, exitUsage, status)
	assert.Contains(t, stderr, "-grid:")
}
