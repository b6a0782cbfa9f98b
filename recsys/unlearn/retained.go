package unlearn

import (
	"math"

	"lethe/recsys/data"
	"lethe/recsys/dense"
	"lethe/recsys/eval"
	"lethe/recsys/rng"
)

const (
	retainedHops  = 3
	retainedDraws = 3
)

// retainedParity is what the reconstruction attack reads where nothing was ever trained: of vectors that know the retained
// graph and no weights,
//
//	users (Â Âᵀ)Â·X, items (ÂᵀÂ)Âᵀ·Y     X, Y normal, Â of the retained interactions
//
// for three draws. Where held-out holders of a deleted item are like those who had it, that is a half; where they are of
// another kind, as on TikTok, the rest of the data tell them apart for Retrain too, and to forget until the attack reads a
// half would be to forget too much.
//
// Cost: O(3·|D_r|·d) per draw, and the attack. dim is the vectors' width d.
func retainedParity(t *Task, attack *eval.Reconstruction, dim int) (float64, error) {
	byUser := t.Retain.Train
	byItem := byUser.Transpose()
	src, sum := rng.New(t.Seed).Named("retained"), 0.0
	users, items := t.Backend.New(t.Data.Users(), dim), t.Backend.New(t.Data.Items(), dim)
	defer t.Backend.Free(users)
	defer t.Backend.Free(items)
	for draw := range retainedDraws {
		own, other, into := byUser, byItem, users
		if t.Forget.Kind == data.ForgetUsers {
			own, other, into = byItem, byUser, items
		}
		s := src.Key(uint64(draw)).Stream()
		x := dense.New(other.Users, dim)
		for k := range x.Data {
			x.Data[k] = float32(s.Normal())
		}
		for hop := range retainedHops {
			if hop%2 == 0 {
				x = spreadOver(own, other, x)
			} else {
				x = spreadOver(other, own, x)
			}
		}
		t.Backend.Write(into, x.Data)
		auc, err := attack.AUC(users, items, attackDraws)
		if err != nil {
			return 0, err
		}
		sum += auc / retainedDraws
	}
	return sum, nil
}

// spreadOver is Â·x for the rows of to; back is its transpose.
func spreadOver(to, back *data.Interactions, x dense.Matrix) dense.Matrix {
	out := dense.New(to.Users, x.Cols)
	for u := range to.Users {
		row, sum := to.Row(u), out.Row(u)
		for _, o := range row {
			w := float32(1 / math.Sqrt(float64(len(row))*float64(len(back.Row(int(o))))))
			for c, v := range x.Row(int(o)) {
				sum[c] += float32(w * v)
			}
		}
	}
	return out
}
