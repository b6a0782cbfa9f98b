package api

// Commands of what is kept and of what is erased for real.
const (
	OpRestore  Op = "restore"  // nothing → Restored: opens what is kept, finishing what was begun
	OpErase    Op = "erase"    // Erase → Erased; cannot be undone
	OpExact    Op = "exact"    // nothing → Erased: trains again for the requests that wait for it
	OpReceipts Op = "receipts" // nothing → nothing; body: all receipts
	OpVerify   Op = "verify"   // Verify → Verified; body: receipts
	OpBackup   Op = "backup"   // nothing → nothing; body: everything that is kept, as a zip
	OpAdopt    Op = "adopt"    // nothing → Restored; body: such a zip
	OpWipe     Op = "wipe"     // nothing → nothing: destroys everything that is kept
	OpTakedown Op = "takedown" // Takedown → TakenDown; body: lines of a takedown feed
)

// Kept tells where a session keeps things.
type Kept struct {
	// Where is "opfs", "indexeddb" or "folder", or "" where nothing is kept; Why says why not.
	Where string `json:"where"`
	Why   string `json:"why,omitempty"`
	// Persistent tells that the browser promised not to throw it away by itself.
	Persistent bool  `json:"persistent"`
	Used       int64 `json:"used"`            // bytes, of all of the site
	Quota      int64 `json:"quota,omitempty"` // bytes; 0 while unknown
	// Damage names bytes that were found torn or changed; the last good state was used.
	Damage []string `json:"damage,omitempty"`
}

// Restored is what was kept. Opened is nil where that is nothing.
type Restored struct {
	Kept   Kept    `json:"kept"`
	Opened *Opened `json:"opened,omitempty"`
	// Problem is why something that was begun could not be finished yet; it is taken up again.
	Problem string `json:"problem,omitempty"`
	// Receipts is how many there are, Exact whether a request waits for the exact tier.
	Receipts int  `json:"receipts"`
	Exact    bool `json:"exact"`
	// Published is what may be told of the receipts that were issued just now.
	Published string `json:"published,omitempty"`
}

// Erase forgets for real: weights, data, everything kept. Request is the grammar of the
// command line; "visitor" means the visitor's own clicks.
type Erase struct {
	Method  string `json:"method"`
	Request string `json:"request"`
	Seed    uint64 `json:"seed"`
	// Unkept, where nothing is kept: forget in memory all the same, leaving no model and no receipt.
	Unkept bool `json:"unkept,omitempty"`
}

// Erased tells which tier the request has reached, and when.
type Erased struct {
	Tier    string             `json:"tier"`    // unlearned, exact
	Reached map[string]float64 `json:"reached"` // seconds after the request, by tier
	Opened  Opened             `json:"opened"`  // the data as they are now
	Row     *Row               `json:"row,omitempty"`
	// Receipts are the lines of what was issued, with their openings.
	Receipts string `json:"receipts"`
	Exact    bool   `json:"exact"` // the exact tier is still to come
	// Published is for each receipt what may be told of it to a log: JSON one to a line.
	Published string `json:"published,omitempty"`
}

// Verify checks receipts; with Replay also by training again on the open data.
type Verify struct {
	Replay bool `json:"replay"`
}

// Verified is what a verification found.
type Verified struct {
	Receipts int      `json:"receipts"`
	Passed   bool     `json:"passed"`
	Findings []string `json:"findings"` // sentences, for people
}

// Takedown follows a takedown feed: the body is a part of it that reaches back at least to the last line that was followed, or all.
// A part that is not wholly right changes nothing: the failure's value is forged, broken, forked or stale.
type Takedown struct {
	Key    string `json:"key"`              // the owner's public key, base64
	Method string `json:"method,omitempty"` // lethe
	Ask    bool   `json:"ask,omitempty"`    // only tell how far the feed was followed
}

// TakenDown is how far a feed was followed, and what that did here.
type TakenDown struct {
	Serial int `json:"serial"`
	New    int `json:"new"`  // takedowns that were not known
	Gone   int `json:"gone"` // items, or contents of items, that were here and are not any more
	// Erased are the erasures that it took, of items and of each modality.
	Erased []Erased `json:"erased,omitempty"`
}
