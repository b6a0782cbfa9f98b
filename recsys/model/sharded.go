package model

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"
	"lethe/recsys/tape"
)

// Sharded is a model made of shards that are trained apart, each on the interactions of its
// own users, so that what one user did is in one shard's weights only:
//
//	s_ui = ⟨e^k_u, e^k_i⟩        k = the shard of u, by a hash of the identifier
//
// Final vectors are the shards' side by side: a user's is zero but for the own shard. The partition looks
// at identifiers, never at data, so that deleting data does not move anyone.
//
// Shapes: every weight of the shard's model once per shard, named name.shardK; final vectors k·D wide. Cost:
// training is that of one model in all; memory and ranking are k times as much. Departures: users are routed
// to their shard; RecEraser learns an attention over shards, which would have to forget as well, and
// balances shards by content, which deleted data would shape.
// Sources: SISA, Bourtoule et al., S&P 2021; RecEraser, Chen et al., WWW 2022.
type Sharded struct {
	cfg   api.ModelConfig
	parts []Model
	data  []*data.Dataset
	of    []int // shard of each user
}

const mostShards = 64

func newSharded(cfg api.ModelConfig, d *data.Dataset) (Model, error) {
	if cfg.Shards > mostShards {
		return nil, fmt.Errorf("model %s: %d shards are more than %d", cfg.Name, cfg.Shards, mostShards)
	}
	m := &Sharded{cfg: cfg, of: make([]int, d.Users())}
	for u, id := range d.UserIDs {
		m.of[u] = int(rng.HashString(id) % uint64(cfg.Shards))
	}
	one := cfg
	one.Shards = 0
	for k := range cfg.Shards {
		part := *d
		part.Train, part.Valid, part.Test = m.of1(d.Train, k), m.of1(d.Valid, k), m.of1(d.Test, k)
		p, err := New(one, &part)
		if err != nil {
			return nil, err
		}
		if _, solved := p.(Solver); solved {
			return nil, fmt.Errorf("model %s is solved in closed form, where forgetting is exact already: leave the shards out", cfg.Name)
		}
		m.parts, m.data = append(m.parts, p), append(m.data, &part)
	}
	m.cfg = m.parts[0].Config()
	m.cfg.Shards = cfg.Shards
	return m, nil
}

// of1 is the rows of a shard's users.
func (m *Sharded) of1(x *data.Interactions, shard int) *data.Interactions {
	out := &data.Interactions{Users: x.Users, Items: x.Items, Ptr: []int32{0}}
	for u := range x.Users {
		if m.of[u] == shard {
			out.Item = append(out.Item, x.Row(u)...)
		}
		out.Ptr = append(out.Ptr, int32(len(out.Item)))
	}
	return out
}

// Parts are the shards' models and data.
func (m *Sharded) Parts() ([]Model, []*data.Dataset) { return m.parts, m.data }

// Shard is the shard of a user.
func (m *Sharded) Shard(u int32) int { return m.of[u] }

// Config is the shards' with their number.
func (m *Sharded) Config() api.ModelConfig { return m.cfg }

func suffix(k int) string { return fmt.Sprintf(".shard%d", k) }

// Specs are the shards' one after another.
func (m *Sharded) Specs() (all []dense.Spec) {
	for k, p := range m.parts {
		for _, s := range p.Specs() {
			s.Name += suffix(k)
			all = append(all, s)
		}
	}
	return all
}

// Init starts every shard alike.
func (m *Sharded) Init(theta *dense.Params, src rng.Source) {
	for k, p := range m.parts {
		part := dense.NewParams(p.Specs()...)
		p.Init(part, src)
		m.Put(theta, k, part)
	}
}

// Put copies a shard's weights into those of all.
func (m *Sharded) Put(theta *dense.Params, k int, part *dense.Params) {
	for _, s := range part.Specs() {
		copy(theta.View(s.Name+suffix(k)).Data, part.View(s.Name).Data)
	}
}

// Take copies a shard's weights out of those of all.
func (m *Sharded) Take(theta *dense.Params, k int) *dense.Params {
	part := dense.NewParams(m.parts[k].Specs()...)
	for _, s := range part.Specs() {
		copy(part.View(s.Name).Data, theta.View(s.Name+suffix(k)).Data)
	}
	return part
}

// StartEpoch starts it for every shard that asks for it.
func (m *Sharded) StartEpoch(be backend.Backend, e int, src rng.Source) {
	for _, p := range m.parts {
		if x, ok := p.(Epocher); ok {
			x.StartEpoch(be, e, src)
		}
	}
}

// Record puts the shards' vectors side by side.
func (m *Sharded) Record(t *tape.Tape, theta func(string) *tape.Node, training bool) Embedding {
	var all Embedding
	raw := false
	for k, p := range m.parts {
		e := p.Record(t, func(name string) *tape.Node { return theta(name + suffix(k)) }, training)
		mine := dense.New(len(m.of), 1)
		for u, shard := range m.of {
			if shard == k {
				mine.Data[u] = 1
			}
		}
		own := t.Matrix(mine)
		raw = e.UserRows != e.Users
		e.Users = t.RowScale(own, e.Users)
		if raw {
			e.UserRows = t.RowScale(own, e.UserRows)
		}
		if k == 0 {
			all = Embedding{Users: e.Users, Items: e.Items, UserRows: e.UserRows, ItemRows: e.ItemRows}
			continue
		}
		all.Users, all.Items = t.Concat(all.Users, e.Users), t.Concat(all.Items, e.Items)
		if raw {
			all.UserRows, all.ItemRows = t.Concat(all.UserRows, e.UserRows), t.Concat(all.ItemRows, e.ItemRows)
		}
	}
	if !raw {
		all.UserRows, all.ItemRows = all.Users, all.Items
	}
	return all
}
