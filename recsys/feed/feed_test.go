package feed

import (
	"bytes"
	"crypto/ed25519"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	_ "lethe/recsys/sign/standard" // Ed25519
)

func owner(seed byte) ed25519.PrivateKey {
	return ed25519.NewKeyFromSeed(bytes.Repeat([]byte{seed}, ed25519.SeedSize))
}

// signed is a feed of takedowns of the items named, after a cursor.
func signed(t testing.TB, key ed25519.PrivateKey, at Cursor, names ...string) [][]byte {
	var out [][]byte
	for _, n := range names {
		l, err := Sign(Takedown{Kind: Item, Name: n, Issued: "2026-01-02T03:04:05Z"}, at, key)
		require.NoError(t, err)
		out, at = append(out, l.Encode()), l.Cursor()
	}
	return out
}

func joined(lines ...[]byte) []byte { return bytes.Join(lines, nil) }

func TestFollow(t *testing.T) {
	key := owner(1)
	public := PublicKey(key)
	f := signed(t, key, Cursor{}, "a", "b", "c", "d")
	cursor := func(n int) Cursor {
		if n == 0 {
			return Cursor{}
		}
		l, err := Decode(bytes.TrimSuffix(f[n-1], []byte("\n")))
		require.NoError(t, err)
		return l.Cursor()
	}
	other := signed(t, key, cursor(1), "x", "y", "z")             // the owner's second truth after a
	stranger := signed(t, owner(2), Cursor{}, "a", "b", "c", "d") // another key
	changed := bytes.Replace(f[1], []byte(`"name":"b"`), []byte(`"name":"q"`), 1)
	for _, c := range []struct {
		name string
		body []byte
		at   int
		news string
		err  error
	}{
		{"all", joined(f...), 0, "abcd", nil},
		{"only the new", joined(f...), 2, "cd", nil},
		{"a page that overlaps by one", joined(f[1:]...), 2, "cd", nil},
		{"a page right behind the cursor", joined(f[2:]...), 2, "cd", nil},
		{"nothing new", joined(f...), 4, "", nil},
		{"nothing at all, ever", nil, 0, "", nil},
		{"empty after something", nil, 2, "", ErrStale},
		{"replayed: an older feed", joined(f[:2]...), 3, "", ErrStale},
		{"reordered", joined(f[0], f[2], f[1], f[3]), 0, "", ErrBroken},
		{"a line missing", joined(f[0], f[2], f[3]), 0, "", ErrBroken},
		{"a page missing", joined(f[3]), 2, "", ErrBroken},
		{"cut short", joined(f...)[:900], 0, "", ErrBroken},
		{"doubled", joined(f[0], f[0]), 0, "", ErrBroken},
		{"forked before the cursor's line", joined(append([][]byte{f[0]}, other...)...), 2, "", ErrForked},
		{"forked at the cursor's end", joined(other[1:]...), 2, "", ErrForked},
		{"another key", joined(stranger...), 0, "", ErrForged},
		{"another key's end", joined(f[0], f[1], stranger[2]), 0, "", ErrForged},
		{"a changed name", joined(f[0], changed), 0, "", ErrForged},
		{"no JSON", []byte("hello\n"), 0, "", ErrForged},
		{"a field more", bytes.Replace(f[0], []byte(`"kind"`), []byte(`"add":1,"kind"`), 1), 0, "", ErrForged},
		{"white space", bytes.Replace(f[0], []byte(`:`), []byte(`: `), 1), 0, "", ErrForged},
		{"a line too long", append(bytes.Repeat([]byte("x"), MaxLine+1), '\n'), 0, "", ErrForged},
	} {
		t.Run(c.name, func(t *testing.T) {
			news, next, err := Follow(c.body, public, cursor(c.at))
			var names strings.Builder
			for _, l := range news {
				names.WriteString(l.Takedown.Name)
			}
			assert.Equal(t, c.news, names.String())
			if c.err != nil {
				assert.ErrorIs(t, err, c.err)
				assert.Equal(t, cursor(c.at), next, "a bad feed moves nothing")
				return
			}
			require.NoError(t, err)
			again, same, err := Follow(c.body, public, next)
			require.NoError(t, err)
			assert.Empty(t, again)
			assert.Equal(t, next, same)
		})
	}
}

// A clock decides nothing: takedowns from the past, the future and no time at all are followed alike.
func TestIssuedDecidesNothing(t *testing.T) {
	key := owner(1)
	var body []byte
	at := Cursor{}
	for _, issued := range []string{"2099-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "", "yesterday"} {
		l, err := Sign(Takedown{Kind: Item, Name: "a", Issued: issued}, at, key)
		require.NoError(t, err)
		body, at = append(body, l.Encode()...), l.Cursor()
	}
	news, _, err := Follow(body, PublicKey(key), Cursor{})
	require.NoError(t, err)
	assert.Len(t, news, 4)
}

func TestSignRefuses(t *testing.T) {
	for name, x := range map[string]Takedown{
		"no kind":              {Name: "a"},
		"a kind that adds":     {Kind: "add", Name: "a"},
		"no name":              {Kind: Item},
		"a long name":          {Kind: Item, Name: strings.Repeat("x", maxText+1)},
		"a line break":         {Kind: Item, Name: "a\nb"},
		"a modality for none":  {Kind: Item, Name: "a", Modality: "image"},
		"no modality for some": {Kind: Modality, Name: "a"},
	} {
		_, err := Sign(x, Cursor{}, owner(1))
		assert.ErrorIs(t, err, ErrForged, name)
	}
	_, err := ParseKey("AAAA")
	assert.ErrorContains(t, err, "not a public key")
}

func TestRequests(t *testing.T) {
	for want, x := range map[string]Takedown{
		"item:a/b":         {Kind: Item, Name: "a/b"},
		"creator:Jo: & Co": {Kind: Creator, Name: "Jo: & Co"},
		"modality:image@7": {Kind: Modality, Name: "7", Modality: "image"},
	} {
		assert.Equal(t, want, x.Request())
	}
}

func FuzzFollow(f *testing.F) {
	key := owner(1)
	lines := signed(f, key, Cursor{}, "a", "b")
	f.Add(joined(lines...), 0)
	f.Add(joined(lines[1]), 1)
	f.Add([]byte("{}\n"), 0)
	first, err := Decode(bytes.TrimSuffix(lines[0], []byte("\n")))
	require.NoError(f, err)
	f.Fuzz(func(t *testing.T, body []byte, serial int) {
		at := Cursor{}
		if serial == 1 {
			at = first.Cursor()
		}
		news, next, err := Follow(body, PublicKey(key), at)
		if err != nil && (len(news) > 0 || next != at) {
			t.Fatal("a bad feed was believed in part")
		}
		for _, l := range news { // nobody but the owner signs
			if !bytes.Contains(joined(lines...), l.Encode()) {
				t.Fatalf("followed %s", l.Encode())
			}
		}
	})
}
