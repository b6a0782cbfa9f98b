package digest

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"

	"lethe/recsys/rng"
)

// The examples of FIPS 180-4 and of RFC 4231, cases 2 and 6.
func TestKnownAnswers(t *testing.T) {
	for text, want := range map[string]string{
		"":    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
		"abc": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
		"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq": "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1",
		strings.Repeat("a", 1000000):                               "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0",
	} {
		sum := Sum([]byte(text))
		assert.Equal(t, want, hex.EncodeToString(sum[:]))
	}
	for _, c := range []struct{ key, text, want string }{
		{"Jefe", "what do ya want for nothing?", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
		{strings.Repeat("\xaa", 131), "Test Using Larger Than Block-Size Key - Hash Key First", "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
	} {
		m := NewMAC([]byte(c.key))
		m.Write([]byte(c.text))
		assert.Equal(t, c.want, hex.EncodeToString(m.Sum(nil)))
	}
}

// Here as there as the standard library, for every length around a block and every cut.
func TestAsTheStandardLibrary(t *testing.T) {
	s := rng.New(1).Stream()
	for n := range 200 {
		b := make([]byte, n)
		for k := range b {
			b[k] = byte(s.IntN(256))
		}
		assert.Equal(t, sha256.Sum256(b), Sum(b))
		h, m, want := New(), NewMAC(b), hmac.New(sha256.New, b)
		cut := s.IntN(n + 1)
		h.Write(b[:cut])
		assert.Len(t, h.Sum(nil), Size, "a sum in between changes nothing")
		h.Write(b[cut:])
		one := sha256.Sum256(b)
		assert.Equal(t, one[:], h.Sum(nil))
		m.Write(b[cut:])
		want.Write(b[cut:])
		assert.Equal(t, want.Sum(nil), m.Sum(nil))
		m.Reset()
		want.Reset()
		assert.Equal(t, want.Sum([]byte("x")), m.Sum([]byte("x")))
	}
}
