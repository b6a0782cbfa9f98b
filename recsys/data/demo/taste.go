package demo

import (
	"fmt"
	"math"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/data/demo/atelier"
	"lethe/recsys/math32"
	"lethe/recsys/rng"
)

// How people choose. The numbers are set so that a good model finds about a
// quarter of what is held out in its first twenty, as on real shops; see the
// tests.
const (
	coldItems   = 50  // new prints, with interactions in validation and test only
	floralUsers = 120 // users with a floral phase
	newcomer    = 1.2 // by how much less known new prints are: a third as often seen
	hidden      = 6   // dimensions of what neither words nor pixels show
	whim        = .08 // choices by popularity alone

	themeWeight   = 4.2
	lookWeight    = 3
	creatorWeight = 2.6
	hiddenWeight  = .3
	fame          = .5 // exponent of popularity
)

// traits is what the generator knows about a print, and no model sees.
type traits struct {
	top, sub, style, creator int
	look                     [4]float64 // the palette: lightness, two colour axes, darkness of the ground
	hidden                   [hidden]float64
	fame                     float64 // logarithm of popularity
}

// interest is one thing a user looks for.
type interest struct {
	like                  int // a print that has it all
	theme, look, creatorW float64
}

// visit invents the users and what they chose.
func (s *Shop) visit(src rng.Source, seed uint64) {
	items := s.traits(src)
	cold := make([]bool, prints)
	order := src.Named("cold").Stream()
	for _, i := range order.Perm(prints)[:coldItems] {
		cold[i] = true
		items[i].fame -= newcomer
	}
	floral := s.topic("Floral")
	var part [3][]data.Pair // train, validation, test
	scores := make([]float32, prints)
	for u := range people {
		s.data.UserIDs = append(s.data.UserIDs, fmt.Sprintf("u%04d", u+1))
		st := src.Named("person").Key(uint64(u)).Stream()
		phase := u%(people/floralUsers) == 7
		if phase {
			s.floral = append(s.floral, int32(u))
		}
		row := choose(items, floral, phase, scores, &st)
		s.split(row, cold, int32(u), &part, &st)
	}
	matrix := func(p []data.Pair) *data.Interactions {
		x, err := data.FromPairs(people, prints, p)
		if err != nil {
			panic("demo: " + err.Error())
		}
		return x
	}
	s.data.Train, s.data.Valid, s.data.Test = matrix(part[0]), matrix(part[1]), matrix(part[2])
}

// traits derives what people see in a print from how it was made.
func (s *Shop) traits(src rng.Source) []traits {
	number := func(seen map[string]int, key string) int {
		if _, ok := seen[key]; !ok {
			seen[key] = len(seen)
		}
		return seen[key]
	}
	tops, subs, styles, makers := map[string]int{}, map[string]int{}, map[string]int{}, map[string]int{}
	out := make([]traits, prints)
	rank := src.Named("fame").Stream()
	place := rank.Perm(prints)
	for i := range out {
		it, pr := &s.data.Catalog[i], &s.prints[i]
		t := &out[i]
		t.top, t.sub = number(tops, it.Category[0]), number(subs, it.Category[1])
		t.style, t.creator = number(styles, pr.Hand.Style), number(makers, it.Creator)
		t.look = look(pr.Palette)
		st := src.Named("hidden").Key(uint64(i)).Stream()
		for k := range t.hidden {
			t.hidden[k] = st.Normal()
		}
		t.fame = -fame * float64(math32.Log(float32(place[i]+12)))
	}
	return out
}

// look places a palette among the others. Colours go through functions whose last
// bits differ by processor, so they are rounded to thousandths: tastes then follow
// the seed alone.
func look(p *atelier.Palette) [4]float64 {
	l, a, b := p.Mean()
	x := [4]float64{math.Round(1000*l) / 1000, math.Round(3000*a) / 1000, math.Round(3000*b) / 1000}
	if p.Dark {
		x[3] = .25
	}
	return x
}

// topic marks the prints of a category.
func (s *Shop) topic(top string) []bool {
	m := make([]bool, prints)
	for i, it := range s.data.Catalog {
		m[i] = it.Category[0] == top
	}
	return m
}

