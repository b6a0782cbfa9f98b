package unlearn

import (
	"lethe/recsys/api"
	"lethe/recsys/backend"
	"lethe/recsys/dense"
	"lethe/recsys/model"
	"lethe/recsys/tape"
	"lethe/recsys/train"
)

// ssd dampens the weights that the request holds more of than its size explains, in one
// pass and without training:
//
//	share_k = F_f,k / F_D,k        F: diagonal of the empirical Fisher information, summed over pairs
//	share_k > τ:  θ_k ← μ + min(ρ/share_k, 1)·(θ_k − μ)        ρ = |D_f|/|D|, μ: mean of the block's column
//
// This is the published rule I_f > α·I_D, θ ← min(λ·I_D/I_f, 1)·θ with means for sums: since
// I_f/I_D = share/ρ, no weight can ever be selected once α ≥ 1/ρ, while a threshold on the share
// has one meaning for requests of all sizes.
//
// Cost: gradients of one epoch and of D_f. Guarantee: none; measured. It reaches what rows
// memorise and not what a content path holds.
// Departures: threshold on the share (above); shrinking to the block's mean, because a row of zeros
// is as telling as the old one; squares of means over batches of 2048, for D and D_f alike, and
// margins divided by their mean on D_f, without which the slopes of learnt pairs are noise.
// Running it again on its own result dampens again: it is meant for once.
// Source: Foster, Schoepf, Brintrup, AAAI 2024.
type ssd struct{}

func (ssd) Describe() api.Method {
	return api.Method{Name: "ssd", Guarantee: Approximate, Summary: "dampen weights by the request's share of their Fisher information, one pass"}
}

func (ssd) Supports(t *Task) error { return needPairs("ssd", t) }

const (
	ssdShare = 0.5 // τ
	ssdBatch = 2048
)

func (ssd) Unlearn(t *Task) (*Result, error) {
	n, err := open(t, t.Before, t.Data)
	if err != nil {
		return nil, err
	}
	defer n.Free()
	temperature, err := meanMargin(t, n)
	if err != nil {
		return nil, err
	}
	objective := cooled(temperature)
	// D in batches of the same size as D_f's, so that squares of batch means compare.
	whole, err := fisherOf(newProbe(t, n, t.Data.Train.Pairs(), ssdBatch, objective), t)
	if err != nil {
		return nil, err
	}
	part, err := fisherOf(padded(newProbe(t, n, t.Forget.Pairs, ssdBatch, objective), ssdBatch), t)
	if err != nil {
		return nil, err
	}
	p := t.Before.Clone()
	dampen(p, part, whole, t.Data.Users(), float64(len(t.Forget.Pairs))/float64(t.Data.Train.Len()))
	return &Result{Params: p, Bound: t.Retain, Steps: 1}, resetInto(t, p)
}

// padded makes a probe of fewer pairs than a batch weigh them as one of a full batch does.
func padded(p *probe, batch int) *probe {
	for k := range p.w {
		p.w[k] *= float32(p.l.Batch.Size()) / float32(batch)
	}
	return p
}

// fisherOf reads a probe's Fisher information and frees the probe.
func fisherOf(p *probe, t *Task) ([]float32, error) {
	defer p.free()
	f, err := p.fisher(t.Observe)
	if err != nil {
		return nil, err
	}
	defer t.Backend.Free(f)
	h := make([]float32, f.Cols)
	return h, t.Backend.Read(f, h)
}

// cooled is BPR on margins divided by a temperature.
func cooled(temperature float64) train.Objective {
	return func(r *model.Recording, b *model.Batch) *tape.Node {
		t := r.Tape
		x := t.Scale(float32(-1/temperature), model.Margin(t, r.Triple(b)))
		return t.WeightedSum(b.W, t.Unary(backend.Softplus, x))
	}
}

// meanMargin is the mean of |s_ui − s_uj| over the forget set, at least 1.
func meanMargin(t *Task, n *train.Network) (float64, error) {
	v, err := finalVectors(t, n)
	if err != nil {
		return 0, err
	}
	draw := negatives(t, probeSource(t))
	sum, count := 0.0, 0.0
	for _, p := range t.Forget.Pairs {
		if j := draw(p, 0); j >= 0 {
			sum += max(v.Score(p)-v.Score(pairOf(p.User, j)), v.Score(pairOf(p.User, j))-v.Score(p))
			count++
		}
	}
	return max(sum/max(count, 1), 1), nil
}

// dampen shrinks the weights of p whose share of Fisher information is above τ.
func dampen(p *dense.Params, part, whole []float32, users int, rho float64) {
	for _, b := range blocks(p, users) {
		mean := make([]float64, b.cols)
		for k, x := range p.Theta[b.from:b.to] {
			mean[k%b.cols] += float64(x) / float64((b.to-b.from)/b.cols)
		}
		for k := b.from; k < b.to; k++ {
			if whole[k] <= 0 {
				continue
			}
			share := min(float64(part[k])/float64(whole[k]), 1)
			if share <= ssdShare {
				continue
			}
			mu := mean[(k-b.from)%b.cols]
			p.Theta[k] = float32(mu + min(rho/share, 1)*(float64(p.Theta[k])-mu))
		}
	}
}
