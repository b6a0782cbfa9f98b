//go:build js && wasm

package keep

import (
	"bytes"
	"fmt"
	"io/fs"
	"slices"
	"syscall/js"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/erasetest"
	"lethe/recsys/erase/store"
)

// needed skips where there is no browser: Node has none of it.
func needed(t *testing.T) {
	if js.Global().Get("navigator").IsUndefined() || js.Global().Get("indexedDB").IsUndefined() {
		t.Skip("no browser")
	}
}

var disks = map[string]func(string) (store.Disk, error){"opfs": openOPFS, "indexeddb": openIndexedDB}

func TestDisksDoWhatStoresNeed(t *testing.T) {
	needed(t)
	for where, open := range disks {
		t.Run(where, func(t *testing.T) {
			d, err := open("test-disks")
			require.NoError(t, err)
			_, err = d.Read("none")
			assert.ErrorIs(t, err, fs.ErrNotExist)
			require.NoError(t, d.Shred("none"))
			require.NoError(t, d.Remove("none"))
			require.NoError(t, d.Write("a", []byte("first and longer")))
			require.NoError(t, d.Write("a", []byte("second")))
			require.NoError(t, d.Append("b", []byte("one")))
			require.NoError(t, d.Append("b", []byte("two")))
			require.NoError(t, d.Write("empty", nil))
			for name, want := range map[string]string{"a": "second", "b": "onetwo", "empty": ""} {
				b, err := d.Read(name)
				require.NoError(t, err)
				assert.Equal(t, want, string(b))
			}
			names, err := d.Names()
			require.NoError(t, err)
			slices.Sort(names)
			assert.Equal(t, []string{"a", "b", "empty"}, names)
			for _, name := range names {
				require.NoError(t, d.Shred(name))
			}
			names, err = d.Names()
			require.NoError(t, err)
			assert.Empty(t, names)
		})
	}
}

// What WebCrypto seals, Go opens, and the other way round: one format.
func TestOneCipher(t *testing.T) {
	needed(t)
	c := &cipher{subtle: js.Global().Get("crypto").Get("subtle")}
	key, nonce := make([]byte, 32), make([]byte, 12)
	require.NoError(t, random(key))
	for _, text := range [][]byte{nil, []byte("words"), bytes.Repeat([]byte{7}, 1<<20)} {
		a, err := c.Seal(key, nonce, text, []byte("aad"))
		require.NoError(t, err)
		b, err := erasetest.AES{}.Seal(key, nonce, text, []byte("aad"))
		require.NoError(t, err)
		require.True(t, bytes.Equal(a, b))
		back, err := c.Open(key, nonce, b, []byte("aad"))
		require.NoError(t, err)
		require.True(t, bytes.Equal(text, back))
		_, err = c.Open(key, nonce, b, []byte("another"))
		require.Error(t, err)
	}
}

func TestStoreInABrowser(t *testing.T) {
	needed(t)
	out, kept, err := open("test-store")
	require.NoError(t, err)
	require.Equal(t, "opfs", kept.Where, kept.Why)
	assert.Positive(t, kept.Quota)
	s, err := store.Open(out)
	require.NoError(t, err)
	require.NoError(t, s.Purge(0))
	big := bytes.Repeat([]byte("0123456789"), 1_000_000)
	require.NoError(t, s.Save([]store.Part{{Name: "big", Data: big}}))
	require.NoError(t, s.Append([]byte("asked")))
	again, err := store.Open(out)
	require.NoError(t, err)
	require.True(t, bytes.Equal(big, again.Parts()[0].Data))
	assert.Equal(t, "asked", fmt.Sprintf("%s", again.Records()[0]))
	require.NoError(t, again.Purge(0))

	_, second, err := open("test-store") // the lock is taken, as by another tab
	require.NoError(t, err)
	assert.Empty(t, second.Where)
	assert.Contains(t, second.Why, "Another tab")
}

// failing throws what browsers throw.
func TestFailuresHaveWords(t *testing.T) {
	for text, want := range map[string]string{
		"QuotaExceededError: nope": "no room left", "NoModificationAllowedError: nope": "another tab", "InvalidStateError: odd": "write x: InvalidStateError: odd",
	} {
		assert.ErrorContains(t, failure("write", "x", fmt.Errorf("%s", text)), want)
	}
	assert.ErrorIs(t, failure("read", "x", fmt.Errorf("NotFoundError: nope")), fs.ErrNotExist)
}
