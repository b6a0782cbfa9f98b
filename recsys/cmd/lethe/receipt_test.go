package main

import (
	"crypto/ed25519"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/rng"
)

// trainedShop is a data set and a model of it.
func trainedShop(t *testing.T) (dir, model string) {
	dir, model = shop(t), filepath.Join(t.TempDir(), "m")
	status, _, stderr := lethe("train", "-data", dir, "-model", "lightgcn", "-dim", "8", "-epochs", "20", "-rate", "0.02", "-seed", "7", "-o", model)
	require.Equal(t, exitDone, status, stderr)
	return dir, model
}

func TestReceiptIsVerifiedByReplay(t *testing.T) {
	dir, model := trainedShop(t)
	out := t.TempDir()
	in := func(name string) string { return filepath.Join(out, name) }
	for _, method := range []string{"retrain", "lethe"} {
		status, stdout, stderr := lethe("unlearn", "-model-file", model, "-data", dir, "-method", method, "-forget", "user:u4",
			"-o", in(method), "-receipt", in("receipt"), "-retain", in("rest"))
		require.Equal(t, exitDone, status, stderr)
		assert.Contains(t, stdout, "6 interactions")
	}
	lines, err := os.ReadFile(in("receipt"))
	require.NoError(t, err)
	list, err := receipt.Decode(lines)
	require.NoError(t, err)
	require.Len(t, list, 2)
	assert.Equal(t, receipt.Exact, list[0].Receipt.Tier)
	assert.Equal(t, receipt.Unlearned, list[1].Receipt.Tier)
	assert.NotEmpty(t, list[1].Receipt.Audits["recall@20"])
	assert.Greater(t, len(list[1].Receipt.Code.Kernels), 10)
	bare, err := receipt.Canonical(list[1].Receipt)
	require.NoError(t, err)
	assert.NotContains(t, string(bare), "u4", "the signed part names nobody")

	status, stdout, stderr := lethe("verify", in("receipt"))
	require.Equal(t, exitDone, status, stderr)
	assert.Contains(t, stdout, "chain of 2 receipts is whole")

	// The last receipt's method is replayed on the data of before.
	status, stdout, stderr = lethe("verify", in("receipt"), "-data", dir, "-model-file", in("lethe"), "-html", in("page.html"))
	require.Equal(t, exitDone, status, stdout+stderr)
	assert.Contains(t, stdout, "made to forget again with lethe, the model has the same weights")
	assert.FileExists(t, in("page.html"))

	// The exact one also on what remains, without the forgotten.
	first, err := receipt.Encode(list[:1])
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(in("first"), first, 0o644))
	for _, data := range []string{dir, in("rest")} {
		status, stdout, stderr = lethe("verify", in("first"), "-data", data)
		require.Equal(t, exitDone, status, stdout+stderr)
		assert.Contains(t, stdout, "bit for bit: the exact tier holds")
	}

	// Other data, and a flipped bit.
	status, stdout, _ = lethe("verify", in("first"), "-data", "demo")
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stdout, "neither those of the receipt")
	first[len(first)/2] ^= 1
	require.NoError(t, os.WriteFile(in("first"), first, 0o644))
	status, _, stderr = lethe("verify", in("first"))
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, "does not hold")
}

// halves is 240 users with 14 of 80 items each, most from the first half or from the second.
func halves(t *testing.T) string {
	var b strings.Builder
	b.WriteString("user,item,split\n")
	r := rng.New(5).Stream()
	for u := range 240 {
		seen := map[int]bool{}
		for len(seen) < 14 {
			i := r.IntN(40) + u%2*40
			if r.IntN(8) == 0 {
				i = r.IntN(80)
			}
			if seen[i] {
				continue
			}
			seen[i] = true
			split := "train"
			if n := len(seen); n > 12 {
				split = "test"
			} else if n > 10 {
				split = "valid"
			}
			fmt.Fprintf(&b, "u%d,i%d,%s\n", u, i, split)
		}
	}
	dir := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(dir, "interactions.csv"), []byte(b.String()), 0o644))
	return dir
}

