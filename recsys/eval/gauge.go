package eval

import (
	"math"
	"slices"

	"lethe/recsys/backend"
	"lethe/recsys/data"
)

// Gauge measures how well a model still tells forgotten interactions from
// positives that it never trained on.
//
// Scores are made comparable between users as z_ui = (s_ui − mean_j s_uj)/sd_j s_uj
// over the offered items j that the user never had. An AUC of forgotten against
// held-out z near 0.5 is right: a model retrained without the facts cannot tell
// them either. Above is remembering, below is forgetting too much.
//
// Mean and deviation come from the items' sum and Gram matrix, so a reading costs
// O(I·D² + users·D² + pairs·D) and never makes the score matrix.
type Gauge struct {
	be              backend.Backend
	users           []int32     // touched, ascending
	pairs           []data.Pair // forgotten, then held out, then known ones to take out of the background
	slot            []int32     // of each pair: its user's place in users
	forget, heldout int
	offered         int

	userIx, itemIx, pairU, pairI *backend.Index
	v                            []backend.Tensor // all scratch, to be freed
	u, o, q, sum, gram           backend.Tensor
	pu, pi                       backend.Tensor
	score, total, square         backend.Tensor
	hScore, hTotal, hSquare      []float32
}

// NewGauge compares forgotten with held-out pairs of d, for vectors of width dim.
// Banned items (nil: none) are offered to nobody. d is the data set before the request.
func NewGauge(be backend.Backend, d *data.Dataset, forget, heldout []data.Pair, banned []bool, dim int) *Gauge {
	g := &Gauge{be: be, forget: len(forget), heldout: len(heldout), pairs: slices.Concat(forget, heldout)}
	for _, p := range g.pairs {
		g.users = append(g.users, p.User)
	}
	slices.Sort(g.users)
	g.users = slices.Compact(g.users)
	for _, u := range g.users {
		for _, i := range union(d.Train.Row(int(u)), d.Valid.Row(int(u)), d.Test.Row(int(u))) {
			if banned == nil || !banned[i] {
				g.pairs = append(g.pairs, data.Pair{User: u, Item: i})
			}
		}
	}
	var offered []int32
	for i := range d.Items() {
		if banned == nil || !banned[i] {
			offered = append(offered, int32(i))
		}
	}
	g.offered = len(offered)
	g.allocate(d, offered, dim)
	return g
}

func (g *Gauge) allocate(d *data.Dataset, offered []int32, dim int) {
	n, p := len(g.users), len(g.pairs)
	tensor := func(rows, cols int) backend.Tensor {
		x := g.be.New(rows, cols)
		g.v = append(g.v, x)
		return x
	}
	index := func(rows int, list []int32) *backend.Index {
		ix := g.be.NewIndex(len(list))
		g.be.WriteIndex(ix, rows, list)
		return ix
	}
	g.slot = make([]int32, p)
	us, is := make([]int32, p), make([]int32, p)
	for k, x := range g.pairs {
		at, _ := slices.BinarySearch(g.users, x.User)
		g.slot[k], us[k], is[k] = int32(at), x.User, x.Item
	}
	g.userIx, g.itemIx = index(d.Users(), g.users), index(d.Items(), offered)
	g.pairU, g.pairI = index(d.Users(), us), index(d.Items(), is)
	g.u, g.q, g.o = tensor(n, dim), tensor(n, dim), tensor(len(offered), dim)
	g.sum, g.gram = tensor(1, dim), tensor(dim, dim)
	g.pu, g.pi, g.score = tensor(p, dim), tensor(p, dim), tensor(p, 1)
	g.total, g.square = tensor(n, 1), tensor(n, 1)
	g.hScore, g.hTotal, g.hSquare = make([]float32, p), make([]float32, n), make([]float32, n)
}

// Free gives the gauge's memory back.
func (g *Gauge) Free() {
	for _, x := range g.v {
		g.be.Free(x)
	}
}

