package session

import (
	"lethe/recsys/api"
	"lethe/recsys/rank"
)

// Table is what ranks as the model of a slot does for a visitor who was in no training: a page can do that before it has an engine.
// Only models whose lists are the products of one vector for each side have one.
func (s *Session) Table(slot api.Slot) (*rank.Table, error) {
	t, err := s.slot(slot)
	if err != nil {
		return nil, err
	}
	if _, plain := t.fold.(*rank.FoldIn); !plain || len(t.channels) > 1 || t.hidden != nil {
		return nil, &api.Failure{Code: api.CodeNotReady, Message: "This model ranks by more than its vectors.", Value: t.model.Name, Remedy: "Train bpr or lightgcn."}
	}
	out := &rank.Table{Items: t.items, Mean: t.average}
	for _, it := range catalog(s.base) {
		out.Catalog = append(out.Catalog, api.Item{ID: it.ID, Title: it.Title, Creator: it.Creator, Image: it.Image})
	}
	return out, nil
}
