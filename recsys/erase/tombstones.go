package erase

import (
	"encoding/hex"
	"slices"

	"lethe/recsys/data"
	"lethe/recsys/digest"
	"lethe/recsys/feed"
)

// Tombstones keep what was erased from coming back: keyed hashes of identifiers, applied to
// every data set before anything learns from it. They name nobody, but whoever has them can
// test a guess.
type Tombstones struct {
	Salt  []byte   `json:"salt,omitempty"`
	Users []string `json:"users,omitempty"`
	Items []string `json:"items,omitempty"`
	// Creators whose items a takedown feed revoked, those still to come as well.
	Creators []string `json:"creators,omitempty"`
	// Pairs are hashes of interactions, by the hash of their user.
	Pairs map[string][]string `json:"pairs,omitempty"`
	// Content is hashes of items with a modality that was revoked, by modality.
	Content map[string][]string `json:"content,omitempty"`
	// Others came with a backup: under another salt.
	Others []Tombstones `json:"others,omitempty"`
}

// hash is the first half of HMAC-SHA-256 over the kind and the identifiers, each ended by a
// zero byte.
func (t *Tombstones) hash(kind string, ids ...string) string {
	h := digest.NewMAC(t.Salt)
	for _, s := range append([]string{kind}, ids...) {
		h.Write([]byte(s))
		h.Write([]byte{0})
	}
	return hex.EncodeToString(h.Sum(nil)[:digest.Size/2])
}

// Empty tells whether nothing was erased yet.
func (t *Tombstones) Empty() bool {
	return len(t.Users)+len(t.Items)+len(t.Creators)+len(t.Pairs)+len(t.Content)+len(t.Others) == 0
}

// Beside are t and others, which keep their salt.
func (t Tombstones) Beside(others Tombstones) Tombstones {
	if !others.Empty() && string(others.Salt) != string(t.Salt) {
		t.Others = append(slices.Clone(t.Others), others)
	}
	return t
}

// With are the tombstones with those of f, whose numbers are d's. salt is used if there are
// none yet. Users numbered from users on (the visitor) get none: they may come back.
func (t Tombstones) With(f *data.ForgetSet, d *data.Dataset, users int, salt []byte) Tombstones {
	if len(t.Salt) == 0 {
		t.Salt = salt
	}
	t.Users, t.Items = slices.Clone(t.Users), slices.Clone(t.Items)
	pairs, content := map[string][]string{}, map[string][]string{}
	for k, v := range t.Pairs {
		pairs[k] = slices.Clone(v)
	}
	for k, v := range t.Content {
		content[k] = slices.Clone(v)
	}
	switch f.Kind {
	case data.ForgetUsers:
		for _, u := range f.Users {
			if int(u) < users {
				t.Users = append(t.Users, t.hash("user", d.UserIDs[u]))
			}
		}
	case data.ForgetItems:
		for _, i := range f.Items {
			t.Items = append(t.Items, t.hash("item", d.ItemIDs[i]))
		}
	case data.ForgetPairs:
		for _, p := range f.Pairs {
			if int(p.User) < users {
				u := t.hash("pair of", d.UserIDs[p.User])
				pairs[u] = append(pairs[u], t.hash("pair", d.UserIDs[p.User], d.ItemIDs[p.Item]))
			}
		}
	case data.ForgetModality:
		for _, i := range f.Items {
			content[f.Modality] = append(content[f.Modality], t.hash("content", d.ItemIDs[i]))
		}
	}
	t.Users, t.Items = unique(t.Users), unique(t.Items)
	for _, lists := range []map[string][]string{pairs, content} {
		for k, v := range lists {
			lists[k] = unique(v)
		}
	}
	t.Pairs, t.Content = pairs, content
	return t
}

