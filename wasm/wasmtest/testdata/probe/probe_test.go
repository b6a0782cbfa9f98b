// Package probe is run by wasmtest's own test: what a test may do in the
// browser, and how failures end.
package probe

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReads(t *testing.T) {
	b, err := os.ReadFile("greeting.txt")
	require.NoError(t, err)
	assert.Equal(t, "hello from the module\n", string(b))
	b, err = os.ReadFile("../../../../go.mod")
	require.NoError(t, err)
	assert.Contains(t, string(b), "module lethe")
	entries, err := os.ReadDir(".")
	require.NoError(t, err)
	require.Len(t, entries, 2)
	assert.Equal(t, "greeting.txt", entries[0].Name())
	info, err := os.Stat("greeting.txt")
	require.NoError(t, err)
	assert.EqualValues(t, len("hello from the module\n"), info.Size())
	for _, absent := range []string{"absent.txt", "/etc/passwd", "../../../../../" + filepath.Base(t.Name())} {
		_, err = os.ReadFile(absent)
		assert.ErrorIs(t, err, fs.ErrNotExist, absent)
	}
}

func TestWrites(t *testing.T) {
	dir := t.TempDir()
	name := filepath.Join(dir, "a", "b.txt")
	require.NoError(t, os.MkdirAll(filepath.Dir(name), 0o755))
	f, err := os.Create(name)
	require.NoError(t, err)
	_, err = f.Write([]byte("0123456789"))
	require.NoError(t, err)
	_, err = f.WriteAt([]byte("xy"), 3)
	require.NoError(t, err)
	require.NoError(t, f.Truncate(8))
	require.NoError(t, f.Close())
	moved := filepath.Join(dir, "c.txt")
	require.NoError(t, os.Rename(name, moved))
	b, err := os.ReadFile(moved)
	require.NoError(t, err)
	assert.Equal(t, "012xy567", string(b))
	_, err = os.Stat(name)
	assert.ErrorIs(t, err, fs.ErrNotExist)

	require.NoError(t, os.WriteFile("greeting.txt", []byte("shadow"), 0o644))
	b, err = os.ReadFile("greeting.txt")
	require.NoError(t, err)
	assert.Equal(t, "shadow", string(b), "what was written hides the module's file")
	require.NoError(t, os.Remove("greeting.txt"))
	b, err = os.ReadFile("greeting.txt")
	require.NoError(t, err)
	assert.Equal(t, "hello from the module\n", string(b), "the module's file was never touched")
	assert.Error(t, os.Remove("greeting.txt"))
}

func TestEnvironment(t *testing.T) {
	assert.Equal(t, "yes", os.Getenv("LETHE_PROBE"))
	assert.Empty(t, os.Getenv("SECRET_PROBE"))
}

func TestFails(t *testing.T) { t.Error("as it should") }

func TestExits(*testing.T) {
	fmt.Println("leaving")
	os.Exit(7)
}

func TestPanics(*testing.T) { panic(errors.New("thrown on purpose")) }

func TestHangs(*testing.T) { time.Sleep(time.Hour) }

func BenchmarkNap(b *testing.B) {
	for b.Loop() {
		time.Sleep(time.Millisecond) // the browser's clock has steps of 0.1 ms
	}
}
