package eval

import (
	"math"
	"slices"

	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/rng"
)

// Attacks lists the membership scores, in the order of Scores. All are higher for what
// looks trained on; d_j = s_ui − s_uj is the margin to a negative j.
//
//	loss        mean_j d_j                                            (Yeom et al., CSF 2018)
//	z           (s_ui − mean s_u)/sd s_u over what the user never had  (Min-K%++, Zhang et al., 2024)
//	min-k       mean of the quarter of smallest margins               (Min-K%, Shi et al., ICLR 2024)
//	popularity  z less the standardised ln(1 + interactions of i)      (for the zlib ratio of Carlini et al., 2021)
//	gradient    −‖∂/∂(e_u, e_i) mean_j softplus(−d_j)‖                (Nasr, Shokri, Houmansadr, S&P 2019)
//
// Each pair has 16 negatives, the same for every model.
var Attacks = []string{"loss", "z", "min-k", "popularity", "gradient"}

const (
	negatives = 16
	worst     = negatives / 4 // of min-k
	byZ       = 1             // the place of z in Attacks
)

// Attacker holds what a membership attack on one request needs beside a model.
type Attacker struct {
	be         backend.Backend
	gauge      *Gauge // forgotten against held-out, then never-seen pairs
	forget     []data.Pair
	heldout    []data.Pair
	negative   [][negatives]int32 // of forgotten, then held-out pairs
	popularity []float64          // of each item, standardised
	weight     [2][]float64       // of forgotten and of held-out pairs
}

// NewAttacker prepares attacks that tell forgotten from held-out pairs of d, the data
// before the request, for vectors of width dim. retain is the data without the request: its
// item counts are public. Banned items (nil: none) are nobody's negatives.
func NewAttacker(be backend.Backend, d, retain *data.Dataset, forget, heldout []data.Pair, banned []bool, dim int, src rng.Source) *Attacker {
	a := &Attacker{be: be, forget: forget, heldout: heldout}
	users, items := data.Keys(d.UserIDs), data.Keys(d.ItemIDs)
	src = src.Named("membership")
	for _, p := range slices.Concat(forget, heldout) {
		s := src.Key(users[p.User]).Key(items[p.Item]).Stream()
		a.negative = append(a.negative, draw(&s, d, p, banned))
	}
	unseen := make([]data.Pair, len(forget))
	for k, p := range forget {
		unseen[k] = data.Pair{User: p.User, Item: a.negative[k][0]}
	}
	a.gauge = NewGauge(be, d, forget, slices.Concat(heldout, unseen), banned, dim)
	a.popularity = standardisedPopularity(retain, banned)
	a.weight[0], a.weight[1] = balance(d.Train, forget, heldout)
	return a
}

// Free gives the attacker's memory back.
func (a *Attacker) Free() { a.gauge.Free() }

// draw picks items that the user never had. A user who has nearly everything gets some
// twice or, having all, the pair's own item.
func draw(s *rng.Stream, d *data.Dataset, p data.Pair, banned []bool) (list [negatives]int32) {
	u, n, tries := int(p.User), 0, 0
	for n < negatives {
		j := int32(s.IntN(d.Items()))
		tries++
		if tries > 64*negatives {
			j = p.Item
		} else if banned != nil && banned[j] || contains(d.Train.Row(u), j) || contains(d.Valid.Row(u), j) || contains(d.Test.Row(u), j) {
			continue
		}
		list[n] = j
		n++
	}
	return list
}

// balance weighs pairs so that among users with about as many training interactions
// forgotten and held-out pairs weigh the same: with n of the one and m of the other, m/(n+m)
// and n/(n+m). If no class of users has both, all weigh 1.
func balance(x *data.Interactions, forget, heldout []data.Pair) (f, h []float64) {
	class := func(p data.Pair) int {
		n := len(x.Row(int(p.User)))
		if n < 16 {
			return n
		}
		return 16 + int(4*math.Log2(float64(n)/16))
	}
	var count [2]map[int]float64
	for k, pairs := range [][]data.Pair{forget, heldout} {
		count[k] = map[int]float64{}
		for _, p := range pairs {
			count[k][class(p)]++
		}
	}
	weigh := func(pairs []data.Pair, other map[int]float64) (w []float64, total float64) {
		w = make([]float64, len(pairs))
		for k, p := range pairs {
			c := class(p)
			w[k] = other[c] / (count[0][c] + count[1][c])
			total += w[k]
		}
		return w, total
	}
	f, total := weigh(forget, count[1])
	h, _ = weigh(heldout, count[0])
	if total == 0 {
		return nil, nil
	}
	return f, h
}

