package erase

import (
	"encoding/json"
	"errors"
	"fmt"

	"lethe/recsys/data"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/erase/store"
	"lethe/recsys/feed"
)

// State is everything that is kept. Each field that may hold a person or an item names its
// entry of the Inventory; a test fails for one that does not.
type State struct {
	Data *data.Dataset `holds:"interactions"` // without the visitor; nil for none
	// Model is the model file of slot before, bound to Data or to Data with the visitor.
	Model []byte `holds:"model"`
	// Training is a checkpoint of the training that leads to the exact tier.
	Training []byte `holds:"optimiser"`
	Meta
}

// Meta is what is kept beside the big parts.
type Meta struct {
	Version    int                `json:"version" holds:"nobody"`
	Demo       bool               `json:"demo,omitempty" holds:"nobody"`  // Data are the demo catalogue
	Likes      []string           `json:"likes,omitempty" holds:"clicks"` // identifiers of items
	Tombstones Tombstones         `json:"tombstones" holds:"tombstones"`
	Intents    []Intent           `json:"intents,omitempty" holds:"intents"` // open ones
	Pending    []Pending          `json:"pending,omitempty" holds:"salts"`
	Receipts   []receipt.Document `json:"receipts,omitempty" holds:"receipts"`
	Signer     []byte             `json:"signer,omitempty" holds:"nobody"` // seed of the Ed25519 key
	// Feeds is how far each takedown feed was followed, by its public key.
	Feeds map[string]feed.Cursor `json:"feeds,omitempty" holds:"nobody"`
}

// Version is that of the parts and of Meta. Version 1 had the receipts in Meta; since then they
// are a part of their own, in the lines that are exported, which show every change by themselves.
const Version = 2

// Intent is a request before it is carried out: the only thing kept that names it.
type Intent struct {
	ID      string `json:"id"`
	Request string `json:"request"`
	Method  string `json:"method"`
	Seed    uint64 `json:"seed"`
	Salt    string `json:"salt"` // of the receipt's opening
	At      int64  `json:"at"`   // milliseconds of Unix time
	// Args are what else whoever computes needs to repeat it: the command line's flags.
	Args map[string]string `json:"args,omitempty"`
}

// Pending is a request after the switch: what is missing is the purge, the receipt, or the
// exact tier.
type Pending struct {
	ID string `json:"id"`
	// Due is what comes next: "receipt" or "exact".
	Due     string             `json:"due"`
	At      int64              `json:"at"`
	Reached map[string]float64 `json:"reached"`
	// Draft is the receipt but for its time and place.
	Draft receipt.Receipt `json:"draft"`
	// Opening goes to who asked, together with the receipt. Its Request is empty here; the
	// hashes of before are not kept either once the receipt is out.
	Args map[string]string `json:"args,omitempty"`
}

// What is due.
const (
	DueReceipt = "receipt"
	DueExact   = "exact"
)

// Names of the parts.
const (
	partMeta     = "meta"
	partData     = "data"
	partModel    = "model"
	partTraining = "training"
	partReceipts = "receipts"
)

// Encode is the state as parts of a generation.
func (s *State) Encode() ([]store.Part, error) {
	s.Version = Version
	rest := s.Meta
	rest.Receipts = nil
	meta, err := json.Marshal(rest)
	if err != nil {
		return nil, fmt.Errorf("keep the state: %w", err)
	}
	parts := []store.Part{{Name: partMeta, Data: meta}}
	if len(s.Receipts) > 0 {
		b, err := receipt.Encode(s.Receipts)
		if err != nil {
			return nil, err
		}
		parts = append(parts, store.Part{Name: partReceipts, Data: b})
	}
	if s.Data != nil {
		b, err := EncodeDataset(s.Data)
		if err != nil {
			return nil, err
		}
		parts = append(parts, store.Part{Name: partData, Data: b})
	}
	for _, p := range []store.Part{{Name: partModel, Data: s.Model}, {Name: partTraining, Data: s.Training}} {
		if p.Data != nil {
			parts = append(parts, p)
		}
	}
	return parts, nil
}

// Decode reads what Encode wrote, in this version or an earlier one.
func Decode(parts []store.Part) (*State, error) {
	s := &State{}
	found := false
	var lines []byte
	for _, p := range parts {
		switch p.Name {
		case partMeta:
			found = true
			if err := decodeMeta(p.Data, &s.Meta); err != nil {
				return nil, err
			}
		case partData:
			var err error
			if s.Data, err = DecodeDataset(p.Data); err != nil {
				return nil, err
			}
		case partModel:
			s.Model = p.Data
		case partTraining:
			s.Training = p.Data
		case partReceipts:
			lines = p.Data
		default:
			return nil, fmt.Errorf("the store holds a part %q that this version does not know: use the version that wrote it", p.Name)
		}
	}
	if !found {
		return nil, errors.New("the store's table of requests is missing: import a copy, or start anew")
	}
	if lines != nil {
		var err error
		if s.Receipts, err = receipt.Decode(lines); err != nil {
			return nil, fmt.Errorf("the store's receipts: %w", err)
		}
	}
	return s, nil
}

// decodeMeta reads this version and earlier ones: fields of version 1 have kept their places.
func decodeMeta(b []byte, m *Meta) error {
	var head struct {
		Version int `json:"version"`
	}
	if err := json.Unmarshal(b, &head); err != nil {
		return fmt.Errorf("the store's table of requests is not readable: %w", err)
	}
	if head.Version < 1 || head.Version > Version {
		return fmt.Errorf("the store's version is %d, this program knows 1 to %d: %w", head.Version, Version, store.ErrNewer)
	}
	if err := json.Unmarshal(b, m); err != nil {
		return fmt.Errorf("the store's table of requests is not readable: %w", err)
	}
	m.Version = Version
	return nil
}

// clone is a state whose lists can be changed without changing s.
func (s *State) clone() *State {
	c := *s
	c.Intents = append([]Intent(nil), s.Intents...)
	c.Pending = append([]Pending(nil), s.Pending...)
	c.Receipts = append([]receipt.Document(nil), s.Receipts...)
	return &c
}

// Open tells whether a request was asked for and is not yet carried out, or is.
func (s *State) done(id string) bool {
	for _, p := range s.Pending {
		if p.ID == id {
			return true
		}
	}
	for k := range s.Receipts {
		if s.Receipts[k].Receipt.ID == id {
			return true
		}
	}
	return false
}