// Revoked are the tombstones with those of takedowns, whether the data hold what they name or not: a later catalogue may.
func (t Tombstones) Revoked(list []feed.Line, salt []byte) Tombstones {
	if len(t.Salt) == 0 {
		t.Salt = salt
	}
	t.Items, t.Creators = slices.Clone(t.Items), slices.Clone(t.Creators)
	content := map[string][]string{}
	for k, v := range t.Content {
		content[k] = slices.Clone(v)
	}
	for _, l := range list {
		switch x := l.Takedown; x.Kind {
		case feed.Item:
			t.Items = append(t.Items, t.hash("item", x.Name))
		case feed.Creator:
			t.Creators = append(t.Creators, t.hash("creator", x.Name))
		case feed.Modality:
			content[x.Modality] = unique(append(content[x.Modality], t.hash("content", x.Name)))
		}
	}
	t.Items, t.Creators, t.Content = unique(t.Items), unique(t.Creators), content
	return t
}

func unique(list []string) []string {
	slices.Sort(list)
	return slices.Compact(list)
}

func set(list []string) map[string]bool {
	m := make(map[string]bool, len(list))
	for _, s := range list {
		m[s] = true
	}
	return m
}

// Apply is d without what was erased, and how many users, items and interactions went. d
// stays as it is.
func (t *Tombstones) Apply(d *data.Dataset) (out *data.Dataset, gone int) {
	if t.Empty() {
		return d, 0
	}
	take := func(f *data.ForgetSet) {
		if n := len(f.Users) + len(f.Items) + len(f.Pairs); n > 0 {
			d = data.Retain(d, f)
			gone += n
		}
	}
	take(&data.ForgetSet{Kind: data.ForgetUsers, Users: t.matches(t.Users, "user", d.UserIDs)})
	take(&data.ForgetSet{Kind: data.ForgetItems, Items: t.matches(t.Items, "item", d.ItemIDs)})
	if len(t.Creators) > 0 && d.Catalog != nil {
		creators := make([]string, len(d.Catalog))
		for i, c := range d.Catalog {
			creators[i] = c.Creator
		}
		take(&data.ForgetSet{Kind: data.ForgetItems, Items: t.matches(t.Creators, "creator", creators)})
	}
	for modality, list := range t.Content {
		items := slices.DeleteFunc(t.matches(list, "content", d.ItemIDs), func(i int32) bool { return !hasContent(d, modality, i) })
		take(&data.ForgetSet{Kind: data.ForgetModality, Modality: modality, Items: items})
	}
	if len(t.Pairs) > 0 {
		var n int
		d, n = t.withoutPairs(d)
		gone += n
	}
	for k := range t.Others {
		var n int
		d, n = t.Others[k].Apply(d)
		gone += n
	}
	return d, gone
}

// hasContent tells whether anything of a modality of an item is in the data: features, or the path of its picture.
func hasContent(d *data.Dataset, modality string, i int32) bool {
	if modality == "image" && d.Catalog != nil && d.Catalog[i].Image != "" {
		return true
	}
	m := d.Modality(modality)
	return m != nil && (m.Has == nil || m.Has[i])
}

func (t *Tombstones) matches(list []string, kind string, ids []string) []int32 {
	if len(list) == 0 {
		return nil
	}
	known := set(list)
	var out []int32
	for k, id := range ids {
		if id != "" && known[t.hash(kind, id)] {
			out = append(out, int32(k))
		}
	}
	return out
}

// withoutPairs takes erased interactions out of all three parts: another split may have
// put one where it was not before.
func (t *Tombstones) withoutPairs(d *data.Dataset) (*data.Dataset, int) {
	gone := map[int]map[string]bool{}
	for u, id := range d.UserIDs {
		if list := t.Pairs[t.hash("pair of", id)]; len(list) > 0 && id != "" {
			gone[u] = set(list)
		}
	}
	n := 0
	out := *d
	for _, part := range []**data.Interactions{&out.Train, &out.Valid, &out.Test} {
		x := *part
		var kept []data.Pair
		for _, p := range x.Pairs() {
			if s := gone[int(p.User)]; s != nil && s[t.hash("pair", d.UserIDs[p.User], d.ItemIDs[p.Item])] {
				n++
				continue
			}
			kept = append(kept, p)
		}
		if len(kept) < x.Len() {
			y, err := data.FromPairs(x.Users, x.Items, kept)
			if err != nil {
				panic("erase: pairs of a valid matrix do not form one")
			}
			*part = y
		}
	}
	if n == 0 {
		return d, 0
	}
	return out.WithTrain(out.Train), n
}
