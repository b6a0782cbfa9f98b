package receipt

import (
	"crypto/ed25519"
	"slices"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	_ "lethe/recsys/sign/standard" // Ed25519
)

func signer(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(slices.Repeat([]byte{seed}, ed25519.SeedSize))
}

var opening = Opening{Salt: "5a17", Request: "user:ada\u2028", Seed: "18446744073709551615", DataBefore: "d0", ThetaBefore: "t0"}

func chain(t testing.TB, n int) []Document {
	var list []Document
	for k := range n {
		r := Receipt{ID: string(rune('a' + k)), Tier: Unlearned, Request: Request{Commitment: opening.Commitment(), Kind: "users", Pairs: 6},
			Model: api.ModelConfig{Name: "bpr", Dim: 8, Reg: 1e-7}, Audits: map[string]Audit{"forget_auc": {.5, .4, .6}},
			Reached: map[string]float64{Hidden: .001}, Limits: []string{"<script>"}}
		var last *Document
		if k > 0 {
			last = &list[k-1]
		}
		d, err := Sign(r, last, signer(1))
		require.NoError(t, err)
		d.Opening = &opening
		list = append(list, d)
	}
	return list
}

func TestCanonical(t *testing.T) {
	tests := []struct {
		in   any
		want string
	}{
		{map[string]any{"b": 1, "a": []any{nil, true, "é"}}, `{"a":[null,true,"é"],"b":1}`},
		{"\u2028<&>\"\\\b\f\n\r\t\x01\x7f", "\"\u2028<&>\\\"\\\\\\b\\f\\n\\r\\t\\u0001\x7f\""},
		{[]float64{1e-7, 0.005, 1e21, 333333333.3333333, 1e6, 0.000001}, `[1e-7,0.005,1e+21,333333333.3333333,1000000,0.000001]`}, // RFC 8785, appendix B's forms
	}
	for _, c := range tests {
		got, err := Canonical(c.in)
		require.NoError(t, err)
		assert.Equal(t, c.want, string(got))
	}
	_, err := Canonical(map[string]int{"é": 1})
	assert.Error(t, err)
}

func TestChainVerifies(t *testing.T) {
	b, err := Encode(chain(t, 3))
	require.NoError(t, err)
	list, err := Decode(b)
	require.NoError(t, err)
	require.NoError(t, VerifyChain(list))
	require.NoError(t, VerifyChain(list[1:]), "a chain may be shown from its middle")
	assert.ErrorIs(t, VerifyChain([]Document{list[0], list[2]}), ErrChanged, "one is missing")
	assert.ErrorIs(t, VerifyChain([]Document{list[1], list[0]}), ErrChanged)

	forged := list[1]
	forged.Receipt.Method.Name = "retrain"
	again, err := Sign(forged.Receipt, &list[0], signer(2)) // well signed, by somebody else
	require.NoError(t, err)
	require.NoError(t, again.Verify())
	assert.NotEqual(t, list[1].Receipt.Fingerprint(), again.Receipt.Fingerprint())
	assert.ErrorIs(t, VerifyChain([]Document{list[0], again, list[2]}), ErrChanged)
}

// Every single bit of a file matters.
func TestOneFlippedBitFails(t *testing.T) {
	b, err := Encode(chain(t, 2))
	require.NoError(t, err)
	for at := range b {
		for bit := range 8 {
			c := slices.Clone(b)
			c[at] ^= 1 << bit
			list, err := Decode(c)
			if err == nil {
				err = VerifyChain(list)
			}
			require.Error(t, err, "byte %d, bit %d: %q", at, bit, c[max(at-10, 0):at+1])
		}
	}
}

func TestOpeningBinds(t *testing.T) {
	for _, change := range []func(o *Opening){
		func(o *Opening) { o.Salt = "5a18" }, func(o *Opening) { o.Request = "user:bob" }, func(o *Opening) { o.Seed = "1" },
		func(o *Opening) { o.DataBefore = "d1" }, func(o *Opening) { o.ThetaBefore = "t1" },
	} {
		o := opening
		change(&o)
		assert.NotEqual(t, opening.Commitment(), o.Commitment())
		d := chain(t, 1)[0]
		d.Opening = &o
		assert.ErrorIs(t, d.Verify(), ErrChanged)
		d.Opening = nil
		assert.NoError(t, d.Verify(), "the opening may be left away")
	}
}

func FuzzDecode(f *testing.F) {
	b, err := Encode(chain(f, 2))
	require.NoError(f, err)
	f.Add(b)
	f.Add([]byte("{}\n"))
	f.Fuzz(func(t *testing.T, b []byte) {
		list, err := Decode(b)
		if err != nil {
			return
		}
		again, err := Encode(list)
		require.NoError(t, err)
		require.Equal(t, string(b), string(again))
		for k := range list {
			_ = list[k].Verify()
			_ = Page(list[k:k+1], nil)
		}
	})
}

func TestPageEscapes(t *testing.T) {
	d := chain(t, 1)[0]
	d.Opening.Request = `user:<img src=x onerror=alert(1)>`
	page := string(Page([]Document{d}, []string{"<b>"}))
	assert.NotContains(t, page, "<img")
	assert.NotContains(t, page, "<script>")
	assert.NotContains(t, page, "<b>")
	assert.Contains(t, page, "&lt;img")
	assert.Contains(t, page, "0.5000")
}
