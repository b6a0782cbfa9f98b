package features

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"image"
	"image/color"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

func TestTokens(t *testing.T) {
	for _, c := range []struct {
		doc  string
		want []string
	}{
		{"The Fern and the Moon", []string{"fern", "moon"}},
		{"Élan, ÜBER-groß: 12 x", []string{"élan", "über", "groß", "12"}},
		{"don’t (stop)", []string{"dont", "stop"}},
		{"山の月 fern", []string{"山", "月", "fern"}}, // single kana are dropped like single letters
		{"", nil},
	} {
		assert.Equal(t, c.want, tokens(c.doc), c.doc)
	}
}

func TestTFIDFOfThreeDocuments(t *testing.T) {
	terms, m := tfidf([]string{"fern fern moon", "moon tide", "moon"}, 1)
	assert.Equal(t, []string{"fern", "moon", "tide"}, terms)
	assert.Equal(t, []int{0, 2, 4, 5}, m.ptr)
	assert.Equal(t, []int{0, 1, 1, 2, 1}, m.col)
	// By hand: idf(fern) = idf(tide) = 1 + ln(4/2) = 1.693147, idf(moon) = 1 + ln(4/4) = 1.
	// Row 0 is (1 + ln 2)·1.693147 = 2.866747 and 1, of length 3.036149;
	// row 1 is 1 and 1.693147, of length 1.966400.
	want := []float64{.944205, .329365, .508543, .861039, 1}
	for k, w := range want {
		assert.InDelta(t, w, m.val[k], 2e-6, "entry %d", k)
	}
}

func TestRareTermsAreDropped(t *testing.T) {
	terms, m := tfidf([]string{"fern moon", "fern", "tide"}, 2)
	assert.Equal(t, []string{"fern"}, terms)
	assert.Equal(t, []int{0, 1, 2, 2}, m.ptr)
}

// noise is a rows×cols matrix of rank at most r with some noise on top.
func noise(rows, cols, r int, level float64) dense.Matrix {
	s := rng.New(7).Named("test").Stream()
	m := dense.New(rows, cols)
	for k := range r {
		left, right := make([]float64, rows), make([]float64, cols)
		for i := range left {
			left[i] = s.Normal()
		}
		for j := range right {
			right[j] = s.Normal() / float64(1+k)
		}
		for i := range rows {
			for j := range cols {
				m.Data[i*cols+j] += float32(left[i] * right[j])
			}
		}
	}
	for i := range m.Data {
		m.Data[i] += float32(level * s.Normal())
	}
	return m
}

func TestSVDAgainstGonum(t *testing.T) {
	for _, c := range []struct{ rows, cols, rank, dim int }{
		{12, 9, 9, 9},      // exact: fewer columns than the range finder takes
		{200, 120, 20, 10}, // randomised
		{60, 300, 20, 10},
		{40, 30, 3, 8}, // dim beyond the rank
	} {
		level := .05
		if c.dim > c.rank {
			level = 0
		}
		m := noise(c.rows, c.cols, c.rank, level)
		a := newCentred(m)
		u, sigma, v := svd(a, c.dim)
		var want mat.SVD
		require.True(t, want.Factorize(mat.NewDense(c.rows, c.cols, a.data), mat.SVDThin))
		values := want.Values(nil)
		var wantV mat.Dense
		want.VTo(&wantV)
		if c.dim > c.rank {
			require.Len(t, sigma, c.rank)
		} else {
			require.Len(t, sigma, min(c.dim, c.cols))
		}
		for k := range sigma {
			if sigma[k] < 1e-4*sigma[0] {
				continue // centring takes one dimension of a square matrix
			}
			assert.InEpsilon(t, values[k], sigma[k], 1e-6, "%v: value %d", c, k)
			d := 0.0
			for j := range v[k] {
				d += v[k][j] * wantV.At(j, k)
			}
			assert.InDelta(t, 1, math.Abs(d), 1e-6, "%v: vector %d", c, k)
			assert.InDelta(t, 1, dot(u[k], u[k]), 1e-9)
			assert.Equal(t, 1.0, signOf(v[k]))
		}
	}
}

func TestEigenAgainstGonum(t *testing.T) {
	const n = 20
	a := vectors(n, n)
	m := noise(n, n, n, 1)
	for i := range n {
		for j := range n {
			a[i][j] = float64(m.Data[i*n+j]) + float64(m.Data[j*n+i])
		}
	}
	sym := mat.NewSymDense(n, nil)
	for i := range n {
		for j := range i + 1 {
			sym.SetSym(i, j, a[i][j])
		}
	}
	var want mat.EigenSym
	require.True(t, want.Factorize(sym, true))
	values, w := eigen(a)
	ascending := want.Values(nil)
	for k := range n {
		assert.InDelta(t, ascending[n-1-k], values[k], 1e-10)
		for l := range k {
			assert.InDelta(t, 0, dot(w[k], w[l]), 1e-12)
		}
	}
}

