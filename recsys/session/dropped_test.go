package session

import (
	"bytes"
	"io/fs"
	"testing"
	"testing/fstest"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

func TestDroppedFilesAreAFileSystem(t *testing.T) {
	fsys, err := dropped(api.PackFiles([]api.File{
		{Name: "shop/catalog.json", Data: []byte("[]")}, {Name: "/shop/prints/1.jpg", Data: []byte{1, 2, 3}}, {Name: "shop/empty"},
	}))
	require.NoError(t, err)
	assert.NoError(t, fstest.TestFS(fsys, "shop/catalog.json", "shop/prints/1.jpg", "shop/empty"))
	b, err := fs.ReadFile(fsys, "shop/prints/1.jpg")
	require.NoError(t, err)
	assert.Equal(t, []byte{1, 2, 3}, b)
}

func TestAZipDroppedAloneIsOpened(t *testing.T) {
	var b bytes.Buffer
	require.NoError(t, data.WriteZip(&b, []data.File{{Name: "inside", Data: []byte("x")}}))
	fsys, err := dropped(api.PackFiles([]api.File{{Name: "Shop.ZIP", Data: b.Bytes()}}))
	require.NoError(t, err)
	_, err = fs.Stat(fsys, "inside")
	assert.NoError(t, err)
}

func TestDroppedRefuses(t *testing.T) {
	for _, c := range []struct {
		names []string
		want  string
	}{
		{nil, "no file"},
		{[]string{"../secret"}, "not a path"},
		{[]string{""}, "not a path"},
		{[]string{"a", "/a"}, "one name"},
		{[]string{"a", "a/b"}, "name of a folder"},
		{[]string{"a/b", "a"}, "one name"},
	} {
		var files []api.File
		for _, n := range c.names {
			files = append(files, api.File{Name: n})
		}
		_, err := dropped(api.PackFiles(files))
		assert.ErrorContains(t, err, c.want, c.names)
	}
}
