package erase

import (
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"
	"time"

	"lethe/recsys/erase/receipt"
	"lethe/recsys/erase/store"
	"lethe/recsys/feed"
)

// Vault is an open store with its state. It belongs to one goroutine.
type Vault struct {
	store *store.Store
	out   store.Outside
	state *State
}

// Outcome is what carrying out an intent made, before anything of it counts.
type Outcome struct {
	// State is the next one: Data, Model, Likes and Tombstones. The vault
	// looks after the rest.
	State *State
	// Draft is the receipt but for what the vault fills in.
	Draft receipt.Receipt
	// The hashes of before, for the opening.
	DataBefore, ThetaBefore string
	// Exact says that no exact tier is to follow: this is it, or there is no model.
	Exact bool
}

// Work is what computes.
type Work struct {
	// Compute makes the state without what an intent names. It changes nothing.
	Compute func(i Intent) (*Outcome, error)
	// Audit looks at the state as it was read back from the new generation, before the
	// switch. An error stops the erasure there; the intent stays open.
	Audit func(o *Outcome, written *State) error
	// Swap tells that the state has changed: whatever was made from the old one is to go.
	Swap func(s *State)
	// Deliver hands out what lies outside the store (a model file) after the switch and
	// before the receipt; it may be asked twice. Nil for none.
	Deliver func(p Pending, s *State) error
	// Now tells the time.
	Now func() time.Time
}

// OpenVault opens a store and reads its state.
func OpenVault(out store.Outside) (*Vault, error) {
	s, err := store.Open(out)
	if err != nil {
		return nil, err
	}
	v := &Vault{store: s, out: out, state: &State{}}
	if s.Empty() {
		return v, nil
	}
	if v.state, err = Decode(s.Parts()); err != nil {
		return nil, err
	}
	for _, r := range s.Records() {
		var i Intent
		if err := json.Unmarshal(r, &i); err != nil {
			return nil, fmt.Errorf("a record of the store's log is not readable: %w", err)
		}
		v.queue(i)
	}
	return v, nil
}

// queue adds an intent that is neither open nor carried out.
func (v *Vault) queue(i Intent) {
	known := slices.ContainsFunc(v.state.Intents, func(o Intent) bool { return o.ID == i.ID })
	if !known && !v.state.done(i.ID) {
		v.state.Intents = append(v.state.Intents, i)
	}
}

// State is what is kept. Do not write to it.
func (v *Vault) State() *State { return v.state }

// Damage is what was found torn or changed at the start.
func (v *Vault) Damage() []store.Damage { return v.store.Damage() }

// Busy tells whether anything is to be finished: an intent, a purge or a receipt.
func (v *Vault) Busy() bool {
	return len(v.state.Intents) > 0 || slices.ContainsFunc(v.state.Pending, func(p Pending) bool { return p.Due == DueReceipt })
}

// AwaitsExact tells whether a request waits for the exact tier.
func (v *Vault) AwaitsExact() bool {
	return slices.ContainsFunc(v.state.Pending, func(p Pending) bool { return p.Due == DueExact })
}

// Replace keeps another state: other data, another model. Intents, receipts and the signer are
// the vault's own and stay; requests that waited for the exact tier of the old model do not
// wait any more.
func (v *Vault) Replace(s *State) error {
	next := v.withOwn(s)
	next.Receipts = merged(next.Receipts, s.Receipts)
	next.Pending = slices.DeleteFunc(next.Pending, func(p Pending) bool { return p.Due == DueExact })
	return v.save(next)
}

// merged is own, or other where there are none yet: a chain is never mixed with another.
func merged(own, other []receipt.Document) []receipt.Document {
	if len(own) == 0 {
		return other
	}
	return own
}

// Checkpoint keeps how far the training for the exact tier is.
func (v *Vault) Checkpoint(b []byte) error {
	next := v.state.clone()
	next.Training = b
	return v.save(next)
}

// Follow keeps how far a takedown feed was followed, and the tombstones that it leaves.
func (v *Vault) Follow(key string, at feed.Cursor, t Tombstones) error {
	next := v.state.clone()
	next.Feeds = map[string]feed.Cursor{key: at}
	for k, c := range v.state.Feeds {
		if k != key {
			next.Feeds[k] = c
		}
	}
	next.Tombstones = t
	return v.save(next)
}

// Wipe destroys everything, keys first.
func (v *Vault) Wipe() error {
	if err := v.store.Purge(0); err != nil {
		return err
	}
	v.state = &State{}
	return nil
}

func (v *Vault) save(next *State) error {
	parts, err := next.Encode()
	if err != nil {
		return err
	}
	if err := v.store.Save(parts); err != nil {
		return err
	}
	v.state = next
	return nil
}

func (v *Vault) withOwn(s *State) *State {
	next := s.clone()
	own := v.state.clone()
	next.Intents, next.Pending, next.Receipts, next.Signer, next.Feeds = own.Intents, own.Pending, own.Receipts, own.Signer, own.Feeds
	return next
}

