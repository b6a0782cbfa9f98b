package session

import (
	"io/fs"
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/data"
	"lethe/recsys/model"
)

// ModelFile is the name of a trained model that lies beside a data set's files.
const ModelFile = "model.safetensors"

// Open loads the demo catalogue, or the files of fsys, and the trained model that
// lies beside them, if any. On failure the session stays as it was; otherwise the
// visitor's clicks and all models are gone.
func (s *Session) Open(c api.Open, fsys fs.FS, opt data.Options, obs api.Observer) (api.Opened, error) {
	if err := obs.Tell(api.Progress{Stage: "open", SecondsLeft: -1}); err != nil {
		return api.Opened{}, err
	}
	if err := s.settle(obs); err != nil {
		return api.Opened{}, err
	}
	if c.Demo {
		if s.opt.Demo == nil {
			return api.Opened{}, &api.Failure{Code: api.CodeNotReady, Message: "This program was built without a demo catalogue."}
		}
		var err error
		if fsys, err = s.opt.Demo(c.DemoURL); err != nil {
			return api.Opened{}, err
		}
	}
	if !c.Demo && isBackup(fsys) {
		r, err := s.adopt(fsys)
		if err != nil {
			return api.Opened{}, err
		}
		return *r.Opened, nil
	}
	if d := retained(fsys); d != nil {
		d, _ = s.withoutErased(d)
		o, err := s.open(d, nil)
		if err == nil {
			s.keep()
		}
		return o, err
	}
	if c.Demo {
		opt.Name = "demo"
	}
	if c.Name != "" {
		opt.Name = c.Name
	}
	opt.Alone = c.Alone
	d, err := data.Load(fsys, opt)
	if err != nil {
		return api.Opened{}, err
	}
	if err := obs.Tell(api.Progress{Stage: "open", Done: 1, Total: 2, SecondsLeft: -1}); err != nil {
		return api.Opened{}, err
	}
	d, gone := s.withoutErased(d)
	warnings, err := addContent(d, fsys, obs)
	if err != nil {
		return api.Opened{}, err
	}
	d, _ = s.withoutErased(d) // from content that was computed just now
	if gone > 0 {
		warnings = append(warnings, refused(gone))
	}
	o, err := s.open(d, fsys)
	o.Warnings = append(warnings, o.Warnings...)
	if err == nil {
		s.demo, o.Demo = c.Demo, c.Demo
		if !c.Demo || s.vault != nil && s.vault.State().Data != nil {
			s.keep()
		}
	}
	return o, err
}

// withoutErased is d without what was erased here before, and how much that is.
func (s *Session) withoutErased(d *data.Dataset) (*data.Dataset, int) {
	if s.vault == nil {
		return s.taken.tombstones.Apply(d)
	}
	t := s.vault.State().Tombstones
	return t.Apply(d)
}

// OpenDataset makes d the open data set.
func (s *Session) OpenDataset(d *data.Dataset) (api.Opened, error) { return s.open(d, nil) }

func (s *Session) open(d *data.Dataset, fsys fs.FS) (api.Opened, error) {
	next := New(s.opt)
	next.base, next.vault, next.kept, next.taken = d, s.vault, s.kept, s.taken
	out := describeData(d)
	if fsys != nil {
		if b, err := fs.ReadFile(fsys, ModelFile); err == nil {
			// Data whose model does not fit them are still data: say so and go on.
			if r, err := next.importModel(b); err != nil {
				out.Warnings = append(out.Warnings, ModelFile+": "+err.Error())
			} else {
				out.Trained = &r
			}
		}
	}
	*s = *next
	return out, nil
}

// describeData is a data set as the page shows it.
func describeData(d *data.Dataset) api.Opened {
	out := api.Opened{Name: d.Name, Users: d.Users(), Items: d.Items(),
		Train: d.Train.Len(), Valid: d.Valid.Len(), Test: d.Test.Len(), Catalog: catalog(d)}
	for _, m := range d.Modalities {
		out.Modalities = append(out.Modalities, api.Modality{Name: m.Name, Dim: m.Rows.Cols})
	}
	return out
}

// catalog is what the page shows of the items; nil where the data have no catalogue.
func catalog(d *data.Dataset) []api.Item {
	if d.Catalog == nil {
		return nil
	}
	_, count := d.Train.Degrees()
	list := make([]api.Item, d.Items())
	for i, c := range d.Catalog {
		list[i] = api.Item{ID: d.ItemIDs[i], Title: c.Title, Description: c.Description, Creator: c.Creator,
			Licence: c.Licence, Category: c.Category, Image: c.Image, Count: int(count[i])}
	}
	return list
}

// Export is the model of a slot as a file.
func (s *Session) Export(c api.Export) ([]byte, error) {
	t, err := s.slot(c.Slot)
	if err != nil {
		return nil, err
	}
	f := model.File{Model: t.model, Train: t.config, Result: t.result, Data: t.bound.SHA256(), Params: t.params}
	if t.visitor >= 0 {
		f.Visitor = []string{}
		for _, i := range t.bound.Train.Row(t.visitor) {
			f.Visitor = append(f.Visitor, t.bound.ItemIDs[i])
		}
	}
	return f.Encode()
}

// Import puts a model file into slot Before and empties the other slots. The file
// belongs to the open data set, alone or with the visitor it was trained with.
func (s *Session) Import(b []byte) (api.TrainResult, error) {
	if err := s.settle(nil); err != nil {
		return api.TrainResult{}, err
	}
	r, err := s.importModel(b)
	if err == nil {
		s.keep()
	}
	return r, err
}

func (s *Session) importModel(b []byte) (api.TrainResult, error) {
	if err := s.needData(); err != nil {
		return api.TrainResult{}, err
	}
	h, err := model.DecodeHeader(b)
	if err != nil {
		return api.TrainResult{}, err
	}
	d, err := s.boundTo(h)
	if err != nil {
		return api.TrainResult{}, err
	}
	_, params, err := h.Bind(d)
	if err != nil {
		return api.TrainResult{}, err
	}
	be, err := s.opt.Backend("")
	if err != nil {
		return api.TrainResult{}, err
	}
	t := &trained{model: h.Model, config: h.Train, params: params, bound: d, result: h.Result, visitor: s.visitorOf(d)}
	t.result.ThetaSHA256 = params.SHA256()
	if err := t.serve(be); err != nil {
		return api.TrainResult{}, err
	}
	s.slots = map[api.Slot]*trained{api.Before: t}
	if t.visitor >= 0 && s.opt.Visitor && len(s.likes) == 0 {
		s.likes = d.Train.Row(t.visitor)
	}
	return t.result, nil
}

// boundTo is the open data set with the visitor's row that a model file tells of.
func (s *Session) boundTo(h *model.Header) (*data.Dataset, error) {
	if h.Visitor == nil {
		return s.base, nil
	}
	number := map[string]int32{}
	for i, id := range s.base.ItemIDs {
		number[id] = int32(i)
	}
	var likes []int32
	for _, id := range h.Visitor {
		i, ok := number[id]
		if !ok {
			return nil, &data.Error{Value: id, Problem: "the model file's visitor likes an item that the open data do not have",
				Remedy: "open the data the model was trained on"}
		}
		likes = append(likes, i)
	}
	slices.Sort(likes)
	return withVisitor(s.base, slices.Compact(likes)), nil
}
