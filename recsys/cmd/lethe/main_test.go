package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// lethe runs a command line and returns its exit status and outputs.
func lethe(args ...string) (status int, stdout, stderr string) {
	var out, err bytes.Buffer
	status = run(args, &out, &err)
	return status, out.String(), err.String()
}

// shop writes a small data set: 30 users, 20 items, two tastes.
func shop(t *testing.T) string {
	var b strings.Builder
	b.WriteString("user,item,split\n")
	for u := range 30 {
		for k := range 8 {
			split := "train"
			if k == 6 {
				split = "valid"
			} else if k == 7 {
				split = "test"
			}
			fmt.Fprintf(&b, "u%d,i%d,%s\n", u, (u%2+2*((3*u+k)%10))%20, split)
		}
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "interactions.csv"), []byte(b.String()), 0o644))
	return dir
}

// zipped packs a folder's files.
func zipped(t *testing.T, dir string) string {
	content, err := os.ReadFile(filepath.Join(dir, "interactions.csv"))
	require.NoError(t, err)
	var b bytes.Buffer
	require.NoError(t, data.WriteZip(&b, []data.File{{Name: "interactions.csv", Data: content}}))
	path := filepath.Join(t.TempDir(), "shop.zip")
	require.NoError(t, os.WriteFile(path, b.Bytes(), 0o644))
	return path
}

func readJSON[T any](t *testing.T, file string) (v T) {
	b, err := os.ReadFile(file)
	require.NoError(t, err)
	require.NoError(t, json.Unmarshal(b, &v))
	return v
}

func TestTrainRecommendUnlearn(t *testing.T) {
	dir, out := shop(t), t.TempDir()
	in := func(name string) string { return filepath.Join(out, name) }
	status, stdout, stderr := lethe("train", "-data", dir, "-model", "lightgcn", "-dim", "8", "-epochs", "20", "-rate", "0.02", "-seed", "7", "-o", in("m"), "-json", in("train.json"))
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "Recall@20")
	r := readJSON[api.TrainResult](t, in("train.json"))
	assert.Equal(t, "lightgcn", r.Model)
	assert.Equal(t, uint64(7), r.Seed)
	assert.Contains(t, r.Test, "ndcg@20")
	assert.Len(t, r.ThetaSHA256, 64)

	// A zip of the same files, and a second run, give the same file.
	status, stdout, stderr = lethe("train", "-data", zipped(t, dir), "-model", "lightgcn", "-dim", "8", "-epochs", "20", "-rate", "0.02", "-seed", "7", "-o", in("again"), "-json", "-")
	require.Equal(t, exitDone, status, stderr)
	var same api.TrainResult
	require.NoError(t, json.Unmarshal([]byte(stdout), &same), "with -json - standard output is JSON and nothing else")
	assert.Equal(t, r.ThetaSHA256, same.ThetaSHA256)

	status, stdout, stderr = lethe("recommend", "-model-file", in("m"), "-data", dir, "-user", "u4", "-k", "5")
	require.Equal(t, exitDone, status, stderr)
	assert.Equal(t, 5, strings.Count(stdout, "\n"))

	status, _, stderr = lethe("unlearn", "-model-file", in("m"), "-data", dir, "-method", "lethe", "-forget", "user:u4", "-o", in("after"), "-json", in("row.json"))
	require.Equal(t, exitDone, status, stderr)
	row := readJSON[api.Row](t, in("row.json"))
	assert.Equal(t, 1, row.Forget.Users)
	assert.Equal(t, 6, row.Forget.Pairs)
	require.NotNil(t, row.PeakBytes)
	assert.Positive(t, *row.PeakBytes)

	status, _, stderr = lethe("recommend", "-model-file", in("after"), "-data", dir, "-user", "u5")
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, "repeat the request")
	status, _, stderr = lethe("recommend", "-model-file", in("after"), "-data", dir, "-user", "u5", "-forget", "user:u4")
	assert.Equal(t, exitDone, status, stderr)
	status, _, stderr = lethe("recommend", "-model-file", in("after"), "-data", dir, "-user", "u4", "-forget", "user:u4")
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, `no user "u4"`)

	// A queue gives the same model whatever its order, and requests that repeat do nothing.
	hash := map[string]bool{}
	for k, lines := range []string{"user:u4\nitem:i3\npair:u4/i4\nuser:u4\n", "item:i3\nuser:u4\n"} {
		require.NoError(t, os.WriteFile(in("queue.txt"), []byte(lines), 0o644))
		status, stdout, stderr = lethe("unlearn", "-model-file", in("m"), "-data", dir, "-method", "lethe", "-queue", in("queue.txt"), "-o", in("served"), "-json", in("rows.json"))
		require.Equal(t, exitDone, status, stderr)
		rows := readJSON[[]api.Row](t, in("rows.json"))
		require.Len(t, rows, 2)
		hash[*rows[1].ThetaSHA256] = true
		assert.Contains(t, rows[0].Note, []string{"4 requests in 2 sets, 2 of which had nothing left to do", "2 requests in 2 sets, 0"}[k])
	}
	assert.Len(t, hash, 1)
	assert.NotContains(t, hash, r.ThetaSHA256, "nothing was forgotten")
}

