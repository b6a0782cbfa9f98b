package digest

import (
	"encoding/binary"
	"hash"
	"math"
	"math/bits"
)

const block = 64

// state is the one of FIPS 180-4, section 6.2.
type state struct {
	h    [8]uint32
	rest [block]byte
	n    int // bytes of rest
	all  uint64
}

func newHash() hash.Hash {
	s := new(state)
	s.Reset()
	return s
}

// initial and rounds are the first 32 bits of the fractions of square roots of the first 8 primes and
// cube roots of the first 64.
var initial, rounds = constants()

func constants() (h [8]uint32, k [64]uint32) {
	found := 0
	for p := 2; found < len(k); p++ {
		prime := true
		for q := 2; q*q <= p; q++ {
			prime = prime && p%q != 0
		}
		if !prime {
			continue
		}
		if found < len(h) {
			h[found] = fraction(math.Sqrt(float64(p)))
		}
		k[found] = fraction(math.Cbrt(float64(p)))
		found++
	}
	return h, k
}

func fraction(x float64) uint32 {
	_, f := math.Modf(x)
	return uint32(f * (1 << 32))
}

func (s *state) Reset()         { *s = state{h: initial} }
func (s *state) Size() int      { return Size }
func (s *state) BlockSize() int { return block }

func (s *state) Write(p []byte) (int, error) {
	n := len(p)
	s.all += uint64(n)
	if s.n > 0 {
		c := copy(s.rest[s.n:], p)
		s.n, p = s.n+c, p[c:]
		if s.n < block {
			return n, nil
		}
		s.blocks(s.rest[:])
	}
	whole := len(p) / block * block
	s.blocks(p[:whole])
	s.n = copy(s.rest[:], p[whole:])
	return n, nil
}

// Sum pads a copy: a one, zeros, the length in bits.
func (s *state) Sum(b []byte) []byte {
	t := *s
	pad := make([]byte, block+8-(t.n+8)%block)
	pad[0] = 0x80
	binary.BigEndian.PutUint64(pad[len(pad)-8:], 8*t.all)
	t.Write(pad)
	for _, x := range t.h {
		b = binary.BigEndian.AppendUint32(b, x)
	}
	return b
}

func (s *state) blocks(p []byte) {
	var w [64]uint32
	for ; len(p) > 0; p = p[block:] {
		for k := range 16 {
			w[k] = binary.BigEndian.Uint32(p[4*k:])
		}
		for k := 16; k < 64; k++ {
			x, y := w[k-15], w[k-2]
			w[k] = w[k-16] + w[k-7] + (bits.RotateLeft32(x, -7) ^ bits.RotateLeft32(x, -18) ^ x>>3) +
				(bits.RotateLeft32(y, -17) ^ bits.RotateLeft32(y, -19) ^ y>>10)
		}
		a, b, c, d, e, f, g, h := s.h[0], s.h[1], s.h[2], s.h[3], s.h[4], s.h[5], s.h[6], s.h[7]
		for k, x := range w {
			x += h + rounds[k] + (bits.RotateLeft32(e, -6) ^ bits.RotateLeft32(e, -11) ^ bits.RotateLeft32(e, -25)) + (e&f ^ ^e&g)
			y := (bits.RotateLeft32(a, -2) ^ bits.RotateLeft32(a, -13) ^ bits.RotateLeft32(a, -22)) + (a&b ^ a&c ^ b&c)
			a, b, c, d, e, f, g, h = x+y, a, b, c, d+x, e, f, g
		}
		for k, x := range [8]uint32{a, b, c, d, e, f, g, h} {
			s.h[k] += x
		}
	}
}

// NewMAC computes HMAC-SHA-256 under key of what is written to it.
func NewMAC(key []byte) hash.Hash {
	m := &mac{inner: newHash()}
	if len(key) > block {
		sum := Sum(key)
		key = sum[:]
	}
	copy(m.key[:], key)
	m.Reset()
	return m
}

type mac struct {
	inner hash.Hash
	key   [block]byte
}

func (m *mac) padded(with byte) []byte {
	p := m.key
	for k := range p {
		p[k] ^= with
	}
	return p[:]
}

func (m *mac) Reset() {
	m.inner.Reset()
	m.inner.Write(m.padded(0x36))
}

func (m *mac) Write(p []byte) (int, error) { return m.inner.Write(p) }
func (m *mac) Size() int                   { return Size }
func (m *mac) BlockSize() int              { return block }

func (m *mac) Sum(b []byte) []byte {
	outer := newHash()
	outer.Write(m.padded(0x5c))
	outer.Write(m.inner.Sum(nil))
	return outer.Sum(b)
}
