//go:build !js

package main

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestReport(t *testing.T) {
	dir := t.TempDir()
	zeros, noise := filepath.Join(dir, "zeros"), filepath.Join(dir, "noise")
	require.NoError(t, os.WriteFile(zeros, make([]byte, 100_000), 0o644))
	random := make([]byte, 10_000)
	for i := range random {
		random[i] = byte(rand.Uint32())
	}
	require.NoError(t, os.WriteFile(noise, random, 0o644))

	tests := []struct {
		name string
		args []string
		fail string
	}{
		{"no budget", []string{zeros, noise}, ""},
		{"within", []string{zeros + "=100", noise + "=10100"}, ""}, // noise does not compress: a few bytes more
		{"over", []string{zeros + "=100", noise + "=9000"}, "over its budget"},
		{"both over", []string{zeros + "=1", noise + "=1"}, "zeros weighs"},
		{"no such file", []string{filepath.Join(dir, "absent")}, "absent"},
		{"no number", []string{zeros + "=1MB"}, "positive number"},
		{"zero", []string{zeros + "=0"}, "positive number"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			var out bytes.Buffer
			err := report(&out, test.args)
			if test.fail != "" {
				assert.ErrorContains(t, err, test.fail)
				return
			}
			require.NoError(t, err)
			lines := strings.Split(strings.TrimSpace(out.String()), "\n")
			require.Len(t, lines, 3)
			var name string
			var raw, wire int
			_, err = fmt.Sscan(lines[2], &name, &raw, &wire)
			require.NoError(t, err)
			assert.Equal(t, 10_000, raw)
			assert.InDelta(t, 10_010, wire, 20)
		})
	}
}
