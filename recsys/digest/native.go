//go:build !js

package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"hash"
)

func newHash() hash.Hash { return sha256.New() }

// NewMAC computes HMAC-SHA-256 under key of what is written to it.
func NewMAC(key []byte) hash.Hash { return hmac.New(sha256.New, key) }
