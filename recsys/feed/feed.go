// Package feed is how the owner of a catalogue tells devices what to forget, and how devices tell that they did.
//
// A feed is a file of takedowns, one to a line, each signed by the owner's key and chained to the line before by its hash.
// It can only remove: there is no line that adds anything. Any server may carry it, for none can change it unnoticed; what a
// server can do is withhold its end, or all of it.
//
// A log is an append-only list of what devices published, under a Merkle tree as in RFC 6962, so that nobody can take a line out
// again or show different lists to different people without leaving two roots that do not fit together.
//
// Everything here is a function of its arguments: no clock decides anything, so a device whose clock is wrong forgets the same.
package feed

import (
	"bytes"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"strings"

	"crypto"
	"lethe/recsys/digest"
	"lethe/recsys/erase/receipt"
	"lethe/recsys/sign"
)

// Format names the layout of a takedown.
const Format = "lethe-takedown/1"

// Kinds of takedowns.
const (
	Item     = "item"     // one item, by its identifier
	Creator  = "creator"  // everything of a creator, by name
	Modality = "modality" // one modality of an item: its picture, its words
)

// Takedown revokes something. Issued is for people: no program decides by it.
type Takedown struct {
	Format   string `json:"format"`
	Serial   int    `json:"serial"`             // from 1, without gaps
	Previous string `json:"previous"`           // hash of the line before, "" for the first
	Issued   string `json:"issued"`             // RFC 3339, by the clock of who signed
	Kind     string `json:"kind"`               // item, creator, modality
	Name     string `json:"name"`               // identifier of the item, or the creator
	Modality string `json:"modality,omitempty"` // of kind modality: its name
	Reason   string `json:"reason,omitempty"`   // for people
	Key      string `json:"key"`                // Ed25519, base64
}

// Line is a takedown with its signature: Ed25519 over the domain and the takedown in canonical form, base64.
type Line struct {
	Takedown  Takedown `json:"takedown"`
	Signature string   `json:"signature"`
}

// Bounds on what is read, in bytes: of a line, and of the texts in it.
const (
	MaxLine = 4 << 10
	maxText = 1 << 10
	// MaxBody is the most that Follow reads at once: tens of thousands of lines.
	MaxBody = 32 << 20
)

// What Follow and Decode find wrong, for errors.Is.
var (
	// ErrForged: not a line of this feed, or not as it was signed.
	ErrForged = errors.New("this is not as the owner signed it")
	// ErrBroken: a line is missing, or the order was changed.
	ErrBroken = errors.New("lines are missing or out of order")
	// ErrForked: the owner, or who has the key, signed two different lines for one place.
	ErrForked = errors.New("this feed contradicts what was read before")
	// ErrStale: it ends before what was read already.
	ErrStale = errors.New("this feed is older than what was read before")
)

// domain keeps these signatures apart from any other use of the key.
const domain = Format + "\n"

// Cursor is how far somebody has followed a feed. The zero value has read nothing.
type Cursor struct {
	Serial int    `json:"serial"`
	Hash   string `json:"hash"` // of the line with that serial, "" before the first
}

// Sign appends a takedown to the feed that ends at the cursor: it fills in format, key and place.
func Sign(t Takedown, at Cursor, key crypto.Signer) (Line, error) {
	t.Format, t.Serial, t.Previous = Format, at.Serial+1, at.Hash
	t.Key = PublicKey(key)
	if err := t.check(); err != nil {
		return Line{}, err
	}
	b, err := receipt.Canonical(t)
	if err != nil {
		return Line{}, fmt.Errorf("sign the takedown: %w", err)
	}
	signature, err := sign.Message(key, append([]byte(domain), b...))
	if err != nil {
		return Line{}, fmt.Errorf("sign the takedown: %w", err)
	}
	return Line{t, base64.StdEncoding.EncodeToString(signature)}, nil
}

// PublicKey is the public half of a key as feeds and sites name it.
func PublicKey(key crypto.Signer) string {
	return base64.StdEncoding.EncodeToString(sign.Public(key))
}

// ParseKey reads what PublicKey wrote.
func ParseKey(s string) ([]byte, error) {
	b, err := base64.StdEncoding.Strict().DecodeString(s)
	if err != nil || len(b) != sign.PublicKeySize {
		return nil, fmt.Errorf("%q is not a public key: it is 32 bytes in base64, as lethe takedown key prints it", short(s))
	}
	return b, nil
}

func short(s string) string {
	if len(s) > 64 {
		return s[:64] + "…"
	}
	return s
}

// check looks at what a takedown says by itself.
func (t *Takedown) check() error {
	if t.Kind != Item && t.Kind != Creator && t.Kind != Modality {
		return fmt.Errorf("%w: the kind is %q; it is item, creator or modality", ErrForged, short(t.Kind))
	}
	if t.Name == "" || len(t.Name) > maxText || len(t.Reason) > maxText || len(t.Modality) > maxText || len(t.Issued) > 64 {
		return fmt.Errorf("%w: the name is empty, or a text has more than %d bytes", ErrForged, maxText)
	}
	if (t.Kind == Modality) != (t.Modality != "") {
		return fmt.Errorf("%w: takedowns of kind modality name one, others none", ErrForged)
	}
	for _, s := range []string{t.Name, t.Modality, t.Reason} {
		if strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }) {
			return fmt.Errorf("%w: a text has control characters", ErrForged)
		}
	}
	return nil
}

