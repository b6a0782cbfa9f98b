//go:build !js

package main

import (
	"bufio"
	"encoding/json"
	"net/http"
	"net/http/httputil"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"lethe/recsys/feed"
)

// workerd serves a site and the worker in Cloudflare's runtime, as ../../worker's tests do, and returns where.
func workerd(t *testing.T, site, owner string) string {
	built := filepath.Join(t.TempDir(), "worker")
	out, err := exec.Command("sh", "../../worker/build.sh", built).CombinedOutput()
	require.NoError(t, err, string(out))
	if _, err := os.Stat("../../worker/test/node_modules/miniflare"); err != nil {
		install := exec.Command("npm", "ci")
		install.Dir = "../../worker/test"
		out, err := install.CombinedOutput()
		require.NoError(t, err, string(out))
	}
	cmd := exec.Command("node", "serve.mjs", built, site, owner, "1000000")
	cmd.Dir = "../../worker/test"
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	cmd.Stderr = os.Stderr
	require.NoError(t, cmd.Start())
	t.Cleanup(func() {
		stdin.Close() // it ends by itself, workerd with it
		cmd.Wait()    //nolint:errcheck // it has served
	})
	line, err := bufio.NewReader(stdout).ReadBytes('\n')
	require.NoError(t, err)
	var ready struct{ URL string }
	require.NoError(t, json.Unmarshal(line, &ready), string(line))
	return ready.URL
}

// The whole way in real parts: the site from Cloudflare's assets layer, the feed and the log in D1 behind the worker, a device in Chromium
// that is cut off from the API and comes back.
func TestTakedownThroughWorkerd(t *testing.T) {
	site := folder(t, map[string]string{"index.html": empty, "catalog.json": firstCatalog, ".assetsignore": "*.br\n"})
	headers, err := os.ReadFile("../../public/_headers")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(site, "_headers"), headers, 0o644))
	owner := feed.PublicKey(ownerKey(1))
	address := workerd(t, site, owner)
	to, err := url.Parse(address)
	require.NoError(t, err)
	line := &httputil.ReverseProxy{Rewrite: func(r *httputil.ProxyRequest) { r.SetURL(to) }, ErrorHandler: func(http.ResponseWriter, *http.Request, error) { panic(http.ErrAbortHandler) }}
	takedown(t, cut(t, line), owner, address)
}
