package train

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/rng"
)

// FitShards fits a sharded model, shard by shard with the same configuration and seed: nothing of
// one shard reaches another. keep marks shards that are taken from old instead (nil: none); of
// those only rows of users that have no interactions left in d are as new, which is what training from scratch
// gives them. A shard without interactions stays as it starts.
func FitShards(m *model.Sharded, d *data.Dataset, be backend.Backend, cfg api.TrainConfig, old *dense.Params, keep []bool, obs api.Observer) (*Fitted, error) {
	cfg = Defaults(cfg)
	parts, sets := m.Parts()
	out := &Fitted{Params: dense.NewParams(m.Specs()...)}
	m.Init(out.Params, rng.New(cfg.Seed).Named("init"))
	for k, p := range parts {
		if sets[k].Train.Len() == 0 {
			continue
		}
		if keep != nil && keep[k] {
			fresh := m.Take(out.Params, k)
			part := m.Take(old, k)
			copyAbsent(part, fresh, sets[k])
			m.Put(out.Params, k, part)
			continue
		}
		f, err := Fit(p, sets[k], be, cfg, obs)
		if err != nil {
			return nil, err
		}
		m.Put(out.Params, k, f.Params)
		out.Epochs, out.BestEpoch = max(out.Epochs, f.Epochs), max(out.BestEpoch, f.BestEpoch)
	}
	n := NewNetwork(m, out.Params, be)
	defer n.Free()
	ranker := eval.NewRanker(be, d.Train, Forgotten(d), 20)
	defer ranker.Free()
	users, items := n.Embed()
	var err error
	out.Valid, err = ranker.Metrics(users, items, d.Valid, []int{20}, obs)
	out.Curve = []api.Point{{Step: out.Epochs, Valid: out.Valid}}
	return out, err
}

// copyAbsent gives users without interactions their starting rows.
func copyAbsent(part, fresh *dense.Params, d *data.Dataset) {
	for _, s := range part.Specs() {
		if kind := Entity(s.Name); kind != "user" && kind != "node" {
			continue
		}
		for u := range d.Users() {
			if len(d.Train.Row(u)) == 0 {
				copy(part.View(s.Name).Row(u), fresh.View(s.Name).Row(u))
			}
		}
	}
}
