package feed

import (
	"bytes"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"lethe/recsys/erase/receipt"
)

// PublishedFormat names the layout of a published receipt.
const PublishedFormat = "lethe-published/1"

// MaxPublished is the most bytes that a published receipt has.
const MaxPublished = 1 << 10

// Published is what a device tells the world of a receipt: that there is one, of this tier, and how it was reached. The receipt
// itself stays on the device. It is signed by a key that all receipts of the device share, tells times, and hashes data that hold
// the visitor's clicks; each of these would tie a visitor's receipts together. Its hash ties nothing, for the receipt holds random
// bytes, and whoever is shown the receipt can find it in the log.
type Published struct {
	Format    string `json:"format"`
	Receipt   string `json:"receipt"`   // the receipt's hash, 64 hex digits
	Tier      string `json:"tier"`      // unlearned, exact
	Kind      string `json:"kind"`      // users, items, pairs, modality
	Guarantee string `json:"guarantee"` // exact, certified, approximate
}

// Publish is what may be told of a document. It takes neither opening nor signature.
func Publish(d *receipt.Document) []byte {
	r := &d.Receipt
	b, err := receipt.Canonical(Published{PublishedFormat, d.Hash(), r.Tier, r.Request.Kind, r.Method.Guarantee})
	if err != nil {
		panic("feed: a published receipt does not encode")
	}
	return b
}

// ErrPublished is wrapped by what DecodePublished finds wrong.
var ErrPublished = errors.New("this is not a published receipt")

// DecodePublished reads what Publish wrote, and refuses everything that it cannot have written: what is stored is of a closed form, so
// that nobody can keep anything else in the log.
func DecodePublished(b []byte) (Published, error) {
	var p Published
	if len(b) > MaxPublished {
		return p, fmt.Errorf("%w: it has %d bytes, the most is %d", ErrPublished, len(b), MaxPublished)
	}
	if err := json.Unmarshal(b, &p); err != nil {
		return p, fmt.Errorf("%w: it is not JSON of that form", ErrPublished)
	}
	if again, err := receipt.Canonical(p); err != nil || !bytes.Equal(again, b) {
		return p, fmt.Errorf("%w: it is not in canonical form, or has other fields", ErrPublished)
	}
	hash, err := hex.DecodeString(p.Receipt)
	switch {
	case p.Format != PublishedFormat:
		return p, fmt.Errorf("%w: the format is not %s", ErrPublished, PublishedFormat)
	case err != nil || len(hash) != len(Hash{}) || hex.EncodeToString(hash) != p.Receipt:
		return p, fmt.Errorf("%w: receipt is not a SHA-256 in hex", ErrPublished)
	case p.Tier != receipt.Unlearned && p.Tier != receipt.Exact:
		return p, fmt.Errorf("%w: the tier is neither unlearned nor exact", ErrPublished)
	case !slices.Contains([]string{"users", "items", "pairs", "modality"}, p.Kind):
		return p, fmt.Errorf("%w: the kind is none of users, items, pairs, modality", ErrPublished)
	case !slices.Contains([]string{"exact", "certified", "approximate"}, p.Guarantee):
		return p, fmt.Errorf("%w: the guarantee is none of exact, certified, approximate", ErrPublished)
	}
	return p, nil
}
