// Package digest is SHA-256 (FIPS 180-4) and HMAC-SHA-256 (RFC 2104), natively those of the
// standard library. The browser's program has its own: crypto/sha256 brings the self-tests of all
// of Go's FIPS 140 module, 0.06 MB on the wire.
package digest

import "hash"

// Size is that of a digest, in bytes.
const Size = 32

// New computes SHA-256 of what is written to it.
func New() hash.Hash { return newHash() }

// Sum is SHA-256 of b.
func Sum(b []byte) (sum [Size]byte) {
	h := New()
	h.Write(b)
	h.Sum(sum[:0])
	return sum
}
