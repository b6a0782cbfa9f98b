package main

import (
	"bytes"
	"image"
	"image/png"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/data"
	"lethe/worker/edge"
)

func TestTakedownCommands(t *testing.T) {
	in := func(name string) string { return filepath.Join(t.TempDir(), name) }
	key, file, out := in("owner.pem"), in("takedowns.jsonl"), in("out.json")
	status, public, stderr := lethe("takedown", "key", "-key", key)
	require.Equal(t, exitDone, status, stderr)
	public = strings.TrimSpace(public)
	info, err := os.Stat(key)
	require.NoError(t, err)
	assert.Equal(t, os.FileMode(0o600), info.Mode().Perm())
	_, again, _ := lethe("takedown", "key", "-key", key)
	assert.Equal(t, public, strings.TrimSpace(again))

	status, _, stderr = lethe("takedown", "sign", "-key", key, "-feed", file, "-reason", "licence ended", "item:a", "creator:Jo & Co")
	require.Equal(t, exitDone, status, stderr)
	status, _, stderr = lethe("takedown", "sign", "-key", key, "-feed", file, "-json", out, "modality:image@b")
	require.Equal(t, exitDone, status, stderr)
	assert.Equal(t, 3, readJSON[feedState](t, out).Serial)
	status, stdout, stderr := lethe("takedown", "check", "-owner", public, file)
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "creator:Jo & Co  licence ended")
	assert.Contains(t, stdout, "3 takedowns, all signed and in order")

	// The same file published, twice, and checked there.
	b := edge.OpenBindings()
	b.Owner = public
	s := httptest.NewServer(edge.Handler(edge.Config{Bindings: b}))
	defer s.Close()
	for _, added := range []int{3, 0} {
		status, _, stderr = lethe("takedown", "publish", "-feed", file, "-to", s.URL, "-json", out)
		require.Equal(t, exitDone, status, stderr)
		assert.Equal(t, added, readJSON[feedState](t, out).Added)
		assert.Equal(t, 3, readJSON[feedState](t, out).Serial)
	}
	var many []string
	for range 130 {
		many = append(many, "item:x")
	}
	status, _, stderr = lethe(append([]string{"takedown", "sign", "-key", key, "-feed", file}, many...)...)
	require.Equal(t, exitDone, status, stderr)
	status, _, stderr = lethe("takedown", "publish", "-feed", file, "-to", s.URL, "-json", out)
	require.Equal(t, exitDone, status, stderr)
	assert.Equal(t, 130, readJSON[feedState](t, out).Added)
	status, stdout, stderr = lethe("takedown", "check", "-owner", public, s.URL+"/api/takedowns")
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "133 takedowns")

	// A static server answers with the file itself.
	static := httptest.NewServer(http.FileServer(http.Dir(filepath.Dir(file))))
	defer static.Close()
	status, stdout, stderr = lethe("takedown", "check", "-owner", public, static.URL+"/takedowns.jsonl")
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "133 takedowns")

	secret, err := os.ReadFile(key)
	require.NoError(t, err)
	for _, c := range []struct {
		args   []string
		status int
		says   string
	}{
		{[]string{"takedown"}, exitUsage, "wants one of"},
		{[]string{"takedown", "sign", "-key", key, "-feed", file}, exitUsage, "what is to be taken down"},
		{[]string{"takedown", "sign", "-key", key, "-feed", file, "user:x"}, exitUsage, "cannot be taken down"},
		{[]string{"takedown", "sign", "-key", in("none"), "-feed", file, "item:x"}, exitFailed, "no such file"},
		{[]string{"takedown", "sign", "-key", file, "-feed", file, "item:x"}, exitFailed, "no PEM file"},
		{[]string{"takedown", "check", "-owner", "x", file}, exitFailed, "not a public key"},
		{[]string{"takedown", "check", "-owner", public, key}, exitFailed, "signed it"},
		{[]string{"takedown", "publish", "-feed", key, "-to", s.URL}, exitFailed, "contradict"},
	} {
		status, _, stderr := lethe(c.args...)
		assert.Equal(t, c.status, status, stderr)
		assert.Contains(t, stderr, c.says)
		assert.NotContains(t, stderr, strings.Split(string(secret), "\n")[1], "the key's bytes are in no message")
	}
}

func TestFeaturesCommand(t *testing.T) {
	dir := t.TempDir()
	picture := func(name string, shade byte) {
		m := image.NewGray(image.Rect(0, 0, 32, 32))
		for k := range m.Pix {
			m.Pix[k] = shade * byte(k%7)
		}
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, m))
		require.NoError(t, os.WriteFile(filepath.Join(dir, name), b.Bytes(), 0o644))
	}
	picture("a.png", 1)
	picture("b.png", 30)
	require.NoError(t, os.WriteFile(filepath.Join(dir, "catalog.json"), []byte(`[
		{"id": "a", "title": "red rose", "image": "a.png"}, {"id": "b", "title": "blue rose", "image": "b.png"}, {"id": "c", "title": "engine", "image": "c.png"}]`), 0o644))
	status, stdout, stderr := lethe("features", "-data", dir)
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "3 items: image.npy image_has.npy text.npy")
	assert.Contains(t, stdout, "1 of 3 pictures")
	d, err := data.Load(os.DirFS(dir), data.Options{Alone: true})
	require.NoError(t, err)
	assert.Equal(t, []bool{true, true, false}, d.Modality("image").Has)

	status, _, stderr = lethe("features", "-data", zipped(t, shop(t)))
	assert.Equal(t, exitUsage, status, stderr)
	status, _, stderr = lethe("features", "-data", t.TempDir())
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, "no known data set")
}
