package unlearn

import (
	"fmt"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
	"lethe/recsys/train"
)

// block is a part of θ with one meaning: the users' rows of a table, the items', or a
// weight that all share.
type block struct {
	name     string // user.image, item.node, project.image …
	node     string // the table that it is a half of; "" for a table of its own
	kind     string // user, item or "" for shared weights
	from, to int    // in θ
	cols     int
}

// blocks divides θ. Tables of nodes are divided into users and items.
func blocks(p *dense.Params, users int) []block {
	var all []block
	for _, s := range p.Specs() {
		at := p.Offset(s.Name)
		b := block{s.Name, "", train.Entity(s.Name), at, at + s.Rows*s.Cols, s.Cols}
		if b.kind != "node" {
			all = append(all, b)
			continue
		}
		split := at + users*s.Cols
		all = append(all, block{"user." + s.Name, s.Name, "user", at, split, s.Cols}, block{"item." + s.Name, s.Name, "item", split, b.to, s.Cols})
	}
	return all
}

// row is where an entity's row begins in θ.
func (b block) row(id int32) int { return b.from + int(id)*b.cols }

// rows is how many rows the block has.
func (b block) rows() int { return (b.to - b.from) / max(b.cols, 1) }

// needPairs refuses models that no step can change and requests that name no interactions.
func needPairs(method string, t *Task) error {
	if err := needSteps(t); err != nil {
		return err
	}
	if t.Forget.Kind == data.ForgetModality {
		return fmt.Errorf("method %s forgets interactions, and revoking a modality takes none away: use lethe, fine-tune or retrain", method)
	}
	return nil
}

// only refuses requests of other kinds than the listed ones.
func only(method string, t *Task, why string, kinds ...data.Kind) error {
	for _, k := range kinds {
		if t.Forget.Kind == k {
			return nil
		}
	}
	return fmt.Errorf("method %s serves requests for %v, not for %s: %s; use lethe or retrain", method, kinds, t.Forget.Kind, why)
}

func pairOf(u, i int32) data.Pair { return data.Pair{User: u, Item: i} }

func probeSource(t *Task) rng.Source { return rng.New(t.Seed).Named("probe") }

// finalVectors reads a network's final vectors.
func finalVectors(t *Task, n *train.Network) (eval.Vectors, error) {
	users, items := n.Embed()
	return eval.ReadVectors(t.Backend, users, items)
}

// rawRows reads the entities' own rows whose products are scores too.
func rawRows(t *Task, n *train.Network) (eval.Vectors, error) {
	n.Embed()
	return eval.ReadVectors(t.Backend, n.Final.UserRows.Value, n.Final.ItemRows.Value)
}

func errSharded(method string) error {
	return fmt.Errorf("method %s serves one model and not shards of it: use shard, which is exact there", method)
}

func errNothingRetained(method string) error {
	return fmt.Errorf("method %s needs retained interactions to hold on to, and the request leaves none: use retrain or train anew", method)
}
