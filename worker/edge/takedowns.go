package edge

import (
	"bytes"
	"errors"
	"fmt"
	"net/http"
	"strconv"

	"lethe/recsys/feed"
)

// Bounds of the feed's paths.
const (
	pageLines  = 100       // of a page, unless limit asks for less
	maxPublish = 256 << 10 // bytes of one POST
	jsonLines  = "application/jsonl"
)

// takedowns is GET /api/takedowns?since=N&limit=M: lines behind a serial as they were signed, one to a line. A device asks from one
// before the last it knows: the page then shows it what it has, so that an older feed or another one is noticed, and as long as nothing is
// new the answer is 304: the tag of a page is the hash of its last line. A page that is full never changes again.
func (a api) takedowns(w http.ResponseWriter, r *http.Request) {
	if a.Bindings.Feed == nil {
		fail(w, r, NotSetUp, "This deployment has no takedown feed.")
		return
	}
	since, ok := number(r, "since", 0, 1<<31)
	limit, also := number(r, "limit", pageLines, pageLines)
	if !ok || !also || limit == 0 {
		fail(w, r, BadRequest, fmt.Sprintf("since is a serial, limit a number from 1 to %d.", pageLines))
		return
	}
	lines, err := a.Bindings.Feed.Lines(r.Context(), since, limit)
	if err != nil {
		a.broken(w, r, err)
		return
	}
	var body []byte
	for _, l := range lines {
		body = append(body, l.Encode()...)
	}
	if len(lines) > 0 { // which, with where it begins, says all that the page holds: a device knows the tag of what it has
		w.Header().Set("Etag", `"`+lines[len(lines)-1].Hash()+`"`)
	}
	cache := "no-cache"
	if len(lines) == limit {
		cache = "public, max-age=31536000, immutable"
		next := lines[limit-1].Takedown.Serial
		w.Header().Set("Link", fmt.Sprintf(`</api/takedowns?since=%d&limit=%d>; rel="next"`, next, limit))
	}
	open(w)
	send(w, r, http.StatusOK, jsonLines, cache, body)
}

// published is the answer to POST /api/takedowns.
type published struct {
	Serial int    `json:"serial"` // where the feed ends now
	Hash   string `json:"hash"`
	Added  int    `json:"added"` // lines of the request that were not there before
}

// publish is POST /api/takedowns: lines that the owner signed. Their signatures are all the permission there is. What is there already
// is no error, so that a request may be repeated; what contradicts it is.
func (a api) publish(w http.ResponseWriter, r *http.Request) {
	store := a.Bindings.Feed
	if store == nil || a.Bindings.Owner == "" {
		fail(w, r, NotSetUp, "This deployment takes no takedowns: it was not told the owner's public key.")
		return
	}
	body, ok := a.body(w, r, maxPublish)
	if !ok {
		return
	}
	if !bytes.HasSuffix(body, []byte("\n")) {
		body = append(body, '\n')
	}
	line, _, _ := bytes.Cut(body, []byte("\n"))
	first, err := feed.Decode(line)
	if err != nil {
		fail(w, r, BadRequest, "The first line is not a takedown as lethe takedown sign writes it.")
		return
	}
	ctx := r.Context()
	head, err := store.Head(ctx)
	if err != nil {
		a.broken(w, r, err)
		return
	}
	before := feed.Cursor{}
	if s := first.Takedown.Serial; s > head.Serial+1 {
		fail(w, r, Conflict, fmt.Sprintf("The feed ends with takedown %d: publish takedown %d first.", head.Serial, head.Serial+1))
		return
	} else if s > 1 {
		known, err := store.Lines(ctx, s-2, 1)
		if err != nil || len(known) != 1 {
			a.broken(w, r, errors.Join(err, errAbsent))
			return
		}
		before = known[0].Cursor()
	}
	lines, _, err := feed.Follow(body, a.Bindings.Owner, before)
	switch {
	case errors.Is(err, feed.ErrForged):
		fail(w, r, Forbidden, "A line is not signed by the owner of this feed, or was changed after it was.")
		return
	case errors.Is(err, feed.ErrForked):
		fail(w, r, Conflict, "The feed has another line at this place. Fetch it and sign again behind its end.")
		return
	case err != nil:
		fail(w, r, BadRequest, "The lines do not follow each other.")
		return
	}
	out := published{Serial: head.Serial, Hash: head.Hash}
	for _, l := range lines {
		added, err := a.settle(r, l, head.Serial)
		if errors.Is(err, errTaken) {
			fail(w, r, Conflict, fmt.Sprintf("The feed has another takedown %d. Fetch it and sign again behind its end.", l.Takedown.Serial))
			return
		}
		if err != nil {
			a.broken(w, r, err)
			return
		}
		if added {
			out.Added++
		}
		if l.Takedown.Serial > out.Serial {
			out.Serial, out.Hash = l.Takedown.Serial, l.Hash()
		}
	}
	status := http.StatusOK
	if out.Added > 0 {
		status = http.StatusCreated
	}
	reply(w, r, status, out)
}

// settle appends a line unless it is there. errTaken: another one is.
func (a api) settle(r *http.Request, l feed.Line, head int) (added bool, err error) {
	s := l.Takedown.Serial
	if s > head {
		err = a.Bindings.Feed.Append(r.Context(), l)
		if !errors.Is(err, errTaken) {
			return err == nil, err
		}
	}
	known, err := a.Bindings.Feed.Lines(r.Context(), s-1, 1)
	if err == nil && (len(known) != 1 || known[0].Hash() != l.Hash()) {
		err = errTaken
	}
	return false, err
}

// number reads a query's number between 0 and most; absent, it is what other says.
func number(r *http.Request, name string, other, most int) (int, bool) {
	s := r.URL.Query().Get(name)
	if s == "" {
		return other, true
	}
	n, err := strconv.Atoi(s)
	return n, err == nil && n >= 0 && n <= most && strconv.Itoa(n) == s
}
