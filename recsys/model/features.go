package model

import (
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
)

// needContent refuses data without features for a model that cannot do without.
func needContent(model string, d *data.Dataset) error {
	if len(d.Modalities) == 0 {
		return fmt.Errorf("model %s needs item features and data set %q has none: add NAME.npy beside the interactions, or use bpr or lightgcn", model, d.Name)
	}
	return nil
}

// content is one modality as a model sees it: as the configuration's Features says; zero
// rows for items that lack it.
type content struct {
	name string
	rows dense.Matrix // items×F
}

func contents(tables []data.Modality, cfg api.ModelConfig) []content {
	var all []content
	for _, m := range tables {
		c := content{m.Name, dense.New(m.Rows.Rows, m.Rows.Cols)}
		scale := float32(1)
		if cfg.Features != raw {
			scale = unitScale(m)
		}
		for i := range m.Rows.Rows {
			if m.Has != nil && !m.Has[i] {
				continue
			}
			dst := c.rows.Row(i)
			for k, x := range m.Rows.Row(i) {
				dst[k] = x * scale
			}
		}
		all = append(all, c)
	}
	return all
}

// tables are the modalities with the features that item graphs and contents are made from:
// those of the data, or their principal directions; with neighbour lists only where graphs may
// come from these.
func tables(d *data.Dataset, cfg api.ModelConfig) []data.Modality {
	k, err := principal(cfg.Features)
	if err != nil {
		panic("model: " + err.Error()) // New has looked
	}
	all := slices.Clone(d.Modalities)
	for n, m := range all {
		if k > 0 {
			all[n].Rows = Principal(m, k)
		}
		if cfg.ItemGraph == fromFeatures {
			all[n].Neighbors = nil
		}
	}
	return all
}

// fromFeatures is the value of ModelConfig.ItemGraph for graphs that are computed always.
const fromFeatures = "features"

// checkContent refuses settings of content that are not known.
func checkContent(cfg api.ModelConfig) error {
	if cfg.ItemGraph != "" && cfg.ItemGraph != fromFeatures {
		return fmt.Errorf("the item graph cannot come from %q: use %s, or leave it out", cfg.ItemGraph, fromFeatures)
	}
	_, err := principal(cfg.Features)
	return err
}

// raw is the value of ModelConfig.Features for tables as they are in the files.
const raw = "raw"

// principal reads ModelConfig.Features: how many principal directions it asks for; 0: the
// whole tables.
func principal(features string) (int, error) {
	if features == "" || features == raw {
		return 0, nil
	}
	number, ok := strings.CutPrefix(features, "pca:")
	k, err := strconv.Atoi(number)
	if !ok || err != nil || k < 1 || k > 1024 {
		return 0, fmt.Errorf("features %q are not known: use raw, pca:K with K from 1 to 1024, or leave them out", features)
	}
	return k, nil
}

// unitScale is 1/rms of a modality's entries, 1 if they are all zero.
func unitScale(m data.Modality) float32 {
	var sum float64
	n := 0
	for i := range m.Rows.Rows {
		if m.Has != nil && !m.Has[i] {
			continue
		}
		n += m.Rows.Cols
		for _, x := range m.Rows.Row(i) {
			sum += float64(float64(x) * float64(x))
		}
	}
	if sum == 0 {
		return 1
	}
	return float32(1 / math.Sqrt(sum/float64(n)))
}

// concat puts modalities side by side, items×ΣF.
func concat(all []content) dense.Matrix {
	width := 0
	for _, c := range all {
		width += c.rows.Cols
	}
	out := dense.New(all[0].rows.Rows, width)
	at := 0
	for _, c := range all {
		for i := range out.Rows {
			copy(out.Row(i)[at:], c.rows.Row(i))
		}
		at += c.rows.Cols
	}
	return out
}

// feature begins the names of trainable feature tables, which have a row per item.
const feature = "item.feature."

// Feature tells whether a weight of this name began as features.
func Feature(name string) bool { return strings.HasPrefix(name, feature) }

// projectionSpecs are the weights that bring each modality to width d: project.m F×d,
// offset.m 1×d and, where features are trainable, item.feature.m items×F.
func projectionSpecs(all []content, cfg api.ModelConfig) []dense.Spec {
	var specs []dense.Spec
	for _, c := range all {
		specs = append(specs,
			dense.Spec{Name: "project." + c.name, Rows: c.rows.Cols, Cols: cfg.Dim},
			dense.Spec{Name: "offset." + c.name, Rows: 1, Cols: cfg.Dim})
		if cfg.Trainable {
			specs = append(specs, dense.Spec{Name: feature + c.name, Rows: c.rows.Rows, Cols: c.rows.Cols})
		}
	}
	return specs
}

func initProjections(theta *dense.Params, all []content, cfg api.ModelConfig, src rng.Source) {
	for _, c := range all {
		xavier(theta.View("project."+c.name), src.Named("project."+c.name))
		if cfg.Trainable {
			copy(theta.View(feature+c.name).Data, c.rows.Data)
		}
	}
}

// table is the feature table as a node: a constant, or a weight.
func (c content) table(t *tape.Tape, theta func(string) *tape.Node, cfg api.ModelConfig) *tape.Node {
	if cfg.Trainable {
		return theta(feature + c.name)
	}
	return t.Shared("feature."+c.name, c.rows)
}

// project records f W + b for the listed items, or for all of them where ix is nil.
func (c content) project(t *tape.Tape, theta func(string) *tape.Node, cfg api.ModelConfig, ix *backend.Index) *tape.Node {
	x := c.table(t, theta, cfg)
	if ix != nil {
		x = t.Gather(x, ix)
	}
	return t.AddRow(t.MatMul(x, theta("project."+c.name), false, false), theta("offset."+c.name))
}
