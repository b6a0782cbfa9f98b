//go:build !js || lab

package audit

import (
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"

	"gonum.org/v1/gonum/stat"
)

// Probe is one way of asking a model for what it was told to forget. Its reading is the
// ratio of the forgotten item's rank to what Retrains answer, or, without any, to the
// ranks of held-out items of the same users: below 1 the model still knows, above 1 it was
// made not to say.
//
// (nine types of adversarial probe: RWKU, Jin et al., NeurIPS 2024 D&B; the mapping to a
// recommender is ours. Departure: the geometric mean of the ratios instead of their median,
// whose standard error is simple.)
type Probe struct {
	Name  string       `json:"name"`
	Asks  string       `json:"asks"`  // in words
	Pairs int          `json:"pairs"` // forgotten pairs it could be put to
	Ratio api.Estimate `json:"ratio"` // of ranks; its error counts users and the Retrains' spread
	Pass  bool         `json:"pass"`  // within ±2.8 standard errors, 95 % for all probes together, it meets [0.8, 1.25]
}

// The band within which ranks count as alike, and the normal point of the Šidák level
// for eleven probes, 1 − (1 − 0.95^(1/11))/2.
const (
	ratioLow  = 0.8
	ratioHigh = 1.25
	sidak     = 2.83
)

// probeTargets is how many forgotten pairs are asked for.
const probeTargets = 200

// Probes asks a subject in eleven ways; there may be no retrains. Probes that need content
// or a catalogue are left out where there is none. Ranks are over items that the user
// never had, scores from final vectors. Cost: models × probes × targets × O(I·D).
func Probes(s Subject, retrains []Subject) ([]Probe, error) {
	if len(retrains) == 0 {
		peers, err := s.answers(s.sample(eval.Heldout(s.Task.Forget, s.Task.Data.Test), "peers"))
		if err != nil {
			return nil, err
		}
		return s.probes(nil, peers)
	}
	var golds []answers
	for _, r := range retrains {
		g, err := r.answers(s.targets())
		if err != nil {
			return nil, err
		}
		golds = append(golds, g)
	}
	return s.probes(golds, nil)
}

// probes compares a subject's answers with those of Retrains, or with its own about peers.
func (s Subject) probes(golds []answers, peers answers) ([]Probe, error) {
	all, err := s.answers(s.targets())
	if err != nil {
		return nil, err
	}
	var out []Probe
	for k, q := range questions {
		p := Probe{Name: q.name, Asks: q.asks, Pairs: len(all[k].Value)}
		if p.Pairs < 2 {
			continue
		}
		var difference, spread float64
		if peers != nil {
			e := peers[k].Mean()
			difference, spread = -e.Value, e.SE
		} else {
			difference, spread = less(&all[k], golds, k)
		}
		e := all[k].Mean()
		p.read(e.Value+difference, math.Hypot(e.SE, spread))
		out = append(out, p)
	}
	return out, nil
}

// answers are the logarithms of the ranks, per question, of the pairs that could be asked for.
type answers []eval.Sample

func (s Subject) answers(pairs []data.Pair) (answers, error) {
	x, err := s.probing()
	if err != nil {
		return nil, err
	}
	out := make(answers, len(questions))
	for k, q := range questions {
		for _, p := range pairs {
			if r, ok := q.rank(x, p); ok {
				out[k].Value, out[k].Unit = append(out[k].Value, math.Log(r)), append(out[k].Unit, p.User)
			}
		}
	}
	return out, nil
}

// less takes the Retrains' mean answer to question k from each of mine, pair by pair, and returns the deviation of a Retrain's mean, with that of the mean of n. Whether a pair
// can be asked for depends on the data alone, but for what a model's own vectors call
// similar: there means are compared, and the difference is returned.
func less(mine *eval.Sample, golds []answers, k int) (difference, spread float64) {
	n := float64(len(golds))
	means := make([]float64, len(golds))
	paired := true
	for g := range golds {
		means[g] = golds[g][k].Mean().Value
		paired = paired && len(golds[g][k].Value) == len(mine.Value)
	}
	if len(golds) > 1 {
		spread = stat.StdDev(means, nil) * math.Sqrt(1+1/n)
	}
	if !paired {
		return -stat.Mean(means, nil), math.Hypot(spread, golds[0][k].Mean().SE)
	}
	for _, g := range golds {
		for c := range mine.Value {
			mine.Value[c] -= g[k].Value[c] / n
		}
	}
	return 0, spread
}

// read turns a mean difference of log ranks into the ratio and its verdict.
func (p *Probe) read(mean, se float64) {
	p.Ratio = api.Estimate{Value: math.Exp(mean), SE: se * math.Exp(mean), Low: math.Exp(mean - 1.96*se), High: math.Exp(mean + 1.96*se)}
	p.Pass = math.Exp(mean-sidak*se) <= ratioHigh && math.Exp(mean+sidak*se) >= ratioLow
}

// question puts one probe to one pair and returns the item's rank from 1, a user's rank
// for the reverse one. ok is false where the pair cannot be asked for this way.
type question struct {
	name, asks string
	rank       func(x *probing, p data.Pair) (float64, bool)
}

// targets are the forgotten pairs that are asked for.
func (s Subject) targets() []data.Pair { return s.sample(s.Task.Forget.Pairs, "targets") }

// sample keeps up to probeTargets pairs, the same for every subject of a task.
func (s Subject) sample(pairs []data.Pair, name string) []data.Pair {
	if len(pairs) <= probeTargets {
		return pairs
	}
	st := s.source().Named(name).Stream()
	at := st.Perm(len(pairs))[:probeTargets]
	slices.Sort(at)
	out := make([]data.Pair, len(at))
	for k, n := range at {
		out[k] = pairs[n]
	}
	return out
}

// had tells whether a user has or had an item: it is no candidate in a rank.
func (x *probing) had(u, i int32) bool {
	d := x.Task.Data
	return d.Train.Has(int(u), int(i)) || d.Valid.Has(int(u), int(i)) || d.Test.Has(int(u), int(i))
}

// rank is the place of the pair's item, scored by its own vector, among what the user never had.
func (x *probing) rank(user []float32, p data.Pair) float64 {
	return x.rankAs(user, x.v.Items.Row(int(p.Item)), p)
}

// rankAs scores the pair's item by another vector. Ties count half.
func (x *probing) rankAs(user, item []float32, p data.Pair) float64 {
	own := dot(user, item)
	rank := 1.0
	for j := range x.v.Items.Rows {
		if int32(j) == p.Item || x.gone(int32(j)) || x.had(p.User, int32(j)) {
			continue
		}
		rank += above(dot(user, x.v.Items.Row(j)), own)
	}
	return rank
}

func above(other, own float64) float64 {
	switch {
	case other > own:
		return 1
	case other == own:
		return 0.5
	}
	return 0
}

func dot(a, b []float32) float64 {
	s := 0.0
	for k, x := range a {
		s += float64(x) * float64(b[k])
	}
	return s
}

func cosine(a, b []float32) float64 {
	n := math.Sqrt(dot(a, a) * dot(b, b))
	if n == 0 {
		return 0
	}
	return dot(a, b) / n
}

// centroid is the mean of rows; nil of none.
func centroid(m dense.Matrix, rows []int32) []float32 {
	if len(rows) == 0 {
		return nil
	}
	mean := make([]float32, m.Cols)
	for _, r := range rows {
		for c, w := range m.Row(int(r)) {
			mean[c] += w / float32(len(rows))
		}
	}
	return mean
}
