package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
	closed "lethe/recsys/model/ease"
)

// ease takes facts out of the model EASE in closed form, by updates of low rank: a user, an
// interaction or an item leaves as if it had never been there. A revoked modality
// changes nothing, because EASE learns from no content.
//
//	a user x         P' = P + (Px)(Px)ᵀ/(1 − xᵀPx)
//	an interaction   the user's new row joins, the old one leaves: rank 2
//	an item i        P'_rr = P_rr − P_ri·P_ir/P_ii
//
// Cost: k·I²/2 multiply-adds for k changed rows or deleted items, and reading and writing
// the weights; Retrain takes I³. Guarantee: exact, up to the rounding of
// double precision (package ease states how much); the last bits of the weights may differ from Retrain's.
// Departures: none. Source: Steck, WWW 2019, and the identities of Woodbury and Schur.
type ease struct{}

func (ease) Describe() api.Method {
	return api.Method{Name: "ease", Guarantee: Exact, Summary: "take rows and items out of the model EASE in closed form"}
}

func (ease) Supports(t *Task) error {
	if t.Model.Name != "ease" {
		return fmt.Errorf("the method ease serves the model ease only, not %s: use retrain or lethe", t.Model.Name)
	}
	return nil
}

func (ease) Unlearn(t *Task) (*Result, error) {
	if err := t.Observe.Tell(api.Progress{Stage: "unlearn", Total: 1}); err != nil {
		return nil, err
	}
	m := closed.Load(t.Before, t.Model.Reg)
	var err error
	if t.Forget.Kind == data.ForgetItems {
		err = m.RemoveItems(t.Forget.Items)
	} else {
		err = m.Replace(t.Data.Train, t.Retain.Train)
	}
	if err != nil {
		return nil, err
	}
	return &Result{Params: m.Params(), Bound: t.Retain, Steps: 1}, t.Observe.Tell(api.Progress{Stage: "unlearn", Done: 1, Total: 1})
}
