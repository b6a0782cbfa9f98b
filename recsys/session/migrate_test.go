//go:build !js

package session

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase"
	"lethe/recsys/erase/erasetest"
	"lethe/recsys/erase/receipt"
)

// testdata/store-1 was written by version 1: the two tastes and a model of them, one user
// erased, and the request to erase another in the journal.
func TestStoresOfVersion1Open(t *testing.T) {
	dir := filepath.Join("testdata", "store-1")
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	d := &erasetest.Disk{Files: map[string][]byte{}}
	for _, e := range entries {
		if d.Files[e.Name()], err = os.ReadFile(filepath.Join(dir, e.Name())); err != nil {
			t.Fatal(err)
		}
	}
	s, r, err := kept(t, d)
	require.NoError(t, err)
	require.Empty(t, r.Problem)
	require.NotNil(t, r.Opened.Trained)
	assert.Equal(t, []int{2, 4}, r.Opened.Likes)
	assert.NotContains(t, s.base.UserIDs, "person-u7", "erased then")
	assert.NotContains(t, s.base.UserIDs, "person-u8", "asked for then, erased now")
	list, err := receipt.Decode(mustReceipts(t, s))
	require.NoError(t, err)
	require.Len(t, list, 2)
	require.NoError(t, receipt.VerifyChain(list), "the chain goes on")
	again, r, err := kept(t, d)
	require.NoError(t, err)
	assert.Equal(t, 2, r.Receipts)
	assert.Equal(t, erase.Version, again.vault.State().Version)
	assert.False(t, holdsName(erasetest.Plaintext(d.Blobs()), "person-u8"))
}
