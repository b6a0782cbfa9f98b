package unlearn

import (
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// Measures is what can be said of one model against one request.
type Measures struct {
	Valid, Test api.Metrics // on the retain set's rows
	// ForgetRecall is the share of forgotten pairs among the user's first 20, nothing hidden.
	ForgetRecall float64
	// AUC and AUCRows tell forgotten pairs from held-out test positives, by final vectors
	// and by raw rows; Recon is the reconstruction attack. Nil where the request leaves
	// nothing to compare.
	AUC, AUCRows, Recon *float64

	// Estimates are these and further measures with their standard errors, by name: what
	// a noise floor compares.
	//
	//	recall@20 ndcg@20            on test rows
	//	forget_recall@20             as ForgetRecall
	//	forget_auc forget_auc_rows   as AUC and AUCRows; the second where rows are not final vectors
	//	unseen_auc                   forgotten against never-seen pairs; Retrain's value is right
	//	mia_auc mia_tpr              the combined membership attack: AUC, and true positives at 1 % false ones
	//	delta_auc                    by the fall of z from before to now; Retrain leaks as well
	//	recon_auc                    as Recon
	//	inversion_users inversion_items   R² of revoked features
	Estimates api.Estimates
	// Membership is nil, and Scores empty, where the request leaves nothing to compare.
	Membership *eval.Membership
	Scores     eval.Scores // of final vectors, for comparisons pair by pair
	Drop       [2]eval.Sample
}

// reportDraws is how many draws of the attacker's knowledge a report averages.
const reportDraws = 5

// Measure evaluates weights bound to a data set against the task's request, on test
// rows. It is the same for every method and for Retrain.
func Measure(t *Task, p *dense.Params, bound *data.Dataset) (*Measures, error) {
	n, err := bind(t.Model, p, bound, t.Backend)
	if err != nil {
		return nil, err
	}
	defer n.Free()
	m := &Measures{Estimates: api.Estimates{}}
	for _, part := range []func(*Task, *train.Network) error{m.utility, m.membership, m.reconstruction, m.inversion} {
		if err := part(t, n); err != nil {
			return nil, err
		}
	}
	return m, nil
}

func (m *Measures) utility(t *Task, n *train.Network) error {
	users, items := n.Embed()
	r := eval.NewRanker(t.Backend, t.Retain.Train, train.Forgotten(t.Retain), 50)
	defer r.Free()
	lists, err := r.Lists(users, items, withRows(t.Retain.Valid, t.Retain.Test), t.Observe)
	if err != nil {
		return err
	}
	m.Valid, _ = lists.Metrics(t.Retain.Valid, eval.Cutoffs)
	var tested api.Estimates
	m.Test, tested = lists.Metrics(t.Retain.Test, eval.Cutoffs)
	m.keep("recall@20", tested["recall@20"], len(m.Test) > 0)
	m.keep("ndcg@20", tested["ndcg@20"], len(m.Test) > 0)

	open := eval.NewRanker(t.Backend, t.Retain.Train, nil, 20)
	defer open.Free()
	gone, err := data.FromPairs(t.Data.Users(), t.Data.Items(), t.Forget.Pairs)
	if err != nil {
		return err
	}
	shown, err := open.Lists(users, items, withRows(gone), t.Observe)
	if err != nil {
		return err
	}
	recall := shown.Recall(gone).Mean()
	m.ForgetRecall = recall.Value
	m.keep("forget_recall@20", recall, gone.Len() > 0)
	return nil
}

func (m *Measures) keep(name string, e api.Estimate, measured bool) {
	if measured {
		m.Estimates[name] = e
	}
}

// withRows lists the users who have rows in any of some interactions of the same users, ascending.
func withRows(all ...*data.Interactions) []int32 {
	var list []int32
	for u := range all[0].Users {
		if slices.ContainsFunc(all, func(x *data.Interactions) bool { return len(x.Row(u)) > 0 }) {
			list = append(list, int32(u))
		}
	}
	return list
}

func (m *Measures) reconstruction(t *Task, n *train.Network) error {
	users, items := n.Embed()
	attack := eval.NewReconstruction(t.Backend, t.Data, t.Forget, t.Data.Test, users.Cols, rng.New(t.Seed).Named("report"))
	if attack == nil {
		return nil
	}
	defer attack.Free()
	forgot, held, err := attack.Samples(users, items, reportDraws)
	if err != nil {
		return err
	}
	e := eval.AUCEstimate(forgot, held)
	m.Recon = &e.Value
	m.keep("recon_auc", e, true)
	return nil
}

// inversion is for requests that revoke one modality of items.
func (m *Measures) inversion(t *Task, n *train.Network) error {
	if t.Forget.Kind != data.ForgetModality {
		return nil
	}
	users, items := n.Embed()
	v, err := eval.ReadVectors(t.Backend, users, items)
	if err != nil {
		return err
	}
	inv, ok := eval.NewInversion(v, t.Data, t.Forget.Modality, t.Forget.Items, rng.New(t.Seed))
	m.keep("inversion_users", inv.CoUsers, ok)
	m.keep("inversion_items", inv.Items, ok)
	return nil
}
