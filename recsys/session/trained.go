package session

import (
	"slices"

	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// trained is a model in a slot: its weights, the data set they are bound to and the
// final vectors on the host. Only its row changes once it
// is made.
type trained struct {
	model  api.ModelConfig // with every default filled in
	config api.TrainConfig
	params *dense.Params
	bound  *data.Dataset
	result api.TrainResult
	forget *data.ForgetSet // what was taken out since the training; nil for a trained model

	request request   // that row was measured against
	row     *measured // nil until measured

	users, items dense.Matrix // final vectors
	hidden       []bool       // items that are offered to nobody; nil for none
	visitor      int          // the visitor's row, -1 without one
	fold         model.Folder
	score        eval.Scorer // instead of the vectors' products; nil for most models
	channels     []model.Channel
	average      []float32 // the mean user
}

// serve computes the final vectors of t.params and what recommending needs.
func (t *trained) serve(be backend.Backend) error {
	m, err := model.New(t.model, t.bound)
	if err != nil {
		return err
	}
	n := train.NewNetwork(m, t.params, be)
	defer n.Free()
	users, items := n.Embed()
	if t.users, err = read(be, users); err != nil {
		return err
	}
	if t.items, err = read(be, items); err != nil {
		return err
	}
	t.hidden = train.Forgotten(t.bound)
	if t.forget != nil && t.forget.Kind == data.ForgetItems {
		t.hidden = make([]bool, t.bound.Items())
		for _, i := range t.forget.Items {
			t.hidden[i] = true
		}
	}
	t.fold = model.NewFolder(m, t.items, t.hidden)
	if s, ok := m.(model.Solver); ok {
		t.score = s.Scorer(t.params)
	}
	if c, ok := m.(model.Channeled); ok {
		t.channels = c.Channels()
	}
	t.average = mean(t.users, t.bound)
	return nil
}

func read(be backend.Backend, x backend.Tensor) (dense.Matrix, error) {
	m := dense.New(x.Rows, x.Cols)
	return m, be.Read(x, m.Data)
}

// forgot tells whether the request this model has forgotten covers an interaction.
func (t *trained) forgot(user int, item int32) bool {
	f := t.forget
	if f == nil {
		return false
	}
	switch f.Kind {
	case data.ForgetUsers:
		_, gone := slices.BinarySearch(f.Users, int32(user))
		return gone
	case data.ForgetItems:
		_, gone := slices.BinarySearch(f.Items, item)
		return gone
	case data.ForgetPairs:
		return slices.Contains(f.Pairs, data.Pair{User: int32(user), Item: item})
	}
	return false
}

// why splits the scores of listed items into the parts of the model. Nil: one part.
func (t *trained) why(vector []float32, items []int) [][]api.Part {
	if len(t.channels) < 2 {
		return nil
	}
	parts := make([][]api.Part, len(items))
	for k, i := range items {
		parts[k] = model.Parts(t.channels, vector, t.items.Row(i))
	}
	return parts
}
