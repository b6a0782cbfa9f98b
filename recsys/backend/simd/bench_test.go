package simd

import (
	"fmt"
	"math"
	"testing"

	"gonum.org/v1/gonum/blas"
	"gonum.org/v1/gonum/blas/blas32"

	"lethe/recsys/backend"
	"lethe/recsys/backend/reference"
	"lethe/recsys/rng"
)

// Sizes of the MMRec "Baby" data: 19,445 users, 7,050 items, 118,551 training pairs.
const users, items, pairs = 19445, 7050, 118551

func numbers(n int) []float32 {
	r := rng.New(3).Named("bench").Stream()
	x := make([]float32, n)
	for i := range x {
		x[i] = 2*r.Float32() - 1
	}
	return x
}

func random(be backend.Backend, rows, cols int) backend.Tensor {
	t := be.New(rows, cols)
	be.Write(t, numbers(rows*cols))
	return t
}

func gflops(b *testing.B, flops float64) {
	b.ReportMetric(flops*float64(b.N)/b.Elapsed().Seconds()/1e9, "GFLOP/s")
}

var products = []struct {
	name           string
	transA, transB bool
	m, n, k        int
}{
	{"batch", false, false, 2048, 64, 64},
	{"batch·Wt", false, true, 2048, 64, 64},
	{"items", false, false, items, 64, 128},
	{"gradient", true, false, 128, 64, items},
	{"in-batch", false, true, 2048, 2048, 64},
	{"one-column", false, false, items, 1, 64},
	{"square256", false, false, 256, 256, 256},
	{"square512", false, false, 512, 512, 512},
	{"square1024", false, false, 1024, 1024, 1024},
}

// BenchmarkGemm is one core against gonum, which spreads large products over
// all processors: compare with -cpu 1.
func BenchmarkGemm(b *testing.B) {
	for _, p := range products {
		shape := func(trans bool, r, c int) (int, int) {
			if trans {
				return c, r
			}
			return r, c
		}
		ar, ac := shape(p.transA, p.m, p.k)
		br, bc := shape(p.transB, p.k, p.n)
		flops := 2 * float64(p.m) * float64(p.n) * float64(p.k)
		for _, be := range []backend.Backend{New(), reference.New()} {
			b.Run(p.name+"/"+be.Name(), func(b *testing.B) {
				if be.Name() == "reference" && flops > 1e8 {
					b.Skip("too slow")
				}
				x, y, z := random(be, ar, ac), random(be, br, bc), be.New(p.m, p.n)
				for b.Loop() {
					be.Gemm(p.transA, p.transB, 1, x, y, 0, z)
				}
				gflops(b, flops)
			})
		}
		b.Run(p.name+"/gonum", func(b *testing.B) {
			general := func(r, c int) blas32.General {
				return blas32.General{Rows: r, Cols: c, Stride: c, Data: numbers(r * c)}
			}
			t := map[bool]blas.Transpose{false: blas.NoTrans, true: blas.Trans}
			x, y, z := general(ar, ac), general(br, bc), general(p.m, p.n)
			for b.Loop() {
				blas32.Gemm(t[p.transA], t[p.transB], 1, x, y, 0, z)
			}
			gflops(b, flops)
		})
	}
}

// zipf is a symmetric bipartite adjacency whose items' popularity falls as 1/rank.
func zipf() backend.CSR {
	r := rng.New(4).Named("zipf").Stream()
	n := users + items
	row := make([]map[int32]bool, n)
	for v := range row {
		row[v] = map[int32]bool{}
	}
	for made := 0; made < pairs; {
		u := int32(r.IntN(users))
		i := int32(users + min(items-1, int(math.Exp(r.Float64()*math.Log(items)))-1))
		if !row[u][i] {
			row[u][i], row[i][u] = true, true
			made++
		}
	}
	m := backend.CSR{Rows: n, Cols: n, Ptr: []int32{0}}
	for v := range row {
		for c := range int32(n) {
			if len(row[v]) == len(m.Col)-int(m.Ptr[v]) {
				break
			}
			if row[v][c] {
				m.Col, m.Val = append(m.Col, c), append(m.Val, r.Float32())
			}
		}
		m.Ptr = append(m.Ptr, int32(len(m.Col)))
	}
	return m
}

// BenchmarkSpMM counts as bytes what a propagation step reads and writes at
// least: a row of x for each entry, z and y.
func BenchmarkSpMM(b *testing.B) {
	m := zipf()
	for _, cols := range []int{64, 100, 20} {
		for _, be := range []backend.Backend{New(), reference.New()} {
			b.Run(fmt.Sprintf("%d/%s", cols, be.Name()), func(b *testing.B) {
				s, x, z := be.NewSparse(m), random(be, m.Cols, cols), random(be, m.Rows, cols)
				y := be.New(m.Rows, cols)
				b.SetBytes(int64(4 * (len(m.Col)*(cols+2) + 2*m.Rows*cols)))
				for b.Loop() {
					be.SpMM(1, s, x, 0.5, z, y)
				}
			})
		}
	}
}

