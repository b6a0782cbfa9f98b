package unlearn

import (
	"cmp"
	"math"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/math32"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// coreset is a part of the retain set to repair on, each pair with a weight.
//
// coreset: half neighbours, retained pairs of the request's users and items, half drawn by importance over
// the rest, p ∝ the length of a pair's row of losses under the old weights and under noise, weighed 1/p
// (after AutoCoreset); neighbours alone repair less than chance. Every pair is seen at most eight times.
//
// seta: pairs sorted into ten groups by loss, of which a window of seven slides from easy to hard and wraps;
// the last eighth of the steps draws from all (after SeTa).
type coreset struct {
	t        *Task
	pairs    []data.Pair
	weight   []float32
	window   bool
	steps    int // of the run
	negative func(p data.Pair, k int) int32
}

const (
	coresetShare = 0.1
	coresetSeen  = 8
	setaGroups   = 10
	setaWindow   = 7
)

// newCoreset scores retained pairs by their BPR loss, one negative each.
func newCoreset(t *Task, n *train.Network, window bool, steps int) (*coreset, error) {
	v, err := finalVectors(t, n)
	if err != nil {
		return nil, err
	}
	c := &coreset{t: t, window: window, steps: steps, negative: negatives(t, probeSource(t).Named("coreset"))}
	all := t.Retain.Train.Pairs()
	loss := make([]float64, len(all))
	src := rng.New(t.Seed).Named("coreset")
	s := src.Stream()
	for k, p := range all {
		if j := c.negative(p, 0); j >= 0 {
			x := v.Score(p) - v.Score(pairOf(p.User, j))
			loss[k] = length(softplus(-x), softplus(-x+0.1*s.Normal()*math.Abs(x)))
		}
	}
	if window {
		c.sort(all, loss)
		return c, nil
	}
	c.choose(all, loss, src)
	return c, nil
}

func length(a, b float64) float64 { return math.Sqrt(float64(a*a) + float64(b*b)) }

func softplus(x float64) float64 { return float64(math32.Softplus(float32(x))) }

func (c *coreset) sort(all []data.Pair, loss []float64) {
	order := make([]int, len(all))
	for k := range order {
		order[k] = k
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(loss[a], loss[b]) })
	for _, k := range order {
		c.pairs, c.weight = append(c.pairs, all[k]), append(c.weight, 1)
	}
}

func (c *coreset) choose(all []data.Pair, loss []float64, src rng.Source) {
	us, is := touched(c.t.Forget)
	user, item := marked(c.t.Data.Users(), us), marked(c.t.Data.Items(), is)
	want := max(int(coresetShare*float64(len(all))), 1)
	var near, rest []data.Pair
	var heavy []float64
	total := 0.0
	for k, p := range all {
		if user[p.User] || item[p.Item] {
			near = append(near, p)
		} else {
			rest, heavy, total = append(rest, p), append(heavy, loss[k]), total+loss[k]
		}
	}
	count := len(near)
	near = someOf(c.t, near, want/2, src.Named("near"))
	for _, p := range near {
		c.pairs, c.weight = append(c.pairs, p), append(c.weight, float32(count)/float32(max(len(near), 1)))
	}
	s := src.Named("rest").Stream()
	for k, p := range rest {
		if total == 0 {
			break
		}
		share := min(float64(want-want/2)*heavy[k]/total, 1)
		if s.Float64() < share {
			c.pairs, c.weight = append(c.pairs, p), append(c.weight, float32(1/share))
		}
	}
	mean := float32(0)
	for _, w := range c.weight {
		mean += w / float32(len(c.weight))
	}
	for k := range c.weight {
		c.weight[k] /= mean
	}
}

// most is how many steps of a batch the coreset allows.
func (c *coreset) most(batch int) int {
	if c.window || len(c.pairs) == 0 {
		return c.steps
	}
	return max(coresetSeen*len(c.pairs)/batch, 1)
}

// batch fills the triples of a step and returns how many are real; 0: the coreset is used up.
func (c *coreset) batch(step int, u, i, j []int32, w []float32) int {
	if step > c.most(len(u)) || len(c.pairs) == 0 {
		return 0
	}
	from, to := 0, len(c.pairs)
	if c.window && step <= c.steps-c.steps/8 {
		start := (step - 1) % (setaGroups - setaWindow + 1)
		from, to = start*to/setaGroups, max((start+setaWindow)*to/setaGroups, 1)
	}
	s := rng.New(c.t.Seed).Named("repair").Key(uint64(step)).Stream()
	n := min(len(u), to-from)
	for k := range u {
		if k >= n {
			u[k], i[k], j[k], w[k] = 0, 0, 0, 0
			continue
		}
		at := from + s.IntN(to-from)
		p := c.pairs[at]
		u[k], i[k], j[k], w[k] = p.User, p.Item, c.negative(p, step), c.weight[at]/float32(n)
		if j[k] < 0 {
			j[k], w[k] = p.Item, 0
		}
	}
	return n
}
