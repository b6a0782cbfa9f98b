package erase

import (
	"fmt"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/backend/reference"
	"lethe/recsys/backend/simd"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/erase/store"
	_ "lethe/recsys/sign/standard" // Ed25519
)

// small is a data set with everything that one can have.
func small(t testing.TB) *data.Dataset {
	d := &data.Dataset{Name: "small", UserIDs: []string{"ada", "bob", "<script>alert(1)</script>"}, ItemIDs: []string{"=1+2", "__proto__", "c", "d"}}
	part := func(p ...data.Pair) *data.Interactions {
		x, err := data.FromPairs(3, 4, p)
		require.NoError(t, err)
		return x
	}
	d.Train, d.Valid, d.Test = part(data.Pair{User: 0, Item: 0}, data.Pair{User: 0, Item: 2}, data.Pair{User: 1, Item: 1}), part(data.Pair{User: 1, Item: 2}), part()
	d.Events = []data.Event{{Pair: data.Pair{User: 0, Item: 0}, At: 1e9}, {Pair: data.Pair{User: 1, Item: 1}, At: 2e9, Until: 3e9}}
	d.Catalog = []data.Item{{Title: "<img src=x onerror=alert(1)>", Category: []string{"a", "b"}}, {}, {Creator: "ada"}, {}}
	m := data.Modality{Name: "image", Rows: dense.New(4, 2), Has: []bool{true, false, true, true}}
	m.Rows.Data[3] = 1.5
	m.Neighbors = &data.Neighbors{K: 1, ItemID: []int32{1, 0, -1, 2}, Cos: []float32{.5, .5, 0, .25}}
	d.Modalities = []data.Modality{m, {Name: "text", Rows: dense.New(4, 0)}}
	return d
}

func TestDatasetSurvives(t *testing.T) {
	for _, f := range []*data.ForgetSet{nil, {Kind: data.ForgetUsers, Users: []int32{0}}, {Kind: data.ForgetItems, Items: []int32{2}}} {
		d := small(t)
		if f != nil {
			d = data.Retain(d, f) // with emptied identifiers, which no layout for exchange holds
		}
		b, err := EncodeDataset(d)
		require.NoError(t, err)
		got, err := DecodeDataset(b)
		require.NoError(t, err)
		assert.Equal(t, d.SHA256(), got.SHA256())
		assert.Equal(t, d.Catalog, got.Catalog)
		assert.Equal(t, d.Events, got.Events)
		assert.Equal(t, d.Name, got.Name)
	}
}

func FuzzDecodeDataset(f *testing.F) {
	b, err := EncodeDataset(small(f))
	require.NoError(f, err)
	f.Add(b)
	f.Fuzz(func(t *testing.T, b []byte) {
		d, err := DecodeDataset(b)
		if err != nil {
			return
		}
		again, err := EncodeDataset(d) // whatever was accepted is whole
		require.NoError(t, err)
		e, err := DecodeDataset(again)
		require.NoError(t, err)
		require.Equal(t, d.SHA256(), e.SHA256())
	})
}

func FuzzDecodeState(f *testing.F) {
	s := &State{Data: small(f), Model: []byte("model")}
	s.Likes = []string{"c"}
	parts, err := s.Encode()
	require.NoError(f, err)
	f.Add(parts[0].Data, parts[1].Data)
	f.Fuzz(func(t *testing.T, meta, d []byte) {
		if s, err := Decode([]store.Part{{Name: "meta", Data: meta}, {Name: "data", Data: d}}); err == nil {
			_, err := s.Encode()
			require.NoError(t, err)
		}
	})
}

func TestTombstonesRefuseTheReturn(t *testing.T) {
	d := small(t)
	cases := []struct {
		f    *data.ForgetSet
		gone int
	}{
		{&data.ForgetSet{Kind: data.ForgetUsers, Users: []int32{0}}, 1},
		{&data.ForgetSet{Kind: data.ForgetItems, Items: []int32{1, 2}}, 2},
		{&data.ForgetSet{Kind: data.ForgetPairs, Pairs: []data.Pair{{User: 0, Item: 2}, {User: 1, Item: 2}}}, 2}, // the second is held out
		{&data.ForgetSet{Kind: data.ForgetModality, Modality: "image", Items: []int32{0}}, 1},
	}
	for _, c := range cases {
		stones := Tombstones{}.With(c.f, d, d.Users(), []byte("salt"))
		out, gone := stones.Apply(d)
		assert.Equal(t, c.gone, gone, c.f.Kind)
		assert.NotEqual(t, d.SHA256(), out.SHA256())
		again, gone := stones.Apply(out)
		if c.f.Kind == data.ForgetModality { // the item keeps its identifier
			assert.Equal(t, out.SHA256(), again.SHA256())
			continue
		}
		assert.Zero(t, gone, c.f.Kind)
	}
	users := Tombstones{}.With(cases[0].f, d, d.Users(), []byte("salt"))
	assert.NotContains(t, fmt.Sprint(users), "ada")
	other := Tombstones{}.With(cases[0].f, d, d.Users(), []byte("another"))
	assert.NotEqual(t, users.Users, other.Users, "hashes of one store say nothing about another's")
	both := Tombstones{}.With(cases[1].f, d, d.Users(), []byte("here")).Beside(users)
	_, gone := both.Apply(d)
	assert.Equal(t, 3, gone)
}

// The hashes of kernels tell backends apart that compute other bits, and only those.
func TestKernelHashes(t *testing.T) {
	a, err := Kernels(simd.New())
	require.NoError(t, err)
	b, err := Kernels(simd.New())
	require.NoError(t, err)
	assert.Equal(t, a, b)
	assert.Len(t, a, 13)
	// Pinned: natively, in Node and in Chromium, with and without vector instructions.
	assert.Equal(t, pinned, a)
	c, err := Kernels(reference.New())
	require.NoError(t, err)
	assert.NotEqual(t, a["rowdot"], c["rowdot"], "the reference adds in float64")
}

func TestInventoryNamesAreUnique(t *testing.T) {
	var names []string
	for _, h := range Inventory {
		names = append(names, h.Name)
	}
	slices.Sort(names)
	assert.Len(t, slices.Compact(names), len(Inventory))
	assert.Nil(t, Find("hearsay"))
}

var pinned = map[string]string{"adam": "d4554f5d49456e1c", "axpby": "ef88b30f2095e745", "colsum": "8c419269186bd227", "exp": "f4328e952f3dc3ca",
	"gemm": "626c2ad3a2bc2ff7", "log": "4b9e3325f2165a70", "rowdot": "a5d155b9635c2f9a", "scatteradd": "650675dd891991d2", "sigmoid": "4730480a164ea0df",
	"softmax": "74c33c50f263ae8a", "softplus": "26b7e60cfcd349c9", "spmm": "b19ed87309ee1d61", "tanh": "8c1e277e0ac0564c"}