func TestBenchPrintsATableAndRows(t *testing.T) {
	file := filepath.Join(t.TempDir(), "bench.json")
	status, stdout, stderr := lethe("bench", "-data", shop(t), "-models", "bpr,lightgcn", "-methods", "mask-only,retrain", "-forget", "pairs:10%,users:10%",
		"-dim", "8", "-epochs", "3", "-golds", "1", "-json", file)
	require.Equal(t, exitDone, status, stderr)
	out := readJSON[struct{ Rows []api.Row }](t, file)
	assert.Len(t, out.Rows, 2*2*2)
	assert.Equal(t, 2*2*3, strings.Count(stdout, "\n| bpr")+strings.Count(stdout, "\n| lightgcn"), "original, Retrain and mask-only:\n%s", stdout)
}

func TestExitStatuses(t *testing.T) {
	dir := shop(t)
	cases := []struct {
		args []string
		want int
		says string
	}{
		{nil, exitUsage, "Usage"},
		{[]string{"help"}, exitDone, ""},
		{[]string{"train", "-h"}, exitDone, ""},
		{[]string{"dance"}, exitUsage, `no command "dance"`},
		{[]string{"train", "-data", dir}, exitUsage, "-model is missing"},
		{[]string{"train", "-model", "bpr"}, exitUsage, "-data is missing"},
		{[]string{"train", "-data", dir, "-model", "oracle"}, exitUsage, "lightgcn"},
		{[]string{"train", "-data", dir, "-model", "bpr", "-epochs", "-1"}, exitUsage, "negative"},
		{[]string{"train", "-data", dir, "-model", "bpr", "-tempo", "9"}, exitUsage, "tempo"},
		{[]string{"train", "-data", dir, "-model", "bpr", "extra"}, exitUsage, "extra"},
		{[]string{"train", "-data", dir, "-model", "bpr", "-backend", "abacus", "-epochs", "1"}, exitUsage, "abacus"},
		{[]string{"train", "-data", dir + "/nowhere", "-model", "bpr"}, exitFailed, "nowhere"},
		{[]string{"train", "-data", filepath.Join(dir, "interactions.csv"), "-model", "bpr"}, exitFailed, "neither a folder nor a zip"},
		{[]string{"unlearn", "-model-file", "m", "-data", dir, "-method", "hypnosis", "-forget", "user:u1"}, exitUsage, "lethe"},
		{[]string{"unlearn", "-model-file", "m", "-data", dir, "-method", "lethe", "-forget", "user:u1"}, exitFailed, "m"},
		{[]string{"unlearn", "-model-file", "m", "-data", dir, "-method", "lethe"}, exitUsage, "-queue"},
		{[]string{"unlearn", "-model-file", "m", "-data", dir, "-method", "lethe", "-forget", "user:u1", "-queue", "q"}, exitUsage, "-queue"},
		{[]string{"unlearn", "-model-file", "m", "-data", dir, "-method", "lethe", "-queue", "q", "-batch", "0"}, exitUsage, "-batch"},
		{[]string{"bench", "-data", dir, "-models", "bpr", "-methods", "retrain", "-forget", "users:10%", "-golds", "0"}, exitUsage, "golds"},
		{[]string{"bench", "-data", dir, "-models", "bpr", "-methods", "retrain", "-forget", "everything", "-epochs", "1"}, exitFailed, "everything"},
		{[]string{"serve", "-site", t.TempDir()}, exitFailed, "make build"},
	}
	for _, c := range cases {
		t.Run(strings.Join(c.args, " "), func(t *testing.T) {
			status, stdout, stderr := lethe(c.args...)
			assert.Equal(t, c.want, status, stderr)
			assert.Contains(t, stderr, c.says)
			if c.want == exitDone {
				assert.NotEmpty(t, stdout)
			}
		})
	}
}

func TestServe(t *testing.T) {
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "index.html"), []byte("<!doctype html>here"), 0o644))
	site, err := openSite(dir)
	require.NoError(t, err)
	defer site.Close()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	ctx, stop := context.WithCancel(context.Background())
	done := make(chan error)
	go func() { done <- serve(ctx, l, http.FileServerFS(site.FS())) }()
	client := http.Client{Timeout: 5 * time.Second}
	answer, err := client.Get("http://" + l.Addr().String() + "/")
	require.NoError(t, err)
	body, err := io.ReadAll(answer.Body)
	answer.Body.Close()
	require.NoError(t, err)
	assert.Contains(t, string(body), "here")
	stop()
	assert.NoError(t, <-done)
}

func TestProgressIsSparseOffATerminal(t *testing.T) {
	var b bytes.Buffer
	p := newProgress(&b)
	require.NoError(t, p.observe(api.Progress{Stage: "train", Done: 1, Total: 10}))
	assert.Empty(t, b.String(), "nothing for jobs under a second")
	p.start, p.last = p.start.Add(-20*time.Second), p.last.Add(-20*time.Second)
	require.NoError(t, p.observe(api.Progress{Stage: "train", Done: 5, Total: 10}))
	require.NoError(t, p.observe(api.Progress{Stage: "train", Done: 6, Total: 10}))
	require.NoError(t, p.observe(api.Progress{Stage: "evaluate", Done: 1, Total: 2}))
	assert.Equal(t, "train 5 of 10, at most 20s left\n", b.String())
}
