package session

import (
	"lethe/recsys/api"
	"lethe/recsys/audit"
)

// Relearn races the models of After and Retrain at learning some of what was forgotten again, beside a control that
// learns what nobody ever saw. No slot changes.
func (s *Session) Relearn(obs api.Observer) (api.Relearned, error) {
	task, err := s.forgotten(obs)
	if err != nil {
		return api.Relearned{}, err
	}
	after, err := s.slot(api.After)
	if err != nil {
		return api.Relearned{}, err
	}
	retrain, err := s.slot(api.Retrain)
	if err != nil {
		return api.Relearned{}, err
	}
	r, ok, err := audit.RunRace(audit.Subject{Task: task, Params: after.params, Bound: after.bound}, audit.Subject{Task: task, Params: retrain.params, Bound: retrain.bound}, obs)
	if err != nil {
		return api.Relearned{}, err
	}
	if !ok {
		return api.Relearned{}, &api.Failure{Code: api.CodeUnsupported, Message: "Too few interactions were forgotten, or held out beside them, for a race.", Value: task.Forget.Request,
			Remedy: "Forget something larger, such as all of a creator's prints."}
	}
	out := api.Relearned{Known: r.Known, Held: r.Held, Gain: r.Gain, Ahead: r.Ahead}
	for step, at := range r.Curve {
		out.Curve = append(out.Curve, api.Point{Step: step, Race: at})
	}
	return out, nil
}
