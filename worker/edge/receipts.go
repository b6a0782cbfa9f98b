package edge

import (
	"encoding/hex"
	"errors"
	"net/http"
	"strings"

	"lethe/recsys/feed"
)

// filed is the answer to POST /api/receipts.
type filed struct {
	ID    string `json:"id"`    // the leaf's hash, in hex: what the content is found by
	Place int    `json:"place"` // in the log, from 0
}

// file is POST /api/receipts: one published receipt, as feed.Publish makes it. The same content keeps its place, so that a request may
// be repeated. Nothing of the client is kept.
func (a api) file(w http.ResponseWriter, r *http.Request) {
	open(w)
	if a.Bindings.Log == nil {
		fail(w, r, NotSetUp, "This deployment has no log of receipts.")
		return
	}
	body, ok := a.body(w, r, feed.MaxPublished)
	if !ok {
		return
	}
	if _, err := feed.DecodePublished(body); err != nil {
		fail(w, r, BadRequest, sentence(err))
		return
	}
	leaf := feed.LeafHash(body)
	n, fresh, err := a.Bindings.Log.Add(r.Context(), leaf, body)
	if err != nil {
		a.broken(w, r, err)
		return
	}
	status := http.StatusOK
	if fresh {
		status = http.StatusCreated
	}
	reply(w, r, status, filed{hex.EncodeToString(leaf[:]), n})
}

// preflight is OPTIONS /api/receipts: pages of other origins may file receipts, without credentials.
func (a api) preflight(w http.ResponseWriter, r *http.Request) {
	open(w)
	w.Header().Set("Access-Control-Allow-Methods", "POST")
	w.Header().Set("Access-Control-Allow-Headers", "Content-Type")
	w.Header().Set("Access-Control-Max-Age", "86400")
	w.WriteHeader(http.StatusNoContent)
}

// filedReceipt is GET /api/receipts/{id}: the content.
func (a api) filedReceipt(w http.ResponseWriter, r *http.Request) {
	open(w)
	if a.Bindings.Log == nil {
		fail(w, r, NotSetUp, "This deployment has no log of receipts.")
		return
	}
	leaf, ok := parseHash(r.PathValue("id"))
	if !ok {
		fail(w, r, BadRequest, "The id is not 64 hexadecimal digits.")
		return
	}
	_, content, err := a.Bindings.Log.Find(r.Context(), leaf)
	if errors.Is(err, errAbsent) {
		fail(w, r, NotFound, "The log has no such receipt.")
		return
	}
	if err != nil {
		a.broken(w, r, err)
		return
	}
	send(w, r, http.StatusOK, "application/json", "public, max-age=31536000, immutable", content)
}

func parseHash(s string) (feed.Hash, bool) {
	b, err := hex.DecodeString(s)
	if err != nil || len(b) != len(feed.Hash{}) || hex.EncodeToString(b) != s {
		return feed.Hash{}, false
	}
	return feed.Hash(b), true
}

// sentence is an error of package feed for the client: those texts are of the program, and quote nothing of what was sent.
func sentence(err error) string {
	s := err.Error()
	return strings.ToUpper(s[:1]) + s[1:] + "."
}
