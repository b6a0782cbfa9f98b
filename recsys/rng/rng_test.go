package rng

import (
	"testing"

	"github.com/stretchr/testify/assert"
)

func TestStreamsBelongToNamesNotToOrder(t *testing.T) {
	a := New(7).Named("negative").Key(3).Stream()
	first := a.Uint64()
	other := New(7).Named("user").Key(3).Stream()
	other.Uint64()
	b := New(7).Named("negative").Key(3).Stream()
	assert.Equal(t, first, b.Uint64())
	c := New(8).Named("negative").Key(3).Stream()
	assert.NotEqual(t, first, c.Uint64())
	d := New(7).Named("negative").Key(4).Stream()
	assert.NotEqual(t, first, d.Uint64())
}

func TestKeysDoNotCommute(t *testing.T) {
	s := New(1)
	assert.NotEqual(t, s.Key(1).Key(2).Bits(), s.Key(2).Key(1).Bits())
}

func TestIntNIsUniform(t *testing.T) {
	s := New(1).Stream()
	var count [7]int
	const n = 70000
	for range n {
		count[s.IntN(7)]++
	}
	for k, c := range count {
		// Binomial deviation is 92.6: five of them either way.
		assert.InDelta(t, n/7, c, 463, "value %d", k)
	}
	assert.Panics(t, func() { s.IntN(0) })
}

func TestNormalMoments(t *testing.T) {
	s := New(2).Stream()
	var sum, sq float64
	const n = 100000
	for range n {
		x := s.Normal()
		sum += x
		sq += x * x
	}
	assert.InDelta(t, 0, sum/n, 0.016)
	assert.InDelta(t, 1, sq/n, 0.025)
}

func TestPermIsAPermutation(t *testing.T) {
	s := New(3).Stream()
	seen := make([]bool, 100)
	for _, v := range s.Perm(100) {
		assert.False(t, seen[v])
		seen[v] = true
	}
}

func TestStreamDoesNotAllocate(t *testing.T) {
	src := New(5).Named("negative")
	n := testing.AllocsPerRun(100, func() {
		s := src.Key(1).Key(2).Stream()
		s.IntN(10)
	})
	assert.Zero(t, n)
}
