package edge

import (
	"context"
	"crypto/ed25519"
	"errors"
	"net/http"

	"lethe/recsys/feed"
	_ "lethe/recsys/sign/standard" // Ed25519
)

// Bindings is what a platform lends the API. Each store is an interface with one implementation for Cloudflare (d1_js.go, r2_js.go)
// and one for a native process (memory.go). Where a store is nil its paths answer that they are not set up.
type Bindings struct {
	// Deployment is the platform's id of the running deployment, empty where there is none.
	Deployment string
	// Owner is the public key whose takedowns are taken, as feed.PublicKey writes it. The private one never comes near a server.
	Owner string
	// LogKey signs the heads of the log; nil leaves them unsigned.
	LogKey  ed25519.PrivateKey
	Feed    Feed
	Log     Log
	Catalog Catalog
	// Allow tells whether a client may write now. Nil: always.
	Allow func(ctx context.Context, client string) bool
	// Client names the client of a request for Allow. It is used for that and not kept.
	Client func(r *http.Request) string
}

// Feed keeps the lines of a takedown feed by serial.
type Feed interface {
	// Lines returns up to limit lines behind a serial, in order.
	Lines(ctx context.Context, since, limit int) ([]feed.Line, error)
	// Head is where the feed ends.
	Head(ctx context.Context) (feed.Cursor, error)
	// Append adds a line that follows the head, or returns errTaken if its place has been taken.
	Append(ctx context.Context, l feed.Line) error
}

// Log keeps published receipts in the order in which they came, under a Merkle tree.
type Log interface {
	Size(ctx context.Context) (int, error)
	// Add appends a content and returns its place. One that is there already keeps its place, and fresh is false.
	Add(ctx context.Context, leaf feed.Hash, content []byte) (n int, fresh bool, err error)
	// Find is the place and the content of a leaf, or errAbsent.
	Find(ctx context.Context, leaf feed.Hash) (n int, content []byte, err error)
	// Entries returns up to limit contents from a place on.
	Entries(ctx context.Context, from, limit int) ([][]byte, error)
	// Nodes reads complete subtrees of leaves that are there.
	Nodes(ctx context.Context) feed.Nodes
}

// Catalog keeps versions of a catalogue, and which there are, as bytes.
type Catalog interface {
	// Read returns the bytes of a name, or errAbsent.
	Read(ctx context.Context, name string) ([]byte, error)
}

// What stores answer.
var (
	errTaken  = errors.New("edge: the place has been taken")
	errAbsent = errors.New("edge: there is none")
)
