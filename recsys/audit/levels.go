//go:build !js || lab

package audit

import (
	"maps"
	"strings"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
)

// Level is the reconstruction attack one level further up: knowing a third of who took anything of a creator's deleted
// items, say, rebuild one vector for them together and rank the others.
//
// (hierarchical reconstruction attack: MedForget)
type Level struct {
	Name  string // creator, licence or category
	Recon api.Estimate
}

// Levels attacks a request for items at every level that the catalogue has of them. The item's own level is recon_auc. Levels with
// nothing to compare are left out.
func Levels(s Subject) (out []Level, err error) {
	d := s.Task.Data
	if s.Task.Forget.Kind != data.ForgetItems || d.Catalog == nil {
		return nil, nil
	}
	o, err := s.open()
	if err != nil {
		return nil, err
	}
	defer o.free()
	users, items := o.net.Embed()
	for _, l := range []struct {
		name string
		of   func(data.Item) string
	}{
		{"creator", func(i data.Item) string { return i.Creator }},
		{"licence", func(i data.Item) string { return i.Licence }},
		{"category", func(i data.Item) string { return strings.Join(i.Category, "/") }},
	} {
		up, truth, err := climb(d, s.Task.Forget, l.of)
		if err != nil {
			return nil, err
		}
		attack := eval.NewReconstruction(o.be, d, up, truth, users.Cols, rng.New(s.Task.Seed).Named(l.name))
		if attack == nil {
			continue
		}
		forgot, held, err := attack.Samples(users, items, residueDraws)
		attack.Free()
		if err != nil {
			return nil, err
		}
		out = append(out, Level{l.name, eval.AUCEstimate(forgot, held)})
	}
	return out, nil
}

// climb puts the parents of deleted items in their places: who took any of them, and in truth who is held out with one and took
// none. Items without a parent are left out.
func climb(d *data.Dataset, f *data.ForgetSet, of func(data.Item) string) (up *data.ForgetSet, truth *data.Interactions, err error) {
	parent, number := map[int32]int32{}, map[string]int32{}
	up = &data.ForgetSet{Kind: data.ForgetItems, Request: f.Request}
	for _, i := range f.Items {
		name := of(d.Catalog[i])
		if name == "" {
			continue
		}
		if _, ok := number[name]; !ok {
			number[name] = int32(len(number))
			up.Items = append(up.Items, number[name])
		}
		parent[i] = number[name]
	}
	taken := map[data.Pair]bool{}
	for _, p := range f.Pairs {
		if at, ok := parent[p.Item]; ok {
			if q := (data.Pair{User: p.User, Item: at}); !taken[q] {
				taken[q], up.Pairs = true, append(up.Pairs, q)
			}
		}
	}
	var held []data.Pair
	known := maps.Clone(taken)
	for _, p := range eval.Heldout(f, d.Test) {
		if at, ok := parent[p.Item]; ok {
			if q := (data.Pair{User: p.User, Item: at}); !known[q] {
				known[q], held = true, append(held, q)
			}
		}
	}
	truth, err = data.FromPairs(d.Users(), max(len(number), 1), held)
	return up, truth, err
}
