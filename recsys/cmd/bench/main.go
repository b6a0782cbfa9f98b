// Command bench measures the kernels side by side in one run, on one processor: the
// simd backend, the reference backend and gonum on the products that models make, and
// an epoch of BPR, sampling included, beside gorse's. It prints ratios, because only
// those carry over to another machine, and of an epoch of LightGCN the seconds beside what
// this machine's rates bound them by.
//
//	bench [-wasm "PROGRAM bench.wasm"] [-gorse PROGRAM] [-only lightgcn]
//
// With -wasm the same measurements are taken in WebAssembly too, by running the same
// program there. make bench builds all three and runs them.
package main

import (
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// results are the measurements of one platform.
type results struct {
	Platform string             `json:"platform"`
	GFLOPS   map[string]float64 `json:"gflops"`  // by implementation/shape
	Samples  map[string]float64 `json:"samples"` // BPR samples per second, by implementation
	LightGCN *graphEpoch        `json:"lightgcn"`
}

func main() {
	wasm := flag.String("wasm", "", "`command` that runs this program in WebAssembly")
	gorse := flag.String("gorse", "", "`program` that measures gorse")
	only := flag.String("only", "", "lightgcn: nothing but its epoch")
	raw := flag.Bool("json", false, "print the measurements of this platform as JSON")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	if err := run(*wasm, *gorse, *only, *raw); err != nil {
		fmt.Fprintln(os.Stderr, "bench:", err)
		os.Exit(1)
	}
}

func run(wasm, gorse, only string, raw bool) error {
	w := newWorkload()
	own := results{Platform: runtime.GOOS + "/" + runtime.GOARCH, LightGCN: measureLightGCN(w)}
	if only == "" {
		own.GFLOPS, own.Samples = measureProducts(), measureEpochs(w)
	}
	if raw {
		return json.NewEncoder(os.Stdout).Encode(own)
	}
	if gorse != "" && only == "" {
		if err := measureGorse(gorse, w, &own); err != nil {
			return fmt.Errorf("gorse: %w", err)
		}
	}
	all := []results{own}
	if wasm != "" {
		var there results
		if err := answer(&there, append(strings.Fields(wasm), "-json", "-only", only)...); err != nil {
			return fmt.Errorf("in WebAssembly: %w", err)
		}
		all = append(all, there)
	}
	if only == "" {
		fmt.Print(table(all))
	}
	fmt.Print(roofline(all))
	return nil
}

// answer runs a program and decodes what it prints.
func answer(v any, command ...string) error {
	c := exec.Command(command[0], command[1:]...)
	c.Stderr = os.Stderr
	out, err := c.Output()
	if err != nil {
		return err
	}
	return json.Unmarshal(out, v)
}

// measureGorse writes the workload to a file for gorse's own program.
func measureGorse(program string, w *workload, r *results) error {
	f, err := os.CreateTemp("", "bench-*.tsv")
	if err != nil {
		return err
	}
	defer os.Remove(f.Name())
	if err := w.write(f); err != nil {
		return err
	}
	if err := f.Close(); err != nil {
		return err
	}
	var out struct {
		Samples float64 `json:"samples"`
	}
	err = answer(&out, program, "-data", f.Name(), "-dim", fmt.Sprint(dim), "-rate", fmt.Sprint(rate), "-reg", fmt.Sprint(reg), "-repeats", fmt.Sprint(repeats))
	r.Samples["gorse"] = out.Samples
	return err
}

// repeats of a measurement, of which the median counts.
const repeats = 5

// median times f: as often as fills a tenth of a second, repeats times.
func median(f func()) float64 {
	f() // warm: scratch is allocated, code compiled
	n := 1
	for {
		start := time.Now()
		for range n {
			f()
		}
		if time.Since(start) > 100*time.Millisecond {
			break
		}
		n *= 2
	}
	var seconds []float64
	for range repeats {
		start := time.Now()
		for range n {
			f()
		}
		seconds = append(seconds, time.Since(start).Seconds()/float64(n))
	}
	slices.Sort(seconds)
	return seconds[repeats/2]
}
