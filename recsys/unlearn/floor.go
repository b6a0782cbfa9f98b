package unlearn

import (
	"fmt"

	"lethe/recsys/api"
	"lethe/recsys/dense"
	"lethe/recsys/train"
)

// floor serves only what is useful: the weights of the last round before validation Recall@20, over the watched users, fell
// below a share of where it began.
//
// (the continual view: only a checkpoint above the floor is ever served)
type floor struct {
	first float64
	last  *dense.Params
	fell  int // the first round below; 0 for none
	at    int // the round of last
}

const floorShare = 0.9

// keep looks at a round's weights.
func (f *floor) keep(n *train.Network, p *api.Point) (err error) {
	recall, measured := p.Valid["recall@20"]
	if f.last == nil {
		f.first = recall
	}
	if f.fell > 0 || measured && f.last != nil && recall < floorShare*f.first {
		if f.fell == 0 {
			f.fell = p.Step
		}
		return nil
	}
	f.last, err = n.Params()
	f.at = p.Step
	return err
}

// serve hands out the last good weights.
func (f *floor) serve(r *Result) {
	r.Params = f.last
	if f.fell > 0 {
		r.Steps = f.at
		r.Note = fmt.Sprintf("round %d took validation Recall@20 below %.0f %% of what it was: round %d is served", f.fell, 100*floorShare, f.at)
	}
}
