package session

import (
	"fmt"
	"io/fs"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/erase"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/unlearn"
)

// Outcome runs a request on the trained model and describes the result for a receipt, where
// data and model lie in somebody's own files and only the model is Lethe's to replace.
func (s *Session) Outcome(c api.Unlearn, obs api.Observer) (*erase.Outcome, api.Row, error) {
	before, err := s.slot(api.Before)
	if err != nil {
		return nil, api.Row{}, err
	}
	row, err := s.Unlearn(c, obs)
	if err != nil {
		return nil, row, err
	}
	t := s.slots[api.After]
	if c.Method == "retrain" {
		t = s.slots[api.Retrain]
	}
	o := &erase.Outcome{State: &erase.State{}, DataBefore: before.bound.SHA256(), ThetaBefore: before.params.SHA256(), Exact: row.Guarantee == unlearn.Exact}
	o.Draft.Request = receipt.Request{Kind: string(t.forget.Kind), Pairs: len(t.forget.Pairs)}
	o.Draft.Method = receipt.Method{Name: row.Method, Guarantee: row.Guarantee, Note: row.Note}
	o.Draft.Purged = map[string]string{
		"model":   "weights replaced in the file that -o names; where that is the file that was read, its old bytes were overwritten",
		"intents": "the request's own words: the journal's key destroyed",
	}
	o.Draft.Limits = []string{
		"The data were not changed: they lie where they lay. Neither was the old model, unless the new one took its place.",
	}
	return o, row, s.draft(o, t)
}

// Retained is the data set that the model which has forgotten is bound to, as a file for
// whoever is to verify without the data of before.
func (s *Session) Retained(slot api.Slot) ([]byte, error) {
	t, err := s.slot(slot)
	if err != nil {
		return nil, err
	}
	return erase.EncodeDataset(t.bound)
}

// retained is the data in a folder that holds nothing but what Retained wrote, or nil.
func retained(fsys fs.FS) *data.Dataset {
	entries, err := fs.ReadDir(fsys, ".")
	if err != nil || len(entries) != 1 || entries[0].IsDir() {
		return nil
	}
	b, err := fs.ReadFile(fsys, entries[0].Name())
	if err != nil {
		return nil
	}
	d, err := erase.DecodeDataset(b)
	if err != nil {
		return nil
	}
	return d
}

// OpenRetained opens what Retained wrote.
func (s *Session) OpenRetained(b []byte) (api.Opened, error) {
	d, err := erase.DecodeDataset(b)
	if err != nil {
		return api.Opened{}, fmt.Errorf("read the remaining data: %w", err)
	}
	return s.OpenDataset(d)
}
