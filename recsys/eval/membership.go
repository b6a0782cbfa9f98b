package eval

import (
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/rng"
)

// Membership is what attackers who know the model and a user's vector can tell of
// forgotten against held-out pairs of the same users. 0.5 is a coin flip. The single attacks
// read above 0.5 for remembering and below for forgetting too much; the combined one
// learns its direction and reads above 0.5 for both.
//
// Active users have more forgotten pairs to one held-out pair than others, so that whatever
// tells how active a user is would pass for membership. Pairs are therefore weighted: within
// every class of users of one activity both sides weigh the same.
type Membership struct {
	Attacks  api.Estimates // AUC of each attack, by name; of the final vectors
	Combined api.Estimate  // AUC of combine over the attacks of all levels: mia_auc
	// TPR1 is the share of forgotten pairs that the combined attack finds while it
	// wrongly accuses at most 1 % of the held-out ones. Chance is 0.01.
	TPR1  api.Estimate
	Worst Exposed
}

// Exposed is the user whose forgotten pairs stand out most by z, above or below the
// held-out ones. P is the probability that chance alone exposes any user as much. Users with
// so few pairs that nothing could be shown of them are left out; User is -1 if all are.
type Exposed struct {
	User int32
	AUC  float64
	P    float64
}

// NewMembership evaluates attacks by their scores at one or more levels: final vectors
// first, then raw rows.
func NewMembership(src rng.Source, levels ...Scores) Membership {
	src = src.Named("membership")
	m := Membership{Attacks: api.Estimates{}}
	for k, name := range Attacks {
		f, h := levels[0].Samples(k)
		m.Attacks[name] = AUCEstimate(f.weighted(levels[0].ForgetWeight), h.weighted(levels[0].HeldoutWeight))
	}
	f, h := combine(levels, src)
	m.Combined = AUCEstimate(f, h)
	m.TPR1 = interval(f, h, Resamples/2, src, rateAt(0.01))
	zf, zh := levels[0].Samples(byZ)
	m.Worst = mostExposed(zf, zh, src)
	return m
}

func (s Sample) weighted(w []float64) Sample { return Sample{s.Value, s.Unit, w} }

// PrivLeak is (AUC − AUC of Retrain)/AUC of Retrain: 0 is right, above is remembering,
// below is forgetting too much. Both are readings of the same pairs by one attack; the standard error
// is that of the difference.
//
// (Shi et al., MUSE, ICLR 2025)
func PrivLeak(forget, heldout, retrainForget, retrainHeldout Sample) api.Estimate {
	d := AUCDifference(forget, heldout, retrainForget, retrainHeldout)
	gold := AUC(retrainForget.Value, retrainHeldout.Value)
	if gold == 0 {
		return api.Estimate{}
	}
	return around(d.Value/gold, d.SE/gold)
}

// rateAt is the true positive rate at the largest threshold set whose false positive
// rate is at most limit.
func rateAt(limit float64) statistic {
	return func(marks []mark) (float64, bool) {
		var nx, ny float64
		for _, m := range marks {
			if m.at >= 0 {
				nx += m.w
			} else {
				ny += m.w
			}
		}
		if nx == 0 || ny == 0 {
			return 0, false
		}
		var x, y float64
		for to := len(marks); to > 0; {
			from := to
			for from > 0 && marks[from-1].v == marks[to-1].v {
				from--
			}
			_, gx, gy := tie(marks, from)
			if y+gy > limit*ny {
				break
			}
			x, y = x+gx, y+gy
			to = from
		}
		return x / nx, true
	}
}

// permutations of the labels behind Exposed.P.
const permutations = 200

// mostExposed compares each user's n forgotten with their m held-out z by
//
//	t = |mean forgotten − mean held out|·√(nm/(n+m))
//
// and takes the largest. P permutes the labels within every user and compares the
// largest t of all users, which accounts for having looked at many.
//
// (Westfall, Young 1993)
func mostExposed(forget, heldout Sample, src rng.Source) Exposed {
	users := byUnit(forget, heldout)
	best, worst := Exposed{User: -1, AUC: 0.5, P: 1}, -1.0
	for _, o := range users {
		if t := exposure(o.z, o.n); t > worst {
			worst = t
			best.User, best.AUC = o.user, AUC(o.z[:o.n], o.z[o.n:])
		}
	}
	if len(users) == 0 {
		return best
	}
	s := src.Named("permute").Stream()
	atLeast := 1
	for range permutations {
		largest := 0.0
		for _, o := range users {
			for a := range o.n { // a partial shuffle: who is called forgotten
				b := a + s.IntN(len(o.z)-a)
				o.z[a], o.z[b] = o.z[b], o.z[a]
			}
			largest = max(largest, exposure(o.z, o.n))
		}
		if largest >= worst {
			atLeast++
		}
	}
	best.P = float64(atLeast) / (permutations + 1)
	return best
}

// own is one user's z: n of forgotten pairs, then those of held-out ones.
type own struct {
	user int32
	n    int
	z    []float64
}

// minArrangements of a user's labels: with fewer their order alone never is 5 % rare.
const minArrangements = 20

// arrangements is how many ways there are to choose n of all, up to a large number.
func arrangements(all, n int) float64 {
	ways := 1.0
	for k := range min(n, all-n) {
		ways *= float64(all-k) / float64(k+1)
	}
	if n == 0 || n == all {
		return 0
	}
	return ways
}

// byUnit lists the users of whom something can be shown, ascending.
func byUnit(forget, heldout Sample) []own {
	at := map[int32]int{}
	var all []own
	for part, s := range []Sample{forget, heldout} {
		for k, v := range s.Value {
			x, ok := at[s.Unit[k]]
			if !ok {
				x = len(all)
				at[s.Unit[k]] = x
				all = append(all, own{user: s.Unit[k]})
			}
			all[x].z = append(all[x].z, v)
			all[x].n += 1 - part
		}
	}
	all = slices.DeleteFunc(all, func(o own) bool { return arrangements(len(o.z), o.n) < minArrangements })
	slices.SortFunc(all, func(a, b own) int { return int(a.user) - int(b.user) })
	return all
}

// exposure is t of the first n of a user's z against the others.
func exposure(z []float64, n int) float64 {
	var f, h float64
	for _, x := range z[:n] {
		f += x
	}
	for _, x := range z[n:] {
		h += x
	}
	a, b := float64(n), float64(len(z)-n)
	return math.Abs(f/a-h/b) * math.Sqrt(a*b/(a+b))
}

// Drop is how far the z of each pair fell from one model to the next: the evidence of
// the delta attack, whose attacker holds both. Even Retrain leaks here; what counts is the
// excess, AUCDifference of two drops.
func Drop(before, after Scores) (forget, heldout Sample) {
	minus := func(a, b []float64) []float64 {
		d := make([]float64, len(a))
		for k := range d {
			d[k] = a[k] - b[k]
		}
		return d
	}
	return Sample{Value: minus(before.Forget[byZ], after.Forget[byZ]), Unit: after.ForgetUser},
		Sample{Value: minus(before.Heldout[byZ], after.Heldout[byZ]), Unit: after.HeldoutUser}
}
