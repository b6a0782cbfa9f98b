package edge

import (
	"crypto/ed25519"
	"encoding/base64"
	"encoding/hex"
	"errors"
	"fmt"
	"net/http"

	"lethe/recsys/erase/receipt"
	"lethe/recsys/feed"
)

// head is GET /api/log: how long the log is and the root of its tree. Where the deployment has a key it signs the two, so that whoever
// is shown different heads holds the evidence.
type head struct {
	Size      int    `json:"size"`
	Root      string `json:"root"` // hex
	Key       string `json:"key,omitempty"`
	Signature string `json:"signature,omitempty"` // Ed25519 over headDomain and {root, size} in canonical JSON, base64
}

const headDomain = "lethe-log-head/1\n"

// proof is an audit path, or the proof that one tree began another.
type proof struct {
	Place *int     `json:"place,omitempty"` // of the leaf
	From  int      `json:"from,omitempty"`  // size of the earlier tree
	Size  int      `json:"size"`
	Path  []string `json:"path"` // hex, from the leaf up
}

// sized runs f with a log, its size and the size that a query names (the log's own unless it does).
func (a api) sized(f func(w http.ResponseWriter, r *http.Request, size int)) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		open(w)
		if a.Bindings.Log == nil {
			fail(w, r, NotSetUp, "This deployment has no log of receipts.")
			return
		}
		all, err := a.Bindings.Log.Size(r.Context())
		if err != nil {
			a.broken(w, r, err)
			return
		}
		size, ok := number(r, "size", all, all)
		if !ok {
			fail(w, r, BadRequest, fmt.Sprintf("size is a number from 0 to %d, the log's.", all))
			return
		}
		f(w, r, size)
	}
}

func (a api) logHead(w http.ResponseWriter, r *http.Request, size int) {
	root, err := feed.Root(size, a.Bindings.Log.Nodes(r.Context()))
	if err != nil {
		a.broken(w, r, err)
		return
	}
	h := head{Size: size, Root: hex.EncodeToString(root[:])}
	if k := a.Bindings.LogKey; k != nil {
		b, err := receipt.Canonical(h)
		if err != nil {
			panic("edge: a head does not encode")
		}
		h.Key, h.Signature = feed.PublicKey(k), base64.StdEncoding.EncodeToString(ed25519.Sign(k, append([]byte(headDomain), b...)))
	}
	reply(w, r, http.StatusOK, h)
}

// inclusion is GET /api/log/proof?id=ID&size=N.
func (a api) inclusion(w http.ResponseWriter, r *http.Request, size int) {
	leaf, ok := parseHash(r.URL.Query().Get("id"))
	if !ok {
		fail(w, r, BadRequest, "id is 64 hexadecimal digits.")
		return
	}
	place, _, err := a.Bindings.Log.Find(r.Context(), leaf)
	if errors.Is(err, errAbsent) || err == nil && place >= size {
		fail(w, r, NotFound, "The log has no such receipt.")
		return
	}
	var path []feed.Hash
	if err == nil {
		path, err = feed.Inclusion(place, size, a.Bindings.Log.Nodes(r.Context()))
	}
	if err != nil {
		a.broken(w, r, err)
		return
	}
	reply(w, r, http.StatusOK, proof{Place: &place, Size: size, Path: hashes(path)})
}

// consistency is GET /api/log/consistency?from=M&size=N.
func (a api) consistency(w http.ResponseWriter, r *http.Request, size int) {
	from, ok := number(r, "from", 0, size)
	if !ok || from == 0 {
		fail(w, r, BadRequest, fmt.Sprintf("from is a number from 1 to %d, the later size.", size))
		return
	}
	path, err := feed.Consistency(from, size, a.Bindings.Log.Nodes(r.Context()))
	if err != nil {
		a.broken(w, r, err)
		return
	}
	reply(w, r, http.StatusOK, proof{From: from, Size: size, Path: hashes(path)})
}

// entries is GET /api/log/entries?from=N&limit=M: contents one to a line, so that anyone can build the tree again.
func (a api) entries(w http.ResponseWriter, r *http.Request, size int) {
	from, ok := number(r, "from", 0, 1<<31)
	limit, also := number(r, "limit", pageLines, pageLines)
	if !ok || !also || limit == 0 {
		fail(w, r, BadRequest, fmt.Sprintf("from is a place, limit a number from 1 to %d.", pageLines))
		return
	}
	list, err := a.Bindings.Log.Entries(r.Context(), from, limit)
	if err != nil {
		a.broken(w, r, err)
		return
	}
	var body []byte
	for _, c := range list {
		body = append(append(body, c...), '\n')
	}
	cache := "no-cache"
	if len(list) == limit {
		cache = "public, max-age=31536000, immutable"
	}
	send(w, r, http.StatusOK, jsonLines, cache, body)
}

func hashes(path []feed.Hash) []string {
	out := make([]string, len(path))
	for k, h := range path {
		out[k] = hex.EncodeToString(h[:])
	}
	return out
}
