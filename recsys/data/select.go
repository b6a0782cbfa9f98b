package data

import (
	"cmp"
	"slices"
)

// A share is a percentage of the users or items that have training interactions,
// or of the training interactions. Candidates are ordered by a rank, equal
// ranks by a hash of seed and identifier, and the first ones are taken; so a share
// of 5 % lies within one of 10 %, and does not depend on anyone's number.
//
//	        users                    items                      interactions
//	random  (hash only)              (hash only)                (hash only)
//	core    most interactions        most interactions          largest product of both
//	edge    fewest interactions      fewest interactions        smallest product of both
//	topic   largest part of their    nearest to the topic's     item nearest to the
//	        interactions in it       centre                     topic's centre
//	spam    least fit (fit.go)       least fit, by their users  least fit
//
// topic.go defines the topic.

// rankedBy returns the first n of the candidates in order of rank, then hash, in
// ascending order of number.
func rankedBy(candidates []int32, n int, rank []float64, bits func(int32) uint64) []int32 {
	hash := make(map[int32]uint64, len(candidates))
	for _, c := range candidates {
		hash[c] = bits(c)
	}
	candidates = slices.Clone(candidates)
	slices.SortFunc(candidates, func(a, b int32) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(hash[a], hash[b]), cmp.Compare(a, b))
	})
	candidates = candidates[:n]
	slices.Sort(candidates)
	return candidates
}

// positive lists the numbers with a count above 0.
func positive(count []int32) []int32 {
	var out []int32
	for k, c := range count {
		if c > 0 {
			out = append(out, int32(k))
		}
	}
	return out
}

func (v *resolver) chooseUsers(r Request) ([]int32, error) {
	degree, _ := v.d.Train.Degrees()
	candidates := positive(degree)
	n := r.count(len(candidates))
	rank := make([]float64, v.d.Users())
	switch r.Rule {
	case RuleCore, RuleEdge:
		rankByDegree(rank, degree, r.Rule)
	case RuleTopic:
		topic, err := v.topic()
		if err != nil {
			return nil, err
		}
		rank = topic.usersOutside(v.d.Train, 2*n)
	case RuleSpam:
		rank = userFit(v.d.Train)
	}
	src, keys := v.src.Named("forget"), Keys(v.d.UserIDs)
	return rankedBy(candidates, n, rank, func(u int32) uint64 { return src.Key(keys[u]).Bits() }), nil
}

func (v *resolver) chooseItems(r Request) ([]int32, error) {
	_, degree := v.d.Train.Degrees()
	candidates := positive(degree)
	n := r.count(len(candidates))
	rank := make([]float64, v.d.Items())
	switch r.Rule {
	case RuleCore, RuleEdge:
		rankByDegree(rank, degree, r.Rule)
	case RuleTopic:
		topic, err := v.topic()
		if err != nil {
			return nil, err
		}
		rank = topic
	case RuleSpam:
		rank = userFit(v.d.Train.Transpose())
	}
	src, keys := v.src.Named("forget"), Keys(v.d.ItemIDs)
	return rankedBy(candidates, n, rank, func(i int32) uint64 { return src.Key(keys[i]).Bits() }), nil
}

func rankByDegree(rank []float64, degree []int32, rule Rule) {
	for k, n := range degree {
		rank[k] = float64(n)
		if rule == RuleCore {
			rank[k] = -rank[k]
		}
	}
}

// choosePairs never takes a user's last training interaction.
func (v *resolver) choosePairs(r Request) ([]Pair, error) {
	train := v.d.Train
	left, itemDegree := train.Degrees()
	rank := make([]float64, train.Len())
	switch r.Rule {
	case RuleCore, RuleEdge:
		for k, p := range train.Pairs() {
			rank[k] = float64(left[p.User]) * float64(itemDegree[p.Item])
			if r.Rule == RuleCore {
				rank[k] = -rank[k]
			}
		}
	case RuleTopic:
		topic, err := v.topic()
		if err != nil {
			return nil, err
		}
		for k, i := range train.Item {
			rank[k] = topic[i]
		}
	case RuleSpam:
		rank = pairFit(train)
	}
	src, users, items := v.src.Named("forget"), Keys(v.d.UserIDs), Keys(v.d.ItemIDs)
	pairs := train.Pairs()
	hash := make([]uint64, len(pairs))
	order := make([]int32, len(pairs))
	for k, p := range pairs {
		hash[k] = src.Key(users[p.User]).Key(items[p.Item]).Bits()
		order[k] = int32(k)
	}
	slices.SortFunc(order, func(a, b int32) int {
		return cmp.Or(cmp.Compare(rank[a], rank[b]), cmp.Compare(hash[a], hash[b]), cmp.Compare(a, b))
	})
	n := r.count(len(pairs))
	var chosen []Pair
	for _, k := range order {
		if p := pairs[k]; left[p.User] > 1 && len(chosen) < n {
			left[p.User]--
			chosen = append(chosen, p)
		}
	}
	if len(chosen) < n {
		return nil, &Error{Value: r.Text, Problem: "so many interactions would leave some users without any", Remedy: "ask for less, or for users"}
	}
	return chosen, nil
}
