package session

import (
	"bytes"
	"fmt"
	"image"
	_ "image/jpeg" // pictures of catalogues
	_ "image/png"
	"io/fs"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/data/features"
)

// addContent computes features of words and pictures for a catalogue that came
// without any. Pictures that are not among the files count as absent: the warning says
// how many. d is the caller's own.
func addContent(d *data.Dataset, fsys fs.FS, obs api.Observer) (warnings []string, err error) {
	if d.Catalog == nil || len(d.Modalities) > 0 {
		return nil, nil
	}
	found, err := pictures(fsys, d.Catalog)
	if err != nil {
		return nil, err
	}
	known := d.Catalog
	d.Catalog = slices.Clone(known)
	named, absent := 0, 0
	for i, it := range d.Catalog {
		if it.Image == "" {
			continue
		}
		named++
		if found[it.Image] == "" {
			absent++
			d.Catalog[i].Image = ""
		}
	}
	var stopped error // by the observer
	err = features.FromCatalog(d, func(picture string) (image.Image, error) {
		if stopped != nil {
			return nil, stopped
		}
		b, err := fs.ReadFile(fsys, found[picture])
		if err != nil {
			return nil, err
		}
		m, _, err := image.Decode(bytes.NewReader(b))
		return m, err
	}, features.Options{Report: func(done, of int) {
		if stopped == nil {
			stopped = obs.Tell(api.Progress{Stage: "open", Done: done, Total: of})
		}
	}})
	d.Catalog = known
	if stopped != nil {
		return nil, stopped
	}
	if err != nil {
		return nil, &data.Error{Problem: err.Error()}
	}
	// Loaders sort modalities by name: the same content has the same order however it comes.
	slices.SortFunc(d.Modalities, func(a, b data.Modality) int { return strings.Compare(a.Name, b.Name) })
	if absent > 0 {
		warnings = append(warnings, fmt.Sprintf("%d of %d pictures named in the catalogue are not among the files; those items are known by their words", absent, named))
	}
	return warnings, nil
}

// pictures finds the files that the catalogue names. The catalogue may lie deeper in
// the file system than its root, so a file matches a name that its path ends in.
func pictures(fsys fs.FS, items []data.Item) (map[string]string, error) {
	named := map[string]bool{}
	for _, it := range items {
		if it.Image != "" {
			named[it.Image] = true
		}
	}
	found := map[string]string{}
	if len(named) == 0 {
		return found, nil
	}
	err := fs.WalkDir(fsys, ".", func(path string, e fs.DirEntry, err error) error {
		if err != nil || e.IsDir() {
			return err
		}
		for tail, more := path, true; more; _, tail, more = strings.Cut(tail, "/") {
			if named[tail] && found[tail] == "" {
				found[tail] = path
			}
		}
		return nil
	})
	return found, err
}