func BenchmarkTopK(b *testing.B) {
	be := New()
	u, i := random(be, users, 64), random(be, items, 64)
	m := backend.CSR{Rows: users, Cols: items, Ptr: []int32{0}}
	r := rng.New(5).Named("seen").Stream()
	for range users {
		at := int32(0)
		for range 6 { // as many as the data has per user
			at += int32(1 + r.IntN(1100))
			m.Col = append(m.Col, at)
		}
		m.Ptr = append(m.Ptr, int32(len(m.Col)))
	}
	s, ids, scores := be.NewSparse(m), be.New(users, 50), be.New(users, 50)
	ix, all := be.NewIndex(users), make([]int32, users)
	for k := range all {
		all[k] = int32(k)
	}
	be.WriteIndex(ix, users, all)
	for b.Loop() {
		be.TopK(u, ix, i, s, backend.Tensor{}, ids, scores)
	}
	gflops(b, 2*users*items*64)
}

func BenchmarkAdam(b *testing.B) {
	be := New()
	step := backend.AdamStep{Rate: 1e-3, Beta1: 0.9, Beta2: 0.999, Epsilon: 1e-8, Correct1: 1, Correct2: 1}
	g, m, v, theta := random(be, users+items, 64), be.New(users+items, 64), be.New(users+items, 64), random(be, users+items, 64)
	b.Run("dense", func(b *testing.B) {
		b.SetBytes(int64(4 * 7 * theta.Len()))
		for b.Loop() {
			be.Adam(step, g, m, v, theta)
		}
	})
	b.Run("rows", func(b *testing.B) {
		ix := be.NewIndex(4096)
		list := make([]int32, 4096)
		for k := range list {
			list[k] = int32(k * 6)
		}
		be.WriteIndex(ix, users+items, list)
		b.SetBytes(4 * 7 * 4096 * 64)
		for b.Loop() {
			be.AdamRows(step, ix, g, m, v, theta)
		}
	})
}

func BenchmarkBPRStep(b *testing.B) {
	for _, d := range []int{64, 100} {
		for name, be := range map[string]backend.Backend{"": New(), "/scalar": &Backend{loops: &scalar}} {
			b.Run(fmt.Sprint(d, name), func(b *testing.B) {
				r := rng.New(6).Named("bpr").Stream()
				vu, vi := random(be, users, d), random(be, items, d)
				draw := func(n int) *backend.Index {
					ix, list := be.NewIndex(pairs), make([]int32, pairs)
					for k := range list {
						list[k] = int32(r.IntN(n))
					}
					be.WriteIndex(ix, n, list)
					return ix
				}
				u, i, j := draw(users), draw(items), draw(items)
				for b.Loop() {
					be.BPRStep(1e-4, 1e-2, vu, vi, u, i, j)
				}
				b.ReportMetric(pairs*float64(b.N)/b.Elapsed().Seconds()/1e6, "Msamples/s")
			})
		}
	}
}

// BenchmarkRows is what a batch of 2048 does with rows of 64.
func BenchmarkRows(b *testing.B) {
	be := New()
	table, batch, other := random(be, items, 64), random(be, 2048, 64), random(be, 2048, 64)
	col, row := be.New(2048, 1), be.New(1, 64)
	ix, list := be.NewIndex(2048), make([]int32, 2048)
	for k := range list {
		list[k] = int32(k * 3)
	}
	be.WriteIndex(ix, items, list)
	for name, kernel := range map[string]func(){
		"Gather":     func() { be.Gather(table, ix, batch) },
		"ScatterAdd": func() { be.ScatterAdd(1e-6, other, ix, table) },
		"Axpby":      func() { be.Axpby(0.5, other, 0.5, batch) },
		"Mul":        func() { be.Mul(1, other, batch, 0, other) },
		"RowDot":     func() { be.RowDot(1, batch, other, 0, col) },
		"RowScale":   func() { be.RowScale(1, col, batch, 1, other) },
		"AddRow":     func() { be.AddRow(batch, row, other) },
		"ColSum":     func() { be.ColSum(1, batch, 0, row) },
		"CopyCols":   func() { be.CopyCols(1, batch, 0, 32, 0, other, 32) },
		"RowSoftmax": func() { be.RowSoftmax(batch, other) },
		"Sigmoid":    func() { be.Unary(backend.Sigmoid, batch, other) },
		"SigmoidGrad": func() {
			be.UnaryGrad(backend.Sigmoid, batch, batch, other, other)
		},
	} {
		b.Run(name, func(b *testing.B) {
			for b.Loop() {
				kernel()
			}
			b.ReportMetric(float64(b.Elapsed().Nanoseconds())/float64(b.N)/2048, "ns/row")
		})
	}
}
