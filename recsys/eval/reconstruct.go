package eval

import (
	"errors"
	"math"
	"slices"

	"lethe/recsys/backend"
	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/rng"

	"gonum.org/v1/gonum/blas/blas64"
	"gonum.org/v1/gonum/floats"
)

// Reconstruction is the attack on a deleted item (or user): whoever holds the
// released model and knows part of the entity's interactions rebuilds a vector for it from
// the other side, and ranks the rest. If the other side still encodes who took part,
// the forgotten rest stands above positives that were never trained on.
//
// (after the hierarchical reconstruction attack of MedForget)
type Reconstruction struct {
	be       backend.Backend
	src      rng.Source
	entities []entity
	byUser   bool // the entity is a user, the counterpart items
	n, dim   int  // counterparts and their width
	mean     []float64
	cov      blas64.Symmetric
	chol     blas64.Triangular // of cov and a ridge
	rows     dense.Matrix      // the counterparts' vectors
	sum      backend.Tensor
	gram     backend.Tensor
}

// entity is one deleted item or user: its forgotten and its held-out counterparts.
type entity struct {
	id              int32
	forgot, heldout []int32
}

// share of an entity's interactions that the attacker knows.
const share = 0.3

// NewReconstruction prepares the attack on the entities of a request, with held-out
// pairs from truth. It returns nil if the request deletes no users and no items or
// leaves nothing to attack.
func NewReconstruction(be backend.Backend, d *data.Dataset, f *data.ForgetSet, truth *data.Interactions, dim int, src rng.Source) *Reconstruction {
	r := &Reconstruction{be: be, src: src.Named("reconstruct"), byUser: f.Kind == data.ForgetUsers, dim: dim}
	if f.Kind != data.ForgetItems && f.Kind != data.ForgetUsers {
		return nil
	}
	r.n = d.Users()
	list := f.Items
	if r.byUser {
		r.n, list = d.Items(), f.Users
	}
	at := make(map[int32]int, len(list))
	for k, id := range list {
		at[id] = k
		r.entities = append(r.entities, entity{id: id})
	}
	split := func(p data.Pair) (id, other int32) {
		if r.byUser {
			return p.User, p.Item
		}
		return p.Item, p.User
	}
	targets, held := 0, 0
	for _, p := range f.Pairs {
		id, other := split(p)
		if k, ok := at[id]; ok {
			r.entities[k].forgot = append(r.entities[k].forgot, other)
			targets++
		}
	}
	for _, p := range Heldout(f, truth) {
		id, other := split(p)
		if k, ok := at[id]; ok {
			r.entities[k].heldout = append(r.entities[k].heldout, other)
			held++
		}
	}
	if targets < 2 || held == 0 {
		return nil
	}
	r.rows = dense.New(r.n, dim)
	r.sum, r.gram = be.New(1, dim), be.New(dim, dim)
	return r
}

// Free gives the attack's backend memory back.
func (r *Reconstruction) Free() {
	r.be.Free(r.sum)
	r.be.Free(r.gram)
}

// prepare reads the counterparts' vectors and factors their covariance.
func (r *Reconstruction) prepare(users, items backend.Tensor) error {
	x := users
	if r.byUser {
		x = items
	}
	r.be.ColSum(1, x, 0, r.sum)
	r.be.Gemm(true, false, 1, x, x, 0, r.gram)
	sum, gram := make([]float32, r.dim), make([]float32, r.dim*r.dim)
	if err := r.be.Read(r.sum, sum); err != nil {
		return err
	}
	if err := r.be.Read(r.gram, gram); err != nil {
		return err
	}
	if err := r.be.Read(x, r.rows.Data); err != nil {
		return err
	}
	n := float64(r.n)
	r.mean = make([]float64, r.dim)
	for a := range r.mean {
		r.mean[a] = float64(sum[a]) / n
	}
	r.cov = symmetric(r.dim, make([]float64, r.dim*r.dim))
	trace := 0.0
	for a := range r.dim {
		for b := a; b < r.dim; b++ {
			r.cov.Data[a*r.dim+b] = float64(gram[a*r.dim+b])/n - r.mean[a]*r.mean[b]
		}
		trace += r.cov.Data[a*r.dim+a]
	}
	ridge := slices.Clone(r.cov.Data)
	for a := range r.dim {
		ridge[a*r.dim+a] += shrink*trace/float64(r.dim) + 1e-30
	}
	var ok bool
	if r.chol, ok = cholesky(r.dim, ridge); !ok {
		return errNotPositive
	}
	return nil
}

