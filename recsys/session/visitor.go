package session

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// visitorID is the visitor's identifier as a user.
const visitorID = "visitor"

// visitorRequest is the request that means all of the visitor's own clicks; visitor:3.14 are those on the items
// numbered 3 and 14.
const visitorRequest = "visitor"

// ofVisitor resolves a request about the visitor's clicks in d: all of them with their owner, or some.
func (s *Session) ofVisitor(request, items string, some bool, d *data.Dataset) (*data.ForgetSet, error) {
	v := s.visitorOf(d)
	if v < 0 {
		return nil, &api.Failure{Code: api.CodeNotReady, Message: "This session has no visitor.", Value: request, Remedy: "Name a user."}
	}
	f := &data.ForgetSet{Kind: data.ForgetUsers, Request: request, Users: []int32{int32(v)}}
	chosen := d.Train.Row(v)
	if some {
		f.Kind, f.Users, chosen = data.ForgetPairs, nil, nil
		for _, number := range strings.Split(items, ".") {
			i, err := strconv.ParseInt(number, 10, 32)
			if err != nil || i < 0 || int(i) >= d.Items() || !d.Train.Has(v, int(i)) {
				return nil, &api.Failure{Code: api.CodeBadCommand, Message: "You have not clicked an item of this number.", Value: number,
					Remedy: "Write the numbers of items that you clicked, such as visitor:3.14."}
			}
			chosen = append(chosen, int32(i))
		}
		slices.Sort(chosen)
		chosen = slices.Compact(chosen)
	}
	for _, i := range chosen {
		f.Pairs = append(f.Pairs, data.Pair{User: int32(v), Item: i})
	}
	return f, nil
}

// withVisitor is d with one more user, the visitor, whose training row holds likes
// (ascending). d stays as it is and shares its features.
func withVisitor(d *data.Dataset, likes []int32) *data.Dataset {
	id := visitorID
	for slices.Contains(d.UserIDs, id) {
		id += "'" // somebody has the name; streams follow identifiers, so it must differ
	}
	e := *d
	e.UserIDs = append(slices.Clip(slices.Clone(d.UserIDs)), id)
	e.Train, e.Valid, e.Test = withRow(d.Train, likes), withRow(d.Valid, nil), withRow(d.Test, nil)
	return &e
}

// withRow is x with one more user.
func withRow(x *data.Interactions, row []int32) *data.Interactions {
	return &data.Interactions{
		Users: x.Users + 1, Items: x.Items,
		Ptr:  append(slices.Clone(x.Ptr), int32(x.Len()+len(row))),
		Item: append(slices.Clip(slices.Clone(x.Item)), row...),
	}
}

// Like sets the visitor's clicks. They enter the next training; until then the
// visitor's vector is folded in.
func (s *Session) Like(items []int) error {
	if err := s.needData(); err != nil {
		return err
	}
	if !s.opt.Visitor {
		return &api.Failure{Code: api.CodeNotReady, Message: "This session has no visitor."}
	}
	likes := make([]int32, 0, len(items))
	for _, i := range items {
		if i < 0 || i >= s.base.Items() {
			return &api.Failure{Code: api.CodeBadCommand, Message: "There is no such item.", Value: fmt.Sprint(i),
				Remedy: fmt.Sprintf("Items are numbered from 0 to %d.", s.base.Items()-1)}
		}
		likes = append(likes, int32(i))
	}
	slices.Sort(likes)
	s.likes = slices.Compact(likes)
	return nil
}

// current is the data set that the next training sees.
func (s *Session) current() *data.Dataset {
	if !s.opt.Visitor {
		return s.base
	}
	return withVisitor(s.base, s.likes)
}

// visitorRow is the visitor's vector in a model: the trained one if it was trained on
// just these clicks, folded in from the clicks otherwise. seen are the clicks that
// count.
func (t *trained) visitorRow(likes []int32) (vector []float32, seen []int32) {
	for _, i := range likes {
		if !t.forgot(t.visitor, i) {
			seen = append(seen, i)
		}
	}
	switch {
	case t.visitor >= 0 && len(seen) > 0 && slices.Equal(seen, t.bound.Train.Row(t.visitor)):
		return t.users.Row(t.visitor), seen
	case len(seen) == 0:
		return t.average, nil
	}
	return t.fold.User(seen), seen
}

// mean is the mean of the rows that are somebody's.
func mean(users dense.Matrix, d *data.Dataset) []float32 {
	sum := make([]float64, users.Cols)
	n := 0
	for u := range users.Rows {
		if len(d.Train.Row(u)) == 0 {
			continue
		}
		n++
		for c, x := range users.Row(u) {
			sum[c] += float64(x)
		}
	}
	out := make([]float32, users.Cols)
	for c, x := range sum {
		out[c] = float32(x / float64(max(n, 1)))
	}
	return out
}