func TestPCAOfKnownCovariance(t *testing.T) {
	// Points (x, 2x + y) with x of variance 9 and y of variance 1, by
	// construction uncorrelated: the covariance is [[9, 18], [18, 37]], whose
	// eigenvalues are 23 ± √(23² - 9·37 + 18²) = 23 ± √520.
	m := dense.New(4, 2)
	for i, p := range [][2]float32{{3, 1}, {3, -1}, {-3, 1}, {-3, -1}} {
		copy(m.Row(i), []float32{p[0] + 5, 2*p[0] + p[1] - 7})
	}
	p := PCA(m, 3)
	var sum, square [3]float64
	for i := range 4 {
		for k, x := range p.Row(i) {
			sum[k] += float64(x)
			square[k] += float64(x) * float64(x) / 4
		}
	}
	assert.InDelta(t, 23+math.Sqrt(520), square[0], 1e-5)
	assert.InDelta(t, 23-math.Sqrt(520), square[1], 1e-5)
	assert.Zero(t, square[2])
	assert.InDeltaSlice(t, []float64{0, 0, 0}, sum[:], 1e-5)
	assert.Positive(t, p.Row(0)[0], "the largest loading, of the second column, is positive")
}

func TestTextGroupsDocuments(t *testing.T) {
	m := Text([]string{"fern leaf forest", "forest leaf", "moon tide sea", "sea moon", "?"}, 2)
	cos := func(i, j int) float64 {
		var s float64
		for k := range m.Cols {
			s += float64(m.Row(i)[k]) * float64(m.Row(j)[k])
		}
		return s
	}
	assert.InDelta(t, 1, cos(0, 0), 1e-6)
	assert.Greater(t, cos(0, 1), .99)
	assert.Greater(t, cos(2, 3), .99)
	assert.InDelta(t, 0, cos(0, 2), .01)
	assert.Equal(t, []float32{0, 0}, m.Row(4))
}

// painted is a w×h picture of a function of x and y in [0, 1).
func painted(w, h int, f func(x, y float64) color.RGBA) image.Image {
	m := image.NewRGBA(image.Rect(0, 0, w, h))
	for y := range h {
		for x := range w {
			m.SetRGBA(x, y, f((float64(x)+.5)/float64(w), (float64(y)+.5)/float64(h)))
		}
	}
	return m
}

var (
	teal  = color.RGBA{15, 118, 110, 255}
	cream = color.RGBA{250, 240, 220, 255}
	rust  = color.RGBA{180, 70, 30, 255}
)

func stripes(a, b color.RGBA, n float64, upright bool) func(x, y float64) color.RGBA {
	return func(x, y float64) color.RGBA {
		if !upright {
			x = y
		}
		if int(x*n)%2 == 0 {
			return a
		}
		return b
	}
}

func distance(a, b []float32) float64 {
	var s float64
	for i := range a {
		s += float64(a[i]-b[i]) * float64(a[i]-b[i])
	}
	return math.Sqrt(s)
}

func TestImageTellsPalettesAndPatternsApart(t *testing.T) {
	of := func(w, h int, f func(x, y float64) color.RGBA) []float32 { return Image(painted(w, h, f)) }
	base := of(320, 400, stripes(teal, cream, 8, true))
	assert.Len(t, base, 325)
	small := distance(base, of(160, 200, stripes(teal, cream, 8, true)))
	assert.Less(t, small, .1, "the same picture as a thumbnail")
	assert.Less(t, distance(base, of(1280, 1600, stripes(teal, cream, 8, true))), .1)
	for name, other := range map[string][]float32{
		"other colour":    of(320, 400, stripes(rust, cream, 8, true)),
		"other direction": of(320, 400, stripes(teal, cream, 8, false)),
		"other width":     of(320, 400, stripes(teal, cream, 4, true)),
		"plain":           of(320, 400, func(x, y float64) color.RGBA { return cream }),
		"colours swapped top to bottom": of(320, 400, func(x, y float64) color.RGBA {
			if y < .5 {
				return teal
			}
			return cream
		}),
	} {
		assert.Greater(t, distance(base, other), .5, name)
	}
}

