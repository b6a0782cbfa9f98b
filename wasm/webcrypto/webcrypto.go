//go:build js && wasm

// Package webcrypto, imported, makes the browser's Ed25519 (Web Cryptography, secure curves) the
// program's: Go's own weighs 0.03 MB more on the wire. Its calls park their goroutine, so
// they must not be made inside a js.Func.
package webcrypto

import (
	"crypto"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"syscall/js"

	"lethe/recsys/sign"
	"lethe/wasm/jsutil"
)

func init() { sign.Ed25519 = platform{} }

const algorithm = "Ed25519"

var errMissing = errors.New("this browser has no Ed25519 here: open the page over https or from this machine, with a browser of 2025 or later")

type platform struct{}

// subtle calls a method of SubtleCrypto and waits for what it promises.
func subtle(method string, args ...any) (js.Value, error) {
	c := js.Global().Get("crypto")
	if c.IsUndefined() || c.Get("subtle").IsUndefined() {
		return js.Value{}, errMissing
	}
	promise, err := jsutil.Try(c.Get("subtle"), method, args...)
	if err != nil {
		return js.Value{}, err
	}
	v, err := jsutil.Await(promise)
	if err != nil {
		return js.Value{}, fmt.Errorf("%s %s: %w", method, algorithm, err)
	}
	return v, nil
}

// prefix is PKCS #8 of RFC 8410 up to the seed.
const prefix = "\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"

func (platform) FromSeed(seed []byte) (crypto.Signer, error) {
	if len(seed) != sign.SeedSize {
		return nil, fmt.Errorf("an Ed25519 seed has %d bytes, this has %d", sign.SeedSize, len(seed))
	}
	k, err := subtle("importKey", "pkcs8", jsutil.Uint8Array(append([]byte(prefix), seed...)), algorithm, true, []any{"sign"})
	if err != nil {
		return nil, err
	}
	jwk, err := subtle("exportKey", "jwk", k) // the one form of a private key that tells its public half
	if err != nil {
		return nil, err
	}
	public, err := base64.RawURLEncoding.DecodeString(jwk.Get("x").String())
	if err != nil {
		return nil, fmt.Errorf("the browser's public key: %w", err)
	}
	return &key{k, public}, nil
}

// key is a crypto.Signer.
type key struct {
	private js.Value
	public  []byte
}

func (k *key) Public() crypto.PublicKey { return k.public }

func (k *key) Sign(_ io.Reader, message []byte, _ crypto.SignerOpts) ([]byte, error) {
	v, err := subtle("sign", algorithm, k.private, jsutil.Uint8Array(message))
	if err != nil {
		return nil, err
	}
	return jsutil.Bytes(v), nil
}

func (platform) Verify(public, message, signature []byte) (bool, error) {
	if len(public) != sign.PublicKeySize {
		return false, nil
	}
	k, err := subtle("importKey", "raw", jsutil.Uint8Array(public), algorithm, false, []any{"verify"})
	if err != nil {
		return false, err
	}
	v, err := subtle("verify", algorithm, k, jsutil.Uint8Array(signature), jsutil.Uint8Array(message))
	return err == nil && v.Bool(), err
}
