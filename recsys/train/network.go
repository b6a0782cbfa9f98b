package train

import (
	"lethe/recsys/backend"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/tape"
)

// Network is a model with weights on a backend, ready to rank.
type Network struct {
	Model  model.Model
	Theta  backend.Tensor // 1×len(Params.Theta)
	Final  model.Embedding
	be     backend.Backend
	params *dense.Params // the layout; its numbers are the host's last copy
	rank   *tape.Tape
}

// NewNetwork puts weights on a backend and records how to rank with them.
func NewNetwork(m model.Model, params *dense.Params, be backend.Backend) *Network {
	n := &Network{Model: m, be: be, params: params.Clone(), rank: tape.New(be)}
	n.Theta = be.New(1, len(params.Theta))
	be.Write(n.Theta, params.Theta)
	n.Final = m.Record(n.rank, n.nodes(n.rank, backend.Tensor{}), false)
	return n
}

// nodes gives a model the nodes of its weights on a tape. Without a gradient
// tensor they are constants.
func (n *Network) nodes(t *tape.Tape, grad backend.Tensor) func(string) *tape.Node {
	made := map[string]*tape.Node{}
	return func(name string) *tape.Node {
		if x, ok := made[name]; ok {
			return x
		}
		v, off := n.params.View(name), n.params.Offset(name)
		value := n.Theta.View(off, v.Rows, v.Cols)
		if grad.Mem == nil {
			made[name] = t.Constant(value)
		} else {
			made[name] = t.Param(value, grad.View(off, v.Rows, v.Cols))
		}
		return made[name]
	}
}

// Embed computes the final vectors of the current weights.
func (n *Network) Embed() (users, items backend.Tensor) {
	users, items, err := n.embed(nil)
	if err != nil {
		panic("train: nobody interrupts") // without a pause there is no error
	}
	return users, items
}

// embed is Embed that calls pause now and then (nil: never); its error ends it.
func (n *Network) embed(pause func() error) (users, items backend.Tensor, err error) {
	n.rank.Pause = pause
	err = n.rank.Forward()
	n.rank.Pause = nil
	return n.Final.Users.Value, n.Final.Items.Value, err
}

// Params reads the weights back.
func (n *Network) Params() (*dense.Params, error) {
	p := n.params.Clone()
	err := n.be.Read(n.Theta, p.Theta)
	return p, err
}

// Load replaces the weights.
func (n *Network) Load(p *dense.Params) { n.be.Write(n.Theta, p.Theta) }

// Backend is where the network lives.
func (n *Network) Backend() backend.Backend { return n.be }

// Free gives all memory back.
func (n *Network) Free() {
	n.rank.Free()
	n.be.Free(n.Theta)
}