// choose returns the prints a user picked, in the order of picking.
func choose(items []traits, floral []bool, phase bool, scores []float32, st *rng.Stream) []int32 {
	var inner [hidden]float64
	for k := range inner {
		inner[k] = st.Normal()
	}
	n := activity(st)
	interests := make([]interest, 1+st.IntN(3))
	for k := range interests {
		interests[k] = newInterest(items, func(i int) bool { return !phase || !floral[i] }, st)
	}
	picked := map[int32]bool{}
	var row []int32
	pick := func(in *interest, only, never func(i int) bool, count int) {
		sum := weigh(items, in, &inner, only, never, scores)
		for tries := 0; count > 0 && tries < 20*count+100; tries++ {
			i := draw(scores, sum, st)
			if !picked[i] {
				picked[i] = true
				row = append(row, i)
				count--
			}
		}
	}
	no := func(int) bool { return false }
	never := no
	if phase {
		never = func(i int) bool { return floral[i] }
	}
	left := n
	for k := range interests {
		share := left / (len(interests) - k)
		if k == 0 && len(interests) > 1 {
			share = left * 45 / 100
		}
		left -= share
		stray := int(whim*float64(share) + st.Float64())
		pick(&interests[k], nil, never, share-stray)
		pick(nil, nil, never, stray)
	}
	if phase { // a dozen flowers, one after another
		in := newInterest(items, func(i int) bool { return floral[i] }, st)
		pick(&in, func(i int) bool { return floral[i] }, no, 8+st.IntN(9))
	}
	return row
}

// activity is how many prints a user picks: at least eight, thirty on average,
// a few more than a hundred.
func activity(st *rng.Stream) int {
	x := st.Float64()
	return 10 + int(11.5*x/(1.06-x)) + st.IntN(7)
}

// newInterest is drawn after a print that the user came across.
func newInterest(items []traits, fit func(i int) bool, st *rng.Stream) interest {
	i := st.IntN(len(items))
	for !fit(i) {
		i = st.IntN(len(items))
	}
	return interest{i, st.Float64() + .4, st.Float64() + .35, max(1.6*st.Float64()-.6, 0)}
}

// weigh fills in how likely each print is to be picked and returns the sum.
// Without an interest only popularity counts.
func weigh(items []traits, in *interest, inner *[hidden]float64, only, never func(i int) bool, out []float32) float64 {
	sum := 0.0
	for i := range items {
		x := &items[i]
		v := x.fame
		if in != nil {
			v += in.score(&items[in.like], x)
			for k, h := range inner {
				v += float64(hiddenWeight * float64(h*x.hidden[k]))
			}
		}
		out[i] = math32.Exp(float32(v))
		if never(i) || only != nil && !only(i) {
			out[i] = 0
		}
		sum += float64(out[i])
	}
	return sum
}

// score is how much a print is like the one the interest is drawn after.
func (in *interest) score(a, b *traits) float64 {
	theme := 0.0
	if a.top == b.top {
		theme += .35
	}
	if a.sub == b.sub {
		theme += .35
	}
	if a.style == b.style {
		theme += .3
	}
	d := 0.0
	for k := range a.look {
		d += float64((a.look[k] - b.look[k]) * (a.look[k] - b.look[k]))
	}
	near := 1 - math.Sqrt(d)/.35
	v := float64(themeWeight*float64(in.theme*theme)) + float64(lookWeight*float64(in.look*max(near, -.5)))
	if a.creator == b.creator {
		v += float64(creatorWeight * in.creatorW)
	}
	return v
}

// draw returns an index with the probability of its weight.
func draw(weights []float32, sum float64, st *rng.Stream) int32 {
	x := float64(st.Float64() * sum)
	for i, w := range weights {
		x -= float64(w)
		if x < 0 {
			return int32(i)
		}
	}
	return int32(len(weights) - 1)
}

// split divides a user's prints 8:1:1 at random. Cold prints go to validation
// or test, beyond that tenth if need be.
func (s *Shop) split(row []int32, cold []bool, u int32, part *[3][]data.Pair, st *rng.Stream) {
	var order []int32
	for _, k := range st.Perm(len(row)) {
		order = append(order, row[k])
	}
	slices.SortStableFunc(order, func(a, b int32) int { // cold ones first
		switch {
		case cold[a] == cold[b]:
			return 0
		case cold[a]:
			return -1
		}
		return 1
	})
	held := len(row) / 10
	for k, i := range order {
		p := 0
		switch {
		case cold[i]:
			p = 1 + k%2
		case k < 2*held:
			p = 1 + k%2
		}
		part[p] = append(part[p], data.Pair{User: u, Item: i})
	}
}
