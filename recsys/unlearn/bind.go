package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/train"
)

// bind puts weights on a backend with a data set's graph and features.
func bind(cfg api.ModelConfig, p *dense.Params, d *data.Dataset, be backend.Backend) (*train.Network, error) {
	m, err := model.New(cfg, d)
	if err != nil {
		return nil, err
	}
	return train.NewNetwork(m, p, be), nil
}
