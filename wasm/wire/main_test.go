//go:build !js

package main

import (
	"bytes"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/andybalholm/brotli"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRunCompressesWhatShrinks(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.MkdirAll(filepath.Dir(path), 0o755))
		require.NoError(t, os.WriteFile(path, []byte(content), 0o644))
		return path
	}
	page := write("index.html", strings.Repeat("<p>Lethe</p>", 100))
	write("deep/tiny.css", "a")
	write("print.jpg", strings.Repeat("x", 100))
	write("gone.js.br", "left over")
	require.NoError(t, run(dir))

	packed, err := os.ReadFile(page + ".br")
	require.NoError(t, err)
	unpacked, err := io.ReadAll(brotli.NewReader(bytes.NewReader(packed)))
	require.NoError(t, err)
	assert.Equal(t, strings.Repeat("<p>Lethe</p>", 100), string(unpacked))
	for _, name := range []string{"deep/tiny.css.br", "print.jpg.br", "gone.js.br"} {
		assert.NoFileExists(t, filepath.Join(dir, name))
	}

	// What is packed already is left alone, whatever its time; what changed is not.
	old := time.Unix(1_000_000_000, 0)
	require.NoError(t, os.Chtimes(page+".br", old, old))
	require.NoError(t, run(dir))
	info, err := os.Stat(page + ".br")
	require.NoError(t, err)
	assert.Equal(t, old, info.ModTime())
	write("index.html", strings.Repeat("<p>Styx</p>", 100))
	require.NoError(t, run(dir))
	info, err = os.Stat(page + ".br")
	require.NoError(t, err)
	assert.NotEqual(t, old, info.ModTime())
}
