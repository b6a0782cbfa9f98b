// Package receipt is the evidence of an erasure: what was asked, what was computed on which
// bytes, what was measured and what was destroyed, signed and chained to the receipts before.
//
// A receipt names nobody. The request, and the hashes of the data and of the model from before,
// stand in it as one salted commitment; who asked is given the Opening, which whoever holds it
// can show to prove what the receipt is about.
//
// Receipts lie in a file one to a line, in canonical JSON: a line is either just what its
// content encodes to, or it was changed.
package receipt

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"crypto"
	"lethe/recsys/api"
	"lethe/recsys/digest"
	"lethe/recsys/sign"
)

// Format names the layout.
const Format = "lethe-receipt/1"

// Tiers of erasure, in the order in which a request reaches them.
const (
	Hidden    = "hidden"    // in no list any more
	Unlearned = "unlearned" // the weights were changed by a method, and measured
	Exact     = "exact"     // the weights are those of Retrain, bit for bit
)

// Receipt is what is signed. Hashes are SHA-256 in hex.
type Receipt struct {
	Format   string `json:"format"`
	ID       string `json:"id"`       // of the request, random
	Serial   int    `json:"serial"`   // place in the chain, from 1
	Previous string `json:"previous"` // hash of the receipt before, "" for the first
	Issued   string `json:"issued"`   // RFC 3339, by the clock of who issued it
	Tier     string `json:"tier"`
	// Reached is how many seconds after the request each tier was reached.
	Reached map[string]float64 `json:"reached"`
	Request Request            `json:"request"`
	Method  Method             `json:"method"`
	Model   api.ModelConfig    `json:"model"`
	Train   api.TrainConfig    `json:"train"` // without its seed
	Seeds   Seeds              `json:"seeds"`
	Code    Code               `json:"code"`
	// Data and Theta are the hashes of the data set and of all weights afterwards.
	Data   string            `json:"data_sha256"`
	Theta  string            `json:"theta_sha256"`
	Audits map[string]Audit  `json:"audits"`
	Purged map[string]string `json:"purged"` // what held it, and how it was erased
	Limits []string          `json:"limits"` // what this does not prove
	Key    string            `json:"key"`    // Ed25519, base64
}

// Request is what may be said of a request without naming it.
type Request struct {
	Commitment string `json:"commitment"` // to the Opening
	Kind       string `json:"kind"`       // users, items, pairs, modality
	Pairs      int    `json:"pairs"`      // training interactions that went
}

// Method is how it was forgotten.
type Method struct {
	Name      string `json:"name"`
	Guarantee string `json:"guarantee"`
	Note      string `json:"note,omitempty"`
}

// Seeds as decimal numbers: they may exceed what JavaScript's numbers hold.
type Seeds struct {
	Train   string `json:"train"`
	Request string `json:"request"` // of the request's choice and of the method
}

// Code is what computed.
type Code struct {
	Version string `json:"version"`
	Sources string `json:"sources"` // hash of the sources, "" for a build that does not know
	Backend string `json:"backend"`
	// Kernels is, for each kernel, the hash of what it makes of fixed numbers: equal hashes,
	// equal bits.
	Kernels map[string]string `json:"kernels"`
}

// Audit is a measurement with its 95 % interval.
type Audit struct {
	Value float64 `json:"value"`
	Low   float64 `json:"low"`
	High  float64 `json:"high"`
}

// Opening is what the commitment is to. Salt is 32 random bytes in hex.
type Opening struct {
	Salt        string `json:"salt"`
	Request     string `json:"request"`
	Seed        string `json:"seed"`
	DataBefore  string `json:"data_before_sha256"`
	ThetaBefore string `json:"theta_before_sha256"`
}

// Commitment hides an opening and binds to it: without the salt, guesses cannot be tried.
func (o Opening) Commitment() string {
	b, err := Canonical(o)
	if err != nil {
		panic("receipt: an opening does not encode")
	}
	return hash("lethe-opening/1\n", b)
}

func hash(domain string, b []byte) string {
	h := digest.New()
	h.Write([]byte(domain))
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil))
}

// Document is a line of a file: a receipt, its signature, and where the holder kept it,
// the opening.
type Document struct {
	Receipt   Receipt  `json:"receipt"`
	Signature string   `json:"signature"` // Ed25519 over the domain and the receipt in canonical form, base64
	Opening   *Opening `json:"opening,omitempty"`
}

// domain keeps signatures of receipts apart from any other use of the key.
const domain = Format + "\n"

