// Package rng derives named random streams from one seed.
//
// A stream belongs to a name and a list of entity keys, never to the order in
// which streams are asked for: New(7).Stream("negative", epoch, user, item)
// is the same sequence whatever else was drawn before. Taking a user out of
// the data therefore leaves every other user's initial row, shuffle position
// and negatives as they were, and a model retrained without that user is the
// same experiment minus the forgotten facts.
package rng

import "math/rand/v2"

// Source is a seed from which streams are derived. The zero Source is seed 0.
type Source struct{ seed uint64 }

// New returns the source of a seed.
func New(seed uint64) Source { return Source{mix(seed ^ 0x6c65746865)} }

// Named returns the source of all streams of one name, so that a hot loop
// hashes the name once.
func (s Source) Named(name string) Source { return Source{mix(s.seed ^ HashString(name))} }

// Key returns the source below s for one entity key.
func (s Source) Key(k uint64) Source { return Source{mix(s.seed + 0x9e3779b97f4a7c15 ^ mix(k))} }

// Bits returns 64 uniform bits that belong to the source itself: a hash of
// seed, name and keys, used as sort key for shuffles.
func (s Source) Bits() uint64 { return mix(s.seed ^ 0xd1b54a32d192ed03) }

// Stream returns the sequence of a source: a PCG generator seeded by it.
func (s Source) Stream() Stream {
	return Stream{*rand.NewPCG(s.seed, mix(s.seed^0xa0761d6478bd642f))}
}

// Stream is one sequence of random numbers.
type Stream struct{ pcg rand.PCG }

// Uint64 returns 64 uniform bits.
func (s *Stream) Uint64() uint64 { return s.pcg.Uint64() }

// Float32 returns a uniform number in [0, 1) with 24 bits.
func (s *Stream) Float32() float32 { return float32(s.pcg.Uint64()>>40) / (1 << 24) }

// Float64 returns a uniform number in [0, 1) with 53 bits.
func (s *Stream) Float64() float64 { return float64(s.pcg.Uint64()>>11) / (1 << 53) }

// IntN returns a uniform integer in [0, n). It panics if n < 1.
func (s *Stream) IntN(n int) int {
	if n < 1 {
		panic("rng: IntN of a number below 1")
	}
	// Lemire's multiply-shift on the upper 32 bits, with rejection.
	bound := uint32(n)
	for {
		m := (s.pcg.Uint64() >> 32) * uint64(bound)
		// The quotient below is less than bound, so most draws need no division.
		if low := uint32(m); low >= bound || low >= -bound%bound {
			return int(m >> 32)
		}
	}
}

// Normal returns an approximately normal number (mean 0, deviation 1): the
// sum of twelve uniform numbers less six. It needs additions only, so its
// bits are the same on every platform; its tails end at ±6.
func (s *Stream) Normal() float64 {
	sum := -6.0
	for range 12 {
		sum += s.Float64()
	}
	return sum
}

// Perm returns a random permutation of 0..n-1.
func (s *Stream) Perm(n int) []int {
	p := make([]int, n)
	for i := range p {
		j := s.IntN(i + 1)
		p[i] = p[j]
		p[j] = i
	}
	return p
}

// HashString is the 64-bit FNV-1a hash of a string, mixed. Data sets key
// their users and items by it, so that a row's streams follow its identifier
// and not its position.
func HashString(s string) uint64 {
	h := uint64(0xcbf29ce484222325)
	for i := 0; i < len(s); i++ {
		h = (h ^ uint64(s[i])) * 0x100000001b3
	}
	return mix(h)
}

// mix is the finaliser of SplitMix64 (Steele, Lea, Flood 2014).
func mix(x uint64) uint64 {
	x ^= x >> 30
	x *= 0xbf58476d1ce4e5b9
	x ^= x >> 27
	x *= 0x94d049bb133111eb
	return x ^ x>>31
}
