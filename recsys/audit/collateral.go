//go:build !js || lab

package audit

import (
	"slices"

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
	Similarity    eval.Similarity // to the first Retrain
}

// Bystanders compares a subject with the model before the request and with the
// Retrains, over all users with test rows.
func (f *Floor) Bystanders(s Subject) (*Bystanders, error) {
	c, err := f.meet()
	if err != nil {
		return nil, err
	}
	after, err := s.show()
	if err != nil {
		return nil, err
	}
	return c.bystanders(s, after), nil
}

func (c *company) bystanders(s Subject, after *shown) *Bystanders {
	t := s.Task
	if c.cohorts == nil {
		c.cohorts = eval.Cohorts(t.Data, t.Retain, t.Forget, t.Retain.Test)
	}
	var golds []eval.Lists
	for _, g := range c.golds {
		golds = append(golds, g.tested)
	}
	return &Bystanders{
		Before: eval.InterGroupFairness(c.before.tested, c.cohorts), After: eval.InterGroupFairness(after.tested, c.cohorts),
		Cohorts:    eval.NewCollateral(c.cohorts, c.before.tested, after.tested, golds),
		Similarity: after.like(c.golds[0], s.source()),
	}
}

// company is what subjects of one task are shown beside.
type company struct {
	before  *shown // the model before the request
	golds   []*shown
	cohorts []eval.Cohort
	alone   [][]api.Audit // readings of each Retrain by itself
}

// meet makes the company of a floor, once.
func (f *Floor) meet() (*company, error) {
	if f.company != nil {
		return f.company, nil
	}
	t := f.Retrains[0].Task
	c := &company{}
	var err error
	if c.before, err = (Subject{t, t.Before, t.Data}).show(); err != nil {
		return nil, err
	}
	for _, r := range f.Retrains {
		g, err := r.show()
		if err != nil {
			return nil, err
		}
		c.golds = append(c.golds, g)
	}
	f.company = c
	return c, nil
}

// shown is what a subject recommends, and its final vectors.
type shown struct {
	lists  eval.Lists // 50 for every user with validation or test rows
	tested eval.Lists // 20 for every user with test rows
	v      eval.Vectors
}

func (s Subject) show() (*shown, error) {
	o, err := s.open()
	if err != nil {
		return nil, err
	}
	defer o.free()
	r := eval.NewRanker(o.be, s.Task.Retain.Train, o.banned(), 50)
	defer r.Free()
	users, items := o.net.Embed()
	out := &shown{}
	if out.lists, err = r.Lists(users, items, withRows(s.Task.Retain.Valid, s.Task.Retain.Test), s.Task.Observe); err != nil {
		return nil, err
	}
	out.tested = out.lists.First(20).Of(withRows(s.Task.Retain.Test))
	out.v, err = o.vectors()
	return out, err
}

func (s *shown) like(gold *shown, src rng.Source) eval.Similarity {
	return eval.NewSimilarity(s.tested, gold.tested, s.v, gold.v, src)
}

// Residue is what one channel of a model keeps of a request, whatever the sum over
// channels says.
type Residue struct {
	Channel string
	AUC     api.Estimate // forgotten against held-out pairs by this channel alone
	Recon   api.Estimate // reconstruction attack on it; of requests that delete users or items
}

// Residues looks at every channel of a model whose score is a sum over channels, and of other models with content at
// what they make of one modality, or of none, when the features of the others are taken away. Empty
// for models without content and where the request leaves nothing to compare.
func Residues(s Subject) ([]Residue, error) {
	o, err := s.open()
	if err != nil {
		return nil, err
	}
	defer o.free()
	forgot, held := s.Task.Forget.Pairs, o.heldout()
	if len(forgot) == 0 || len(held) == 0 {
		return nil, nil
	}
	v, err := o.vectors()
	if err != nil {
		return nil, err
	}
	m, ok := o.net.Model.(model.Channeled)
	if !ok {
		return s.branches(v, forgot, held)
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

// branches are the residues with the features of all modalities but one, and of all, taken away.
func (s Subject) branches(whole eval.Vectors, forgot, held []data.Pair) (out []Residue, err error) {
	for k := -1; k < len(s.Bound.Modalities); k++ {
		name, left := "without content", s
		for n, m := range s.Bound.Modalities {
			if n == k {
				name = m.Name + " alone"
				continue
			}
			left.Bound = data.Retain(left.Bound, &data.ForgetSet{Kind: data.ForgetModality, Modality: m.Name, Items: everyItem(s.Bound)})
		}
		r, same, err := left.branch(whole, forgot, held)
		if err != nil || same && k < 0 {
			return nil, err
		}
		if !same { // a single modality alone is the whole
			r.Channel = name
			out = append(out, r)
		}
	}
	return out, nil
}

// branch is the residue of a subject; same tells that its vectors are still those of before.
func (s Subject) branch(before eval.Vectors, forgot, held []data.Pair) (r Residue, same bool, err error) {
	o, err := s.open()
	if err != nil {
		return r, false, err
	}
	defer o.free()
	v, err := o.vectors()
	if err != nil || slices.Equal(v.Users.Data, before.Users.Data) && slices.Equal(v.Items.Data, before.Items.Data) {
		return r, true, err
	}
	r, err = o.residue(v, forgot, held)
	return r, false, err
}

func everyItem(d *data.Dataset) []int32 {
	all := make([]int32, d.Items())
	for i := range all {
		all[i] = int32(i)
	}
	return all
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
