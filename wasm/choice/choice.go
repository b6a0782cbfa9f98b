// Package choice decides by measurement which backend a job computes on. A quick
// calibration prices three classes of kernels on each backend of a machine, small and
// large; what a model's training step is made of is known; the cheaper sum wins.
package choice

import (
	"math"
	"time"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/graph"
	"lethe/recsys/rng"
)

// Class is a kind of kernel whose price grows alike.
type Class string

// The classes, and the unit that their work is counted in.
const (
	Rows    Class = "rows"    // elementwise, gather, scatter, Adam: numbers written
	Sparse  Class = "sparse"  // SpMM: entries times columns
	Product Class = "product" // Gemm: multiply-adds
)

// Cost is the seconds of a kernel: Fixed + Each·work.
type Cost struct{ Fixed, Each float64 }

// Costs are what a backend's kernels cost on one machine.
type Costs map[Class]Cost

// Work is what a job's step is made of: how many kernels, and their work together.
type Work map[Class]struct{ Kernels, Amount float64 }

func (w Work) add(c Class, kernels, each float64) {
	x := w[c]
	x.Kernels += kernels
	x.Amount += kernels * each
	w[c] = x
}

// Seconds is the price of a step.
func (c Costs) Seconds(w Work) float64 {
	sum := 0.0
	for class, x := range w {
		sum += c[class].Fixed*x.Kernels + c[class].Each*x.Amount
	}
	return sum
}

// Between tells whether the second backend is faster for some work, and how many times
// the faster one is as fast as the other.
func Between(first, second Costs, w Work) (isSecond bool, times float64) {
	a, b := first.Seconds(w), second.Seconds(w)
	if b < a {
		return true, a / b
	}
	return false, b / a
}

const batch, dim, layers = 2048, 64, 3 // the defaults of a training

// StepOf is what a training step of a model on a data set is made of, to within what the
// choice needs: the counts are those of the recorded steps, rounded.
func StepOf(m api.ModelConfig, t api.TrainConfig, d *data.Dataset) Work {
	width := float64(m.Dim)
	if width == 0 {
		width = dim
	}
	rows := float64(t.Batch)
	if rows == 0 {
		rows = batch
	}
	rows = min(rows, float64(d.Train.Len()))
	nodes := float64(d.Users() + d.Items())
	features := 0.0
	for _, x := range d.Modalities {
		features += float64(x.Rows.Cols)
	}
	w := Work{}
	w.add(Rows, 40, rows*width) // gathers, margins, losses and their way back
	w.add(Rows, 4, nodes*width) // zeroed gradients and Adam, which counts three times
	convolve := func(depth, entries float64) { w.add(Sparse, 2*depth, entries*width) }
	project := func(items float64) { w.add(Product, 3, items*features*width) } // forward, back to either side
	edges, depth := 2*float64(d.Train.Len()), float64(m.Layers)
	if depth == 0 {
		depth = layers
	}
	neighbors := float64(m.Neighbors)
	if neighbors == 0 {
		neighbors = 10
	}
	items := float64(d.Items())
	switch m.Name {
	case "vbpr", "tokenset":
		project(2 * rows)
	case "lightgcn":
		convolve(depth, edges)
	case "freedom":
		convolve(depth, edges)
		convolve(1, items*neighbors)
		project(items)
	case "mgcn":
		convolve(depth, edges)
		for range d.Modalities {
			convolve(1, edges+items*neighbors)
		}
		project(items)
		w.add(Product, 18, nodes*width*width) // gates and attention
		w.add(Rows, 90, nodes*width)
	}
	return w
}

// Measure prices a backend's kernels. It takes a fraction of a second on a backend that
// is worth choosing. now tells the time.
func Measure(be backend.Backend, now func() time.Time) (Costs, error) {
	out := Costs{}
	for _, class := range []Class{Rows, Sparse, Product} {
		var work, seconds [2]float64
		for k, size := range []int{1, 16} {
			var err error
			if work[k], seconds[k], err = price(be, class, size, now); err != nil {
				return nil, err
			}
		}
		each := max(0, (seconds[1]-seconds[0])/(work[1]-work[0]))
		out[class] = Cost{max(0, seconds[0]-each*work[0]), each}
	}
	return out, nil
}

// price measures one class at a size: its work and seconds.
func price(be backend.Backend, class Class, size int, now func() time.Time) (work, seconds float64, err error) {
	rows := 1024 * size
	x, y := be.New(rows, dim), be.New(rows, dim)
	defer be.Free(x)
	defer be.Free(y)
	be.Fill(0.01, x)
	var kernel func()
	switch class {
	case Rows:
		work = float64(rows * dim)
		kernel = func() { be.Axpby(0.5, x, 0.5, y) }
	case Sparse:
		m := skewed(rows)
		s := be.NewSparse(m)
		defer be.FreeSparse(s)
		work = float64(len(m.Col) * dim)
		kernel = func() { be.SpMM(1, s, x, 0, y, y) }
	case Product:
		z := be.New(dim, dim)
		defer be.Free(z)
		work = float64(rows * dim * dim)
		kernel = func() { be.Gemm(false, false, 1, x, z, 0, y) }
	}
	one := make([]float32, 1)
	wait := func() error { return be.Read(y.View(0, 1, 1), one) }
	kernel() // compiles
	if err := wait(); err != nil {
		return 0, 0, err
	}
	start := now()
	if err := wait(); err != nil {
		return 0, 0, err
	}
	idle := now().Sub(start).Seconds() // waiting itself, which a training does once an epoch
	best := math.Inf(1)
	for n := 4; n <= 256; n *= 4 {
		start := now()
		for range n {
			kernel()
		}
		if err := wait(); err != nil {
			return 0, 0, err
		}
		took := now().Sub(start).Seconds()
		best = min(best, max(took-idle, took/10)/float64(n))
		if took > 0.03 {
			break
		}
	}
	return work, best, nil
}

// skewed is a square matrix with ten entries to a row on average, whose popular columns
// and long rows are those of a shop.
func skewed(n int) graph.CSR {
	r := rng.New(1).Named("calibration").Stream()
	m := graph.CSR{Rows: n, Cols: n, Ptr: []int32{0}}
	for row := range n {
		count := min(n, 2+n/(2*(row+1)))
		step := max(1, n/count)
		for k := range count {
			m.Col = append(m.Col, int32(min(n-1, k*step+r.IntN(step))))
			m.Val = append(m.Val, 0.1)
		}
		m.Ptr = append(m.Ptr, int32(len(m.Col)))
	}
	return m
}
