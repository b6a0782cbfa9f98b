package simd

import (
	"crypto/sha256"
	"encoding/binary"
	"encoding/hex"
	"math"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"lethe/recsys/backend"
	"lethe/recsys/backend/backendtest"
)

// sets are the fastest loops of this build and processor, and the scalar ones.
var sets = map[string]func() backend.Backend{
	"fastest": New,
	"scalar":  func() backend.Backend { return &Backend{loops: &scalar} },
}

func TestConformance(t *testing.T) {
	for name, be := range sets {
		t.Run(name, func(t *testing.T) { backendtest.Run(t, be) })
	}
}

func TestRepeatable(t *testing.T) { backendtest.RunRepeatable(t, New) }

// outputs is the sha256 of what all kernels write on fixed numbers. It is the
// same with and without vectors, on amd64, arm64 and wasm. A kernel or a case added to
// backendtest.Outputs changes it; nothing else may.
const outputs = "6367c46cfb41b4468c8da53dfc9e2150e01f1448cd16ab48ff42732f3dee5394"

func TestSameBitsEverywhere(t *testing.T) {
	for name, be := range sets {
		out, err := backendtest.Outputs(be())
		require.NoError(t, err)
		h := sha256.New()
		for i, x := range out {
			if x != x {
				t.Fatalf("%s: output %d is NaN", name, i)
			}
			var b [4]byte
			binary.LittleEndian.PutUint32(b[:], math.Float32bits(x))
			h.Write(b[:])
		}
		assert.Equal(t, outputs, hex.EncodeToString(h.Sum(nil)), name)
	}
}

// A kernel called before at the same shapes allocates nothing.
func TestKernelsAllocateNothing(t *testing.T) {
	for _, n := range []int{64, 100} {
		b := New().(*Backend)
		x, y, z := b.New(n, n), b.New(n, n), b.New(n, n)
		v, row, col := b.New(n, n), b.New(1, n), b.New(n, 1)
		ids, scores := b.New(3, 10), b.New(3, 10)
		ix := b.NewIndex(3)
		b.WriteIndex(ix, n, []int32{1, 5, 3})
		list := b.New(3, n)
		m := backend.CSR{Rows: n, Cols: n, Ptr: make([]int32, n+1), Col: []int32{2, 7}}
		for r := 1; r <= n; r++ {
			m.Ptr[r] = 2
		}
		s := b.NewSparse(m)
		for name, kernel := range map[string]func(){
			"Fill":       func() { b.Fill(1, x) },
			"Gemm":       func() { b.Gemm(true, false, 1, x, y, 0, z); b.Gemm(false, true, 1, x, y, 1, z) },
			"SpMM":       func() { b.SpMM(1, s, x, 1, z, z) },
			"Gather":     func() { b.Gather(x, ix, list) },
			"ScatterAdd": func() { b.ScatterAdd(1, list, ix, x) },
			"Axpby":      func() { b.Axpby(1, x, 1, y) },
			"Mul":        func() { b.Mul(1, x, y, 1, y) },
			"Unary": func() {
				for f := range backend.UnaryOps {
					b.Unary(f, x, y)
				}
			},
			"UnaryGrad": func() {
				for f := range backend.UnaryOps {
					b.UnaryGrad(f, x, y, z, v)
				}
			},
			"RowDot":     func() { b.RowDot(1, x, y, 1, col) },
			"RowScale":   func() { b.RowScale(1, col, x, 1, y) },
			"AddRow":     func() { b.AddRow(x, row, y) },
			"ColSum":     func() { b.ColSum(1, x, 1, row) },
			"CopyCols":   func() { b.CopyCols(1, x, 1, 3, 1, y, 2) },
			"RowSoftmax": func() { b.RowSoftmax(x, y) },
			"Adam":       func() { b.Adam(backend.AdamStep{Correct1: 1, Correct2: 1, Epsilon: 1}, x, y, z, v) },
			"AdamRows":   func() { b.AdamRows(backend.AdamStep{Correct1: 1, Correct2: 1, Epsilon: 1}, ix, x, y, z, v) },
			"BPRStep":    func() { b.BPRStep(0.1, 0.1, x, y, ix, ix, ix) },
			"TopK":       func() { b.TopK(x, ix, y, s, row, ids, scores) },
			"Read":       func() { _ = b.Read(row, b.Data(row)) },
		} {
			assert.Zero(t, testing.AllocsPerRun(3, kernel), "%s %d", name, n)
		}
	}
}

func TestDataIsLive(t *testing.T) {
	b := New().(*Backend)
	x := b.New(3, 2)
	b.Data(x.RowRange(1, 2))[1] = 4
	got := make([]float32, 6)
	require.NoError(t, b.Read(x, got))
	assert.Equal(t, []float32{0, 0, 0, 4, 0, 0}, got)
	assert.Equal(t, 2, cap(b.Data(x.RowRange(0, 1))))
}
