package data

import (
	"cmp"
	"slices"
	"strings"

	"lethe/recsys/rng"
)

// Resolve finds out which facts a request names. src decides the shares; open
// reads the file of a file request and may be nil otherwise. d is not changed.
//
// A batch is of one kind: users; items, creators and categories; pairs; or items of
// one modality. Names that do not exist are errors that propose the nearest
// one that does. Interactions held out for validation or test cannot be
// requested, for no model has seen them.
//
// A share of pairs leaves every user at least one training interaction; all
// other requests may leave users or items without any. Those stay in the data
// as cold users with their held-out interactions, and as cold items.
func (r Request) Resolve(d *Dataset, src rng.Source, open func(path string) ([]byte, error)) (*ForgetSet, error) {
	v := &resolver{d: d, src: src, open: open}
	f, err := v.resolve(r)
	if err != nil {
		return nil, err
	}
	return v.complete(f), nil
}

// resolver keeps the indices that a batch would otherwise build again and again.
type resolver struct {
	d            *Dataset
	src          rng.Source
	open         func(path string) ([]byte, error)
	users, items map[string]int32
}

// resolve returns the set without the pairs of users and items.
func (v *resolver) resolve(r Request) (*ForgetSet, error) {
	f := &ForgetSet{Request: r.Text}
	var err error
	switch r.Scope {
	case ScopeUsers:
		f.Kind = ForgetUsers
		f.Users, err = v.chooseUsers(r)
	case ScopeItems:
		f.Kind = ForgetItems
		f.Items, err = v.chooseItems(r)
	case ScopePairs:
		f.Kind = ForgetPairs
		f.Pairs, err = v.choosePairs(r)
	case ScopeUser:
		f.Kind = ForgetUsers
		f.Users, err = one(v.user(r.Name))
	case ScopeItem:
		f.Kind = ForgetItems
		f.Items, err = one(v.item(r.Name))
	case ScopePair:
		f.Kind = ForgetPairs
		f.Pairs, err = v.pair(r.Name)
	case ScopeCreator, ScopeLicence, ScopeCategory:
		f.Kind = ForgetItems
		f.Items, err = v.itemsOf(r, labels[r.Scope])
	case ScopeSession:
		f.Kind = ForgetPairs
		f.Pairs, err = v.session(r)
	case ScopeExpired:
		f.Kind = ForgetPairs
		f.Pairs, err = v.expired(r)
	case ScopeModality:
		f.Kind, f.Modality = ForgetModality, r.Modality
		f.Items, err = v.modality(r)
	case ScopeFile:
		f, err = v.file(r)
	default:
		panic("data: request of no scope; use ParseRequest")
	}
	return f, err
}

func one(n int32, err error) ([]int32, error) { return []int32{n}, err }

// complete sorts the set and adds the training pairs of its users or items.
func (v *resolver) complete(f *ForgetSet) *ForgetSet {
	slices.Sort(f.Users)
	f.Users = slices.Compact(f.Users)
	slices.Sort(f.Items)
	f.Items = slices.Compact(f.Items)
	switch f.Kind {
	case ForgetUsers:
		for _, u := range f.Users {
			for _, i := range v.d.Train.Row(int(u)) {
				f.Pairs = append(f.Pairs, Pair{u, i})
			}
		}
	case ForgetItems:
		byItem := v.d.Train.Transpose()
		for _, i := range f.Items {
			for _, u := range byItem.Row(int(i)) {
				f.Pairs = append(f.Pairs, Pair{u, i})
			}
		}
	}
	slices.SortFunc(f.Pairs, comparePairs)
	f.Pairs = slices.Compact(f.Pairs)
	return f
}

func comparePairs(a, b Pair) int {
	return cmp.Or(cmp.Compare(a.User, b.User), cmp.Compare(a.Item, b.Item))
}

func (v *resolver) user(id string) (int32, error) {
	if v.users == nil {
		v.users = index(v.d.UserIDs)
	}
	return find(v.users, v.d.UserIDs, id, "user")
}

func (v *resolver) item(id string) (int32, error) {
	if v.items == nil {
		v.items = index(v.d.ItemIDs)
	}
	return find(v.items, v.d.ItemIDs, id, "item")
}