// Hash is what the next line points to.
func (l *Line) Hash() string {
	b, err := receipt.Canonical(l.Takedown)
	if err != nil {
		panic("feed: a takedown does not encode")
	}
	h := digest.New()
	h.Write([]byte(domain))
	h.Write(b)
	return hex.EncodeToString(h.Sum(nil))
}

// Encode is a line as it lies in a file, with its newline.
func (l *Line) Encode() []byte {
	b, err := receipt.Canonical(l)
	if err != nil {
		panic("feed: a line does not encode")
	}
	return append(b, '\n')
}

// Cursor is the place of the line.
func (l *Line) Cursor() Cursor { return Cursor{l.Takedown.Serial, l.Hash()} }

// Request is the request to forget that a takedown amounts to, in the grammar of the command line.
func (t *Takedown) Request() string {
	if t.Kind == Modality {
		return "modality:" + t.Modality + "@" + t.Name
	}
	return t.Kind + ":" + t.Name
}

// Decode reads one line without its newline and refuses any other form than Encode's.
func Decode(b []byte) (Line, error) {
	var l Line
	if len(b) > MaxLine {
		return l, fmt.Errorf("%w: the line has %d bytes, the most is %d", ErrForged, len(b), MaxLine)
	}
	if err := json.Unmarshal(b, &l); err != nil {
		return l, fmt.Errorf("%w: %v", ErrForged, err)
	}
	if again, err := receipt.Canonical(l); err != nil || !bytes.Equal(again, b) {
		return l, fmt.Errorf("%w: the line is not in canonical form", ErrForged)
	}
	if l.Takedown.Format != Format {
		return l, fmt.Errorf("%w: its format is %q, this program knows %q", ErrForged, short(l.Takedown.Format), Format)
	}
	if l.Takedown.Serial < 1 || (l.Takedown.Serial == 1) != (l.Takedown.Previous == "") {
		return l, fmt.Errorf("%w: its serial is none", ErrForged)
	}
	return l, l.Takedown.check()
}

// verify checks that the owner signed the line.
func (l *Line) verify(key string) error {
	if l.Takedown.Key != key {
		return fmt.Errorf("%w: it names another key than the owner's", ErrForged)
	}
	public, err := ParseKey(key)
	if err != nil {
		return err
	}
	signature, err := base64.StdEncoding.Strict().DecodeString(l.Signature)
	if err != nil {
		return fmt.Errorf("%w: the signature is not base64", ErrForged)
	}
	b, err := receipt.Canonical(l.Takedown)
	if err != nil {
		return fmt.Errorf("%w: %v", ErrForged, err)
	}
	if ok, err := sign.Ed25519.Verify(public, append([]byte(domain), b...), signature); err != nil {
		return fmt.Errorf("the signature cannot be checked: %w", err)
	} else if !ok {
		return fmt.Errorf("%w: the signature does not fit", ErrForged)
	}
	return nil
}

// Follow reads a part of a feed that reaches back at least to the cursor, and returns what is new after it. Nothing of a part
// that is not wholly right is believed. Reading the same again gives nothing new.
func Follow(body []byte, key string, at Cursor) (news []Line, next Cursor, err error) {
	next = at
	if _, err := ParseKey(key); err != nil {
		return nil, at, err
	}
	if len(body) > MaxBody {
		return nil, at, fmt.Errorf("%w: it has %d bytes, the most is %d", ErrForged, len(body), MaxBody)
	}
	var last *Line
	for n := 1; len(body) > 0; n++ {
		line, rest, whole := bytes.Cut(body, []byte("\n"))
		if !whole {
			return nil, at, fmt.Errorf("%w: line %d is cut short", ErrBroken, n)
		}
		body = rest
		l, err := Decode(line)
		if err == nil {
			err = l.verify(key)
		}
		if err == nil {
			err = l.follows(last, at)
		}
		if err != nil {
			return nil, at, fmt.Errorf("takedown feed, line %d: %w", n, err)
		}
		if last = &l; l.Takedown.Serial > at.Serial {
			news = append(news, l)
			next = l.Cursor()
		}
	}
	switch {
	case last != nil && last.Takedown.Serial < at.Serial:
		return nil, at, fmt.Errorf("%w: it ends with takedown %d, %d were read", ErrStale, last.Takedown.Serial, at.Serial)
	case last == nil && at.Serial > 0:
		return nil, at, fmt.Errorf("%w: it is empty, %d were read", ErrStale, at.Serial)
	}
	return news, next, nil
}

// follows checks a line's place: after the line before it in the same part, and against the cursor.
func (l *Line) follows(last *Line, at Cursor) error {
	t := &l.Takedown
	switch {
	case last != nil && (t.Serial != last.Takedown.Serial+1 || t.Previous != last.Hash()):
		return fmt.Errorf("%w: takedown %d does not follow %d", ErrBroken, t.Serial, last.Takedown.Serial)
	case last == nil && t.Serial > at.Serial+1:
		return fmt.Errorf("%w: it begins with takedown %d, the next was to be %d", ErrBroken, t.Serial, at.Serial+1)
	case t.Serial == at.Serial && l.Hash() != at.Hash, t.Serial == at.Serial+1 && t.Previous != at.Hash:
		return fmt.Errorf("%w, at takedown %d", ErrForked, t.Serial)
	}
	return nil
}