func standardisedPopularity(d *data.Dataset, banned []bool) []float64 {
	_, count := d.Train.Degrees()
	x := make([]float64, len(count))
	var sum, square, n float64
	for i, c := range count {
		x[i] = math.Log1p(float64(c))
		if banned == nil || !banned[i] {
			sum, square, n = sum+x[i], square+x[i]*x[i], n+1
		}
	}
	mean := sum / max(n, 1)
	sd := math.Sqrt(max(square/max(n, 1)-mean*mean, 0))
	for i := range x {
		x[i] -= mean
		if sd > 0 {
			x[i] /= sd
		}
	}
	return x
}

// Scores are the attacks' scores of the forgotten and of the held-out pairs.
type Scores struct {
	Forget, Heldout [][]float64 // per attack, in the order of Attacks; per pair
	Unseen          []float64   // z of one item that the user never had, per forgotten pair
	ForgetUser      []int32
	HeldoutUser     []int32
	// Weights give both sides the same weight among users of one activity.
	ForgetWeight, HeldoutWeight []float64
}

// Samples is attack k's scores by user.
func (s Scores) Samples(k int) (forget, heldout Sample) {
	return Sample{Value: s.Forget[k], Unit: s.ForgetUser}, Sample{Value: s.Heldout[k], Unit: s.HeldoutUser}
}

// Z is Samples of the attack by z.
func (s Scores) Z() (forget, heldout Sample) { return s.Samples(byZ) }

// Scores attacks the given vectors.
func (a *Attacker) Scores(users, items backend.Tensor) (Scores, error) {
	zf, zh, err := a.gauge.Z(users, items)
	if err != nil {
		return Scores{}, err
	}
	v, err := ReadVectors(a.be, users, items)
	if err != nil {
		return Scores{}, err
	}
	zh, unseen := zh[:len(a.heldout)], zh[len(a.heldout):]
	s := Scores{ForgetUser: unitsOf(a.forget), HeldoutUser: unitsOf(a.heldout), Unseen: unseen, ForgetWeight: a.weight[0], HeldoutWeight: a.weight[1]}
	s.Forget = a.attack(v, a.forget, zf, a.negative[:len(a.forget)])
	s.Heldout = a.attack(v, a.heldout, zh, a.negative[len(a.forget):])
	return s, nil
}

// Unseen is the z of forgotten pairs and of never-seen ones: a Retrain's AUC of these
// is about 0.8 to 0.9 after interactions go, because taste generalises.
func (a *Attacker) Unseen(users, items backend.Tensor) (forget, unseen Sample, err error) {
	zf, z, err := a.gauge.Z(users, items)
	if err != nil {
		return Sample{}, Sample{}, err
	}
	return Sample{Value: zf, Unit: unitsOf(a.forget)}, Sample{Value: z[len(a.heldout):], Unit: unitsOf(a.forget)}, nil
}

func unitsOf(pairs []data.Pair) []int32 {
	u := make([]int32, len(pairs))
	for k, p := range pairs {
		u[k] = p.User
	}
	return u
}

func (a *Attacker) attack(v Vectors, pairs []data.Pair, z []float64, negative [][negatives]int32) [][]float64 {
	out := make([][]float64, len(Attacks))
	for k := range out {
		out[k] = make([]float64, len(pairs))
	}
	g := make([]float64, v.Users.Cols)
	for k, p := range pairs {
		var d [negatives]float64
		s := v.Score(p)
		for n, j := range negative[k] {
			d[n] = s - v.Score(data.Pair{User: p.User, Item: j})
		}
		out[4][k] = -gradientNorm(v, p, negative[k], d, g)
		sum := 0.0
		for _, x := range d {
			sum += x
		}
		slices.Sort(d[:])
		low := 0.0
		for _, x := range d[:worst] {
			low += x
		}
		out[0][k], out[1][k], out[2][k] = sum/negatives, z[k], low/worst
		out[3][k] = z[k] - a.popularity[p.Item]
	}
	return out
}

// gradientNorm is the norm of the gradient of mean_j softplus(−d_j) with respect to
// the pair's two vectors; g is scratch.
func gradientNorm(v Vectors, p data.Pair, negative [negatives]int32, d [negatives]float64, g []float64) float64 {
	clear(g)
	user, item := v.Users.Row(int(p.User)), v.Items.Row(int(p.Item))
	slope := 0.0
	for n, j := range negative {
		w := 1 / (1 + math.Exp(d[n])) / negatives
		slope += w
		for c, x := range v.Items.Row(int(j)) {
			g[c] += w * (float64(item[c]) - float64(x))
		}
	}
	square := 0.0
	for c, x := range user {
		e := slope * float64(x)
		square += g[c]*g[c] + e*e
	}
	return math.Sqrt(square)
}
