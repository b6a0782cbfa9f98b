package main

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/cmd/disk"
	"lethe/recsys/data"
	"lethe/recsys/session"
)

func decodeJSON(b []byte, v any) error { return json.Unmarshal(b, v) }

// featuresMade is the result of lethe features.
type featuresMade struct {
	Items int      `json:"items"`
	Files []string `json:"files"` // in the order in which a site names them
	Bytes int      `json:"bytes"`
	// Warnings tell what is not whole, such as pictures that are not there.
	Warnings []string `json:"warnings,omitempty"`
}

// runFeatures computes what a catalogue's words and pictures say and writes it as files to ship beside the catalogue, so that no device
// needs to fetch every picture.
func runFeatures(c *console, args []string) error {
	f := c.flags("features", "features -data DIR [-o DIR] [-whole]")
	path := f.String("data", "", "`folder` or zip with catalog.json or catalog.csv and the pictures it names; interactions may lie beside")
	out := f.String("o", "", "`folder` to write to; default is that of -data")
	whole := f.Bool("whole", false, "write float32 instead of float16")
	if err := f.parse(args, "data"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	if *out == "" {
		if info, err := os.Stat(*path); err == nil && !info.IsDir() {
			return usageError{"-data is a file: name a folder to write to with -o"}
		}
		*out = *path
	}
	fsys, err := files(*path)
	if err != nil {
		return err
	}
	s := session.New(session.Options{Now: time.Now, Backend: backends})
	c.progress.begin("features")
	o, err := s.Open(api.Open{Alone: true}, fsys, data.Options{}, c.progress.observe)
	if err != nil {
		return fmt.Errorf("%s: %w", *path, err)
	}
	d := s.Data()
	if len(d.Modalities) == 0 {
		return fmt.Errorf("%s: the catalogue has neither words nor pictures to make features of", *path)
	}
	list, err := data.WriteFeatures(d, !*whole)
	if err != nil {
		return err
	}
	r := featuresMade{Items: d.Items(), Warnings: o.Warnings}
	if err := os.MkdirAll(*out, 0o755); err != nil {
		return err
	}
	for _, x := range list {
		if err := disk.WriteFile(filepath.Join(*out, x.Name), x.Data, 0o644); err != nil {
			return err
		}
		r.Files, r.Bytes = append(r.Files, x.Name), r.Bytes+len(x.Data)
	}
	text := fmt.Sprintf("%d items: %s (%d bytes)\n", r.Items, strings.Join(r.Files, " "), r.Bytes)
	for _, w := range r.Warnings {
		text += "warning: " + w + "\n"
	}
	return c.result(r, text)
}
