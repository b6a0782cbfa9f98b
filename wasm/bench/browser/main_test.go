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
	require.NoError(t, json.Unmarshal([]byte(`{"columns": ["simd", "webgpu", "tfjs wasm", "tfjs webgpu"], "terms": "one thread each",
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
	assert.Contains(t, words, "peers on the processor: one thread each")
	assert.Contains(t, words, "GEMM GFLOP/s 12 300 8 100")
	assert.Contains(t, words, "case tfjs wasm tfjs webgpu")
	assert.Contains(t, words, "GEMM 1.50 3.00", "simd to wasm, webgpu to webgpu")
	assert.Contains(t, words, "Step – –", "the peers have no figure")
	assert.Contains(t, words, "Step, tfjs webgpu: failed: no such kernel")
	assert.Contains(t, words, "Step, webgpu: 3.4 % of the time in calls from Go to JavaScript")
}
