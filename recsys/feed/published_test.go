package feed

import (
	"bytes"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/erase/receipt"
)

func document(t testing.TB, id string) receipt.Document {
	d, err := receipt.Sign(receipt.Receipt{ID: id, Issued: "2026-01-02T03:04:05Z", Tier: receipt.Unlearned, Request: receipt.Request{Kind: "items", Pairs: 3},
		Method: receipt.Method{Name: "lethe", Guarantee: "approximate"}, Data: strings.Repeat("d", 64), Theta: strings.Repeat("e", 64)}, nil, owner(7))
	require.NoError(t, err)
	d.Opening = &receipt.Opening{Salt: "salt", Request: "item:secret"}
	return d
}

// Nothing of a receipt that could tie it to a visitor or to another receipt is published.
func TestPublishTiesNothing(t *testing.T) {
	d := document(t, "0123")
	b := Publish(&d)
	p, err := DecodePublished(b)
	require.NoError(t, err)
	assert.Equal(t, Published{PublishedFormat, d.Hash(), "unlearned", "items", "approximate"}, p)
	for _, secret := range []string{d.Receipt.Key, d.Signature, d.Receipt.ID, d.Receipt.Issued, d.Receipt.Data, d.Receipt.Theta, "secret", "salt"} {
		assert.NotContains(t, string(b), secret)
	}
	other := document(t, "4567")
	assert.NotEqual(t, b, Publish(&other))
}

func TestDecodePublishedRefuses(t *testing.T) {
	d := document(t, "0123")
	good := string(Publish(&d))
	for name, b := range map[string]string{
		"nothing":        "",
		"a field more":   strings.Replace(good, `"kind"`, `"email":"a@b","kind"`, 1),
		"white space":    good + "\n",
		"a short hash":   strings.Replace(good, d.Hash(), d.Hash()[2:], 1),
		"capitals":       strings.Replace(good, d.Hash(), strings.ToUpper(d.Hash()), 1),
		"another tier":   strings.Replace(good, "unlearned", "hidden", 1),
		"another kind":   strings.Replace(good, "items", "a message", 1),
		"a guarantee":    strings.Replace(good, "approximate", "a message", 1),
		"another format": strings.Replace(good, "/1", "/2", 1),
		"too long":       good + strings.Repeat(" ", MaxPublished),
		"a whole receipt": func() string {
			b, err := receipt.Encode([]receipt.Document{d})
			require.NoError(t, err)
			return string(b)
		}(),
	} {
		_, err := DecodePublished([]byte(b))
		assert.ErrorIs(t, err, ErrPublished, name)
	}
}

func FuzzDecodePublished(f *testing.F) {
	d := document(f, "0123")
	f.Add(Publish(&d))
	f.Add([]byte("{}"))
	f.Fuzz(func(t *testing.T, b []byte) {
		p, err := DecodePublished(b)
		if err != nil {
			return
		}
		again, err := receipt.Canonical(p)
		if err != nil || !bytes.Equal(again, b) {
			t.Fatalf("%s was accepted", b)
		}
	})
}
