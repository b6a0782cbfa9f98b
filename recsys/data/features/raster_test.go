package features

import (
	"image"
	"image/color"
	"image/color/palette"
	"image/draw"
	"testing"

	"lethe/recsys/rng"

	"github.com/stretchr/testify/assert"
)

// opaque hides that a picture is an image.RGBA64Image.
type opaque struct{ image.Image }

func TestOnWhiteIsWhatDrawDoes(t *testing.T) {
	r := image.Rect(-3, 5, 40, 37)
	s := rng.New(1).Stream()
	noise := func(pix ...[]byte) {
		for _, p := range pix {
			for k := range p {
				p[k] = byte(s.IntN(256))
			}
		}
	}
	nrgba, nrgba64 := image.NewNRGBA(r), image.NewNRGBA64(r)
	gray, gray16, cmyk := image.NewGray(r), image.NewGray16(r), image.NewCMYK(r)
	noise(nrgba.Pix, nrgba64.Pix, gray.Pix, gray16.Pix, cmyk.Pix)
	paletted := image.NewPaletted(r, append(palette.Plan9[:200:200], color.NRGBA{R: 200, A: 99}, color.Transparent))
	for k := range paletted.Pix {
		paletted.Pix[k] = byte(s.IntN(202))
	}
	rgba, rgba64 := image.NewRGBA(r), image.NewRGBA64(r)
	draw.Draw(rgba, r, nrgba, r.Min, draw.Src)
	draw.Draw(rgba64, r, nrgba64, r.Min, draw.Src)
	pictures := []image.Image{nrgba, nrgba64, gray, gray16, cmyk, paletted, rgba, rgba64, opaque{nrgba}, opaque{paletted}, rgba.SubImage(image.Rect(0, 6, 7, 20))}
	for _, ratio := range []image.YCbCrSubsampleRatio{image.YCbCrSubsampleRatio444, image.YCbCrSubsampleRatio422, image.YCbCrSubsampleRatio420,
		image.YCbCrSubsampleRatio440, image.YCbCrSubsampleRatio411, image.YCbCrSubsampleRatio410} {
		m := image.NewYCbCr(r, ratio)
		noise(m.Y, m.Cb, m.Cr)
		pictures = append(pictures, m)
	}
	for _, m := range pictures {
		b := m.Bounds()
		want := image.NewRGBA(image.Rect(0, 0, b.Dx(), b.Dy()))
		draw.Draw(want, want.Rect, image.White, image.Point{}, draw.Src)
		draw.Draw(want, want.Rect, m, b.Min, draw.Over)
		assert.Equal(t, want.Pix, onWhite(m).Pix, "%T", m)
	}
}