// Sign makes a document of a receipt: it fills in format, key and the place after the
// last document of a chain.
func Sign(r Receipt, last *Document, key crypto.Signer) (Document, error) {
	r.Format, r.Serial, r.Previous = Format, 1, ""
	if last != nil {
		r.Serial, r.Previous = last.Receipt.Serial+1, last.Hash()
	}
	r.Key = base64.StdEncoding.EncodeToString(sign.Public(key))
	b, err := Canonical(r)
	if err != nil {
		return Document{}, fmt.Errorf("sign the receipt: %w", err)
	}
	signature, err := sign.Message(key, append([]byte(domain), b...))
	if err != nil {
		return Document{}, fmt.Errorf("sign the receipt: %w", err)
	}
	return Document{Receipt: r, Signature: base64.StdEncoding.EncodeToString(signature)}, nil
}

// Hash is what the next receipt of the chain points to.
func (d *Document) Hash() string {
	b, err := Canonical(d.Receipt)
	if err != nil {
		panic("receipt: a receipt does not encode")
	}
	return hash(domain, b)
}

// Encode is a line for each document.
func Encode(list []Document) ([]byte, error) {
	var b []byte
	for _, d := range list {
		line, err := Canonical(d)
		if err != nil {
			return nil, fmt.Errorf("write the receipt: %w", err)
		}
		b = append(append(b, line...), '\n')
	}
	return b, nil
}

// maxFile bounds what Decode reads: 64 MiB, tens of thousands of receipts.
const maxFile = 64 << 20

// ErrChanged is wrapped by what Decode and Verify find wrong.
var ErrChanged = errors.New("the receipt was changed or is not one of Lethe's")

// Decode reads lines and refuses any that is not in canonical form.
func Decode(b []byte) ([]Document, error) {
	if len(b) > maxFile {
		return nil, fmt.Errorf("%w: the file has %d bytes, the most is %d", ErrChanged, len(b), maxFile)
	}
	lines, whole := strings.CutSuffix(string(b), "\n")
	if !whole {
		return nil, fmt.Errorf("%w: the file is cut short", ErrChanged)
	}
	var list []Document
	for k, line := range strings.Split(lines, "\n") {
		var d Document
		if err := json.Unmarshal([]byte(line), &d); err != nil {
			return nil, fmt.Errorf("%w: line %d: %v", ErrChanged, k+1, err)
		}
		again, err := Canonical(d)
		if err != nil || !bytes.Equal(again, []byte(line)) {
			return nil, fmt.Errorf("%w: line %d is not in canonical form", ErrChanged, k+1)
		}
		list = append(list, d)
	}
	return list, nil
}

// Verify checks what a document says by itself: format, signature, opening.
func (d *Document) Verify() error {
	r := &d.Receipt
	if r.Format != Format {
		return fmt.Errorf("%w: its format is %q, this program knows %q", ErrChanged, r.Format, Format)
	}
	key, err := base64.StdEncoding.Strict().DecodeString(r.Key)
	if err != nil || len(key) != sign.PublicKeySize {
		return fmt.Errorf("%w: its key is not an Ed25519 key", ErrChanged)
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(d.Signature)
	if err != nil {
		return fmt.Errorf("%w: its signature is not base64", ErrChanged)
	}
	b, err := Canonical(r)
	if err != nil {
		return fmt.Errorf("%w: %v", ErrChanged, err)
	}
	if ok, err := sign.Ed25519.Verify(key, append([]byte(domain), b...), signature); err != nil {
		return fmt.Errorf("the signature cannot be checked: %w", err)
	} else if !ok {
		return fmt.Errorf("%w: its signature does not fit", ErrChanged)
	}
	if d.Opening != nil && d.Opening.Commitment() != r.Request.Commitment {
		return fmt.Errorf("%w: the opening beside it belongs to another request", ErrChanged)
	}
	return nil
}

// VerifyChain checks every document and that each follows the one before. A file may begin
// in the middle of a chain.
func VerifyChain(list []Document) error {
	for k := range list {
		d := &list[k]
		if err := d.Verify(); err != nil {
			return fmt.Errorf("receipt %d: %w", k+1, err)
		}
		if d.Receipt.Serial < 1 || (d.Receipt.Serial == 1) != (d.Receipt.Previous == "") {
			return fmt.Errorf("receipt %d: %w: its place in the chain is not one", k+1, ErrChanged)
		}
		if k == 0 {
			continue
		}
		if before := &list[k-1]; d.Receipt.Serial != before.Receipt.Serial+1 || d.Receipt.Previous != before.Hash() {
			return fmt.Errorf("receipt %d: %w: it does not follow the one before it: one is missing, or their order was changed", k+1, ErrChanged)
		}
	}
	return nil
}

// Fingerprint is the short name of a receipt's key.
func (r *Receipt) Fingerprint() string {
	return hash("lethe-key/1\n", []byte(r.Key))[:16]
}
