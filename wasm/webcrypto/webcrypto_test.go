//go:build js && wasm

package webcrypto

import (
	"bytes"
	"crypto/ed25519"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/sign"
)

// Signatures of Ed25519 are determined by seed and message: both sides give the same bytes.
func TestAsTheStandardLibrary(t *testing.T) {
	for n := range byte(8) {
		seed, message := bytes.Repeat([]byte{n}, sign.SeedSize), bytes.Repeat([]byte("m"), 100*int(n))
		want := ed25519.NewKeyFromSeed(seed)
		k, err := sign.Ed25519.FromSeed(seed)
		require.NoError(t, err)
		assert.Equal(t, sign.Public(want), sign.Public(k))
		signature, err := sign.Message(k, message)
		require.NoError(t, err)
		assert.Equal(t, ed25519.Sign(want, message), signature)
		ok, err := sign.Ed25519.Verify(sign.Public(k), message, signature)
		require.NoError(t, err)
		assert.True(t, ok)
		signature[n] ^= 1
		ok, err = sign.Ed25519.Verify(sign.Public(k), message, signature)
		require.NoError(t, err)
		assert.False(t, ok, "a flipped bit")
	}
	ok, err := sign.Ed25519.Verify([]byte("short"), nil, nil)
	assert.NoError(t, err)
	assert.False(t, ok)
	_, err = sign.Ed25519.FromSeed([]byte("short"))
	assert.ErrorContains(t, err, "32 bytes")
}
