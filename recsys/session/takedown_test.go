package session

import (
	"bytes"
	"crypto/ed25519"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase/erasetest"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
)

func ownerOf(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// takenDown signs takedowns behind a cursor: "item:ID", "creator:NAME", "modality:NAME@ID".
func takenDown(t testing.TB, key ed25519.PrivateKey, at feed.Cursor, requests ...string) (string, feed.Cursor) {
	var b []byte
	for _, r := range requests {
		x := feed.Takedown{}
		x.Kind, x.Name, _ = strings.Cut(r, ":")
		if x.Kind == feed.Modality {
			x.Modality, x.Name, _ = strings.Cut(x.Name, "@")
		}
		l, err := feed.Sign(x, at, key)
		require.NoError(t, err)
		b, at = append(b, l.Encode()...), l.Cursor()
	}
	return string(b), at
}

func TestTakedown(t *testing.T) {
	key := ownerOf(1)
	public := feed.PublicKey(key)
	d, s := filled(t, 2, 9)
	first, at := takenDown(t, key, feed.Cursor{}, "item:print-i9", "item:not-here-yet")
	require.True(t, holdsName(erasetest.Plaintext(d.Blobs()), "print-i9"), "the search must be able to find it")

	r, err := s.Takedown(api.Takedown{Key: public}, []byte(first), nil)
	require.NoError(t, err)
	assert.Equal(t, 2, r.Serial)
	assert.Equal(t, 2, r.New)
	assert.Equal(t, 1, r.Gone)
	require.Len(t, r.Erased, 1)
	list, err := receipt.Decode([]byte(r.Erased[0].Receipts))
	require.NoError(t, err)
	require.NoError(t, receipt.VerifyChain(list))
	p, err := feed.DecodePublished([]byte(strings.TrimSuffix(r.Erased[0].Published, "\n")))
	require.NoError(t, err)
	assert.Equal(t, list[0].Hash(), p.Receipt)

	gone := func(s *Session) {
		assert.NotContains(t, s.base.ItemIDs, "print-i9")
		assert.False(t, holdsName(erasetest.Plaintext(d.Blobs()), "print-i9"), "in no store")
		assert.NotContains(t, recommend(t, s, api.Before, -1), 9)
		assert.Equal(t, []int32{2}, s.likes, "nor among the clicks")
	}
	gone(s)
	again, _, err := kept(t, d)
	require.NoError(t, err)
	gone(again)

	// The same once more, and a page that overlaps: nothing is new.
	second, _ := takenDown(t, key, at, "creator:creator 2")
	r, err = again.Takedown(api.Takedown{Key: public}, []byte(first), nil)
	require.NoError(t, err)
	assert.Equal(t, api.TakenDown{Serial: 2}, r)
	r, err = again.Takedown(api.Takedown{Key: public, Ask: true}, nil, nil)
	require.NoError(t, err)
	assert.Equal(t, 2, r.Serial)
	page := first[strings.Index(first, "\n")+1:] + second
	r, err = again.Takedown(api.Takedown{Key: public}, []byte(page), nil)
	require.NoError(t, err)
	assert.Equal(t, 1, r.New)
	assert.Positive(t, r.Gone)
	assert.NotContains(t, creators(again.base), "creator 2")

	// A catalogue that brings it back, and what was revoked before it came.
	fresh := people()
	fresh.ItemIDs[5] = "not-here-yet"
	files, err := data.WriteCatalog(fresh, false)
	require.NoError(t, err)
	var packed []api.File
	for _, f := range files {
		packed = append(packed, api.File(f))
	}
	fsys, err := dropped(api.PackFiles(packed))
	require.NoError(t, err)
	_, err = again.Open(api.Open{}, fsys, data.Options{}, nil)
	require.NoError(t, err)
	assert.NotContains(t, again.base.ItemIDs, "print-i9")
	assert.NotContains(t, again.base.ItemIDs, "not-here-yet")
	assert.NotContains(t, creators(again.base), "creator 2")
	assert.Contains(t, again.base.ItemIDs, "print-i7", "the others are there")
}

func creators(d *data.Dataset) (out []string) {
	for _, c := range d.Catalog {
		out = append(out, c.Creator)
	}
	return out
}

func TestTakedownRefuses(t *testing.T) {
	key := ownerOf(1)
	public := feed.PublicKey(key)
	first, at := takenDown(t, key, feed.Cursor{}, "item:print-i9", "item:print-i8")
	more, _ := takenDown(t, key, at, "item:print-i7", "item:print-i6")
	fork, _ := takenDown(t, key, feed.Cursor{}, "item:print-i1", "item:print-i2", "item:print-i3")
	forged, _ := takenDown(t, ownerOf(2), at, "item:print-i5")
	lines := strings.SplitAfter(first+more, "\n")
	_, s := filled(t)
	_, err := s.Takedown(api.Takedown{Key: public}, []byte(first), nil)
	require.NoError(t, err)
	before := s.vault.State()
	for _, c := range []struct{ body, value string }{
		{lines[0], "stale"}, {"", "stale"}, {fork, "forked"}, {forged, "forged"}, {first + forged, "forged"}, {lines[3], "broken"},
		{lines[0] + lines[1] + lines[3], "broken"}, {strings.Replace(first+more, "print-i7", "print-i1", 1), "forged"}, {"{}\n", "forged"},
	} {
		_, err := s.Takedown(api.Takedown{Key: public}, []byte(c.body), nil)
		require.Error(t, err)
		assert.Equal(t, c.value, Failure(err).Value, c.body)
		assert.Same(t, before, s.vault.State(), "a bad feed changes nothing")
	}
	_, err = s.Takedown(api.Takedown{Key: "no key"}, []byte(more), nil)
	assert.Error(t, err)
	assert.Contains(t, s.base.ItemIDs, "print-i7")
	_, err = s.Takedown(api.Takedown{Key: public}, []byte(more), nil)
	require.NoError(t, err)
	assert.NotContains(t, s.base.ItemIDs, "print-i7")
}

// A picture may go alone: its features go, its path in the catalogue, and they stay away.
func TestTakedownOfAModality(t *testing.T) {
	key := ownerOf(1)
	body, _ := takenDown(t, key, feed.Cursor{}, "modality:image@print-i9", "item:print-i8", "modality:image@print-i8")
	d, s := filled(t)
	at := slices.Index(s.base.ItemIDs, "print-i9")
	m := s.base.Modality("image")
	require.True(t, m != nil && (m.Has == nil || m.Has[at]), "there must be a picture to forget")
	r, err := s.Takedown(api.Takedown{Key: feed.PublicKey(key)}, []byte(body), nil)
	require.NoError(t, err)
	assert.Equal(t, 2, r.Gone, "what an item has goes with it")
	gone := func(s *Session) {
		assert.False(t, s.base.Modality("image").Has[at])
		assert.Equal(t, make([]float32, s.base.Modality("image").Rows.Cols), s.base.Modality("image").Rows.Row(at))
		assert.Equal(t, "print-i9", s.base.ItemIDs[at], "the item stays")
		assert.NotContains(t, s.base.ItemIDs, "print-i8")
	}
	gone(s)
	again, _, err := kept(t, d)
	require.NoError(t, err)
	gone(again)
	files, err := data.WriteCatalog(people(), false)
	require.NoError(t, err)
	var packed []api.File
	for _, f := range files {
		packed = append(packed, api.File(f))
	}
	fsys, err := dropped(api.PackFiles(packed))
	require.NoError(t, err)
	_, err = again.Open(api.Open{}, fsys, data.Options{}, nil)
	require.NoError(t, err)
	gone(again)
}

// A device that stops at any write goes on with the same feed: in the end all is gone, and each erasure has one receipt.
func TestTakedownSurvivesCrashes(t *testing.T) {
	key := ownerOf(1)
	body, _ := takenDown(t, key, feed.Cursor{}, "item:print-i9", "item:print-i8")
	for writes := 1; ; writes += seldom {
		d, s := filled(t)
		d.At, d.Fault = d.Changes+writes, erasetest.Crash
		_, err := s.Takedown(api.Takedown{Key: feed.PublicKey(key)}, []byte(body), nil)
		stopped := err != nil
		d = d.Reopened()
		again, _, kerr := kept(t, d)
		require.NoError(t, kerr)
		r, aerr := again.Takedown(api.Takedown{Key: feed.PublicKey(key)}, []byte(body), nil)
		require.NoError(t, aerr, "after %d writes: %v", writes, err)
		assert.Equal(t, 2, r.Serial)
		assert.NotContains(t, again.base.ItemIDs, "print-i9")
		assert.NotContains(t, again.base.ItemIDs, "print-i8")
		assert.False(t, holdsName(erasetest.Plaintext(d.Blobs()), "print-i9"))
		assert.Len(t, again.vault.State().Receipts, 1, "after %d writes", writes)
		if !stopped {
			require.Greater(t, writes, 5)
			return
		}
	}
}

// Where nothing is kept, in a private window or a second tab, what is revoked goes from memory.
func TestTakedownWhereNothingIsKept(t *testing.T) {
	key := ownerOf(1)
	body, at := takenDown(t, key, feed.Cursor{}, "item:print-i9", "item:not-here-yet", "creator:creator 2")
	s := newLine(nil, 0).session()
	_, err := s.OpenDataset(people())
	require.NoError(t, err)
	require.NoError(t, s.Like([]int{3, 9}))
	_, err = s.Train(training(5), nil)
	require.NoError(t, err)
	r, err := s.Takedown(api.Takedown{Key: feed.PublicKey(key)}, []byte(body), nil)
	require.NoError(t, err)
	assert.Equal(t, 3, r.Serial)
	assert.Greater(t, r.Gone, 2)
	require.Len(t, r.Erased, 1)
	assert.Empty(t, r.Erased[0].Receipts)
	gone := func() {
		assert.NotContains(t, s.base.ItemIDs, "print-i9")
		assert.NotContains(t, creators(s.base), "creator 2")
		assert.Contains(t, s.base.ItemIDs, "print-i3")
	}
	gone()
	assert.Equal(t, []int32{3}, s.likes)
	_, err = s.Recommend(api.Recommend{Slot: api.Before, User: -1})
	assert.Equal(t, api.CodeNotReady, code(t, err), "the model that knew it is gone")
	_, err = s.Takedown(api.Takedown{Key: feed.PublicKey(key)}, nil, nil)
	assert.Equal(t, "stale", Failure(err).Value)
	more, _ := takenDown(t, key, at, "item:print-i3")
	_, err = s.Takedown(api.Takedown{Key: feed.PublicKey(key)}, []byte(more), nil)
	require.NoError(t, err)
	assert.NotContains(t, s.base.ItemIDs, "print-i3")

	// So does what a visitor asks for, if told that there will be no receipt.
	_, err = s.Erase(api.Erase{Method: "lethe", Request: "item:print-i4"}, nil)
	assert.Equal(t, api.CodeNotReady, code(t, err))
	e, err := s.Erase(api.Erase{Method: "lethe", Request: "item:print-i4", Unkept: true}, nil)
	require.NoError(t, err)
	assert.Equal(t, receipt.Exact, e.Tier)
	assert.NotContains(t, s.base.ItemIDs, "print-i4")
}
