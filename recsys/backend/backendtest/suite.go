package backendtest

import (
	"math"
	"slices"
	"testing"

	"lethe/recsys/backend"
)

// Run tests the backends that be makes against everything that the interface promises, or
// against the named parts of it.
func Run(t *testing.T, be func() backend.Backend, only ...string) {
	for _, c := range []struct {
		name string
		test func(p *pair)
	}{
		{"Memory", testMemory},
		{"Fill", testFill},
		{"Gemm", testGemm},
		{"SpMM", testSpMM},
		{"Gather", testGather},
		{"ScatterAdd", testScatterAdd},
		{"Axpby", testAxpby},
		{"Mul", testMul},
		{"Unary", testUnary},
		{"UnaryGrad", testUnaryGrad},
		{"RowDot", testRowDot},
		{"RowScale", testRowScale},
		{"AddRow", testAddRow},
		{"ColSum", testColSum},
		{"CopyCols", testCopyCols},
		{"RowSoftmax", testRowSoftmax},
		{"Adam", testAdam},
		{"AdamRows", testAdamRows},
		{"BPRStep", testBPRStep},
		{"TopK", testTopK},
		{"OneAllocation", testOneAllocation},
		{"Mismatch", testMismatch},
	} {
		if only == nil || slices.Contains(only, c.name) {
			t.Run(c.name, func(t *testing.T) { c.test(newPair(t, be)) })
		}
	}
	if only != nil {
		return
	}
	t.Run("StickyFailure", func(t *testing.T) { testStickyFailure(t, be) })
}

// RunRepeatable tests that the same kernels on the same numbers give the same
// bits, on one backend twice and on a second one.
func RunRepeatable(t *testing.T, be func() backend.Backend) {
	first := be()
	want := script(t, first)
	for _, again := range []backend.Backend{first, be()} {
		got := script(t, again)
		if len(got) != len(want) {
			t.Fatalf("%d numbers, then %d", len(want), len(got))
		}
		for i := range got {
			if math.Float32bits(got[i]) != math.Float32bits(want[i]) {
				t.Fatalf("element %d of the script's output is %g, was %g", i, got[i], want[i])
			}
		}
	}
}

func testMemory(p *pair) {
	be := p.got
	for _, rows := range sizes {
		for _, cols := range sizes {
			n := rows * cols
			t := be.New(rows, cols)
			if t.Rows != rows || t.Cols != cols || t.Len() != n {
				p.t.Fatalf("New(%d, %d) has shape %d×%d", rows, cols, t.Rows, t.Cols)
			}
			got := make([]float32, n)
			for i := range got {
				got[i] = sentinel
			}
			if err := be.Read(t, got); err != nil {
				p.t.Fatal(err)
			}
			for i, x := range got {
				if x != 0 {
					p.t.Fatalf("New(%d, %d) has %g at %d", rows, cols, x, i)
				}
			}
			m := p.random(rows, cols)
			p.check(m, exact, "written and read %d×%d", rows, cols)
			be.Free(t)
		}
	}
	m := p.random(5, 3)
	p.want.Write(m.want.RowRange(2, 4), []float32{1, 2, 3, 4, 5, 6})
	p.got.Write(m.got.RowRange(2, 4), []float32{1, 2, 3, 4, 5, 6})
	part := make([]float32, 3)
	if err := be.Read(m.got.RowRange(3, 4), part); err != nil {
		p.t.Fatal(err)
	}
	if part[0] != 4 || part[1] != 5 || part[2] != 6 {
		p.t.Errorf("row 3 is %v", part)
	}
	p.check(m, exact, "rows 2 and 3 written")
}

