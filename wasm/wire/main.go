//go:build !js

// Command wire prepares a built site for the wire: beside every file that shrinks
// it writes NAME.br, compressed with brotli at its highest level, which the server sends
// to whoever accepts it. What is compressed already is left alone.
//
//	wire dist/site
package main

import (
	"bytes"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"

	"github.com/andybalholm/brotli"
)

// shrinks lists the endings of files that are worth compressing; pictures and fonts
// are compressed already.
var shrinks = []string{".wasm", ".html", ".css", ".js", ".mjs", ".json", ".csv", ".svg", ".txt", ".npy", ".safetensors", ".webmanifest", ".d.ts"}

func main() {
	if len(os.Args) != 2 {
		fmt.Fprintln(os.Stderr, "usage: wire FOLDER")
		os.Exit(2)
	}
	if err := run(os.Args[1]); err != nil {
		fmt.Fprintln(os.Stderr, "wire:", err)
		os.Exit(1)
	}
}

func run(dir string) error {
	names, err := candidates(dir)
	if err != nil {
		return err
	}
	return each(names, compress)
}

// candidates lists the files to compress, and removes what was compressed from files
// that are gone.
func candidates(dir string) (names []string, err error) {
	err = filepath.WalkDir(dir, func(name string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		if source, is := strings.CutSuffix(name, ".br"); is {
			if _, err := os.Stat(source); os.IsNotExist(err) {
				return os.Remove(name)
			}
			return nil
		}
		if slices.ContainsFunc(shrinks, func(ending string) bool { return strings.HasSuffix(name, ending) }) {
			names = append(names, name)
		}
		return nil
	})
	return names, err
}

// each runs f on all names, as many at a time as there are processors, and returns
// the first error.
func each(names []string, f func(string) error) error {
	var wait sync.WaitGroup
	var once sync.Once
	var first error
	slots := make(chan struct{}, runtime.GOMAXPROCS(0))
	for _, name := range names {
		slots <- struct{}{}
		wait.Go(func() {
			defer func() { <-slots }()
			if err := f(name); err != nil {
				once.Do(func() { first = err })
			}
		})
	}
	wait.Wait()
	return first
}

// compress writes NAME.br, unless it holds just this content or would not be smaller.
func compress(name string) error {
	content, err := os.ReadFile(name)
	if err != nil {
		return err
	}
	if old, err := os.Open(name + ".br"); err == nil {
		unpacked, err := io.ReadAll(brotli.NewReader(old))
		old.Close()
		if err == nil && bytes.Equal(unpacked, content) {
			return nil
		}
	}
	var b bytes.Buffer
	w := brotli.NewWriterOptions(&b, brotli.WriterOptions{Quality: brotli.BestCompression, LGWin: 24}) // a window as large as the programs
	if _, err := w.Write(content); err != nil {
		return err
	}
	if err := w.Close(); err != nil {
		return err
	}
	if b.Len() >= len(content) {
		if err := os.Remove(name + ".br"); err != nil && !os.IsNotExist(err) {
			return err
		}
		return nil
	}
	return os.WriteFile(name+".br", b.Bytes(), 0o644)
}
