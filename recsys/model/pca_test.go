package model

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/graph"
	"lethe/recsys/rng"
)

// spectrum is a table whose variances along hidden directions fall slowly, off centre.
func spectrum(items, width int) dense.Matrix {
	axes, amount := randomMatrix(width, width, 7), randomMatrix(items, width, 8)
	x := dense.New(items, width)
	for i := range items {
		for a := range width {
			scale := amount.Row(i)[a] / float32(1+a)
			for c := range width {
				x.Row(i)[c] += scale*axes.Row(a)[c] + 0.1
			}
		}
	}
	return x
}

// variances are the sum of squares of a centred table along its principal axes, largest
// first, by gonum's singular values.
func variances(t *testing.T, x dense.Matrix) []float64 {
	t.Helper()
	m := mat.NewDense(x.Rows, x.Cols, nil)
	for c := range x.Cols {
		mean := 0.0
		for i := range x.Rows {
			mean += float64(x.Row(i)[c]) / float64(x.Rows)
		}
		for i := range x.Rows {
			m.Set(i, c, float64(x.Row(i)[c])-mean)
		}
	}
	var svd mat.SVD
	require.True(t, svd.Factorize(m, mat.SVDNone))
	v := svd.Values(nil)
	for k := range v {
		v[k] *= v[k]
	}
	return v
}

func squares(x dense.Matrix) (sum float64) {
	for _, v := range x.Data {
		sum += float64(v) * float64(v)
	}
	return sum
}

func randomMatrix(rows, cols int, seed uint64) dense.Matrix {
	s := rng.New(seed).Stream()
	m := dense.New(rows, cols)
	for k := range m.Data {
		m.Data[k] = float32(s.Normal())
	}
	return m
}

func TestPrincipalDirectionsKeepTheLargestVariances(t *testing.T) {
	const items, width = 90, 20
	x := spectrum(items, width)
	best := variances(t, x)
	for _, k := range []int{1, 3, 8, 19} {
		p := Principal(data.Modality{Rows: x}, k)
		require.Equal(t, []int{items, k}, []int{p.Rows, p.Cols})
		want := 0.0
		for _, v := range best[:k] {
			want += v
		}
		assert.InEpsilon(t, want, squares(p), 0.01, "%d directions", k)
	}
	assert.Equal(t, x.Data, Principal(data.Modality{Rows: x}, width).Data, "nothing to leave out")
}

func TestPrincipalDirectionsOfALowRankTableKeepEveryDistance(t *testing.T) {
	left, right := randomMatrix(40, 3, 1), randomMatrix(3, 12, 2)
	x := dense.New(40, 12)
	for i := range x.Rows {
		for a := range 3 {
			for c := range x.Cols {
				x.Row(i)[c] += left.Row(i)[a] * right.Row(a)[c]
			}
		}
	}
	distance := func(m dense.Matrix, a, b int) (d float64) {
		for c := range m.Cols {
			y := float64(m.Row(a)[c] - m.Row(b)[c])
			d += y * y
		}
		return d
	}
	p := Principal(data.Modality{Rows: x}, 5)
	for i := 1; i < 40; i++ {
		assert.InDelta(t, distance(x, 0, i), distance(p, 0, i), 1e-4)
	}
}

// Items that lack the modality count for nothing and stay zero; forgetting an item hardly
// moves the others.
func TestPrincipalDirectionsFollowTheItemsThatAreThere(t *testing.T) {
	x := spectrum(90, 20)
	whole := Principal(data.Modality{Rows: x}, 6)
	has := make([]bool, 90)
	for i := range has {
		has[i] = i != 17
	}
	for c := range x.Row(17) {
		x.Row(17)[c] = 1e6 // what an item that is not there says
	}
	part := Principal(data.Modality{Rows: x, Has: has}, 6)
	assert.Equal(t, make([]float32, 6), part.Row(17))
	var moved, size float64
	for i := range 90 {
		if i != 17 {
			for c, v := range whole.Row(i) {
				d := float64(v - part.Row(i)[c])
				moved, size = moved+d*d, size+float64(v)*float64(v)
			}
		}
	}
	assert.Less(t, moved/size, 0.01)
	assert.Greater(t, moved, 0.0)
}

func TestFeaturesAreReadOrRefused(t *testing.T) {
	for s, want := range map[string]int{"": 0, "raw": 0, "pca:64": 64} {
		got, err := principal(s)
		require.NoError(t, err)
		assert.Equal(t, want, got, s)
	}
	for _, s := range []string{"pca", "pca:", "pca:0", "pca:-3", "pca:2000", "pca:x", "Raw", "pca:64 "} {
		_, err := principal(s)
		assert.ErrorContains(t, err, "pca:K", s)
	}
}

// Two features tell two halves of the items apart; the lists that come with them pair items
// across.
func TestItemGraphsComeFromListsOrFromFeatures(t *testing.T) {
	rows := dense.New(6, 2)
	lists := &data.Neighbors{K: 2}
	for i := range 6 {
		rows.Row(i)[i%2], rows.Row(i)[1-i%2] = 1, 0.1*float32(i)
		lists.ItemID, lists.Cos = append(lists.ItemID, int32(i), int32(i^1)), append(lists.Cos, 1, 0.5)
	}
	d := &data.Dataset{Modalities: []data.Modality{{Name: "image", Rows: rows, Neighbors: lists}}}
	for source, want := range map[string]int32{"": 1, "features": 2} {
		g := graph.ItemGraph(tables(d, api.ModelConfig{ItemGraph: source})[0], 2, true)
		assert.Contains(t, g.Col[g.Ptr[0]:g.Ptr[1]], want, source)
	}
	assert.NotNil(t, d.Modalities[0].Neighbors, "the data set is as it was")
	assert.ErrorContains(t, checkContent(api.ModelConfig{ItemGraph: "lists"}), "features")
}

func BenchmarkPrincipal(b *testing.B) {
	s := rng.New(1).Stream()
	x := dense.New(7050, 128) // the items of Baby
	for k := range x.Data {
		x.Data[k] = float32(s.Normal())
	}
	for b.Loop() {
		Principal(data.Modality{Rows: x}, 64)
	}
}
