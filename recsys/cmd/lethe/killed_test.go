package main

import (
	"flag"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/receipt"
	"lethe/recsys/model"
)

var kills = flag.Int("kills", 6, "how often TestUnlearnKilled kills the command")

// commandLine makes this test's program the command itself.
const commandLine = "LETHE_COMMAND_LINE"

func TestMain(m *testing.M) {
	if args := os.Getenv(commandLine); args != "" {
		os.Exit(run(strings.Split(args, "\n"), os.Stdout, os.Stderr))
	}
	os.Exit(m.Run())
}

// lethe unlearn -receipt is killed at random moments while it replaces a model in its place; the
// next command finishes what was begun. There is always a whole model, one receipt for it in the end,
// and nothing that names the request but the opening.
func TestUnlearnKilled(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	dir, trained := trainedShop(t)
	old, err := os.ReadFile(trained)
	require.NoError(t, err)
	finished := 0
	for range *kills {
		folder := t.TempDir()
		file, chain := filepath.Join(folder, "model"), filepath.Join(folder, "receipt")
		require.NoError(t, os.WriteFile(file, old, 0o644))
		args := []string{"unlearn", "-model-file", file, "-data", dir, "-method", "lethe", "-forget", "user:u4", "-o", file, "-receipt", chain}
		c := exec.Command(self)
		c.Env = append(os.Environ(), commandLine+"="+strings.Join(args, "\n"))
		require.NoError(t, c.Start())
		time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
		c.Process.Kill()
		c.Wait()
		status, _, stderr := lethe(args...)
		if status != exitDone { // it was carried out already: the model belongs to other data now
			require.Contains(t, stderr, "other data")
			finished++
		}
		b, err := os.ReadFile(file)
		require.NoError(t, err)
		h, err := model.DecodeHeader(b)
		require.NoError(t, err)
		lines, err := os.ReadFile(chain)
		require.NoError(t, err)
		list, err := receipt.Decode(lines)
		require.NoError(t, err)
		require.NoError(t, receipt.VerifyChain(list))
		require.Len(t, list, 1)
		assert.Equal(t, list[0].Receipt.Data, h.Data)
		assert.Equal(t, list[0].Receipt.Theta, h.Result.ThetaSHA256)
		journal, err := filepath.Glob(chain + ".journal/*")
		require.NoError(t, err)
		for _, f := range journal {
			b, err := os.ReadFile(f)
			require.NoError(t, err)
			assert.NotContains(t, string(b), "user:u4")
		}
	}
	t.Logf("killed %d times, %d of them after the request was carried out or in the journal", *kills, finished)
}

// lethe bench -runs with every method is killed at random moments; the next one takes up where it was, and the last row comes out
// as it would have without. A row that was written is never computed again: the file only grows.
func TestBenchKilled(t *testing.T) {
	self, err := os.Executable()
	require.NoError(t, err)
	file, dir := filepath.Join(t.TempDir(), "runs"), shop(t)
	args := []string{"bench", "-data", dir, "-models", "bpr", "-methods", "all", "-forget", "users:5%,items:5%,pairs:5%",
		"-dim", "8", "-epochs", "5", "-golds", "1", "-runs", file}
	var before []byte
	for range *kills {
		c := exec.Command(self)
		c.Env = append(os.Environ(), commandLine+"="+strings.Join(args, "\n"))
		require.NoError(t, c.Start())
		time.Sleep(time.Duration(rand.IntN(250)) * time.Millisecond)
		c.Process.Kill()
		c.Wait()
		now, err := os.ReadFile(file)
		if os.IsNotExist(err) {
			continue
		}
		require.NoError(t, err)
		whole := strings.LastIndexByte(string(before), '\n') + 1 // a torn last line is cut off
		require.True(t, strings.HasPrefix(string(now), string(before[:whole])), "what was written is kept")
		before = now
	}
	status, table, stderr := lethe(args...)
	require.Equal(t, exitDone, status, stderr)
	done, err := os.ReadFile(file)
	require.NoError(t, err)
	assert.True(t, strings.HasPrefix(string(done), string(before[:strings.LastIndexByte(string(before), '\n')+1])))
	status, again, stderr := lethe(args...)
	require.Equal(t, exitDone, status, stderr)
	assert.Equal(t, table, again)
	for _, method := range methodNames() {
		assert.Contains(t, table, "| "+method+" |")
	}
	t.Logf("killed %d times; the last kill left %d of %d bytes", *kills, len(before), len(done))
}
