package api

import (
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestFilesSurvivePacking(t *testing.T) {
	files := []File{{"a.csv", []byte("user,item\n")}, {"prints/β.jpg", []byte{0, 255, 1}}, {"empty", nil}}
	got, err := UnpackFiles(PackFiles(files))
	require.NoError(t, err)
	require.Len(t, got, 3)
	for k, f := range files {
		assert.Equal(t, f.Name, got[k].Name)
		assert.Equal(t, len(f.Data), len(got[k].Data))
		assert.Equal(t, string(f.Data), string(got[k].Data))
	}
	none, err := UnpackFiles(PackFiles(nil))
	require.NoError(t, err)
	assert.Empty(t, none)
}

func TestUnpackFilesRefuses(t *testing.T) {
	good := PackFiles([]File{{"a", []byte("xyz")}})
	cases := []struct {
		name string
		b    []byte
		want string
	}{
		{"nothing", nil, "header's length"},
		{"header cut", good[:8], "header"},
		{"file cut", good[:len(good)-1], `"a" of 3 bytes`},
		{"bytes behind", append(append([]byte{}, good...), 1), "1 bytes follow"},
		{"not JSON", []byte{2, 0, 0, 0, '{', '{'}, "header"},
		{"negative size", append([]byte{24, 0, 0, 0}, `[{"name":"a","size":-11}]`[:24]...), "header"},
		{"size below zero", append([]byte{24, 0, 0, 0}, `[{"name":"a","size":-1}]`...), "cut short"},
	}
	for _, c := range cases {
		_, err := UnpackFiles(c.b)
		assert.ErrorContains(t, err, c.want, c.name)
	}
}

func FuzzUnpackFiles(f *testing.F) {
	f.Add(PackFiles([]File{{"a", []byte("xyz")}}))
	f.Fuzz(func(t *testing.T, b []byte) {
		files, err := UnpackFiles(b)
		if err != nil {
			return
		}
		again, err := UnpackFiles(PackFiles(files))
		require.NoError(t, err)
		assert.Equal(t, files, again)
	})
}
