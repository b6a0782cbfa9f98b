//go:build !js

package main

import (
	"embed"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
)

//go:embed page
var page embed.FS

// server is what the page talks to: its own scripts, the binary, the module's
// files, and the way back for output, profiles and the exit status.
type server struct {
	url    string
	exit   chan int
	binary string
	root   string // of the module: the only files served
	config config
	stdout io.Writer
	stderr io.Writer
	http   *http.Server
}

// config is what the Web Worker is told.
type config struct {
	Dir  string            `json:"dir"`
	Args []string          `json:"args"`
	Env  map[string]string `json:"env"`
	Make string            `json:"make"` // a folder that must exist, "" for none
	Keep []string          `json:"keep"` // files to send back, absolute
}

func newServer(binary string, args []string) (*server, error) {
	dir, err := os.Getwd()
	if err != nil {
		return nil, err
	}
	wasmExec, err := wasmExec()
	if err != nil {
		return nil, err
	}
	s := &server{
		exit:   make(chan int, 1),
		binary: binary,
		root:   moduleRoot(dir),
		config: config{
			Dir:  dir,
			Args: append([]string{filepath.Base(binary)}, args...),
			Env:  environment(),
			Make: flagValue(args, "-test.gocoverdir"),
			Keep: profiles(dir, args),
		},
		stdout: os.Stdout,
		stderr: os.Stderr,
	}
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return nil, err
	}
	s.url = "http://" + l.Addr().String() + "/"
	s.http = &http.Server{Handler: s.handler(wasmExec)}
	go s.http.Serve(l)
	return s, nil
}

func (s *server) close() { s.http.Close() }

func (s *server) handler(wasmExec string) http.Handler {
	static, err := fs.Sub(page, "page")
	if err != nil {
		panic("wasmtest: page not embedded")
	}
	mux := http.NewServeMux()
	mux.Handle("GET /", http.FileServerFS(static))
	mux.HandleFunc("GET /wasm_exec.js", func(w http.ResponseWriter, r *http.Request) { http.ServeFile(w, r, wasmExec) })
	mux.HandleFunc("GET /test.wasm", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/wasm")
		http.ServeFile(w, r, s.binary)
	})
	mux.HandleFunc("GET /gpu.js", func(w http.ResponseWriter, r *http.Request) {
		http.ServeFile(w, r, filepath.Join(s.root, "public", "gpu.js"))
	})
	mux.HandleFunc("GET /config.json", func(w http.ResponseWriter, _ *http.Request) { json.NewEncoder(w).Encode(s.config) })
	mux.HandleFunc("GET /file", s.file)
	mux.HandleFunc("POST /out", func(_ http.ResponseWriter, r *http.Request) {
		to := s.stdout
		if r.FormValue("fd") == "2" {
			to = s.stderr
		}
		io.Copy(to, r.Body)
	})
	mux.HandleFunc("POST /save", s.save)
	mux.HandleFunc("POST /exit", func(_ http.ResponseWriter, r *http.Request) {
		code, err := strconv.Atoi(r.FormValue("code"))
		if err != nil {
			code = 2
		}
		select {
		case s.exit <- code:
		default: // the first status counts
		}
	})
	return mux
}

// file serves one file of the module, or the names in one of its folders.
// Links are followed only as long as they stay inside.
func (s *server) file(w http.ResponseWriter, r *http.Request) {
	path, err := filepath.EvalSymlinks(filepath.Clean(r.FormValue("path")))
	if err != nil || !s.inside(path) {
		http.NotFound(w, r)
		return
	}
	info, err := os.Stat(path)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	if !info.IsDir() {
		http.ServeFile(w, r, path)
		return
	}
	entries, err := os.ReadDir(path)
	if err != nil {
		http.NotFound(w, r)
		return
	}
	names := make([]string, len(entries))
	for i, e := range entries {
		names[i] = e.Name()
	}
	w.Header().Set("X-Kind", "directory")
	json.NewEncoder(w).Encode(names)
}

func (s *server) inside(path string) bool {
	rel, err := filepath.Rel(s.root, path)
	return err == nil && filepath.IsLocal(rel)
}

// save writes a profile back, and nothing but what the command line names.
func (s *server) save(w http.ResponseWriter, r *http.Request) {
	path := r.FormValue("path")
	if !slices.Contains(s.config.Keep, path) {
		http.Error(w, "not a file of the command line", http.StatusForbidden)
		return
	}
	b, err := io.ReadAll(r.Body)
	if err == nil {
		err = os.WriteFile(path, b, 0o644)
	}
	if err != nil {
		fmt.Fprintln(s.stderr, "wasmtest:", err)
	}
}

// profiles are the files that -test.* flags ask the binary to write.
func profiles(dir string, args []string) (keep []string) {
	keep = []string{} // null would not iterate
	if out := flagValue(args, "-test.outputdir"); out != "" {
		dir = out
	}
	for _, name := range []string{"coverprofile", "cpuprofile", "memprofile", "blockprofile", "mutexprofile", "trace", "testlogfile"} {
		v := flagValue(args, "-test."+name)
		if v == "" {
			continue
		}
		if !filepath.IsAbs(v) {
			v = filepath.Join(dir, v)
		}
		keep = append(keep, v)
	}
	return keep
}

// flagValue is the value of the last name=value among args, or "".
func flagValue(args []string, name string) (value string) {
	for _, a := range args {
		if v, ok := strings.CutPrefix(a, name+"="); ok {
			value = v
		}
	}
	return value
}

// environment is passed in part: Go gives arguments and environment together
// 8 kB in js/wasm.
func environment() map[string]string {
	env := map[string]string{"TMPDIR": "/tmp", "HOME": "/tmp"}
	for _, kv := range os.Environ() {
		if name, v, _ := strings.Cut(kv, "="); strings.HasPrefix(name, "GO") || strings.HasPrefix(name, "LETHE_") {
			env[name] = v
		}
	}
	return env
}

// moduleRoot is the nearest folder above dir with a go.mod, dir itself where
// there is none, links resolved.
func moduleRoot(dir string) string {
	if real, err := filepath.EvalSymlinks(dir); err == nil {
		dir = real
	}
	for d := dir; ; d = filepath.Dir(d) {
		if _, err := os.Stat(filepath.Join(d, "go.mod")); err == nil {
			return d
		}
		if d == filepath.Dir(d) {
			return dir
		}
	}
}

// wasmExec finds the glue of the Go that runs the test, which is the first in
// its PATH.
func wasmExec() (string, error) {
	out, err := exec.Command("go", "env", "GOROOT").Output()
	if err != nil {
		return "", fmt.Errorf("go env GOROOT: %w", err)
	}
	path := filepath.Join(strings.TrimSpace(string(out)), "lib", "wasm", "wasm_exec.js")
	if _, err := os.Stat(path); errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("%s is missing: the Go distribution is incomplete", path)
	}
	return path, nil
}
