package edge

import (
	"fmt"
	"net/http"
	"path"
	"slices"
	"strings"
	"time"
)

// Config is what the API is told by the program that serves it.
type Config struct {
	// Version names the build; /api/health repeats it.
	Version string
	// Now is the clock, time.Now when nil.
	Now func() time.Time
	// Bindings are the platform's, from [OpenBindings].
	Bindings Bindings
	// Failed hears of every request that ended in an internal error. It may be nil.
	Failed func(error)
	// BodyWithin is how long a client may take to send a body, ten seconds when 0.
	BodyWithin time.Duration
}

// api is a Config with its defaults filled in; its methods are the handlers.
type api struct{ Config }

// route is one path in http.ServeMux's syntax and its handlers by method. HEAD goes to GET's.
type route struct {
	path    string
	methods map[string]http.HandlerFunc
}

// routes lists every path of the API. ../entry.mjs must know them as well.
func (a api) routes() []route {
	return []route{
		{"/api/health", map[string]http.HandlerFunc{http.MethodGet: a.health}},
		{"/api/takedowns", map[string]http.HandlerFunc{http.MethodGet: a.takedowns, http.MethodPost: a.publish}},
		{"/api/receipts", map[string]http.HandlerFunc{http.MethodPost: a.file, http.MethodOptions: a.preflight}},
		{"/api/receipts/{id}", map[string]http.HandlerFunc{http.MethodGet: a.filedReceipt}},
		{"/api/log", map[string]http.HandlerFunc{http.MethodGet: a.sized(a.logHead)}},
		{"/api/log/proof", map[string]http.HandlerFunc{http.MethodGet: a.sized(a.inclusion)}},
		{"/api/log/consistency", map[string]http.HandlerFunc{http.MethodGet: a.sized(a.consistency)}},
		{"/api/log/entries", map[string]http.HandlerFunc{http.MethodGet: a.sized(a.entries)}},
		{"/api/catalog", map[string]http.HandlerFunc{http.MethodGet: a.catalogs}},
		{"/api/catalog/{version}", map[string]http.HandlerFunc{http.MethodGet: a.catalogVersion}},
	}
}

// Handler returns the API. Every answer is JSON, or JSON one to a line; a failure is {"error": {"code", "message"}} with a code of the closed set [Code].
func Handler(c Config) http.Handler {
	if c.Now == nil {
		c.Now = time.Now
	}
	a := api{c}
	return a.guard(a.mux(a.routes()))
}

// Paths returns where the API's paths begin, sorted: each route up to its first wildcard, but for those below another.
func Paths() []string {
	var roots []string
	for _, r := range (api{}).routes() {
		root, _, _ := strings.Cut(r.path, "/{")
		roots = append(roots, root)
	}
	slices.Sort(roots)
	out := roots[:0]
	for _, p := range roots {
		if len(out) == 0 || p != out[len(out)-1] && !strings.HasPrefix(p, out[len(out)-1]+"/") {
			out = append(out, p)
		}
	}
	return out
}

// Site joins the API and the static files as the deployment does: paths below /api/ are the API's, all others the files'.
func Site(api, static http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if strings.HasPrefix(r.URL.Path, "/api/") {
			api.ServeHTTP(w, r)
			return
		}
		static.ServeHTTP(w, r)
	})
}

func (a api) mux(routes []route) http.Handler {
	mux := http.NewServeMux()
	for _, rt := range routes {
		var allow []string
		for method, h := range rt.methods {
			mux.HandleFunc(method+" "+rt.path, h)
			allow = append(allow, method)
			if method == http.MethodGet {
				allow = append(allow, http.MethodHead)
			}
		}
		slices.Sort(allow)
		mux.HandleFunc(rt.path, func(w http.ResponseWriter, r *http.Request) {
			w.Header().Set("Allow", strings.Join(allow, ", "))
			fail(w, r, MethodNotAllowed, "This path answers "+strings.Join(allow, ", ")+".")
		})
	}
	mux.HandleFunc("/", notFound)
	return mux
}

// guard smooths what differs between the runtimes before a request reaches the mux, and turns a panic into an answer.
func (a api) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			v := recover()
			if v == nil {
				return
			}
			if v == http.ErrAbortHandler {
				panic(v)
			}
			if a.Failed != nil {
				a.Failed(fmt.Errorf("edge: %s %s: %v", r.Method, r.URL.Path, v))
			}
			fail(w, r, Internal, "Something broke on our side. Nothing was changed.")
		}()
		if r.Body == nil {
			r.Body = http.NoBody
		}
		if p := r.URL.Path; p == "" || path.Clean(p) != p {
			notFound(w, r) // the mux would redirect to the clean path, in HTML
			return
		}
		next.ServeHTTP(w, r)
	})
}

func notFound(w http.ResponseWriter, r *http.Request) {
	fail(w, r, NotFound, "There is nothing at this path.")
}
