package disk

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/store"
)

func TestAStoreInAFolder(t *testing.T) {
	dir := t.TempDir()
	out, closed, err := Open(dir)
	require.NoError(t, err)
	_, _, err = Open(dir)
	assert.ErrorContains(t, err, "another program")
	s, err := store.Open(out)
	require.NoError(t, err)
	for _, text := range []string{"one", "two", "three"} {
		require.NoError(t, s.Save([]store.Part{{Name: "a", Data: []byte(text)}}))
		require.NoError(t, s.Append([]byte("after "+text)))
	}
	require.NoError(t, os.WriteFile(filepath.Join(dir, "00000009.key.tmp"), []byte("left over"), 0o600))
	require.NoError(t, closed())
	out, closed, err = Open(dir)
	require.NoError(t, err)
	defer closed()
	s, err = store.Open(out)
	require.NoError(t, err)
	assert.Equal(t, "three", string(s.Parts()[0].Data))
	assert.Contains(t, s.Records(), []byte("after three"))
	assert.NoFileExists(t, filepath.Join(dir, "00000009.key.tmp"))
	require.NoError(t, s.Purge(0))
	names, err := out.Disk.Names()
	require.NoError(t, err)
	assert.Empty(t, names)
}
