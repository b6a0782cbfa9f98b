//go:build !js

// Command size prints what built files weigh, raw and on the wire (brotli at
// its highest level, as a static host compresses), and fails where one is over its
// budget:
//
//	go run ./wasm/size dist/engine.wasm=1300000 dist/app.wasm=1100000
//
// A budget is in bytes on the wire; a file named without one is only printed.
package main

import (
	"fmt"
	"io"
	"os"
	"strconv"
	"strings"

	"github.com/andybalholm/brotli"
)

func main() {
	if len(os.Args) < 2 {
		fmt.Fprintln(os.Stderr, "usage: size FILE[=BUDGET]…")
		os.Exit(2)
	}
	if err := report(os.Stdout, os.Args[1:]); err != nil {
		fmt.Fprintln(os.Stderr, "size:", err)
		os.Exit(1)
	}
}

// report weighs all files before it fails.
func report(w io.Writer, args []string) error {
	fmt.Fprintf(w, "%-28s %12s %12s %12s\n", "file", "bytes", "on the wire", "budget")
	var over []string
	for _, arg := range args {
		name, text, limited := strings.Cut(arg, "=")
		budget := 0
		if limited {
			var err error
			if budget, err = strconv.Atoi(text); err != nil || budget <= 0 {
				return fmt.Errorf("%s: the budget must be a positive number of bytes", arg)
			}
		}
		raw, wire, err := weigh(name)
		if err != nil {
			return err
		}
		fmt.Fprintf(w, "%-28s %12d %12d %12s\n", name, raw, wire, text)
		if limited && wire > budget {
			over = append(over, fmt.Sprintf("%s weighs %d bytes on the wire, %d over its budget", name, wire, wire-budget))
		}
	}
	if len(over) > 0 {
		return fmt.Errorf("%s", strings.Join(over, "; "))
	}
	return nil
}

// weigh returns a file's bytes, raw and compressed.
func weigh(name string) (raw, wire int, err error) {
	b, err := os.ReadFile(name)
	if err != nil {
		return 0, 0, err
	}
	var c counter
	w := brotli.NewWriterOptions(&c, brotli.WriterOptions{Quality: 11, LGWin: 24})
	if _, err := w.Write(b); err != nil {
		return 0, 0, err
	}
	if err := w.Close(); err != nil {
		return 0, 0, err
	}
	return len(b), int(c), nil
}

// counter counts what is written to it.
type counter int

func (c *counter) Write(p []byte) (int, error) {
	*c += counter(len(p))
	return len(p), nil
}
