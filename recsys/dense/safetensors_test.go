package dense

import (
	"bytes"
	"encoding/binary"
	"errors"
	"math"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// file puts a header in front of some bytes, without padding.
func file(head string, body ...byte) []byte {
	b := binary.LittleEndian.AppendUint64(nil, uint64(len(head)))
	return append(append(b, head...), body...)
}

func encode(t testing.TB, meta map[string]string, ts []Tensor) []byte {
	var b bytes.Buffer
	require.NoError(t, EncodeSafetensors(&b, meta, ts))
	return b.Bytes()
}

// The literal is what the reference implementation (safetensors 0.4) writes for
// one 1×2 tensor: compact JSON padded to a multiple of eight.
func TestEncodeSafetensorsGivesTheReferenceBytes(t *testing.T) {
	got := encode(t, nil, []Tensor{F32("x", []int{1, 2}, []float32{1, -2})})
	head := `{"x":{"dtype":"F32","shape":[1,2],"data_offsets":[0,8]}}`
	require.Zero(t, len(head)%8)
	want := file(head, 0, 0, 0x80, 0x3f, 0, 0, 0, 0xc0)
	assert.Equal(t, want, got)
}

func TestEncodeSafetensorsIsCanonical(t *testing.T) {
	a := F32("a", []int{2}, []float32{1, 2})
	z := I32("z", []int{}, []int32{-7})
	w := Tensor{"w", "F64", []int{1}, make([]byte, 8)}
	e := F32("e", []int{3, 0}, nil)
	meta := map[string]string{"b": "<&>", "a": "é"}
	one := encode(t, meta, []Tensor{a, z, w, e})
	two := encode(t, map[string]string{"a": "é", "b": "<&>"}, []Tensor{e, w, a, z})
	assert.Equal(t, one, two)
	assert.Contains(t, string(one), `{"__metadata__":{"a":"é","b":"<&>"},"w":{"dtype":"F64"`)
	assert.Zero(t, binary.LittleEndian.Uint64(one)%8)

	m, ts, err := DecodeSafetensors(one)
	require.NoError(t, err)
	assert.Equal(t, meta, m)
	assert.Equal(t, []Tensor{w, a, e, z}, ts) // falling rank, then name
}

func TestTensorsAliasTheFile(t *testing.T) {
	b := encode(t, nil, []Tensor{F32("x", []int{1}, []float32{1})})
	_, ts, err := DecodeSafetensors(b)
	require.NoError(t, err)
	b[len(b)-1] = 0xbf
	v, err := ts[0].Float32s()
	require.NoError(t, err)
	assert.Equal(t, []float32{-1}, v)
	// Appending to Data must not write into the next tensor's bytes.
	assert.Equal(t, len(ts[0].Data), cap(ts[0].Data))
}

func TestDecodeSafetensorsRefuses(t *testing.T) {
	f4 := make([]byte, 4)
	f8 := make([]byte, 8)
	cases := []struct {
		name string
		b    []byte
		want string
	}{
		{"nothing", nil, "ends inside"},
		{"seven bytes", f8[:7], "ends inside"},
		{"header longer than the file", append([]byte{9, 0, 0, 0, 0, 0, 0, 0}, "{}"...), "cut short"},
		{"header over the limit", binary.LittleEndian.AppendUint64(nil, maxHeader+1), "limit"},
		{"length of 2^64-1", bytes.Repeat([]byte{255}, 16), "limit"},
		{"empty header", file(""), "not a JSON object"},
		{"leading space", file(" {}"), "not a JSON object"},
		{"array", file("[]"), "not a JSON object"},
		{"not UTF-8", file("{\"\xff\":1}"), "UTF-8"},
		{"unclosed", file("{"), "header"},
		{"trailing object", file("{}{}"), "follows the header"},
		{"name twice", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, f4...), "twice"},
		{"metadata of numbers", file(`{"__metadata__":{"a":1}}`), "__metadata__"},
		{"metadata of null", file(`{"__metadata__":{"a":null}}`), "null"},
		{"unknown dtype", file(`{"x":{"dtype":"F31","shape":[1],"data_offsets":[0,4]}}`, f4...), "F31"},
		{"no shape", file(`{"x":{"dtype":"F32","data_offsets":[0,4]}}`, f4...), "not a dtype"},
		{"null shape", file(`{"x":{"dtype":"F32","shape":null,"data_offsets":[0,4]}}`, f4...), "not a dtype"},
		{"extra field", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4],"y":1}}`, f4...), "not a dtype"},
		{"other case", file(`{"x":{"DType":"F32","shape":[1],"data_offsets":[0,4]}}`, f4...), "not a dtype"},
		{"fraction", file(`{"x":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}`, f4...), "not a dtype"},
		{"negative dimension", file(`{"x":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}`, f4...), "negative"},
		{"negative offset", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[-4,0]}}`, f4...), "not a dtype"},
		{"three offsets", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4,4]}}`, f4...), "not a dtype"},
		{"offsets swapped", file(`{"x":{"dtype":"F32","shape":[0],"data_offsets":[4,0]}}`, f4...), "data_offsets"},
		{"past the end", file(`{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}`, f4...), "data_offsets"},
		{"size disagrees", file(`{"x":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}`, f4...), "want 8"},
		{"product overflows", file(`{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}`, f4...), "too large"},
		{"overflow hidden by zero", file(`{"x":{"dtype":"F32","shape":[4294967296,4294967296,0],"data_offsets":[0,0]}}`), "too large"},
		{"gap at the start", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[4,8]}}`, f8...), "start at 0"},
		{"gap at the end", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, f8...), "4 bytes follow"},
		{"overlap", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}`, f8[:6]...), "start at 4"},
		{"same bytes twice", file(`{"x":{"dtype":"F32","shape":[1],"data_offsets":[0,4]},"y":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}`, f4...), "start at 4"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			_, ts, err := DecodeSafetensors(c.b)
			assert.ErrorContains(t, err, c.want)
			assert.Nil(t, ts)
		})
	}
}

func TestEncodeSafetensorsRefuses(t *testing.T) {
	x := F32("x", []int{1}, []float32{1})
	cases := []struct {
		name string
		meta map[string]string
		ts   []Tensor
		want string
	}{
		{"name twice", nil, []Tensor{x, x}, "two tensors"},
		{"metadata's name", nil, []Tensor{{"__metadata__", "F32", []int{1}, x.Data}}, "not a name"},
		{"name not UTF-8", nil, []Tensor{{"\xff", "F32", []int{1}, x.Data}}, "not a name"},
		{"metadata not UTF-8", map[string]string{"a": "\xff"}, nil, "UTF-8"},
		{"unknown dtype", nil, []Tensor{{"x", "F31", []int{1}, x.Data}}, "F31"},
		{"size disagrees", nil, []Tensor{{"x", "F32", []int{2}, x.Data}}, "want 8"},
	}
	for _, c := range cases {
		t.Run(c.name, func(t *testing.T) {
			assert.ErrorContains(t, EncodeSafetensors(&bytes.Buffer{}, c.meta, c.ts), c.want)
		})
	}
}

type failing struct{ after int }

func (f *failing) Write(b []byte) (int, error) {
	if f.after--; f.after < 0 {
		return 0, errors.New("disk full")
	}
	return len(b), nil
}

func TestEncodeSafetensorsReportsTheWriter(t *testing.T) {
	ts := []Tensor{F32("x", []int{1}, []float32{1})}
	for after := range 2 { // the header, then the tensor
		assert.ErrorContains(t, EncodeSafetensors(&failing{after}, nil, ts), "disk full")
	}
	assert.NoError(t, EncodeSafetensors(&failing{2}, nil, ts))
}

func TestElementTypesAreChecked(t *testing.T) {
	x := F32("x", []int{3}, []float32{float32(math.NaN()), float32(math.Inf(1)), 0})
	v, err := x.Float32s()
	require.NoError(t, err)
	assert.True(t, v[0] != v[0])
	_, err = x.Int32s()
	assert.ErrorContains(t, err, "dtype F32")
	_, err = Tensor{"x", "F32", []int{2}, x.Data}.Float32s()
	assert.ErrorContains(t, err, "want 8")
	i, err := I32("i", []int{2, 1}, []int32{math.MinInt32, math.MaxInt32}).Int32s()
	require.NoError(t, err)
	assert.Equal(t, []int32{math.MinInt32, math.MaxInt32}, i)
	assert.Panics(t, func() { F32("x", []int{2}, []float32{1}) })
}

func TestParamsSurviveTensors(t *testing.T) {
	specs := []Spec{{"user", 3, 5}, {"item", 2, 5}, {"empty", 0, 4}}
	p := NewParams(specs...)
	for k := range p.View("user").Data {
		p.View("user").Data[k] = float32(k) / 7
	}
	p.View("item").Data[9] = float32(math.NaN())
	_, ts, err := DecodeSafetensors(encode(t, nil, p.Tensors()))
	require.NoError(t, err)
	q, err := ParamsFromTensors(specs, ts)
	require.NoError(t, err)
	assert.Equal(t, p.SHA256(), q.SHA256())

	for _, c := range []struct {
		name  string
		specs []Spec
		want  string
	}{
		{"missing", append(specs[:2:2], Spec{"bias", 0, 4}), `no tensor named "bias"`},
		{"extra", specs[:2], "3 tensors for 2"},
		{"shape", []Spec{{"user", 5, 3}, specs[1], specs[2]}, "want [5 3]"},
	} {
		_, err := ParamsFromTensors(c.specs, ts)
		assert.ErrorContains(t, err, c.want, c.name)
	}
	ts[0] = Tensor{ts[0].Name, "I32", ts[0].Shape, ts[0].Data}
	_, err = ParamsFromTensors(specs, ts)
	assert.ErrorContains(t, err, "dtype I32")
}

// What decodes encodes to a canonical file that decodes to the same and encodes
// to itself.
func FuzzSafetensors(f *testing.F) {
	f.Add(encode(f, nil, nil))
	f.Add(encode(f, map[string]string{"k": "v"}, []Tensor{
		F32("a", []int{2}, []float32{1, 2}), I32("b", []int{1, 1}, []int32{3}), F32("e", []int{0, 7}, nil),
		{"c", "U8", []int{3}, []byte{1, 2, 3}}, {"s", "F64", []int{}, make([]byte, 8)},
	}))
	f.Add(file(`{"x":{"dtype":"F32","shape":[4294967296,4294967296],"data_offsets":[0,4]}}`, 0, 0, 0, 0))
	f.Add(file("{" + strings.Repeat(`"a":`, 5)))
	f.Fuzz(func(t *testing.T, b []byte) {
		meta, ts, err := DecodeSafetensors(b)
		if err != nil {
			return
		}
		one := encode(t, meta, ts)
		meta2, ts2, err := DecodeSafetensors(one)
		require.NoError(t, err)
		assert.Equal(t, meta, meta2)
		assert.ElementsMatch(t, ts, ts2)
		assert.Equal(t, one, encode(t, meta2, ts2))
	})
}
