package model

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
)

func fileSample(t *testing.T) (*data.Dataset, *File) {
	part := func(pairs ...data.Pair) *data.Interactions {
		x, err := data.FromPairs(3, 2, pairs)
		require.NoError(t, err)
		return x
	}
	d := &data.Dataset{Name: "small", UserIDs: []string{"a", "b", "c"}, ItemIDs: []string{"x", "y"},
		Train: part(data.Pair{User: 0, Item: 0}, data.Pair{User: 1, Item: 1}), Valid: part(), Test: part()}
	m, err := New(api.ModelConfig{Name: "bpr", Dim: 4}, d)
	require.NoError(t, err)
	p := dense.NewParams(m.Specs()...)
	m.Init(p, rng.New(1))
	return d, &File{Model: m.Config(), Train: api.TrainConfig{Seed: 1, Epochs: 2}, Data: d.SHA256(), Visitor: []string{"y"}, Params: p,
		Result: api.TrainResult{Model: "bpr", Epochs: 2, Seconds: 1.5, Test: api.Metrics{"recall@20": 0.5}, Curve: []api.Point{{Step: 1}}}}
}

func TestModelFilesComeBack(t *testing.T) {
	d, f := fileSample(t)
	b, err := f.Encode()
	require.NoError(t, err)
	h, err := DecodeHeader(b)
	require.NoError(t, err)
	assert.Equal(t, f.Model, h.Model)
	assert.Equal(t, f.Train, h.Train)
	assert.Equal(t, f.Visitor, h.Visitor)
	assert.Equal(t, f.Result.Test, h.Result.Test)
	m, p, err := h.Bind(d)
	require.NoError(t, err)
	assert.Equal(t, f.Model, m.Config())
	assert.Equal(t, f.Params.SHA256(), p.SHA256())

	// The clock leaves no trace, so equal training gives equal files.
	f.Result.Seconds, f.Result.Curve = 99, nil
	again, err := f.Encode()
	require.NoError(t, err)
	assert.Equal(t, b, again)
}

func TestModelFilesAreRefused(t *testing.T) {
	d, f := fileSample(t)
	b, err := f.Encode()
	require.NoError(t, err)
	encode := func(meta map[string]string) []byte {
		var w bytes.Buffer
		require.NoError(t, dense.EncodeSafetensors(&w, meta, f.Params.Tensors()))
		return w.Bytes()
	}
	for _, c := range []struct {
		name string
		b    []byte
		want string
	}{
		{"nothing", nil, "not a model file"},
		{"cut short", b[:len(b)-1], "not a model file"},
		{"somebody else's", encode(map[string]string{"format": "pt"}), "not one of Lethe's"},
		{"no metadata", encode(nil), "not one of Lethe's"},
		{"no model", encode(map[string]string{"format": fileFormat, "train": "{}", "result": "{}"}), "model"},
	} {
		_, err := DecodeHeader(c.b)
		assert.ErrorContains(t, err, c.want, c.name)
		var e *data.Error
		require.True(t, errors.As(err, &e), c.name)
		assert.NotEmpty(t, e.Remedy, c.name)
	}

	h, err := DecodeHeader(b)
	require.NoError(t, err)
	other := *d
	other.UserIDs = []string{"a", "b", "d"}
	_, _, err = h.Bind(&other)
	assert.ErrorContains(t, err, "other data")
	h.Model.Dim = 8
	_, _, err = h.Bind(d)
	assert.ErrorContains(t, err, "do not fit")
	h.Model.Name = "oracle"
	_, _, err = h.Bind(d)
	assert.ErrorContains(t, err, "oracle")
}
