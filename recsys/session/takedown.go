package session

import (
	"encoding/json"
	"errors"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
)

// Takedown forgets what a feed revokes and was not followed before. What is revoked stays away: from data that are opened later,
// too. After a crash the same feed goes on where it stopped, since the cursor moves last and what is gone is not looked for again.
func (s *Session) Takedown(c api.Takedown, body []byte, obs api.Observer) (api.TakenDown, error) {
	at := s.taken.feeds[c.Key]
	if s.vault != nil {
		at = s.vault.State().Feeds[c.Key]
	}
	if c.Ask {
		return api.TakenDown{Serial: at.Serial}, nil
	}
	if err := s.needData(); err != nil {
		return api.TakenDown{}, err
	}
	if err := s.settle(obs); err != nil {
		return api.TakenDown{}, err
	}
	news, next, err := feed.Follow(body, c.Key, at)
	if err != nil {
		return api.TakenDown{}, feedFailure(err)
	}
	out := api.TakenDown{Serial: next.Serial, New: len(news)}
	if len(news) == 0 {
		return out, nil
	}
	if s.vault == nil {
		s.takeUnkept(c.Key, next, news, &out)
		return out, nil
	}
	if c.Method == "" {
		c.Method = "lethe"
	}
	for _, same := range grouped(news) {
		request, n := s.here(same)
		if n == 0 {
			continue
		}
		out.Gone += n
		e := api.Erase{Method: c.Method, Request: request}
		if err := s.Erasable(e); err != nil && Failure(err).Code == api.CodeUnsupported {
			e.Method = "retrain" // which can forget whatever there is
		}
		erased, err := s.Erase(e, obs)
		if err != nil {
			return api.TakenDown{}, err
		}
		out.Erased = append(out.Erased, erased)
	}
	salt, err := s.vault.NewSalt()
	if err != nil {
		return api.TakenDown{}, err
	}
	if err := s.vault.Follow(c.Key, next, s.vault.State().Tombstones.Revoked(news, salt)); err != nil {
		return api.TakenDown{}, keepFailure(err)
	}
	return out, nil
}

// grouped is takedowns of items and creators, then those of each modality: a request is of one kind.
func grouped(news []feed.Line) (out [][]feed.Takedown) {
	lists := map[string][]feed.Takedown{}
	for _, l := range news {
		lists[l.Takedown.Modality] = append(lists[l.Takedown.Modality], l.Takedown)
	}
	var names []string
	for m := range lists {
		names = append(names, m)
	}
	slices.Sort(names)
	for _, m := range names {
		out = append(out, lists[m])
	}
	return out
}

// here is one request for those of some takedowns that name something in the open data, and how much they name.
func (s *Session) here(list []feed.Takedown) (request string, n int) {
	var requests []string
	items := map[int32]bool{}
	for _, t := range list {
		f, err := s.resolve(t.Request(), 0, s.base)
		if err != nil {
			continue
		}
		requests = append(requests, t.Request())
		for _, i := range f.Items {
			items[i] = true
		}
	}
	b, err := json.Marshal(requests)
	if err != nil {
		panic("session: texts do not encode")
	}
	return string(b), len(items)
}

// feedFailure is what was wrong with a feed.
func feedFailure(err error) error {
	f := &api.Failure{Code: api.CodeBadInput, Message: "The takedown feed was not followed: " + err.Error() + ".", Value: "forged", Remedy: "Nothing was changed. Ask the site's owner."}
	switch {
	case errors.Is(err, feed.ErrStale):
		f.Value, f.Remedy = "stale", "What was forgotten stays forgotten. Try again later: a server may still hold an older copy."
	case errors.Is(err, feed.ErrForked):
		f.Value, f.Remedy = "forked", "Two truths were signed with one key: keep both files as evidence and ask the site's owner."
	case errors.Is(err, feed.ErrBroken):
		f.Value, f.Remedy = "broken", "Nothing was changed. Fetch the whole feed again."
	}
	return f
}

// unkept is how far feeds were followed and what they revoked, where nothing is kept: in a private window, or in a second tab.
type unkept struct {
	feeds      map[string]feed.Cursor
	tombstones erase.Tombstones
}

// takeUnkept follows takedowns in memory.
func (s *Session) takeUnkept(key string, next feed.Cursor, news []feed.Line, out *api.TakenDown) {
	t := unkept{map[string]feed.Cursor{key: next}, s.taken.tombstones.Revoked(news, []byte("unkept"))}
	for k, c := range s.taken.feeds {
		if k != key {
			t.feeds[k] = c
		}
	}
	for _, same := range grouped(news) {
		_, n := s.here(same)
		out.Gone += n
	}
	s.taken = t
	d, gone := t.tombstones.Apply(s.base)
	if gone == 0 {
		return
	}
	likes := slices.DeleteFunc(slices.Clone(s.likes), func(i int32) bool { return d.ItemIDs[i] == "" })
	out.Erased = append(out.Erased, s.forgetUnkept(d, likes))
}

// forgetUnkept goes on with what remains and without a model, which may have learnt from what is gone.
func (s *Session) forgetUnkept(d *data.Dataset, likes []int32) api.Erased {
	next := New(s.opt)
	next.base, next.kept, next.taken, next.demo, next.likes = d, s.kept, s.taken, s.demo, likes
	s.become(next)
	return api.Erased{Tier: receipt.Exact, Reached: map[string]float64{}, Opened: s.describeOpen()}
}
