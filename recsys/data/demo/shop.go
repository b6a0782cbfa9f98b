// Package demo is a shop of art prints that does not exist: a thousand prints by
// sixty-three invented creators, drawn by code, and two thousand invented users
// with tastes. Everything is a function of a seed.
//
// What a model learns from is what anybody's shop would have: interactions, words
// and pixels. The features come from the rendered prints and their texts through
// package features, never from what the generator knows about tastes.
package demo

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"strconv"
	"strings"

	"lethe/recsys/data"
	"lethe/recsys/data/demo/atelier"
	"lethe/recsys/data/features"
	"lethe/recsys/rng"
)

const (
	prints = 1000
	people = 2000

	// Width and Height are the size of the shipped pictures, in pixels.
	Width, Height = 320, 400
)

// Shop is a generated catalogue with its users.
type Shop struct {
	prints []atelier.Print
	data   data.Dataset
	// floral are the users who went through a floral phase.
	floral []int32
	done   bool // features are computed
}

// Generate invents a shop. Drawing waits until Dataset, Draw or Write.
func Generate(seed uint64) *Shop {
	src := rng.New(seed)
	s := &Shop{data: data.Dataset{Name: "demo"}}
	names := titles{}
	for k, w := range hang(src) {
		st := src.Named("print").Key(uint64(k)).Stream()
		c := &creators[w]
		pr := atelier.Print{
			Hand:    &c.hand,
			Palette: atelier.FindPalette(c.hand.Palettes[st.IntN(len(c.hand.Palettes))]),
			Subject: subject(&c.hand, &st),
			Frame:   c.hand.Frames[st.IntN(len(c.hand.Frames))],
			Seed:    st.Uint64(),
		}
		th := themes[c.hand.Style][pr.Subject]
		id := fmt.Sprintf("p%04d", k+1)
		s.prints = append(s.prints, pr)
		s.data.ItemIDs = append(s.data.ItemIDs, id)
		s.data.Catalog = append(s.data.Catalog, data.Item{
			Title: names.next(th, pr.Palette, &st), Description: describe(th, &pr, &st),
			Creator: c.name, Licence: c.licence,
			Category: []string{th.top, th.sub}, Image: "prints/" + id[1:] + ".jpg",
		})
	}
	s.visit(src, seed)
	return s
}

func subject(h *atelier.Hand, st *rng.Stream) string {
	all := h.Subjects
	if all == nil {
		all = atelier.Subjects(h.Style)
	}
	return all[st.IntN(len(all))]
}

// hang says which creator each print is by: every creator gets a number of
// prints after their share, and all are hung in random order.
func hang(src rng.Source) []int {
	total := 0.0
	for _, c := range creators {
		total += c.share
	}
	var wall []int
	sum := 0.0
	for k, c := range creators {
		sum += c.share
		for float64(len(wall)) < sum/total*prints-1e-9 && len(wall) < prints {
			wall = append(wall, k)
		}
	}
	st := src.Named("wall").Stream()
	out := make([]int, prints)
	for i, p := range st.Perm(prints) {
		out[i] = wall[p]
	}
	return out
}

// Draw renders print i at w×h pixels.
func (s *Shop) Draw(i, w, h int) image.Image { return s.prints[i].Draw(w, h) }

// Floral lists the users, by index, whose floral interactions are a phase: a
// dozen or so in a history that otherwise has none.
func (s *Shop) Floral() []int32 { return s.floral }

// Dataset returns the shop as a data set with features. The first call draws
// every print, at two fifths of the shipped size: still above the resolution at
// which features look at a picture, and the rows are within a percent of those of
// the shipped files.
func (s *Shop) Dataset() *data.Dataset {
	if !s.done {
		open := func(path string) (image.Image, error) {
			k, err := strconv.Atoi(strings.TrimSuffix(strings.TrimPrefix(path, "prints/"), ".jpg"))
			if err != nil {
				return nil, err
			}
			return s.Draw(k-1, 2*Width/5, 2*Height/5), nil
		}
		if err := features.FromCatalog(&s.data, open, features.Options{}); err != nil {
			panic("demo: " + err.Error())
		}
		s.done = true
	}
	return &s.data
}

// Write hands over the shop as files: the catalogue layout of data.Load
// (catalog.json, interactions.csv, text.npy, image.npy, as float32 so that they
// give the weights that Dataset gives) and prints/NNNN.jpg.
func (s *Shop) Write(file func(name string, content []byte) error) error {
	files, err := data.WriteCatalog(s.Dataset(), false)
	if err != nil {
		return err
	}
	for _, f := range files {
		if err := file(f.Name, f.Data); err != nil {
			return fmt.Errorf("demo: %s: %w", f.Name, err)
		}
	}
	for i, it := range s.data.Catalog {
		b, err := s.JPEG(i)
		if err == nil {
			err = file(it.Image, b)
		}
		if err != nil {
			return fmt.Errorf("demo: %s: %w", it.Image, err)
		}
	}
	return nil
}

// JPEG is print i at the shipped size. A print of many edges is compressed more:
// most have less than 13 kB, the largest (op art in black and white) some 35.
func (s *Shop) JPEG(i int) ([]byte, error) {
	const plenty = 13_000
	img := s.Draw(i, Width, Height)
	var b bytes.Buffer
	for quality := 85; ; quality -= 11 {
		b.Reset()
		if err := jpeg.Encode(&b, img, &jpeg.Options{Quality: quality}); err != nil {
			return nil, err
		}
		if b.Len() <= plenty || quality <= 63 && b.Len() <= 3*plenty/2 || quality <= 52 {
			return b.Bytes(), nil
		}
	}
}
