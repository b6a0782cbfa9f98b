package edge

import (
	"errors"
	"fmt"
	"io"
	"mime"
	"net/http"
	"os"
	"time"
)

// bodyWithin is how long a client may take to send a body.
const bodyWithin = 10 * time.Second

// body reads a request's body, or answers why not: too often, too much, too slow.
func (a api) body(w http.ResponseWriter, r *http.Request, most int) ([]byte, bool) {
	// Where the platform has no deadlines it has its own.
	_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(a.bodyWithin()))
	if a.Bindings.Allow != nil && !a.Bindings.Allow(r.Context(), a.client(r)) {
		_, _ = io.CopyN(io.Discard, r.Body, int64(most)) // an answer before its body's end resets some connections
		w.Header().Set("Retry-After", "60")
		fail(w, r, TooMany, "Too many requests. Try again in a minute.")
		return nil, false
	}
	kind, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil || kind != "application/json" && kind != jsonLines {
		fail(w, r, BadRequest, "The body's Content-Type is application/json or "+jsonLines+".")
		return nil, false
	}
	tooLarge := fmt.Sprintf("The body has more than %d bytes.", most)
	if r.ContentLength > int64(most) {
		fail(w, r, TooLarge, tooLarge)
		return nil, false
	}
	b, err := io.ReadAll(io.LimitReader(r.Body, int64(most)+1))
	switch {
	case len(b) > most:
		fail(w, r, TooLarge, tooLarge)
	case errors.Is(err, os.ErrDeadlineExceeded):
		w.Header().Set("Connection", "close")
		fail(w, r, TooSlow, "The body took too long.")
	case err != nil:
		fail(w, r, BadRequest, "The body could not be read.")
	case len(b) == 0:
		fail(w, r, BadRequest, "The body is empty.")
	default:
		return b, true
	}
	return nil, false
}

func (a api) client(r *http.Request) string {
	if a.Bindings.Client == nil {
		return ""
	}
	return a.Bindings.Client(r)
}

func (a api) bodyWithin() time.Duration {
	if a.BodyWithin > 0 {
		return a.BodyWithin
	}
	return bodyWithin
}

// broken answers a failure of a store. Its words are for the log, not for the client.
func (a api) broken(w http.ResponseWriter, r *http.Request, err error) {
	if a.Failed != nil {
		a.Failed(fmt.Errorf("edge: %s %s: %w", r.Method, r.URL.Path, err))
	}
	fail(w, r, Internal, "Something broke on our side. Nothing was changed.")
}
