//go:build !js

// Command browser measures Lethe and its peers in one run of one headless Chromium, on
// the same adapter, and prints the figures and ratios:
//
//	browser [-only WORD] [-json FILE] SITE PEERS
//
// SITE is the built site and PEERS the folder of peers.js with its node_modules.
package main

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"flag"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"os/signal"
	"path/filepath"
	"slices"
	"strings"
	"text/tabwriter"
	"time"

	"github.com/chromedp/chromedp"

	"lethe/wasm/chromium"
)

func main() {
	only := flag.String("only", "", "measure the cases that have this `word` in their names")
	file := flag.String("json", "", "write the figures to this `file`, too")
	limit := flag.Duration("limit", 15*time.Minute, "how long a run may take")
	flag.Parse()
	if flag.NArg() != 2 {
		fmt.Fprintln(os.Stderr, "usage: browser [-only WORD] [-json FILE] SITE PEERS")
		os.Exit(2)
	}
	ctx, end := context.WithTimeout(context.Background(), *limit)
	defer end()
	ctx, stop := signal.NotifyContext(ctx, os.Interrupt)
	defer stop()
	raw, err := measure(ctx, flag.Arg(0), flag.Arg(1), *only)
	if *file != "" && raw != nil {
		err = cmp.Or(err, os.WriteFile(*file, raw, 0o644))
	}
	if raw != nil {
		var f figures
		err = cmp.Or(err, json.Unmarshal(raw, &f))
		f.print(os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "bench-browser:", err)
		os.Exit(1)
	}
}

// measure serves the site with the peers beside it and lets the page bench.html run. With
// an error it returns what had been measured before, or nil.
func measure(ctx context.Context, site, peers, only string) ([]byte, error) {
	mux := http.NewServeMux()
	mux.Handle("/", http.FileServer(http.Dir(site)))
	mux.Handle("/node_modules/", http.FileServer(http.Dir(peers)))
	mux.HandleFunc("/peers.js", func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "text/javascript")
		http.ServeFile(w, r, filepath.Join(peers, "peers.js"))
	})
	server := httptest.NewServer(mux)
	defer server.Close()
	options, err := chromium.Options()
	if err != nil {
		return nil, err
	}
	ctx, end := chromedp.NewExecAllocator(ctx, options...)
	defer end()
	ctx, end = chromedp.NewContext(ctx, chromedp.WithErrorf(func(string, ...any) {}))
	defer end()
	if err := chromedp.Do(ctx, chromedp.Navigate(server.URL+"/bench.html?peers&only="+url.QueryEscape(only))); err != nil {
		return nil, fmt.Errorf("starting Chromium: %w", err)
	}
	var soFar []byte
	shown := ""
	for {
		state, err := chromedp.Run(ctx, chromedp.Evaluate[string](`JSON.stringify({
			Status: document.getElementById("status").textContent, Measured: globalThis.measured || null})`))
		if err != nil {
			return soFar, fmt.Errorf("not all was measured: %w", err)
		}
		var now struct {
			Status   string
			Measured json.RawMessage
		}
		if err := json.Unmarshal([]byte(state), &now); err != nil {
			return soFar, err
		}
		if string(now.Measured) != "null" {
			soFar = now.Measured
		}
		if now.Status == "Done." {
			return soFar, nil
		}
		if strings.HasPrefix(now.Status, "This browser cannot") {
			return nil, errors.New(now.Status)
		}
		if now.Status != shown {
			shown = now.Status
			fmt.Fprintf(os.Stderr, "\r\033[K%s", shown)
		}
		time.Sleep(500 * time.Millisecond)
	}
}

// figures is what the page measured.
type figures struct {
	Columns []string `json:"columns"`
	Terms   string   `json:"terms"` // what the peers compute with on the processor
	Cases   []struct{ Name, Class, Unit string }
	Results []struct {
		Name, Backend, Adapter, Failed string
		Value, Calls                   float64
	}
}

// value is a figure, 0 where there is none.
func (f *figures) value(name, backend string) float64 {
	for _, r := range f.Results {
		if r.Name == name && r.Backend == backend {
			return r.Value
		}
	}
	return 0
}

// print writes the figures, then what each of ours is in terms of each peer of its kind, and
// what failed.
func (f *figures) print(out io.Writer) {
	fmt.Fprint(os.Stderr, "\r\033[K")
	for _, r := range f.Results {
		if r.Adapter != "" {
			fmt.Fprintf(out, "adapter: %s\n\n", r.Adapter)
			break
		}
	}
	if f.Terms != "" {
		fmt.Fprintf(out, "peers on the processor: %s\n\n", f.Terms)
	}
	t := tabwriter.NewWriter(out, 0, 0, 2, ' ', tabwriter.AlignRight)
	fmt.Fprintf(t, "case\tunit\t%s\t\n", strings.Join(f.Columns, "\t"))
	for _, c := range f.Cases {
		fmt.Fprintf(t, "%s\t%s\t", c.Name, c.Unit)
		for _, b := range f.Columns {
			fmt.Fprintf(t, "%s\t", number(f.value(c.Name, b)))
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	fmt.Fprintln(out, "\nHow many times as fast simd is as each peer on the processor, and webgpu as each on the adapter:")
	peers := slices.DeleteFunc(slices.Clone(f.Columns), func(b string) bool { return b == "simd" || b == "webgpu" })
	fmt.Fprintf(t, "case\t\t%s\t\n", strings.Join(peers, "\t"))
	for _, c := range f.Cases {
		fmt.Fprintf(t, "%s\t\t", c.Name)
		for _, b := range peers {
			own := "simd"
			if strings.HasSuffix(b, "webgpu") {
				own = "webgpu"
			}
			ratio := "–"
			if x, y := f.value(c.Name, own), f.value(c.Name, b); x > 0 && y > 0 {
				ratio = fmt.Sprintf("%.2f", x/y)
			}
			fmt.Fprintf(t, "%s\t", ratio)
		}
		fmt.Fprintln(t)
	}
	t.Flush()
	for _, r := range f.Results {
		if r.Failed != "" {
			fmt.Fprintf(out, "%s, %s: failed: %s\n", r.Name, r.Backend, r.Failed)
		}
		if r.Calls > 0 {
			fmt.Fprintf(out, "%s, %s: %.1f %% of the time in calls from Go to JavaScript\n", r.Name, r.Backend, 100*r.Calls)
		}
	}
}

// number writes a figure with three digits, and a dash for none.
func number(x float64) string {
	if x == 0 {
		return "–"
	}
	if x >= 100 {
		return fmt.Sprintf("%.0f", x)
	}
	return fmt.Sprintf("%.3g", x)
}