func index(ids []string) map[string]int32 {
	m := make(map[string]int32, len(ids))
	for k, id := range ids {
		m[id] = int32(k)
	}
	delete(m, "") // forgotten before
	return m
}

func find(m map[string]int32, ids []string, id, what string) (int32, error) {
	if n, ok := m[id]; ok {
		return n, nil
	}
	return 0, &Error{Value: id, Problem: "there is no " + what + " of this identifier", Remedy: didYouMean(id, ids)}
}

// pair finds the slash that has a known user before it and a known item behind it.
func (v *resolver) pair(name string) ([]Pair, error) {
	var found []Pair
	var first error
	for at, c := range name {
		if c != '/' {
			continue
		}
		p, err := v.known(name[:at], name[at+1:])
		if err == nil {
			found = append(found, p)
		} else if first == nil {
			first = err
		}
	}
	switch len(found) {
	case 0:
		return nil, first
	case 1:
		return found, v.trained(found[0])
	}
	return nil, &Error{Value: name, Problem: "the pair can be read in more than one way", Remedy: "name it in a file with columns user and item"}
}

func (v *resolver) known(user, item string) (Pair, error) {
	u, err := v.user(user)
	if err != nil {
		return Pair{}, err
	}
	i, err := v.item(item)
	return Pair{u, i}, err
}

// trained checks that a pair is a training interaction.
func (v *resolver) trained(p Pair) error {
	if v.d.Train.Has(int(p.User), int(p.Item)) {
		return nil
	}
	e := &Error{Value: v.d.UserIDs[p.User] + "/" + v.d.ItemIDs[p.Item], Problem: "the user has no interaction with this item"}
	if v.d.Valid.Has(int(p.User), int(p.Item)) || v.d.Test.Has(int(p.User), int(p.Item)) {
		e.Problem = "the interaction is held out for evaluation; no model has learnt it"
	}
	return e
}

// itemsOf finds the items one of whose labels is the request's name.
func (v *resolver) itemsOf(r Request, labels func(Item) []string) ([]int32, error) {
	if v.d.Catalog == nil {
		return nil, &Error{Value: r.Text, Problem: "the data set has no catalogue, so no " + string(r.Scope), Remedy: "name items instead"}
	}
	var found []int32
	var all []string
	for i, item := range v.d.Catalog {
		for _, l := range labels(item) {
			if l == r.Name {
				found = append(found, int32(i))
			}
			all = append(all, l)
		}
	}
	if len(found) > 0 {
		return found, nil
	}
	return nil, &Error{Value: r.Name, Problem: "there is no " + string(r.Scope) + " of this name", Remedy: didYouMean(r.Name, all)}
}

// labels are the names by which a request finds items.
var labels = map[Scope]func(Item) []string{
	ScopeCreator:  func(i Item) []string { return []string{i.Creator} },
	ScopeLicence:  func(i Item) []string { return []string{i.Licence} },
	ScopeCategory: subtrees,
}

// subtrees are the paths of all categories an item is in: A, A/B, A/B/C.
func subtrees(i Item) []string {
	paths := make([]string, len(i.Category))
	for k := range i.Category {
		paths[k] = strings.Join(i.Category[:k+1], "/")
	}
	return paths
}

func (v *resolver) modality(r Request) ([]int32, error) {
	m := v.d.Modality(r.Modality)
	if m == nil {
		var names []string
		for _, m := range v.d.Modalities {
			names = append(names, m.Name)
		}
		return nil, &Error{Value: r.Modality, Problem: "there is no modality of this name",
			Remedy: cmp.Or(didYouMean(r.Modality, names), "there are: "+cmp.Or(strings.Join(names, ", "), "none"))}
	}
	if word, name, ok := strings.Cut(r.Name, ":"); ok && !slices.Contains(v.d.ItemIDs, r.Name) {
		if of := labels[Scope(word)]; of != nil {
			all, err := v.itemsOf(Request{Scope: Scope(word), Name: name, Text: r.Text}, of)
			return slices.DeleteFunc(all, func(i int32) bool { return m.Has != nil && !m.Has[i] }), err
		}
	}
	i, err := v.item(r.Name)
	if err == nil && m.Has != nil && !m.Has[i] {
		err = &Error{Value: r.Name, Problem: "the item has no " + r.Modality}
	}
	return []int32{i}, err
}
