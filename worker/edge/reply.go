package edge

import (
	"encoding/json"
	"net/http"
	"strconv"
)

// Code says what kind of failure an answer reports. The set is closed: programs may switch on it.
type Code string

const (
	// NotFound: no such path.
	NotFound Code = "not_found"
	// MethodNotAllowed: the path exists and the header Allow lists its methods.
	MethodNotAllowed Code = "method_not_allowed"
	// Internal: a fault of the server.
	Internal Code = "internal"
)

// status holds the HTTP status of each code, so that the two cannot disagree.
var status = map[Code]int{
	NotFound:         http.StatusNotFound,
	MethodNotAllowed: http.StatusMethodNotAllowed,
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

// reply sends v as JSON. It is a handler's last act: whoever panics must do so before. The body of an answer to HEAD is left
// out together with its length, because the Cloudflare adapter waits for as many bytes as Content-Length promises.
func reply(w http.ResponseWriter, r *http.Request, status int, v any) {
	body, err := json.Marshal(v)
	if err != nil {
		panic("edge: answer is not JSON: " + err.Error())
	}
	h := w.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Cache-Control", "no-store")
	h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("X-Content-Type-Options", "nosniff")
	if r.Method == http.MethodHead {
		w.WriteHeader(status)
		return
	}
	h.Set("Content-Length", strconv.Itoa(len(body)))
	w.WriteHeader(status)
	w.Write(body) //nolint:errcheck // the client has gone; there is nobody to tell
}
