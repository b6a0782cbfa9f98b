package data

import (
	"bytes"
	"testing"

	"github.com/sbinet/npyio/npy"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"gonum.org/v1/gonum/mat"
)

func TestNpyDict(t *testing.T) {
	for s, want := range map[string]*array{
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }    \n":             {dtype: "<f4", shape: []int{3, 2}},
		"{'descr': '|b1', 'fortran_order': True, 'shape': (3,), }\n":                    {dtype: "|b1", fortran: true, shape: []int{3}},
		"{'descr': '<f8', 'fortran_order': False, 'shape': (), }\n":                     {dtype: "<f8"},
		"{'descr': '', 'fortran_order': False, 'shape': (1, 2, 0), }\n":                 {shape: []int{1, 2, 0}},
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }":                   nil, // no end
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), }\n\n":               nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2), } x\n":               nil,
		"{'descr': '<f4', 'fortran_order': None, 'shape': (3, 2), }\n":                  nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3), }\n":                    nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3, 2,), }\n":                nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (3,2), }\n":                  nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (-3, 2), }\n":                nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (+3, 2), }\n":                nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (,), }\n":                    nil,
		"{'descr': '<f4', 'fortran_order': False, 'shape': (9223372036854775808,), }\n": nil,
		"{'descr': 'a', 'b', 'fortran_order': False, 'shape': (3,), }\n":                nil,
		" {'descr': '<f4', 'fortran_order': False, 'shape': (3,), }\n":                  nil,
	} {
		got, ok := npyDict(s)
		if assert.Equal(t, want != nil, ok, s) && ok {
			assert.Equal(t, *want, got, s)
		}
	}
}

func TestReadsWhatNpyioWrites(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, npy.Write(&b, mat.NewDense(2, 3, []float64{1, 2, 3, 4, 5, 6})))
	a, err := parseNpy("x.npy", b.Bytes())
	require.NoError(t, err)
	m, err := a.matrix()
	require.NoError(t, err)
	assert.Equal(t, 2, m.Rows)
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, m.Data)

	b.Reset()
	require.NoError(t, npy.Write(&b, []bool{true, false, true}))
	a, err = parseNpy("x.npy", b.Bytes())
	require.NoError(t, err)
	has, err := a.mask()
	require.NoError(t, err)
	assert.Equal(t, []bool{true, false, true}, has)
}

func TestNpyioReadsWhatIsWritten(t *testing.T) {
	r, err := npy.NewReader(bytes.NewReader([]byte(featuresOf(2, 3))))
	require.NoError(t, err)
	assert.Equal(t, "<f4", r.Header.Descr.Type)
	assert.Equal(t, []int{2, 3}, r.Header.Descr.Shape)
	var x []float32
	require.NoError(t, r.Read(&x))
	assert.Equal(t, []float32{1, 2, 3, 4, 5, 6}, x)
}
