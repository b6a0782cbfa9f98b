package audit

import (
	"lethe/recsys/data"
	"lethe/recsys/model"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// tuner trains a subject's network further, on listed pairs: what anyone can do who was
// given the weights. Full Adam with a fresh state, BPR with a fresh negative per pair and step.
type tuner struct {
	l        *train.Learner
	sampler  *train.Sampler
	pairs    []data.Pair
	keys     [2][]uint64
	src      rng.Source
	u, i, j  []int32
	w        []float32
	step, at int
	d        *data.Dataset
}

// tunerBatch is the most pairs of one step.
const tunerBatch = 2048

func (o *opened) tuner(pairs []data.Pair, name string) *tuner {
	d := o.Task.Data
	n := min(len(pairs), tunerBatch)
	src := o.src.Named(name)
	return &tuner{
		l: train.NewLearner(o.net, n, rate(o.Task.Train.Rate), model.Loss), sampler: train.NewSampler(d, src), pairs: pairs,
		keys: [2][]uint64{data.Keys(d.UserIDs), data.Keys(d.ItemIDs)}, src: src.Named("negative"), d: d,
		u: make([]int32, n), i: make([]int32, n), j: make([]int32, n), w: make([]float32, n),
	}
}

// rate is the step size of the training that is attacked.
func rate(r float64) float64 {
	if r == 0 {
		return 0.001 // train's default
	}
	return r
}

func (t *tuner) free() { t.l.Free() }

func (t *tuner) next() {
	t.step++
	src := t.src.Key(uint64(t.step))
	n := len(t.u)
	for k := range n {
		p := t.pairs[(t.at+k)%len(t.pairs)]
		s := src.Key(t.keys[0][p.User]).Key(t.keys[1][p.Item]).Stream()
		t.u[k], t.i[k], t.w[k] = p.User, p.Item, 1/float32(n)
		if t.j[k] = t.sampler.Negative(&s, p.User); t.j[k] < 0 {
			t.j[k], t.w[k] = p.Item, 0
		}
	}
	t.at = (t.at + n) % len(t.pairs)
	t.l.Batch.Write(t.l.Net.Backend(), t.d.Users(), t.d.Items(), t.u, t.i, t.j, t.w)
	t.l.Step()
}
