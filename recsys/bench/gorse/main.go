// Command gorse-bench measures an epoch of gorse's BPR (v0.4.15) on a file of
// interactions, one job, for comparison with ours. It is a module of its own, so that
// Lethe does not depend on gorse.
//
//	gorse-bench -data FILE [-dim 64] [-rate 0.05] [-reg 0.01] [-repeats 5]
//
// Fit draws its initial weights, builds hash sets of the interactions and evaluates
// before and after training. One epoch is therefore the difference between fits of many
// and of few epochs, with one evaluation each and a validation set of one interaction.
package main

import (
	"bufio"
	"encoding/json"
	"flag"
	"fmt"
	"os"
	"runtime"
	"slices"
	"strings"
	"time"

	"github.com/zhenghaoz/gorse/base/log"
	"github.com/zhenghaoz/gorse/base/task"
	"github.com/zhenghaoz/gorse/model"
	"github.com/zhenghaoz/gorse/model/ranking"
)

func main() {
	file := flag.String("data", "", "`file` of user and item, separated by a tab")
	dim := flag.Int("dim", 64, "width of a vector")
	rate := flag.Float64("rate", 0.05, "step size")
	reg := flag.Float64("reg", 0.01, "regularisation")
	repeats := flag.Int("repeats", 5, "measurements, of which the median counts")
	flag.Parse()
	runtime.GOMAXPROCS(1)
	log.CloseLogger()
	set, valid, err := load(*file)
	if err != nil {
		fmt.Fprintln(os.Stderr, "gorse-bench:", err)
		os.Exit(1)
	}
	fit := func(epochs int) float64 {
		m := ranking.NewBPR(model.Params{model.NFactors: *dim, model.Lr: *rate, model.Reg: *reg, model.NEpochs: epochs})
		config := ranking.NewFitConfig().SetVerbose(1 << 30).SetJobsAllocator(task.NewConstantJobsAllocator(1)).SetTask(task.NewTask("fit", epochs))
		start := time.Now()
		m.Fit(set, valid, config)
		return time.Since(start).Seconds()
	}
	const few, many = 1, 4
	fit(few) // warm
	var epochs []float64
	for range *repeats {
		fmt.Fprintln(os.Stderr, "BPR epoch, gorse")
		epochs = append(epochs, (fit(many)-fit(few))/(many-few))
	}
	slices.Sort(epochs)
	median := epochs[len(epochs)/2]
	json.NewEncoder(os.Stdout).Encode(map[string]float64{"samples": float64(set.Count()) / median})
}

// load reads the interactions; the first one is also the validation set.
func load(file string) (set, valid *ranking.DataSet, err error) {
	f, err := os.Open(file)
	if err != nil {
		return nil, nil, err
	}
	defer f.Close()
	set = ranking.NewMapIndexDataset()
	lines := bufio.NewScanner(f)
	for lines.Scan() {
		user, item, found := strings.Cut(lines.Text(), "\t")
		if !found {
			return nil, nil, fmt.Errorf("%s: a line without a tab: %q", file, lines.Text())
		}
		set.AddFeedback(user, item, true)
	}
	valid = ranking.NewMapIndexDataset() // whose first user and item are those of set
	for _, name := range set.UserIndex.GetNames()[:1] {
		valid.AddFeedback(name, set.ItemIndex.GetNames()[0], true)
	}
	return set, valid, lines.Err()
}
