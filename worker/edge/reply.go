package edge

import (
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
)

// Code says what kind of failure an answer reports. The set is closed: programs may switch on it.
type Code string

const (
	// NotFound: no such path.
	NotFound Code = "not_found"
	// MethodNotAllowed: the path exists and the header Allow lists its methods.
	MethodNotAllowed Code = "method_not_allowed"
	// BadRequest: the query or the body is not of the form that the path takes.
	BadRequest Code = "bad_request"
	// Forbidden: not signed by whom it must be.
	Forbidden Code = "forbidden"
	// Conflict: it contradicts what is there.
	Conflict Code = "conflict"
	// TooLarge: the body has more bytes than the path takes.
	TooLarge Code = "too_large"
	// TooSlow: the body did not come in time.
	TooSlow Code = "too_slow"
	// TooMany: the client writes too often; Retry-After says when to come back.
	TooMany Code = "too_many"
	// NotSetUp: this deployment was not given what the path needs.
	NotSetUp Code = "not_set_up"
	// Internal: a fault of the server.
	Internal Code = "internal"
)

// status holds the HTTP status of each code, so that the two cannot disagree.
var status = map[Code]int{
	NotFound:         http.StatusNotFound,
	MethodNotAllowed: http.StatusMethodNotAllowed,
	BadRequest:       http.StatusBadRequest,
	Forbidden:        http.StatusForbidden,
	Conflict:         http.StatusConflict,
	TooLarge:         http.StatusRequestEntityTooLarge,
	TooSlow:          http.StatusRequestTimeout,
	TooMany:          http.StatusTooManyRequests,
	NotSetUp:         http.StatusNotImplemented,
	Internal:         http.StatusInternalServerError,
}

// failure is the body of every answer that is not a success.
type failure struct {
	Error struct {
		Code    Code   `json:"code"`
		Message string `json:"message"`
	} `json:"error"`
}

func fail(w http.ResponseWriter, r *http.Request, code Code, message string) {
	s, ok := status[code]
	if !ok {
		panic("edge: error code without a status")
	}
	var f failure
	f.Error.Code, f.Error.Message = code, message
	reply(w, r, s, f)
}

// open lets pages of other origins read an answer: nothing here depends on who asks.
func open(w http.ResponseWriter) {
	w.Header().Set("Access-Control-Allow-Origin", "*")
	w.Header().Set("Access-Control-Expose-Headers", "Link")
}

// reply sends v as JSON that nobody keeps.
func reply(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("edge: answer is not JSON: " + err.Error())
	}
	send(w, r, status, "application/json", "no-store", body)
}

// send sends a body. It is a handler's last act: whoever panics must do so before. What may be kept gets an entity tag, unless it has one, and 304 where
// the client has it. The body of an answer to HEAD is left out together with its length, because the Cloudflare adapter waits for as many bytes
// as Content-Length promises.
func send(w http.ResponseWriter, r *http.Request, status int, kind, cache string, body []byte) {
	h := w.Header()
	h.Set("Cache-Control", cache)
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	if cache != "no-store" {
		tag := h.Get("Etag")
		if tag == "" {
			sum := sha256.Sum256(body)
			tag = `"` + base64.RawURLEncoding.EncodeToString(sum[:16]) + `"`
			h.Set("Etag", tag)
		}
		for known := range strings.SplitSeq(strings.Join(r.Header.Values("If-None-Match"), ","), ",") {
			if strings.TrimPrefix(strings.TrimSpace(known), "W/") == tag {
				w.WriteHeader(http.StatusNotModified)
				return
			}
		}
	}
	if len(body) == 0 { // an empty page; a 200 without a body leaves the Cloudflare runtime waiting
		w.WriteHeader(http.StatusNoContent)
		return
	}
	h.Set("Content-Type", kind)
	if r.Method == http.MethodHead {
		w.WriteHeader(status)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client has gone; there is nobody to tell
}
