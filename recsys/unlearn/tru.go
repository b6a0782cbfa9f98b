package unlearn

import (
	"math"
	"slices"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/math32"
	"lethe/recsys/train"
)

// tru is MMRecUn's reverse push made selective, after TRU:
//
//	gate       a pair is pushed in proportion to σ((s_ui − s_u(K))/T), s_u(K) the score at rank K of u's
//	           list: a target that is not ranked is left alone, which also ends the push by itself
//	branches   the reverse gradient of each modality branch is scaled to κ times the retain
//	           gradient's length there, so that no branch forgets at the cost of another
//	isolation  only the layers that hold most of the request move by it: the fewest blocks with
//	           90 % of Σ ‖∇L_f‖²/‖∇L_r‖², measured once at the start
//	g = ∇L_r + Σ_b in layers κ·(‖∇L_r,b‖/‖∇L_f,b‖)·∇L_f,b, one Adam
//
// Branches are the parts of θ by modality; ids are one. Cost: its steps, each a retain and a forget
// batch, and a ranking of the touched users at each look. Guarantee: none; measured.
// Departures: gate, scale and choice of layers are written from the paper's description; its
// printed formulas were not at hand.
// Source: TRU, arXiv 2604.02183.
type tru struct{}

func (tru) Describe() api.Method {
	return api.Method{Name: "tru", Guarantee: Approximate, Summary: "reverse BPR gated by rank, scaled per modality branch, in the layers that hold the request"}
}

func (tru) Supports(t *Task) error {
	if err := needPairs("tru", t); err != nil {
		return err
	}
	if t.Retain.Train.Len() == 0 {
		return errNothingRetained("tru")
	}
	return nil
}

const (
	truSteps   = 40
	truRank    = 50 // K
	truKappa   = 1.0
	truEnergy  = 0.9
	truRefresh = 5
)

func (tru) Unlearn(t *Task) (*Result, error) {
	l, err := beginWith(t, t.Before.Clone())
	if err != nil {
		return nil, err
	}
	defer l.free()
	rate := t.Train.Rate
	if rate == 0 {
		rate = 0.001
	}
	l.repair(paperBatch, rate)
	l.push(t.Forget.Pairs, forgetBatch, 0, swap)
	f := l.forget
	l.forget = nil // its gradient joins the retain half's: one optimiser
	defer f.l.Free()
	g := &gate{t: t, net: l.net, half: f, weight: make([]float32, len(t.Forget.Pairs))}
	b := newBranches(t)
	l.retain.dense = true
	l.retain.join = func(step int) error {
		if (step-1)%truRefresh == 0 {
			if err := g.look(); err != nil {
				return err
			}
		}
		if err := g.feed(step); err != nil {
			return err
		}
		if err := f.l.Gradient(); err != nil {
			return err
		}
		return b.mix(l.retain.l, f.l)
	}
	r, err := l.run(truSteps)
	if err != nil {
		return nil, err
	}
	return r, resetInto(t, r.Params)
}

// gate weighs forgotten pairs by where their user's list has them.
type gate struct {
	t      *Task
	net    *train.Network
	half   *forgetHalf
	weight []float32 // of each forgotten pair
}

// look ranks the touched users.
func (g *gate) look() error {
	v, err := finalVectors(g.t, g.net)
	if err != nil {
		return err
	}
	scores := make([]float64, 0, v.Items.Rows)
	for at := 0; at < len(g.t.Forget.Pairs); {
		u := g.t.Forget.Pairs[at].User
		scores = scores[:0]
		mean, square := 0.0, 0.0
		for i := range v.Items.Rows {
			if g.t.Retain.ItemIDs[i] != "" && !g.t.Retain.Train.Has(int(u), i) {
				s := v.Score(data.Pair{User: u, Item: int32(i)})
				scores = append(scores, s)
				mean, square = mean+s, square+s*s
			}
		}
		n := float64(max(len(scores), 1))
		spread := math.Sqrt(max(square/n-(mean/n)*(mean/n), 1e-12))
		slices.Sort(scores)
		edge := 0.0
		if len(scores) > 0 {
			edge = scores[max(len(scores)-truRank, 0)]
		}
		for ; at < len(g.t.Forget.Pairs) && g.t.Forget.Pairs[at].User == u; at++ {
			// T is a quarter of the spread of the user's scores.
			g.weight[at] = math32.Sigmoid(float32((v.Score(g.t.Forget.Pairs[at]) - edge) * 4 / spread))
		}
	}
	return nil
}

// feed fills the forget batch, its weights gated.
func (g *gate) feed(step int) error {
	h := g.half
	at := h.at
	if err := drawTriples(h, step); err != nil {
		return err
	}
	for k := range h.w {
		h.w[k] *= g.weight[(at+k)%len(h.pairs)]
	}
	h.be.Write(h.batch.W, h.w)
	return nil
}

// branches are the blocks of θ grouped by modality.
type branches struct {
	t      *Task
	blocks []block
	branch []int  // of each block
	live   []bool // blocks that the request may move; nil until measured
}

func newBranches(t *Task) *branches {
	b := &branches{t: t, blocks: blocks(t.Before, t.Data.Users())}
	names := map[string]int{}
	for _, x := range b.blocks {
		name := "id"
		for _, m := range t.Data.Modalities {
			if strings.HasSuffix(x.name, "."+m.Name) {
				name = m.Name
			}
		}
		if _, ok := names[name]; !ok {
			names[name] = len(names)
		}
		b.branch = append(b.branch, names[name])
	}
	return b
}

// mix adds the scaled forget gradient to the retain gradient.
func (b *branches) mix(retain, forget *train.Learner) error {
	be := b.t.Backend
	square := func(l *train.Learner, x block) (float64, error) {
		n, err := norm(be, l.Grad.View(x.from, x.rows(), x.cols))
		return n * n, err
	}
	r, f := make([]float64, len(b.blocks)), make([]float64, len(b.blocks))
	for k, x := range b.blocks {
		var err error
		if r[k], err = square(retain, x); err != nil {
			return err
		}
		if f[k], err = square(forget, x); err != nil {
			return err
		}
	}
	if b.live == nil {
		b.live = concentrated(r, f)
	}
	sumR, sumF := make([]float64, len(b.blocks)), make([]float64, len(b.blocks)) // by branch
	for k, x := range b.branch {
		if b.live[k] {
			sumR[x] += r[k]
			sumF[x] += f[k]
		}
	}
	for k, x := range b.blocks {
		if y := b.branch[k]; b.live[k] && sumF[y] > 0 {
			scale := truKappa * math.Sqrt(sumR[y]/sumF[y])
			be.Axpby(float32(scale), forget.Grad.View(x.from, x.rows(), x.cols), 1, retain.Grad.View(x.from, x.rows(), x.cols))
		}
	}
	return nil
}

// concentrated marks the fewest blocks that hold the share truEnergy of Σ f/r.
func concentrated(r, f []float64) []bool {
	order, ratio, total := make([]int, len(r)), make([]float64, len(r)), 0.0
	for k := range r {
		order[k] = k
		if f[k] > 0 {
			ratio[k] = f[k] / max(r[k], 1e-30)
		}
		total += ratio[k]
	}
	slices.SortStableFunc(order, func(a, b int) int {
		switch {
		case ratio[a] > ratio[b]:
			return -1
		case ratio[a] < ratio[b]:
			return 1
		}
		return 0
	})
	live, sum := make([]bool, len(r)), 0.0
	for _, k := range order {
		if sum >= truEnergy*total || ratio[k] == 0 {
			break
		}
		live[k] = true
		sum += ratio[k]
	}
	return live
}