// Z returns the standardised scores of the forgotten and the held-out pairs under
// the given vectors, in the order the pairs were given. The slices are the caller's.
func (g *Gauge) Z(users, items backend.Tensor) (forget, heldout []float64, err error) {
	be := g.be
	be.Gather(users, g.userIx, g.u)
	be.Gather(items, g.itemIx, g.o)
	be.ColSum(1, g.o, 0, g.sum)
	be.Gemm(true, false, 1, g.o, g.o, 0, g.gram)
	be.Gemm(false, false, 1, g.u, g.gram, 0, g.q)
	be.RowDot(1, g.u, g.q, 0, g.square)
	be.Gemm(false, true, 1, g.u, g.sum, 0, g.total)
	be.Gather(users, g.pairU, g.pu)
	be.Gather(items, g.pairI, g.pi)
	be.RowDot(1, g.pu, g.pi, 0, g.score)
	for _, r := range []struct {
		t backend.Tensor
		h []float32
	}{{g.total, g.hTotal}, {g.square, g.hSquare}, {g.score, g.hScore}} {
		if err := be.Read(r.t, r.h); err != nil {
			return nil, nil, err
		}
	}
	z := g.standardise()
	return z[:g.forget], z[g.forget : g.forget+g.heldout], nil
}

func (g *Gauge) standardise() []float64 {
	n := len(g.users)
	sum, square, count := make([]float64, n), make([]float64, n), make([]float64, n)
	for s := range n {
		sum[s], square[s], count[s] = float64(g.hTotal[s]), float64(g.hSquare[s]), float64(g.offered)
	}
	for k := g.forget + g.heldout; k < len(g.pairs); k++ {
		s, x := g.slot[k], float64(g.hScore[k])
		sum[s] -= x
		square[s] -= x * x
		count[s]--
	}
	z := make([]float64, g.forget+g.heldout)
	for k := range z {
		s := g.slot[k]
		mean := sum[s] / count[s]
		sd := math.Sqrt(max(square[s]/count[s]-mean*mean, 0))
		if sd > 0 {
			z[k] = (float64(g.hScore[k]) - mean) / sd
		}
	}
	return z
}

// AUC is the gauge's reading under the given vectors.
func (g *Gauge) AUC(users, items backend.Tensor) (float64, error) {
	f, h, err := g.Z(users, items)
	return AUC(f, h), err
}

// AUC is the probability that a random x is above a random y, ties half
// (Mann-Whitney); 0.5 if either is empty.
func AUC(x, y []float64) float64 {
	if auc, ok := weightedAUC(sorted(Sample{Value: x}, Sample{Value: y})); ok {
		return auc
	}
	return 0.5
}

// AUCError is the standard error of an AUC of 0.5 from n and m values,
// √((n+m+1)/(12nm)).
func AUCError(n, m int) float64 {
	if n == 0 || m == 0 {
		return 0
	}
	return math.Sqrt(float64(n+m+1) / (12 * float64(n) * float64(m)))
}

// Heldout lists the pairs of truth that stand beside a request: those of the
// forgotten items for an item request, else those of the users whose pairs go.
func Heldout(f *data.ForgetSet, truth *data.Interactions) []data.Pair {
	users, items := map[int32]bool{}, map[int32]bool{}
	for _, p := range f.Pairs {
		users[p.User] = true
	}
	for _, i := range f.Items {
		items[i] = true
	}
	var list []data.Pair
	for u := range truth.Users {
		for _, i := range truth.Row(u) {
			if f.Kind == data.ForgetItems && items[i] || f.Kind != data.ForgetItems && users[int32(u)] {
				list = append(list, data.Pair{User: int32(u), Item: i})
			}
		}
	}
	return list
}

// union merges ascending lists into one without repeats.
func union(lists ...[]int32) []int32 {
	all := slices.Concat(lists...)
	slices.Sort(all)
	return slices.Compact(all)
}
