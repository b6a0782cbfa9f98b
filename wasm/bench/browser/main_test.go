//go:build !js

package main

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
)

func TestRatiosAreOfLikeToLike(t *testing.T) {
	var f figures
	require.NoError(t, json.Unmarshal([]byte(`{"columns": ["simd", "webgpu", "tfjs wasm", "tfjs webgpu"],
		"cases": [{"name": "GEMM", "unit": "GFLOP/s"}, {"name": "Step", "unit": "steps/s"}],
		"results": [
			{"name": "GEMM", "backend": "simd", "value": 12}, {"name": "GEMM", "backend": "webgpu", "value": 300, "adapter": "A card"},
			{"name": "GEMM", "backend": "tfjs wasm", "value": 8}, {"name": "GEMM", "backend": "tfjs webgpu", "value": 100},
			{"name": "Step", "backend": "webgpu", "value": 50, "calls": 0.034}, {"name": "Step", "backend": "tfjs webgpu", "failed": "no such kernel"}]}`), &f))
	var b strings.Builder
	f.print(&b)
	var words []string
	for line := range strings.Lines(b.String()) {
		words = append(words, strings.Join(strings.Fields(line), " "))
	}
	assert.Contains(t, words, "adapter: A card")
	assert.Contains(t, words, "GEMM GFLOP/s 12 300 8 100")
	at := func(line string) int {
		for k, w := range words {
			if w == line {
				return k
			}
		}
		t.Fatalf("no line %q in\n%s", line, b.String())
		return 0
	}
	assert.Equal(t, "GEMM 1.50", words[at("simd : tfjs wasm")+1])
	assert.Equal(t, "GEMM 3.00", words[at("webgpu : tfjs webgpu")+1])
	assert.Contains(t, words, "Step, tfjs webgpu: failed: no such kernel")
	assert.Contains(t, words, "Step, webgpu: 3.4 % of the time in calls from Go to JavaScript")
}
