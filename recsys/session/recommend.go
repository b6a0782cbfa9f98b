package session

import (
	"fmt"
	"math"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/rank"
)

// Recommend ranks the items that a user, or the visitor (User < 0), has not seen.
// What the slot's model has forgotten is in no list.
func (s *Session) Recommend(c api.Recommend) (api.Ranking, error) {
	start := s.opt.Now()
	t, err := s.slot(c.Slot)
	if err != nil {
		return api.Ranking{}, err
	}
	vector, seen, err := s.userRow(t, c.User)
	if err != nil {
		return api.Ranking{}, err
	}
	top := rank.NewTop(c.K, t.items.Rows)
	for i := range t.items.Rows {
		if t.hides(i) || s.mask.items[i] {
			continue
		}
		if _, had := slices.BinarySearch(seen, int32(i)); had {
			continue
		}
		top.Add(i, rank.Dot(vector, t.items.Row(i)))
	}
	r := top.Ranking()
	r.Why = t.why(vector, r.Items)
	r.Millis = 1000 * s.seconds(start)
	return r, nil
}

// userRow is the vector of a user in a model, and the items not to be listed:
// those of the user's row, and those the user asked to be forgotten.
func (s *Session) userRow(t *trained, user int) (vector []float32, seen []int32, err error) {
	if user < 0 {
		if !s.opt.Visitor {
			return nil, nil, &api.Failure{Code: api.CodeNotReady, Message: "This session has no visitor.", Remedy: "Name a user."}
		}
		likes := s.likes
		if s.mask.visitor {
			likes = nil
		}
		vector, _ = t.visitorRow(likes)
		return vector, likes, nil
	}
	if user >= s.base.Users() {
		return nil, nil, &api.Failure{Code: api.CodeBadCommand, Message: "There is no such user.", Value: fmt.Sprint(user),
			Remedy: fmt.Sprintf("Users are numbered from 0 to %d.", s.base.Users()-1)}
	}
	if s.mask.users[user] {
		return nil, nil, &api.Failure{Code: api.CodeNotReady, Message: "That user is being forgotten."}
	}
	seen = t.bound.Train.Row(user)
	if f := t.forget; f != nil {
		if _, gone := slices.BinarySearch(f.Users, int32(user)); gone && f.Kind == data.ForgetUsers {
			return nil, nil, &api.Failure{Code: api.CodeNotReady, Message: "This model has forgotten that user.", Value: s.base.UserIDs[user]}
		}
		seen = slices.Clone(seen)
		for _, p := range f.Pairs {
			if p.User == int32(user) {
				seen = append(seen, p.Item)
			}
		}
		slices.Sort(seen)
	}
	return t.users.Row(user), seen, nil
}

// Similar ranks items by the cosine of their final vectors with an item's.
func (s *Session) Similar(c api.Similar) (api.Ranking, error) {
	start := s.opt.Now()
	t, err := s.slot(c.Slot)
	if err != nil {
		return api.Ranking{}, err
	}
	if c.Item < 0 || c.Item >= t.items.Rows {
		return api.Ranking{}, &api.Failure{Code: api.CodeBadCommand, Message: "There is no such item.", Value: fmt.Sprint(c.Item),
			Remedy: fmt.Sprintf("Items are numbered from 0 to %d.", t.items.Rows-1)}
	}
	if t.hides(c.Item) || s.mask.items[c.Item] {
		return api.Ranking{}, &api.Failure{Code: api.CodeNotReady, Message: "This model has forgotten that item.", Value: s.base.ItemIDs[c.Item]}
	}
	query := t.items.Row(c.Item)
	norm := math.Sqrt(rank.Dot(query, query))
	top := rank.NewTop(c.K, t.items.Rows)
	for i := range t.items.Rows {
		if i == c.Item || t.hides(i) || s.mask.items[i] {
			continue
		}
		row := t.items.Row(i)
		if n := norm * math.Sqrt(rank.Dot(row, row)); n > 0 {
			top.Add(i, rank.Dot(query, row)/n)
		}
	}
	r := top.Ranking()
	r.Millis = 1000 * s.seconds(start)
	return r, nil
}

func (t *trained) hides(item int) bool { return t.hidden != nil && t.hidden[item] }
