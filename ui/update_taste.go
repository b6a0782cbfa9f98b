package ui

import (
	"slices"

	"lethe/recsys/api"
)

// Like clicks a print: liked, or liked no more.
type Like struct{ Item int }

func (e Like) apply(s State) (State, []Command) {
	if i := slices.Index(s.Link.Likes, e.Item); i >= 0 {
		s.Link.Likes = slices.Delete(slices.Clone(s.Link.Likes), i, i+1)
	} else if len(s.Link.Likes) < mostLikes {
		s.Link.Likes = append(slices.Clone(s.Link.Likes), e.Item)
	}
	return s.liked()
}

// Unlike takes all clicks back.
type Unlike struct{}

func (Unlike) apply(s State) (State, []Command) {
	s.Link.Likes = nil
	return s.liked()
}

// First is a ranking by the table that came before the engine.
type First struct {
	Likes   []int // the clicks it goes by
	Catalog []api.Item
	Ranking api.Ranking
}

func (e First) apply(s State) (State, []Command) {
	if s.Data.Open || s.Link.Similar > 0 || !slices.Equal(e.Likes, s.Link.Likes) {
		return s, nil
	}
	known := slices.Clone(e.Catalog)
	for i, it := range s.Data.Info.Catalog { // what the page came with says more
		if it.ID != "" && i < len(known) {
			known[i] = it
		}
	}
	s.Data.Info.Catalog = known
	s.Shelf.Before, s.Shelf.Ranking = s.Shelf.Ranking.Items, e.Ranking
	s.Shelf.Clicks = len(e.Likes)
	s.Shelf.Turn++
	return s, nil
}

// liked tells the engine about the clicks and asks for the shelf.
func (s State) liked() (State, []Command) {
	if !s.Data.Open {
		return s, []Command{RankFirst{s.Link.Likes}}
	}
	idle := len(s.Jobs) == 0
	items := s.Link.Likes
	if items == nil {
		items = []int{}
	}
	s, _, commands := s.post(api.OpLike, api.Like{Items: items})
	s, again := s.recounted()
	commands = append(commands, again...)
	if !idle { // a ranking would overtake the clicks: it waits for their answer
		s.Shelf.Stale = true
		return s, commands
	}
	s.Shelf.Stale = false
	s, more := s.ranked()
	return s, append(commands, more...)
}

// ranked asks for the shelf.
func (s State) ranked() (State, []Command) {
	if !s.Ready() {
		return s, nil
	}
	slot := s.Serving()
	s, job, commands := s.post(api.OpRecommend, api.Recommend{Slot: slot, User: -1, K: ShelfSize})
	s.Shelf.Job, s.Shelf.Asked = job, len(s.Link.Likes)
	s.Shelf.ByForgot = slot == api.After
	return s, commands
}

// Filter changes the wall. A nil field stays as it is.
type Filter struct{ Query, Creator, Theme *string }

func (e Filter) apply(s State) (State, []Command) {
	for _, f := range []struct {
		to *string
		is *string
	}{{e.Query, &s.Link.Query}, {e.Creator, &s.Link.Creator}, {e.Theme, &s.Link.Theme}} {
		if f.to != nil {
			r := []rune(*f.to)
			*f.is = string(r[:min(len(r), mostText)])
		}
	}
	return s.filtered(true), nil
}

// Turn goes to a page of the wall.
type Turn struct{ Page int }

func (e Turn) apply(s State) (State, []Command) {
	s.Link.Page = max(0, min(e.Page, s.Pages()-1))
	return s, []Command{Reveal{"wall"}}
}

// Near shows what is similar to an item; below 0 the shelf goes back to the visitor.
type Near struct{ Item int }

func (e Near) apply(s State) (State, []Command) {
	s.Link.Similar = max(e.Item+1, 0)
	return s.similar()
}

// similar asks for the neighbours that the link names.
func (s State) similar() (State, []Command) {
	item := s.Link.Similar - 1
	s.Shelf.Similar = api.Ranking{}
	s.Shelf.SimJob = 0
	if s.Data.Open && item >= len(s.Data.Info.Catalog) {
		s.Link.Similar = 0
	}
	if s.Link.Similar == 0 || !s.Ready() {
		return s, nil
	}
	s, job, commands := s.post(api.OpSimilar, api.Similar{Slot: s.Serving(), Item: item, K: SimilarSize})
	s.Shelf.SimJob = job
	return s, commands
}

// Move is how far an item rose on the shelf since the ranking before: 0 where it
// stayed, and new where it was not there.
func (sh *Shelf) Move(rank int) (by int, isNew bool) {
	if len(sh.Before) == 0 {
		return 0, false
	}
	was := slices.Index(sh.Before, sh.Ranking.Items[rank])
	if was < 0 {
		return 0, true
	}
	return was - rank, false
}
