package unlearn

import (
	"slices"

	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
)

// reach is the rows of θ that a request may move: those of some users and items, in every
// table. Vectors over it are its rows one after another.
type reach struct {
	be    backend.Backend
	parts []part
	n     int
}

// part is the rows of one block.
type part struct {
	block
	ix  *backend.Index
	buf backend.Tensor // rows×cols
	h   []float32
}

// newReach covers the rows of users and items, ascending and without repeats. Tables that
// began as features are left out: content is not learnt from one request.
func newReach(be backend.Backend, p *dense.Params, users int, us, is []int32) *reach {
	r := &reach{be: be}
	for _, b := range blocks(p, users) {
		list := is
		if b.kind == "user" {
			list = us
		}
		if b.kind == "" || len(list) == 0 {
			continue
		}
		x := part{b, be.NewIndex(len(list)), be.New(len(list), b.cols), make([]float32, len(list)*b.cols)}
		be.WriteIndex(x.ix, b.rows(), list)
		r.parts = append(r.parts, x)
		r.n += len(x.h)
	}
	return r
}

func (r *reach) free() {
	for _, x := range r.parts {
		r.be.Free(x.buf)
	}
}

// gather reads the rows of a tensor of θ's shape.
func (r *reach) gather(x backend.Tensor) ([]float64, error) {
	v := make([]float64, 0, r.n)
	for _, p := range r.parts {
		r.be.Gather(x.View(p.from, p.rows(), p.cols), p.ix, p.buf)
		if err := r.be.Read(p.buf, p.h); err != nil {
			return nil, err
		}
		for _, y := range p.h {
			v = append(v, float64(y))
		}
	}
	return v, nil
}

// add adds scale·v to the rows of a tensor of θ's shape.
func (r *reach) add(scale float64, v []float64, x backend.Tensor) {
	at := 0
	for _, p := range r.parts {
		for k := range p.h {
			p.h[k] = float32(scale * v[at+k])
		}
		at += len(p.h)
		r.be.Write(p.buf, p.h)
		r.be.ScatterAdd(1, p.buf, p.ix, x.View(p.from, p.rows(), p.cols))
	}
}

// touched are the users and items of the forgotten pairs, ascending.
func touched(f *data.ForgetSet) (users, items []int32) {
	for _, p := range f.Pairs {
		users, items = append(users, p.User), append(items, p.Item)
	}
	return ascending(append(users, f.Users...)), ascending(append(items, f.Items...))
}

func ascending(list []int32) []int32 {
	slices.Sort(list)
	return slices.Compact(list)
}
