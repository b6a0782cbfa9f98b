//go:build !js

package main

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/rng"
	"lethe/recsys/session"
)

// The shop of the examples: a thousand things that nobody sells, their pictures, what three hundred shoppers who never were had bought,
// and the features and the model that an owner would ship with them.
const (
	shopItems, shoppers = 1000, 300
	shopSeed            = 7
)

var (
	things    = []string{"mug", "lamp", "chair", "rug", "vase", "clock", "shelf", "cushion", "bowl", "mirror"}
	materials = []string{"oak", "steel", "linen", "glass", "clay"}
	colours   = []struct {
		name string
		rgb  color.RGBA
	}{{"red", color.RGBA{190, 50, 45, 255}}, {"blue", color.RGBA{45, 90, 170, 255}}, {"green", color.RGBA{50, 130, 80, 255}}, {"ochre", color.RGBA{200, 150, 50, 255}}}
	styles = []string{"plain", "striped", "dotted", "checked", "waved"}
	makers = []string{"Atelier Nord", "Haus am See", "Officina", "Taller Sur", "Werkhof"}
)

type product struct {
	ID          string   `json:"id"`
	Title       string   `json:"title"`
	Description string   `json:"description"`
	Creator     string   `json:"creator"`
	Category    []string `json:"category"`
	Image       string   `json:"image"`
	URL         string   `json:"url"`
	Price       string   `json:"price"`
}

// writeShop writes the shop's files into a folder; what is there already from the same program stays.
func writeShop(dir string) error {
	if err := os.MkdirAll(filepath.Join(dir, "pictures"), 0o755); err != nil {
		return err
	}
	products := make([]product, shopItems) // every combination once: 10 · 5 · 4 · 5
	for n := range products {
		thing, material, colour, style := things[n%10], materials[n/10%5], colours[n/50%4], styles[n/200]
		products[n] = product{ID: fmt.Sprintf("sku-%04d", n), Title: fmt.Sprintf("%s %s %s", colour.name, style, thing),
			Description: fmt.Sprintf("A %s %s of %s, %s.", style, thing, material, colour.name), Creator: makers[(n*7+n/50)%5],
			Category: []string{material, thing}, Image: fmt.Sprintf("pictures/%04d.png", n), URL: fmt.Sprintf("#sku-%04d", n), Price: fmt.Sprintf("%d.90", 9+n*37%90)}
		if err := writeFile(filepath.Join(dir, products[n].Image), swatch(n, colour.rgb)); err != nil {
			return err
		}
	}
	catalog, err := json.Marshal(products)
	if err != nil {
		return err
	}
	catalog = bytes.ReplaceAll(catalog, []byte("},{"), []byte("},\n{"))
	if err := errJoin(writeFile(filepath.Join(dir, "catalog.json"), catalog), writeFile(filepath.Join(dir, "interactions.csv"), bought())); err != nil {
		return err
	}
	return writeModel(dir)
}

func errJoin(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}

func writeFile(name string, b []byte) error {
	if old, err := os.ReadFile(name); err == nil && bytes.Equal(old, b) {
		return nil
	}
	return os.WriteFile(name, b, 0o644)
}

// bought is what each shopper bought: things of a colour and a material that they like, and a few others.
func bought() []byte {
	var b strings.Builder
	b.WriteString("user,item\n")
	src := rng.New(shopSeed).Named("shoppers")
	for u := range shoppers {
		r := src.Key(uint64(u)).Stream()
		colour, material := r.IntN(4), r.IntN(5)
		seen := map[int]bool{}
		for len(seen) < 30 {
			n := r.IntN(shopItems)
			if likes := n/50%4 == colour || n/10%5 == material; seen[n] || !likes && r.IntN(8) > 0 {
				continue
			}
			seen[n] = true
			fmt.Fprintf(&b, "shopper-%d,sku-%04d\n", u, n)
		}
	}
	return []byte(b.String())
}

// swatch is a picture of colour and style.
func swatch(n int, c color.RGBA) []byte {
	const size = 48
	m := image.NewPaletted(image.Rect(0, 0, size, size), color.Palette{color.RGBA{250, 248, 244, 255}, c})
	for y := range size {
		for x := range size {
			on := true
			switch n / 200 {
			case 1:
				on = (x+n%10)/6%2 == 0
			case 2:
				dx, dy := x%12-6, y%12-6
				on = dx*dx+dy*dy < 12+n%10
			case 3:
				on = (x/8+y/8)%2 == 0
			case 4:
				on = (y+(x%24-12)*(x%24-12)/16)/6%2 == 0
			}
			if on {
				m.SetColorIndex(x, y, 1)
			}
		}
	}
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		panic("sdk: a picture does not encode")
	}
	return b.Bytes()
}

// writeModel writes features and a trained model, as lethe features and lethe train would.
func writeModel(dir string) error {
	s := session.New(session.Options{Visitor: true, Now: time.Now, Backend: func(string) (backend.Backend, error) { return simd.New(), nil }})
	fsys, err := fs.Sub(os.DirFS(dir), ".")
	if err != nil {
		return err
	}
	for _, old := range []string{"image.npy", "text.npy", session.ModelFile} {
		if err := os.RemoveAll(filepath.Join(dir, old)); err != nil {
			return err
		}
	}
	if _, err := s.Open(api.Open{Name: "shop"}, fsys, data.Options{}, nil); err != nil {
		return err
	}
	features, err := data.WriteFeatures(s.Data(), true)
	if err != nil {
		return err
	}
	for _, x := range features {
		if err := os.WriteFile(filepath.Join(dir, x.Name), x.Data, 0o644); err != nil {
			return err
		}
	}
	if _, err := s.Open(api.Open{Name: "shop"}, fsys, data.Options{}, nil); err != nil { // with the features as they were rounded
		return err
	}
	if _, err := s.Train(api.Train{Model: api.ModelConfig{Name: "vbpr", Dim: 32}, Train: api.TrainConfig{Seed: 1, Epochs: 60, Rate: 0.01}}, nil); err != nil {
		return err
	}
	b, err := s.Export(api.Export{Slot: api.Before})
	if err != nil {
		return err
	}
	return os.WriteFile(filepath.Join(dir, session.ModelFile), b, 0o644)
}
