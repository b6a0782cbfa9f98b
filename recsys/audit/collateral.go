//go:build !js || lab

package audit

import (
	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/rng"
)

// Bystanders is what a request did to those it did not name, and how alike subject and
// Retrain are.
type Bystanders struct {
	Cohorts []eval.Collateral
	// Fairness is A-IGF before and after: NDCG@20 of active less that of inactive users.
	Before, After api.Estimate
	Similarity    *eval.Similarity // to the first Retrain; nil without one
}

// NewBystanders compares a subject with the model before the request and with any
// number of Retrains, over all users with test rows.
func NewBystanders(s Subject, retrains []Subject, obs api.Observer) (*Bystanders, error) {
	t := s.Task
	cohorts := eval.Cohorts(t.Data, t.Retain, t.Forget, t.Retain.Test)
	before, _, err := Subject{t, t.Before, t.Data}.lists(obs)
	if err != nil {
		return nil, err
	}
	after, v, err := s.lists(obs)
	if err != nil {
		return nil, err
	}
	out := &Bystanders{Before: eval.InterGroupFairness(before, cohorts), After: eval.InterGroupFairness(after, cohorts)}
	var golds []eval.Lists
	for k, r := range retrains {
		gold, gv, err := r.lists(obs)
		if err != nil {
			return nil, err
		}
		golds = append(golds, gold)
		if k == 0 {
			like := eval.NewSimilarity(after, gold, v, gv, s.source())
			out.Similarity = &like
		}
	}
	out.Cohorts = eval.NewCollateral(cohorts, before, after, golds)
	return out, nil
}

// lists are the first 20 of every user with test rows.
func (s Subject) lists(obs api.Observer) (eval.Lists, eval.Vectors, error) {
	o, err := s.open()
	if err != nil {
		return eval.Lists{}, eval.Vectors{}, err
	}
	defer o.free()
	r := eval.NewRanker(o.be, s.Task.Retain.Train, o.banned(), 20)
	defer r.Free()
	users, items := o.net.Embed()
	l, err := r.Lists(users, items, withRows(s.Task.Retain.Test), obs)
	if err != nil {
		return eval.Lists{}, eval.Vectors{}, err
	}
	v, err := o.vectors()
	return l, v, err
}

// Residue is what one channel of a model keeps of a request, whatever the sum over
// channels says.
type Residue struct {
	Channel string
	AUC     api.Estimate // forgotten against held-out pairs by this channel alone
	Recon   api.Estimate // reconstruction attack on it; of requests that delete users or items
}

// Residues looks at every channel of a model whose score is a sum over channels. Empty
// for other models and where the request leaves nothing to compare.
func Residues(s Subject) ([]Residue, error) {
	o, err := s.open()
	if err != nil {
		return nil, err
	}
	defer o.free()
	m, ok := o.net.Model.(model.Channeled)
	forgot, held := s.Task.Forget.Pairs, o.heldout()
	if !ok || len(forgot) == 0 || len(held) == 0 {
		return nil, nil
	}
	v, err := o.vectors()
	if err != nil {
		return nil, err
	}
	var out []Residue
	for _, c := range m.Channels() {
		r, err := o.residue(v.Columns(c.From, c.To), forgot, held)
		if err != nil {
			return nil, err
		}
		r.Channel = c.Name
		out = append(out, r)
	}
	return out, nil
}

// residueDraws is how many draws of the attacker's knowledge a residue averages.
const residueDraws = 5

func (o *opened) residue(v eval.Vectors, forgot, held []data.Pair) (r Residue, err error) {
	u, i := v.Upload(o.be)
	defer o.be.Free(u)
	defer o.be.Free(i)
	g := eval.NewGauge(o.be, o.Task.Data, forgot, held, o.banned(), v.Users.Cols)
	defer g.Free()
	f, h, err := g.Z(u, i)
	if err != nil {
		return r, err
	}
	r.AUC = eval.AUCEstimate(eval.Sample{Value: f, Unit: users(forgot)}, eval.Sample{Value: h, Unit: users(held)})
	attack := eval.NewReconstruction(o.be, o.Task.Data, o.Task.Forget, o.Task.Data.Test, v.Users.Cols, rng.New(o.Task.Seed).Named("residue"))
	if attack == nil {
		return r, nil
	}
	defer attack.Free()
	a, b, err := attack.Samples(u, i, residueDraws)
	r.Recon = eval.AUCEstimate(a, b)
	return r, err
}
