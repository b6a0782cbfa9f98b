//go:build js && wasm

package main

import (
	"cmp"
	"errors"
	"flag"
	"fmt"
	"math"
	"os"
	"slices"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/session"
	"lethe/wasm/webgpu"
)

// report measures a graphics card beside the processor and prints a table: what a
// machine without a browser runs (make bench-gpu).
func report(args []string) error {
	flags := flag.NewFlagSet("gpu", flag.ContinueOnError)
	dir := flags.String("data", "", "measure on this data set `folder`; without one, on noise of Amazon Baby's shape")
	quick := flags.Bool("quick", false, "leave out what takes minutes on a software adapter")
	if err := flags.Parse(args); err != nil {
		return err
	}
	d := dataset(baby)
	if *dir != "" {
		var err error
		if d, err = data.Load(os.DirFS(*dir), data.Options{}); err != nil {
			return err
		}
	}
	b := &bench{}
	if _, err := b.backend("webgpu"); err != nil {
		return err
	}
	fmt.Printf("adapter: %s\ndata: %s, %d users, %d items, %d interactions\n\n", b.device.Name(), d.Name, d.Users(), d.Items(), d.Train.Len())
	ceiling, err := b.device.Probe()
	if err != nil {
		return err
	}
	fmt.Printf("ceiling, measured: %.0f GFLOP/s, %.0f GB/s\n", ceiling.Flops/1e9, ceiling.Bytes/1e9)
	parts := []func() error{
		func() error { return b.kernels(ceiling) },
		func() error { return b.agreement() },
		func() error { return b.epochs(d, *quick) },
		func() error { return b.ranking(d) },
	}
	if !*quick {
		parts = append(parts, func() error { return b.forgetting(d) })
	}
	for _, part := range parts {
		if err := part(); err != nil {
			return err
		}
	}
	return b.device.Err()
}

func (b *bench) kernels(ceiling webgpu.Ceiling) error {
	fmt.Printf("\n%-34s %12s %12s %10s\n", "kernel", "webgpu", "simd", "of ceiling")
	for _, c := range cases() {
		if c.Class != "gemm" && c.Class != "spmm" {
			continue
		}
		if c.Class == "spmm" {
			c.Name, c.shape = "SpMM, graph of Baby's shape", baby
		}
		gpu, err := b.measure(c, "webgpu")
		if err != nil {
			return err
		}
		cpu, err := b.measure(c, "simd")
		if err != nil {
			return err
		}
		top := ceiling.Flops
		if c.Class == "spmm" {
			top = ceiling.Bytes
		}
		fmt.Printf("%-34s %12s %12s %8.0f %%\n", c.Name, rated(gpu), rated(cpu), 100*gpu.Value*1e9/top)
	}
	return nil
}

func rated(r Result) string { return fmt.Sprintf("%.3g %s", r.Value, r.Unit) }

// agreement trains each model for an epoch on both, and on the card twice.
func (b *bench) agreement() error {
	fmt.Printf("\n%-12s %22s %10s\n", "one epoch", "distance from simd", "repeats")
	for _, name := range model.Trained() {
		theta := func(backendName string) ([]float32, error) {
			be, err := b.backend(backendName)
			if err != nil {
				return nil, err
			}
			if gpu, ok := be.(*webgpu.Backend); ok {
				defer gpu.Close()
			}
			t, err := newTrainer(be, name, dataset(small))
			if err != nil {
				return nil, err
			}
			defer t.free()
			for range t.feed.Steps() {
				t.next()
			}
			p, err := t.net.Params()
			if err != nil {
				return nil, err
			}
			return p.Theta, nil
		}
		first, err := theta("webgpu")
		second, err2 := theta("webgpu")
		want, err3 := theta("simd")
		if err := cmp.Or(err, err2, err3); err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		same := "yes"
		var diff, size float64
		for k := range want {
			if math.Float32bits(first[k]) != math.Float32bits(second[k]) {
				same = "NO"
			}
			diff += math.Pow(float64(first[k])-float64(want[k]), 2)
			size += math.Pow(float64(want[k]), 2)
		}
		fmt.Printf("%-12s %22.2g %10s\n", name, math.Sqrt(diff/size), same)
	}
	return nil
}

