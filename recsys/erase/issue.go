package erase

import (
	"crypto"
	"slices"
	"time"

	"lethe/recsys/erase/receipt"
	"lethe/recsys/sign"
)

// settle purges and issues the receipts that are due. The purge comes first: a receipt says
// that it is done.
func (v *Vault) settle(w Work, openings map[string]receipt.Opening) ([]receipt.Document, error) {
	due := func(p Pending) bool { return p.Due == DueReceipt }
	if !slices.ContainsFunc(v.state.Pending, due) {
		return nil, nil
	}
	if err := v.store.Purge(1); err != nil {
		return nil, err
	}
	next := v.state.clone()
	key, err := v.signer(next)
	if err != nil {
		return nil, err
	}
	var issued []receipt.Document
	var still []Pending
	for _, p := range next.Pending {
		if !due(p) {
			still = append(still, p)
			continue
		}
		if w.Deliver != nil {
			if err := w.Deliver(p, v.state); err != nil {
				return nil, err
			}
		}
		now := w.Now()
		p.Reached = withTier(p.Reached, p.Draft.Tier, since(p.At, now))
		p.Draft.Reached, p.Draft.Limits = p.Reached, append(Limits(p.Draft.Tier), p.Draft.Limits...)
		if p.Draft.Purged == nil {
			p.Draft.Purged = purged()
		}
		p.Draft.Issued = now.UTC().Format(time.RFC3339)
		d, err := receipt.Sign(p.Draft, last(next.Receipts), key)
		if err != nil {
			return nil, err
		}
		next.Receipts = append(next.Receipts, d)
		if o, ok := openings[p.ID]; ok {
			d.Opening = &o
		}
		issued = append(issued, d)
		if p.Draft.Tier != receipt.Exact && v.state.Model != nil && v.state.Data != nil {
			p.Due = DueExact
			still = append(still, p)
		}
	}
	next.Pending = still
	// The same state twice, so that there is a last good generation again. Neither has the
	// pending entries of before.
	parts, err := next.Encode()
	if err != nil {
		return nil, err
	}
	for range 2 {
		if err := v.store.Save(parts); err != nil {
			return nil, err
		}
		v.state = next
	}
	return issued, nil
}

func withTier(reached map[string]float64, tier string, seconds float64) map[string]float64 {
	m := map[string]float64{tier: seconds}
	for k, s := range reached {
		m[k] = s
	}
	return m
}

// since is in seconds, never below zero: clocks are set back.
func since(at int64, now time.Time) float64 { return max(0, float64(now.UnixMilli()-at)/1000) }

func last(list []receipt.Document) *receipt.Document {
	if len(list) == 0 {
		return nil
	}
	return &list[len(list)-1]
}

// signer is the store's key, made when the first receipt needs it.
func (v *Vault) signer(s *State) (crypto.Signer, error) {
	if len(s.Signer) != sign.SeedSize {
		s.Signer = make([]byte, sign.SeedSize)
		if err := v.out.Random(s.Signer); err != nil {
			return nil, err
		}
	}
	return sign.Ed25519.FromSeed(s.Signer)
}