// testStickyFailure asks for 2^50 elements, which no machine has.
func testStickyFailure(t *testing.T, be func() backend.Backend) {
	b := be()
	x := b.New(2, 2)
	b.Write(x, []float32{1, 2, 3, 4})
	huge := b.New(1<<25, 1<<25)
	b.Fill(7, huge)
	b.Fill(7, x)
	ix := b.NewIndex(2)
	b.WriteIndex(ix, 2, []int32{0, 1})
	b.Gather(huge.RowRange(0, 2), ix, huge.RowRange(0, 2))
	dst := []float32{5, 6, 7, 8}
	first := b.Read(x, dst)
	if first == nil {
		t.Fatal("Read after an impossible allocation returned no failure")
	}
	if dst[0] != 5 || dst[3] != 8 {
		t.Errorf("a failed Read wrote %v", dst)
	}
	b.New(1<<26, 1<<26)
	if again := b.Read(x, dst); again == nil || again.Error() != first.Error() {
		t.Errorf("the first failure was %v, later Read returned %v", first, again)
	}
	b.Free(huge)
	b.Free(x)
}

// testMismatch checks that shapes which do not fit panic.
func testMismatch(p *pair) {
	be := p.got
	x, y, z := be.New(2, 3), be.New(3, 2), be.New(2, 4)
	s := be.NewSparse(backend.CSR{Rows: 2, Cols: 2, Ptr: []int32{0, 0, 0}})
	ix := be.NewIndex(3)
	be.WriteIndex(ix, 2, []int32{1, 0, 1})
	for name, f := range map[string]func(){
		"Write":      func() { be.Write(x, make([]float32, 5)) },
		"Read":       func() { _ = be.Read(x, make([]float32, 7)) },
		"WriteIndex": func() { be.WriteIndex(ix, 2, []int32{2}) },
		"too long":   func() { be.WriteIndex(ix, 2, make([]int32, 4)) },
		"NewSparse":  func() { be.NewSparse(backend.CSR{Rows: 1, Cols: 1, Ptr: []int32{0, 1}, Col: []int32{1}}) },
		"descending": func() { be.NewSparse(backend.CSR{Rows: 1, Cols: 2, Ptr: []int32{0, 2}, Col: []int32{1, 0}}) },
		"Gemm":       func() { be.Gemm(false, false, 1, x, x, 0, x) },
		"Gemm c":     func() { be.Gemm(true, false, 1, x, z, 0, z) },
		"SpMM":       func() { be.SpMM(1, s, y, 0, y, x) },
		"Gather":     func() { be.Gather(x, ix, x) },
		"ScatterAdd": func() { be.ScatterAdd(1, y, ix, x) },
		"Axpby":      func() { be.Axpby(1, x, 1, z) },
		"Mul":        func() { be.Mul(1, x, z, 0, x) },
		"Unary":      func() { be.Unary(backend.Exp, x, z) },
		"UnaryGrad":  func() { be.UnaryGrad(backend.Exp, x, x, x, z) },
		"RowDot":     func() { be.RowDot(1, x, x, 0, be.New(3, 1)) },
		"RowScale":   func() { be.RowScale(1, be.New(3, 1), x, 0, x) },
		"AddRow":     func() { be.AddRow(x, be.New(1, 2), x) },
		"ColSum":     func() { be.ColSum(1, x, 0, be.New(1, 2)) },
		"CopyCols":   func() { be.CopyCols(1, x, 2, 2, 0, z, 0) },
		"RowSoftmax": func() { be.RowSoftmax(x, y) },
		"Adam":       func() { be.Adam(backend.AdamStep{}, x, x, x, z) },
		"AdamRows":   func() { be.AdamRows(backend.AdamStep{}, ix, x, x, z, x) },
		"BPRStep":    func() { be.BPRStep(1, 0, x, z, ix, ix, ix) },
		"TopK":       func() { be.TopK(x, ix, x, s, backend.Tensor{}, x, x) },
		"View":       func() { x.View(2, 1, 5) },
	} {
		if !panics(f) {
			p.t.Errorf("%s: operands that do not fit were accepted", name)
		}
	}
}

func panics(f func()) (yes bool) {
	defer func() { yes = recover() != nil }()
	f()
	return
}
