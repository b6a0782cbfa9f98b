package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/data"
)

// auto picks a method by model, request and size, and says why.
//
//	ease                          ease, exact and far cheaper than Retrain
//	sharded model                 shard, exact and a share of Retrain
//	content of licence adapters   adapter, exact and far cheaper than Retrain
//	more than half of the data    retrain: what is left is no small change of what was
//	no validation rows, pairs     retrain: nothing says where forgotten pairs belong
//	a modality, a small request   lethe, routed by the kind of request
//	everything else               restart, which no audit tells from Retrain; lethe in the page's engine and for
//	                              models that have no rows to start
//
// Cost, guarantee: the picked method's; its name and the reason are in the note.
type auto struct{}

func (auto) Describe() api.Method {
	return api.Method{Name: "auto", Guarantee: Approximate, Summary: "the method that suits model, request and size, with the reason"}
}

func (auto) Supports(*Task) error { return nil }

func (auto) Unlearn(t *Task) (*Result, error) {
	m, why := Choose(t)
	r, err := m.Unlearn(t)
	if err != nil {
		return nil, err
	}
	note := fmt.Sprintf("auto chose %s: %s", m.Describe().Name, why)
	if r.Note != "" {
		note += "; " + r.Note
	}
	r.Note = note
	return r, nil
}

// autoShare is the share of the data above which auto retrains.
const autoShare = 0.5

// Choose is what auto picks for a task, and why.
func Choose(t *Task) (m Method, why string) {
	share := float64(len(t.Forget.Pairs)) / float64(max(t.Data.Train.Len(), 1))
	for _, exact := range append([]Method{ease{}, shard{}}, adapters...) {
		if exact.Supports(t) == nil {
			return exact, "it is exact for this model, and cheaper than training again"
		}
	}
	if err := (lethe{}).Supports(t); err != nil {
		return retrain{}, err.Error()
	}
	switch {
	case share > autoShare:
		return retrain{}, fmt.Sprintf("%.0f %% of the interactions go, and what is left is best trained anew", 100*share)
	case research && t.Forget.Kind != data.ForgetModality && share > slightShare && (restart{}).Supports(t) == nil:
		return restart{}, fmt.Sprintf("%.1f %% of the interactions go: a short training from the spectrum of the others is as close to Retrain as another seed is, and depends on nothing that goes", 100*share)
	case t.Forget.Kind == data.ForgetPairs && small(t) && walkable(t):
		return lethe{}, "the request is small, so that only its user's row moves, in closed form"
	case t.Forget.Kind == data.ForgetPairs:
		return lethe{}, "its closed form brings interactions where held-out ones stand, in final vectors and raw rows at once"
	case t.Forget.Kind == data.ForgetUsers:
		if small(t) {
			return lethe{}, "so small a request leaves next to nothing elsewhere: the user's row is reset, nothing more"
		}
		return lethe{}, "the items of deleted users still tell who took them: they are unlearned against an attacker's vectors"
	case t.Forget.Kind == data.ForgetItems:
		return lethe{}, "the users of a deleted item still tell who took it: they move back, away from what an attacker would rebuild"
	}
	return lethe{}, "the content and its edges go, and a few retain steps mend the rest"
}
