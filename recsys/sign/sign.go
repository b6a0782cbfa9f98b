// Package sign is Ed25519 (RFC 8032) as the platform has it. A program chooses: natively, and wherever
// the size does not matter, it imports recsys/sign/standard; the browser's engine, wasm/webcrypto.
package sign

import (
	"crypto"
	"errors"
	"reflect"
)

// Sizes in bytes.
const (
	PublicKeySize = 32
	SeedSize      = 32
)

// Platform has keys and checks signatures.
type Platform interface {
	// FromSeed is the private key of a seed of SeedSize bytes.
	FromSeed(seed []byte) (crypto.Signer, error)
	// Verify tells whether signature is public's of message. It fails where the platform cannot tell.
	Verify(public, message, signature []byte) (bool, error)
}

// Ed25519 is set before main begins.
var Ed25519 Platform = none{}

type none struct{}

var errNone = errors.New("this program brings no Ed25519: it must import recsys/sign/standard or wasm/webcrypto")

func (none) FromSeed([]byte) (crypto.Signer, error) { return nil, errNone }
func (none) Verify(_, _, _ []byte) (bool, error)    { return false, errNone }

// Public is the public key's bytes.
func Public(key crypto.Signer) []byte { return reflect.ValueOf(key.Public()).Bytes() }

// Message signs a message.
func Message(key crypto.Signer, message []byte) ([]byte, error) {
	return key.Sign(nil, message, crypto.Hash(0))
}
