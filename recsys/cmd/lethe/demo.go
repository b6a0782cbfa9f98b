package main

import (
	"bytes"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/data/demo"
	"lethe/recsys/session"
)

// demoSeed makes the demo catalogue that the site ships.
const demoSeed = 1

// openDemo makes the demo catalogue and opens it.
func openDemo(s *session.Session) (api.Opened, error) {
	files, err := data.WriteCatalog(demo.Generate(demoSeed).Dataset(), false)
	if err != nil {
		return api.Opened{}, err
	}
	return openPacked(s, files)
}

// openPacked opens files as the page does, through a zip: what is trained here is
// trained on just what the page loads.
func openPacked(s *session.Session, files []data.File) (api.Opened, error) {
	var b bytes.Buffer
	if err := data.WriteZip(&b, files); err != nil {
		return api.Opened{}, err
	}
	fsys, err := data.OpenZip(b.Bytes())
	if err != nil {
		return api.Opened{}, err
	}
	return s.Open(api.Open{Name: "demo"}, fsys, data.Options{}, nil)
}

func runDemo(c *console, args []string) error {
	f := c.flags("demo", "demo -o DIR [-site] [-seed N]")
	out := f.String("o", "", "write the demo catalogue to this `folder`")
	seed := f.Uint64("catalogue-seed", demoSeed, "seed of the catalogue")
	site := f.Bool("site", false, "write what the page fetches: the pictures, and the rest in catalogue.zip, with a trained model")
	name := f.String("model", "lightgcn", "model to train for -site")
	m := f.model()
	if err := f.parse(args, "o"); err != nil {
		return err
	}
	if err := f.noArguments(); err != nil {
		return err
	}
	what, err := m.train(*name)
	if err != nil {
		return err
	}
	shop := demo.Generate(*seed)
	w := &demoWriter{dir: *out, packed: *site, progress: c.progress}
	if err := shop.Write(w.file); err != nil {
		return err
	}
	var r *api.TrainResult
	if *site {
		if r, err = w.addModel(what); err != nil {
			return err
		}
		var b bytes.Buffer
		if err := data.WriteZip(&b, w.files); err != nil {
			return err
		}
		if err := w.write("catalogue.zip", b.Bytes()); err != nil {
			return err
		}
	}
	text := ""
	if r != nil {
		text = describe(*r)
	}
	return c.result(r, text)
}

// demoWriter takes the files of the demo: pictures go to the folder, the others too
// or into a zip.
type demoWriter struct {
	dir      string
	packed   bool
	files    []data.File
	progress *progress
	written  int
}

func (w *demoWriter) file(name string, content []byte) error {
	if w.packed && !strings.Contains(name, "/") {
		w.files = append(w.files, data.File{Name: name, Data: content})
		return nil
	}
	w.written++
	if err := w.progress.observe(api.Progress{Stage: "write", Done: w.written}); err != nil {
		return err
	}
	return w.write(name, content)
}

func (w *demoWriter) write(name string, content []byte) error {
	path := filepath.Join(w.dir, filepath.FromSlash(name))
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		return err
	}
	return os.WriteFile(path, content, 0o644)
}

// addModel trains the snapshot with which the page can recommend at once, and writes the table with which it does so before the engine
// is there. The visitor is a user of it, without clicks.
func (w *demoWriter) addModel(what api.Train) (*api.TrainResult, error) {
	s := session.New(session.Options{Visitor: true, Now: time.Now, Backend: backends})
	if _, err := openPacked(s, w.files); err != nil {
		return nil, err
	}
	w.progress.begin(what.Model.Name)
	r, err := s.Train(what, w.progress.observe)
	if err != nil {
		return nil, err
	}
	b, err := s.Export(api.Export{Slot: api.Before})
	if err != nil {
		return nil, err
	}
	w.files = append(w.files, data.File{Name: session.ModelFile, Data: b})
	first, err := s.Table(api.Before)
	if err != nil {
		return nil, err
	}
	if b, err = first.Encode(); err != nil {
		return nil, err
	}
	if err := w.write("first.safetensors", b); err != nil {
		return nil, err
	}
	o, err := openPacked(session.New(session.Options{Visitor: true, Now: time.Now, Backend: backends}), w.files)
	if err == nil && o.Trained == nil {
		err = fmt.Errorf("the model does not open beside its data: %v", o.Warnings)
	}
	return &r, err
}