// shrink is the ridge of the discriminant as a share of the mean variance.
const shrink = 0.1

var errNotPositive = errors.New("reconstruction: the vectors' covariance is not a number; the model has diverged")

// Vectors rebuilds a vector for every entity as the linear discriminant of its known
// counterparts against all, v = (Σ + ridge)⁻¹(mean_known − mean), scaled so that scores
// over all counterparts have deviation 1. draw chooses which ones are known. It returns the
// vectors (a row per entity) and, per entity, which forgotten ones were known.
func (r *Reconstruction) Vectors(users, items backend.Tensor, draw int) (dense.Matrix, [][]bool, error) {
	if err := r.prepare(users, items); err != nil {
		return dense.Matrix{}, nil, err
	}
	v := dense.New(len(r.entities), r.dim)
	known := make([][]bool, len(r.entities))
	for k := range r.entities {
		known[k] = r.known(k, draw)
		copy(v.Row(k), r.discriminant(k, known[k]))
	}
	return v, known, nil
}

// known draws which of an entity's forgotten interactions the attacker knows: at
// least one, at least one not.
func (r *Reconstruction) known(k, draw int) []bool {
	e := r.entities[k]
	mark := make([]bool, len(e.forgot))
	if len(mark) < 2 {
		return mark
	}
	s := r.src.Key(uint64(draw)).Key(uint64(e.id)).Stream()
	n := min(max(int(math.Round(share*float64(len(mark)))), 1), len(mark)-1)
	for _, x := range s.Perm(len(mark))[:n] {
		mark[x] = true
	}
	return mark
}

func (r *Reconstruction) discriminant(k int, known []bool) []float32 {
	v := make([]float64, r.dim)
	n := 0.0
	for x, yes := range known {
		if yes {
			n++
			for a, w := range r.rows.Row(int(r.entities[k].forgot[x])) {
				v[a] += float64(w)
			}
		}
	}
	out := make([]float32, r.dim)
	if n == 0 {
		return out
	}
	for a := range r.dim {
		v[a] = v[a]/n - r.mean[a]
	}
	v = solve(r.chol, v)
	cv := make([]float64, r.dim)
	blas64.Symv(1, r.cov, blas64.Vector{N: r.dim, Inc: 1, Data: v}, 0, blas64.Vector{N: r.dim, Inc: 1, Data: cv})
	sd := math.Sqrt(max(floats.Dot(v, cv), 1e-30))
	for a := range out {
		out[a] = float32(v[a] / sd)
	}
	return out
}

// Entities lists the deleted entities in the order of Vectors' rows.
func (r *Reconstruction) Entities() []int32 {
	ids := make([]int32, len(r.entities))
	for k, e := range r.entities {
		ids[k] = e.id
	}
	return ids
}

// Unknown lists entity k's forgotten counterparts that were not known.
func (r *Reconstruction) Unknown(k int, known []bool) []int32 {
	var list []int32
	for x, yes := range known {
		if !yes {
			list = append(list, r.entities[k].forgot[x])
		}
	}
	return list
}

// AUC runs the attack with several draws of what is known and returns the AUC of the
// unknown forgotten against held-out counterparts: 0.5 for a model that never saw them.
func (r *Reconstruction) AUC(users, items backend.Tensor, draws int) (float64, error) {
	forgot, held, err := r.Samples(users, items, draws)
	return AUC(forgot.Value, held.Value), err
}

// Samples are the attack's scores behind AUC, by entity.
func (r *Reconstruction) Samples(users, items backend.Tensor, draws int) (forgot, held Sample, err error) {
	if err := r.prepare(users, items); err != nil {
		return Sample{}, Sample{}, err
	}
	for draw := range draws {
		for k, e := range r.entities {
			if len(e.forgot) < 2 {
				continue
			}
			known := r.known(k, -1-draw)
			v := r.discriminant(k, known)
			add := func(s *Sample, others []int32) {
				for _, o := range others {
					z := 0.0
					for a, w := range r.rows.Row(int(o)) {
						z += float64(v[a]) * (float64(w) - r.mean[a])
					}
					s.Value, s.Unit = append(s.Value, z), append(s.Unit, e.id)
				}
			}
			add(&forgot, r.Unknown(k, known))
			add(&held, e.heldout)
		}
	}
	return forgot, held, nil
}
