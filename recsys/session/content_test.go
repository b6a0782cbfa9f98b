package session

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// gallery is a catalogue without features: words and, for all but the last of its
// prints, a picture.
func gallery(t *testing.T) fstest.MapFS {
	var catalog, inter bytes.Buffer
	fsys := fstest.MapFS{}
	catalog.WriteString("id,title,image\n")
	inter.WriteString("user,item\n")
	for i := range 6 {
		fmt.Fprintf(&catalog, "p%d,%s number %d,prints/%d.png\n", i, []string{"Blue river", "Red desert"}[i%2], i, i)
		for u := range 4 {
			fmt.Fprintf(&inter, "u%d,p%d\n", u, i)
		}
		if i == 5 {
			continue
		}
		m := image.NewRGBA(image.Rect(0, 0, 24, 24))
		for x := range 24 {
			for y := range 24 {
				m.Set(x, y, color.RGBA{uint8(200 * (i % 2)), uint8(10 * x), uint8(200 - 30*i), 255})
			}
		}
		var b bytes.Buffer
		require.NoError(t, png.Encode(&b, m))
		fsys[fmt.Sprintf("shop/prints/%d.png", i)] = &fstest.MapFile{Data: b.Bytes()}
	}
	fsys["shop/catalog.csv"] = &fstest.MapFile{Data: catalog.Bytes()}
	fsys["shop/interactions.csv"] = &fstest.MapFile{Data: inter.Bytes()}
	return fsys
}

func TestACatalogueWithoutFeaturesGetsThem(t *testing.T) {
	s := newLine(t, 0).session()
	o, err := s.Open(api.Open{}, gallery(t), data.Options{}, nil)
	require.NoError(t, err)
	require.Len(t, o.Modalities, 2)
	assert.Equal(t, "image", o.Modalities[0].Name)
	assert.Equal(t, "text", o.Modalities[1].Name)
	assert.Equal(t, []bool{true, true, true, true, true, false}, s.Data().Modality("image").Has)
	assert.Nil(t, s.Data().Modality("text").Has)
	require.Len(t, o.Warnings, 1)
	assert.Contains(t, o.Warnings[0], "1 of 6 pictures")
	assert.Equal(t, "prints/5.png", o.Catalog[5].Image, "the catalogue itself stays as it was")
}

func TestABadPictureIsNamed(t *testing.T) {
	fsys := gallery(t)
	fsys["shop/prints/2.png"] = &fstest.MapFile{Data: []byte("not a picture")}
	_, err := newLine(t, 0).session().Open(api.Open{}, fsys, data.Options{}, nil)
	assert.ErrorContains(t, err, "prints/2.png")
	assert.Equal(t, api.CodeBadInput, code(t, err))
}

func TestOpeningPicturesCanBeStopped(t *testing.T) {
	stop := errors.New("stop")
	s := newLine(t, 0).session()
	_, err := s.Open(api.Open{}, gallery(t), data.Options{}, func(p api.Progress) error {
		if p.Total == 5 && p.Done >= 2 {
			return stop
		}
		return nil
	})
	assert.ErrorIs(t, err, stop)
	assert.Nil(t, s.Data())
}
