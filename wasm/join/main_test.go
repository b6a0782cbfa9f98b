//go:build !js

package main

import (
	"bytes"
	"math"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

// image is the memory that a module begins with.
func image(t *testing.T, module []byte) (memory []byte, parts int) {
	r := reader{b: module[len(header):]}
	for len(r.b) > 0 {
		id, section := r.take(1)[0], r.take(r.number())
		if id != dataSection {
			continue
		}
		list, err := segments(section)
		require.NoError(t, err)
		for _, s := range list {
			if need := int(s.at) + len(s.data); need > len(memory) {
				memory = append(memory, make([]byte, need-len(memory))...)
			}
			copy(memory[s.at:], s.data)
		}
		parts += len(list)
	}
	return memory, parts
}

// moduleOf has a section of another kind, the segments, and one more.
func moduleOf(list ...segment) []byte {
	data := encode(list)
	b := append([]byte(header), 0, 3, 'a', 'b', 'c', dataSection)
	b = append(b, byte(len(data))|0x80, byte(len(data)>>7))
	return append(append(b, data...), 0, 0)
}

func TestJoinKeepsMemory(t *testing.T) {
	far := bytes.Repeat([]byte{7}, 200)
	before := moduleOf(segment{100, []byte("ab")}, segment{110, []byte("c")}, segment{111, nil}, segment{111 + gap - 1, []byte("d")},
		segment{2000, far}, segment{2200 + gap, []byte("e")}, segment{50, []byte("out of order")})
	after, err := join(before)
	require.NoError(t, err)
	want, parts := image(t, before)
	got, joined := image(t, after)
	assert.Equal(t, want, got)
	assert.Equal(t, 7, parts)
	assert.Equal(t, 4, joined)
	assert.Contains(t, string(after), "abc", "other sections stay")
	again, err := join(after)
	require.NoError(t, err)
	assert.Equal(t, after, again)
}

func TestJoinRefuses(t *testing.T) {
	whole := moduleOf(segment{100, []byte("ab")})
	for cut := range len(whole) {
		switch cut {
		case len(header), len(header) + 5, len(whole) - 2: // between sections
			continue
		}
		_, err := join(whole[:cut])
		assert.ErrorIs(t, err, errModule, "%d bytes", cut)
	}
	passive := bytes.Clone(whole)
	passive[len(header)+9] = 1
	_, err := join(passive)
	assert.ErrorIs(t, err, errModule)
}

func TestSignedNumbers(t *testing.T) {
	for _, v := range []int64{0, 1, 63, 64, -1, -64, -65, 8191, 8192, math.MaxInt32, math.MinInt32, math.MaxInt64, math.MinInt64} {
		r := reader{b: appendSigned(nil, v)}
		assert.Equal(t, v, r.signed())
		assert.Empty(t, r.b)
		assert.False(t, r.bad)
	}
	r := reader{b: bytes.Repeat([]byte{0x80}, 20)}
	r.signed()
	assert.True(t, r.bad)
}

func TestRewrite(t *testing.T) {
	name := filepath.Join(t.TempDir(), "x.wasm")
	require.NoError(t, os.WriteFile(name, moduleOf(segment{8, []byte("a")}, segment{16, []byte("b")}), 0o644))
	require.NoError(t, rewrite(name))
	b, err := os.ReadFile(name)
	require.NoError(t, err)
	memory, parts := image(t, b)
	assert.Equal(t, 1, parts)
	assert.Equal(t, "a\x00\x00\x00\x00\x00\x00\x00b", string(memory[8:]))
	assert.Error(t, rewrite(filepath.Join(t.TempDir(), "none")))
}
