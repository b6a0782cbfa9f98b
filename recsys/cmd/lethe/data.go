package main

import (
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/session"
)

// dataFlags say which data set to open and how to read it.
type dataFlags struct {
	path      *string
	minRating *float64
	core      *int
	byTime    *bool
	merge     *bool
	split     *uint64
}

func (f flagSet) data() dataFlags {
	return dataFlags{
		path:      f.String("data", "", "`folder` or zip of the data set, or demo"),
		minRating: f.Float64("min-rating", 0, "lowest `rating` that counts; 0 is the usual one"),
		core:      f.Int("core", 0, "keep users and items with that many interactions; 0 is the usual `number`"),
		byTime:    f.Bool("by-time", false, "split by time where the files have times and no split"),
		merge:     f.Bool("merge-duplicates", false, "keep the earliest of repeated interactions"),
		split:     f.Uint64("split-seed", 0, "`seed` of the split, where the files bring none"),
	}
}

// open loads the data set into a session.
func (d dataFlags) open(s *session.Session, obs api.Observer) (api.Opened, error) {
	if *d.path == "demo" {
		return openDemo(s)
	}
	fsys, err := files(*d.path)
	if err != nil {
		return api.Opened{}, err
	}
	opt := data.Options{Seed: *d.split, ByTime: *d.byTime, MinRating: *d.minRating, Core: *d.core, MergeDuplicates: *d.merge}
	o, err := s.Open(api.Open{}, fsys, opt, obs)
	if err != nil {
		return o, fmt.Errorf("%s: %w", *d.path, err)
	}
	return o, nil
}

// files is a folder or a zip as a file system.
func files(path string) (fs.FS, error) {
	info, err := os.Stat(path)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, fmt.Errorf("there is no folder or zip %s: -data wants one, or the word demo", path)
	}
	if err != nil {
		return nil, err
	}
	if info.IsDir() {
		return os.DirFS(path), nil
	}
	if !strings.EqualFold(filepath.Ext(path), ".zip") {
		return nil, fmt.Errorf("%s is neither a folder nor a zip: -data wants one, or the word demo", path)
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, err
	}
	fsys, err := data.OpenZip(b)
	if err != nil {
		return nil, fmt.Errorf("%s: %w", path, err)
	}
	return fsys, nil
}
