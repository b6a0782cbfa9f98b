package session

import (
	"errors"

	"lethe/recsys/api"
)

// Compare measures the filled slots on the request of After or Retrain, and lists
// what each would show a user. A slot that has forgotten the user shows nothing.
func (s *Session) Compare(c api.Compare, obs api.Observer) (api.Comparison, error) {
	before, err := s.slot(api.Before)
	if err != nil {
		return api.Comparison{}, err
	}
	of := s.slots[api.After]
	if of == nil {
		if of, err = s.slot(api.Retrain); err != nil {
			_, err = s.slot(api.After)
			return api.Comparison{}, err
		}
	}
	if err := s.measureBefore(before, of, obs); err != nil {
		return api.Comparison{}, err
	}
	out := api.Comparison{Forget: of.row.Forget, Rows: map[api.Slot]api.Row{}, Lists: map[api.Slot]api.Ranking{}}
	for _, name := range []api.Slot{api.Before, api.After, api.Retrain} {
		t := s.slots[name]
		if t == nil {
			continue
		}
		if gold := s.slots[api.Retrain]; gold != nil {
			t.row.compareWith(gold)
		}
		out.Rows[name] = t.row.Row
		list, err := s.Recommend(api.Recommend{Slot: name, User: c.User, K: c.K})
		var f *api.Failure
		if errors.As(err, &f) && f.Code == api.CodeNotReady {
			list, err = api.Ranking{Items: []int{}, Scores: []float64{}}, nil
		}
		if err != nil {
			return api.Comparison{}, err
		}
		out.Lists[name] = list
	}
	return out, nil
}

// measureBefore evaluates the trained model against the request of another slot,
// once.
func (s *Session) measureBefore(before, of *trained, obs api.Observer) error {
	if before.row != nil && before.request == of.request {
		return nil
	}
	be, err := s.opt.Backend(before.config.Backend)
	if err != nil {
		return err
	}
	task, _, err := s.task(before, api.Unlearn{Request: of.request.text, Seed: of.request.seed}, be, obs)
	if err != nil {
		return err
	}
	row, err := measure(task, before, api.Method{Name: "original"})
	if err != nil {
		return err
	}
	row.Forget = of.row.Forget
	before.row, before.request = row, of.request
	return nil
}