// epochs times steps of every model on the data.
func (b *bench) epochs(d *data.Dataset, quick bool) error {
	fmt.Printf("\n%-12s %14s %14s %12s %14s %14s\n", "training", "webgpu", "simd", "times", "epoch", "calls to JS")
	models := model.Trained()
	if quick {
		models = []string{"bpr", "lightgcn"}
	}
	for _, name := range models {
		var rate [2]float64
		var calls, epoch float64
		for k, backendName := range []string{"webgpu", "simd"} {
			be, err := b.backend(backendName)
			if err != nil {
				return err
			}
			t, err := newTrainer(be, name, d)
			if err != nil {
				return err
			}
			before, start := b.device.Stats(), time.Now()
			s, err := timed(t.next, t.wait)
			if err != nil {
				return fmt.Errorf("%s on %s: %w", name, backendName, err)
			}
			rate[k] = 1 / s
			if k == 0 {
				calls = (b.device.Stats().Calls - before.Calls).Seconds() / time.Since(start).Seconds()
				epoch = float64(t.feed.Steps()) * s
			}
			t.free()
			if gpu, ok := be.(*webgpu.Backend); ok {
				gpu.Close()
			}
		}
		fmt.Printf("%-12s %6.4g steps/s %6.4g steps/s %12.2f %12.3g s %12.1f %%\n", name, rate[0], rate[1], rate[0]/rate[1], epoch, 100*calls)
	}
	return nil
}

// ranking lists the best twenty items for every user: on the card by items in half precision
// too, where it has that, with the share of lists that are the same.
func (b *bench) ranking(d *data.Dataset) error {
	const half = "webgpu, items in half precision"
	var want []float32
	for _, name := range []string{"webgpu", half, "simd"} {
		on, _, _ := strings.Cut(name, ",")
		be, err := b.backend(on)
		if err != nil {
			return err
		}
		if gpu, ok := be.(*webgpu.Backend); ok && name == half && !gpu.RankInHalf() {
			continue
		}
		c := Case{Name: fmt.Sprintf("top %d for all %d users", listed, d.Users()), Class: "topk", Unit: "users/s", shape: shape{d.Users(), d.Items(), d.Train.Len()}}
		made[c.shape] = d
		r, lists, err := c.topk(be)
		if err != nil {
			return err
		}
		fmt.Printf("\n%s, %s: %.4g ms", c.Name, name, 1000*r.Seconds)
		if want == nil {
			want = lists
		}
		if name == half {
			fmt.Printf(", %.1f %% of the lists equal", 100*equalLists(want, lists))
		}
		if gpu, ok := be.(*webgpu.Backend); ok {
			gpu.Close()
		}
	}
	fmt.Println()
	return nil
}

// equalLists is the share of lists that name the same items in the same order.
func equalLists(a, b []float32) float64 {
	same := 0
	for k := 0; k < len(a); k += listed {
		if slices.Equal(a[k:k+listed], b[k:k+listed]) {
			same++
		}
	}
	return float64(same*listed) / float64(len(a))
}

// forgetting trains MGCN, unlearns a twentieth of the users and retrains.
func (b *bench) forgetting(d *data.Dataset) error {
	for _, name := range []string{"webgpu", "simd"} {
		s := session.New(session.Options{Now: time.Now, Backend: func(string) (backend.Backend, error) { return b.backend(name) }})
		if _, err := s.OpenDataset(d); err != nil {
			return err
		}
		const epochs = 5 // the same on both; a whole training is as many times longer as it has more
		r, err := s.Train(api.Train{Model: api.ModelConfig{Name: "mgcn"}, Train: api.TrainConfig{Seed: 1, Epochs: epochs, Backend: name}}, nil)
		if err != nil {
			return err
		}
		fmt.Printf("\nMGCN, %d epochs, %s: %.3g s", epochs, name, r.Seconds)
		row, err := s.Unlearn(api.Unlearn{Method: "mmrecun", Request: "users:5%"}, nil)
		var f *api.Failure
		if errors.As(err, &f) && f.Code == api.CodeUnsupported {
			continue
		}
		if err != nil {
			return err
		}
		if row.Seconds != nil {
			fmt.Printf("; mmrecun of %s: %.3g s", row.Forget.Request, *row.Seconds)
		}
	}
	fmt.Println()
	return nil
}