func TestImageOfAwkwardShapes(t *testing.T) {
	for _, size := range [][2]int{{1, 1}, {3, 400}, {2000, 2}, {7, 5}} {
		row := Image(painted(size[0], size[1], stripes(teal, cream, 2, true)))
		for _, x := range row {
			require.False(t, math.IsNaN(float64(x)), "%v", size)
		}
	}
	// Transparent pixels are white, whatever colour they hide.
	clear := image.NewNRGBA(image.Rect(0, 0, 50, 50))
	white := painted(50, 50, func(x, y float64) color.RGBA { return color.RGBA{255, 255, 255, 255} })
	assert.Equal(t, Image(white), Image(clear))
	// A part of a larger picture counts from its own corner.
	whole := painted(60, 60, stripes(teal, cream, 4, true)).(*image.RGBA)
	part := image.NewRGBA(image.Rect(0, 0, 40, 40))
	for y := range 40 {
		for x := range 40 {
			part.SetRGBA(x, y, whole.RGBAAt(x+20, y+10))
		}
	}
	assert.Equal(t, Image(part), Image(whole.SubImage(image.Rect(20, 10, 60, 50))))
}

func TestOKLab(t *testing.T) {
	// Reference values of the colour space's author for linear sRGB white and
	// the CSS Color 4 sample for red: L .62796, a .22486, b .12585.
	l, a, b := oklab(1, 1, 1)
	assert.InDeltaSlice(t, []float32{1, 0, 0}, []float32{l, a, b}, 1e-4)
	l, a, b = oklab(1, 0, 0)
	assert.InDeltaSlice(t, []float32{.62796, .22486, .12585}, []float32{l, a, b}, 1e-4)
	for i, v := range linear {
		c := float64(i) / 255
		want := c / 12.92
		if c > .04045 {
			want = math.Pow((c+.055)/1.055, 2.4)
		}
		assert.InDelta(t, want, v, 1e-7)
	}
}

// The hash holds for every processor and for scalar and vector builds: it is
// recorded on amd64 and must be met by js/wasm and arm64.
func TestSameBitsEverywhere(t *testing.T) {
	h := sha256.New()
	add := func(x []float32) {
		for _, v := range x {
			require.NoError(t, binary.Write(h, binary.LittleEndian, math.Float32bits(v)))
		}
	}
	add(Text([]string{"fern leaf forest", "forest leaf path", "moon tide sea", "sea moon fern"}, 3).Data)
	add(Image(painted(160, 200, stripes(rust, teal, 7, true))))
	add(PCA(noise(90, 70, 12, .1), 8).Data)
	assert.Equal(t, "33044773c5ccf1843422216b15c0f09a2f1bf3e494a7e416d67ce8633e8223a8", hex.EncodeToString(h.Sum(nil)))
}

func TestFromCatalog(t *testing.T) {
	pictures := map[string]image.Image{
		"a": painted(64, 80, stripes(teal, cream, 4, true)),
		"b": painted(64, 80, stripes(rust, cream, 4, false)),
		"c": painted(64, 80, stripes(teal, rust, 6, false)),
	}
	open := func(path string) (image.Image, error) {
		if m, ok := pictures[path]; ok {
			return m, nil
		}
		return nil, errors.New("no such file")
	}
	ds := &data.Dataset{
		ItemIDs: []string{"1", "2", "3", "4"},
		Catalog: []data.Item{
			{Title: "Fern", Category: []string{"Botanical"}, Creator: "Ada", Image: "a"},
			{Title: "Fern leaf", Image: "b"},
			{Image: "c"},
			{Title: "Moon leaf"},
		},
		Modalities: []data.Modality{{Name: "audio"}, {Name: "text"}},
	}
	require.NoError(t, FromCatalog(ds, open, Options{TextDim: 3, ImageDim: 5}))
	require.Len(t, ds.Modalities, 3)
	assert.Equal(t, "audio", ds.Modalities[0].Name)
	text, img := ds.Modality("text"), ds.Modality("image")
	assert.Equal(t, []bool{true, true, false, true}, text.Has)
	assert.Equal(t, []bool{true, true, true, false}, img.Has)
	assert.Equal(t, 5, img.Rows.Cols)
	for i := range 3 {
		assert.InDelta(t, 1, distance(img.Rows.Row(i), make([]float32, 5)), 1e-6)
	}

	ds.Catalog[3].Image = "d"
	err := FromCatalog(ds, open, Options{})
	assert.ErrorContains(t, err, `item 3 ("Moon leaf"), picture "d": no such file`)
	assert.ErrorContains(t, FromCatalog(&data.Dataset{}, open, Options{}), "no catalogue")

	bare := &data.Dataset{ItemIDs: []string{"1"}, Catalog: []data.Item{{Title: "Fern"}}}
	require.NoError(t, FromCatalog(bare, open, Options{}))
	require.Len(t, bare.Modalities, 1)
	assert.Nil(t, bare.Modalities[0].Has)
}

func BenchmarkImage(b *testing.B) {
	img := painted(320, 400, stripes(teal, cream, 8, true))
	for b.Loop() {
		Image(img)
	}
}

func BenchmarkPCA(b *testing.B) {
	m := noise(1000, 325, 60, .1)
	for b.Loop() {
		PCA(m, 64)
	}
}
