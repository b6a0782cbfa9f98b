package features

import (
	"errors"
	"fmt"
	"image"
	"runtime"
	"strings"
	"sync"

	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// Options sets what FromCatalog computes. Zero dimensions mean 64.
type Options struct {
	TextDim, ImageDim int
	// Creator counts the creator's name among the words of an item. It is off
	// by default: a name is a key, not content.
	Creator bool
	// Report, if set, is told after each picture how many are done, one call at a time.
	Report func(done, of int)
}

// FromCatalog fills the modalities "text" (title, description and category of
// each item) and "image" from the catalogue, replacing those of the same name
// and leaving others alone. open decodes the picture of a path as it stands in
// the catalogue; several goroutines call it. Rows have length 1. Items without words or without a path
// have Has false and a zero row; a modality that no item has is left out.
func FromCatalog(ds *data.Dataset, open func(path string) (image.Image, error), opt Options) error {
	if len(ds.Catalog) == 0 {
		return errors.New("features: the data set has no catalogue: features are computed from its texts and pictures")
	}
	if opt.TextDim == 0 {
		opt.TextDim = 64
	}
	if opt.ImageDim == 0 {
		opt.ImageDim = 64
	}
	pictures, err := images(ds.Catalog, open, opt)
	if err != nil {
		return err
	}
	replace(ds, "text", words(ds.Catalog, opt))
	replace(ds, "image", pictures)
	return nil
}

// words returns the text rows.
func words(items []data.Item, opt Options) dense.Matrix {
	docs := make([]string, len(items))
	for i, it := range items {
		docs[i] = it.Title + " " + it.Description + " " + strings.Join(it.Category, " ")
		if opt.Creator {
			docs[i] += " " + it.Creator
		}
	}
	return Text(docs, opt.TextDim)
}

// images returns the picture rows: descriptors, projected to their principal
// components over the items that have a picture.
func images(items []data.Item, open func(string) (image.Image, error), opt Options) (dense.Matrix, error) {
	var with []int
	for i, it := range items {
		if it.Image != "" {
			with = append(with, i)
		}
	}
	rows := make([][]float32, len(with))
	failed := make([]error, len(with))
	var next, done int
	var lock sync.Mutex
	var wait sync.WaitGroup
	for range min(runtime.GOMAXPROCS(0), len(with)) {
		wait.Go(func() {
			for {
				lock.Lock()
				k := next
				next++
				lock.Unlock()
				if k >= len(with) {
					return
				}
				rows[k], failed[k] = describe(items[with[k]].Image, open)
				lock.Lock()
				done++
				if opt.Report != nil {
					opt.Report(done, len(with))
				}
				lock.Unlock()
			}
		})
	}
	wait.Wait()
	raw := dense.New(len(with), descriptors)
	for k, i := range with {
		if err := failed[k]; err != nil {
			return raw, fmt.Errorf("features: item %d (%q), picture %q: %w; mend the file or leave its path empty",
				i, items[i].Title, items[i].Image, err)
		}
		copy(raw.Row(k), rows[k])
	}
	projected := PCA(raw, opt.ImageDim)
	out := dense.New(len(items), opt.ImageDim)
	for k, i := range with {
		copy(out.Row(i), projected.Row(k))
		scaleToUnit(out.Row(i))
	}
	return out, nil
}

// describe opens a picture and describes it.
func describe(path string, open func(string) (image.Image, error)) ([]float32, error) {
	img, err := open(path)
	if err != nil {
		return nil, err
	}
	if img.Bounds().Empty() {
		return nil, errors.New("the picture has no pixels")
	}
	return Image(img), nil
}

// replace stores a modality under its name. An item whose row is zero is said
// not to have it.
func replace(ds *data.Dataset, name string, rows dense.Matrix) {
	m := data.Modality{Name: name, Rows: rows, Has: make([]bool, rows.Rows)}
	n := 0
	for i := range m.Has {
		for _, x := range rows.Row(i) {
			if x != 0 {
				m.Has[i] = true
				n++
				break
			}
		}
	}
	if n == rows.Rows {
		m.Has = nil
	}
	kept := ds.Modalities[:0]
	for _, old := range ds.Modalities {
		if old.Name != name {
			kept = append(kept, old)
		}
	}
	if n > 0 {
		kept = append(kept, m)
	}
	ds.Modalities = kept
}
