//go:build !js

package main

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/wasm/chromium"
)

// TestInBrowser builds this command and testdata/probe, and runs the one with
// the other: the whole way from `go test -exec` to the exit status.
func TestInBrowser(t *testing.T) {
	if testing.Short() {
		t.Skip("starts a browser for each case")
	}
	if _, err := chromium.Find(); err != nil {
		t.Skip(err)
	}
	dir := t.TempDir()
	command, probe := filepath.Join(dir, "wasmtest"), filepath.Join(dir, "probe.wasm")
	build(t, "build", "-o", command, ".")
	build(t, "test", "-c", "-cover", "-coverpkg=lethe/recsys/rng", "-o", probe, "./testdata/probe")
	profile, cover := filepath.Join(dir, "mem.out"), filepath.Join(dir, "cover.out")

	tests := []struct {
		name string
		args []string
		code int
		say  []string
	}{
		{"passes", []string{"-test.v", "-test.run=Reads|Writes|Environment"}, 0, []string{"--- PASS: TestReads", "--- PASS: TestWrites", "--- PASS: TestEnvironment", "PASS\n"}},
		{"fails", []string{"-test.run=Fails"}, 1, []string{"as it should", "FAIL\n"}},
		{"exits", []string{"-test.run=Exits"}, 7, []string{"leaving\n"}},
		{"panics", []string{"-test.run=Panics"}, 2, []string{"panic: thrown on purpose", "TestPanics"}},
		{"hangs", []string{"-test.run=Hangs", "-test.timeout=1s"}, 2, []string{"panic: test timed out after 1s", "TestHangs"}},
		{"benchmarks", []string{"-test.run=^$", "-test.bench=Nap", "-test.benchtime=5x", "-test.memprofile=" + profile, "-test.coverprofile=" + cover, "-test.gocoverdir=/tmp/absent/here"}, 0, []string{"BenchmarkNap", "5\t", "ns/op"}},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			cmd := exec.Command(command, append([]string{probe}, test.args...)...)
			cmd.Dir = filepath.Join("testdata", "probe")
			cmd.Env = append(os.Environ(), "LETHE_PROBE=yes", "SECRET_PROBE=yes")
			out, _ := cmd.CombinedOutput()
			assert.Equal(t, test.code, cmd.ProcessState.ExitCode(), "%s", out)
			for _, s := range test.say {
				assert.Contains(t, string(out), s)
			}
		})
	}
	for _, name := range []string{profile, cover} {
		info, err := os.Stat(name)
		require.NoError(t, err, "the profiles of the last case are saved")
		assert.NotZero(t, info.Size(), name)
	}
}

func build(t *testing.T, args ...string) {
	t.Helper()
	cmd := exec.Command("go", args...)
	cmd.Env = os.Environ()
	if args[0] == "test" {
		cmd.Env = append(cmd.Env, "GOOS=js", "GOARCH=wasm")
	}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, "%s", out)
}

func TestTimeout(t *testing.T) {
	tests := []struct {
		args []string
		want time.Duration
	}{
		{nil, 10 * time.Minute},
		{[]string{"-test.v", "-test.timeout=90s"}, 90 * time.Second},
		{[]string{"-test.timeout=0"}, time.Hour},
		{[]string{"-test.timeout=soon"}, time.Hour},
	}
	for _, test := range tests {
		assert.Equal(t, test.want, timeout(test.args), "%v", test.args)
	}
}

func TestServesTheModuleAndNothingElse(t *testing.T) {
	outside := t.TempDir()
	root := filepath.Join(outside, "module")
	require.NoError(t, os.MkdirAll(filepath.Join(root, "sub"), 0o755))
	for name, content := range map[string]string{"secret": "s", "module/go.mod": "module m", "module/sub/f": "text"} {
		require.NoError(t, os.WriteFile(filepath.Join(outside, name), []byte(content), 0o644))
	}
	require.NoError(t, os.Symlink(filepath.Join(outside, "secret"), filepath.Join(root, "link")))
	require.Equal(t, root, moduleRoot(filepath.Join(root, "sub")))

	s := &server{root: root}
	tests := []struct {
		path, kind, body string
		status           int
	}{
		{"sub/f", "", "text", http.StatusOK},
		{"sub", "directory", "[\"f\"]\n", http.StatusOK},
		{"sub/../go.mod", "", "module m", http.StatusOK},
		{"absent", "", "", http.StatusNotFound},
		{"../secret", "", "", http.StatusNotFound},
		{"link", "", "", http.StatusNotFound},
	}
	for _, test := range tests {
		w := httptest.NewRecorder()
		path := root + "/" + test.path
		s.handler("").ServeHTTP(w, httptest.NewRequest("GET", "/file?path="+url.QueryEscape(path), nil))
		assert.Equal(t, test.status, w.Code, test.path)
		assert.Equal(t, test.kind, w.Header().Get("X-Kind"), test.path)
		if test.status == http.StatusOK {
			assert.Equal(t, test.body, w.Body.String(), test.path)
		}
	}
}

func TestSavesOnlyNamedProfiles(t *testing.T) {
	dir := t.TempDir()
	var stderr bytes.Buffer
	s := &server{stderr: &stderr, config: config{Keep: profiles(dir, []string{"-test.v", "-test.coverprofile=c.out", "-test.outputdir=" + dir})}}
	named := filepath.Join(dir, "c.out")
	require.Equal(t, []string{named}, s.config.Keep)
	for path, status := range map[string]int{named: http.StatusOK, filepath.Join(dir, "other"): http.StatusForbidden} {
		w := httptest.NewRecorder()
		s.handler("").ServeHTTP(w, httptest.NewRequest("POST", "/save?path="+url.QueryEscape(path), strings.NewReader("mode: set")))
		assert.Equal(t, status, w.Code, path)
	}
	b, err := os.ReadFile(named)
	require.NoError(t, err)
	assert.Equal(t, "mode: set", string(b))
	assert.NoFileExists(t, filepath.Join(dir, "other"))
	assert.Empty(t, stderr.String())
}
