package main

import (
	"fmt"
	"os"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// modelFlags choose a model's size and how it is trained.
type modelFlags struct {
	preset                                          *string
	dim, layers, neighbors, batch, epochs, patience *int
	reg, aux, prune, rate, decay                    *float64
	trainable                                       *bool
	features, itemGraph                             *string
	shards, adapters                                *int
	seed                                            *uint64
	backend                                         *string
}

func (f flagSet) model() modelFlags {
	return modelFlags{
		preset:    f.String("preset", "", "`name` of the defaults for all that is 0: "+strings.Join(train.Presets(), " or ")+"; the first unless said"),
		dim:       f.Int("dim", 0, "width of an embedding; 0 is 64"),
		layers:    f.Int("layers", 0, "graph convolutions; 0 is the model's own `number`"),
		reg:       f.Float64("reg", 0, "L2 `weight`; 0 is the model's own"),
		aux:       f.Float64("aux", 0, "`weight` of the auxiliary loss, of VBPR's L2 on projected content; 0 is the model's own"),
		neighbors: f.Int("neighbors", 0, "k of the item-item graphs; 0 is 10"),
		prune:     f.Float64("prune", 0, "`share` of edges that FREEDOM leaves out of an epoch's graph; 0 is 0.8"),
		features:  f.String("features", "", "what models see of feature tables: raw, the `form` of the files; pca:64, 64 principal directions; left out, the files' numbers scaled"),
		itemGraph: f.String("item-graph", "", "`source` of the item-item graphs: features; left out, the data's neighbour lists where there are any"),
		trainable: f.Bool("trainable", false, "train the feature tables with the rest"),
		shards:    f.Int("shards", 0, "train this `number` of models apart, each on its own users, for the method shard; 0 is one model"),
		adapters:  f.Int("adapters", 0, "bring content in through this `number` of licence adapters, for the method adapter; 0 is none"),
		decay:     f.Float64("decay", 0, "the rate falls to this `share` every 50 epochs; 0 is 1"),
		seed:      f.Uint64("seed", 0, "seed of all randomness"),
		epochs:    f.Int("epochs", 0, "at most this many epochs; 0 is 1000"),
		batch:     f.Int("batch", 0, "interactions per step; 0 is 2048"),
		rate:      f.Float64("rate", 0, "Adam's step `size`; 0 is the preset's"),
		patience:  f.Int("patience", 0, "epochs without a better validation Recall@20; 0 is 20"),
		backend:   f.String("backend", "simd", "simd or reference"),
	}
}

func (m modelFlags) train(name string) (api.Train, error) {
	if *m.dim < 0 || *m.layers < 0 || *m.epochs < 0 || *m.batch < 0 || *m.patience < 0 || *m.rate < 0 || *m.reg < 0 || *m.aux < 0 || *m.prune < 0 || *m.decay < 0 || *m.neighbors < 0 || *m.shards < 0 || *m.adapters < 0 {
		return api.Train{}, usageError{"sizes and rates are not negative"}
	}
	if *m.preset != "" && !slices.Contains(train.Presets(), *m.preset) {
		return api.Train{}, usageError{fmt.Sprintf("there is no preset %q; there are %s", *m.preset, strings.Join(train.Presets(), ", "))}
	}
	found := false
	for _, n := range model.Names() {
		found = found || n == name
	}
	if !found {
		return api.Train{}, usageError{fmt.Sprintf("there is no model %q; there are %s", name, strings.Join(model.Names(), ", "))}
	}
	return api.Train{
		Preset: *m.preset,
		Model:  api.ModelConfig{Name: name, Dim: *m.dim, Layers: *m.layers, Reg: *m.reg, Aux: *m.aux, Prune: *m.prune, Neighbors: *m.neighbors, Trainable: *m.trainable, Features: *m.features, ItemGraph: *m.itemGraph, Shards: *m.shards, Adapters: *m.adapters},
		Train:  api.TrainConfig{Seed: *m.seed, Epochs: *m.epochs, Batch: *m.batch, Rate: *m.rate, Decay: *m.decay, Patience: *m.patience, Backend: *m.backend},
	}, nil
}

func runTrain(c *console, args []string) error {
	f := c.flags("train", "train -data DIR|ZIP|demo -model NAME [-seed N] [-epochs N] [-o FILE]")
	d, m := f.data(), f.model()
	name := f.String("model", "", "one of "+strings.Join(model.Names(), ", "))
	out := f.String("o", "", "write the trained model to this `file`")
	profile := f.profile()
	if err := f.parse(args, "data", "model"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	what, err := m.train(*name)
	if err != nil {
		return err
	}
	s, _, err := c.session(d)
	if err != nil {
		return err
	}
	stop, err := profile.start()
	if err != nil {
		return err
	}
	c.progress.begin(*name)
	r, err := s.Train(what, c.progress.observe)
	if err := stop(); err != nil {
		return err
	}
	if err != nil {
		return err
	}
	if *out != "" {
		b, err := s.Export(api.Export{Slot: api.Before})
		if err != nil {
			return err
		}
		if err := os.WriteFile(*out, b, 0o644); err != nil {
			return err
		}
	}
	return c.result(r, describe(r))
}

// describe is a training in words.
func describe(r api.TrainResult) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s on %s: %d epochs in %.1f s, the best was %d\n", r.Model, r.Data, r.Epochs, r.Seconds, r.BestEpoch)
	fmt.Fprintf(&b, "%-11s%10s%10s%10s%10s\n", "", "Recall@10", "NDCG@10", "Recall@20", "NDCG@20")
	for _, part := range []struct {
		name string
		m    api.Metrics
	}{{"validation", r.Valid}, {"test", r.Test}} {
		if len(part.m) > 0 {
			fmt.Fprintf(&b, "%-11s%10.4f%10.4f%10.4f%10.4f\n", part.name, part.m["recall@10"], part.m["ndcg@10"], part.m["recall@20"], part.m["ndcg@20"])
		}
	}
	fmt.Fprintf(&b, "sha256(θ) %s\n", r.ThetaSHA256)
	return b.String()
}
