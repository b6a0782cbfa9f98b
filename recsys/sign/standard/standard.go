// Package standard, imported, makes crypto/ed25519 the program's Ed25519.
package standard

import (
	"crypto"
	"crypto/ed25519"

	"lethe/recsys/sign"
)

func init() { sign.Ed25519 = platform{} }

type platform struct{}

func (platform) FromSeed(seed []byte) (crypto.Signer, error) {
	return ed25519.NewKeyFromSeed(seed), nil
}

func (platform) Verify(public, message, signature []byte) (bool, error) {
	return len(public) == ed25519.PublicKeySize && ed25519.Verify(public, message, signature), nil
}