// NewIntent makes an intent with a random identifier and salt.
func (v *Vault) NewIntent(request, method string, seed uint64, now time.Time) (Intent, error) {
	b := make([]byte, 16+32)
	if err := v.out.Random(b); err != nil {
		return Intent{}, fmt.Errorf("ask to forget: %w", err)
	}
	return Intent{ID: hex.EncodeToString(b[:16]), Salt: hex.EncodeToString(b[16:]), Request: request, Method: method, Seed: seed, At: now.UnixMilli()}, nil
}

// NewSalt is a salt for tombstones.
func (v *Vault) NewSalt() ([]byte, error) {
	b := make([]byte, 32)
	if err := v.out.Random(b); err != nil {
		return nil, fmt.Errorf("forget: %w", err)
	}
	return b, nil
}

// Ask puts an intent into the journal. From the moment it returns nil the request is carried
// out, whatever happens.
func (v *Vault) Ask(i Intent) error {
	if v.store.Empty() {
		if err := v.save(v.state); err != nil {
			return err
		}
	}
	b, err := json.Marshal(i)
	if err != nil {
		return err
	}
	if err := v.store.Append(b); err != nil {
		return err
	}
	v.queue(i)
	return nil
}

// Finish carries out everything that is open, in order, and returns the receipts with their
// openings. Called again after a failure or a crash, it goes on where it stood. What an opening
// holds is handed out once: after a crash between the switch and the receipt it is gone.
func (v *Vault) Finish(w Work) ([]receipt.Document, error) {
	var issued []receipt.Document
	openings := map[string]receipt.Opening{}
	for {
		done, err := v.settle(w, openings)
		issued = append(issued, done...)
		if err != nil {
			return issued, err
		}
		if len(v.state.Intents) == 0 {
			return issued, nil
		}
		i := v.state.Intents[0]
		opening, err := v.carryOut(i, w)
		if err != nil {
			return issued, fmt.Errorf("forgetting is not finished and will be taken up again: %w", err)
		}
		openings[i.ID] = opening
	}
}

// carryOut goes from an intent to the switch.
func (v *Vault) carryOut(i Intent, w Work) (receipt.Opening, error) {
	hidden := w.Now()
	o, err := w.Compute(i)
	if err != nil {
		return receipt.Opening{}, err
	}
	opening := receipt.Opening{Salt: i.Salt, Request: i.Request, Seed: fmt.Sprint(i.Seed), DataBefore: o.DataBefore, ThetaBefore: o.ThetaBefore}
	next := v.withOwn(o.State)
	next.Training = nil // of the old data
	next.Intents = slices.DeleteFunc(next.Intents, func(x Intent) bool { return x.ID == i.ID })
	p := Pending{ID: i.ID, Due: DueReceipt, At: i.At, Draft: o.Draft, Args: i.Args}
	p.Draft.ID = i.ID
	p.Draft.Request.Commitment = opening.Commitment()
	p.Draft.Seeds.Request = fmt.Sprint(i.Seed)
	p.Reached = map[string]float64{receipt.Hidden: since(i.At, hidden)}
	if p.Draft.Tier = receipt.Unlearned; o.Exact {
		p.Draft.Tier = receipt.Exact
	}
	next.Pending = append(next.Pending, p)
	written, err := v.aside(next, func(written *State) error { return w.Audit(o, written) })
	if err != nil {
		return opening, err
	}
	if err := written.next.Commit(); err != nil {
		return opening, err
	}
	v.state = written.state
	w.Swap(v.state)
	return opening, nil
}

// aside is a generation that was written, with what was read back.
type aside struct {
	next  *store.Next
	state *State
}

func (v *Vault) aside(s *State, audit func(*State) error) (*aside, error) {
	parts, err := s.Encode()
	if err != nil {
		return nil, err
	}
	next, err := v.store.Prepare(parts)
	if err != nil {
		return nil, err
	}
	back, err := Decode(next.Parts())
	if err == nil {
		err = audit(back)
	}
	if err != nil {
		return nil, errors.Join(err, next.Drop())
	}
	return &aside{next, back}, nil
}

// Exact swaps in the model that was trained again, for all requests that wait for it, and
// issues their receipts.
func (v *Vault) Exact(o *Outcome, w Work) ([]receipt.Document, error) {
	next := v.withOwn(o.State)
	next.Training = nil
	for k, p := range next.Pending {
		if p.Due != DueExact {
			continue
		}
		d := o.Draft
		d.ID, d.Request, d.Seeds.Request = p.ID, p.Draft.Request, p.Draft.Seeds.Request
		d.Tier = receipt.Exact
		next.Pending[k].Due, next.Pending[k].Draft = DueReceipt, d
	}
	written, err := v.aside(next, func(written *State) error { return w.Audit(o, written) })
	if err != nil {
		return nil, err
	}
	if err := written.next.Commit(); err != nil {
		return nil, err
	}
	v.state = written.state
	w.Swap(v.state)
	return v.settle(w, nil)
}