// Whoever holds the key can sign anything: a receipt that names lethe and speaks of weights
// that were only masked is caught by replay, and by the audit of the model file.
func TestForgedReceiptIsCaught(t *testing.T) {
	dir, model := halves(t), filepath.Join(t.TempDir(), "m")
	status, _, stderr := lethe("train", "-data", dir, "-model", "bpr", "-dim", "16", "-epochs", "60", "-rate", "0.02", "-patience", "60", "-o", model)
	require.Equal(t, exitDone, status, stderr)
	out := t.TempDir()
	in := func(name string) string { return filepath.Join(out, name) }
	request := "pairs:20%"
	status, _, stderr = lethe("unlearn", "-model-file", model, "-data", dir, "-method", "lethe", "-forget", request, "-o", in("honest"), "-receipt", in("receipt"))
	require.Equal(t, exitDone, status, stderr)
	status, _, stderr = lethe("unlearn", "-model-file", model, "-data", dir, "-method", "mask-only", "-forget", request, "-o", in("masked"), "-json", in("row"))
	require.Equal(t, exitDone, status, stderr)
	masked := readJSON[api.Row](t, in("row"))

	status, stdout, _ := lethe("verify", in("receipt"), "-data", dir, "-model-file", in("honest"))
	require.Equal(t, exitDone, status, "the honest one holds: %s", stdout)
	b, err := os.ReadFile(in("receipt"))
	require.NoError(t, err)
	list, err := receipt.Decode(b)
	require.NoError(t, err)
	forged := list[0].Receipt
	forged.Theta = *masked.ThetaSHA256
	d, err := receipt.Sign(forged, nil, ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize)))
	require.NoError(t, err)
	d.Opening = list[0].Opening
	b, err = receipt.Encode([]receipt.Document{d})
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(in("forged"), b, 0o644))

	status, stdout, _ = lethe("verify", in("forged"))
	require.Equal(t, exitDone, status, "signature and chain alone cannot tell: %s", stdout)
	status, stdout, _ = lethe("verify", in("forged"), "-data", dir)
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stdout, "they were not made as it says")
	status, stdout, _ = lethe("verify", in("forged"), "-data", dir, "-model-file", in("masked"))
	assert.Equal(t, exitFailed, status)
	assert.Contains(t, stdout, "bound to the data of before")
	assert.Contains(t, stdout, "The receipt says forget_auc 0")
	assert.Contains(t, stdout, "still remembers: forget_auc is")
}

// The new model takes the old one's place, and a command broken off is finished by the next.
func TestReceiptInPlaceAndTakenUpAgain(t *testing.T) {
	dir, model := trainedShop(t)
	in := filepath.Join(t.TempDir(), "receipt")
	old, err := os.ReadFile(model)
	require.NoError(t, err)
	status, _, stderr := lethe("unlearn", "-model-file", model, "-data", dir, "-method", "lethe", "-forget", "user:nobody", "-o", model, "-receipt", in)
	require.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, "nobody")
	status, _, stderr = lethe("unlearn", "-model-file", model, "-data", dir, "-method", "mask-only", "-forget", "user:u4", "-o", model, "-receipt", in)
	require.Equal(t, exitFailed, status)
	assert.Contains(t, stderr, "control")
	status, _, stderr = lethe("unlearn", "-model-file", model, "-data", dir, "-method", "lethe", "-forget", "user:u4", "-receipt", in)
	require.Equal(t, exitUsage, status)
	assert.Contains(t, stderr, "-o")
	status, _, stderr = lethe("unlearn", "-model-file", model, "-data", dir, "-method", "lethe", "-forget", "user:u4", "-o", model, "-receipt", in)
	require.Equal(t, exitDone, status, stderr)
	now, err := os.ReadFile(model)
	require.NoError(t, err)
	assert.NotEqual(t, old, now)
	files, err := filepath.Glob(in + ".journal/*")
	require.NoError(t, err)
	for _, f := range files {
		b, err := os.ReadFile(f)
		require.NoError(t, err)
		assert.False(t, strings.Contains(string(b), "user:u4"))
	}
}
